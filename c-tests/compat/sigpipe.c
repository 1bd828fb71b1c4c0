/* SIGPIPE: a handler runs when a write finds its reader gone. */
#include "../t.h"
#include <signal.h>

static volatile int calls;

static void note(int signo) {
  (void)signo;
  calls++;
}

static int writer_without_reader(void) {
  int ends[2];
  if (pipe(ends))
    return -1;
  close(ends[0]);
  return ends[1];
}

TEST(a_handler_runs_and_the_call_fails) {
  int fd = writer_without_reader();
  REQUIRE_OK(fd);
  calls = 0;
  signal(SIGPIPE, note);
  CHECK_ERRNO(write(fd, "x", 1), EPIPE);
  CHECK_EQ(calls, 1);
  CHECK_ERRNO(write(fd, "x", 1), EPIPE);
  CHECK_EQ(calls, 2);
}

TEST(an_ignored_one_is_only_epipe) {
  int fd = writer_without_reader();
  REQUIRE_OK(fd);
  calls = 0;
  signal(SIGPIPE, SIG_IGN);
  CHECK_ERRNO(write(fd, "x", 1), EPIPE);
  CHECK_EQ(calls, 0);
}

TEST(a_blocked_one_waits) {
  int fd = writer_without_reader();
  REQUIRE_OK(fd);
  sigset_t set, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  calls = 0;
  signal(SIGPIPE, note);
  REQUIRE_OK(sigprocmask(SIG_BLOCK, &set, NULL));
  CHECK_ERRNO(write(fd, "x", 1), EPIPE);
  CHECK_EQ(calls, 0);
  sigpending(&pending);
  CHECK_EQ(sigismember(&pending, SIGPIPE), 1);
  REQUIRE_OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
  CHECK_EQ(calls, 1);
}

TEST(msg_nosignal_raises_none) {
  int ends[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  close(ends[0]);
  calls = 0;
  signal(SIGPIPE, note);
  CHECK_ERRNO(send(ends[1], "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK_EQ(calls, 0);
  CHECK_ERRNO(send(ends[1], "x", 1, 0), EPIPE);
  CHECK_EQ(calls, 1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_handler_runs_and_the_call_fails);
  RUN(an_ignored_one_is_only_epipe);
  RUN(a_blocked_one_waits);
  RUN(msg_nosignal_raises_none);
  return T_END();
}
