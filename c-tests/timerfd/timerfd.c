/* timerfd: relative, absolute and periodic timers. timerfd_create(2); ideas: LTP timerfd01,
 * timerfd_create01, timerfd_gettime01, timerfd_settime01/02, gVisor timerfd. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

static struct itimerspec in_ms(long first, long interval) {
  struct itimerspec t = {{interval / 1000, interval % 1000 * 1000000},
                         {first / 1000, first % 1000 * 1000000}};
  return t;
}

static int set_ms(int fd, long first, long interval) {
  struct itimerspec t = in_ms(first, interval);
  return timerfd_settime(fd, 0, &t, NULL);
}

/* Expirations since the last read; -1 when read() fails. */
static long long take(int fd) {
  uint64_t count = 0;
  return read(fd, &count, sizeof count) == sizeof count ? (long long)count : -1;
}

static long long to_ns(struct timespec t) { return t.tv_sec * 1000000000LL + t.tv_nsec; }

TEST(create) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0), both;
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CHECK_OK(both = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  CHECK_EQ(fcntl(both, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(both, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, -1), EINVAL);
}

TEST(one_relative_expiration) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  long long start = t_now_ms();
  CHECK_OK(set_ms(fd, 60, 0));
  CHECK_EQ(take(fd), 1);
  CHECK(t_now_ms() - start >= 59);
  CHECK_EQ(t_poll(fd, POLLIN, 20), 0);
}

TEST(a_non_blocking_read) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  CHECK_ERRNO(take(fd), EAGAIN);
  CHECK_OK(set_ms(fd, 100000, 0));
  CHECK_ERRNO(take(fd), EAGAIN);
  CHECK_OK(set_ms(fd, 1, 0));
  REQUIRE(t_wait(fd, POLLIN));
  CHECK_EQ(take(fd), 1);
  CHECK_ERRNO(take(fd), EAGAIN);
}

TEST(periodic_expirations_add_up) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  CHECK_OK(set_ms(fd, 10, 10));
  t_pause_ms(65);
  CHECK(take(fd) >= 6);
  REQUIRE(t_wait(fd, POLLIN));
  CHECK(take(fd) >= 1);
  CHECK_OK(set_ms(fd, 0, 0));
  t_pause_ms(25);
  CHECK_ERRNO(take(fd), EAGAIN);
}

TEST(an_absolute_time) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec t = {{0, 0}, {0, 0}};
  long long start = t_now_ms();
  clock_gettime(CLOCK_MONOTONIC, &t.it_value);
  long long at = to_ns(t.it_value) + 60000000;
  t.it_value.tv_sec = at / 1000000000;
  t.it_value.tv_nsec = at % 1000000000;
  CHECK_OK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &t, NULL));
  CHECK_EQ(take(fd), 1);
  CHECK(t_now_ms() - start >= 59);
}

TEST(an_absolute_time_of_day) {
  int fd = timerfd_create(CLOCK_REALTIME, 0);
  struct itimerspec t = {{0, 0}, {0, 0}};
  clock_gettime(CLOCK_REALTIME, &t.it_value);
  t.it_value.tv_sec += 1;
  /* Where a second begins jco's host may tell the one before (docs/HOSTS.md). */
  t.it_value.tv_nsec = 250000000;
  CHECK_OK(timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &t, NULL));
  CHECK_EQ(take(fd), 1);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  CHECK(now.tv_sec >= t.it_value.tv_sec);
}

TEST(an_absolute_time_in_the_past_expires_at_once) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec t = {{0, 0}, {0, 1}};
  CHECK_OK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &t, NULL));
  REQUIRE(t_wait(fd, POLLIN));
  CHECK_EQ(take(fd), 1);
}

TEST(gettime_counts_down) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec now;
  CHECK_OK(timerfd_gettime(fd, &now));
  CHECK_EQ(to_ns(now.it_value), 0);
  CHECK_EQ(to_ns(now.it_interval), 0);
  CHECK_OK(set_ms(fd, 500000, 700));
  CHECK_OK(timerfd_gettime(fd, &now));
  CHECK(to_ns(now.it_value) > 400000000000 && to_ns(now.it_value) <= 500000000000);
  CHECK_EQ(to_ns(now.it_interval), 700000000);
  t_pause_ms(20);
  long long before = to_ns(now.it_value);
  CHECK_OK(timerfd_gettime(fd, &now));
  CHECK(before - to_ns(now.it_value) >= 19000000);
}

TEST(gettime_of_an_expired_timer) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec now;
  CHECK_OK(set_ms(fd, 1, 0));
  REQUIRE(t_wait(fd, POLLIN));
  CHECK_OK(timerfd_gettime(fd, &now));
  CHECK_EQ(to_ns(now.it_value), 0);
  CHECK_EQ(take(fd), 1);
}

TEST(settime_gives_the_old_setting) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec old, t = in_ms(0, 0);
  CHECK_OK(set_ms(fd, 100000, 300));
  CHECK_OK(timerfd_settime(fd, 0, &t, &old));
  CHECK(to_ns(old.it_value) > 90000000000 && to_ns(old.it_value) <= 100000000000);
  CHECK_EQ(to_ns(old.it_interval), 300000000);
  CHECK_OK(timerfd_settime(fd, 0, &t, &old));
  CHECK_EQ(to_ns(old.it_value), 0);
}

TEST(setting_again_forgets_expirations) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  CHECK_OK(set_ms(fd, 1, 0));
  REQUIRE(t_wait(fd, POLLIN));
  CHECK_OK(set_ms(fd, 100000, 0));
  CHECK_EQ(t_poll(fd, POLLIN, 0), 0);
  CHECK_ERRNO(take(fd), EAGAIN);
}

