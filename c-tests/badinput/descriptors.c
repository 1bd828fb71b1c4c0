/* Every call that takes a descriptor, with ones that are not open. Each must say EBADF and change
 * nothing; none may end the program. The errors are those of each call's man page. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

/* A number that was a socket and is closed now. */
static int closed_number(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd != -1)
    close(fd);
  return fd;
}

#define KINDS 6
static int bad(int kind) {
  switch (kind) {
  case 0:
    return (int)t_hide(-1);
  case 1:
    return closed_number();
  case 2:
    return (int)t_hide(INT_MAX);
  case 3:
    return (int)t_hide(INT_MIN);
  case 4:
    return closed_number() + 500;
  default:
    return (int)t_hide(-100);
  }
}
#define EACH_BAD_FD for (int k = 0, fd = bad(0); k < KINDS; k++, fd = bad(k))

static struct t_addr some_address(void) { return t_loopback(AF_INET, 9); }

TEST(bind_and_connect) {
  struct t_addr a = some_address();
  EACH_BAD_FD {
    CHECK_ERRNO(bind(fd, &a.sa.any, a.len), EBADF);
    CHECK_ERRNO(connect(fd, &a.sa.any, a.len), EBADF);
    CHECK_ERRNO(bind(fd, NULL, 0), EBADF);
    CHECK_ERRNO(connect(fd, NULL, 0), EBADF);
  }
}

TEST(listen_and_accept) {
  struct t_addr a = some_address();
  EACH_BAD_FD {
    CHECK_ERRNO(listen(fd, 1), EBADF);
    CHECK_ERRNO(accept(fd, NULL, NULL), EBADF);
    CHECK_ERRNO(accept(fd, &a.sa.any, &a.len), EBADF);
    CHECK_ERRNO(accept4(fd, NULL, NULL, SOCK_NONBLOCK), EBADF);
  }
}

TEST(names) {
  struct t_addr a = some_address();
  EACH_BAD_FD {
    CHECK_ERRNO(getsockname(fd, &a.sa.any, &a.len), EBADF);
    CHECK_ERRNO(getpeername(fd, &a.sa.any, &a.len), EBADF);
  }
}

TEST(send_family) {
  struct t_addr a = some_address();
  struct iovec iov = {"x", 1};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
  struct mmsghdr many = {.msg_hdr = msg};
  EACH_BAD_FD {
    CHECK_ERRNO(send(fd, "x", 1, 0), EBADF);
    CHECK_ERRNO(send(fd, "", 0, MSG_DONTWAIT), EBADF);
    CHECK_ERRNO(sendto(fd, "x", 1, 0, &a.sa.any, a.len), EBADF);
    CHECK_ERRNO(sendmsg(fd, &msg, 0), EBADF);
    CHECK_ERRNO(sendmmsg(fd, &many, 1, 0), EBADF);
    CHECK_ERRNO(write(fd, "x", 1), EBADF);
    CHECK_ERRNO(writev(fd, &iov, 1), EBADF);
  }
}

TEST(recv_family) {
  struct t_addr a = some_address();
  char c;
  struct iovec iov = {&c, 1};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
  struct mmsghdr many = {.msg_hdr = msg};
  EACH_BAD_FD {
    CHECK_ERRNO(recv(fd, &c, 1, 0), EBADF);
    CHECK_ERRNO(recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT), EBADF);
    CHECK_ERRNO(recvfrom(fd, &c, 1, 0, &a.sa.any, &a.len), EBADF);
    CHECK_ERRNO(recvmsg(fd, &msg, 0), EBADF);
    CHECK_ERRNO(recvmmsg(fd, &many, 1, 0, NULL), EBADF);
    CHECK_ERRNO(read(fd, &c, 1), EBADF);
    CHECK_ERRNO(readv(fd, &iov, 1), EBADF);
  }
}

TEST(options) {
  int value = 1;
  socklen_t len = sizeof value;
  EACH_BAD_FD {
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len), EBADF);
    CHECK_ERRNO(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &len), EBADF);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, len), EBADF);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_TTL, &value, len), EBADF);
  }
}

TEST(shutdown_and_close) {
  EACH_BAD_FD {
    CHECK_ERRNO(shutdown(fd, SHUT_RDWR), EBADF);
    CHECK_ERRNO(close(fd), EBADF);
  }
}

