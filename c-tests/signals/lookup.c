/* Timer signals while the system looks a name up: the handler runs, and the lookup goes on to its
 * answer (getaddrinfo(3) has no EINTR). signal(7), setitimer(2). The name is one that no resolver
 * asks anybody for, as it is none of a host; on WASI the host is asked all the same. */
#include "../t.h"

#include <netdb.h>
#include <setjmp.h>
#include <signal.h>

#define NO_HOST "-a.invalid"

static volatile sig_atomic_t ticks, in_lookup, ticks_in_lookup;

static void on_tick(int signal) {
  (void)signal;
  ticks++;
  ticks_in_lookup += in_lookup;
}

static void on_alarm(void (*handler)(int), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, NULL);
  ticks = ticks_in_lookup = 0;
}

/* A tick after some microseconds, and every `period` from then on; 0 for none. */
static int tick(int after, int period) {
  struct itimerval timer = {{0, period}, {0, after}};
  return setitimer(ITIMER_REAL, &timer, NULL);
}

static int look_up(void) {
  struct addrinfo *found = NULL;
  in_lookup = 1;
  int result = getaddrinfo(NO_HOST, "80", NULL, &found);
  in_lookup = 0;
  if (result == 0)
    freeaddrinfo(found);
  return result;
}

/* Looks up until the tick has come. */
static void ticks_while_looking_up(int flags) {
  on_alarm(on_tick, flags);
  REQUIRE_OK(tick(300, 0));
  for (long long end = t_now_ms() + T_LIMIT_MS; !ticks && t_now_ms() < end;)
    CHECK_EQ(look_up(), EAI_NONAME);
  CHECK_EQ(ticks, 1);
#ifdef __wasi__ /* Nothing else here is a place for a handler to run. */
  CHECK_EQ(ticks_in_lookup, 1);
#endif
  CHECK_EQ(look_up(), EAI_NONAME);
}

TEST(the_handler_runs_and_the_answer_comes) { ticks_while_looking_up(0); }

TEST(restarting_makes_no_difference) { ticks_while_looking_up(SA_RESTART); }

TEST(a_fast_timer_does_not_starve_it) {
  on_alarm(on_tick, 0);
  REQUIRE_OK(tick(100, 100));
  for (int i = 0; i < 100; i++)
    CHECK_EQ(look_up(), EAI_NONAME);
  CHECK(T_UNTIL(ticks > 0));
  CHECK_OK(tick(0, 0));
}

TEST(lookups_of_the_older_kind) {
  on_alarm(on_tick, 0);
  REQUIRE_OK(tick(100, 100));
  for (int i = 0; i < 100; i++) {
    h_errno = 0;
    CHECK(gethostbyname(NO_HOST) == NULL);
    CHECK_EQ(h_errno, HOST_NOT_FOUND);
  }
  CHECK_OK(tick(0, 0));
}

TEST(a_blocked_signal_waits) {
  sigset_t alarm_only, before;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  on_alarm(on_tick, 0);
  CHECK_OK(sigprocmask(SIG_BLOCK, &alarm_only, &before));
  REQUIRE_OK(tick(100, 0));
  for (int i = 0; i < 20; i++)
    CHECK_EQ(look_up(), EAI_NONAME);
  t_pause_ms(2);
  CHECK_EQ(ticks, 0);
  CHECK_OK(sigprocmask(SIG_SETMASK, &before, NULL));
  CHECK(T_UNTIL(ticks == 1));
}

static sigjmp_buf out;

static void jump(int signal) {
  (void)signal;
  if (in_lookup)
    siglongjmp(out, 1);
}

/* What programs of 1990 do for a timeout. In glibc it may leave a lock taken: only here is it sure
 * to work. */
TEST(a_handler_may_jump_out) {
#ifdef __wasi__
  volatile int jumps = 0, before = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_OK(close(before));
  on_alarm(jump, 0);
  long long end = t_now_ms() + T_LIMIT_MS;
  while (jumps < 20 && t_now_ms() < end) {
    if (sigsetjmp(out, 1) == 0) {
      CHECK_OK(tick(50, 0));
      while (t_now_ms() < end)
        look_up();
    }
    in_lookup = 0;
    jumps++;
  }
  CHECK_EQ(jumps, 20);
  CHECK_EQ(look_up(), EAI_NONAME);
  CHECK_EQ(socket(AF_INET, SOCK_DGRAM, 0), before);
#else
  on_alarm(jump, 0);
  CHECK_EQ(sigsetjmp(out, 1), 0);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(the_handler_runs_and_the_answer_comes);
  RUN(restarting_makes_no_difference);
  RUN(a_fast_timer_does_not_starve_it);
  RUN(lookups_of_the_older_kind);
  RUN(a_blocked_signal_waits);
  RUN(a_handler_may_jump_out);
  return T_END();
}
