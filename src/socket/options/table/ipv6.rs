//! IPPROTO_IPV6: ipv6(7), `<linux/in6.h>`.

use crate::errno::Errno;
use crate::socket::options::HostKey;
use crate::socket::options::rule::Rule::*;
use crate::socket::options::rule::{
    Flag, Length, Row, Special, TCP6, UDP6, V6, empty, group, host, only, only_or_default, range,
    refused, rows,
};

const MAX: i32 = i32::MAX;
const NONE: Errno = Errno::ENOPROTOOPT;

rows! {
    IPV6_ADDRFORM = 1 [V6] Int 0 refused(NONE, NONE);
        Refused "ipv6(7)" "A WASI socket keeps its family."
    IPV6_2292PKTOPTIONS = 6 [V6] Free 0 refused(NONE, NONE);
        Refused "linux/in6.h" "WASI does not show the packets."
    IPV6_CHECKSUM = 7 [V6] Free 0 refused(NONE, NONE);
        Refused "linux/in6.h" "For raw sockets, which WASI lacks."
    IPV6_NEXTHOP = 9 [V6] Free 0 refused(NONE, NONE);
        Refused "linux/in6.h" "WASI does not let a program choose a route."
    IPV6_AUTHHDR = 10 [V6] Free 0 refused(NONE, NONE);
        Refused "ipv6(7)" "Linux does not have it any more."
    IPV6_FLOWINFO = 11 [V6] Int 0 only(i32::MIN, MAX, NONE);
        Refused "ipv6(7)" "WASI does not tell the field."
    IPV6_UNICAST_HOPS = 16 [V6] Int 64 host(HostKey::HopLimit, 0, 255);
        Real "ipv6(7)" "-1 brings the default back. Hosts refuse 0, which is then only kept."
    IPV6_MULTICAST_IF = 17 [UDP6] Int 0 only(i32::MIN, MAX, Errno::ENODEV);
        Refused "ipv6(7)" "WASI shows no interfaces. 0 (the host chooses) succeeds."
    IPV6_MULTICAST_IF = 17 [TCP6] Free 0 ReadOnly;
        Refused "ipv6(7)" "Linux has it for datagrams only."
    IPV6_MULTICAST_HOPS = 18 [UDP6] Int 1 only_or_default(0, 255, NONE);
        Refused "ipv6(7)" "WASI cannot set it: only 1, the default, succeeds."
    IPV6_MULTICAST_HOPS = 18 [TCP6] Free 1 ReadOnly;
        Refused "ipv6(7)" "Linux has it for datagrams only."
    IPV6_MULTICAST_LOOP = 19 [V6] Int 1 range(0, 1);
        Emulated "ipv6(7)" "No group can be joined, so nothing comes back."
    IPV6_ADD_MEMBERSHIP = 20 [UDP6] Free 0 group(20, true, Errno::ENODEV);
        Refused "ipv6(7)" "WASI has no multicast; ENODEV is what Linux says when no device can do it."
    IPV6_ADD_MEMBERSHIP = 20 [TCP6] Free 0 group(20, false, Errno(libc::EPROTO));
        Refused "ipv6(7)" "Linux has it for datagrams only."
    IPV6_DROP_MEMBERSHIP = 21 [UDP6] Free 0 group(20, true, Errno::EADDRNOTAVAIL);
        Refused "ipv6(7)" "Nothing was joined."
    IPV6_DROP_MEMBERSHIP = 21 [TCP6] Free 0 group(20, false, Errno(libc::EPROTO));
        Refused "ipv6(7)" "Linux has it for datagrams only."
    IPV6_ROUTER_ALERT = 22 [V6] Int 0 ReadOnly;
        Refused "ipv6(7)" "For raw sockets, which WASI lacks."
    IPV6_MTU_DISCOVER = 23 [V6] Int 1 range(0, 5);
        Emulated "ipv6(7)" "The host decides about fragments. Name servers insist that it can be set."
    IPV6_MTU = 24 [V6] Int 0 Special(Special::Mtu6);
        Emulated "ipv6(7)" "Setting it is taken (name servers insist); the path's own is not told by WASI."
    IPV6_RECVERR = 25 [UDP6] Int 0 Deliver(Flag::Errors6);
        Refused "ipv6(7)" "WASI has no error queue. A refusal by a connected peer is reported without it."
    IPV6_RECVERR = 25 [TCP6] Int 0 Bool;
        Emulated "ipv6(7)" "WASI does not tell errors apart sooner."
    IPV6_V6ONLY = 26 [V6] Int 0 Special(Special::V6Only);
        Acted "ipv6(7)" "Off, the socket serves IPv4 peers too, through a second host socket. EINVAL once bound."
    IPV6_JOIN_ANYCAST = 27 [V6] Free 0 group(20, false, Errno::EPERM);
        Refused "linux/in6.h" "Linux allows it to privileged processes only."
    IPV6_LEAVE_ANYCAST = 28 [V6] Free 0 group(20, false, Errno::ENOENT);
        Refused "linux/in6.h" "Nothing was joined."
    IPV6_MULTICAST_ALL = 29 [V6] Int 1 Bool;
        Emulated "linux/in6.h" "No group can be joined, so nothing comes."
    IPV6_ROUTER_ALERT_ISOLATE = 30 [V6] Int 0 Bool;
        Emulated "linux/in6.h" "Only raw sockets look at it, as on Linux."
    IPV6_FLOWLABEL_MGR = 32 [V6] Free 0 refused(Errno::EINVAL, Errno::EINVAL);
        Refused "linux/in6.h" "WASI cannot lease a flow label."
    IPV6_FLOWINFO_SEND = 33 [V6] Int 0 Bool;
        Emulated "linux/in6.h" "Kept; the flow of an address goes to the host as it is."
    IPV6_IPSEC_POLICY = 34 [V6] Free 0 refused(NONE, Errno::EPERM);
        Refused "linux/in6.h" "Linux allows it to privileged processes only."
    IPV6_XFRM_POLICY = 35 [V6] Free 0 refused(NONE, Errno::EPERM);
        Refused "linux/in6.h" "Linux allows it to privileged processes only."
    IPV6_RECVPKTINFO = 49 [UDP6] Int 0 Deliver(Flag::PacketInfo6);
        Acted "ipv6(7)" "Delivered where the socket is bound to one address, or connected. WASI does not tell which address a wildcard's datagram was sent to: there it is ENOPROTOOPT, and set before bind() it delivers nothing."
    IPV6_RECVPKTINFO = 49 [TCP6] Int 0 Bool;
        Emulated "ipv6(7)" "A byte stream carries no such message on Linux either."
    IPV6_PKTINFO = 50 [V6] Free 0 Special(Special::PacketInfo6);
        Refused "linux/in6.h" "WASI cannot choose the source of a datagram; bind() does. All zero (no choice) succeeds."
    IPV6_RECVHOPLIMIT = 51 [UDP6] Int 0 Deliver(Flag::HopLimit6);
        Refused "ipv6(7)" "WASI does not tell the field."
    IPV6_RECVHOPLIMIT = 51 [TCP6] Int 0 Bool;
        Emulated "ipv6(7)" "A byte stream carries no such message on Linux either."
    IPV6_HOPLIMIT = 52 [V6] Free 0 refused(NONE, NONE);
        Refused "ipv6(7)" "For messages only, as on Linux."
    IPV6_RECVHOPOPTS = 53 [V6] Int 0 Bool;
        Emulated "ipv6(7)" "Datagrams with extension headers are not told apart: no message is ever delivered."
    IPV6_HOPOPTS = 54 [V6] Free 0 empty(Errno::EPERM);
        Refused "ipv6(7)" "Linux allows it to privileged processes only."
    IPV6_RTHDRDSTOPTS = 55 [V6] Free 0 empty(Errno::EPERM);
        Refused "linux/in6.h" "Linux allows it to privileged processes only."
    IPV6_RECVRTHDR = 56 [V6] Int 0 Bool;
        Emulated "ipv6(7)" "Datagrams with extension headers are not told apart: no message is ever delivered."
    IPV6_RTHDR = 57 [V6] Free 0 Special(Special::NoOptions);
        Refused "ipv6(7)" "The header would not be sent. Taking it away succeeds."
    IPV6_RECVDSTOPTS = 58 [V6] Int 0 Bool;
        Emulated "ipv6(7)" "Datagrams with extension headers are not told apart: no message is ever delivered."
    IPV6_DSTOPTS = 59 [V6] Free 0 empty(Errno::EPERM);
        Refused "ipv6(7)" "Linux allows it to privileged processes only."
    IPV6_RECVPATHMTU = 60 [V6] Int 0 only(i32::MIN, MAX, NONE);
        Refused "linux/in6.h" "WASI does not tell."
    IPV6_PATHMTU = 61 [V6] Free 0 Special(Special::Mtu);
        Refused "linux/in6.h" "WASI does not tell. ENOTCONN while unconnected, as on Linux."
    IPV6_DONTFRAG = 62 [V6] IntOrZero 0 Bool;
        Emulated "linux/in6.h" "The host decides about fragments."
    IPV6_USE_MIN_MTU = 63 [V6] Free 0 refused(NONE, NONE);
        Refused "linux/in6.h" "Linux does not have it; programs go on to IPV6_MTU."
    IPV6_RECVTCLASS = 66 [UDP6] Int 0 Deliver(Flag::TrafficClass6);
        Refused "linux/in6.h" "WASI does not tell the field."
    IPV6_RECVTCLASS = 66 [TCP6] Int 0 Bool;
        Emulated "linux/in6.h" "A byte stream carries no such message on Linux either."
    IPV6_TCLASS = 67 [V6] Int 0 Special(Special::TrafficClass);
        Emulated "linux/in6.h" "WASI cannot set the field. TCP keeps the two low bits to itself, as on Linux."
    IPV6_AUTOFLOWLABEL = 70 [V6] IntOrZero 1 Bool;
        Emulated "linux/in6.h" "The host labels as it likes."
    IPV6_ADDR_PREFERENCES = 72 [V6] Int 1280 Special(Special::AddressPreferences);
        Emulated "linux/in6.h" "The host chooses the source address."
    IPV6_MINHOPCOUNT = 73 [V6] Int 0 only(0, 255, NONE);
        Refused "linux/in6.h" "A protection that would not be there."
    IPV6_RECVORIGDSTADDR = 74 [UDP6] Int 0 Deliver(Flag::Destination6);
        Refused "linux/in6.h" "WASI does not tell the address a datagram was sent to."
    IPV6_RECVORIGDSTADDR = 74 [TCP6] Int 0 Bool;
        Emulated "linux/in6.h" "A byte stream carries no such message on Linux either."
    IPV6_TRANSPARENT = 75 [V6] Int 0 only(i32::MIN, MAX, Errno::EPERM);
        Refused "linux/in6.h" "Linux allows it to privileged processes only."
    IPV6_UNICAST_IF = 76 [V6] Exact 0 only(i32::MIN, MAX, Errno::EADDRNOTAVAIL);
        Refused "linux/in6.h" "WASI shows no interfaces. 0 (any) succeeds."
    IPV6_RECVFRAGSIZE = 77 [V6] IntOrZero 0 only(i32::MIN, MAX, NONE);
        Refused "linux/in6.h" "WASI does not tell."
    IPV6_FREEBIND = 78 [V6] Int 0 Bool;
        Emulated "linux/in6.h" "Kept. bind() to an address that the host does not have still fails, visibly."
}
