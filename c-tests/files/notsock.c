/* Socket calls on a file say ENOTSOCK; file calls on a socket what Linux says; and the numbers of
 * the two kinds never collide. Ideas: LTP accept03 and the *01 tests. */
#include "../t.h"

#define SCRATCH "notsock.tmp"

static int scratch(void) { return open(SCRATCH, O_CREAT | O_TRUNC | O_RDWR, 0600); }

TEST(socket_calls_on_a_file) {
  int fd = scratch(), value = 1;
  struct t_addr a = t_loopback(AF_INET, 9);
  char c = 0;
  struct iovec iov = {&c, 1};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
  socklen_t len = sizeof value;
  REQUIRE_OK(fd);
  CHECK_ERRNO(bind(fd, &a.sa.any, a.len), ENOTSOCK);
  CHECK_ERRNO(connect(fd, &a.sa.any, a.len), ENOTSOCK);
  CHECK_ERRNO(listen(fd, 1), ENOTSOCK);
  CHECK_ERRNO(accept(fd, NULL, NULL), ENOTSOCK);
  CHECK_ERRNO(accept4(fd, NULL, NULL, 0), ENOTSOCK);
  CHECK_ERRNO(getsockname(fd, &a.sa.any, &a.len), ENOTSOCK);
  CHECK_ERRNO(getpeername(fd, &a.sa.any, &a.len), ENOTSOCK);
  CHECK_ERRNO(send(fd, &c, 1, 0), ENOTSOCK);
  CHECK_ERRNO(sendto(fd, &c, 1, 0, &a.sa.any, a.len), ENOTSOCK);
  CHECK_ERRNO(sendmsg(fd, &msg, 0), ENOTSOCK);
  CHECK_ERRNO(recv(fd, &c, 1, 0), ENOTSOCK);
  CHECK_ERRNO(recvfrom(fd, &c, 1, 0, &a.sa.any, &a.len), ENOTSOCK);
  CHECK_ERRNO(recvmsg(fd, &msg, 0), ENOTSOCK);
  CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len), ENOTSOCK);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, len), ENOTSOCK);
  CHECK_ERRNO(shutdown(fd, SHUT_RDWR), ENOTSOCK);
  CHECK_EQ(write(fd, "still a file", 12), 12);
  CHECK_OK(close(fd));
  CHECK_OK(unlink(SCRATCH));
}

TEST(socket_calls_on_stdin) {
  char c;
  CHECK_ERRNO(recv(STDIN_FILENO, &c, 1, MSG_DONTWAIT), ENOTSOCK);
  CHECK_ERRNO(listen(STDIN_FILENO, 1), ENOTSOCK);
  CHECK_ERRNO(shutdown(STDERR_FILENO, SHUT_RD), ENOTSOCK);
}

/* Files and sockets in turn: all numbers differ, and each does its own work. */
TEST(numbers_do_not_collide) {
  enum { COUNT = 100 };
  int file[COUNT], sock[COUNT];
  char byte;
  for (int i = 0; i < COUNT; i++) {
    REQUIRE_OK(file[i] = scratch());
    REQUIRE_OK(sock[i] = socket(AF_INET, i & 1 ? SOCK_STREAM : SOCK_DGRAM, 0));
  }
  for (int i = 0; i < COUNT; i++)
    for (int j = 0; j < COUNT; j++) {
      REQUIRE(file[i] != sock[j]);
      REQUIRE(i == j || (file[i] != file[j] && sock[i] != sock[j]));
    }
  for (int i = 0; i < COUNT; i++) {
    byte = (char)i;
    REQUIRE_EQ(pwrite(file[i], &byte, 1, i), 1);
    REQUIRE_EQ(t_get_int(sock[i], SOL_SOCKET, SO_TYPE), i & 1 ? SOCK_STREAM : SOCK_DGRAM);
    REQUIRE_ERRNO(t_get_int(file[i], SOL_SOCKET, SO_TYPE), ENOTSOCK);
    REQUIRE_ERRNO(lseek(sock[i], 0, SEEK_SET), ESPIPE);
  }
  for (int i = 0; i < COUNT; i++) {
    CHECK_OK(close(file[i]));
    CHECK_OK(close(sock[i]));
  }
  CHECK_OK(unlink(SCRATCH));
}

/* As many files as go: libc's numbers grow up to where the library's own begin, or libc has room
 * for fewer (some say ENOMEM then). Running out is allowed, mixing up is not. */
TEST(many_opens) {
  enum { COUNT = 700 };
  static int file[COUNT];
  int opened = 0, sock = socket(AF_INET, SOCK_STREAM, 0);
  char c;
  REQUIRE_OK(sock);
  for (; opened < COUNT; opened++) {
    file[opened] = open(SCRATCH, O_CREAT | O_RDWR, 0600);
    if (file[opened] == -1) {
      CHECK(errno == EMFILE || errno == ENOMEM);
      break;
    }
    REQUIRE(file[opened] != sock);
  }
  CHECK(opened >= 100);
  CHECK_EQ(t_get_int(sock, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  for (int i = 0; i < opened; i++) {
    REQUIRE_EQ(pwrite(file[i], "f", 1, 0), 1);
    REQUIRE_OK(close(file[i]));
  }
  int again = open(SCRATCH, O_RDWR);
  CHECK_OK(again);
  CHECK_OK(close(again));
  CHECK_OK(unlink(SCRATCH));
}

TEST(closed_socket_number_is_no_file) {
  int sock = socket(AF_INET, SOCK_STREAM, 0), file = scratch();
  char c;
  REQUIRE(sock >= 0 && file >= 0);
  CHECK_OK(close(sock));
  CHECK_ERRNO(read(sock, &c, 1), EBADF);
  CHECK_ERRNO(lseek(sock, 0, SEEK_SET), EBADF);
  CHECK_OK(close(file));
  CHECK_ERRNO(recv(file, &c, 1, 0), EBADF);
  CHECK_ERRNO(listen(file, 1), EBADF);
  CHECK_OK(unlink(SCRATCH));
}

TEST(poll_files_and_sockets_together) {
  int file = scratch(), pair[2];
  char c;
  REQUIRE_OK(file);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[3] = {{.fd = file, .events = POLLIN},
                        {.fd = pair[1], .events = POLLIN},
                        {.fd = pair[0], .events = POLLOUT}};
  CHECK_EQ(poll(p, 3, -1), 2);
  CHECK_EQ(p[0].revents, POLLIN);
  CHECK_EQ(p[1].revents, 0);
  CHECK_EQ(p[2].revents, POLLOUT);
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_EQ(poll(p, 3, -1), 3);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  CHECK_OK(close(file));
  CHECK_OK(unlink(SCRATCH));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(socket_calls_on_a_file);
  RUN(socket_calls_on_stdin);
  RUN(numbers_do_not_collide);
  RUN(many_opens);
  RUN(closed_socket_number_is_no_file);
  RUN(poll_files_and_sockets_together);
  return T_END();
}
