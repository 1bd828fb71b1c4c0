/* Reads and writes by turns, O_APPEND, and calls in a direction for which a file is not open. */
#include "../t.h"

#include <dirent.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define NAME "streams-file"

static int make(int flags) {
  unlink(NAME);
  return open(NAME, O_CREAT | flags, 0600);
}

static void put(const char *text) {
  int fd = open(NAME, O_WRONLY);
  REQUIRE_OK(fd);
  CHECK_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  close(fd);
}

#define CHECK_READS(fd, text)                                                  \
  do {                                                                         \
    char got_[16] = "";                                                        \
    CHECK_EQ(read(fd, got_, strlen(text)), (ssize_t)strlen(text));             \
    CHECK(!memcmp(got_, text, strlen(text)));                                  \
  } while (0)

TEST(reads_and_writes_by_turns_go_on_from_one_place) {
  int fd = make(O_RDWR);
  put("abcdefgh");
  CHECK_READS(fd, "ab");
  CHECK_EQ(write(fd, "XY", 2), 2);
  CHECK_READS(fd, "ef");
  CHECK_EQ(write(fd, "Z", 1), 1);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 7);
  CHECK_READS(fd, "h");
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_READS(fd, "abXYefZh");
  close(fd);
}

TEST(what_was_written_is_not_read_again) {
  int fd = make(O_RDWR);
  char c;
  CHECK_EQ(read(fd, &c, 1), 0);
  CHECK_EQ(write(fd, "abc", 3), 3);
  CHECK_EQ(read(fd, &c, 1), 0);
  struct iovec parts[] = {{&c, 0}, {&c, 1}};
  CHECK_EQ(readv(fd, parts, 2), 0);
  close(fd);
}

TEST(appending_moves_the_place_in_writes_alone) {
  int fd = make(O_RDWR | O_APPEND);
  put("abcdef");
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
  CHECK_READS(fd, "ab");
  CHECK_EQ(lseek(fd, 1, SEEK_CUR), 3);
  CHECK_READS(fd, "d");
  CHECK_EQ(write(fd, "XY", 2), 2);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 8);
  CHECK_EQ(lseek(fd, 5, SEEK_SET), 5);
  CHECK_READS(fd, "fX");
  CHECK_EQ(write(fd, "Z", 1), 1);
  char c;
  CHECK_EQ(read(fd, &c, 1), 0);
  CHECK_EQ(lseek(fd, -3, SEEK_END), 6);
  CHECK_READS(fd, "XYZ");
  close(fd);
}

TEST(appending_knows_where_it_was_when_the_file_is_cut) {
  int fd = make(O_RDWR | O_APPEND);
  CHECK_EQ(write(fd, "abc", 3), 3);
  CHECK_OK(ftruncate(fd, 5));
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 3);
  CHECK_EQ(write(fd, "d", 1), 1);
  CHECK_OK(ftruncate(fd, 2));
  CHECK_EQ(write(fd, "e", 1), 1);
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_READS(fd, "abe");
  close(fd);
}

/* Linux appends whatever the offset (pwrite(2), BUGS). */
TEST(writing_at_a_place_appends_too) {
  int fd = make(O_RDWR | O_APPEND);
  put("abc");
  CHECK_EQ(pwrite(fd, "d", 1, 0), 1);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
  CHECK_READS(fd, "abcd");
  close(fd);
}

TEST(a_failed_seek_moves_nothing) {
  int fd = make(O_RDWR);
  put("abcdef");
  CHECK_READS(fd, "ab");
  CHECK_ERRNO(lseek(fd, -7, SEEK_END), EINVAL);
  CHECK_ERRNO(lseek(fd, -3, SEEK_CUR), EINVAL);
  CHECK_ERRNO(lseek(fd, INT64_MAX, SEEK_END), EINVAL);
  CHECK_ERRNO(lseek(fd, INT64_MAX, SEEK_CUR), EINVAL);
  CHECK_ERRNO(lseek(fd, 0, 77), EINVAL);
  CHECK_READS(fd, "cd");
  CHECK_ERRNO(lseek(99, INT64_MAX, SEEK_CUR), EBADF);
  close(fd);
}

