/* What connect(2), bind(2) and what went before leave behind: udp(7), connect(2), shutdown(2). */
#include "../t.h"

TEST(port_0_is_a_peer_with_nobody_there) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_OK(t_connect(fd, t_loopback(AF_INET, 0)));
  CHECK_EQ(send(fd, "a", 1, 0), 1);
  CHECK_ERRNO(send(fd, "a", 1, 0), ECONNREFUSED);
  CHECK_OK(shutdown(fd, SHUT_RD));
  struct sockaddr unspecified = {.sa_family = AF_UNSPEC};
  CHECK_OK(connect(fd, &unspecified, sizeof unspecified));
  CHECK_ERRNO(shutdown(fd, SHUT_RD), ENOTCONN);
  CHECK_ERRNO(send(fd, "a", 1, 0), EDESTADDRREQ);
}

TEST(bound_to_an_ipv6_address_it_has_no_ipv4_peers) {
  int fd = t_bound(AF_INET6, SOCK_DGRAM), other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr to = t_local(other), nowhere = t_loopback(AF_INET, 0);
  CHECK_ERRNO(t_connect(fd, to), EAFNOSUPPORT);
  CHECK_ERRNO(sendto(fd, "a", 1, 0, &to.sa.any, to.len), ENETUNREACH);
  CHECK_ERRNO(sendto(fd, "a", 1, MSG_MORE, &to.sa.any, to.len), ENETUNREACH);
  CHECK_ERRNO(sendto(fd, "a", 1, 0, &nowhere.sa.any, nowhere.len), ENETUNREACH);
}

TEST(a_datagram_begun_before_the_shutdown_is_sent) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr to = t_local(other);
  char back[8];
  CHECK_EQ(sendto(fd, "ab", 2, MSG_MORE, &to.sa.any, to.len), 2);
  CHECK_ERRNO(shutdown(fd, SHUT_WR), ENOTCONN);
  CHECK_EQ(sendto(fd, "c", 1, MSG_NOSIGNAL, &to.sa.any, to.len), 1);
  REQUIRE_EQ(recv(other, back, sizeof back, 0), 3);
  CHECK(!memcmp(back, "abc", 3));
  CHECK_ERRNO(sendto(fd, "d", 1, MSG_NOSIGNAL, &to.sa.any, to.len), EPIPE);
}

TEST(what_was_queued_outlives_a_disconnect) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), other = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_OK(t_connect(fd, t_local(other)));
  struct t_addr own = t_local(fd);
  char back[8];
  REQUIRE_EQ(sendto(other, "kept", 4, 0, &own.sa.any, own.len), 4);
  CHECK_EQ(t_wait(fd, POLLIN) & POLLIN, POLLIN);
  struct sockaddr unspecified = {.sa_family = AF_UNSPEC};
  CHECK_OK(connect(fd, &unspecified, sizeof unspecified));
  CHECK_EQ(recv(fd, back, sizeof back, MSG_DONTWAIT), 4);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(port_0_is_a_peer_with_nobody_there);
  RUN(bound_to_an_ipv6_address_it_has_no_ipv4_peers);
  RUN(a_datagram_begun_before_the_shutdown_is_sent);
  RUN(what_was_queued_outlives_a_disconnect);
  return T_END();
}
