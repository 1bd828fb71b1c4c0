/* SCM_RIGHTS and SCM_CREDENTIALS within the process. unix(7), cmsg(3); ideas: gVisor
 * socket_unix_cmsg, FreeBSD unix_passfd. */
#include "../t.h"

#include <sys/epoll.h>

union control {
  char bytes[CMSG_SPACE(8 * sizeof(int))];
  struct cmsghdr align;
};

/* Sends `size` bytes with descriptors attached. */
static ssize_t send_fds(int to, const char *data, size_t size, const int *fds, int count) {
  union control control;
  struct iovec part = {(void *)(uintptr_t)data, size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  memset(&control, 0, sizeof control);
  message.msg_control = &control;
  message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
  memcpy(CMSG_DATA(c), fds, (size_t)count * sizeof(int));
  return sendmsg(to, &message, MSG_NOSIGNAL);
}

/* Receives data and descriptors (room for `room` of them): how many came, or -1. */
static int receive_fds(int from, char *data, size_t size, int *fds, int room, int flags,
                       int *got_flags) {
  union control control;
  struct iovec part = {data, size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  message.msg_control = room ? &control : NULL;
  message.msg_controllen = room ? CMSG_SPACE((size_t)room * sizeof(int)) : 0;
  if (recvmsg(from, &message, flags) == -1)
    return -1;
  if (got_flags)
    *got_flags = message.msg_flags;
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  if (!c)
    return 0;
  if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
    return -1;
  int count = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
  memcpy(fds, CMSG_DATA(c), (size_t)count * sizeof(int));
  return count;
}

TEST(a_socket_is_passed) {
  static const int kinds[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
  for (int k = 0; k < 3; k++) {
    int local[2], pair[2], got = -1, flags = -1;
    char byte, buffer[8];
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, local));
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    REQUIRE_EQ(send_fds(local[0], "x", 1, &pair[1], 1), 1);
    CHECK_OK(close(pair[1]));
    REQUIRE_EQ(receive_fds(local[1], &byte, 1, &got, 1, 0, &flags), 1);
    CHECK_EQ(byte, 'x');
    CHECK_EQ(flags & (MSG_CTRUNC | MSG_TRUNC), 0);
    CHECK_EQ(fcntl(got, F_GETFD), 0);
    REQUIRE_EQ(send(pair[0], "hello", 5, 0), 5);
    CHECK_EQ(recv(got, buffer, sizeof buffer, 0), 5);
    CHECK_OK(close(got));
    CHECK_EQ(recv(pair[0], buffer, sizeof buffer, 0), 0);
  }
}

TEST(a_descriptor_in_flight_stays_open) {
  int local[2], ends[2], got;
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  REQUIRE_EQ(send_fds(local[0], "x", 1, &ends[1], 1), 1);
  CHECK_OK(close(ends[1]));
  CHECK_ERRNO(read(ends[0], &byte, 1), EAGAIN);
  REQUIRE_EQ(receive_fds(local[1], &byte, 1, &got, 1, 0, NULL), 1);
  REQUIRE_EQ(write(got, "y", 1), 1);
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  CHECK_OK(close(got));
  CHECK_EQ(read(ends[0], &byte, 1), 0);
}

TEST(a_message_that_nobody_reads_closes_its_descriptors) {
  int local[2], ends[2];
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  REQUIRE_EQ(send_fds(local[0], "x", 1, &ends[1], 1), 1);
  CHECK_OK(close(ends[1]));
  CHECK_OK(close(local[1]));
  CHECK_OK(close(local[0]));
  CHECK(T_UNTIL(read(ends[0], &byte, 1) == 0));
}

TEST(several_at_once) {
  int local[2], udp[4], got[4];
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  for (int i = 0; i < 4; i++)
    REQUIRE_OK(udp[i] = t_bound(AF_INET, SOCK_DGRAM));
  REQUIRE_EQ(send_fds(local[0], "x", 1, udp, 4), 1);
  REQUIRE_EQ(receive_fds(local[1], &byte, 1, got, 8, 0, NULL), 4);
  for (int i = 0; i < 4; i++) {
    CHECK(got[i] != udp[i]);
    CHECK_EQ(t_port(got[i]), t_port(udp[i]));
  }
}

TEST(too_little_room_closes_the_rest) {
  int local[2], ends[2][2], got[2], flags = 0, out[2];
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, local));
  for (int i = 0; i < 2; i++) {
    REQUIRE_OK(pipe2(ends[i], O_NONBLOCK));
    out[i] = ends[i][1];
  }
  /* Room for one, and CMSG_SPACE may leave padding for a second: give exactly one. */
  REQUIRE_EQ(send_fds(local[0], "x", 1, out, 2), 1);
  CHECK_OK(close(out[0]));
  CHECK_OK(close(out[1]));
  union control control;
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  message.msg_control = &control;
  message.msg_controllen = CMSG_LEN(sizeof(int));
  REQUIRE_EQ(recvmsg(local[1], &message, 0), 1);
  flags = message.msg_flags;
  CHECK_EQ(flags & MSG_CTRUNC, MSG_CTRUNC);
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  REQUIRE(c != NULL);
  CHECK_EQ(c->cmsg_len, CMSG_LEN(sizeof(int)));
  memcpy(got, CMSG_DATA(c), sizeof(int));
  CHECK(T_UNTIL(read(ends[1][0], &byte, 1) == 0));
  CHECK_ERRNO(read(ends[0][0], &byte, 1), EAGAIN);
  CHECK_OK(close(got[0]));
  CHECK_EQ(read(ends[0][0], &byte, 1), 0);
}

