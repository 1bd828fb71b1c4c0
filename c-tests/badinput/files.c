/* NULL and pointers to nowhere in calls on files, folders, pipes and standard streams: EFAULT where
 * Linux says so, never a trap. Each call's man page, ERRORS. */
#include "../t.h"

#include <dirent.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <utime.h>

/* An address at the very end of the address space: no object is there. */
#define NOWHERE t_hide_pointer(UINTPTR_MAX - 4095)
#define FILE_NAME "bad pointers"

#define EACH_BAD_POINTER(p)                                                                        \
  for (void *list[] = {t_hide_pointer(0), NOWHERE, t_hide_pointer(UINTPTR_MAX)}, **at = list, *p;  \
       at < list + 3 && (p = *at, 1); at++)

static int scratch(void) {
  int fd = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (fd < 0 || write(fd, "0123456789", 10) != 10 || lseek(fd, 0, SEEK_SET) != 0)
    return -1;
  return fd;
}

TEST(reading_and_writing) {
  int fd = scratch();
  REQUIRE_OK(fd);
  EACH_BAD_POINTER(p) {
    struct iovec part = {p, 4};
    CHECK_ERRNO(read(fd, p, 4), EFAULT);
    CHECK_ERRNO(write(fd, p, 4), EFAULT);
    CHECK_ERRNO(pread(fd, p, 4, 0), EFAULT);
    CHECK_ERRNO(pwrite(fd, p, 4, 0), EFAULT);
    CHECK_ERRNO(readv(fd, p, 1), EFAULT);
    CHECK_ERRNO(writev(fd, p, 1), EFAULT);
    CHECK_ERRNO(preadv(fd, p, 1, 0), EFAULT);
    CHECK_ERRNO(pwritev(fd, p, 1, 0), EFAULT);
    CHECK_ERRNO(readv(fd, &part, 1), EFAULT);
    CHECK_ERRNO(writev(fd, &part, 1), EFAULT);
    CHECK_ERRNO(preadv(fd, &part, 1, 0), EFAULT);
    CHECK_ERRNO(pwritev(fd, &part, 1, 0), EFAULT);
    CHECK_ERRNO(read(9999, p, 4), EBADF);
    CHECK_ERRNO(write(9999, p, 4), EBADF);
    CHECK_ERRNO(readv(9999, p, 1), EBADF);
    CHECK_ERRNO(writev(9999, p, 1), EBADF);
    CHECK_ERRNO(pread(9999, p, 4, 0), EBADF);
  }
  CHECK_EQ(lseek(fd, 0, SEEK_END), 10);
  CHECK_OK(close(fd));
  CHECK_OK(unlink(FILE_NAME));
}

TEST(standard_streams) {
  EACH_BAD_POINTER(p) {
    /* A null device takes anything. */
    errno = EFAULT;
    CHECK(write(STDERR_FILENO, p, 4) == 4 || errno == EFAULT);
    CHECK_ERRNO(writev(STDERR_FILENO, p, 1), EFAULT);
    CHECK_ERRNO(readv(STDIN_FILENO, p, 1), EFAULT);
    CHECK_ERRNO(fstat(STDIN_FILENO, p), EFAULT);
    CHECK_ERRNO(fstat(STDERR_FILENO, p), EFAULT);
  }
}

/* Lengths that no memory has, and counts that no call takes. */
TEST(lengths_and_counts) {
  static struct iovec many[IOV_MAX + 1];
  static char text[4];
  volatile size_t all = SIZE_MAX;
  int fd = scratch();
  REQUIRE_OK(fd);
  for (int i = 0; i <= IOV_MAX; i++)
    many[i] = (struct iovec){text, 0};
  CHECK_ERRNO(read(fd, text, all), EFAULT);
  CHECK_ERRNO(write(fd, text, all), EFAULT);
  CHECK_ERRNO(pread(fd, text, all, 0), EFAULT);
  CHECK_ERRNO(pwrite(fd, text, all, 0), EFAULT);
  CHECK_ERRNO(pread(fd, text, 1, -1), EINVAL);
  CHECK_ERRNO(pwrite(fd, text, 1, -1), EINVAL);
  for (int i = 0; i < 2; i++) {
    int count = i ? -1 : IOV_MAX + 1;
    CHECK_ERRNO(readv(fd, many, count), EINVAL);
    CHECK_ERRNO(writev(fd, many, count), EINVAL);
    CHECK_ERRNO(preadv(fd, many, count, 0), EINVAL);
    CHECK_ERRNO(pwritev(fd, many, count, 0), EINVAL);
  }
  CHECK_EQ(readv(fd, many, IOV_MAX), 0);
  CHECK_EQ(readv(fd, many, 0), 0);
  CHECK_EQ(writev(fd, many, IOV_MAX), 0);
  many[0].iov_len = many[1].iov_len = SSIZE_MAX;
  CHECK(readv(fd, many, 2) < 0);
  CHECK(writev(fd, many, 2) < 0);
  /* No bytes need no pointer. */
  CHECK_EQ(read(fd, NULL, 0), 0);
  CHECK_EQ(write(fd, NULL, 0), 0);
  CHECK_OK(close(fd));
  CHECK_OK(unlink(FILE_NAME));
}

