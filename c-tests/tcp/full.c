/* A peer that does not read: full buffers, short counts, timeouts, and their end.
 * send(2), socket(7); ideas: gVisor NonblockingLargeWrite, PollWithFullBufferBlocks,
 * LargeSendDontWait, SendTimeout. */
#include "../t.h"

#define HUGE_SEND (64 << 20)
static char huge[HUGE_SEND];

/* A new connection has empty buffers: both ends can write at once. */
TEST(a_new_connection_is_writable) {
  for (int i = 0; i < 100; i++) {
    int pair[2];
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    REQUIRE_OK(t_set_nonblock(pair[0], 1));
    REQUIRE_OK(t_set_nonblock(pair[1], 1));
    if (i & 1)
      REQUIRE_EQ(t_poll(pair[i & 2 ? 0 : 1], POLLOUT | POLLIN, 0), POLLOUT);
    REQUIRE_EQ(send(pair[1], huge, 1000, 0), 1000);
    REQUIRE_EQ(send(pair[0], huge, 1000, 0), 1000);
    REQUIRE_OK(close(pair[0]));
    REQUIRE_OK(close(pair[1]));
  }
}

TEST(a_new_connection_takes_a_large_write) {
  for (int i = 0; i < 50; i++) {
    int pair[2];
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    REQUIRE_OK(t_set_nonblock(pair[i & 1], 1));
    REQUIRE(send(pair[i & 1], huge, 1 << 20, 0) > 0);
    REQUIRE_OK(close(pair[0]));
    REQUIRE_OK(close(pair[1]));
  }
}

TEST(nonblocking_write_is_short_then_eagain) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_set_nonblock(pair[0], 1));
  ssize_t first = write(pair[0], huge, sizeof huge);
  CHECK(first > 0 && first < (ssize_t)sizeof huge);
  CHECK(t_fill(pair[0]) >= 0);
  CHECK_ERRNO(write(pair[0], huge, 65536), EAGAIN);
  CHECK_ERRNO(send(pair[0], huge, 65536, 0), EAGAIN);
}

TEST(pollout_goes_and_comes_back) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET6, pair));
  REQUIRE_OK(t_set_nonblock(pair[0], 1));
  long long total = t_fill(pair[0]);
  REQUIRE(total > 0);
  CHECK_EQ(t_poll(pair[0], POLLOUT, 0), 0);
  CHECK_EQ(t_drain(pair[1], total, 0), total);
  CHECK(t_wait(pair[0], POLLOUT));
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
}

TEST(nothing_is_lost_or_doubled) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_set_nonblock(pair[0], 1));
  long long total = t_fill(pair[0]);
  REQUIRE(total > 0);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(t_drain(pair[1], total + 1, 0), total);
}

TEST(dontwait_on_a_blocking_socket) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  ssize_t first = send(pair[0], huge, sizeof huge, MSG_DONTWAIT);
  CHECK(first > 0 && first < (ssize_t)sizeof huge);
  CHECK(t_fill(pair[0]) >= 0);
  CHECK_ERRNO(send(pair[0], huge, 65536, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(fcntl(pair[0], F_GETFL) & O_NONBLOCK, 0);
}

TEST(writev_is_short_then_eagain) {
  int pair[2];
  struct iovec iov[3] = {{huge, HUGE_SEND / 4}, {huge, HUGE_SEND / 4}, {huge, HUGE_SEND / 4}};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_set_nonblock(pair[0], 1));
  ssize_t first = writev(pair[0], iov, 3);
  CHECK(first > 0 && first < HUGE_SEND / 4 * 3);
  CHECK(t_fill(pair[0]) >= 0);
  CHECK_ERRNO(writev(pair[0], iov, 3), EAGAIN);
}

TEST(send_timeout) {
  int pair[2];
  struct timeval brief = {0, 60000};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &brief, sizeof brief));
  ssize_t first = send(pair[0], huge, sizeof huge, 0);
  CHECK(first > 0 && first < (ssize_t)sizeof huge);
  CHECK(t_fill(pair[0]) >= 0);
  long long start = t_now_ms();
  CHECK_ERRNO(send(pair[0], huge, 65536, 0), EAGAIN);
  CHECK(t_now_ms() - start >= 50);
}

TEST(close_with_full_buffers) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_set_nonblock(pair[0], 1));
  long long total = t_fill(pair[0]);
  REQUIRE(total > 0);
  CHECK_OK(close(pair[0]));
  CHECK_EQ(t_drain(pair[1], total + 1, 0), total);
}

TEST(reading_while_sending_is_blocked) {
  int pair[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_set_nonblock(pair[0], 1));
  REQUIRE(t_fill(pair[0]) > 0);
  CHECK_EQ(send(pair[1], "r", 1, 0), 1);
  CHECK(t_wait(pair[0], POLLIN));
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLOUT, 0), POLLIN);
  CHECK_EQ(recv(pair[0], &c, 1, 0), 1);
  CHECK_EQ(c, 'r');
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_new_connection_is_writable);
  RUN(a_new_connection_takes_a_large_write);
  RUN(nonblocking_write_is_short_then_eagain);
  RUN(pollout_goes_and_comes_back);
  RUN(nothing_is_lost_or_doubled);
  RUN(dontwait_on_a_blocking_socket);
  RUN(writev_is_short_then_eagain);
  RUN(send_timeout);
  RUN(close_with_full_buffers);
  RUN(reading_while_sending_is_blocked);
  return T_END();
}
