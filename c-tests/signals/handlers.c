/* Handlers run by raise and kill(getpid()), masks and pending signals, also during the wait of
 * ppoll, pselect and epoll_pwait. signal(7), sigaction(2), sigprocmask(2), ppoll(2), pselect(2),
 * epoll_pwait(2). */
#include "../t.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>

static volatile sig_atomic_t usr1, usr2, order[8], calls;

static void on_signal(int signal) {
  if (signal == SIGUSR1)
    usr1++;
  else
    usr2++;
  if (calls < 8)
    order[calls++] = signal;
}

static int handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  usr1 = usr2 = calls = 0;
  return sigaction(signal, &action, NULL);
}

static void mask(int how, int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  sigprocmask(how, &set, NULL);
}

static int is_blocked(int signal) {
  sigset_t set;
  sigprocmask(SIG_BLOCK, NULL, &set);
  return sigismember(&set, signal);
}

static int is_pending(int signal) {
  sigset_t set;
  sigpending(&set);
  return sigismember(&set, signal);
}

TEST(raise_runs_the_handler_at_once) {
  REQUIRE_OK(handle(SIGUSR1, on_signal, 0));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(usr1, 1);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(usr1, 2);
}

TEST(kill_of_oneself) {
  REQUIRE_OK(handle(SIGUSR1, on_signal, 0));
  CHECK_OK(kill(getpid(), SIGUSR1));
  CHECK_EQ(usr1, 1);
  CHECK_OK(kill(getpid(), 0));
  CHECK_EQ(usr1, 1);
  CHECK_ERRNO(kill(getpid(), 999), EINVAL);
}

TEST(an_ignored_signal) {
  REQUIRE_OK(handle(SIGUSR1, SIG_IGN, 0));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(usr1, 0);
  CHECK_EQ(raise(SIGCHLD), 0);
}

TEST(what_sigaction_says) {
  struct sigaction old, action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGUSR2);
  REQUIRE_OK(sigaction(SIGUSR1, &action, NULL));
  REQUIRE_OK(sigaction(SIGUSR1, NULL, &old));
  CHECK(old.sa_handler == on_signal);
  CHECK_EQ(old.sa_flags & SA_RESTART, SA_RESTART);
  CHECK_EQ(sigismember(&old.sa_mask, SIGUSR2), 1);
  CHECK_EQ(sigismember(&old.sa_mask, SIGUSR1), 0);
  CHECK(signal(SIGUSR1, SIG_DFL) == on_signal);
  CHECK(signal(SIGUSR1, SIG_DFL) == SIG_DFL);
  CHECK_ERRNO(sigaction(SIGKILL, &action, NULL), EINVAL);
  CHECK_ERRNO(sigaction((int)t_hide(-1), &action, NULL), EINVAL);
  CHECK_ERRNO(sigaction((int)t_hide(999), &action, NULL), EINVAL);
}

TEST(sets_of_signals) {
  sigset_t set;
  CHECK_EQ(sigemptyset(&set), 0);
  CHECK_EQ(sigismember(&set, SIGUSR1), 0);
  CHECK_EQ(sigaddset(&set, SIGUSR1), 0);
  CHECK_EQ(sigismember(&set, SIGUSR1), 1);
  CHECK_EQ(sigdelset(&set, SIGUSR1), 0);
  CHECK_EQ(sigismember(&set, SIGUSR1), 0);
  CHECK_EQ(sigfillset(&set), 0);
  CHECK_EQ(sigismember(&set, SIGALRM), 1);
  CHECK_ERRNO(sigaddset(&set, (int)t_hide(999)), EINVAL);
}

TEST(a_blocked_signal_waits) {
  REQUIRE_OK(handle(SIGUSR1, on_signal, 0));
  mask(SIG_BLOCK, SIGUSR1);
  CHECK_EQ(is_blocked(SIGUSR1), 1);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(usr1, 0);
  CHECK_EQ(is_pending(SIGUSR1), 1);
  mask(SIG_UNBLOCK, SIGUSR1);
  CHECK_EQ(usr1, 1);
  CHECK_EQ(is_pending(SIGUSR1), 0);
  CHECK_EQ(is_blocked(SIGUSR1), 0);
}

