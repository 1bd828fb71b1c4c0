//! IPPROTO_IP: ip(7), `<linux/in.h>`. AF_INET6 sockets have them too, for IPv4 peers.

use crate::errno::Errno;
use crate::socket::options::HostKey;
use crate::socket::options::rule::Rule::*;
use crate::socket::options::rule::{
    Flag, INET, Length, Row, Special, TCP, TCP4, UDP, UDP4, V4, V6, group, host, only,
    only_or_default, range, refused, rows,
};

const NONE: Errno = Errno::ENOPROTOOPT;
const PROTO: Errno = Errno(libc::EPROTO);

rows! {
    IP_TOS = 1 [INET] Byte 0 Special(Special::TypeOfService);
        Emulated "ip(7)" "WASI cannot set the field. TCP keeps the two low bits to itself, as on Linux."
    IP_TTL = 2 [V4] Byte 64 host(HostKey::HopLimit, 1, 255);
        Real "ip(7)" "-1 brings the default back."
    IP_TTL = 2 [V6] Byte 64 host(HostKey::HopLimitMapped, 1, 255);
        Real "ip(7)" "For the IPv4 peers of a dual-stack socket. -1 brings the default back."
    IP_HDRINCL = 3 [INET] Free 0 ReadOnly;
        Refused "ip(7)" "For raw sockets, which WASI lacks."
    IP_OPTIONS = 4 [INET] Free 0 Special(Special::NoOptions);
        Refused "ip(7)" "The options would not be sent. Taking them away succeeds."
    IP_ROUTER_ALERT = 5 [INET] Free 0 refused(NONE, Errno::EINVAL);
        Refused "ip(7)" "For raw sockets, which WASI lacks."
    IP_RECVOPTS = 6 [INET] Byte 0 Bool;
        Emulated "ip(7)" "Datagrams with IP options are not told apart: no message is ever delivered."
    IP_RETOPTS = 7 [INET] Byte 0 Bool;
        Emulated "ip(7)" "Datagrams with IP options are not told apart: no message is ever delivered."
    IP_PKTINFO = 8 [UDP] Byte 0 Deliver(Flag::PacketInfo);
        Acted "ip(7)" "Delivered where the socket is bound to one address, or connected. WASI does not tell which address a wildcard's datagram was sent to: there it is ENOPROTOOPT, and set before bind() it delivers nothing."
    IP_PKTINFO = 8 [TCP] Byte 0 Bool;
        Emulated "ip(7)" "A byte stream carries no such message on Linux either."
    IP_PKTOPTIONS = 9 [INET] Free 0 refused(NONE, NONE);
        Refused "linux/in.h" "WASI does not show the packets."
    IP_MTU_DISCOVER = 10 [INET] Byte 1 range(0, 5);
        Emulated "ip(7)" "The host decides about fragments. Name servers insist that it can be set."
    IP_RECVERR = 11 [UDP] Byte 0 Deliver(Flag::Errors);
        Refused "ip(7)" "WASI has no error queue. A refusal by a connected peer is reported without it."
    IP_RECVERR = 11 [TCP] Byte 0 Bool;
        Emulated "ip(7)" "WASI does not tell errors apart sooner."
    IP_RECVTTL = 12 [UDP] Byte 0 Deliver(Flag::HopLimit);
        Refused "ip(7)" "WASI does not tell the field."
    IP_RECVTTL = 12 [TCP] Byte 0 Bool;
        Emulated "ip(7)" "A byte stream carries no such message on Linux either."
    IP_RECVTOS = 13 [UDP] Byte 0 Deliver(Flag::Tos);
        Refused "ip(7)" "WASI does not tell the field."
    IP_RECVTOS = 13 [TCP] Byte 0 Bool;
        Emulated "ip(7)" "A byte stream carries no such message on Linux either."
    IP_MTU = 14 [INET] Free 0 Special(Special::Mtu);
        Refused "ip(7)" "WASI does not tell. ENOTCONN while unconnected, as on Linux."
    IP_FREEBIND = 15 [INET] SomeByte 0 Bool;
        Emulated "ip(7)" "Kept. bind() to an address that the host does not have still fails, visibly."
    IP_IPSEC_POLICY = 16 [INET] Free 0 refused(NONE, Errno::EPERM);
        Refused "linux/in.h" "Linux allows it to privileged processes only."
    IP_XFRM_POLICY = 17 [INET] Free 0 refused(NONE, Errno::EPERM);
        Refused "linux/in.h" "Linux allows it to privileged processes only."
    IP_PASSSEC = 18 [INET] Byte 0 Bool;
        Emulated "ip(7)" "There is no security module, so no message is delivered, as on Linux without one."
    IP_TRANSPARENT = 19 [INET] SomeByte 0 only(i32::MIN, i32::MAX, Errno::EPERM);
        Refused "ip(7)" "Linux allows it to privileged processes only."
    IP_RECVORIGDSTADDR = 20 [UDP] Byte 0 Deliver(Flag::Destination);
        Refused "ip(7)" "WASI does not tell the address a datagram was sent to."
    IP_RECVORIGDSTADDR = 20 [TCP] Byte 0 Bool;
        Emulated "ip(7)" "A byte stream carries no such message on Linux either."
    IP_MINTTL = 21 [INET] SomeByte 0 only(0, 255, NONE);
        Refused "linux/in.h" "A protection that would not be there."
    IP_NODEFRAG = 22 [INET] Free 0 ReadOnly;
        Refused "ip(7)" "For raw sockets, which WASI lacks."
    IP_CHECKSUM = 23 [UDP] Byte 0 only(i32::MIN, i32::MAX, NONE);
        Refused "linux/in.h" "WASI does not tell the checksum."
    IP_CHECKSUM = 23 [TCP] Byte 0 Bool;
        Emulated "linux/in.h" "A byte stream carries no such message on Linux either."
    IP_BIND_ADDRESS_NO_PORT = 24 [INET] Byte 0 Bool;
        Emulated "ip(7)" "The host chooses the port; an address without one gets it at bind()."
    IP_RECVFRAGSIZE = 25 [UDP] Byte 0 only(i32::MIN, i32::MAX, NONE);
        Refused "linux/in.h" "WASI does not tell."
    IP_RECVFRAGSIZE = 25 [TCP] Free 0 refused(NONE, Errno::EINVAL);
        Refused "linux/in.h" "Linux has it for datagrams only."
    IP_RECVERR_RFC4884 = 26 [INET] Byte 0 only(0, 1, NONE);
        Refused "linux/in.h" "WASI has no error queue."
    IP_MULTICAST_IF = 32 [UDP] Free 0 Special(Special::MulticastInterface);
        Refused "ip(7)" "WASI shows no interfaces: EADDRNOTAVAIL. INADDR_ANY (the host chooses) succeeds."
    IP_MULTICAST_IF = 32 [TCP] Free 0 refused(NONE, Errno::EINVAL);
        Refused "ip(7)" "Linux has it for datagrams only."
    IP_MULTICAST_TTL = 33 [UDP] SomeByte 1 only_or_default(0, 255, NONE);
        Refused "ip(7)" "WASI cannot set it: only 1, the default, succeeds."
    IP_MULTICAST_TTL = 33 [TCP] Free 1 refused(NONE, Errno::EINVAL);
        Refused "ip(7)" "Linux has it for datagrams only."
    IP_MULTICAST_LOOP = 34 [INET] SomeByte 1 Bool;
        Emulated "ip(7)" "No group can be joined, so nothing comes back."
    IP_ADD_MEMBERSHIP = 35 [UDP] Free 0 group(8, true, Errno::ENODEV);
        Refused "ip(7)" "WASI has no multicast; ENODEV is what Linux says when no device can do it."
    IP_ADD_MEMBERSHIP = 35 [TCP] Free 0 refused(NONE, PROTO);
        Refused "ip(7)" "Linux has it for datagrams only."
    IP_DROP_MEMBERSHIP = 36 [UDP] Free 0 group(8, false, Errno::EADDRNOTAVAIL);
        Refused "ip(7)" "Nothing was joined."
    IP_DROP_MEMBERSHIP = 36 [TCP] Free 0 refused(NONE, PROTO);
        Refused "ip(7)" "Linux has it for datagrams only."
    IP_UNBLOCK_SOURCE = 37 [INET] Free 0 group(12, false, Errno::EINVAL);
        Refused "ip(7)" "Nothing was joined."
    IP_BLOCK_SOURCE = 38 [INET] Free 0 group(12, false, Errno::EINVAL);
        Refused "ip(7)" "Nothing was joined."
    IP_ADD_SOURCE_MEMBERSHIP = 39 [INET] Free 0 group(12, true, Errno::ENODEV);
        Refused "ip(7)" "WASI has no multicast."
    IP_DROP_SOURCE_MEMBERSHIP = 40 [INET] Free 0 group(12, false, Errno::EINVAL);
        Refused "ip(7)" "Nothing was joined."
    IP_MSFILTER = 41 [INET] Free 0 group(16, true, Errno::ENODEV);
        Refused "ip(7)" "Nothing was joined."
    MCAST_JOIN_GROUP = 42 [INET] Free 0 group(132, false, Errno::ENODEV);
        Refused "linux/in.h" "WASI has no multicast."
    MCAST_BLOCK_SOURCE = 43 [INET] Free 0 group(132, false, Errno::EINVAL);
        Refused "linux/in.h" "Nothing was joined."
    MCAST_UNBLOCK_SOURCE = 44 [INET] Free 0 group(132, false, Errno::EINVAL);
        Refused "linux/in.h" "Nothing was joined."
    MCAST_LEAVE_GROUP = 45 [INET] Free 0 group(132, false, Errno::EADDRNOTAVAIL);
        Refused "linux/in.h" "Nothing was joined."
    MCAST_JOIN_SOURCE_GROUP = 46 [INET] Free 0 group(132, false, Errno::ENODEV);
        Refused "linux/in.h" "WASI has no multicast."
    MCAST_LEAVE_SOURCE_GROUP = 47 [INET] Free 0 group(132, false, Errno::EINVAL);
        Refused "linux/in.h" "Nothing was joined."
    MCAST_MSFILTER = 48 [INET] Free 0 group(132, false, Errno::EADDRNOTAVAIL);
        Refused "linux/in.h" "Nothing was joined."
    IP_MULTICAST_ALL = 49 [TCP4 | UDP4] SomeByte 1 range(0, 1);
        Emulated "ip(7)" "No group can be joined, so nothing comes."
    IP_MULTICAST_ALL = 49 [V6] SomeByte 0 range(0, 1);
        Emulated "ip(7)" "No group can be joined, so nothing comes."
    IP_UNICAST_IF = 50 [INET] Exact 0 only(i32::MIN, i32::MAX, Errno::EADDRNOTAVAIL);
        Refused "linux/in.h" "WASI shows no interfaces. 0 (any) succeeds."
    IP_LOCAL_PORT_RANGE = 51 [INET] Exact 0 only(i32::MIN, i32::MAX, NONE);
        Refused "ip(7)" "The host chooses ports from a range of its own."
    IP_PROTOCOL = 52 [INET] Free 0 ReadOnly;
        ReadOnly "linux/in.h" "0, as on Linux for sockets that are not raw."
}