/* The way in which a file is open goes before everything else. */
static void check_not_read(int fd) {
  char text[4];
  struct iovec part = {text, 4};
  CHECK_ERRNO(read(fd, text, 4), EBADF);
  CHECK_ERRNO(read(fd, text, 0), EBADF);
  CHECK_ERRNO(read(fd, (void *)-1, 4), EBADF);
  CHECK_ERRNO(readv(fd, &part, 1), EBADF);
  CHECK_ERRNO(readv(fd, &part, 0), EBADF);
  CHECK_ERRNO(pread(fd, text, 4, 0), EBADF);
  CHECK_ERRNO(preadv(fd, &part, 1, 0), EBADF);
}

static void check_not_written(int fd) {
  struct iovec part = {"text", 4};
  CHECK_ERRNO(write(fd, "text", 4), EBADF);
  CHECK_ERRNO(write(fd, "text", 0), EBADF);
  CHECK_ERRNO(write(fd, (void *)-1, 4), EBADF);
  CHECK_ERRNO(writev(fd, &part, 1), EBADF);
  CHECK_ERRNO(writev(fd, &part, 0), EBADF);
  CHECK_ERRNO(pwrite(fd, "text", 4, 0), EBADF);
  CHECK_ERRNO(pwritev(fd, &part, 1, 0), EBADF);
  CHECK_ERRNO(ftruncate(fd, 1), EINVAL);
  CHECK_EQ(posix_fallocate(fd, 0, 1), EBADF);
}

TEST(a_file_to_write_is_not_read) {
  int fd = make(O_WRONLY);
  put("abcd");
  check_not_read(fd);
  CHECK_EQ(write(fd, "x", 1), 1);
  check_not_read(fd);
  int copy = dup(fd);
  check_not_read(copy);
  close(copy);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 1);
  CHECK_ERRNO(sendfile(fd, fd, NULL, 1), EBADF);
  close(fd);
}

TEST(a_file_to_read_is_not_written) {
  int made = make(O_RDONLY);
  int cut = open(NAME, O_RDONLY | O_CREAT | O_TRUNC, 0600);
  REQUIRE_OK(cut);
  put("abcd");
  int plain = open(NAME, O_RDONLY);
  REQUIRE_OK(plain);
  int all[] = {made, cut, plain, dup(plain)};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    CHECK_EQ(fcntl(all[i], F_GETFL) & O_ACCMODE, O_RDONLY);
    check_not_written(all[i]);
    CHECK_ERRNO(sendfile(all[i], made, NULL, 1), EBADF);
    if (i < 3) {
      CHECK_READS(all[i], "ab");
      check_not_written(all[i]);
      CHECK_READS(all[i], "cd");
    }
  }
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    close(all[i]);
}

TEST(making_a_file_to_read_takes_the_lowest_number) {
  int next = make(O_RDONLY);
  close(next);
  unlink(NAME);
  CHECK_EQ(open(NAME, O_RDONLY | O_CREAT | O_EXCL, 0600), next);
  CHECK_ERRNO(open(NAME, O_RDONLY | O_CREAT | O_EXCL, 0600), EEXIST);
  close(next);
}

TEST(a_folder_is_not_read) {
  int folder = open(".", O_RDONLY);
  REQUIRE_OK(folder);
  char text[4];
  struct iovec part = {text, 4};
  CHECK_ERRNO(read(folder, text, 4), EISDIR);
  CHECK_ERRNO(readv(folder, &part, 1), EISDIR);
  CHECK_ERRNO(pread(folder, text, 4, 0), EISDIR);
  CHECK_ERRNO(write(folder, text, 4), EBADF);
  CHECK_ERRNO(pwrite(folder, text, 4, 0), EBADF);
  CHECK_ERRNO(ftruncate(folder, 4), EINVAL);
  int count;
  CHECK_ERRNO(ioctl(folder, FIONREAD, &count), ENOTTY);
  int fd = make(O_RDWR);
  CHECK_ERRNO(sendfile(fd, folder, NULL, 4), EINVAL);
  CHECK_ERRNO(sendfile(folder, fd, NULL, 4), EBADF);
  close(fd);
  close(folder);
}

