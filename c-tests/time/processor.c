/* Processor time: it runs while the program works and stands while it sleeps. clock(3), times(2),
 * getrusage(2), CLOCK_PROCESS_CPUTIME_ID of clock_gettime(2). */
#include "../t.h"

#include <sys/resource.h>
#include <sys/times.h>

#define NS 1000000000LL

static long long of_clock(clockid_t clock) {
  struct timespec t = {-1, -1};
  return clock_gettime(clock, &t) == 0 ? t.tv_sec * NS + t.tv_nsec : -1;
}

static long long by_clock(void) {
  return (long long)clock() * (NS / CLOCKS_PER_SEC);
}

static long long by_gettime(void) {
  return of_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static long long by_rusage(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0)
    return -1;
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * NS +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
}

static long long by_times(void) {
  struct tms used;
  if (times(&used) == (clock_t)-1)
    return -1;
  return (used.tms_utime + used.tms_stime) * (NS / sysconf(_SC_CLK_TCK));
}

static long long (*const ways[])(void) = {by_clock, by_gettime, by_rusage, by_times};
#define WAYS (int)(sizeof ways / sizeof *ways)

/* Sleeps for at least 300 ms in different calls. */
static void sleep_somehow(void) {
  struct timespec while_ = {.tv_nsec = 100000000};
  int pair[2];
  char byte;
  CHECK_OK(nanosleep(&while_, NULL));
  CHECK_EQ(poll(NULL, 0, 100), 0);
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  struct timeval limit = {.tv_usec = 100000};
  REQUIRE_OK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  CHECK_ERRNO(recv(pair[0], &byte, 1, 0), EAGAIN);
}

/* Whether 250 ms of one round of sleeps count for no way of asking. They may fail to when the machine
 * holds the program up between a call and its sleep: that is time of the program's. */
static int slept_uncounted(void) {
  long long before[WAYS], start = of_clock(CLOCK_MONOTONIC);
  int all = 1;
  for (int i = 0; i < WAYS; i++)
    before[i] = ways[i]();
  sleep_somehow();
  for (int i = 0; i < WAYS; i++) {
    long long used = ways[i]() - before[i];
    long long elapsed = of_clock(CLOCK_MONOTONIC) - start;
    CHECK(before[i] >= 0 && used >= 0);
    all &= used <= elapsed - 250000000;
  }
  return all;
}

TEST(sleep_does_not_count) {
  T_UNTIL(slept_uncounted());
}

TEST(work_counts) {
  for (int i = 0; i < WAYS; i++) {
    volatile unsigned sum = 0;
    long long until = ways[i]() + 30000000;
    for (long rounds = 0; ways[i]() < until; rounds++)
      sum += (unsigned)rounds;
    CHECK(ways[i]() >= until);
  }
}

TEST(children_used_nothing) {
  struct tms used;
  struct rusage usage;
  CHECK(times(&used) != (clock_t)-1);
  CHECK_EQ(used.tms_cutime, 0);
  CHECK_EQ(used.tms_cstime, 0);
  REQUIRE_OK(getrusage(RUSAGE_CHILDREN, &usage));
  CHECK_EQ(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec, 0);
}

TEST(times_tells_the_time_too) {
  struct tms used;
  clock_t before = times(&used), after;
  struct timespec while_ = {.tv_nsec = 50000000};
  CHECK_OK(nanosleep(&while_, NULL));
  after = times(&used);
  CHECK((after - before) * 1000 / sysconf(_SC_CLK_TCK) >= 40);
}

TEST(the_process_has_a_clock) {
  clockid_t clock;
  CHECK_EQ(clock_getcpuclockid(0, &clock), 0);
  CHECK(of_clock(clock) >= 0);
  CHECK_EQ(clock_getcpuclockid(getpid(), &clock), 0);
  CHECK(of_clock(clock) >= 0);
  CHECK(of_clock(CLOCK_THREAD_CPUTIME_ID) >= 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(sleep_does_not_count);
  RUN(work_counts);
  RUN(children_used_nothing);
  RUN(times_tells_the_time_too);
  RUN(the_process_has_a_clock);
  return T_END();
}
