/* ioctl(FIONREAD) and SO_RCVTIMEO, SO_RCVLOWAT on TCP. tcp(7) SIOCINQ, socket(7); ideas: gVisor
 * Tiocinq, RecvTimeout. */
#include "../t.h"

static int readable(int fd) {
  int n = -1;
  return ioctl(fd, FIONREAD, &n) == 0 ? n : -1;
}

TEST(fionread_counts_down) {
  int pair[2];
  char buffer[16];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(readable(pair[1]), 0);
  CHECK_EQ(t_send_all(pair[0], "0123456789", 10), 10);
  T_UNTIL(readable(pair[1]) == 10);
  CHECK_EQ(recv(pair[1], buffer, 4, 0), 4);
  CHECK_EQ(readable(pair[1]), 6);
  CHECK_EQ(recv(pair[1], buffer, 2, MSG_PEEK), 2);
  CHECK_EQ(readable(pair[1]), 6);
  CHECK_EQ(recv(pair[1], buffer, 16, 0), 6);
  CHECK_EQ(readable(pair[1]), 0);
}

TEST(fionread_tells_of_large_amounts) {
  int pair[2];
  static char data[20000];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(t_send_all(pair[0], data, sizeof data), sizeof data);
  T_UNTIL(readable(pair[1]) == (int)sizeof data);
  CHECK_EQ(recv(pair[1], data, sizeof data, MSG_WAITALL), sizeof data);
}

/* A caller may allocate that much and read once. */
TEST(fionread_can_be_read_at_once) {
  int pair[2];
  static char data[60000];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(t_send_all(pair[0], data, sizeof data), sizeof data);
  long long got = 0;
  while (got < (long long)sizeof data) {
    REQUIRE(t_wait(pair[1], POLLIN));
    int n = readable(pair[1]);
    REQUIRE(n > 0 && n <= (int)sizeof data - got);
    REQUIRE_EQ(recv(pair[1], data, (size_t)n, MSG_DONTWAIT), n);
    got += n;
  }
  CHECK_EQ(readable(pair[1]), 0);
}

TEST(fionread_at_the_end) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_OK(close(pair[0]));
  T_UNTIL(readable(pair[1]) == 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
  CHECK_EQ(readable(pair[1]), 0);
}

TEST(fionread_of_a_listener) {
  int listener = t_listener(AF_INET), n = 0;
  REQUIRE_OK(listener);
  CHECK_ERRNO(ioctl(listener, FIONREAD, &n), EINVAL);
}

TEST(fionread_unconnected) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(readable(fd), 0);
}

TEST(receive_timeout) {
  int pair[2];
  char c;
  struct timeval brief = {0, 60000};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief));
  long long start = t_now_ms();
  CHECK_ERRNO(recv(pair[1], &c, 1, 0), EAGAIN);
  CHECK(t_now_ms() - start >= 50);
  CHECK_ERRNO(read(pair[1], &c, 1), EAGAIN);
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
}

TEST(receive_timeout_zero_is_for_ever) {
  int listener = t_listener(AF_INET), peer = peer_open();
  char c = 0;
  struct timeval brief = {0, 10000}, none = {0, 0};
  REQUIRE(listener >= 0 && peer >= 0);
  REQUIRE(peer_number(peer, "connect 1 127.0.0.1 %d", t_port(listener)) > 0);
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  REQUIRE_OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief));
  CHECK_ERRNO(recv(fd, &c, 1, 0), EAGAIN);
  REQUIRE_OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none));
  REQUIRE_OK(peer_start(peer, "pause 60"));
  REQUIRE_OK(peer_start(peer, "text 1 late"));
  CHECK_EQ(recv(fd, &c, 1, 0), 1);
  CHECK_EQ(c, 'l');
}

TEST(blocking_recv_wakes_on_data) {
  int listener = t_listener(AF_INET), peer = peer_open();
  char buffer[8] = "";
  REQUIRE(listener >= 0 && peer >= 0);
  REQUIRE(peer_number(peer, "connect 1 127.0.0.1 %d", t_port(listener)) > 0);
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "text 1 wake"));
  CHECK_EQ(recv(fd, buffer, 8, 0), 4);
  CHECK_STR(buffer, "wake");
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "close 1"));
  CHECK_EQ(recv(fd, buffer, 8, 0), 0);
}

/* A server with blocking sockets that trusts poll() must not get stuck in recv(): once all that
 * came has been read, nothing is readable. */
TEST(poll_is_right_after_every_read) {
  int pair[2];
  char buffer[4096];
  static const int size[] = {1, 7, 64, 1000, 4096};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i < 500; i++) {
    int n = size[i % 5];
    REQUIRE_EQ(t_send_all(pair[0], buffer, (size_t)n), n);
    for (int got = 0; got < n;) {
      REQUIRE_EQ(t_poll(pair[1], POLLIN, T_LIMIT_MS), POLLIN);
      ssize_t part = recv(pair[1], buffer, sizeof buffer, MSG_DONTWAIT);
      REQUIRE(part > 0);
      got += (int)part;
    }
    REQUIRE_EQ(t_poll(pair[1], POLLIN, 0), 0);
  }
}

TEST(low_water_mark) {
  int pair[2];
  char buffer[16];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(t_get_int(pair[1], SOL_SOCKET, SO_RCVLOWAT), 1);
  REQUIRE_OK(t_set_int(pair[1], SOL_SOCKET, SO_RCVLOWAT, 8));
  CHECK_EQ(t_get_int(pair[1], SOL_SOCKET, SO_RCVLOWAT), 8);
  CHECK_EQ(t_send_all(pair[0], "1234", 4), 4);
  T_UNTIL(readable(pair[1]) == 4);
  CHECK_EQ(t_poll(pair[1], POLLIN, 20), 0);
  CHECK_EQ(t_send_all(pair[0], "5678", 4), 4);
  CHECK(t_wait(pair[1], POLLIN));
  CHECK_EQ(recv(pair[1], buffer, 16, 0), 8);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(fionread_counts_down);
  RUN(fionread_tells_of_large_amounts);
  RUN(fionread_can_be_read_at_once);
  RUN(fionread_at_the_end);
  RUN(fionread_of_a_listener);
  RUN(fionread_unconnected);
  RUN(receive_timeout);
  RUN(receive_timeout_zero_is_for_ever);
  RUN(blocking_recv_wakes_on_data);
  RUN(poll_is_right_after_every_read);
  RUN(low_water_mark);
  return T_END();
}