TEST(setting_the_mask_delivers) {
  sigset_t all, old;
  REQUIRE_OK(handle(SIGUSR1, on_signal, 0));
  REQUIRE_OK(handle(SIGUSR2, on_signal, 0));
  sigfillset(&all);
  CHECK_OK(sigprocmask(SIG_SETMASK, &all, &old));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK_EQ(usr1 + usr2, 0);
  CHECK_OK(sigprocmask(SIG_SETMASK, &old, NULL));
  CHECK_EQ(usr1, 1);
  CHECK_EQ(usr2, 1);
  CHECK_ERRNO(sigprocmask((int)t_hide(77), &old, NULL), EINVAL);
}

static void on_nested(int signal) {
  on_signal(signal);
  if (calls == 1)
    raise(SIGUSR1);
  order[calls < 8 ? calls++ : 7] = -signal;
}

/* A handler is not entered again for its own signal before it returns, unless SA_NODEFER. */
TEST(a_handler_defers_its_own_signal) {
  REQUIRE_OK(handle(SIGUSR1, on_nested, 0));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(usr1, 2);
  CHECK_EQ(order[0], SIGUSR1);
  CHECK_EQ(order[1], -SIGUSR1);
  CHECK_EQ(order[2], SIGUSR1);
  REQUIRE_OK(handle(SIGUSR1, on_nested, SA_NODEFER));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(usr1, 2);
  CHECK_EQ(order[1], SIGUSR1);
}

TEST(a_handler_that_resets) {
  struct sigaction old;
  REQUIRE_OK(handle(SIGUSR1, on_signal, SA_RESETHAND));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(usr1, 1);
  REQUIRE_OK(sigaction(SIGUSR1, NULL, &old));
  CHECK(old.sa_handler == SIG_DFL);
}

static volatile sig_atomic_t seen_signo, seen_pid;
static void on_info(int signal, siginfo_t *info, void *context) {
  (void)context;
  seen_signo = info->si_signo == signal ? signal : -1;
  seen_pid = info->si_pid == getpid();
}

TEST(a_handler_with_information) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_info;
  action.sa_flags = SA_SIGINFO;
  REQUIRE_OK(sigaction(SIGUSR1, &action, NULL));
  CHECK_OK(kill(getpid(), SIGUSR1));
  CHECK_EQ(seen_signo, SIGUSR1);
  CHECK_EQ(seen_pid, 1);
}

static void count_it(int signal) {
  (void)signal;
  usr1++;
}

TEST(the_mask_of_ppoll) {
  int pair[2];
  sigset_t none;
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(handle(SIGUSR1, count_it, SA_RESTART));
  sigemptyset(&none);
  mask(SIG_BLOCK, SIGUSR1);
  CHECK_EQ(raise(SIGUSR1), 0);
  struct pollfd p = {pair[0], POLLIN, 0};
  struct timespec limit = {20, 0}, zero = {0, 0};
  CHECK_ERRNO(ppoll(&p, 1, &limit, &none), EINTR);
  CHECK_EQ(usr1, 1);
  CHECK_EQ(is_blocked(SIGUSR1), 1);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_ERRNO(ppoll(&p, 1, &zero, &none), EINTR);
  CHECK_EQ(usr1, 2);
  /* What is ready comes first, and the signal stays pending. */
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[0], POLLIN));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(ppoll(&p, 1, &limit, &none), 1);
  CHECK_EQ(usr1, 2);
  CHECK_EQ(is_pending(SIGUSR1), 1);
  CHECK_EQ(recv(pair[0], &byte, 1, 0), 1);
  mask(SIG_UNBLOCK, SIGUSR1);
  CHECK_EQ(usr1, 3);
}

