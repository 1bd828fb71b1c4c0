/* Handlers, masks and sending to oneself: signal.h without timers. */
#include "../t.h"
#include <signal.h>

static volatile int calls;
static volatile int last;
static volatile int order[8];

static void note(int signo) {
  if (calls < 8)
    order[calls] = signo;
  calls++;
  last = signo;
}

static siginfo_t info_seen;

static void note_info(int signo, siginfo_t *info, void *context) {
  (void)context;
  note(signo);
  info_seen = *info;
}

static int handle(int signo, void (*handler)(int), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  calls = 0;
  return sigaction(signo, &action, NULL);
}

static void block(int how, int signo) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signo);
  CHECK_OK(sigprocmask(how, &set, NULL));
}

TEST(raise_runs_the_handler_before_it_returns) {
  REQUIRE_OK(handle(SIGUSR1, note, 0));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(calls, 1);
  CHECK_EQ(last, SIGUSR1);
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  CHECK_EQ(calls, 2);
}

TEST(signal_gives_the_former_handler_and_keeps_the_new_one) {
  CHECK(signal(SIGUSR1, SIG_DFL) != SIG_ERR);
  CHECK(signal(SIGUSR1, note) == SIG_DFL);
  CHECK(signal(SIGUSR1, SIG_IGN) == note);
  CHECK(signal(SIGUSR1, note) == SIG_IGN);
  calls = 0;
  raise(SIGUSR1);
  raise(SIGUSR1);
  CHECK_EQ(calls, 2);
  struct sigaction now;
  REQUIRE_OK(sigaction(SIGUSR1, NULL, &now));
  CHECK(now.sa_handler == note);
  CHECK((now.sa_flags & SA_RESTART) != 0);
}

TEST(bad_numbers_are_refused) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  CHECK_ERRNO(sigaction((int)t_hide(0), &action, NULL), EINVAL);
  CHECK_ERRNO(sigaction((int)t_hide(-1), &action, NULL), EINVAL);
  CHECK_ERRNO(sigaction((int)t_hide(65), &action, NULL), EINVAL);
  CHECK_ERRNO(sigaction(SIGKILL, &action, NULL), EINVAL);
  CHECK_ERRNO(sigaction(SIGSTOP, &action, NULL), EINVAL);
  CHECK_OK(sigaction(SIGKILL, NULL, &action));
  errno = 0;
  CHECK(signal((int)t_hide(1000), note) == SIG_ERR);
  CHECK_EQ(errno, EINVAL);
  CHECK(signal(SIGKILL, note) == SIG_ERR);
  CHECK_ERRNO(raise((int)t_hide(-5)), EINVAL);
  CHECK_ERRNO(raise((int)t_hide(99)), EINVAL);
  CHECK_ERRNO(kill(getpid(), (int)t_hide(99)), EINVAL);
  CHECK_ERRNO(sigprocmask((int)t_hide(77), &action.sa_mask, NULL), EINVAL);
  CHECK_EQ(pthread_sigmask((int)t_hide(77), &action.sa_mask, NULL), EINVAL);
}

TEST(kill_reaches_only_this_process) {
  REQUIRE_OK(handle(SIGUSR2, note, 0));
  CHECK_EQ(kill(getpid(), 0), 0);
  CHECK_EQ(calls, 0);
  CHECK_ERRNO(kill(0x7ffffff0, 0), ESRCH);
  CHECK_ERRNO(kill(0x7ffffff0, SIGUSR2), ESRCH);
#ifdef __wasi__
  CHECK_ERRNO(kill(1, 0), EPERM);
  CHECK_ERRNO(kill(-1, SIGUSR2), ESRCH);
  CHECK_EQ(kill(0, SIGUSR2), 0);
  CHECK_EQ(calls, 1);
#endif
}

TEST(sa_resethand_is_one_shot) {
  REQUIRE_OK(handle(SIGUSR1, note, SA_RESETHAND));
  raise(SIGUSR1);
  struct sigaction now;
  sigaction(SIGUSR1, NULL, &now);
  CHECK(now.sa_handler == SIG_DFL);
  CHECK_EQ(calls, 1);
}

static volatile int depth, deepest;

static void again(int signo) {
  depth++;
  if (depth > deepest)
    deepest = depth;
  if (calls++ < 3)
    raise(signo);
  depth--;
}

