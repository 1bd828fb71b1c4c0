/* Local time, which is UTC, and every way to sleep. */
#include "../t.h"
#include <stdlib.h>
#include <time.h>

TEST(local_time_is_utc) {
  CHECK_OK(setenv("TZ", "UTC0", 1));
  tzset();
  CHECK_EQ(timezone, 0);
  CHECK_EQ(daylight, 0);
  CHECK_STR(tzname[0], "UTC");
  time_t then = 1000000000;
  struct tm local = {0}, universal = {0};
  REQUIRE(localtime_r(&then, &local) && gmtime_r(&then, &universal));
  CHECK_EQ(local.tm_hour, universal.tm_hour);
  CHECK_EQ(mktime(&local), then);
}

/* Whether at least so many milliseconds went by since `start`; clocks differ by a little. */
static int at_least(long long start, int ms) { return t_now_ms() - start >= ms - 1; }

TEST(sleeps_are_not_short) {
  long long start = t_now_ms();
  CHECK_OK(usleep(20000));
  CHECK(at_least(start, 20));
  struct timespec time = {.tv_nsec = 20000000}, left = {.tv_sec = 7};
  start = t_now_ms();
  CHECK_OK(nanosleep(&time, &left));
  CHECK(at_least(start, 20));
  start = t_now_ms();
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL), 0);
  CHECK(at_least(start, 20));
  CHECK_EQ(sleep(0), 0);
}

TEST(sleeping_until) {
  struct timespec time;
  long long start = t_now_ms();
  REQUIRE_OK(clock_gettime(CLOCK_MONOTONIC, &time));
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
  time.tv_nsec += 30000000;
  if (time.tv_nsec >= 1000000000) {
    time.tv_nsec -= 1000000000;
    time.tv_sec++;
  }
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
  CHECK(at_least(start, 30));
}

TEST(times_that_are_none) {
  struct timespec bad = {.tv_nsec = 1000000000}, past = {.tv_sec = -1};
  CHECK_ERRNO(nanosleep(&bad, NULL), EINVAL);
  CHECK_ERRNO(nanosleep(&past, NULL), EINVAL);
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &bad, NULL), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(local_time_is_utc);
  RUN(sleeps_are_not_short);
  RUN(sleeping_until);
  RUN(times_that_are_none);
  return T_END();
}
