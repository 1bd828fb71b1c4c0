/* Descriptors that a program closes at its start, as daemons do: the host's folders are none of them. */
#include "../t.h"
#include <dirent.h>
#include <sys/stat.h>

/* The ways to close all numbers from 3 on. */
static void one_by_one(void) {
  for (int fd = 3; fd < 1024; fd++)
    close(fd);
}
static void all_numbers(void) {
  for (int fd = 3; fd <= 65535; fd++)
    close(fd);
}
static void if_open(void) {
  for (int fd = 3; fd < 1024; fd++)
    if (fcntl(fd, F_GETFD) != -1)
      CHECK_OK(close(fd));
}
static void range(void) { CHECK_OK(close_range(3, ~0U, 0)); }
static void from(void) { closefrom(3); }

static void looks_free(int fd) {
  struct stat status;
  CHECK_ERRNO(close(fd), EBADF);
  CHECK_ERRNO(fstat(fd, &status), EBADF);
  CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
  CHECK_ERRNO(fcntl(fd, F_GETFL), EBADF);
  CHECK_ERRNO(dup(fd), EBADF);
  CHECK_ERRNO(dup2(fd, 9), EBADF);
  CHECK_ERRNO(lseek(fd, 0, SEEK_CUR), EBADF);
  CHECK_ERRNO(fsync(fd), EBADF);
  CHECK_ERRNO(openat(fd, "made", O_RDONLY), EBADF);
  CHECK_ERRNO(fstatat(fd, "made", &status, 0), EBADF);
  CHECK_ERRNO(mkdirat(fd, "made", 0700), EBADF);
  CHECK_ERRNO(unlinkat(fd, "made", 0), EBADF);
}

static void files_work(void) {
  struct stat status;
  int fd = open("made", O_CREAT | O_EXCL | O_RDWR, 0600);
  CHECK_OK(fd);
  CHECK_EQ(write(fd, "abc", 3), 3);
  CHECK_OK(close(fd));
  CHECK_OK(stat("made", &status));
  CHECK_EQ(status.st_size, 3);
  CHECK_OK(rename("made", "moved"));
  CHECK_OK(mkdir("folder", 0700));
  DIR *folder = opendir(".");
  CHECK(folder != NULL);
  if (folder)
    closedir(folder);
  FILE *stream = fopen("moved", "r");
  CHECK(stream != NULL);
  if (stream)
    fclose(stream);
  CHECK_OK(chdir("folder"));
  CHECK_OK(chdir(".."));
  CHECK_OK(rmdir("folder"));
  CHECK_OK(unlink("moved"));
}

static void after(void (*closing)(void)) {
  closing();
  for (int fd = 3; fd < 8; fd++)
    looks_free(fd);
  files_work();
  closing();
  files_work();
}

TEST(one_after_the_other) { after(one_by_one); }
TEST(up_to_the_last) { after(all_numbers); }
TEST(those_that_are_open) { after(if_open); }
TEST(by_close_range) { after(range); }
TEST(by_closefrom) { after(from); }

TEST(before_any_file_was_opened_they_look_free_too) {
  /* Natively the runner may have left some open. */
#ifdef __wasi__
  for (int fd = 3; fd < 8; fd++)
    looks_free(fd);
#endif
  files_work();
}

/* The numbers can be the program's own; what it looks up by a path does not come there. */
TEST(the_numbers_can_be_taken) {
  int ends[2];
  char text[4] = "";
  one_by_one();
  REQUIRE_OK(pipe(ends));
  for (int fd = 40; fd < 48; fd += 2) {
    CHECK_EQ(dup2(ends[0], fd), fd);
    CHECK_EQ(dup2(ends[1], fd + 1), fd + 1);
  }
  for (int fd = 5; fd < 9; fd++)
    CHECK_EQ(dup2(ends[1], fd), fd);
  for (int fd = 3; fd < 5; fd++)
    if (fd != ends[0] && fd != ends[1])
      CHECK_EQ(dup2(ends[1], fd), fd);
  files_work();
  int writer = ends[1] == 4 ? 6 : 4;
  CHECK_EQ(write(writer, "abc", 3), 3);
  CHECK_EQ(read(ends[0], text, 3), 3);
  CHECK_STR(text, "abc");
  CHECK_ERRNO(openat(writer, "made", O_RDONLY), ENOTDIR);
  CHECK_ERRNO(mkdirat(writer, "made", 0700), ENOTDIR);
  one_by_one();
  looks_free(writer);
  files_work();
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(before_any_file_was_opened_they_look_free_too);
  RUN(one_after_the_other);
  RUN(up_to_the_last);
  RUN(those_that_are_open);
  RUN(by_close_range);
  RUN(by_closefrom);
  RUN(the_numbers_can_be_taken);
  return T_END();
}
