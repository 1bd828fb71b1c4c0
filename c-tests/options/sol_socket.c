/* The options of SOL_SOCKET, row by row as docs/OPTIONS.md has them.
 * socket(7), unix(7), <asm-generic/socket.h>. What acts is shown at work elsewhere:
 * docs/status/options.toml tells where. */
#include "rows.h"

#define LEVEL SOL_SOCKET

TEST(so_debug) {
  SHOWS(SO_DEBUG, ALL, "=0 -2:EACCES~1 0:= 1:EACCES~= L0:EINVAL L3:EINVAL L4:EACCES~ok");
}
TEST(so_reuseaddr) { SHOWS(SO_REUSEADDR, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_type) { SHOWS(SO_TYPE, ALL, "-2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT"); }
TEST(so_error) { SHOWS(SO_ERROR, ALL, "=0 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT"); }
TEST(so_dontroute) { SHOWS(SO_DONTROUTE, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_broadcast) { SHOWS(SO_BROADCAST, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_sndbuf) { SHOWS(SO_SNDBUF, ALL, "0:4608 32768:65536 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_rcvbuf) { SHOWS(SO_RCVBUF, ALL, "0:2304 32768:65536 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_keepalive) { SHOWS(SO_KEEPALIVE, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_oobinline) { SHOWS(SO_OOBINLINE, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_no_check) { SHOWS(SO_NO_CHECK, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_priority) {
  SHOWS(SO_PRIORITY, ALL, "=0 -2:EPERM~= 0:= 3:= 7:EPERM~= L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_linger) { SHOWS(SO_LINGER, ALL, "=#8 -2:EINVAL L0:EINVAL"); }
TEST(so_bsdcompat) { SHOWS(SO_BSDCOMPAT, ALL, "=0 -2:0 0:= 1:0 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_reuseport) {
  SHOWS(SO_REUSEPORT, INET, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok",
        UNIX, "=0 -2:EOPNOTSUPP 0:= 1:EOPNOTSUPP L0:EINVAL L3:EINVAL L4:EOPNOTSUPP");
}
TEST(so_passcred) {
  SHOWS(SO_PASSCRED, INET, "=EOPNOTSUPP -2:EOPNOTSUPP L0:EINVAL L3:EINVAL L4:EOPNOTSUPP",
        UNIX, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_peercred) {
  SHOWS(SO_PEERCRED, ALL, "=#12 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_rcvlowat) {
  SHOWS(SO_RCVLOWAT,
        TCP, "=1 -2:3145728~* 0:1 1:= 1048576:= max:3145728~* L0:EINVAL L3:EINVAL L4:ok",
        UDP | UNIX, "=1 -2:2147483647 0:1 1:= max:= L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_sndlowat) {
  SHOWS(SO_SNDLOWAT, ALL, "=1 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_bindtodevice) { SHOWS(SO_BINDTODEVICE, ALL, "=#0 L0:ok L1:ENODEV"); }
TEST(so_attach_filter) {
  SHOWS(SO_ATTACH_FILTER, TCP, "=#0 -2:EINVAL~EPERM L0:EINVAL",
        UDP | UNIX, "=#0 -2:EINVAL L0:EINVAL");
}
TEST(so_detach_filter) {
  SHOWS(SO_DETACH_FILTER, ALL, "=ENOPROTOOPT -2:ENOENT L0:EINVAL L3:EINVAL L4:ENOENT");
}
TEST(so_peername) {
  SHOWS(SO_PEERNAME, ALL, "=ENOTCONN -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_acceptconn) {
  SHOWS(SO_ACCEPTCONN, ALL, "=0 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_peersec) {
  SHOWS(SO_PEERSEC, ALL, "=ENOPROTOOPT -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_sndbufforce) {
  SHOWS(SO_SNDBUFFORCE, ALL, "=ENOPROTOOPT -2:EPERM~ok L0:EINVAL L3:EINVAL L4:EPERM~ok");
}
TEST(so_rcvbufforce) {
  SHOWS(SO_RCVBUFFORCE, ALL, "=ENOPROTOOPT -2:EPERM~ok L0:EINVAL L3:EINVAL L4:EPERM~ok");
}
TEST(so_passsec) {
  SHOWS(SO_PASSSEC, INET, "=EOPNOTSUPP -2:EOPNOTSUPP L0:EINVAL L3:EINVAL L4:EOPNOTSUPP",
        UNIX, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_mark) { SHOWS(SO_MARK, ALL, "=ENOPROTOOPT~0 -2:EPERM~= L0:EINVAL L3:EINVAL L4:EPERM~ok"); }
TEST(so_protocol) {
  SHOWS(SO_PROTOCOL, TCP, "=6 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT",
        UDP, "=17 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT",
        UNIX, "=0 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_domain) { SHOWS(SO_DOMAIN, ALL, "-2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT"); }
TEST(so_rxq_ovfl) { SHOWS(SO_RXQ_OVFL, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_wifi_status) {
  SHOWS(SO_WIFI_STATUS, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_peek_off) {
  SHOWS(SO_PEEK_OFF, ALL, "=-1 -2:= -1:= 0:EOPNOTSUPP~= L0:EINVAL L3:EINVAL L4:EOPNOTSUPP~ok");
}
TEST(so_nofcs) { SHOWS(SO_NOFCS, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_lock_filter) {
  SHOWS(SO_LOCK_FILTER, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_select_err_queue) {
  SHOWS(SO_SELECT_ERR_QUEUE, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_busy_poll) { SHOWS(SO_BUSY_POLL, ALL, "=0 -2:EINVAL 0:= max:= L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_max_pacing_rate) {
  SHOWS(SO_MAX_PACING_RATE, ALL, "=-1~#8 -2:= max:= L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_bpf_extensions) {
  SHOWS(SO_BPF_EXTENSIONS,
        ALL, "=ENOPROTOOPT~64 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_incoming_cpu) { SHOWS(SO_INCOMING_CPU, ALL, "=-1 -2:= max:= L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_attach_bpf) {
  SHOWS(SO_ATTACH_BPF,
        ALL, "=ENOPROTOOPT -2:ENOPROTOOPT~EBADF L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~EINVAL");
}
TEST(so_attach_reuseport_cbpf) {
  SHOWS(SO_ATTACH_REUSEPORT_CBPF,
        ALL, "=ENOPROTOOPT -2:ENOPROTOOPT~EINVAL L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~EINVAL");
}
TEST(so_attach_reuseport_ebpf) {
  SHOWS(SO_ATTACH_REUSEPORT_EBPF,
        ALL, "=ENOPROTOOPT -2:ENOPROTOOPT~EBADF L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~EINVAL");
}
TEST(so_cnx_advice) { SHOWS(SO_CNX_ADVICE, ALL, "=ENOPROTOOPT -2:ok L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_meminfo) {
  SHOWS(SO_MEMINFO, ALL, "=ENOPROTOOPT~#36 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_incoming_napi_id) {
  SHOWS(SO_INCOMING_NAPI_ID, ALL, "=0 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_cookie) { SHOWS(SO_COOKIE, ALL, "=#8 -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT"); }
TEST(so_peergroups) {
  SHOWS(SO_PEERGROUPS, ALL, "=ENOPROTOOPT~* -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_zerocopy) {
  SHOWS(SO_ZEROCOPY,
        INET, "=0 -2:EINVAL 0:= 1:EOPNOTSUPP~= 2:EINVAL L0:EINVAL L3:EINVAL L4:EOPNOTSUPP~ok",
        UNIX, "=ENOPROTOOPT~0 -2:EOPNOTSUPP L0:EINVAL L3:EINVAL L4:EOPNOTSUPP");
}
TEST(so_txtime) {
  SHOWS(SO_TXTIME,
        ALL, "=ENOPROTOOPT~#8 -2:ENOPROTOOPT~EINVAL L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~EINVAL");
}
TEST(so_bindtoifindex) {
  SHOWS(SO_BINDTOIFINDEX, ALL, "=0 -2:EINVAL 0:= 1:ENODEV~= L0:EINVAL L3:EINVAL L4:ENODEV~ok");
}
TEST(so_timestamp) { SHOWS(SO_TIMESTAMP, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok"); }
TEST(so_timestampns) {
  SHOWS(SO_TIMESTAMPNS, ALL, "=0 -2:1 0:= 1:= 2:1 L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_timestamping) {
  SHOWS(SO_TIMESTAMPING,
        ALL, "=0~#8 -2:ENOPROTOOPT~EINVAL 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL "
        "L4:ENOPROTOOPT~ok");
}
TEST(so_rcvtimeo) { SHOWS(SO_RCVTIMEO, ALL, "=#16 -2:EINVAL L0:EINVAL"); }
TEST(so_sndtimeo) { SHOWS(SO_SNDTIMEO, ALL, "=#16 -2:EINVAL L0:EINVAL"); }
TEST(so_detach_reuseport_bpf) {
  SHOWS(SO_DETACH_REUSEPORT_BPF, ALL, "=ENOPROTOOPT -2:EINVAL L0:EINVAL");
}
TEST(so_prefer_busy_poll) {
  SHOWS(SO_PREFER_BUSY_POLL, ALL, "=0 -2:EPERM~1 0:= 1:EPERM~= L0:EINVAL L3:EINVAL L4:EPERM~ok");
}
TEST(so_busy_poll_budget) {
  SHOWS(SO_BUSY_POLL_BUDGET,
        ALL, "=ENOPROTOOPT -2:EINVAL 0:ok 1:EPERM~ok 1048576:EINVAL~EPERM L0:EINVAL L3:EINVAL "
        "L4:EPERM~ok");
}
TEST(so_netns_cookie) {
  SHOWS(SO_NETNS_COOKIE,
        ALL, "=ENOPROTOOPT~EINVAL -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(so_buf_lock) {
  SHOWS(SO_BUF_LOCK, ALL, "=0 -2:EINVAL 0:= 3:= 7:EINVAL L0:EINVAL L3:EINVAL L4:ok");
}
TEST(so_reserve_mem) {
  SHOWS(SO_RESERVE_MEM,
        ALL, "=ENOPROTOOPT~0 -2:EOPNOTSUPP~EINVAL L0:EINVAL L3:EINVAL L4:EOPNOTSUPP");
}
TEST(so_txrehash) {
  SHOWS(SO_TXREHASH, TCP, "=1 -2:EINVAL -1:1 0:= 1:= 2:EINVAL L0:EINVAL L3:EINVAL L4:ok",
        UDP | UNIX, "=EOPNOTSUPP -2:EOPNOTSUPP L0:EINVAL L3:EINVAL L4:EOPNOTSUPP");
}
TEST(so_rcvmark) {
  SHOWS(SO_RCVMARK,
        ALL, "=0 -2:ENOPROTOOPT~1 0:= 1:ENOPROTOOPT~= L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(so_passpidfd) {
  SHOWS(SO_PASSPIDFD,
        INET, "=ENOPROTOOPT~EOPNOTSUPP -2:ENOPROTOOPT~EOPNOTSUPP L0:EINVAL L3:EINVAL "
        "L4:ENOPROTOOPT~EOPNOTSUPP",
        UNIX, "=ENOPROTOOPT~0 -2:ENOPROTOOPT~1 L0:EINVAL L3:EINVAL L4:ENOPROTOOPT~ok");
}
TEST(so_peerpidfd) {
  SHOWS(SO_PEERPIDFD, ALL, "=ENOPROTOOPT~* -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT");
}
TEST(unknown) { SHOWS(222, ALL, "=ENOPROTOOPT -2:ENOPROTOOPT L0:EINVAL L3:EINVAL L4:ENOPROTOOPT"); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(so_debug);
  RUN(so_reuseaddr);
  RUN(so_type);
  RUN(so_error);
  RUN(so_dontroute);
  RUN(so_broadcast);
  RUN(so_sndbuf);
  RUN(so_rcvbuf);
  RUN(so_keepalive);
  RUN(so_oobinline);
  RUN(so_no_check);
  RUN(so_priority);
  RUN(so_linger);
  RUN(so_bsdcompat);
  RUN(so_reuseport);
  RUN(so_passcred);
  RUN(so_peercred);
  RUN(so_rcvlowat);
  RUN(so_sndlowat);
  RUN(so_bindtodevice);
  RUN(so_attach_filter);
  RUN(so_detach_filter);
  RUN(so_peername);
  RUN(so_acceptconn);
  RUN(so_peersec);
  RUN(so_sndbufforce);
  RUN(so_rcvbufforce);
  RUN(so_passsec);
  RUN(so_mark);
  RUN(so_protocol);
  RUN(so_domain);
  RUN(so_rxq_ovfl);
  RUN(so_wifi_status);
  RUN(so_peek_off);
  RUN(so_nofcs);
  RUN(so_lock_filter);
  RUN(so_select_err_queue);
  RUN(so_busy_poll);
  RUN(so_max_pacing_rate);
  RUN(so_bpf_extensions);
  RUN(so_incoming_cpu);
  RUN(so_attach_bpf);
  RUN(so_attach_reuseport_cbpf);
  RUN(so_attach_reuseport_ebpf);
  RUN(so_cnx_advice);
  RUN(so_meminfo);
  RUN(so_incoming_napi_id);
  RUN(so_cookie);
  RUN(so_peergroups);
  RUN(so_zerocopy);
  RUN(so_txtime);
  RUN(so_bindtoifindex);
  RUN(so_timestamp);
  RUN(so_timestampns);
  RUN(so_timestamping);
  RUN(so_rcvtimeo);
  RUN(so_sndtimeo);
  RUN(so_detach_reuseport_bpf);
  RUN(so_prefer_busy_poll);
  RUN(so_busy_poll_budget);
  RUN(so_netns_cookie);
  RUN(so_buf_lock);
  RUN(so_reserve_mem);
  RUN(so_txrehash);
  RUN(so_rcvmark);
  RUN(so_passpidfd);
  RUN(so_peerpidfd);
  RUN(unknown);
  return T_END();
}
