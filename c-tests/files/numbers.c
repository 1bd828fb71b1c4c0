/* Numbers that programs from before the names write, and compare: open(2), fcntl(2), shutdown(2). */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/timerfd.h>

TEST(the_numbers_are_linuxs) {
  CHECK_EQ(O_RDONLY, 0);
  CHECK_EQ(O_WRONLY, 1);
  CHECK_EQ(O_RDWR, 2);
  CHECK_EQ(O_ACCMODE, 3);
  CHECK_EQ(O_CREAT, 0100);
  CHECK_EQ(O_EXCL, 0200);
  CHECK_EQ(O_NOCTTY, 0400);
  CHECK_EQ(O_TRUNC, 01000);
  CHECK_EQ(O_APPEND, 02000);
  CHECK_EQ(O_NONBLOCK, 04000);
  CHECK_EQ(O_DSYNC, 010000);
  CHECK_EQ(O_ASYNC, 020000);
  CHECK_EQ(O_DIRECTORY, 0200000);
  CHECK_EQ(O_NOFOLLOW, 0400000);
  CHECK_EQ(O_CLOEXEC, 02000000);
  CHECK_EQ(O_SYNC, 04010000);
  CHECK_EQ(F_DUPFD, 0);
  CHECK_EQ(F_GETFD, 1);
  CHECK_EQ(F_SETFD, 2);
  CHECK_EQ(F_GETFL, 3);
  CHECK_EQ(F_SETFL, 4);
  CHECK_EQ(F_SETOWN, 8);
  CHECK_EQ(F_GETOWN, 9);
  CHECK_EQ(F_DUPFD_CLOEXEC, 1030);
  CHECK_EQ(SHUT_RD, 0);
  CHECK_EQ(SHUT_WR, 1);
  CHECK_EQ(SHUT_RDWR, 2);
  CHECK_EQ(POSIX_FADV_RANDOM, 1);
  CHECK_EQ(POSIX_FADV_SEQUENTIAL, 2);
  CHECK_EQ(SEEK_SET, 0);
  CHECK_EQ(SOCK_NONBLOCK, O_NONBLOCK);
  CHECK_EQ(SOCK_CLOEXEC, O_CLOEXEC);
  CHECK_EQ(FIONREAD, 0x541b);
  CHECK_EQ(FIONBIO, 0x5421);
  CHECK_EQ(RUSAGE_SELF, 0);
  CHECK_EQ(RUSAGE_CHILDREN, -1);
  CHECK_EQ(CLOCKS_PER_SEC, 1000000);
  CHECK_EQ(SEEK_CUR, 1);
  CHECK_EQ(SEEK_END, 2);
  CHECK_EQ(EPOLL_CLOEXEC, O_CLOEXEC);
  CHECK_EQ(EFD_NONBLOCK, O_NONBLOCK);
  CHECK_EQ(TFD_NONBLOCK, O_NONBLOCK);
}

/* A table by the access mode, and a mode that is written as a number. */
TEST(open_by_number) {
  static const char *const modes[] = {"r", "w", "r+"};
  char c = 0;
  int fd = open("numbered", 1 | 0100 | 01000, 0600);
  REQUIRE_OK(fd);
  CHECK_STR(modes[fcntl(fd, F_GETFL) & 3], "w");
  CHECK_EQ(write(fd, "abc", 3), 3);
  CHECK_ERRNO(open("numbered", 2 | 0100 | 0200, 0600), EEXIST);
  CHECK_OK(close(fd));
  fd = open("numbered", 0);
  REQUIRE_OK(fd);
  CHECK_STR(modes[fcntl(fd, F_GETFL) & 3], "r");
  CHECK_EQ(read(fd, &c, 1), 1);
  CHECK_EQ(c, 'a');
  CHECK_OK(close(fd));
  fd = open("numbered", 02 | 02000);
  REQUIRE_OK(fd);
  CHECK_STR(modes[fcntl(fd, F_GETFL) & 3], "r+");
  CHECK_EQ(fcntl(fd, F_GETFL) & O_APPEND, O_APPEND);
  CHECK_EQ(write(fd, "d", 1), 1);
  CHECK_EQ(lseek(fd, 0, SEEK_END), 4);
  CHECK_OK(close(fd));
  CHECK_ERRNO(open("numbered", 0200000), ENOTDIR);
  /* O_CREAT without a mode of access is for reading. */
  fd = openat(AT_FDCWD, "numbered too", O_CREAT, 0600);
  REQUIRE_OK(fd);
  CHECK_EQ(read(fd, &c, 1), 0);
  CHECK_OK(close(fd));
  fd = creat("numbered", 0600);
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_WRONLY);
  CHECK_EQ(lseek(fd, 0, SEEK_END), 0);
  CHECK_OK(close(fd));
  CHECK_OK(unlink("numbered"));
  CHECK_OK(unlink("numbered too"));
}

