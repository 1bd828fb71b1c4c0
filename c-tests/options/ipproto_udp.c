/* The options of IPPROTO_UDP, row by row as docs/OPTIONS.md has them.
 * udp(7), <linux/udp.h>. What acts is shown at work elsewhere:
 * docs/status/options.toml tells where. */
#include "rows.h"

#define LEVEL IPPROTO_UDP

TEST(udp_cork) { SHOWS(UDP_CORK, UDP, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(udp_encap) {
  SHOWS(UDP_ENCAP, UDP, "=0 -2:ENOPROTOOPT 0:= 1:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(udp_no_check6_tx) {
  SHOWS(UDP_NO_CHECK6_TX, UDP, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(udp_no_check6_rx) {
  SHOWS(UDP_NO_CHECK6_RX, UDP, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(udp_segment) {
  SHOWS(UDP_SEGMENT,
        UDP, "=0 -2:EINVAL 0:= 1:ENOPROTOOPT~= 1048576:EINVAL L0:EINVAL L3:EINVAL "
        "L4:ENOPROTOOPT~ok");
}
TEST(udp_gro) { SHOWS(UDP_GRO, UDP, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(unknown) { SHOWS(222, UDP, "=ENOPROTOOPT -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT"); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(udp_cork);
  RUN(udp_encap);
  RUN(udp_no_check6_tx);
  RUN(udp_no_check6_rx);
  RUN(udp_segment);
  RUN(udp_gro);
  RUN(unknown);
  return T_END();
}