TEST(a_signal_is_blocked_while_it_is_handled) {
  REQUIRE_OK(handle(SIGUSR1, again, 0));
  deepest = 0;
  raise(SIGUSR1);
  CHECK_EQ(deepest, 1);
  CHECK_EQ(calls, 4);
}

TEST(sa_nodefer_lets_it_nest) {
  REQUIRE_OK(handle(SIGUSR1, again, SA_NODEFER));
  deepest = 0;
  raise(SIGUSR1);
  CHECK_EQ(deepest, 4);
}

static volatile int blocked_inside;

static void look(int signo) {
  sigset_t now;
  (void)signo;
  sigprocmask(SIG_BLOCK, NULL, &now);
  blocked_inside = sigismember(&now, SIGUSR2) + 2 * sigismember(&now, SIGUSR1) +
                   4 * sigismember(&now, SIGTERM);
}

TEST(sa_mask_holds_during_the_handler) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = look;
  sigaddset(&action.sa_mask, SIGUSR2);
  REQUIRE_OK(sigaction(SIGUSR1, &action, NULL));
  raise(SIGUSR1);
  CHECK_EQ(blocked_inside, 3);
  sigset_t now;
  sigprocmask(SIG_SETMASK, NULL, &now);
  CHECK_EQ(sigismember(&now, SIGUSR1), 0);
  CHECK_EQ(sigismember(&now, SIGUSR2), 0);
}

TEST(a_blocked_signal_waits) {
  sigset_t pending;
  REQUIRE_OK(handle(SIGUSR1, note, 0));
  block(SIG_BLOCK, SIGUSR1);
  raise(SIGUSR1);
  raise(SIGUSR1);
  CHECK_EQ(calls, 0);
  REQUIRE_OK(sigpending(&pending));
  CHECK_EQ(sigismember(&pending, SIGUSR1), 1);
  CHECK_EQ(sigismember(&pending, SIGUSR2), 0);
  block(SIG_UNBLOCK, SIGUSR1);
  CHECK_EQ(calls, 1);
  REQUIRE_OK(sigpending(&pending));
  CHECK_EQ(sigismember(&pending, SIGUSR1), 0);
}

TEST(pending_signals_run_in_the_order_of_linux) {
  sigset_t set, old;
  handle(SIGUSR1, note, 0);
  handle(SIGUSR2, note, 0);
  handle(SIGHUP, note, 0);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  sigaddset(&set, SIGHUP);
  REQUIRE_OK(sigprocmask(SIG_BLOCK, &set, &old));
  raise(SIGUSR2);
  raise(SIGHUP);
  raise(SIGUSR1);
  REQUIRE_OK(sigprocmask(SIG_SETMASK, &old, NULL));
  REQUIRE_EQ(calls, 3);
  /* Each gets a frame on top of the one before, so the last one taken runs first. */
  CHECK_EQ(order[0], SIGUSR2);
  CHECK_EQ(order[1], SIGUSR1);
  CHECK_EQ(order[2], SIGHUP);
}

TEST(ignoring_forgets_what_is_pending) {
  REQUIRE_OK(handle(SIGUSR1, note, 0));
  block(SIG_BLOCK, SIGUSR1);
  raise(SIGUSR1);
  signal(SIGUSR1, SIG_IGN);
  signal(SIGUSR1, note);
  block(SIG_UNBLOCK, SIGUSR1);
  CHECK_EQ(calls, 0);
}

TEST(a_blocked_ignored_signal_is_not_lost) {
  signal(SIGUSR1, SIG_IGN);
  block(SIG_BLOCK, SIGUSR1);
  raise(SIGUSR1);
  sigset_t pending;
  sigpending(&pending);
  CHECK_EQ(sigismember(&pending, SIGUSR1), 1);
  block(SIG_UNBLOCK, SIGUSR1);
}

TEST(signals_that_are_ignored_by_default) {
  const int harmless[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
  for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
    signal(harmless[i], SIG_DFL);
    CHECK_EQ(raise(harmless[i]), 0);
  }
}

TEST(siginfo_tells_who_sent_it) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = note_info;
  action.sa_flags = SA_SIGINFO;
  REQUIRE_OK(sigaction(SIGUSR1, &action, NULL));
  kill(getpid(), SIGUSR1);
  CHECK_EQ(info_seen.si_signo, SIGUSR1);
  CHECK_EQ(info_seen.si_code, SI_USER);
  CHECK_EQ(info_seen.si_pid, getpid());
  CHECK_EQ(info_seen.si_uid, getuid());
  union sigval value = {.sival_int = 4711};
  REQUIRE_OK(sigqueue(getpid(), SIGUSR1, value));
  CHECK_EQ(info_seen.si_code, SI_QUEUE);
  CHECK_EQ(info_seen.si_value.sival_int, 4711);
  CHECK_ERRNO(sigqueue(0x7ffffff0, SIGUSR1, value), ESRCH);
}

