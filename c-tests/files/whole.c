/* What programs rely on with regular files: transfers are complete however large, locks are
 * granted, and a file is made once whatever number it gets.
 * read(2), pread(2), preadv(2), fcntl(2), open(2). The files are in the current folder. */
#include "../t.h"

#include <sys/stat.h>

#define SCRATCH "whole.tmp"
/* More than hosts move in one call. */
#define LARGE 1000000

static unsigned char out[LARGE], in[LARGE];

static int scratch(void) { return open(SCRATCH, O_CREAT | O_TRUNC | O_RDWR, 0600); }

static void fill(void) {
  unsigned state = 12345;
  for (size_t i = 0; i < LARGE; i++) {
    state = state * 1103515245 + 12345;
    out[i] = (unsigned char)(state >> 16);
  }
  memset(in, 0, LARGE);
}

TEST(read_and_write_move_all) {
  int fd = scratch();
  REQUIRE_OK(fd);
  fill();
  CHECK_EQ(write(fd, out, LARGE), LARGE);
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_EQ(read(fd, in, LARGE), LARGE);
  CHECK_MEM(in, out, LARGE);
  CHECK_EQ(lseek(fd, -10, SEEK_END), LARGE - 10);
  CHECK_EQ(read(fd, in, LARGE), 10);
  CHECK_EQ(read(fd, in, LARGE), 0);
  CHECK_OK(close(fd));
  CHECK_OK(unlink(SCRATCH));
}

TEST(pread_and_pwrite_move_all) {
  int fd = scratch();
  REQUIRE_OK(fd);
  fill();
  CHECK_EQ(pwrite(fd, out, LARGE, 7), LARGE);
  CHECK_EQ(pread(fd, in, LARGE, 7), LARGE);
  CHECK_MEM(in, out, LARGE);
  CHECK_EQ(pread(fd, in, LARGE, 1007), LARGE - 1000);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
  CHECK_OK(close(fd));
  CHECK_OK(unlink(SCRATCH));
}

TEST(vectors_move_all) {
  int fd = scratch();
  struct iovec from[] = {{out, 300000}, {out + 300000, 0}, {out + 300000, LARGE - 300000}};
  struct iovec to[] = {{in, 100000}, {in + 100000, LARGE - 100000}};
  REQUIRE_OK(fd);
  fill();
  CHECK_EQ(writev(fd, from, 3), LARGE);
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_EQ(readv(fd, to, 2), LARGE);
  CHECK_MEM(in, out, LARGE);
  CHECK_OK(close(fd));
  CHECK_OK(unlink(SCRATCH));
}

TEST(vectors_at_an_offset_move_all) {
  /* volatile: gcc warns of what it can see. */
  volatile int negative = -1;
  int fd = scratch();
  struct iovec from[] = {{out, 300000}, {out + 300000, LARGE - 300000}};
  struct iovec to[] = {{in, 100000}, {in + 100000, LARGE - 100000}};
  REQUIRE_OK(fd);
  fill();
  CHECK_EQ(pwritev(fd, from, 2, 5), LARGE);
  CHECK_EQ(preadv(fd, to, 2, 5), LARGE);
  CHECK_MEM(in, out, LARGE);
  CHECK_EQ(preadv(fd, to, 2, 105), LARGE - 100);
  CHECK_ERRNO(preadv(fd, to, negative, 0), EINVAL);
  CHECK_ERRNO(pwritev(fd, from, 2, -1), EINVAL);
  CHECK_OK(close(fd));
  CHECK_OK(unlink(SCRATCH));
}