TEST(disarming) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  CHECK_OK(set_ms(fd, 10, 10));
  CHECK_OK(set_ms(fd, 0, 10));
  CHECK_EQ(t_poll(fd, POLLIN, 40), 0);
  CHECK_ERRNO(take(fd), EAGAIN);
}

TEST(bad_arguments) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0), socket_fd = t_bound(AF_INET, SOCK_DGRAM);
  struct itimerspec t = in_ms(10, 0), now;
  CHECK_ERRNO(timerfd_settime(-1, 0, &t, NULL), EBADF);
  CHECK_ERRNO(timerfd_gettime(-1, &now), EBADF);
  CHECK_ERRNO(timerfd_settime(socket_fd, 0, &t, NULL), EINVAL);
  CHECK_ERRNO(timerfd_gettime(socket_fd, &now), EINVAL);
  CHECK_ERRNO(timerfd_settime(fd, -1, &t, NULL), EINVAL);
  CHECK_ERRNO(timerfd_settime(fd, 0, t_hide_pointer(0), NULL), EFAULT);
  CHECK_ERRNO(timerfd_gettime(fd, t_hide_pointer(UINTPTR_MAX - 4095)), EFAULT);
  t.it_value.tv_nsec = 1000000000;
  CHECK_ERRNO(timerfd_settime(fd, 0, &t, NULL), EINVAL);
  t.it_value.tv_nsec = -1;
  CHECK_ERRNO(timerfd_settime(fd, 0, &t, NULL), EINVAL);
  t = in_ms(10, 0);
  t.it_interval.tv_sec = -1;
  CHECK_ERRNO(timerfd_settime(fd, 0, &t, NULL), EINVAL);
}

TEST(sizes) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  unsigned char buffer[16];
  CHECK_OK(set_ms(fd, 1, 0));
  CHECK_ERRNO(read(fd, buffer, 7), EINVAL);
  CHECK_ERRNO(write(fd, buffer, 8), EINVAL);
  CHECK_EQ(read(fd, buffer, 16), 8);
  CHECK_ERRNO(recv(fd, buffer, 8, 0), ENOTSOCK);
}

TEST(poll_states) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0), pair[2];
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT | POLLRDHUP, 0), 0);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[2] = {{pair[0], POLLIN, 0}, {fd, POLLIN | POLLOUT, 0}};
  long long start = t_now_ms();
  CHECK_OK(set_ms(fd, 60, 0));
  CHECK_EQ(poll(p, 2, -1), 1);
  CHECK(t_now_ms() - start >= 59);
  CHECK_EQ(p[0].revents, 0);
  CHECK_EQ(p[1].revents, POLLIN);
  CHECK_EQ(poll(p, 2, 0), 1);
  CHECK_EQ(take(fd), 1);
  CHECK_EQ(poll(p, 2, 0), 0);
}

TEST(the_earlier_of_timer_and_timeout) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  CHECK_OK(set_ms(fd, 100000, 0));
  long long start = t_now_ms();
  CHECK_EQ(t_poll(fd, POLLIN, 50), 0);
  CHECK(t_now_ms() - start >= 49);
  CHECK_OK(set_ms(fd, 20, 0));
  CHECK_EQ(t_poll(fd, POLLIN, T_LIMIT_MS), POLLIN);
}

TEST(several_timers_in_one_epoll_set) {
  enum { COUNT = 5 };
  int set = epoll_create1(0), fds[COUNT];
  struct epoll_event e;
  for (int i = 0; i < COUNT; i++) {
    REQUIRE_OK(fds[i] = timerfd_create(CLOCK_MONOTONIC, 0));
    e.events = EPOLLIN;
    e.data.u32 = (uint32_t)i;
    CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &e));
    CHECK_OK(set_ms(fds[i], 20 + 400 * (COUNT - 1 - i), 0));
  }
  /* Far enough apart to stay in order on a busy machine; three are enough. */
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
    CHECK(e.data.u32 < COUNT);
    CHECK_EQ(take(fds[e.data.u32 % COUNT]), 1);
    CHECK_OK(epoll_ctl(set, EPOLL_CTL_DEL, fds[e.data.u32 % COUNT], NULL));
  }
}

/* A timer that nobody reads is not restarted, so it gives no further edges. */
TEST(an_edge_per_read_expiration) {
  int set = epoll_create1(0), fd = timerfd_create(CLOCK_MONOTONIC, 0);
  struct epoll_event e = {.events = EPOLLIN | EPOLLET};
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e));
  CHECK_OK(set_ms(fd, 10, 10));
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
    CHECK_EQ(epoll_wait(set, &e, 1, 40), 0);
    CHECK(take(fd) >= 4);
  }
}

TEST(a_duplicate_is_the_same_timer) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), copy = dup(fd);
  CHECK_OK(set_ms(fd, 1, 0));
  CHECK_OK(close(fd));
  REQUIRE(t_wait(copy, POLLIN));
  CHECK_EQ(take(copy), 1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(create);
  RUN(one_relative_expiration);
  RUN(a_non_blocking_read);
  RUN(periodic_expirations_add_up);
  RUN(an_absolute_time);
  RUN(an_absolute_time_of_day);
  RUN(an_absolute_time_in_the_past_expires_at_once);
  RUN(gettime_counts_down);
  RUN(gettime_of_an_expired_timer);
  RUN(settime_gives_the_old_setting);
  RUN(setting_again_forgets_expirations);
  RUN(disarming);
  RUN(bad_arguments);
  RUN(sizes);
  RUN(poll_states);
  RUN(the_earlier_of_timer_and_timeout);
  RUN(several_timers_in_one_epoll_set);
  RUN(an_edge_per_read_expiration);
  RUN(a_duplicate_is_the_same_timer);
  return T_END();
}