static volatile int values[4];

static void note_value(int signo, siginfo_t *info, void *context) {
  (void)signo, (void)context;
  if (calls < 4)
    values[calls] = info->si_value.sival_int;
  calls++;
}

TEST(real_time_signals_queue_in_order) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = note_value;
  action.sa_flags = SA_SIGINFO;
  CHECK(SIGRTMIN >= 32 && SIGRTMAX == 64);
  REQUIRE_OK(sigaction(SIGRTMIN + 1, &action, NULL));
  block(SIG_BLOCK, SIGRTMIN + 1);
  calls = 0;
  for (int i = 1; i <= 3; i++)
    REQUIRE_OK(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i}));
  block(SIG_UNBLOCK, SIGRTMIN + 1);
  CHECK_EQ(calls, 3);
  CHECK_EQ(values[0] + values[1] + values[2], 6);
}

TEST(sets_work_for_all_64_signals) {
  sigset_t set, other, both;
  CHECK_EQ(sigemptyset(&set), 0);
  CHECK_EQ(sigisemptyset(&set), 1);
  for (int i = 1; i <= 64; i++) {
    if (i == 32 || i == 33)
      continue; /* glibc keeps them */
    CHECK_EQ(sigismember(&set, i), 0);
    CHECK_EQ(sigaddset(&set, i), 0);
    CHECK_EQ(sigismember(&set, i), 1);
    CHECK_EQ(sigdelset(&set, i), 0);
    CHECK_EQ(sigismember(&set, i), 0);
  }
  CHECK_EQ(sigfillset(&set), 0);
  CHECK_EQ(sigismember(&set, SIGTERM), 1);
  CHECK_EQ(sigismember(&set, 64), 1);
  CHECK_ERRNO(sigaddset(&set, (int)t_hide(0)), EINVAL);
  CHECK_ERRNO(sigaddset(&set, (int)t_hide(65)), EINVAL);
  CHECK_ERRNO(sigdelset(&set, (int)t_hide(-1)), EINVAL);
  CHECK_ERRNO(sigismember(&set, (int)t_hide(65)), EINVAL);
  sigemptyset(&set);
  sigemptyset(&other);
  sigaddset(&set, 5);
  sigaddset(&set, 40);
  sigaddset(&other, 40);
  sigandset(&both, &set, &other);
  CHECK_EQ(sigismember(&both, 40), 1);
  CHECK_EQ(sigismember(&both, 5), 0);
  sigorset(&both, &set, &other);
  CHECK_EQ(sigismember(&both, 5), 1);
}

TEST(kill_and_stop_cannot_be_blocked) {
  sigset_t set, now;
  sigfillset(&set);
  REQUIRE_OK(sigprocmask(SIG_SETMASK, &set, NULL));
  REQUIRE_OK(sigprocmask(SIG_SETMASK, NULL, &now));
  CHECK_EQ(sigismember(&now, SIGKILL), 0);
  CHECK_EQ(sigismember(&now, SIGSTOP), 0);
  CHECK_EQ(sigismember(&now, SIGTERM), 1);
  sigemptyset(&set);
  REQUIRE_OK(sigprocmask(SIG_SETMASK, &set, NULL));
}

TEST(sigprocmask_tells_the_old_mask) {
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  REQUIRE_OK(sigprocmask(SIG_SETMASK, &set, NULL));
  sigaddset(&set, SIGUSR2);
  REQUIRE_OK(sigprocmask(SIG_BLOCK, &set, &old));
  CHECK_EQ(sigismember(&old, SIGUSR1), 1);
  CHECK_EQ(sigismember(&old, SIGUSR2), 0);
  /* One object for both: the new mask is read before the old one is written. */
  sigset_t *same = t_hide_pointer((uintptr_t)&set);
  REQUIRE_OK(sigprocmask(SIG_UNBLOCK, &set, same));
  CHECK_EQ(sigismember(&set, SIGUSR2), 1);
  sigprocmask(SIG_SETMASK, NULL, &set);
  CHECK_EQ(sigismember(&set, SIGUSR1), 0);
}

