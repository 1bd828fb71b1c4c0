/* The options of IPPROTO_IPV6, row by row as docs/OPTIONS.md has them.
 * ipv6(7), <linux/in6.h>. What acts is shown at work elsewhere:
 * docs/status/options.toml tells where. */
#include "rows.h"

#define LEVEL IPPROTO_IPV6

TEST(ipv6_addrform) {
  SHOWS(IPV6_ADDRFORM,
        V6, "=ENOPROTOOPT~ENOTCONN -2:ENOPROTOOPT~EINVAL L0:EINVAL L3:EINVAL "
        "L4:ENOPROTOOPT~EINVAL");
}
TEST(ipv6_2292pktoptions) {
  SHOWS(IPV6_2292PKTOPTIONS, TCP6, "=ENOPROTOOPT~#0 -2:ENOPROTOOPT~ok L0:ENOPROTOOPT~ok",
        UDP6, "=ENOPROTOOPT -2:ENOPROTOOPT~ok L0:ENOPROTOOPT~ok");
}
TEST(ipv6_checksum) { SHOWS(IPV6_CHECKSUM, V6, "=ENOPROTOOPT -2:ENOPROTOOPT L0:ENOPROTOOPT"); }
TEST(ipv6_nexthop) { SHOWS(IPV6_NEXTHOP, V6, "=ENOPROTOOPT -2:ENOPROTOOPT L0:ENOPROTOOPT"); }
TEST(ipv6_authhdr) { SHOWS(IPV6_AUTHHDR, V6, "=ENOPROTOOPT -2:ENOPROTOOPT L0:ENOPROTOOPT"); }
TEST(ipv6_flowinfo) {
  SHOWS(IPV6_FLOWINFO,
        V6, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(ipv6_unicast_hops) {
  SHOWS(IPV6_UNICAST_HOPS,
        V6, "=64 -2:EINVAL -1:64 0:= 255:= 1000:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_multicast_if) {
  SHOWS(IPV6_MULTICAST_IF, TCP6, "=0 -2:ENOPROTOOPT L0:ENOPROTOOPT",
        UDP6, "=0 -2:ENODEV 0:= 1:ENODEV~= L0:EINVAL L3:EINVAL L4:ENODEV~ok");
}
TEST(ipv6_multicast_hops) {
  SHOWS(IPV6_MULTICAST_HOPS, TCP6, "=1 -2:ENOPROTOOPT L0:ENOPROTOOPT",
        UDP6, "=1 -2:EINVAL -1:1 0:ENOPROTOOPT~= 1:= 2:ENOPROTOOPT~= 1000:EINVAL L0:EINVAL "
        "L3:EINVAL L4:ok");
}
TEST(ipv6_multicast_loop) {
  SHOWS(IPV6_MULTICAST_LOOP, V6, "=1 -2:EINVAL 0:= 1:= 2:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_add_membership) { SHOWS(IPV6_ADD_MEMBERSHIP, V6, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(ipv6_drop_membership) { SHOWS(IPV6_DROP_MEMBERSHIP, V6, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(ipv6_router_alert) {
  SHOWS(IPV6_ROUTER_ALERT, V6, "=0 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(ipv6_mtu_discover) {
  SHOWS(IPV6_MTU_DISCOVER, V6, "=1 -2:EINVAL 0:= 3:= 7:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_mtu) { SHOWS(IPV6_MTU, V6, "=ENOTCONN -2:EINVAL 0:ok 1:EINVAL 1280:ok L0:EINVAL"); }
TEST(ipv6_recverr) {
  SHOWS(IPV6_RECVERR, TCP6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok",
        UDP6, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(ipv6_v6only) { SHOWS(IPV6_V6ONLY, V6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(ipv6_join_anycast) { SHOWS(IPV6_JOIN_ANYCAST, V6, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(ipv6_leave_anycast) { SHOWS(IPV6_LEAVE_ANYCAST, V6, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(ipv6_multicast_all) {
  SHOWS(IPV6_MULTICAST_ALL, V6, "=1 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_router_alert_isolate) {
  SHOWS(IPV6_ROUTER_ALERT_ISOLATE, V6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_flowlabel_mgr) { SHOWS(IPV6_FLOWLABEL_MGR, V6, "=EINVAL~ENOENT -2:EINVAL L0:EINVAL"); }
TEST(ipv6_flowinfo_send) {
  SHOWS(IPV6_FLOWINFO_SEND, V6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_ipsec_policy) {
  SHOWS(IPV6_IPSEC_POLICY, V6, "=ENOPROTOOPT -2:EPERM~EOPNOTSUPP L0:EPERM~EMSGSIZE");
}
TEST(ipv6_xfrm_policy) {
  SHOWS(IPV6_XFRM_POLICY, V6, "=ENOPROTOOPT -2:EPERM~EINVAL L0:EPERM~EMSGSIZE");
}
TEST(ipv6_recvpktinfo) {
  SHOWS(IPV6_RECVPKTINFO, V6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_pktinfo) { SHOWS(IPV6_PKTINFO, V6, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(ipv6_recvhoplimit) {
  SHOWS(IPV6_RECVHOPLIMIT, TCP6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok",
        UDP6, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(ipv6_hoplimit) { SHOWS(IPV6_HOPLIMIT, V6, "=ENOPROTOOPT -2:ENOPROTOOPT L0:ENOPROTOOPT"); }
TEST(ipv6_recvhopopts) {
  SHOWS(IPV6_RECVHOPOPTS, V6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_hopopts) { SHOWS(IPV6_HOPOPTS, V6, "=#0 -2:EPERM~EINVAL L0:EPERM~ok"); }
TEST(ipv6_rthdrdstopts) { SHOWS(IPV6_RTHDRDSTOPTS, V6, "=#0 -2:EPERM~EINVAL L0:EPERM~ok"); }
TEST(ipv6_recvrthdr) { SHOWS(IPV6_RECVRTHDR, V6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(ipv6_rthdr) { SHOWS(IPV6_RTHDR, V6, "=#0 -2:ENOPROTOOPT~EINVAL L0:ok L1:ENOPROTOOPT~EINVAL"); }
TEST(ipv6_recvdstopts) {
  SHOWS(IPV6_RECVDSTOPTS, V6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_dstopts) { SHOWS(IPV6_DSTOPTS, V6, "=#0 -2:EPERM~EINVAL L0:EPERM~ok"); }
TEST(ipv6_recvpathmtu) {
  SHOWS(IPV6_RECVPATHMTU,
        V6, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(ipv6_pathmtu) { SHOWS(IPV6_PATHMTU, V6, "=ENOTCONN -2:ENOPROTOOPT L0:ENOPROTOOPT"); }
TEST(ipv6_dontfrag) { SHOWS(IPV6_DONTFRAG, V6, "=0 -2:1 0:= 1:= 2:1 L0:ok"); }
TEST(ipv6_use_min_mtu) {
  SHOWS(IPV6_USE_MIN_MTU, V6, "=ENOPROTOOPT -2:ENOPROTOOPT L0:ENOPROTOOPT");
}
TEST(ipv6_recvtclass) {
  SHOWS(IPV6_RECVTCLASS, TCP6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok",
        UDP6, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(ipv6_tclass) {
  SHOWS(IPV6_TCLASS,
        TCP6, "=0 -2:EINVAL -1:0 0:= 1:0 7:4 30:28 42:40 64:= 127:124 128:= 200:= 255:252 "
        "1000:EINVAL L0:EINVAL L3:EINVAL L4:ok",
        UDP6, "=0 -2:EINVAL -1:0 0:= 255:= 1000:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_autoflowlabel) { SHOWS(IPV6_AUTOFLOWLABEL, V6, "=1 -2:1 0:= 1:= 2:1 L0:ok"); }
TEST(ipv6_addr_preferences) {
  SHOWS(IPV6_ADDR_PREFERENCES,
        V6, "=1280 -2:EINVAL 0:1280 1:1025 2:1026 3:EINVAL 30:6 42:1026 64:1280 127:EINVAL "
        "128:1280 255:EINVAL 1000:1280 1279:EINVAL 1280:= 32767:EINVAL 32768:1280 65535:EINVAL "
        "1048576:1280 max:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(ipv6_minhopcount) {
  SHOWS(IPV6_MINHOPCOUNT,
        V6, "=0 -2:EINVAL 0:= 1:ENOPROTOOPT~= 1000:EINVAL L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(ipv6_recvorigdstaddr) {
  SHOWS(IPV6_RECVORIGDSTADDR, TCP6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok",
        UDP6, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(ipv6_transparent) {
  SHOWS(IPV6_TRANSPARENT, V6, "=0 -2:EPERM~1 0:= 1:EPERM~= L0:EINVAL L3:EINVAL L4:EPERM~ok");
}
TEST(ipv6_unicast_if) {
  SHOWS(IPV6_UNICAST_IF,
        V6, "=0 -2:EADDRNOTAVAIL 0:= 1:EADDRNOTAVAIL L0:EINVAL L3:EINVAL L4:EADDRNOTAVAIL");
}
TEST(ipv6_recvfragsize) {
  SHOWS(IPV6_RECVFRAGSIZE,
        V6, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:ok L3:ok L4:ENOPROTOOPT~ok");
}
TEST(ipv6_freebind) { SHOWS(IPV6_FREEBIND, V6, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(unknown) { SHOWS(222, V6, "=ENOPROTOOPT -2:ENOPROTOOPT L0:ENOPROTOOPT"); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(ipv6_addrform);
  RUN(ipv6_2292pktoptions);
  RUN(ipv6_checksum);
  RUN(ipv6_nexthop);
  RUN(ipv6_authhdr);
  RUN(ipv6_flowinfo);
  RUN(ipv6_unicast_hops);
  RUN(ipv6_multicast_if);
  RUN(ipv6_multicast_hops);
  RUN(ipv6_multicast_loop);
  RUN(ipv6_add_membership);
  RUN(ipv6_drop_membership);
  RUN(ipv6_router_alert);
  RUN(ipv6_mtu_discover);
  RUN(ipv6_mtu);
  RUN(ipv6_recverr);
  RUN(ipv6_v6only);
  RUN(ipv6_join_anycast);
  RUN(ipv6_leave_anycast);
  RUN(ipv6_multicast_all);
  RUN(ipv6_router_alert_isolate);
  RUN(ipv6_flowlabel_mgr);
  RUN(ipv6_flowinfo_send);
  RUN(ipv6_ipsec_policy);
  RUN(ipv6_xfrm_policy);
  RUN(ipv6_recvpktinfo);
  RUN(ipv6_pktinfo);
  RUN(ipv6_recvhoplimit);
  RUN(ipv6_hoplimit);
  RUN(ipv6_recvhopopts);
  RUN(ipv6_hopopts);
  RUN(ipv6_rthdrdstopts);
  RUN(ipv6_recvrthdr);
  RUN(ipv6_rthdr);
  RUN(ipv6_recvdstopts);
  RUN(ipv6_dstopts);
  RUN(ipv6_recvpathmtu);
  RUN(ipv6_pathmtu);
  RUN(ipv6_dontfrag);
  RUN(ipv6_use_min_mtu);
  RUN(ipv6_recvtclass);
  RUN(ipv6_tclass);
  RUN(ipv6_autoflowlabel);
  RUN(ipv6_addr_preferences);
  RUN(ipv6_minhopcount);
  RUN(ipv6_recvorigdstaddr);
  RUN(ipv6_transparent);
  RUN(ipv6_unicast_if);
  RUN(ipv6_recvfragsize);
  RUN(ipv6_freebind);
  RUN(unknown);
  return T_END();
}
