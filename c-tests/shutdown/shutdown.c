/* shutdown() of TCP and UDP sockets, and what poll() then says. shutdown(2), poll(2), tcp(7);
 * ideas: glibc tst-shutdown, LTP shutdown01, gVisor ShutdownWrServerClientClose,
 * PollAfterShutdown. */
#include "../t.h"

TEST(write_side) {
  int pair[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "last", 4, 0), 4);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK_ERRNO(write(pair[0], "x", 1), EPIPE);
  char buffer[8] = "";
  CHECK_EQ(t_recv_all(pair[1], buffer, 8), 4);
  CHECK_STR(buffer, "last");
  for (int i = 0; i < 3; i++)
    CHECK_EQ(recv(pair[1], buffer, 8, 0), 0);
  CHECK_EQ(send(pair[1], "r", 1, 0), 1);
  CHECK_EQ(recv(pair[0], &c, 1, 0), 1);
  CHECK_EQ(c, 'r');
}

TEST(write_side_twice) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET6, pair));
  CHECK_EQ(shutdown(pair[0], SHUT_WR), 0);
  CHECK_EQ(shutdown(pair[0], SHUT_WR), 0);
}

TEST(read_side_of_an_idle_socket) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_RD));
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLRDHUP, 0), POLLIN | POLLRDHUP);
  CHECK_EQ(recv(pair[0], &c, 1, 0), 0);
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  CHECK_EQ(shutdown(pair[0], SHUT_RD), 0);
}

/* Linux does not throw away what was there, nor refuse what comes. */
TEST(read_side_keeps_the_data) {
  int pair[2];
  char buffer[8] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(t_send_all(pair[1], "there", 5), 5);
  REQUIRE(t_wait_bytes(pair[0], 5));
  CHECK_OK(shutdown(pair[0], SHUT_RD));
  CHECK_EQ(recv(pair[0], buffer, 8, 0), 5);
  CHECK_STR(buffer, "there");
  CHECK_EQ(recv(pair[0], buffer, 8, 0), 0);
}

TEST(both_sides) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct t_addr before = t_local(pair[0]);
  CHECK_OK(shutdown(pair[0], SHUT_RDWR));
  CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK_EQ(recv(pair[0], &c, 1, 0), 0);
  struct t_addr after = t_local(pair[0]);
  CHECK(after.len && t_addr_same(&before, &after));
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
}

TEST(poll_after_the_write_side) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLOUT | POLLRDHUP, 0), POLLOUT);
  CHECK(t_wait(pair[1], POLLRDHUP));
  CHECK_EQ(t_poll(pair[1], POLLIN | POLLOUT | POLLRDHUP, 0), POLLIN | POLLOUT | POLLRDHUP);
  CHECK_EQ(t_poll(pair[1], 0, 0), 0);
}

TEST(poll_after_both_sides) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_RDWR));
  CHECK_EQ(t_poll(pair[0], 0, 0), POLLHUP);
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLOUT | POLLRDHUP, 0),
           POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
}

TEST(poll_when_each_end_shut_its_write_side) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_OK(shutdown(pair[1], SHUT_WR));
  CHECK(t_wait(pair[0], POLLHUP));
  CHECK(t_wait(pair[1], POLLHUP));
}

TEST(unconnected) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), bound = t_bound(AF_INET, SOCK_STREAM);
  REQUIRE(fd >= 0 && bound >= 0);
  CHECK_ERRNO(shutdown(fd, SHUT_RD), ENOTCONN);
  CHECK_ERRNO(shutdown(fd, SHUT_WR), ENOTCONN);
  CHECK_ERRNO(shutdown(bound, SHUT_RDWR), ENOTCONN);
}

TEST(unconnected_socket_polls_as_hung_up) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(t_poll(fd, 0, 0), POLLHUP);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, 0), POLLOUT | POLLHUP);
}

TEST(bad_how) {
  int pair[2], fresh = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(shutdown(pair[0], 3 + SHUT_RDWR), EINVAL);
  CHECK_ERRNO(shutdown(pair[0], -1), EINVAL);
  CHECK_ERRNO(shutdown(fresh, 99), EINVAL);
}

TEST(shutdown_then_close) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_OK(shutdown(pair[1], SHUT_RDWR));
  CHECK_OK(close(pair[0]));
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
}

TEST(after_the_peer_closed) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(close(pair[1]));
  CHECK_EQ(recv(pair[0], &c, 1, 0), 0);
  CHECK_EQ(shutdown(pair[0], SHUT_WR), 0);
}

TEST(half_closed_bulk) {
  int pair[2];
  static unsigned char data[30000];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  t_pattern(data, sizeof data, 0);
  for (int i = 0; i < 20; i++) {
    REQUIRE_EQ(t_send_all(pair[1], data, sizeof data), sizeof data);
    REQUIRE_EQ(t_drain(pair[0], sizeof data, 0), sizeof data);
  }
}

TEST(udp_unconnected) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(fd);
  CHECK_ERRNO(shutdown(fd, SHUT_RDWR), ENOTCONN);
}

TEST(udp_connected) {
  int pair[2];
  char c;
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK_EQ(send(pair[1], "y", 1, 0), 1);
  CHECK_EQ(recv(pair[0], &c, 1, 0), 1);
  CHECK_OK(shutdown(pair[0], SHUT_RD));
  CHECK_EQ(recv(pair[0], &c, 1, 0), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(write_side);
  RUN(write_side_twice);
  RUN(read_side_of_an_idle_socket);
  RUN(read_side_keeps_the_data);
  RUN(both_sides);
  RUN(poll_after_the_write_side);
  RUN(poll_after_both_sides);
  RUN(poll_when_each_end_shut_its_write_side);
  RUN(unconnected);
  RUN(unconnected_socket_polls_as_hung_up);
  RUN(bad_how);
  RUN(shutdown_then_close);
  RUN(after_the_peer_closed);
  RUN(half_closed_bulk);
  RUN(udp_unconnected);
  RUN(udp_connected);
  return T_END();
}
