/* Signals of timers, which arrive at calls that block: alarm, setitimer, pause, sigsuspend,
 * sigwait, and jumps out of handlers. */
#include "../t.h"
#include <setjmp.h>
#include <signal.h>

static volatile int calls;

static void note(int signo) {
  (void)signo;
  calls++;
}

static void handle(void (*handler)(int), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  calls = 0;
  sigaction(SIGALRM, &action, NULL);
}

static void in_ms(long first, long every) {
  struct itimerval timer = {
      .it_interval = {.tv_sec = every / 1000, .tv_usec = every % 1000 * 1000},
      .it_value = {.tv_sec = first / 1000, .tv_usec = first % 1000 * 1000},
  };
  CHECK_OK(setitimer(ITIMER_REAL, &timer, NULL));
}

static void block(int how) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  CHECK_OK(sigprocmask(how, &set, NULL));
}

TEST(alarm_tells_what_was_left) {
  handle(note, 0);
  CHECK_EQ(alarm(0), 0);
  CHECK_EQ(alarm(1000), 0);
  unsigned left = alarm(500);
  CHECK(left > 900 && left <= 1000);
  left = alarm(0);
  CHECK(left > 400 && left <= 500);
  CHECK_EQ(alarm(0), 0);
  CHECK_EQ(calls, 0);
}

TEST(alarm_ends_pause) {
  handle(note, SA_RESTART);
  long long start = t_now_ms();
  alarm(1);
  CHECK_ERRNO(pause(), EINTR);
  CHECK(t_now_ms() - start >= 990);
  CHECK_EQ(calls, 1);
  CHECK_EQ(alarm(0), 0);
}

TEST(alarm_ends_sleep_early) {
  handle(note, 0);
  in_ms(50, 0);
  unsigned left = sleep(3000);
  CHECK(left > 2000 && left <= 3000);
  CHECK_EQ(calls, 1);
  in_ms(50, 0);
  struct timespec time = {.tv_sec = 3000}, rest = {0};
  CHECK_ERRNO(nanosleep(&time, &rest), EINTR);
  CHECK(rest.tv_sec > 2000 && rest.tv_sec < 3000);
  CHECK_EQ(calls, 2);
}

TEST(alarm_ends_poll_even_with_sa_restart) {
  handle(note, SA_RESTART);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(fd);
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  REQUIRE_OK(bind(fd, (struct sockaddr *)&any, sizeof any));
  struct pollfd item = {.fd = fd, .events = POLLIN};
  in_ms(50, 0);
  CHECK_ERRNO(poll(&item, 1, -1), EINTR);
  CHECK_EQ(calls, 1);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  in_ms(50, 0);
  CHECK_ERRNO(select(fd + 1, &set, NULL, NULL, NULL), EINTR);
  CHECK_EQ(calls, 2);
}

TEST(alarm_ends_recv_without_sa_restart) {
  handle(note, 0);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  REQUIRE_OK(bind(fd, (struct sockaddr *)&any, sizeof any));
  char c;
  in_ms(50, 0);
  CHECK_ERRNO(recv(fd, &c, 1, 0), EINTR);
  CHECK_EQ(calls, 1);
}

static int feed_fd;
static struct sockaddr_in feed_to;

static void feed(int signo) {
  (void)signo;
  calls++;
  if (calls == 3)
    sendto(feed_fd, "x", 1, 0, (struct sockaddr *)&feed_to, sizeof feed_to);
}

TEST(recv_goes_on_with_sa_restart) {
  handle(feed, SA_RESTART);
  socklen_t size = sizeof feed_to;
  feed_fd = socket(AF_INET, SOCK_DGRAM, 0);
  feed_to = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  REQUIRE_OK(bind(feed_fd, (struct sockaddr *)&feed_to, sizeof feed_to));
  REQUIRE_OK(getsockname(feed_fd, (struct sockaddr *)&feed_to, &size));
  char c = 0;
  in_ms(30, 30);
  CHECK_EQ(recv(feed_fd, &c, 1, 0), 1);
  in_ms(0, 0);
  CHECK_EQ(c, 'x');
  CHECK(calls >= 3);
}

