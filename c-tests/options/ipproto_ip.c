/* The options of IPPROTO_IP, row by row as docs/OPTIONS.md has them.
 * ip(7), <linux/in.h>. What acts is shown at work elsewhere:
 * docs/status/options.toml tells where. */
#include "rows.h"

#define LEVEL IPPROTO_IP

TEST(ip_tos) {
  SHOWS(IP_TOS,
        TCP, "=0 -2:252 0:= 1:0 7:4 30:28 42:40 64:= 127:124 128:= 200:= 255:252 1000:232 "
        "1279:252 1280:0 32767:252 32768:0 65535:252 1048576:0 max:252 L0:ok",
        UDP, "=0 -2:254 -1:255 0:= 255:= 1000:232 1279:255 1280:0 32767:255 32768:0 65535:255 "
        "1048576:0 max:255 L0:ok");
}
TEST(ip_ttl) {
  SHOWS(IP_TTL, INET, "=64 -2:EINVAL -1:64 0:EINVAL 1:= 255:= 1000:EINVAL L0:EINVAL L1:ok");
}
TEST(ip_hdrincl) { SHOWS(IP_HDRINCL, INET, "=0 -2:ENOPROTOOPT L0:ENOPROTOOPT"); }
TEST(ip_options) { SHOWS(IP_OPTIONS, INET, "=#0 -2:ENOPROTOOPT~EINVAL L0:ok L1:ENOPROTOOPT~ok"); }
TEST(ip_router_alert) { SHOWS(IP_ROUTER_ALERT, INET, "=ENOPROTOOPT~0 -2:EINVAL L0:EINVAL"); }
TEST(ip_recvopts) { SHOWS(IP_RECVOPTS, INET, "=0 -2:1 0:= 1:= 2:1 L0:ok"); }
TEST(ip_retopts) { SHOWS(IP_RETOPTS, INET, "=0 -2:1 0:= 1:= 2:1 L0:ok"); }
TEST(ip_pktinfo) { SHOWS(IP_PKTINFO, INET, "=0 -2:1 0:= 1:= 2:1 L0:ok"); }
TEST(ip_pktoptions) {
  SHOWS(IP_PKTOPTIONS, TCP, "=ENOPROTOOPT~#0 -2:ENOPROTOOPT L0:ENOPROTOOPT",
        UDP, "=ENOPROTOOPT -2:ENOPROTOOPT L0:ENOPROTOOPT");
}
TEST(ip_mtu_discover) { SHOWS(IP_MTU_DISCOVER, INET, "=1 -2:EINVAL 0:= 3:= 7:EINVAL L0:ok"); }
TEST(ip_recverr) {
  SHOWS(IP_RECVERR, TCP, "=0 -2:1 0:= 1:= 2:1 L0:ok",
        UDP, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:ok L1:ENOPROTOOPT~ok");
}
TEST(ip_recvttl) {
  SHOWS(IP_RECVTTL, TCP, "=0 -2:1 0:= 1:= 2:1 L0:ok",
        UDP, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:ok L1:ENOPROTOOPT~ok");
}
TEST(ip_recvtos) {
  SHOWS(IP_RECVTOS, TCP, "=0 -2:1 0:= 1:= 2:1 L0:ok",
        UDP, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:ok L1:ENOPROTOOPT~ok");
}
TEST(ip_mtu) { SHOWS(IP_MTU, INET, "=ENOTCONN -2:ENOPROTOOPT L0:ENOPROTOOPT"); }
TEST(ip_freebind) { SHOWS(IP_FREEBIND, INET, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L1:ok"); }
TEST(ip_ipsec_policy) {
  SHOWS(IP_IPSEC_POLICY, INET, "=ENOPROTOOPT -2:EPERM~EOPNOTSUPP L0:EPERM~EMSGSIZE");
}
TEST(ip_xfrm_policy) {
  SHOWS(IP_XFRM_POLICY, V4, "=ENOPROTOOPT -2:EPERM~EINVAL L0:EPERM~EMSGSIZE",
        V6, "=ENOPROTOOPT -2:EPERM~EOPNOTSUPP L0:EPERM~EMSGSIZE");
}
TEST(ip_passsec) { SHOWS(IP_PASSSEC, INET, "=0 -2:1 0:= 1:= 2:1 L0:ok"); }
TEST(ip_transparent) {
  SHOWS(IP_TRANSPARENT, INET, "=0 -2:EPERM~1 0:= 1:EPERM~= L0:EINVAL L1:EPERM~ok");
}
TEST(ip_recvorigdstaddr) {
  SHOWS(IP_RECVORIGDSTADDR, TCP, "=0 -2:1 0:= 1:= 2:1 L0:ok",
        UDP, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:ok L1:ENOPROTOOPT~ok");
}
TEST(ip_minttl) {
  SHOWS(IP_MINTTL,
        INET, "=0 -2:EINVAL 0:= 1:ENOPROTOOPT~= 1000:EINVAL L0:EINVAL L1:ENOPROTOOPT~ok");
}
TEST(ip_nodefrag) { SHOWS(IP_NODEFRAG, INET, "=0 -2:ENOPROTOOPT L0:ENOPROTOOPT"); }
TEST(ip_checksum) {
  SHOWS(IP_CHECKSUM, TCP, "=0 -2:1 0:= 1:= 2:1 L0:ok",
        UDP, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:ok L1:ENOPROTOOPT~ok");
}
TEST(ip_bind_address_no_port) { SHOWS(IP_BIND_ADDRESS_NO_PORT, INET, "=0 -2:1 0:= 1:= 2:1 L0:ok"); }
TEST(ip_recvfragsize) {
  SHOWS(IP_RECVFRAGSIZE, TCP, "=ENOPROTOOPT~0 -2:EINVAL L0:EINVAL",
        UDP, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:ok L1:ENOPROTOOPT~ok");
}
TEST(ip_recverr_rfc4884) {
  SHOWS(IP_RECVERR_RFC4884,
        INET, "=0 -2:EINVAL 0:= 1:ENOPROTOOPT~= 2:EINVAL L0:ok L1:ENOPROTOOPT~ok");
}
TEST(ip_multicast_if) {
  SHOWS(IP_MULTICAST_IF, TCP, "=ENOPROTOOPT~0 -2:EINVAL L0:EINVAL",
        UDP, "=0 -2:EADDRNOTAVAIL 0:= 1:EADDRNOTAVAIL L0:EINVAL L3:EINVAL L4:EADDRNOTAVAIL");
}
TEST(ip_multicast_ttl) {
  SHOWS(IP_MULTICAST_TTL, TCP, "=ENOPROTOOPT~1 -2:EINVAL L0:EINVAL",
        UDP, "=1 -2:EINVAL -1:1 0:ENOPROTOOPT~= 1:= 2:ENOPROTOOPT~= 1000:EINVAL L0:EINVAL L1:ok");
}
TEST(ip_multicast_loop) { SHOWS(IP_MULTICAST_LOOP, INET, "=1 -2:1 0:= 1:= 2:1 L0:EINVAL L1:ok"); }
TEST(ip_add_membership) {
  SHOWS(IP_ADD_MEMBERSHIP, TCP, "=ENOPROTOOPT -2:EPROTO L0:EPROTO",
        UDP, "=ENOPROTOOPT -2:EINVAL L0:EINVAL");
}
TEST(ip_drop_membership) {
  SHOWS(IP_DROP_MEMBERSHIP, TCP, "=ENOPROTOOPT -2:EPROTO L0:EPROTO",
        UDP, "=ENOPROTOOPT -2:EINVAL L0:EINVAL");
}
TEST(ip_unblock_source) { SHOWS(IP_UNBLOCK_SOURCE, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(ip_block_source) { SHOWS(IP_BLOCK_SOURCE, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(ip_add_source_membership) {
  SHOWS(IP_ADD_SOURCE_MEMBERSHIP, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL");
}
TEST(ip_drop_source_membership) {
  SHOWS(IP_DROP_SOURCE_MEMBERSHIP, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL");
}
TEST(ip_msfilter) { SHOWS(IP_MSFILTER, INET, "=ENOPROTOOPT~EINVAL -2:EINVAL L0:EINVAL"); }
TEST(mcast_join_group) { SHOWS(MCAST_JOIN_GROUP, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(mcast_block_source) { SHOWS(MCAST_BLOCK_SOURCE, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(mcast_unblock_source) {
  SHOWS(MCAST_UNBLOCK_SOURCE, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL");
}
TEST(mcast_leave_group) { SHOWS(MCAST_LEAVE_GROUP, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(mcast_join_source_group) {
  SHOWS(MCAST_JOIN_SOURCE_GROUP, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL");
}
TEST(mcast_leave_source_group) {
  SHOWS(MCAST_LEAVE_SOURCE_GROUP, INET, "=ENOPROTOOPT -2:EINVAL L0:EINVAL");
}
TEST(mcast_msfilter) { SHOWS(MCAST_MSFILTER, INET, "=ENOPROTOOPT~EINVAL -2:EINVAL L0:EINVAL"); }
TEST(ip_multicast_all) {
  SHOWS(IP_MULTICAST_ALL, V4, "=1 -2:EINVAL 0:= 1:= 2:EINVAL L0:EINVAL L1:ok",
        V6, "=0 -2:EINVAL 0:= 1:= 2:EINVAL L0:EINVAL L1:ok");
}
TEST(ip_unicast_if) {
  SHOWS(IP_UNICAST_IF,
        INET, "=0 -2:EADDRNOTAVAIL 0:= 1:EADDRNOTAVAIL L0:EINVAL L3:EINVAL L4:EADDRNOTAVAIL");
}
TEST(ip_local_port_range) {
  SHOWS(IP_LOCAL_PORT_RANGE,
        INET, "=0 -2:ENOPROTOOPT~= 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(ip_protocol) { SHOWS(IP_PROTOCOL, INET, "=0 -2:ENOPROTOOPT L0:ENOPROTOOPT"); }
TEST(unknown) { SHOWS(222, INET, "=ENOPROTOOPT -2:ENOPROTOOPT L0:ENOPROTOOPT"); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(ip_tos);
  RUN(ip_ttl);
  RUN(ip_hdrincl);
  RUN(ip_options);
  RUN(ip_router_alert);
  RUN(ip_recvopts);
  RUN(ip_retopts);
  RUN(ip_pktinfo);
  RUN(ip_pktoptions);
  RUN(ip_mtu_discover);
  RUN(ip_recverr);
  RUN(ip_recvttl);
  RUN(ip_recvtos);
  RUN(ip_mtu);
  RUN(ip_freebind);
  RUN(ip_ipsec_policy);
  RUN(ip_xfrm_policy);
  RUN(ip_passsec);
  RUN(ip_transparent);
  RUN(ip_recvorigdstaddr);
  RUN(ip_minttl);
  RUN(ip_nodefrag);
  RUN(ip_checksum);
  RUN(ip_bind_address_no_port);
  RUN(ip_recvfragsize);
  RUN(ip_recverr_rfc4884);
  RUN(ip_multicast_if);
  RUN(ip_multicast_ttl);
  RUN(ip_multicast_loop);
  RUN(ip_add_membership);
  RUN(ip_drop_membership);
  RUN(ip_unblock_source);
  RUN(ip_block_source);
  RUN(ip_add_source_membership);
  RUN(ip_drop_source_membership);
  RUN(ip_msfilter);
  RUN(mcast_join_group);
  RUN(mcast_block_source);
  RUN(mcast_unblock_source);
  RUN(mcast_leave_group);
  RUN(mcast_join_source_group);
  RUN(mcast_leave_source_group);
  RUN(mcast_msfilter);
  RUN(ip_multicast_all);
  RUN(ip_unicast_if);
  RUN(ip_local_port_range);
  RUN(ip_protocol);
  RUN(unknown);
  return T_END();
}
