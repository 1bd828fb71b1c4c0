/* The options of IPPROTO_TCP, row by row as docs/OPTIONS.md has them.
 * tcp(7), <linux/tcp.h>. What acts is shown at work elsewhere:
 * docs/status/options.toml tells where. */
#include "rows.h"

#define LEVEL IPPROTO_TCP

TEST(tcp_nodelay) { SHOWS(TCP_NODELAY, TCP, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(tcp_maxseg) {
  SHOWS(TCP_MAXSEG, TCP, "=536 -2:EINVAL 0:536 1:EINVAL 127:= 32767:= 32768:EINVAL L0:EINVAL");
}
TEST(tcp_cork) { SHOWS(TCP_CORK, TCP, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(tcp_keepidle) {
  SHOWS(TCP_KEEPIDLE, TCP, "=7200 -2:EINVAL 1:= 32767:= 32768:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_keepintvl) {
  SHOWS(TCP_KEEPINTVL, TCP, "=75 -2:EINVAL 1:= 32767:= 32768:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_keepcnt) {
  SHOWS(TCP_KEEPCNT, TCP, "=9 -2:EINVAL 1:= 127:= 128:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_syncnt) {
  SHOWS(TCP_SYNCNT, TCP, "=6 -2:EINVAL 1:= 127:= 128:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_linger2) {
  SHOWS(TCP_LINGER2, TCP, "=60 -2:-1 -1:= 0:60 1:= 64:= 127:120 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_defer_accept) {
  SHOWS(TCP_DEFER_ACCEPT,
        TCP, "=0 -2:0 0:= 1:= 2:3 3:= 7:= 30:31 42:63 64:127 127:= 128:247 255:367 1000:1087 "
        "1279:1327 32767:29887 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_window_clamp) {
  SHOWS(TCP_WINDOW_CLAMP, TCP, "=0 -2:1152 0:= 1:1152 1279:= max:= L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_info) { SHOWS(TCP_INFO, TCP, "=#64 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT"); }
TEST(tcp_quickack) { SHOWS(TCP_QUICKACK, TCP, "=1 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(tcp_congestion) {
  SHOWS(TCP_CONGESTION, TCP, "=ENOPROTOOPT~#16 -2:ENOENT L0:EINVAL L1:ENOENT");
}
TEST(tcp_md5sig) {
  SHOWS(TCP_MD5SIG,
        TCP, "=ENOPROTOOPT -2:ENOPROTOOPT~EINVAL L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~EINVAL");
}
TEST(tcp_thin_linear_timeouts) {
  SHOWS(TCP_THIN_LINEAR_TIMEOUTS, TCP, "=0 -2:EINVAL 0:= 1:= 2:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_thin_dupack) {
  SHOWS(TCP_THIN_DUPACK, TCP, "=0 -2:EINVAL 0:= 1:0 2:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_user_timeout) {
  SHOWS(TCP_USER_TIMEOUT, TCP, "=0 -2:EINVAL 0:= max:= L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_repair) {
  SHOWS(TCP_REPAIR, TCP, "=ENOPROTOOPT~0 -2:EPERM~EINVAL L0:EINVAL L3:EINVAL L4:EPERM~ok");
}
TEST(tcp_repair_queue) {
  SHOWS(TCP_REPAIR_QUEUE, TCP, "=EINVAL -2:EPERM L0:EINVAL L3:EINVAL L4:EPERM");
}
TEST(tcp_queue_seq) { SHOWS(TCP_QUEUE_SEQ, TCP, "=EINVAL -2:EINVAL L0:EINVAL"); }
TEST(tcp_repair_options) { SHOWS(TCP_REPAIR_OPTIONS, TCP, "=ENOPROTOOPT -2:EINVAL L0:EINVAL"); }
TEST(tcp_fastopen) {
  SHOWS(TCP_FASTOPEN, TCP, "=0 -2:EINVAL 0:= 1280:= 32767:4096 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_timestamp) {
  SHOWS(TCP_TIMESTAMP, TCP, "=ENOPROTOOPT~* -2:EPERM L0:EINVAL L3:EINVAL L4:EPERM");
}
TEST(tcp_notsent_lowat) {
  SHOWS(TCP_NOTSENT_LOWAT, TCP, "=0 -2:= max:= L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_cc_info) {
  SHOWS(TCP_CC_INFO, TCP, "=ENOPROTOOPT~#20 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(tcp_save_syn) {
  SHOWS(TCP_SAVE_SYN,
        TCP, "=0 -2:EINVAL 0:= 1:ENOPROTOOPT~= 3:EINVAL L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(tcp_saved_syn) {
  SHOWS(TCP_SAVED_SYN, TCP, "=ENOPROTOOPT~#0 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(tcp_repair_window) {
  SHOWS(TCP_REPAIR_WINDOW, TCP, "=EINVAL -2:EPERM L0:EINVAL L3:EINVAL L4:EPERM");
}
TEST(tcp_fastopen_connect) {
  SHOWS(TCP_FASTOPEN_CONNECT, TCP, "=0 -2:EINVAL 0:= 1:= 2:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_ulp) { SHOWS(TCP_ULP, TCP, "=#0 -2:ENOENT L0:EINVAL L1:ENOENT"); }
TEST(tcp_md5sig_ext) {
  SHOWS(TCP_MD5SIG_EXT,
        TCP, "=ENOPROTOOPT -2:ENOPROTOOPT~EINVAL L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~EINVAL");
}
TEST(tcp_fastopen_key) { SHOWS(TCP_FASTOPEN_KEY, TCP, "=#0 -2:EINVAL L0:EINVAL"); }
TEST(tcp_fastopen_no_cookie) {
  SHOWS(TCP_FASTOPEN_NO_COOKIE, TCP, "=0 -2:EINVAL 0:= 1:= 2:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(tcp_zerocopy_receive) {
  SHOWS(TCP_ZEROCOPY_RECEIVE,
        TCP, "=ENOPROTOOPT~#64 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(tcp_inq) {
  SHOWS(TCP_INQ,
        TCP, "=0 -2:EINVAL 0:= 1:ENOPROTOOPT~= 2:EINVAL L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(tcp_tx_delay) {
  SHOWS(TCP_TX_DELAY,
        TCP, "=0 -2:EINVAL 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(unknown) { SHOWS(222, TCP, "=ENOPROTOOPT -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT"); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(tcp_nodelay);
  RUN(tcp_maxseg);
  RUN(tcp_cork);
  RUN(tcp_keepidle);
  RUN(tcp_keepintvl);
  RUN(tcp_keepcnt);
  RUN(tcp_syncnt);
  RUN(tcp_linger2);
  RUN(tcp_defer_accept);
  RUN(tcp_window_clamp);
  RUN(tcp_info);
  RUN(tcp_quickack);
  RUN(tcp_congestion);
  RUN(tcp_md5sig);
  RUN(tcp_thin_linear_timeouts);
  RUN(tcp_thin_dupack);
  RUN(tcp_user_timeout);
  RUN(tcp_repair);
  RUN(tcp_repair_queue);
  RUN(tcp_queue_seq);
  RUN(tcp_repair_options);
  RUN(tcp_fastopen);
  RUN(tcp_timestamp);
  RUN(tcp_notsent_lowat);
  RUN(tcp_cc_info);
  RUN(tcp_save_syn);
  RUN(tcp_saved_syn);
  RUN(tcp_repair_window);
  RUN(tcp_fastopen_connect);
  RUN(tcp_ulp);
  RUN(tcp_md5sig_ext);
  RUN(tcp_fastopen_key);
  RUN(tcp_fastopen_no_cookie);
  RUN(tcp_zerocopy_receive);
  RUN(tcp_inq);
  RUN(tcp_tx_delay);
  RUN(unknown);
  return T_END();
}
