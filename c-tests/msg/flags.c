/* Flags of send and recv that change nothing one can see, and kinds of sockets that are refused. */
#include "../t.h"
#include <netpacket/packet.h>

/* One byte with the flag each way, over TCP and UDP. */
static void passes(int flag) {
  int tcp[2], udp[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, tcp));
  REQUIRE_OK(t_udp_pair(AF_INET, udp));
  CHECK_EQ(send(tcp[0], "t", 1, flag), 1);
  CHECK(t_wait(tcp[1], POLLIN));
  CHECK_EQ(recv(tcp[1], &c, 1, flag), 1);
  CHECK_EQ(c, 't');
  CHECK_EQ(send(udp[0], "u", 1, flag), 1);
  CHECK(t_wait(udp[1], POLLIN));
  CHECK_EQ(recv(udp[1], &c, 1, flag), 1);
  CHECK_EQ(c, 'u');
}

TEST(dontroute_reaches_the_same_machine) {
  passes(MSG_DONTROUTE);
  passes(MSG_TRYHARD); /* DECnet's name of it */
}

TEST(hints_are_taken) {
  passes(MSG_CONFIRM);
  passes(MSG_ZEROCOPY); /* without SO_ZEROCOPY it means nothing */
}

TEST(a_send_that_would_connect) {
  int listener = t_listener(AF_INET), fd = socket(AF_INET, SOCK_STREAM, 0);
  struct t_addr to = t_loopback(AF_INET, t_port(listener));
#ifdef __wasi__
  CHECK_ERRNO(sendto(fd, "x", 1, MSG_FASTOPEN, &to.sa.any, to.len), EOPNOTSUPP);
  REQUIRE_OK(t_connect(fd, to));
  CHECK_ERRNO(send(fd, "x", 1, MSG_FASTOPEN), EOPNOTSUPP);
#else
  /* A Linux on which it is switched off says the same. */
  ssize_t sent = sendto(fd, "x", 1, MSG_FASTOPEN, &to.sa.any, to.len);
  CHECK(sent == 1 || errno == EOPNOTSUPP);
#endif
}

TEST(kinds_of_sockets_that_are_refused) {
#ifdef __wasi__
  CHECK_ERRNO(socket(AF_INET, SOCK_PACKET, 0), EPERM);
#endif
  CHECK_ERRNO(socket(AF_INET, SOCK_RAW, 0), EPROTONOSUPPORT);
  CHECK_ERRNO(socket(AF_INET, SOCK_RDM, 0), ESOCKTNOSUPPORT);
  CHECK_ERRNO2(socket(AF_INET, SOCK_DCCP, 0), ESOCKTNOSUPPORT, EPROTONOSUPPORT);
}

/* Numbers of options that are not implemented on either side. */
TEST(options_that_nobody_has) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), value = 0;
  socklen_t length = sizeof value;
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_SECURITY_AUTHENTICATION, &value, sizeof value), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_SECURITY_ENCRYPTION_TRANSPORT, &value, sizeof value),
              ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_SECURITY_ENCRYPTION_NETWORK, &value, sizeof value),
              ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_COOKIE_TRANSACTIONS, &value, sizeof value), ENOPROTOOPT);
  CHECK_ERRNO(getsockopt(fd, IPPROTO_TCP, TCP_COOKIE_TRANSACTIONS, &value, &length), ENOPROTOOPT);
}

/* What RFC 2292 called them, before RFC 3542 changed their form. */
TEST(old_forms_of_ipv6_options) {
#ifdef __wasi__
  int fd = socket(AF_INET6, SOCK_DGRAM, 0), on = 1;
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_2292PKTINFO, &on, sizeof on), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_2292HOPOPTS, &on, sizeof on), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_2292DSTOPTS, &on, sizeof on), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_2292RTHDR, &on, sizeof on), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_2292HOPLIMIT, &on, sizeof on), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof on), ENOPROTOOPT);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(dontroute_reaches_the_same_machine);
  RUN(hints_are_taken);
  RUN(a_send_that_would_connect);
  RUN(kinds_of_sockets_that_are_refused);
  RUN(options_that_nobody_has);
  RUN(old_forms_of_ipv6_options);
  return T_END();
}
