/* The System V and BSD ways to handle and mask signals, and the names of signals. */
#include "../t.h"
#include <signal.h>
#include <sys/time.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static volatile sig_atomic_t count;

static void handler(int signo) {
  (void)signo;
  count++;
}

TEST(system_v_handles_once) {
  count = 0;
  CHECK(sysv_signal(SIGUSR1, handler) != SIG_ERR);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(count, 1);
  /* The handler was taken back when it ran. */
  CHECK(signal(SIGUSR1, SIG_IGN) == SIG_DFL);
  CHECK(__sysv_signal(SIGUSR1, handler) == SIG_IGN);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(count, 2);
  CHECK(signal(SIGUSR1, SIG_DFL) == SIG_DFL);
}

#ifdef __wasi__
TEST(bsd_handles_always) {
  count = 0;
  CHECK(bsd_signal(SIGUSR1, handler) != SIG_ERR);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(count, 2);
  CHECK(signal(SIGUSR1, SIG_DFL) == handler);
}
#else
TEST(bsd_handles_always) {} /* glibc shows bsd_signal in old modes alone */
#endif

static int bit(int signo) { return 1 << (signo - 1); }

TEST(masks_as_numbers) {
  count = 0;
  CHECK(signal(SIGUSR1, handler) != SIG_ERR);
  CHECK_EQ(siggetmask(), 0);
  CHECK_EQ(sigblock(bit(SIGUSR1)), 0);
  CHECK_EQ(siggetmask(), bit(SIGUSR1));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(count, 0);
  CHECK_EQ(sigsetmask(bit(SIGUSR2)), bit(SIGUSR1));
  CHECK_EQ(count, 1);
  CHECK_EQ(sigsetmask(0), bit(SIGUSR2));
  signal(SIGUSR1, SIG_DFL);
}

TEST(a_pause_that_lets_one_through) {
  count = 0;
  CHECK(signal(SIGUSR1, handler) != SIG_ERR);
  CHECK_OK(sighold(SIGUSR1));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(count, 0);
  CHECK_ERRNO(sigpause(SIGUSR1), EINTR);
  CHECK_EQ(count, 1);
  CHECK_OK(sigrelse(SIGUSR1));
  signal(SIGUSR1, SIG_DFL);
}

TEST(alarms_in_microseconds) {
  count = 0;
  CHECK(signal(SIGALRM, handler) != SIG_ERR);
  CHECK_EQ(ualarm(20000, 0), 0);
  pause();
  CHECK_EQ(count, 1);
  CHECK_EQ(ualarm(900000, 0), 0);
  useconds_t left = ualarm(0, 0);
  CHECK(left > 0 && left <= 900000);
  signal(SIGALRM, SIG_DFL);
}

TEST(names_of_signals) {
  CHECK_STR(sigabbrev_np(SIGHUP), "HUP");
  CHECK_STR(sigdescr_np(SIGHUP), "Hangup");
  CHECK(sigabbrev_np(999) == NULL);
  CHECK(sigdescr_np(999) == NULL);
}

TEST(a_signal_with_its_details_is_written) {
  FILE *file = tmpfile();
  REQUIRE(file != NULL);
  int saved = dup(2);
  siginfo_t info = {.si_signo = SIGTERM};
  fflush(stderr);
  dup2(fileno(file), 2);
  psiginfo(&info, "got");
  fflush(stderr);
  dup2(saved, 2);
  rewind(file);
  char line[100] = "";
  CHECK(fgets(line, sizeof line, file) != NULL);
  CHECK_EQ(strncmp(line, "got: Terminated", 15), 0);
  fclose(file);
}

TEST(flags_that_are_kept) {
  static const int flags[] = {SA_NOCLDSTOP, SA_NOCLDWAIT, SA_ONESHOT, SA_NOMASK};
  struct sigaction action = {.sa_handler = handler}, back;
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    action.sa_flags = flags[i];
    REQUIRE_OK(sigaction(SIGUSR1, &action, NULL));
    REQUIRE_OK(sigaction(SIGUSR1, NULL, &back));
    CHECK_EQ(back.sa_flags & flags[i], flags[i]);
  }
  signal(SIGUSR1, SIG_DFL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(system_v_handles_once);
  RUN(bsd_handles_always);
  RUN(masks_as_numbers);
  RUN(a_pause_that_lets_one_through);
  RUN(alarms_in_microseconds);
  RUN(flags_that_are_kept);
  RUN(names_of_signals);
  RUN(a_signal_with_its_details_is_written);
  return T_END();
}