TEST(no_room_at_all) {
  int local[2], ends[2], flags = 0;
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  REQUIRE_EQ(send_fds(local[0], "x", 1, &ends[1], 1), 1);
  CHECK_OK(close(ends[1]));
  CHECK_EQ(receive_fds(local[1], &byte, 1, NULL, 0, 0, &flags), 0);
  CHECK_EQ(flags & MSG_CTRUNC, MSG_CTRUNC);
  CHECK(T_UNTIL(read(ends[0], &byte, 1) == 0));
}

TEST(a_plain_read_drops_the_descriptors) {
  int local[2], ends[2];
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  REQUIRE_EQ(send_fds(local[0], "x", 1, &ends[1], 1), 1);
  CHECK_OK(close(ends[1]));
  CHECK_EQ(read(local[1], &byte, 1), 1);
  CHECK(T_UNTIL(read(ends[0], &byte, 1) == 0));
}

/* A receive on a stream stops at the message that carries descriptors. */
TEST(streams_keep_descriptors_with_their_bytes) {
  int local[2], fd = t_bound(AF_INET, SOCK_DGRAM), got = -1;
  char buffer[16];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_EQ(send(local[0], "plain", 5, 0), 5);
  REQUIRE_EQ(send_fds(local[0], "with", 4, &fd, 1), 4);
  REQUIRE_EQ(send(local[0], "after", 5, 0), 5);
  memset(buffer, 0, sizeof buffer);
  int count = receive_fds(local[1], buffer, 5, &got, 1, 0, NULL);
  CHECK_EQ(count, 0);
  CHECK_STR(buffer, "plain");
  memset(buffer, 0, sizeof buffer);
  CHECK_EQ(receive_fds(local[1], buffer, sizeof buffer - 1, &got, 1, 0, NULL), 1);
  CHECK_EQ(strncmp(buffer, "with", 4), 0);
}

TEST(close_on_exec_of_the_received) {
  int local[2], fd = t_bound(AF_INET, SOCK_DGRAM), got;
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_EQ(send_fds(local[0], "x", 1, &fd, 1), 1);
  REQUIRE_EQ(receive_fds(local[1], &byte, 1, &got, 1, MSG_CMSG_CLOEXEC, NULL), 1);
  CHECK_EQ(fcntl(got, F_GETFD), FD_CLOEXEC);
}

TEST(peeking_duplicates_the_descriptors) {
  int local[2], fd = t_bound(AF_INET, SOCK_DGRAM), one = -1, two = -1;
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_EQ(send_fds(local[0], "x", 1, &fd, 1), 1);
  REQUIRE_EQ(receive_fds(local[1], &byte, 1, &one, 1, MSG_PEEK, NULL), 1);
  REQUIRE_EQ(receive_fds(local[1], &byte, 1, &two, 1, 0, NULL), 1);
  CHECK(one != two);
  CHECK_EQ(t_port(one), t_port(fd));
  CHECK_EQ(t_port(two), t_port(fd));
}