TEST(locks_are_granted) {
  int fd = scratch(), only_read;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  REQUIRE_OK(fd);
  CHECK_OK(fcntl(fd, F_SETLK, &lock));
  CHECK_OK(fcntl(fd, F_SETLKW, &lock));
  CHECK_OK(fcntl(fd, F_GETLK, &lock));
  CHECK_EQ(lock.l_type, F_UNLCK);
  CHECK_OK(fcntl(fd, F_SETLK, &lock));
  CHECK_ERRNO(fcntl(fd, F_GETLK, &lock), EINVAL);
  lock.l_type = F_WRLCK;
  CHECK_OK(fcntl(fd, F_OFD_SETLK, &lock));
  CHECK_OK(fcntl(fd, F_OFD_SETLKW, &lock));
  CHECK_OK(fcntl(fd, F_OFD_GETLK, &lock));
  CHECK_EQ(lock.l_type, F_UNLCK);
  CHECK_OK(fcntl(fd, F_OFD_SETLK, &lock));
  lock.l_type = 77;
  CHECK_ERRNO(fcntl(fd, F_SETLK, &lock), EINVAL);
  only_read = open(SCRATCH, O_RDONLY);
  REQUIRE_OK(only_read);
  lock.l_type = F_WRLCK;
  CHECK_ERRNO(fcntl(only_read, F_SETLK, &lock), EBADF);
  lock.l_type = F_RDLCK;
  CHECK_OK(fcntl(only_read, F_SETLK, &lock));
  CHECK_OK(close(only_read));
  CHECK_OK(close(fd));
  CHECK_ERRNO(fcntl(fd, F_SETLK, &lock), EBADF);
  CHECK_OK(unlink(SCRATCH));
}

/* As lighttpd opens every file. */
TEST(nonblocking_means_nothing) {
  int fd = scratch(), flags;
  char buffer[8] = "";
  REQUIRE_OK(fd);
  CHECK_EQ(write(fd, "abcdef", 6), 6);
  CHECK_OK(close(fd));
  fd = open(SCRATCH, O_RDWR | O_NONBLOCK);
  REQUIRE_OK(fd);
  CHECK_EQ(read(fd, buffer, 8), 6);
  CHECK_STR(buffer, "abcdef");
  CHECK_OK(close(fd));
  fd = open(SCRATCH, O_RDWR);
  REQUIRE_OK(fd);
  flags = fcntl(fd, F_GETFL);
  CHECK_OK(fcntl(fd, F_SETFL, flags | O_NONBLOCK));
  CHECK_EQ(read(fd, buffer, 3), 3);
  CHECK_EQ(write(fd, "x", 1), 1);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 4);
  CHECK_OK(close(fd));
  CHECK_OK(unlink(SCRATCH));
}

/* The number that the file gets is taken by a duplicate, so that it must get another. */
TEST(a_file_is_made_once) {
  int probe = scratch(), copy, fd;
  struct stat status;
  REQUIRE_OK(probe);
  CHECK_OK(close(probe));
  CHECK_OK(unlink(SCRATCH));
  int sock = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(sock);
  copy = sock == probe ? sock : dup2(sock, probe);
  CHECK_EQ(copy, probe);
  fd = open(SCRATCH, O_CREAT | O_EXCL | O_RDWR, 0600);
  REQUIRE_OK(fd);
  CHECK(fd != probe);
  CHECK_EQ(write(fd, "once", 4), 4);
  CHECK_OK(stat(SCRATCH, &status));
  CHECK_EQ(status.st_size, 4);
  CHECK_ERRNO(open(SCRATCH, O_CREAT | O_EXCL | O_RDWR, 0600), EEXIST);
  CHECK_OK(close(fd));
  CHECK_OK(close(copy));
  if (sock != copy)
    CHECK_OK(close(sock));
  CHECK_OK(unlink(SCRATCH));
}

static off_t size_of(int fd) {
  struct stat st;
  return fstat(fd, &st) == 0 ? st.st_size : -1;
}

/* As curl begins a download anew. */
TEST(the_end_of_a_truncated_file_is_where_writing_goes_on) {
  int fd = scratch();
  REQUIRE_OK(fd);
  CHECK_EQ(write(fd, "0123456789", 10), 10);
  CHECK_OK(ftruncate(fd, 3));
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 10);
  CHECK_EQ(lseek(fd, 0, SEEK_END), 3);
  CHECK_EQ(write(fd, "ab", 2), 2);
  CHECK_EQ(size_of(fd), 5);
  CHECK_EQ(lseek(fd, -1, SEEK_END), 4);
  CHECK_EQ(write(fd, "xyz", 3), 3);
  memset(in, 0, 16);
  CHECK_EQ(pread(fd, in, 16, 0), 7);
  CHECK_MEM(in, "012axyz", 7);
  /* Without a seek in between, a hole is left. */
  CHECK_OK(ftruncate(fd, 0));
  CHECK_EQ(write(fd, "!", 1), 1);
  CHECK_EQ(size_of(fd), 8);
  CHECK_OK(close(fd));
  FILE *stream = fopen(SCRATCH, "w");
  REQUIRE(stream != NULL);
  CHECK(fputs("an error page", stream) >= 0);
  CHECK_OK(fflush(stream));
  CHECK_OK(ftruncate(fileno(stream), 0));
  CHECK_OK(fseek(stream, 0, SEEK_END));
  CHECK(fputs("ok", stream) >= 0);
  CHECK_OK(fflush(stream));
  CHECK_EQ(size_of(fileno(stream)), 2);
  CHECK_OK(fclose(stream));
  CHECK_OK(unlink(SCRATCH));
}