TEST(places_that_are_none) {
  int fd = make(O_RDWR), pipes[2];
  REQUIRE_OK(pipe(pipes));
  char text[4];
  CHECK_ERRNO(pread(fd, text, 4, -1), EINVAL);
  CHECK_ERRNO(pread(fd, text, 4, INT64_MAX), EINVAL);
  CHECK_ERRNO(pread(pipes[1], text, 4, 0), ESPIPE);
  CHECK_ERRNO(pread(99, text, 4, -1), EINVAL);
  CHECK_ERRNO(pread(99, text, 4, 0), EBADF);
  CHECK_ERRNO(ftruncate(99, -1), EINVAL);
  CHECK_ERRNO(ftruncate(99, 0), EBADF);
  CHECK_EQ(posix_fallocate(99, -1, 0), EBADF);
  off_t place = 0;
  CHECK_ERRNO(sendfile(99, pipes[0], &place, 4), ESPIPE);
  CHECK_ERRNO(sendfile(99, fd, &place, 4), EBADF);
  CHECK_EQ(pread(fd, text, 4, 1 << 20), 0);
  close(fd);
}

TEST(what_is_left_behind_the_end_is_negative) {
  int fd = make(O_RDWR), count = 0;
  put("abc");
  CHECK_OK(ioctl(fd, FIONREAD, &count));
  CHECK_EQ(count, 3);
  CHECK_EQ(lseek(fd, 10, SEEK_SET), 10);
  CHECK_OK(ioctl(fd, FIONREAD, &count));
  CHECK_EQ(count, -7);
  close(fd);
}

TEST(a_file_that_grew_is_read_on_by_sendfile) {
  int fd = make(O_RDWR), pipes[2];
  REQUIRE_OK(pipe(pipes));
  CHECK_EQ(sendfile(pipes[1], fd, NULL, 10), 0);
  put("abc");
  CHECK_EQ(sendfile(pipes[1], fd, NULL, 10), 3);
  CHECK_READS(pipes[0], "abc");
  close(fd);
}

/* The number that a file was opened by may be closed before that of its copy. */
TEST(a_copy_outlives_the_number_it_was_made_from) {
  int fd = make(O_RDWR), copy = dup(fd), low = open(".", O_RDONLY), count = 0;
  put("abc");
  CHECK_EQ(dup2(fd, low), low);
  close(fd);
  int both[] = {copy, low};
  for (int i = 0; i < 2; i++) {
    struct pollfd ask = {both[i], POLLIN, 0};
    CHECK_EQ(poll(&ask, 1, 0), 1);
    CHECK_EQ(ask.revents, POLLIN);
    CHECK_OK(ioctl(both[i], FIONREAD, &count));
    CHECK_EQ(count, 3 - i);
    CHECK_ERRNO(read(both[i], (void *)-1, 1), EFAULT);
    CHECK_READS(both[i], i ? "b" : "a");
    int set = epoll_create1(0);
    struct epoll_event event = {EPOLLIN, {0}};
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, both[i], &event), EPERM);
    close(set);
  }
  FILE *stream = fdopen(low, "r");
  REQUIRE(stream);
  CHECK_EQ(getc(stream), 'c');
  CHECK_EQ(getc(stream), EOF);
  CHECK(!ferror(stream));
  fclose(stream);
  close(copy);
  CHECK_ERRNO(fcntl(fd, F_GETFL), EBADF);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(reads_and_writes_by_turns_go_on_from_one_place);
  RUN(what_was_written_is_not_read_again);
  RUN(appending_moves_the_place_in_writes_alone);
  RUN(appending_knows_where_it_was_when_the_file_is_cut);
  RUN(writing_at_a_place_appends_too);
  RUN(a_failed_seek_moves_nothing);
  RUN(a_file_to_write_is_not_read);
  RUN(a_file_to_read_is_not_written);
  RUN(making_a_file_to_read_takes_the_lowest_number);
  RUN(a_folder_is_not_read);
  RUN(places_that_are_none);
  RUN(what_is_left_behind_the_end_is_negative);
  RUN(a_file_that_grew_is_read_on_by_sendfile);
  RUN(a_copy_outlives_the_number_it_was_made_from);
  unlink(NAME);
  return T_END();
}