TEST(bad_descriptors_are_refused) {
  int local[2], bad = -1;
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  CHECK_ERRNO(send_fds(local[0], "x", 1, &bad, 1), EBADF);
  bad = 4000;
  CHECK_ERRNO(send_fds(local[0], "x", 1, &bad, 1), EBADF);
  CHECK_ERRNO(recv(local[1], &byte, 1, MSG_DONTWAIT), EAGAIN);
}

TEST(descriptors_do_not_pass_over_the_network) {
  int pair[2], fd = t_bound(AF_INET, SOCK_DGRAM), got;
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  ssize_t sent = send_fds(pair[0], "x", 1, &fd, 1);
  CHECK(sent == 1 || (sent == -1 && errno == EINVAL));
  if (sent == 1) {
    REQUIRE(t_wait(pair[1], POLLIN));
    CHECK_EQ(receive_fds(pair[1], &byte, 1, &got, 1, 0, NULL), 0);
  }
}

TEST(credentials_with_passcred) {
  int local[2], on = 1;
  char byte;
  union {
    char bytes[CMSG_SPACE(sizeof(struct ucred))];
    struct cmsghdr align;
  } control;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, local));
  REQUIRE_OK(setsockopt(local[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  CHECK_EQ(t_get_int(local[1], SOL_SOCKET, SO_PASSCRED), 1);
  REQUIRE_EQ(send(local[0], "x", 1, 0), 1);
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  REQUIRE_EQ(recvmsg(local[1], &message, 0), 1);
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  REQUIRE(c != NULL);
  CHECK_EQ(c->cmsg_level, SOL_SOCKET);
  CHECK_EQ(c->cmsg_type, SCM_CREDENTIALS);
  struct ucred who;
  memcpy(&who, CMSG_DATA(c), sizeof who);
  CHECK_EQ(who.pid, getpid());
  CHECK_EQ(who.uid, getuid());
  CHECK_EQ(who.gid, getgid());
}

/* Whose message recvmsg(2) returned: -1 when it does not say. */
static int sender_of(int fd, ssize_t length) {
  char byte;
  union {
    char bytes[CMSG_SPACE(sizeof(struct ucred))];
    struct cmsghdr align;
  } control;
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  CHECK_EQ(recvmsg(fd, &message, MSG_DONTWAIT), length);
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  struct ucred who = {.pid = -1};
  if (c)
    memcpy(&who, CMSG_DATA(c), sizeof who);
  return who.pid;
}

/* An empty message has a sender. The end of a stream is said to be of process 0, that of packets of nobody. */
TEST(credentials_of_nothing) {
  static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET};
  for (int i = 0; i < 2; i++) {
    int local[2], on = 1;
    REQUIRE_OK(socketpair(AF_UNIX, types[i], 0, local));
    REQUIRE_OK(setsockopt(local[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
    CHECK_EQ(send(local[0], "", 0, 0), 0);
    CHECK_EQ(send(local[0], "x", 1, 0), 1);
    if (types[i] == SOCK_SEQPACKET)
      CHECK_EQ(sender_of(local[1], 0), getpid());
    CHECK_EQ(sender_of(local[1], 1), getpid());
    CHECK_OK(shutdown(local[0], SHUT_WR));
    CHECK_EQ(sender_of(local[1], 0), types[i] == SOCK_STREAM ? 0 : -1);
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_socket_is_passed);
  RUN(a_descriptor_in_flight_stays_open);
  RUN(a_message_that_nobody_reads_closes_its_descriptors);
  RUN(several_at_once);
  RUN(too_little_room_closes_the_rest);
  RUN(no_room_at_all);
  RUN(a_plain_read_drops_the_descriptors);
  RUN(streams_keep_descriptors_with_their_bytes);
  RUN(close_on_exec_of_the_received);
  RUN(peeking_duplicates_the_descriptors);
  RUN(bad_descriptors_are_refused);
  RUN(descriptors_do_not_pass_over_the_network);
  RUN(credentials_with_passcred);
  RUN(credentials_of_nothing);
  return T_END();
}
