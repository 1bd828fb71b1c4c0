/* Copies of descriptors of files and folders, in calls that take a folder or a file by its number. */
#include "../t.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>

#define FOLDER "copies"

/* The folder and a copy of its descriptor, with the original still open or not. */
static int folder(int keep, int *original) {
  mkdir(FOLDER, 0700);
  *original = open(FOLDER, O_RDONLY | O_DIRECTORY);
  int copy = *original < 0 ? -1 : fcntl(*original, F_DUPFD, 100);
  if (!keep)
    close(*original);
  return copy;
}

static void use(int at) {
  struct stat status;
  char text[8] = "";
  int fd = openat(at, "file", O_RDWR | O_CREAT | O_EXCL, 0600);
  REQUIRE_OK(fd);
  CHECK_EQ(write(fd, "abc", 3), 3);
  CHECK_OK(close(fd));
  CHECK_OK(fstatat(at, "file", &status, 0));
  CHECK_EQ(status.st_size, 3);
  CHECK_OK(faccessat(at, "file", F_OK, 0));
  CHECK_ERRNO(faccessat(at, "nothing", F_OK, 0), ENOENT);
  CHECK_OK(mkdirat(at, "inner", 0700));
  CHECK_ERRNO(mkdirat(at, "inner", 0700), EEXIST);
  CHECK_OK(renameat(at, "file", at, "inner/moved"));
  CHECK_OK(linkat(at, "inner/moved", at, "linked", 0));
  CHECK_OK(symlinkat("linked", at, "pointer"));
  CHECK_EQ(readlinkat(at, "pointer", text, sizeof text), 6);
  CHECK_OK(unlinkat(at, "pointer", 0));
  CHECK_OK(utimensat(at, "linked", NULL, 0));
  CHECK_OK(unlinkat(at, "linked", 0));
  CHECK_OK(unlinkat(at, "inner/moved", 0));
  CHECK_OK(unlinkat(at, "inner", AT_REMOVEDIR));
  CHECK_ERRNO(openat(at, "file", O_RDONLY), ENOENT);
  CHECK_OK(fstat(at, &status));
  CHECK(S_ISDIR(status.st_mode));
}

TEST(folders) {
  int original;
  int copy = folder(1, &original);
  REQUIRE_OK(copy);
  use(original);
  use(copy);
  CHECK_OK(close(original));
  use(copy);
  int other = dup(copy);
  CHECK_OK(close(copy));
  use(other);
  CHECK_ERRNO(mkdirat(copy, "inner", 0700), EBADF);
  CHECK_OK(close(other));
  CHECK_OK(rmdir(FOLDER));
}

static int count(DIR *entries) {
  int found = 0;
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
    found += entry->d_name[0] != '.';
  return found;
}

/* The copy goes with the folder that it was opened as; the original does not. */
TEST(reading_a_folder) {
  for (int keep = 0; keep < 2; keep++) {
    int original, copy = folder(keep, &original);
    REQUIRE_OK(copy);
    CHECK_OK(close(openat(copy, "a", O_WRONLY | O_CREAT, 0600)));
    CHECK_OK(close(openat(copy, "b", O_WRONLY | O_CREAT, 0600)));
    DIR *entries = fdopendir(copy);
    REQUIRE(entries != NULL);
    CHECK_EQ(dirfd(entries), copy);
    CHECK_EQ(count(entries), 2);
    rewinddir(entries);
    CHECK_EQ(count(entries), 2);
    CHECK_OK(closedir(entries));
    CHECK_ERRNO(fcntl(copy, F_GETFD), EBADF);
    if (keep) {
      use(original);
      entries = fdopendir(original);
      REQUIRE(entries != NULL);
      CHECK_EQ(dirfd(entries), original);
      rewinddir(entries);
      CHECK_EQ(count(entries), 2);
      CHECK_OK(closedir(entries));
      CHECK_ERRNO(fcntl(original, F_GETFD), EBADF);
    }
    CHECK_OK(unlink(FOLDER "/a"));
    CHECK_OK(unlink(FOLDER "/b"));
    CHECK_OK(rmdir(FOLDER));
  }
}

