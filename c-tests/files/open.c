/* Flags of open(2), on files. */
#include "../t.h"
#include <sys/stat.h>

static int make(const char *name, int flags) { return open(name, O_RDWR | O_CREAT | flags, 0600); }

TEST(flags_of_writing) {
  static const int flags[] = {O_NOCTTY, O_LARGEFILE, O_NOFOLLOW};
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    int fd = make("flagged", flags[i]);
    CHECK_OK(fd);
    CHECK_EQ(write(fd, "x", 1), 1);
    close(fd);
  }
  CHECK_OK(unlink("flagged"));
}

TEST(writes_that_wait_for_the_disk) {
#ifdef __wasi__
  CHECK_ERRNO(make("synced", O_SYNC), EOPNOTSUPP);
  CHECK_ERRNO(make("synced", O_DSYNC), EOPNOTSUPP);
  CHECK_ERRNO(make("synced", O_RSYNC), EOPNOTSUPP);
  CHECK_ERRNO(make("synced", O_FSYNC), EOPNOTSUPP);
#else
  CHECK_OK(make("synced", O_SYNC));
#endif
  CHECK_OK(make("synced", 0));
  CHECK_OK(unlink("synced"));
}

TEST(a_link_is_not_followed_if_so_asked) {
  unlink("link");
  REQUIRE_OK(symlink("nowhere", "link"));
  CHECK_ERRNO(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);
  CHECK_ERRNO(open("link", O_RDONLY), ENOENT);
  CHECK_OK(unlink("link"));
}

TEST(what_is_opened) {
  int fd = make("opened", O_EXCL);
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
  CHECK_ERRNO(make("opened", O_EXCL), EEXIST);
  CHECK_EQ(write(fd, "abc", 3), 3);
  int reader = open("opened", O_RDONLY);
  char text[4] = "";
  CHECK_EQ(read(reader, text, 3), 3);
  CHECK_EQ(write(reader, "x", 1), -1);
  int writer = open("opened", O_WRONLY | O_APPEND);
  CHECK_EQ(write(writer, "d", 1), 1);
  CHECK_EQ(read(writer, text, 1), -1);
  struct stat status;
  REQUIRE_OK(fstat(fd, &status));
  CHECK_EQ(status.st_size, 4);
  CHECK_OK(make("opened", O_TRUNC));
  REQUIRE_OK(fstat(fd, &status));
  CHECK_EQ(status.st_size, 0);
  CHECK_ERRNO(open("opened", O_RDONLY | O_DIRECTORY), ENOTDIR);
  CHECK_OK(open(".", O_RDONLY | O_DIRECTORY));
  CHECK_OK(unlink("opened"));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(flags_of_writing);
  RUN(writes_that_wait_for_the_disk);
  RUN(a_link_is_not_followed_if_so_asked);
  RUN(what_is_opened);
  return T_END();
}
