/* timer_create and its kin: timers that end in a signal of choice. */
#include "../t.h"
#include <signal.h>

static volatile int calls;
static volatile int value;
static volatile int code;

static void note(int signo, siginfo_t *info, void *context) {
  (void)signo, (void)context;
  calls++;
  code = info->si_code;
  value = info->si_value.sival_int;
}

static timer_t make(clockid_t clock, int signo) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = note;
  action.sa_flags = SA_SIGINFO;
  sigaction(signo, &action, NULL);
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = signo;
  event.sigev_value.sival_int = 77;
  timer_t timer = (timer_t)0;
  calls = 0;
  CHECK_OK(timer_create(clock, &event, &timer));
  return timer;
}

TEST(a_timer_sends_its_signal_and_value) {
  timer_t timer = make(CLOCK_MONOTONIC, SIGUSR1);
  struct itimerspec soon = {.it_value = {.tv_nsec = 20000000}};
  REQUIRE_OK(timer_settime(timer, 0, &soon, NULL));
  CHECK_ERRNO(pause(), EINTR);
  CHECK_EQ(calls, 1);
  CHECK_EQ(code, SI_TIMER);
  CHECK_EQ(value, 77);
  struct itimerspec now;
  REQUIRE_OK(timer_gettime(timer, &now));
  CHECK_EQ(now.it_value.tv_sec, 0);
  CHECK_EQ(now.it_value.tv_nsec, 0);
  CHECK_OK(timer_delete(timer));
}

TEST(a_timer_repeats_until_it_is_stopped) {
  timer_t timer = make(CLOCK_REALTIME, SIGRTMIN + 3);
  struct itimerspec often = {.it_value = {.tv_nsec = 10000000}, .it_interval = {.tv_nsec = 10000000}};
  REQUIRE_OK(timer_settime(timer, 0, &often, NULL));
  while (calls < 3)
    poll(NULL, 0, -1);
  struct itimerspec old, off;
  memset(&off, 0, sizeof off);
  REQUIRE_OK(timer_settime(timer, 0, &off, &old));
  CHECK_EQ(old.it_interval.tv_nsec, 10000000);
  int before = calls;
  poll(NULL, 0, 30);
  CHECK(calls <= before + 1);
  CHECK(timer_getoverrun(timer) >= 0);
  CHECK_OK(timer_delete(timer));
}

TEST(an_absolute_time) {
  timer_t timer = make(CLOCK_REALTIME, SIGUSR2);
  struct itimerspec then;
  memset(&then, 0, sizeof then);
  clock_gettime(CLOCK_REALTIME, &then.it_value);
  long long start = t_now_ms();
  then.it_value.tv_sec += 1;
  REQUIRE_OK(timer_settime(timer, TIMER_ABSTIME, &then, NULL));
  CHECK_ERRNO(pause(), EINTR);
  CHECK(t_now_ms() - start >= 900);
  /* A time that has passed is due at once. */
  then.it_value.tv_sec = 1;
  REQUIRE_OK(timer_settime(timer, TIMER_ABSTIME, &then, NULL));
  while (calls < 2)
    poll(NULL, 0, 10);
  CHECK_EQ(calls, 2);
  CHECK_OK(timer_delete(timer));
}

TEST(two_timers_and_an_alarm) {
  timer_t one = make(CLOCK_MONOTONIC, SIGUSR1), two = make(CLOCK_MONOTONIC, SIGUSR2);
  signal(SIGALRM, SIG_IGN);
  struct itimerspec soon = {.it_value = {.tv_nsec = 10000000}};
  alarm(1000);
  REQUIRE_OK(timer_settime(one, 0, &soon, NULL));
  REQUIRE_OK(timer_settime(two, 0, &soon, NULL));
  while (calls < 2)
    poll(NULL, 0, 5);
  CHECK_EQ(calls, 2);
  CHECK(alarm(0) > 900);
  CHECK_OK(timer_delete(one));
  CHECK_OK(timer_delete(two));
}

TEST(a_timer_without_a_signal) {
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_NONE;
  timer_t timer;
  REQUIRE_OK(timer_create(CLOCK_MONOTONIC, &event, &timer));
  struct itimerspec later = {.it_value = {.tv_sec = 1000}}, now;
  REQUIRE_OK(timer_settime(timer, 0, &later, NULL));
  REQUIRE_OK(timer_gettime(timer, &now));
  CHECK(now.it_value.tv_sec > 900 && now.it_value.tv_sec <= 1000);
  CHECK_OK(timer_delete(timer));
}

TEST(bad_timers_are_refused) {
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_signo = 99;
  timer_t timer;
  CHECK_ERRNO(timer_create(CLOCK_MONOTONIC, &event, &timer), EINVAL);
  REQUIRE_OK(timer_create(CLOCK_MONOTONIC, NULL, &timer));
  struct itimerspec wrong = {.it_value = {.tv_nsec = 1000000000}};
  CHECK_ERRNO(timer_settime(timer, 0, &wrong, NULL), EINVAL);
  CHECK_OK(timer_delete(timer));
  CHECK_ERRNO(timer_delete(timer), EINVAL);
  CHECK_ERRNO(timer_gettime(timer, &wrong), EINVAL);
  CHECK_ERRNO(timer_getoverrun(timer), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_timer_sends_its_signal_and_value);
  RUN(a_timer_repeats_until_it_is_stopped);
  RUN(an_absolute_time);
  RUN(two_timers_and_an_alarm);
  RUN(a_timer_without_a_signal);
  RUN(bad_timers_are_refused);
  return T_END();
}
