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

/* Only what has an end raises it: streams and pipes. */
TEST(sockets_of_messages_raise_none) {
  struct iovec part = {"x", 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  int udp[2], ends[2], shut[2];
  REQUIRE_OK(t_udp_pair(AF_INET, udp));
  REQUIRE_OK(shutdown(udp[0], SHUT_WR));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
  REQUIRE_OK(close(ends[1]));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, shut));
  REQUIRE_OK(shutdown(shut[1], SHUT_RD));
  const int fds[] = {udp[0], ends[0], shut[0]};
  calls = 0;
  signal(SIGPIPE, note);
  for (int i = 0; i < 3; i++) {
    CHECK_ERRNO(write(fds[i], "x", 1), EPIPE);
    CHECK_ERRNO(writev(fds[i], &part, 1), EPIPE);
    CHECK_ERRNO(send(fds[i], "x", 1, 0), EPIPE);
    CHECK_ERRNO(sendmsg(fds[i], &message, 0), EPIPE);
  }
  CHECK_EQ(calls, 0);
}

TEST(each_kind_of_write_raises_one) {
  struct iovec part = {"x", 1};
  struct mmsghdr message = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
  int local[2], tcp[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_OK(close(local[1]));
  REQUIRE_OK(t_tcp_pair(AF_INET, tcp));
  REQUIRE_OK(shutdown(tcp[0], SHUT_WR));
  const int fds[] = {local[0], tcp[0]};
  signal(SIGPIPE, note);
  for (int i = 0; i < 2; i++) {
    calls = 0;
    CHECK_ERRNO(write(fds[i], "x", 1), EPIPE);
    CHECK_ERRNO(writev(fds[i], &part, 1), EPIPE);
    CHECK_ERRNO(send(fds[i], "x", 1, 0), EPIPE);
    CHECK_ERRNO(sendmsg(fds[i], &message.msg_hdr, 0), EPIPE);
    CHECK_ERRNO(sendmmsg(fds[i], &message, 1, 0), EPIPE);
    CHECK_EQ(calls, 5);
    CHECK_ERRNO(sendmsg(fds[i], &message.msg_hdr, MSG_NOSIGNAL), EPIPE);
    CHECK_ERRNO(sendmmsg(fds[i], &message, 1, MSG_NOSIGNAL), EPIPE);
    CHECK_EQ(calls, 5);
  }
}

TEST(splice_and_its_kin_raise_one) {
  struct iovec part = {"x", 1};
  int fd = writer_without_reader(), full[2];
  REQUIRE_OK(fd);
  REQUIRE_OK(pipe(full));
  CHECK_EQ(write(full[1], "x", 1), 1);
  calls = 0;
  signal(SIGPIPE, note);
  CHECK_ERRNO(splice(full[0], NULL, fd, NULL, 1, 0), EPIPE);
  CHECK_EQ(calls, 1);
  CHECK_ERRNO(tee(full[0], fd, 1, 0), EPIPE);
  CHECK_EQ(calls, 2);
  CHECK_ERRNO(vmsplice(fd, &part, 1, 0), EPIPE);
  CHECK_EQ(calls, 3);
  int local[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_OK(close(local[1]));
  CHECK_ERRNO(splice(full[0], NULL, local[0], NULL, 1, 0), EPIPE);
  CHECK_EQ(calls, 4);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_handler_runs_and_the_call_fails);
  RUN(an_ignored_one_is_only_epipe);
  RUN(a_blocked_one_waits);
  RUN(msg_nosignal_raises_none);
  RUN(sockets_of_messages_raise_none);
  RUN(each_kind_of_write_raises_one);
  RUN(splice_and_its_kin_raise_one);
  return T_END();
}
