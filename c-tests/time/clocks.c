/* The clocks, and what absolute times of them mean to sleeps and timers. clock_gettime(2),
 * clock_nanosleep(2), timerfd_create(2). */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

#define NS 1000000000LL

static long long ns(struct timespec t) {
  return t.tv_sec * NS + t.tv_nsec;
}

static long long now(clockid_t clock) {
  struct timespec t = {-1, -1};
  if (clock_gettime(clock, &t) != 0)
    return -1;
  return ns(t);
}

static struct timespec at(long long time) {
  return (struct timespec){.tv_sec = time / NS, .tv_nsec = (long)(time % NS)};
}

TEST(the_monotonic_clock_is_never_near_zero) {
  /* What programs that take 0 for "never" wait for at most. */
  CHECK(now(CLOCK_MONOTONIC) > 60 * NS);
}

TEST(the_monotonic_clock_does_not_go_back) {
  long long before = now(CLOCK_MONOTONIC);
  for (int i = 0; i < 1000; i++) {
    long long after = now(CLOCK_MONOTONIC);
    REQUIRE(after >= before);
    before = after;
  }
}

TEST(all_names_of_the_monotonic_clock) {
  static const int last = 3;
  clockid_t names[] = {CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME};
  for (int i = 0; i < last; i++) {
    long long before = now(names[i]);
    CHECK(before > 60 * NS);
    REQUIRE_OK(usleep(20000));
    CHECK(now(names[i]) > before);
  }
}

TEST(real_time_is_the_time_of_day) {
  struct timeval day;
  struct timespec utc;
  long long before = now(CLOCK_REALTIME);
  REQUIRE_OK(gettimeofday(&day, NULL));
  REQUIRE(timespec_get(&utc, TIME_UTC) == TIME_UTC);
  time_t seconds = time(NULL);
  long long after = now(CLOCK_REALTIME);
  CHECK(before > 1500000000 * NS);
  /* Whole microseconds; and time() may tell the time of the last tick. */
  CHECK(day.tv_sec * NS + day.tv_usec * 1000LL >= before - 1000);
  CHECK(ns(utc) >= before && ns(utc) <= after);
  CHECK(seconds >= before / NS - 1 && seconds <= after / NS);
  CHECK(now(CLOCK_REALTIME_COARSE) >= before - NS);
}

TEST(resolutions) {
  struct timespec step;
  clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID};
  for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
    REQUIRE_OK(clock_getres(clocks[i], &step));
    CHECK(ns(step) > 0 && ns(step) <= NS);
    CHECK_OK(clock_getres(clocks[i], NULL));
  }
}

TEST(a_sleep_until_a_monotonic_time) {
  long long until = now(CLOCK_MONOTONIC) + 30000000;
  struct timespec time = at(until), past = at(until - 10 * NS);
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
  CHECK(now(CLOCK_MONOTONIC) >= until);
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL), 0);
  past = at(1);
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL), 0);
}

TEST(a_sleep_until_a_real_time) {
  long long until = now(CLOCK_REALTIME) + 30000000;
  struct timespec time = at(until), past = at(1);
  CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL), 0);
  CHECK(now(CLOCK_REALTIME) >= until);
  CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &past, NULL), 0);
}

TEST(a_relative_sleep_on_either_clock) {
  struct timespec while_ = at(20000000), left = {0, 0};
  long long before = now(CLOCK_MONOTONIC);
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &while_, &left), 0);
  CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, 0, &while_, &left), 0);
  CHECK(now(CLOCK_MONOTONIC) - before >= 40000000);
}

TEST(sleeps_refuse_what_is_no_time) {
  struct timespec wrong = {.tv_sec = 1, .tv_nsec = NS}, negative = {.tv_sec = -1, .tv_nsec = 0};
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wrong, NULL), EINVAL);
  CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &wrong, NULL), EINVAL);
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &negative, NULL), EINVAL);
}

/* Arms a timer for an absolute time 30 ms ahead and checks when it rings. */
static void rings_in_time(clockid_t clock) {
  int fd = timerfd_create(clock, 0);
  REQUIRE_OK(fd);
  long long until = now(clock) + 30000000;
  struct itimerspec timer = {.it_value = at(until)}, left;
  REQUIRE_OK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &timer, NULL));
  REQUIRE_OK(timerfd_gettime(fd, &left));
  CHECK(ns(left.it_value) <= 30000000);
  uint64_t times = 0;
  CHECK_EQ(read(fd, &times, sizeof times), sizeof times);
  CHECK_EQ(times, 1);
  CHECK(now(clock) >= until);
}

TEST(a_timer_for_a_monotonic_time) {
  rings_in_time(CLOCK_MONOTONIC);
}

TEST(a_timer_for_a_time_since_boot) {
  rings_in_time(CLOCK_BOOTTIME);
}

TEST(a_timer_for_a_real_time) {
  rings_in_time(CLOCK_REALTIME);
}

TEST(a_timer_counts_every_period_since_long_ago) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  REQUIRE_OK(fd);
  long long start = now(CLOCK_MONOTONIC) - 50 * NS;
  struct itimerspec timer = {.it_value = at(start), .it_interval = at(NS)};
  REQUIRE_OK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &timer, NULL));
  uint64_t times = 0;
  CHECK_EQ(read(fd, &times, sizeof times), sizeof times);
  long long elapsed = (now(CLOCK_MONOTONIC) - start) / NS;
  CHECK(times >= 51 && (long long)times <= elapsed + 1);
}

TEST(epoll_pwait2_counts_from_now) {
  int set = epoll_create1(0);
  REQUIRE_OK(set);
  struct timespec timeout = at(30000000);
  struct epoll_event event;
  long long before = now(CLOCK_MONOTONIC);
  CHECK_EQ(epoll_pwait2(set, &event, 1, &timeout, NULL), 0);
  CHECK(now(CLOCK_MONOTONIC) - before >= 30000000);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(the_monotonic_clock_is_never_near_zero);
  RUN(the_monotonic_clock_does_not_go_back);
  RUN(all_names_of_the_monotonic_clock);
  RUN(real_time_is_the_time_of_day);
  RUN(resolutions);
  RUN(a_sleep_until_a_monotonic_time);
  RUN(a_sleep_until_a_real_time);
  RUN(a_relative_sleep_on_either_clock);
  RUN(sleeps_refuse_what_is_no_time);
  RUN(a_timer_for_a_monotonic_time);
  RUN(a_timer_for_a_time_since_boot);
  RUN(a_timer_for_a_real_time);
  RUN(a_timer_counts_every_period_since_long_ago);
  RUN(epoll_pwait2_counts_from_now);
  return T_END();
}