TEST(paths) {
  char text[8];
  struct stat status;
  EACH_BAD_POINTER(p) {
    CHECK_ERRNO(open(p, O_RDONLY), EFAULT);
    CHECK_ERRNO(openat(AT_FDCWD, p, O_RDONLY), EFAULT);
    CHECK_ERRNO(creat(p, 0600), EFAULT);
    CHECK_ERRNO(stat(p, &status), EFAULT);
    CHECK_ERRNO(lstat(p, &status), EFAULT);
    CHECK_ERRNO(fstatat(AT_FDCWD, p, &status, 0), EFAULT);
    CHECK_ERRNO(access(p, F_OK), EFAULT);
    CHECK_ERRNO(faccessat(AT_FDCWD, p, F_OK, 0), EFAULT);
    CHECK_ERRNO(mkdir(p, 0700), EFAULT);
    CHECK_ERRNO(mkdirat(AT_FDCWD, p, 0700), EFAULT);
    CHECK_ERRNO(rmdir(p), EFAULT);
    CHECK_ERRNO(unlink(p), EFAULT);
    CHECK_ERRNO(unlinkat(AT_FDCWD, p, 0), EFAULT);
    CHECK_ERRNO(unlinkat(AT_FDCWD, p, AT_REMOVEDIR), EFAULT);
    CHECK_ERRNO(remove(p), EFAULT);
    CHECK_ERRNO(rename(p, "b"), EFAULT);
    CHECK_ERRNO(rename(FILE_NAME, p), EFAULT);
    CHECK_ERRNO(renameat(AT_FDCWD, p, AT_FDCWD, "b"), EFAULT);
    CHECK_ERRNO(link(p, "b"), EFAULT);
    CHECK_ERRNO(linkat(AT_FDCWD, p, AT_FDCWD, "b", 0), EFAULT);
    CHECK_ERRNO(symlink(p, "b"), EFAULT);
    CHECK_ERRNO(symlink("a", p), EFAULT);
    CHECK_ERRNO(symlinkat("a", AT_FDCWD, p), EFAULT);
    CHECK_ERRNO(readlink(p, text, sizeof text), EFAULT);
    CHECK_ERRNO(readlinkat(AT_FDCWD, p, text, sizeof text), EFAULT);
    CHECK_ERRNO(truncate(p, 0), EFAULT);
    CHECK_ERRNO(utime(p, NULL), EFAULT);
    CHECK_ERRNO(utimes(p, NULL), EFAULT);
    /* The compiler takes p for no null pointer by now. */
    if (at != list)
      CHECK_ERRNO(utimensat(AT_FDCWD, p, NULL, 0), EFAULT);
    CHECK_ERRNO(chmod(p, 0600), EFAULT);
#ifdef __wasi__
    /* glibc looks at the first byte itself. */
    CHECK(opendir(p) == NULL);
    CHECK_EQ(errno, EFAULT);
#endif
    CHECK(fopen(p, "r") == NULL);
    CHECK_EQ(errno, EFAULT);
  }
}

TEST(places_for_answers) {
  int fd = scratch();
  REQUIRE_OK(fd);
  REQUIRE_OK(symlink("there", "bad link"));
  EACH_BAD_POINTER(p) {
    CHECK_ERRNO(fstat(fd, p), EFAULT);
    CHECK_ERRNO(stat(FILE_NAME, p), EFAULT);
    CHECK_ERRNO(lstat(FILE_NAME, p), EFAULT);
    CHECK_ERRNO(fstatat(AT_FDCWD, FILE_NAME, p, 0), EFAULT);
    CHECK_ERRNO(stat("not there", p), ENOENT);
    CHECK_ERRNO(fstat(9999, p), EBADF);
    CHECK_ERRNO(readlink("bad link", p, 8), EFAULT);
    CHECK_ERRNO(readlink(FILE_NAME, p, 8), EINVAL);
    CHECK_ERRNO(uname(p), EFAULT);
    CHECK_ERRNO(ioctl(fd, FIONREAD, p), EFAULT);
    CHECK_ERRNO(ioctl(fd, FIONBIO, p), EFAULT);
    CHECK_ERRNO(nanosleep(p, NULL), EFAULT);
    CHECK_ERRNO(getrandom(p, 8, 0), EFAULT);
#ifdef __wasi__
    /* The C library's on Linux, which may have other sources. */
    CHECK_ERRNO(getentropy(p, 8), EFAULT);
#endif
    if (at == list)
      continue;
    CHECK_ERRNO(futimens(fd, p), EFAULT);
    CHECK_ERRNO(utimensat(AT_FDCWD, FILE_NAME, p, 0), EFAULT);
#ifdef __wasi__
    /* glibc converts these itself. */
    CHECK_ERRNO(utimes(FILE_NAME, p), EFAULT);
    CHECK_ERRNO(utime(FILE_NAME, p), EFAULT);
#endif
  }
  CHECK_ERRNO(readlink("bad link", NOWHERE, 0), EINVAL);
  CHECK_OK(unlink("bad link"));
  CHECK_OK(close(fd));
  CHECK_OK(unlink(FILE_NAME));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(reading_and_writing);
  RUN(standard_streams);
  RUN(lengths_and_counts);
  RUN(paths);
  RUN(places_for_answers);
  return T_END();
}
