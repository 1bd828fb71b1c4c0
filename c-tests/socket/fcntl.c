/* fcntl() and ioctl(FIONBIO) on sockets, and what fstat(), isatty(), lseek() say of them.
 * fcntl(2), ioctl(2), LTP fcntl02 and fcntl29 (ideas). */
#include "../t.h"

#include <signal.h>
#include <sys/stat.h>

TEST(dupfd_gives_the_lowest_from_n) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  int next = fcntl(fd, F_DUPFD, 0);
  REQUIRE_OK(next);
  int from = next + 20;
  CHECK_EQ(fcntl(fd, F_DUPFD, from), from);
  CHECK_EQ(fcntl(fd, F_DUPFD, from), from + 1);
  CHECK_EQ(fcntl(fd, F_DUPFD, from + 1), from + 2);
  CHECK_OK(close(from));
  CHECK_EQ(fcntl(fd, F_DUPFD, from - 0), from);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
}

TEST(dupfd_clears_cloexec) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE_OK(fd);
  int copy = fcntl(fd, F_DUPFD, 0);
  REQUIRE_OK(copy);
  CHECK_EQ(fcntl(copy, F_GETFD), 0);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
}

TEST(dupfd_cloexec_sets_it_on_the_copy_only) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  REQUIRE_OK(copy);
  CHECK_EQ(fcntl(copy, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
  CHECK_EQ(fcntl(fd, F_DUPFD_CLOEXEC, copy + 7), copy + 7);
}

TEST(dupfd_bad_minimum) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_ERRNO(fcntl(fd, F_DUPFD, -1), EINVAL);
  CHECK_ERRNO(fcntl(fd, F_DUPFD, INT_MAX), EINVAL);
  CHECK_ERRNO(fcntl(fd, F_DUPFD_CLOEXEC, -5), EINVAL);
}

TEST(cloexec_is_per_descriptor) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  int copy = dup(fd);
  REQUIRE_OK(copy);
  CHECK_EQ(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(copy, F_GETFD), 0);
  CHECK_EQ(fcntl(fd, F_SETFD, 0), 0);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
}

TEST(setfl_changes_nonblock_both_ways) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(fd);
  int before = fcntl(fd, F_GETFL);
  CHECK_EQ(before & O_NONBLOCK, 0);
  CHECK_EQ(fcntl(fd, F_SETFL, before | O_NONBLOCK), 0);
  CHECK_EQ(fcntl(fd, F_GETFL), before | O_NONBLOCK);
  CHECK_EQ(fcntl(fd, F_SETFL, before), 0);
  CHECK_EQ(fcntl(fd, F_GETFL), before);
}

TEST(setfl_ignores_the_access_mode) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
  CHECK_EQ(fcntl(fd, F_SETFL, 0), 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
}