/* As programs give a copy its original's mode. */
TEST(a_mode_that_a_file_has_is_granted) {
  int fd = open(SCRATCH, O_CREAT | O_TRUNC | O_RDWR, 0644), pair[2];
  const char *volatile nowhere = NULL;
  struct stat st;
  REQUIRE_OK(fd);
  REQUIRE_OK(fstat(fd, &st));
  CHECK_OK(fchmod(fd, st.st_mode));
  CHECK_OK(chmod(SCRATCH, st.st_mode & 07777));
  CHECK_OK(fchmodat(AT_FDCWD, SCRATCH, st.st_mode & 07777, 0));
  CHECK_ERRNO(chmod("no such file", 0644), ENOENT);
  CHECK_ERRNO(chmod(nowhere, 0644), EFAULT);
  CHECK_OK(close(fd));
  CHECK_ERRNO(fchmod(fd, 0644), EBADF);
  CHECK_OK(unlink(SCRATCH));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_OK(fchmod(pair[0], 0600));
}

TEST(another_mode_is_kept_or_refused) {
  struct stat st;
  int fd = scratch();
  REQUIRE_OK(fd);
#ifdef __wasi__
  CHECK_ERRNO(fchmod(fd, 0600), EPERM);
  CHECK_ERRNO(chmod(SCRATCH, 0600), EPERM);
  CHECK_OK(fstat(fd, &st));
  CHECK_EQ(st.st_mode & 07777, 0644);
  CHECK_OK(unlink(SCRATCH));
  SKIP_WASM("file-modes");
#endif
  CHECK_OK(fchmod(fd, 0640));
  CHECK_OK(fstat(fd, &st));
  CHECK_EQ(st.st_mode & 07777, 0640);
  CHECK_OK(close(fd));
  CHECK_OK(unlink(SCRATCH));
}

/* As tail -f reads: the end of a file is where it was until the file grows, also for stdio. */
TEST(a_file_that_grows_is_read_on) {
  int writer = scratch(), reader = open(SCRATCH, O_RDONLY);
  struct iovec part = {in, 8};
  FILE *stream = fopen(SCRATCH, "r");
  REQUIRE_OK(writer);
  REQUIRE_OK(reader);
  REQUIRE(stream);
  CHECK_EQ(read(reader, in, 8), 0);
  CHECK_EQ(getc(stream), EOF);
  CHECK_EQ(write(writer, "ab", 2), 2);
  CHECK_EQ(read(reader, in, 8), 2);
  CHECK_EQ(read(reader, in, 8), 0);
  CHECK_EQ(write(writer, "cde", 3), 3);
  CHECK_EQ(readv(reader, &part, 1), 3);
  CHECK_EQ(readv(reader, &part, 1), 0);
  clearerr(stream);
  for (const char *next = "abcde"; *next; next++)
    CHECK_EQ(getc(stream), *next);
  CHECK_EQ(getc(stream), EOF);
  CHECK_OK(fclose(stream));
  CHECK_OK(close(reader));
  CHECK_OK(close(writer));
  CHECK_OK(unlink(SCRATCH));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(read_and_write_move_all);
  RUN(pread_and_pwrite_move_all);
  RUN(vectors_move_all);
  RUN(vectors_at_an_offset_move_all);
  RUN(locks_are_granted);
  RUN(nonblocking_means_nothing);
  RUN(a_file_is_made_once);
  RUN(the_end_of_a_truncated_file_is_where_writing_goes_on);
  RUN(a_mode_that_a_file_has_is_granted);
  RUN(another_mode_is_kept_or_refused);
  RUN(a_file_that_grows_is_read_on);
  return T_END();
}