TEST(setitimer_repeats) {
  handle(note, 0);
  in_ms(20, 20);
  while (calls < 4)
    pause();
  struct itimerval now;
  REQUIRE_OK(getitimer(ITIMER_REAL, &now));
  CHECK_EQ(now.it_interval.tv_usec, 20000);
  CHECK(now.it_value.tv_usec > 0 || now.it_value.tv_sec > 0);
  in_ms(0, 0);
  REQUIRE_OK(getitimer(ITIMER_REAL, &now));
  CHECK_EQ(now.it_value.tv_sec, 0);
  CHECK_EQ(now.it_value.tv_usec, 0);
}

TEST(bad_timers_are_refused) {
  struct itimerval timer = {.it_value = {.tv_sec = 1}}, old;
  CHECK_ERRNO(setitimer((int)t_hide(9), &timer, NULL), EINVAL);
  CHECK_ERRNO(getitimer((int)t_hide(9), &old), EINVAL);
  timer.it_value.tv_usec = 1000000;
  CHECK_ERRNO(setitimer(ITIMER_REAL, &timer, NULL), EINVAL);
  timer.it_value.tv_usec = -1;
  CHECK_ERRNO(setitimer(ITIMER_REAL, &timer, NULL), EINVAL);
  CHECK_ERRNO(setitimer(ITIMER_REAL, t_hide_pointer((uintptr_t)-8), NULL), EFAULT);
  CHECK_ERRNO(getitimer(ITIMER_REAL, t_hide_pointer((uintptr_t)-8)), EFAULT);
  timer.it_value = (struct timeval){0, 0};
  CHECK_OK(setitimer(ITIMER_PROF, &timer, &old));
  CHECK_EQ(old.it_value.tv_sec, 0);
}

TEST(a_blocked_alarm_waits_for_sigsuspend) {
  sigset_t none;
  handle(note, 0);
  block(SIG_BLOCK);
  in_ms(20, 0);
  CHECK_EQ(poll(NULL, 0, 60), 0);
  CHECK_EQ(calls, 0);
  sigemptyset(&none);
  CHECK_ERRNO(sigsuspend(&none), EINTR);
  CHECK_EQ(calls, 1);
  sigprocmask(SIG_BLOCK, NULL, &none);
  CHECK_EQ(sigismember(&none, SIGALRM), 1);
  block(SIG_UNBLOCK);
}

TEST(ppoll_lets_the_alarm_in) {
  sigset_t none;
  handle(note, 0);
  block(SIG_BLOCK);
  in_ms(20, 0);
  sigemptyset(&none);
  CHECK_ERRNO(ppoll(NULL, 0, NULL, &none), EINTR);
  CHECK_EQ(calls, 1);
  sigprocmask(SIG_BLOCK, NULL, &none);
  CHECK_EQ(sigismember(&none, SIGALRM), 1);
  block(SIG_UNBLOCK);
}

TEST(sigwait_takes_the_alarm) {
  sigset_t set;
  int signo = 0;
  handle(note, 0);
  block(SIG_BLOCK);
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  sigaddset(&set, SIGUSR1);
  in_ms(30, 0);
  CHECK_EQ(sigwait(&set, &signo), 0);
  CHECK_EQ(signo, SIGALRM);
  CHECK_EQ(calls, 0);
  struct timespec time = {.tv_nsec = 30000000};
  siginfo_t info;
  CHECK_ERRNO(sigtimedwait(&set, NULL, &time), EAGAIN);
  in_ms(10, 0);
  time.tv_sec = 20;
  CHECK_EQ(sigtimedwait(&set, &info, &time), SIGALRM);
  CHECK_EQ(info.si_signo, SIGALRM);
  time.tv_nsec = -1;
  CHECK_ERRNO(sigtimedwait(&set, NULL, &time), EINVAL);
  in_ms(10, 0);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGALRM);
  CHECK_EQ(calls, 0);
  block(SIG_UNBLOCK);
}