TEST(what_is_no_folder) {
  int pair[2], fd = open("copied", O_RDWR | O_CREAT, 0600);
  struct stat status;
  REQUIRE_OK(fd);
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  int numbers[] = {fd, dup(fd), pair[0]};
  for (int i = 0; i < 3; i++) {
    int at = numbers[i];
    CHECK_ERRNO(openat(at, "x", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(mkdirat(at, "x", 0700), ENOTDIR);
    CHECK_ERRNO(fstatat(at, "x", &status, 0), ENOTDIR);
    CHECK_ERRNO(unlinkat(at, "x", 0), ENOTDIR);
    CHECK(fdopendir(at) == NULL);
    CHECK_EQ(errno, ENOTDIR);
    CHECK_OK(fstatat(at, "/dev/..", &status, 0) == 0 || errno == ENOENT ? 0 : -1);
  }
  CHECK_ERRNO(openat(9999, "x", O_RDONLY), EBADF);
  CHECK_ERRNO(openat(-1, "x", O_RDONLY), EBADF);
  CHECK_ERRNO(mkdirat(9999, "x", 0700), EBADF);
  CHECK_ERRNO(fstatat(9999, "x", &status, 0), EBADF);
  CHECK_ERRNO(unlinkat(9999, "x", 0), EBADF);
  CHECK_OK(unlink("copied"));
}

TEST(files) {
  int fd = open("copied", O_RDWR | O_CREAT | O_TRUNC, 0600);
  struct stat status;
  REQUIRE_OK(fd);
  int copy = dup(fd);
  CHECK_EQ(posix_fadvise(copy, 0, 0, POSIX_FADV_SEQUENTIAL), 0);
  CHECK_EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
  CHECK_EQ(posix_fadvise(fd, 0, 0, 99), EINVAL);
  CHECK_EQ(posix_fadvise(fd, 0, -1, 0), EINVAL);
  CHECK_EQ(posix_fadvise(9999, 0, 0, 0), EBADF);
  CHECK_EQ(posix_fallocate(copy, 10, 20), 0);
  CHECK_OK(fstat(fd, &status));
  CHECK_EQ(status.st_size, 30);
  CHECK(status.st_blksize >= 512);
  CHECK_EQ(posix_fallocate(fd, 0, 10), 0);
  CHECK_OK(fstat(copy, &status));
  CHECK_EQ(status.st_size, 30);
  CHECK_EQ(posix_fallocate(fd, 0, 0), EINVAL);
  CHECK_EQ(posix_fallocate(fd, -1, 10), EINVAL);
  CHECK_EQ(posix_fallocate(9999, 0, 10), EBADF);
  struct timespec times[2] = {{1000000000, 0}, {1100000000, 0}};
  CHECK_OK(futimens(copy, times));
  CHECK_OK(fstat(fd, &status));
  CHECK_EQ(status.st_mtime, 1100000000);
  CHECK_OK(close(fd));
  CHECK_OK(futimens(copy, NULL));
  CHECK_ERRNO(futimens(fd, NULL), EBADF);
  CHECK_ERRNO(fpathconf(9999, _PC_NAME_MAX), EBADF);
  CHECK_ERRNO(fpathconf(-1, _PC_PIPE_BUF), EBADF);
  CHECK(fpathconf(copy, _PC_NAME_MAX) >= 255);
  struct statvfs system;
  CHECK_ERRNO(fstatvfs(9999, &system), EBADF);
  CHECK_ERRNO(statvfs("not there", &system), ENOENT);
  CHECK_OK(close(copy));
  CHECK_OK(unlink("copied"));
}

/* A name that a file has is no name for a socket. */
TEST(a_socket_over_a_file) {
  struct sockaddr_un name = {AF_UNIX, "copied"};
  int fd = open("copied", O_RDWR | O_CREAT, 0600), s = socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  REQUIRE_OK(s);
  CHECK_ERRNO(bind(s, (struct sockaddr *)&name, sizeof name), EADDRINUSE);
  CHECK_ERRNO(connect(s, (struct sockaddr *)&name, sizeof name), ECONNREFUSED);
  CHECK_OK(unlink("copied"));
  CHECK_ERRNO(connect(s, (struct sockaddr *)&name, sizeof name), ENOENT);
  CHECK_OK(bind(s, (struct sockaddr *)&name, sizeof name));
  CHECK_OK(unlink("copied"));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(folders);
  RUN(reading_a_folder);
  RUN(what_is_no_folder);
  RUN(files);
  RUN(a_socket_over_a_file);
  return T_END();
}
