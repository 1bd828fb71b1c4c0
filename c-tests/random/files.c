/* What random calls on files found (cargo xtask fuzz linux files). */
#include "../t.h"

#include <sys/uio.h>

static char byte;
static struct iovec part = {&byte, 1};

/* A file that is made or emptied by an open for reading is open for reading alone. */
TEST(made_for_reading) {
  static const int how[] = {O_CREAT, O_CREAT, O_TRUNC, O_CREAT | O_EXCL};
  for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
    if (how[i] & O_EXCL)
      CHECK_OK(unlink("random-made"));
    int fd = open("random-made", O_RDONLY | how[i], 0644);
    REQUIRE(fd >= 0);
    CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    CHECK_ERRNO(write(fd, "x", 1), EBADF);
    CHECK_ERRNO(ftruncate(fd, 10), EINVAL);
    CHECK_EQ(read(fd, &byte, 1), 0);
    CHECK_OK(close(fd));
  }
  CHECK_OK(unlink("random-made"));
}

/* The other direction is EBADF, each time, and no broken pipe. */
TEST(the_other_direction) {
  int writer = open("random-other", O_WRONLY | O_CREAT, 0644);
  int reader = open("random-other", O_RDONLY);
  REQUIRE(writer >= 0 && reader >= 0);
  for (int i = 0; i < 3; i++) {
    CHECK_ERRNO(write(reader, "x", 1), EBADF);
    CHECK_ERRNO(writev(reader, &part, 1), EBADF);
    CHECK_ERRNO(pwrite(reader, "x", 1, 0), EBADF);
    CHECK_ERRNO(read(writer, &byte, 1), EBADF);
    CHECK_ERRNO(pread(writer, &byte, 1, 0), EBADF);
  }
  CHECK_OK(close(writer));
  CHECK_OK(close(reader));
  CHECK_OK(unlink("random-other"));
}

/* A name that is empty does not exist, whatever it is relative to. */
TEST(an_empty_name) {
  int fd = open("random-file", O_RDWR | O_CREAT, 0644);
  REQUIRE(fd >= 0);
  CHECK_ERRNO(openat(fd, "", O_RDONLY), ENOENT);
  CHECK_ERRNO(unlinkat(fd, "", 0), ENOENT);
  CHECK_ERRNO(openat(fd, "name", O_RDONLY), ENOTDIR);
  CHECK_EQ(fpathconf(fd, _PC_PIPE_BUF), 4096);
  CHECK_EQ(posix_fallocate(1000, -1, 1), EBADF);
  CHECK_OK(close(fd));
  CHECK_OK(unlink("random-file"));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(made_for_reading);
  RUN(the_other_direction);
  RUN(an_empty_name);
  return T_END();
}