TEST(the_mask_of_pselect) {
  int pair[2];
  sigset_t none;
  fd_set in;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(handle(SIGUSR1, count_it, 0));
  sigemptyset(&none);
  mask(SIG_BLOCK, SIGUSR1);
  CHECK_EQ(raise(SIGUSR1), 0);
  FD_ZERO(&in);
  FD_SET(pair[0], &in);
  struct timespec limit = {20, 0};
  CHECK_ERRNO(pselect(pair[0] + 1, &in, NULL, NULL, &limit, &none), EINTR);
  CHECK_EQ(usr1, 1);
  CHECK_EQ(is_blocked(SIGUSR1), 1);
  mask(SIG_UNBLOCK, SIGUSR1);
}

TEST(the_mask_of_epoll_pwait) {
  int pair[2], set = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN};
  sigset_t none;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(handle(SIGUSR1, count_it, 0));
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[0], &e));
  sigemptyset(&none);
  mask(SIG_BLOCK, SIGUSR1);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_ERRNO(epoll_pwait(set, &e, 1, 20000, &none), EINTR);
  CHECK_EQ(usr1, 1);
  CHECK_EQ(raise(SIGUSR1), 0);
  struct timespec limit = {20, 0};
  CHECK_ERRNO(epoll_pwait2(set, &e, 1, &limit, &none), EINTR);
  CHECK_EQ(usr1, 2);
  CHECK_EQ(is_blocked(SIGUSR1), 1);
  mask(SIG_UNBLOCK, SIGUSR1);
}

/* A mask that blocks: the timer's signal does not end the wait, and is delivered afterwards. */
TEST(a_mask_that_blocks_during_the_wait) {
  int pair[2];
  sigset_t set;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(handle(SIGALRM, count_it, 0));
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  struct itimerval once = {{0, 0}, {0, 20000}};
  struct timespec limit = {0, 100000000};
  struct pollfd p = {pair[0], POLLIN, 0};
  mask(SIG_BLOCK, SIGALRM);
  CHECK_OK(setitimer(ITIMER_REAL, &once, NULL));
  long long start = t_now_ms();
  CHECK_EQ(ppoll(&p, 1, &limit, &set), 0);
  CHECK(t_now_ms() - start >= 99);
  CHECK_EQ(usr1, 0);
  mask(SIG_UNBLOCK, SIGALRM);
  CHECK_EQ(usr1, 1);
}

TEST(sigsuspend_waits_for_a_signal) {
  sigset_t none;
  REQUIRE_OK(handle(SIGUSR1, count_it, 0));
  sigemptyset(&none);
  mask(SIG_BLOCK, SIGUSR1);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_ERRNO(sigsuspend(&none), EINTR);
  CHECK_EQ(usr1, 1);
  CHECK_EQ(is_blocked(SIGUSR1), 1);
  mask(SIG_UNBLOCK, SIGUSR1);
}

TEST(sigpipe_of_a_closed_stream) {
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  REQUIRE_OK(handle(SIGPIPE, count_it, 0));
  CHECK_OK(close(pair[1]));
  CHECK_ERRNO(send(pair[0], "x", 1, 0), EPIPE);
  CHECK_EQ(usr1, 1);
  CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK_EQ(usr1, 1);
  CHECK_ERRNO(write(pair[0], "x", 1), EPIPE);
  CHECK_EQ(usr1, 2);
  CHECK_OK(handle(SIGPIPE, SIG_IGN, 0));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(raise_runs_the_handler_at_once);
  RUN(kill_of_oneself);
  RUN(an_ignored_signal);
  RUN(what_sigaction_says);
  RUN(sets_of_signals);
  RUN(a_blocked_signal_waits);
  RUN(setting_the_mask_delivers);
  RUN(a_handler_defers_its_own_signal);
  RUN(a_handler_that_resets);
  RUN(a_handler_with_information);
  RUN(the_mask_of_ppoll);
  RUN(the_mask_of_pselect);
  RUN(the_mask_of_epoll_pwait);
  RUN(a_mask_that_blocks_during_the_wait);
  RUN(sigsuspend_waits_for_a_signal);
  RUN(sigpipe_of_a_closed_stream);
  return T_END();
}
