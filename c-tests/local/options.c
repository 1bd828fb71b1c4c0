/* What the calls for descriptors and sockets say of in-process objects. socket(7), unix(7),
 * fstat(2), fcntl(2); read off Linux 6. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>

TEST(socket_options) {
  int pair[2], value;
  struct linger linger = {1, 5}, got;
  socklen_t len = sizeof got;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_EQ(t_get_int(pair[0], SOL_SOCKET, SO_PROTOCOL), 0);
  CHECK(t_get_int(pair[0], SOL_SOCKET, SO_SNDBUF) > 0);
  CHECK(t_get_int(pair[0], SOL_SOCKET, SO_RCVBUF) > 0);
  CHECK_OK(t_set_int(pair[0], SOL_SOCKET, SO_SNDBUF, 50000));
  CHECK(t_get_int(pair[0], SOL_SOCKET, SO_SNDBUF) >= 50000);
  static const int flags[] = {SO_REUSEADDR, SO_KEEPALIVE, SO_PASSCRED, SO_BROADCAST};
  for (int i = 0; i < 4; i++) {
    CHECK_EQ(t_get_int(pair[0], SOL_SOCKET, flags[i]), 0);
    CHECK_OK(t_set_int(pair[0], SOL_SOCKET, flags[i], 7));
    CHECK_EQ(t_get_int(pair[0], SOL_SOCKET, flags[i]), 1);
  }
  CHECK_OK(setsockopt(pair[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  CHECK_OK(getsockopt(pair[0], SOL_SOCKET, SO_LINGER, &got, &len));
  CHECK_EQ(got.l_onoff, 1);
  CHECK_EQ(got.l_linger, 5);
  CHECK_ERRNO(t_set_int(pair[0], IPPROTO_TCP, TCP_NODELAY, 1), EOPNOTSUPP);
  CHECK_ERRNO(t_get_int(pair[0], IPPROTO_TCP, TCP_NODELAY), EOPNOTSUPP);
  CHECK_ERRNO(t_set_int(pair[0], IPPROTO_IP, IP_TTL, 1), EOPNOTSUPP);
  value = 1;
  CHECK_ERRNO(setsockopt(pair[0], SOL_SOCKET, 9999, &value, sizeof value), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(pair[0], SOL_SOCKET, SO_TYPE, &value, sizeof value), ENOPROTOOPT);
}

TEST(the_send_buffer_bounds_a_stream) {
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  long long before = t_fill(pair[0]);
  REQUIRE(before > 0);
  CHECK_EQ(t_drain(pair[1], before, 0), before);
  CHECK_OK(t_set_int(pair[0], SOL_SOCKET, SO_SNDBUF, 20000));
  long long after = t_fill(pair[0]);
  CHECK(after > 0 && after < before);
}

TEST(the_error_is_read_once) {
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_OK(close(pair[0]));
  CHECK_EQ(t_get_int(pair[1], SOL_SOCKET, SO_ERROR), 0);
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_EQ(send(pair[1], "x", 1, 0), 1);
  CHECK_OK(close(pair[0]));
  CHECK_EQ(t_poll(pair[1], POLLIN, 0) & POLLERR, POLLERR);
  CHECK_EQ(t_get_int(pair[1], SOL_SOCKET, SO_ERROR), ECONNRESET);
  CHECK_EQ(t_get_int(pair[1], SOL_SOCKET, SO_ERROR), 0);
}

TEST(no_sockets) {
  int ends[2], fds[4], value = 1;
  socklen_t len = sizeof value;
  REQUIRE_OK(pipe(ends));
  fds[0] = ends[0];
  fds[1] = eventfd(0, 0);
  fds[2] = epoll_create1(0);
  fds[3] = timerfd_create(CLOCK_MONOTONIC, 0);
  for (int i = 0; i < 4; i++) {
    REQUIRE_OK(fds[i]);
    CHECK_ERRNO(setsockopt(fds[i], SOL_SOCKET, SO_REUSEADDR, &value, sizeof value), ENOTSOCK);
    CHECK_ERRNO(getsockopt(fds[i], SOL_SOCKET, SO_TYPE, &value, &len), ENOTSOCK);
    CHECK_ERRNO(listen(fds[i], 1), ENOTSOCK);
    CHECK_ERRNO(accept(fds[i], NULL, NULL), ENOTSOCK);
    CHECK_ERRNO(shutdown(fds[i], SHUT_RDWR), ENOTSOCK);
    CHECK_EQ(isatty(fds[i]), 0);
  }
}

TEST(kinds_of_files) {
  int ends[2], pair[2];
  struct stat st;
  REQUIRE_OK(pipe(ends));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  for (int i = 0; i < 2; i++) {
    REQUIRE_OK(fstat(ends[i], &st));
    CHECK(S_ISFIFO(st.st_mode));
    REQUIRE_OK(fstat(pair[i], &st));
    CHECK(S_ISSOCK(st.st_mode));
  }
}

TEST(status_flags) {
  int fds[3] = {eventfd(0, 0), timerfd_create(CLOCK_MONOTONIC, 0), socket(AF_UNIX, SOCK_STREAM, 0)},
      on = 1;
  for (int i = 0; i < 3; i++) {
    REQUIRE_OK(fds[i]);
    CHECK_EQ(fcntl(fds[i], F_GETFL) & O_ACCMODE, O_RDWR);
    CHECK_OK(t_set_nonblock(fds[i], 1));
    CHECK_EQ(fcntl(fds[i], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    CHECK_OK(t_set_nonblock(fds[i], 0));
    CHECK_OK(ioctl(fds[i], FIONBIO, &on));
    CHECK_EQ(fcntl(fds[i], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    CHECK_OK(fcntl(fds[i], F_SETFD, FD_CLOEXEC));
    CHECK_EQ(fcntl(fds[i], F_GETFD), FD_CLOEXEC);
    int copy = fcntl(fds[i], F_DUPFD, 600);
    CHECK(copy >= 600);
    CHECK_EQ(fcntl(copy, F_GETFD), 0);
    CHECK_EQ(fcntl(copy, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  }
}

TEST(accept4_takes_two_flags) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_ERRNO(accept4(fd, NULL, NULL, (int)t_hide(1 << 20)), EINVAL);
  CHECK_ERRNO(accept(fd, NULL, NULL), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(socket_options);
  RUN(the_send_buffer_bounds_a_stream);
  RUN(the_error_is_read_once);
  RUN(no_sockets);
  RUN(kinds_of_files);
  RUN(status_flags);
  RUN(accept4_takes_two_flags);
  return T_END();
}
