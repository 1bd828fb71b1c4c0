/* ppoll: timeouts as timespec. Signal masks are in signals/. ppoll(2), POSIX 2024 ppoll(); ideas:
 * LTP ppoll01, wasi-libc ppoll.c. */
#include "../t.h"

TEST(like_poll_without_a_mask) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[2] = {{pair[0], POLLIN | POLLOUT, 0}, {pair[1], POLLIN, 5}};
  struct timespec second = {1, 0};
  CHECK_EQ(ppoll(p, 2, &second, NULL), 1);
  CHECK_EQ(p[0].revents, POLLOUT);
  CHECK_EQ(p[1].revents, 0);
}

TEST(no_timeout_waits_for_ever) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p = {pair[1], POLLIN, 0};
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(ppoll(&p, 1, NULL, NULL), 1);
  CHECK_EQ(p.revents, POLLIN);
}

TEST(a_zero_timeout_returns_at_once) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p = {pair[1], POLLIN, 0};
  struct timespec zero = {0, 0};
  for (int i = 0; i < 100; i++)
    CHECK_EQ(ppoll(&p, 1, &zero, NULL), 0);
}

TEST(the_timeout_is_waited_for_and_not_changed) {
  struct timespec limit = {0, 60000000}, tiny = {0, 1};
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p = {pair[1], POLLIN, 0};
  long long start = t_now_ms();
  CHECK_EQ(ppoll(&p, 1, &limit, NULL), 0);
  CHECK(t_now_ms() - start >= 59);
  CHECK_EQ(limit.tv_sec, 0);
  CHECK_EQ(limit.tv_nsec, 60000000);
  CHECK_EQ(ppoll(&p, 1, &tiny, NULL), 0);
  start = t_now_ms();
  CHECK_EQ(ppoll(NULL, 0, &limit, NULL), 0);
  CHECK(t_now_ms() - start >= 59);
}

TEST(bad_timeouts) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p = {pair[1], POLLOUT, 0};
  static const struct timespec bad[] = {{0, 1000000000}, {0, -1}, {-1, 0}, {-1, 999999999}};
  for (int i = 0; i < 4; i++)
    CHECK_ERRNO(ppoll(&p, 1, &bad[i], NULL), EINVAL);
}

TEST(a_huge_timeout_is_valid) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p = {pair[1], POLLOUT, 0};
  struct timespec huge = {INT64_MAX / 2, 999999999};
  CHECK_EQ(ppoll(&p, 1, &huge, NULL), 1);
  p.events = POLLIN;
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(ppoll(&p, 1, &huge, NULL), 1);
}

TEST(pollnval_and_ignored_descriptors) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_OK(close(fd));
  struct pollfd p[2] = {{fd, POLLIN, 0}, {-1, POLLIN, 3}};
  CHECK_EQ(ppoll(p, 2, NULL, NULL), 1);
  CHECK_EQ(p[0].revents, POLLNVAL);
  CHECK_EQ(p[1].revents, 0);
  CHECK_ERRNO(ppoll(t_hide_pointer(0), 1, NULL, NULL), EFAULT);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(like_poll_without_a_mask);
  RUN(no_timeout_waits_for_ever);
  RUN(a_zero_timeout_returns_at_once);
  RUN(the_timeout_is_waited_for_and_not_changed);
  RUN(bad_timeouts);
  RUN(a_huge_timeout_is_valid);
  RUN(pollnval_and_ignored_descriptors);
  return T_END();
}