/* FD_CLOEXEC after O_CLOEXEC, and after the number belongs to another file. */
TEST(close_on_exec) {
  int fd = open("numbered", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_CLOEXEC, 0);
  int copy = dup(fd);
  CHECK_EQ(fcntl(copy, F_GETFD), 0);
  CHECK_OK(close(copy));
  CHECK_OK(close(fd));
  CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
  fd = open("numbered", O_RDWR);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
  CHECK_OK(fcntl(fd, F_SETFD, 1));
  CHECK_EQ(fcntl(fd, F_GETFD), 1);
  CHECK_OK(close(fd));
  CHECK_OK(unlink("numbered"));
}

/* O_NONBLOCK and O_APPEND of a file are shared by its descriptors; O_APPEND acts at once. */
TEST(status_of_files) {
  int fd = open("numbered", O_RDWR | O_CREAT | O_TRUNC | O_NONBLOCK, 0600), on = 1, off = 0;
  REQUIRE_OK(fd);
  int copy = dup(fd);
  CHECK_EQ(fcntl(fd, F_GETFL) & (O_NONBLOCK | O_APPEND | O_ACCMODE), O_NONBLOCK | O_RDWR);
  CHECK_EQ(fcntl(copy, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  CHECK_OK(ioctl(copy, FIONBIO, &off));
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CHECK_OK(ioctl(fd, FIONBIO, &on));
  CHECK_EQ(fcntl(copy, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  CHECK_EQ(write(fd, "abc", 3), 3);
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_EQ(write(fd, "A", 1), 1);
  CHECK_OK(fcntl(fd, F_SETFL, O_APPEND));
  CHECK_EQ(fcntl(copy, F_GETFL) & (O_NONBLOCK | O_APPEND), O_APPEND);
  CHECK_EQ(write(copy, "d", 1), 1);
  char text[8] = "";
  CHECK_EQ(pread(fd, text, 7, 0), 4);
  CHECK_STR(text, "Abcd");
  CHECK_OK(fcntl(fd, F_SETFL, 0));
  CHECK_EQ(lseek(fd, 1, SEEK_SET), 1);
  CHECK_EQ(write(fd, "B", 1), 1);
  CHECK_EQ(pread(fd, text, 7, 0), 4);
  CHECK_STR(text, "ABcd");
  CHECK_OK(close(copy));
  CHECK_OK(close(fd));
  CHECK_OK(unlink("numbered"));
}

/* Standard streams keep O_NONBLOCK, whatever they lead to. */
TEST(status_of_standard_streams) {
  for (int fd = 0; fd < 3; fd++) {
    int before = fcntl(fd, F_GETFL), on = 1, off = 0;
    CHECK_OK(before);
    CHECK_OK(fcntl(fd, F_SETFL, before | O_NONBLOCK));
    CHECK_EQ(fcntl(fd, F_GETFL), before | O_NONBLOCK);
    CHECK_OK(ioctl(fd, FIONBIO, &off));
    CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    CHECK_OK(ioctl(fd, FIONBIO, &on));
    CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    CHECK_OK(fcntl(fd, F_SETFL, before));
    CHECK_EQ(fcntl(fd, F_GETFL), before);
    CHECK_OK(fcntl(fd, F_SETOWN, getpid()));
    CHECK_EQ(fcntl(fd, F_GETOWN), getpid());
    CHECK_OK(fcntl(fd, F_SETOWN, 0));
    int flags = fcntl(fd, F_GETFD);
    CHECK_OK(ioctl(fd, FIOCLEX));
    CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_OK(ioctl(fd, FIONCLEX));
    CHECK_EQ(fcntl(fd, F_GETFD), 0);
    CHECK_OK(fcntl(fd, F_SETFD, flags));
  }
}

TEST(devices_by_access) {
  char c = 'x';
  int fd = open("/dev/null", 1);
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_WRONLY);
  CHECK_EQ(write(fd, &c, 1), 1);
  CHECK_ERRNO(read(fd, &c, 1), EBADF);
  CHECK_OK(close(fd));
  fd = open("/dev/zero", 0);
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
  CHECK_EQ(read(fd, &c, 1), 1);
  CHECK_EQ(c, 0);
  CHECK_ERRNO(write(fd, &c, 1), EBADF);
  CHECK_OK(close(fd));
  fd = open("/dev/null", 2 | 04000 | 02000000);
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDWR | O_NONBLOCK);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_OK(close(fd));
}

/* Commands of fcntl() as numbers that the compiler does not see. */
TEST(commands_by_number) {
  volatile int dupfd = 0, getfl = 3, setfl = 4, getown = 9;
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  int copy = fcntl(pair[0], dupfd, pair[0] + 10);
  CHECK(copy >= pair[0] + 10);
  CHECK_OK(fcntl(copy, setfl, 04000));
  CHECK_EQ(fcntl(pair[0], getfl) & 04003, 04002);
  CHECK_EQ(fcntl(pair[0], getown), 0);
  CHECK_ERRNO(fcntl(pair[0], dupfd, -1), EINVAL);
}

TEST(shutdown_by_number) {
  volatile int read_side = 0, write_side = 1, both = 2;
  int pair[2], tcp[2];
  char c;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  REQUIRE_OK(t_tcp_pair(AF_INET, tcp));
  for (int *each[] = {pair, tcp}, **at = each; at < each + 2; at++) {
    int one = (*at)[0], other = (*at)[1];
    CHECK_OK(shutdown(one, write_side));
    CHECK_EQ(t_poll(other, POLLIN, T_LIMIT_MS), POLLIN);
    CHECK_EQ(recv(other, &c, 1, 0), 0);
    CHECK_ERRNO(send(one, "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_EQ(send(other, "y", 1, 0), 1);
    CHECK_EQ(recv(one, &c, 1, 0), 1);
    CHECK_OK(shutdown(other, both));
    CHECK_ERRNO(send(other, "z", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_ERRNO(shutdown(one, 3), EINVAL);
    CHECK_ERRNO(shutdown(one, -1), EINVAL);
  }
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_OK(shutdown(pair[0], read_side));
  CHECK_EQ(recv(pair[0], &c, 1, MSG_DONTWAIT), 0);
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
}

TEST(requests_by_number) {
  volatile int self = 0;
  int fd = socket(AF_INET, SOCK_STREAM | 04000 | 02000000, 0), on = 1, off = 0, count = -1;
  struct rusage usage;
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_OK(ioctl(fd, 0x5421, &off));
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CHECK_OK(ioctl(fd, 0x5421, &on));
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_EQ(write(pair[0], "abc", 3), 3);
  CHECK_OK(ioctl(pair[1], 0x541b, &count));
  CHECK_EQ(count, 3);
  CHECK_OK(getrusage(self, &usage));
  CHECK(usage.ru_maxrss > 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(the_numbers_are_linuxs);
  RUN(open_by_number);
  RUN(close_on_exec);
  RUN(status_of_files);
  RUN(status_of_standard_streams);
  RUN(devices_by_access);
  RUN(commands_by_number);
  RUN(shutdown_by_number);
  RUN(requests_by_number);
  return T_END();
}