TEST(copies) {
  EACH_BAD_FD {
    CHECK_ERRNO(dup(fd), EBADF);
    CHECK_ERRNO(dup2(fd, 300), EBADF);
    CHECK_ERRNO(dup3(fd, 300, O_CLOEXEC), EBADF);
    CHECK_ERRNO(fcntl(fd, F_DUPFD, 0), EBADF);
    CHECK_ERRNO(fcntl(fd, F_DUPFD_CLOEXEC, 0), EBADF);
    CHECK_ERRNO(fcntl(300, F_GETFD), EBADF);
  }
}

TEST(fcntl_and_ioctl) {
  int n = 0;
  EACH_BAD_FD {
    CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
    CHECK_ERRNO(fcntl(fd, F_SETFD, FD_CLOEXEC), EBADF);
    CHECK_ERRNO(fcntl(fd, F_GETFL), EBADF);
    CHECK_ERRNO(fcntl(fd, F_SETFL, O_NONBLOCK), EBADF);
    CHECK_ERRNO(ioctl(fd, FIONREAD, &n), EBADF);
    CHECK_ERRNO(ioctl(fd, FIONBIO, &n), EBADF);
  }
}

TEST(file_calls) {
  struct stat st;
  char c = 0;
  EACH_BAD_FD {
    CHECK_ERRNO(fstat(fd, &st), EBADF);
    CHECK_ERRNO(lseek(fd, 0, SEEK_CUR), EBADF);
    CHECK_ERRNO(fsync(fd), EBADF);
    CHECK_ERRNO(pread(fd, &c, 1, 0), EBADF);
    CHECK_ERRNO(pwrite(fd, &c, 1, 0), EBADF);
    errno = 0;
    CHECK_EQ(isatty(fd), 0);
    CHECK_EQ(errno, EBADF);
  }
}

/* poll() looks at negative descriptors as at nothing. */
TEST(polling) {
  EACH_BAD_FD {
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT, .revents = 0x55};
    CHECK_EQ(poll(&p, 1, 0), fd < 0 ? 0 : 1);
    CHECK_EQ(p.revents, fd < 0 ? 0 : POLLNVAL);
    p.revents = 0x55;
    CHECK_EQ(poll(&p, 1, fd < 0 ? 1 : -1), fd < 0 ? 0 : 1);
    CHECK_EQ(p.revents, fd < 0 ? 0 : POLLNVAL);
  }
}

TEST(selecting) {
  int fd = closed_number();
  struct timeval none = {0, 0};
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  CHECK_ERRNO(select(fd + 1, &set, NULL, NULL, &none), EBADF);
  CHECK_ERRNO(select(fd + 1, NULL, &set, NULL, NULL), EBADF);
  CHECK_ERRNO(select((int)t_hide(-1), NULL, NULL, NULL, &none), EINVAL);
}

TEST(epoll) {
  int ep = epoll_create1(0), real = socket(AF_INET, SOCK_STREAM, 0);
  struct epoll_event event = {.events = EPOLLIN};
  REQUIRE(ep >= 0 && real >= 0);
  EACH_BAD_FD {
    CHECK_ERRNO(epoll_ctl(fd, EPOLL_CTL_ADD, real, &event), EBADF);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event), EBADF);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_MOD, fd, &event), EBADF);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL), EBADF);
    CHECK_ERRNO(epoll_wait(fd, &event, 1, 0), EBADF);
  }
}

TEST(timerfd) {
  struct itimerspec spec = {{0, 0}, {0, 0}};
  EACH_BAD_FD {
    CHECK_ERRNO(timerfd_settime(fd, 0, &spec, NULL), EBADF);
    CHECK_ERRNO(timerfd_gettime(fd, &spec), EBADF);
  }
}

TEST(nothing_was_opened_or_closed) {
  int before = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(before);
  CHECK_OK(close(before));
  EACH_BAD_FD {
    dup(fd);
    dup2(fd, before + 1);
    accept(fd, NULL, NULL);
  }
  CHECK_EQ(socket(AF_INET, SOCK_STREAM, 0), before);
  CHECK_ERRNO(fcntl(before + 1, F_GETFD), EBADF);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(bind_and_connect);
  RUN(listen_and_accept);
  RUN(names);
  RUN(send_family);
  RUN(recv_family);
  RUN(options);
  RUN(shutdown_and_close);
  RUN(copies);
  RUN(fcntl_and_ioctl);
  RUN(file_calls);
  RUN(polling);
  RUN(selecting);
  RUN(epoll);
  RUN(timerfd);
  RUN(nothing_was_opened_or_closed);
  return T_END();
}