TEST(sigaltstack_is_kept) {
  static char memory[65536];
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory}, old;
  CHECK_OK(sigaltstack(NULL, &old));
  CHECK((old.ss_flags & SS_DISABLE) != 0);
  REQUIRE_OK(sigaltstack(&stack, NULL));
  REQUIRE_OK(sigaltstack(NULL, &old));
  CHECK(old.ss_sp == memory && old.ss_size == sizeof memory && old.ss_flags == 0);
  stack.ss_size = 100;
  CHECK_ERRNO(sigaltstack(&stack, NULL), ENOMEM);
  stack.ss_flags = 0x100;
  CHECK_ERRNO(sigaltstack(&stack, NULL), EINVAL);
  handle(SIGUSR1, note, SA_ONSTACK);
  raise(SIGUSR1);
  CHECK_EQ(calls, 1);
  stack.ss_flags = SS_DISABLE;
  CHECK_OK(sigaltstack(&stack, NULL));
}

TEST(names_are_those_of_glibc) {
  CHECK_STR(strsignal(SIGHUP), "Hangup");
  CHECK_STR(strsignal(SIGSEGV), "Segmentation fault");
  CHECK_STR(strsignal(SIGTERM), "Terminated");
  CHECK_STR(strsignal(SIGSYS), "Bad system call");
  CHECK_STR(strsignal(0), "Unknown signal 0");
  CHECK_STR(strsignal(99), "Unknown signal 99");
  CHECK_STR(strsignal(SIGRTMIN + 2), "Real-time signal 2");
}

TEST(the_system_v_calls) {
  sigset_t now;
  handle(SIGUSR1, note, 0);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  CHECK_OK(sighold(SIGUSR1));
  sigprocmask(SIG_BLOCK, NULL, &now);
  CHECK_EQ(sigismember(&now, SIGUSR1), 1);
  raise(SIGUSR1);
  CHECK_EQ(calls, 0);
  CHECK_OK(sigrelse(SIGUSR1));
  CHECK_EQ(calls, 1);
  CHECK_OK(sigignore(SIGUSR1));
  raise(SIGUSR1);
  CHECK_EQ(calls, 1);
  CHECK(sigset(SIGUSR1, note) == SIG_IGN);
  CHECK(sigset(SIGUSR1, SIG_HOLD) == note);
  CHECK(sigset(SIGUSR1, note) == SIG_HOLD);
  CHECK_EQ(siginterrupt(SIGUSR1, 1), 0);
#pragma GCC diagnostic pop
  struct sigaction action;
  sigaction(SIGUSR1, NULL, &action);
  CHECK_EQ(action.sa_flags & SA_RESTART, 0);
}

static void *volatile bad_pointer;

TEST(bad_pointers_are_efault) {
  sigset_t set;
  sigemptyset(&set);
  bad_pointer = t_hide_pointer((uintptr_t)-16);
#ifdef __wasi__ /* glibc itself looks into the set */
  CHECK_ERRNO(sigprocmask(SIG_BLOCK, bad_pointer, NULL), EFAULT);
#endif
  CHECK_ERRNO(sigprocmask(SIG_BLOCK, &set, bad_pointer), EFAULT);
  CHECK_ERRNO(sigpending(bad_pointer), EFAULT);
  CHECK_ERRNO(sigsuspend(bad_pointer), EFAULT);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(raise_runs_the_handler_before_it_returns);
  RUN(signal_gives_the_former_handler_and_keeps_the_new_one);
  RUN(bad_numbers_are_refused);
  RUN(kill_reaches_only_this_process);
  RUN(sa_resethand_is_one_shot);
  RUN(a_signal_is_blocked_while_it_is_handled);
  RUN(sa_nodefer_lets_it_nest);
  RUN(sa_mask_holds_during_the_handler);
  RUN(a_blocked_signal_waits);
  RUN(pending_signals_run_in_the_order_of_linux);
  RUN(ignoring_forgets_what_is_pending);
  RUN(a_blocked_ignored_signal_is_not_lost);
  RUN(signals_that_are_ignored_by_default);
  RUN(siginfo_tells_who_sent_it);
  RUN(real_time_signals_queue_in_order);
  RUN(sets_work_for_all_64_signals);
  RUN(kill_and_stop_cannot_be_blocked);
  RUN(sigprocmask_tells_the_old_mask);
  RUN(sigaltstack_is_kept);
  RUN(names_are_those_of_glibc);
  RUN(the_system_v_calls);
  RUN(bad_pointers_are_efault);
  return T_END();
}