static jmp_buf place;

static void jump(int signo) {
  longjmp(place, signo);
}

static int alarm_is_blocked(void) {
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  return sigismember(&now, SIGALRM);
}

TEST(longjmp_leaves_a_blocking_call) {
  volatile int rounds = 0;
  handle(jump, SA_NODEFER);
  if (setjmp(place) == 0 || rounds < 3) {
    rounds++;
    in_ms(20, 0);
    poll(NULL, 0, -1);
    CHECK(!"poll must not return");
  }
  CHECK_EQ(rounds, 3);
  CHECK_EQ(alarm_is_blocked(), 0);
}

TEST(longjmp_keeps_the_mask_of_the_handler) {
  handle(jump, 0);
  if (setjmp(place) == 0) {
    in_ms(20, 0);
    pause();
  }
  /* glibc's setjmp saves no mask, so the signal stays blocked. */
  CHECK_EQ(alarm_is_blocked(), 1);
  block(SIG_UNBLOCK);
}

static sigjmp_buf sig_place;

static void sig_jump(int signo) {
  siglongjmp(sig_place, signo);
}

TEST(siglongjmp_restores_the_mask) {
  volatile int rounds = 0;
  handle(sig_jump, 0);
  int from = sigsetjmp(sig_place, 1);
  if (rounds < 3) {
    CHECK_EQ(from, rounds ? SIGALRM : 0);
    CHECK_EQ(alarm_is_blocked(), 0);
    rounds++;
    in_ms(20, 0);
    pause();
  }
  CHECK_EQ(rounds, 3);
  handle(sig_jump, 0);
  if (sigsetjmp(sig_place, 0) == 0) {
    in_ms(20, 0);
    pause();
  }
  CHECK_EQ(alarm_is_blocked(), 1);
  block(SIG_UNBLOCK);
}

/* Old programs declare handlers without parameters, or with a result. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wold-style-definition"
#pragma GCC diagnostic ignored "-Wdeprecated-non-prototype"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wcast-function-type"
#pragma GCC diagnostic ignored "-Wincompatible-function-pointer-types-strict"
static void no_parameters() {
  calls++;
}

static int with_result() {
  return ++calls;
}

static int with_both(int signo) {
  calls += signo;
  return 1;
}

static void more_parameters(int signo, int code, void *context) {
  (void)code, (void)context;
  calls += signo;
}

TEST(handlers_of_old_types_run) {
  typedef void (*handler)(int);
  typedef void (*any)(void);
  handle((handler)(any)no_parameters, 0);
  raise(SIGALRM);
  CHECK_EQ(calls, 1);
  handle((handler)(any)with_result, 0);
  raise(SIGALRM);
  CHECK_EQ(calls, 1);
  handle((handler)(any)with_both, 0);
  raise(SIGALRM);
  CHECK_EQ(calls, SIGALRM);
  handle((handler)(any)more_parameters, 0);
  raise(SIGALRM);
  CHECK_EQ(calls, SIGALRM);
}
#pragma GCC diagnostic pop

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(alarm_tells_what_was_left);
  RUN(alarm_ends_pause);
  RUN(alarm_ends_sleep_early);
  RUN(alarm_ends_poll_even_with_sa_restart);
  RUN(alarm_ends_recv_without_sa_restart);
  RUN(recv_goes_on_with_sa_restart);
  RUN(setitimer_repeats);
  RUN(bad_timers_are_refused);
  RUN(a_blocked_alarm_waits_for_sigsuspend);
  RUN(ppoll_lets_the_alarm_in);
  RUN(sigwait_takes_the_alarm);
  RUN(longjmp_leaves_a_blocking_call);
  RUN(longjmp_keeps_the_mask_of_the_handler);
  RUN(siglongjmp_restores_the_mask);
  RUN(handlers_of_old_types_run);
  return T_END();
}
