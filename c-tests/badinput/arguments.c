/* Enormous and negative lengths, counts and flags that no call has. The errors are those of each
 * call's man page. */
#include "../t.h"

#include <sys/select.h>

TEST(socket_arguments) {
  static const int odd[] = {INT_MIN, -1, 77, 1000, INT_MAX};
  for (int i = 0; i < 5; i++) {
    CHECK_ERRNO(socket(odd[i], SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_EQ(socket(AF_INET, odd[i], 0), -1);
    CHECK_EQ(socket(AF_INET, SOCK_STREAM, odd[i]), -1);
  }
}

TEST(address_lengths) {
  static const socklen_t odd[] = {0, 1, 2, 15, 129, 4096, INT_MAX, (socklen_t)INT_MIN, (socklen_t)-1};
  struct t_addr a = t_loopback(AF_INET, 0);
  int fd = socket(AF_INET, SOCK_STREAM, 0), listener = t_listener(AF_INET);
  REQUIRE(fd >= 0 && listener >= 0);
  struct t_addr to = t_local(listener);
  for (int i = 0; i < 9; i++) {
    CHECK_ERRNO(bind(fd, &a.sa.any, odd[i]), EINVAL);
    CHECK_ERRNO(connect(fd, &to.sa.any, odd[i]), EINVAL);
  }
  CHECK_OK(t_connect(fd, to));
}

TEST(address_families) {
  static const int odd[] = {-1, 77, AF_UNIX, 65535};
  for (int i = 0; i < 4; i++) {
    struct t_addr a = t_loopback(AF_INET, 9);
    int fd = socket(AF_INET, SOCK_STREAM, 0), six = socket(AF_INET6, SOCK_STREAM, 0);
    REQUIRE(fd >= 0 && six >= 0);
    a.sa.any.sa_family = (sa_family_t)odd[i];
    CHECK_ERRNO(bind(fd, &a.sa.any, a.len), EAFNOSUPPORT);
    CHECK_ERRNO(connect(fd, &a.sa.any, a.len), EAFNOSUPPORT);
    CHECK_ERRNO(bind(six, &a.sa.any, sizeof a.sa.in6), EAFNOSUPPORT);
    CHECK_ERRNO(connect(six, &a.sa.any, sizeof a.sa.in6), EAFNOSUPPORT);
  }
}

TEST(iovec_counts) {
  int pair[2];
  char c = 0;
  struct iovec iov = {&c, 1};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  static const int odd[] = {-1, INT_MIN, INT_MAX, IOV_MAX + 1};
  for (int i = 0; i < 4; i++) {
    CHECK_ERRNO(writev(pair[0], &iov, (int)t_hide(odd[i])), EINVAL);
    CHECK_ERRNO(readv(pair[0], &iov, (int)t_hide(odd[i])), EINVAL);
  }
  struct msghdr msg = {.msg_iov = &iov};
  msg.msg_iovlen = IOV_MAX + 1;
  CHECK_ERRNO(sendmsg(pair[0], &msg, 0), EMSGSIZE);
  CHECK_ERRNO(recvmsg(pair[0], &msg, 0), EMSGSIZE);
}

TEST(poll_counts) {
  struct pollfd p = {.fd = -1, .events = POLLIN};
  CHECK_ERRNO(poll(&p, (nfds_t)t_hide(INT_MAX), 0), EINVAL);
  CHECK_ERRNO(poll(&p, (nfds_t)t_hide(-1), 0), EINVAL);
}

TEST(poll_events_unknown) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p = {.fd = pair[0], .events = (short)t_hide(0x4000), .revents = 0x55};
  CHECK_EQ(poll(&p, 1, 0), 0);
  CHECK_EQ(p.revents, 0);
}

TEST(select_arguments) {
  struct timeval wrong = {0, -1}, none = {0, 0};
  CHECK_ERRNO(select((int)t_hide(-1), NULL, NULL, NULL, &none), EINVAL);
  CHECK_ERRNO(select(0, NULL, NULL, NULL, &wrong), EINVAL);
  wrong = (struct timeval){-1, 0};
  CHECK_ERRNO(select(0, NULL, NULL, NULL, &wrong), EINVAL);
}

/* Linux ignores flags of recv() and send() that it does not know. */
TEST(unknown_message_flags) {
  int pair[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "x", 1, MSG_NOSIGNAL | 0x01000000), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0x01000000), 1);
  CHECK_EQ(c, 'x');
}

TEST(option_lengths) {
  static const socklen_t odd[] = {0, 1, 3, (socklen_t)-1, (socklen_t)INT_MIN};
  int fd = socket(AF_INET, SOCK_STREAM, 0), value = 1;
  REQUIRE_OK(fd);
  for (int i = 0; i < 5; i++) {
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, odd[i]), EINVAL);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, odd[i]), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, odd[i]), EINVAL);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, odd[i]), EINVAL);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &value, odd[i]), EINVAL);
  }
}

TEST(shutdown_how) {
  static const int odd[] = {-1, 3 + SHUT_RDWR, INT_MAX, INT_MIN};
  int pair[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i < 4; i++)
    CHECK_ERRNO(shutdown(pair[0], odd[i]), EINVAL);
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(socket_arguments);
  RUN(address_lengths);
  RUN(address_families);
  RUN(iovec_counts);
  RUN(poll_counts);
  RUN(poll_events_unknown);
  RUN(select_arguments);
  RUN(unknown_message_flags);
  RUN(option_lengths);
  RUN(shutdown_how);
  return T_END();
}