TEST(fionbio_is_o_nonblock) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1, off = 0, large = 77;
  REQUIRE_OK(fd);
  CHECK_EQ(ioctl(fd, FIONBIO, &on), 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  CHECK_EQ(ioctl(fd, FIONBIO, &off), 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CHECK_EQ(ioctl(fd, FIONBIO, &large), 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

TEST(unknown_commands) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), value = 0;
  REQUIRE_OK(fd);
  CHECK_ERRNO(fcntl(fd, 12345, 0), EINVAL);
  CHECK_ERRNO(fcntl(fd, -1, 0), EINVAL);
  CHECK_ERRNO(ioctl(fd, 0x7654, &value), ENOTTY);
}

/* The owner is one for all descriptors of the open file, and O_ASYNC is FIOASYNC. */
static void owners_of(int fd, int signals) {
  int on = 1, off = 0, copy = dup(fd);
  struct f_owner_ex owner = {-1, -1};
  REQUIRE_OK(copy);
  CHECK_EQ(fcntl(fd, F_GETOWN), 0);
  CHECK_EQ(fcntl(fd, F_GETSIG), 0);
  CHECK_OK(fcntl(fd, F_SETOWN, getpid()));
  CHECK_EQ(fcntl(copy, F_GETOWN), getpid());
  CHECK_OK(fcntl(copy, F_GETOWN_EX, &owner));
  CHECK_EQ(owner.type, F_OWNER_PID);
  CHECK_EQ(owner.pid, getpid());
  CHECK_OK(fcntl(fd, F_SETOWN, -getpgrp()));
  CHECK_OK(fcntl(fd, F_GETOWN_EX, &owner));
  CHECK_EQ(owner.type, F_OWNER_PGRP);
  CHECK_EQ(owner.pid, getpgrp());
  owner = (struct f_owner_ex){F_OWNER_TID, gettid()};
  CHECK_OK(fcntl(fd, F_SETOWN_EX, &owner));
  CHECK_EQ(fcntl(fd, F_GETOWN), gettid());
  owner.type = 7;
  CHECK_ERRNO(fcntl(fd, F_SETOWN_EX, &owner), EINVAL);
  CHECK_ERRNO(fcntl(fd, F_SETOWN_EX, t_hide_pointer(UINTPTR_MAX - 4095)), EFAULT);
  CHECK_ERRNO(fcntl(fd, F_GETOWN_EX, t_hide_pointer(UINTPTR_MAX - 4095)), EFAULT);
  CHECK_ERRNO(fcntl(fd, F_SETOWN, INT_MIN), EINVAL);
  CHECK_ERRNO(fcntl(fd, F_SETOWN, INT_MAX), ESRCH);
  CHECK_EQ(fcntl(fd, F_GETOWN), gettid());
  CHECK_OK(fcntl(copy, F_SETOWN, 0));
  CHECK_EQ(fcntl(fd, F_GETOWN), 0);
  CHECK_OK(fcntl(fd, F_SETSIG, SIGUSR1));
  CHECK_EQ(fcntl(copy, F_GETSIG), SIGUSR1);
  CHECK_OK(fcntl(fd, F_SETSIG, 0));
  CHECK_ERRNO(fcntl(fd, F_SETSIG, 65), EINVAL);
  CHECK_EQ(ioctl(copy, FIONBIO, &on), 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  if (signals) {
    CHECK_EQ(ioctl(fd, FIOASYNC, &on), 0);
    CHECK_EQ(fcntl(copy, F_GETFL) & O_ASYNC, O_ASYNC);
    CHECK_EQ(ioctl(fd, FIOASYNC, &off), 0);
    CHECK_EQ(fcntl(copy, F_GETFL) & O_ASYNC, 0);
    CHECK_OK(fcntl(fd, F_SETFL, O_ASYNC));
    CHECK_EQ(fcntl(copy, F_GETFL) & (O_ASYNC | O_NONBLOCK), O_ASYNC);
    CHECK_OK(fcntl(fd, F_SETFL, 0));
  } else {
    CHECK_ERRNO(ioctl(fd, FIOASYNC, &on), ENOTTY);
  }
  CHECK_EQ(ioctl(copy, FIOCLEX), 0);
  CHECK_EQ(fcntl(copy, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
  CHECK_EQ(ioctl(copy, FIONCLEX), 0);
  CHECK_EQ(fcntl(copy, F_GETFD), 0);
  close(copy);
  close(fd);
}

TEST(owners_and_signals) {
  int pair[2], ends[2];
  owners_of(socket(AF_INET, SOCK_STREAM, 0), 1);
  owners_of(socket(AF_INET, SOCK_DGRAM, 0), 1);
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  owners_of(pair[0], 1);
  CHECK_EQ(fcntl(pair[1], F_GETOWN), 0);
  REQUIRE_OK(pipe(ends));
  owners_of(ends[0], 1);
  owners_of(ends[1], 1);
  int file = open("owned", O_RDWR | O_CREAT, 0600);
  REQUIRE_OK(file);
  owners_of(file, 0);
  CHECK_OK(unlink("owned"));
  CHECK_ERRNO(fcntl(9999, F_GETOWN), EBADF);
  CHECK_ERRNO(fcntl(9999, F_SETOWN, getpid()), EBADF);
  CHECK_ERRNO(ioctl(9999, FIOCLEX), EBADF);
}

/* A socket that takes the place of one that is gone has nobody yet. */
TEST(owners_end_with_the_file) {
  for (int i = 0; i < 20; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE_OK(fd);
    CHECK_EQ(fcntl(fd, F_GETOWN), 0);
    CHECK_OK(fcntl(fd, F_SETOWN, getpid()));
    CHECK_OK(fcntl(fd, F_SETSIG, SIGUSR2));
    CHECK_OK(close(fd));
  }
}

TEST(commands_about_files) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_ERRNO(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL), EINVAL);
  CHECK_ERRNO(fcntl(fd, F_GET_SEALS), EINVAL);
#ifdef __wasi__
  CHECK_ERRNO(fcntl(fd, F_NOTIFY, 0), EINVAL);
  CHECK_ERRNO(fcntl(fd, F_SETLEASE, F_UNLCK), EINVAL);
  CHECK_ERRNO(fcntl(fd, F_GETLEASE), EINVAL);
#endif
}

TEST(fstat_says_socket) {
  int kinds[] = {SOCK_STREAM, SOCK_DGRAM};
  for (int i = 0; i < 2; i++) {
    int fd = socket(AF_INET, kinds[i], 0);
    struct stat st;
    REQUIRE_OK(fd);
    memset(&st, 0x55, sizeof st);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK(S_ISSOCK(st.st_mode));
    CHECK(!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode));
    CHECK_EQ(st.st_size, 0);
  }
}

TEST(not_a_terminal) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  errno = 0;
  CHECK_EQ(isatty(fd), 0);
  CHECK_EQ(errno, ENOTTY);
}

TEST(not_seekable) {
  int pair[2];
  char byte = 'x';
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(lseek(pair[0], 0, SEEK_SET), ESPIPE);
  CHECK_ERRNO(lseek(pair[0], 0, SEEK_CUR), ESPIPE);
  CHECK_ERRNO(lseek(pair[0], 0, SEEK_END), ESPIPE);
  CHECK_ERRNO(pread(pair[0], &byte, 1, 0), ESPIPE);
  CHECK_ERRNO(pwrite(pair[0], &byte, 1, 0), ESPIPE);
}

TEST(no_file_operations) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_ERRNO(ftruncate(fd, 0), EINVAL);
  CHECK_ERRNO(fsync(fd), EINVAL);
  CHECK_ERRNO(fdatasync(fd), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(dupfd_gives_the_lowest_from_n);
  RUN(dupfd_clears_cloexec);
  RUN(dupfd_cloexec_sets_it_on_the_copy_only);
  RUN(dupfd_bad_minimum);
  RUN(cloexec_is_per_descriptor);
  RUN(setfl_changes_nonblock_both_ways);
  RUN(setfl_ignores_the_access_mode);
  RUN(fionbio_is_o_nonblock);
  RUN(unknown_commands);
  RUN(owners_and_signals);
  RUN(owners_end_with_the_file);
  RUN(commands_about_files);
  RUN(fstat_says_socket);
  RUN(not_a_terminal);
  RUN(not_seekable);
  RUN(no_file_operations);
  return T_END();
}
