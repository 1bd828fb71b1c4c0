/* What random calls on TCP sockets found (cargo xtask fuzz linux tcp). */
#include "../t.h"

#include <sys/uio.h>

/* Both directions are shut: what comes after that is answered with a reset, which is told. */
TEST(data_after_both_directions_were_shut) {
  int pair[2];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[1], "first", 5, 0), 5);
  REQUIRE(t_wait_bytes(pair[0], 5));
  CHECK_OK(shutdown(pair[0], SHUT_RDWR));
  CHECK_EQ(recv(pair[0], &byte, 1, 0), 1);
  CHECK_EQ(byte, 'f');
  CHECK_EQ(send(pair[1], "later", 5, 0), 5);
  T_UNTIL(t_poll(pair[0], 0, 0) & POLLERR);
  CHECK_EQ(t_get_int(pair[0], SOL_SOCKET, SO_ERROR), ECONNRESET);
}

/* shutdown() takes note of a connection that connect() has not told of yet. */
TEST(shutdown_before_connect_has_told) {
  int listener = t_listener(AF_INET), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int outcome = t_connect(fd, t_local(listener));
  CHECK(outcome == 0 || errno == EINPROGRESS);
  REQUIRE(t_wait(fd, POLLOUT));
  CHECK_OK(shutdown(fd, SHUT_WR));
  CHECK_ERRNO(t_connect(fd, t_local(listener)), EISCONN);
}

/* A write to a peer that is gone is taken whole, as by a kernel that learns of it a moment later. */
TEST(a_large_write_to_a_closed_peer) {
  static char data[20000];
  int pair[2];
  struct iovec parts[] = {{data, 1}, {data, sizeof data}};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(close(pair[1]));
  REQUIRE(t_wait(pair[0], POLLRDHUP));
  CHECK_EQ(writev(pair[0], parts, 2), 1 + (ssize_t)sizeof data);
  T_UNTIL(send(pair[0], "x", 1, MSG_NOSIGNAL) == -1);
}

/* More than 64 KiB that have come are read by one call. */
TEST(a_read_takes_all_there_is) {
  enum { ALL = 200000 };
  static char data[ALL], got[ALL];
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(t_set_int(pair[1], SOL_SOCKET, SO_RCVBUF, 1 << 20));
  t_pattern(data, ALL, 0);
  CHECK_EQ(t_send_all(pair[0], data, ALL), ALL);
  REQUIRE(t_wait_bytes(pair[1], ALL));
  CHECK_EQ(read(pair[1], got, ALL), ALL);
  CHECK_EQ(t_pattern_match(got, ALL, 0), (size_t)ALL);
}

/* An error that is known goes before what there is to receive, in recvmmsg() alone. */
TEST(recvmmsg_tells_an_error_first) {
  int pair[2];
  char byte;
  struct iovec part = {&byte, 1};
  struct mmsghdr message = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(close(pair[1]));
  REQUIRE(t_wait(pair[0], POLLRDHUP));
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  T_UNTIL(t_poll(pair[0], 0, 0) & (POLLERR | POLLHUP));
  CHECK_ERRNO(recvmmsg(pair[0], &message, 1, 0, NULL), EPIPE);
  CHECK_EQ(recvmmsg(pair[0], &message, 1, 0, NULL), 1);
  CHECK_EQ(message.msg_len, 0u);
}

/* MSG_MORE that fills what is kept does not stop poll() from telling of room. */
TEST(room_after_much_that_is_held) {
  static char data[16384];
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], data, sizeof data, MSG_MORE), (ssize_t)sizeof data);
  CHECK_EQ(t_poll(pair[0], POLLOUT, 0), POLLOUT);
}

TEST(an_ipv6_address_makes_it_ipv6_only) {
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 0);
  REQUIRE_OK(t_bind(fd, t_loopback(AF_INET6, 0)));
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(data_after_both_directions_were_shut);
  RUN(shutdown_before_connect_has_told);
  RUN(a_large_write_to_a_closed_peer);
  RUN(a_read_takes_all_there_is);
  RUN(recvmmsg_tells_an_error_first);
  RUN(room_after_much_that_is_held);
  RUN(an_ipv6_address_makes_it_ipv6_only);
  return T_END();
}
