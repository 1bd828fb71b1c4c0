/* splice(2) between pipes, sockets and places in files, and tee(2). */
#include "../t.h"
#include <sys/sendfile.h>

/* What a pipe holds, read without waiting. */
static void check_pipe(int fd, const char *text) {
  char got[100] = "";
  CHECK_OK(t_set_nonblock(fd, 1));
  ssize_t n = read(fd, got, sizeof got - 1);
  got[n < 0 ? 0 : n] = 0;
  CHECK_STR(got, text);
  CHECK_OK(t_set_nonblock(fd, 0));
}

TEST(tee_keeps_what_it_copies) {
  int from[2], to[2];
  REQUIRE_OK(pipe(from));
  REQUIRE_OK(pipe(to));
  CHECK_EQ(write(from[1], "hello world", 11), 11);
  CHECK_EQ(tee(from[0], to[1], 5, 0), 5);
  CHECK_EQ(tee(from[0], to[1], 100, 0), 11);
  check_pipe(to[0], "hellohello world");
  check_pipe(from[0], "hello world");
}

TEST(tee_waits_for_something_to_copy) {
  int from[2], to[2];
  REQUIRE_OK(pipe(from));
  REQUIRE_OK(pipe(to));
  CHECK_ERRNO(tee(from[0], to[1], 4, SPLICE_F_NONBLOCK), EAGAIN);
  CHECK_EQ(tee(from[0], to[1], 0, 0), 0);
  CHECK_OK(close(from[1]));
  CHECK_EQ(tee(from[0], to[1], 4, 0), 0);
}

TEST(tee_wants_two_pipes) {
  int ends[2], fd = socket(AF_INET, SOCK_STREAM, 0), more[2], file = open(".", O_RDONLY);
  REQUIRE_OK(pipe(ends));
  REQUIRE_OK(pipe(more));
  CHECK_ERRNO(tee(fd, ends[1], 10, 0), EINVAL);
  CHECK_ERRNO(tee(ends[0], fd, 10, 0), EINVAL);
  CHECK_ERRNO(tee(file, ends[1], 10, 0), EINVAL);
  CHECK_ERRNO(tee(ends[0], ends[1], 10, 0), EINVAL);
  CHECK_ERRNO(tee(9999, ends[1], 10, 0), EBADF);
  CHECK_ERRNO(tee(ends[0], 9999, 10, 0), EBADF);
  CHECK_ERRNO(tee(ends[0], more[1], 10, (unsigned)t_hide(0x100)), EINVAL);
}

TEST(between_two_pipes) {
  int from[2], to[2];
  off_t place = 0;
  REQUIRE_OK(pipe(from));
  REQUIRE_OK(pipe(to));
  CHECK_EQ(write(from[1], "hello world", 11), 11);
  CHECK_EQ(splice(from[0], NULL, to[1], NULL, 4, 0), 4);
  CHECK_EQ(splice(from[0], NULL, to[1], NULL, 100, 0), 7);
  check_pipe(to[0], "hello world");
  CHECK_ERRNO(splice(from[0], NULL, to[1], NULL, 4, SPLICE_F_NONBLOCK), EAGAIN);
  CHECK_ERRNO(splice(from[0], &place, to[1], NULL, 4, 0), ESPIPE);
  CHECK_ERRNO(splice(from[0], NULL, from[1], NULL, 4, 0), EINVAL);
}

TEST(to_a_place_in_a_file) {
  int ends[2], file = open("placed", O_RDWR | O_CREAT | O_TRUNC, 0600);
  char got[20] = "";
  off_t place = 4;
  REQUIRE_OK(file);
  REQUIRE_OK(pipe(ends));
  CHECK_EQ(write(file, "0123456789", 10), 10);
  CHECK_EQ(write(ends[1], "abc", 3), 3);
  CHECK_EQ(splice(ends[0], NULL, file, &place, 100, 0), 3);
  CHECK_EQ(place, 7);
  /* The position of the file itself stays where it was. */
  CHECK_EQ(lseek(file, 0, SEEK_CUR), 10);
  CHECK_EQ(pread(file, got, sizeof got, 0), 10);
  CHECK_MEM(got, "0123abc789", 10);
  CHECK_EQ(write(ends[1], "end", 3), 3);
  CHECK_EQ(splice(ends[0], NULL, file, NULL, 2, 0), 2);
  CHECK_EQ(pread(file, got, sizeof got, 0), 12);
  CHECK_MEM(got, "0123abc789en", 12);
  place = -1;
  CHECK_ERRNO(splice(ends[0], NULL, file, &place, 1, 0), EINVAL);
  check_pipe(ends[0], "d");
}

/* What is no file to read from, or not open for it. */
TEST(files_of_the_wrong_kind) {
  int ends[2], pair[2], writable = open("kind", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int readable = open("kind", O_RDONLY), folder = open(".", O_RDONLY);
  off_t place = 0;
  REQUIRE(writable >= 0 && readable >= 0 && folder >= 0);
  REQUIRE_OK(pipe(ends));
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(sendfile(pair[0], writable, NULL, 1), EBADF);
  CHECK_ERRNO(splice(writable, NULL, ends[1], NULL, 1, 0), EBADF);
  CHECK_ERRNO(sendfile(pair[0], folder, NULL, 1), EINVAL);
  CHECK_EQ(write(ends[1], "x", 1), 1);
  CHECK_ERRNO(splice(ends[0], NULL, readable, &place, 1, 0), EBADF);
  /* A pipe has no places to name, a socket none either. */
  CHECK_ERRNO(splice(ends[0], NULL, pair[0], &place, 1, 0), EINVAL);
  CHECK_ERRNO(splice(pair[0], &place, ends[1], NULL, 1, 0), EINVAL);
  CHECK_ERRNO(splice(ends[0], &place, pair[0], NULL, 1, 0), ESPIPE);
  check_pipe(ends[0], "x");
}

TEST(a_file_has_no_pipe_size) {
  int file = open(".", O_RDONLY), fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(file >= 0 && fd >= 0);
  CHECK_ERRNO(fcntl(file, F_GETPIPE_SZ), EBADF);
  CHECK_ERRNO(fcntl(file, F_SETPIPE_SZ, 4096), EBADF);
  CHECK_ERRNO(fcntl(fd, F_GETPIPE_SZ), EBADF);
}

/* A pipe that nobody reads is told before what is to go there is looked at, unless that comes out of a
 * pipe, too. */
TEST(nobody_reads) {
  int broken[2], empty[2], over[2], pair[2], file = open("splice.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
  REQUIRE_OK(pipe(broken));
  REQUIRE_OK(pipe(empty));
  REQUIRE_OK(pipe(over));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_OK(close(broken[0]));
  CHECK_OK(close(over[1]));
  CHECK_ERRNO(splice(pair[0], NULL, broken[1], NULL, 10, 0), EPIPE);
  CHECK_ERRNO(splice(over[0], NULL, broken[1], NULL, 10, 0), EPIPE);
  CHECK_ERRNO(tee(over[0], broken[1], 10, 0), EPIPE);
  CHECK_ERRNO(splice(empty[0], NULL, broken[1], NULL, 10, SPLICE_F_NONBLOCK), EAGAIN);
  CHECK_ERRNO(tee(empty[0], broken[1], 10, SPLICE_F_NONBLOCK), EAGAIN);
  CHECK_OK(close(pair[1]));
  CHECK_ERRNO(splice(pair[0], NULL, broken[1], NULL, 10, 0), EPIPE);
  REQUIRE_OK(file);
  CHECK_EQ(write(file, "abc", 3), 3);
  off_t at = 0, end = 3;
  CHECK_ERRNO(splice(file, &at, broken[1], NULL, 10, 0), EPIPE);
  CHECK_ERRNO(splice(file, &end, broken[1], NULL, 10, 0), EPIPE);
  CHECK_ERRNO(sendfile(broken[1], file, &at, 10), EPIPE);
  CHECK_ERRNO(sendfile(broken[1], file, &end, 10), EPIPE);
  CHECK_ERRNO(sendfile(broken[1], file, &end, 0), EPIPE);
  CHECK_OK(unlink("splice.tmp"));
}

TEST(no_room_is_told_before_nothing_to_read) {
  int full[2], pair[2];
  REQUIRE_OK(pipe(full));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_OK(close(pair[1]));
  CHECK_OK(t_set_nonblock(full[1], 1));
  static char block[4096];
  while (write(full[1], block, sizeof block) > 0)
    ;
  CHECK_ERRNO(splice(pair[0], NULL, full[1], NULL, 10, 0), EAGAIN);
}

TEST(ends_have_their_way) {
  int one[2], two[2], pair[2];
  REQUIRE_OK(pipe(one));
  REQUIRE_OK(pipe(two));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_ERRNO(splice(one[1], NULL, two[1], NULL, 4, 0), EBADF);
  CHECK_ERRNO(splice(one[0], NULL, two[0], NULL, 4, 0), EBADF);
  CHECK_ERRNO(splice(pair[0], NULL, two[0], NULL, 4, 0), EBADF);
  CHECK_ERRNO(tee(one[1], two[1], 4, 0), EBADF);
  CHECK_ERRNO(tee(one[0], two[0], 4, 0), EBADF);
  CHECK_EQ(splice(9999, NULL, two[1], NULL, 0, 0), 0);
}

TEST(vmsplice_also_reads) {
  int ends[2], pair[2];
  char got[8] = "";
  struct iovec parts[2] = {{got, 3}, {got + 3, 4}};
  REQUIRE_OK(pipe(ends));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_ERRNO(vmsplice(ends[0], parts, 2, SPLICE_F_NONBLOCK), EAGAIN);
  CHECK_EQ(write(ends[1], "abcde", 5), 5);
  CHECK_EQ(vmsplice(ends[0], parts, 2, 0), 5);
  CHECK_STR(got, "abcde");
  CHECK_ERRNO(vmsplice(pair[0], parts, 2, 0), EBADF);
  CHECK_ERRNO(vmsplice(ends[0], parts, 2, (unsigned)t_hide(0x100)), EINVAL);
}

TEST(sendfile_of_a_socket_goes_into_a_pipe) {
  int ends[2], pair[2];
  REQUIRE_OK(pipe(ends));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_EQ(write(pair[1], "hello", 5), 5);
  CHECK_ERRNO(sendfile(pair[1], pair[0], NULL, 5), EINVAL);
  CHECK_ERRNO(sendfile(ends[0], pair[0], NULL, 5), EBADF);
  CHECK_ERRNO(sendfile(pair[1], ends[1], NULL, 5), EBADF);
  CHECK_EQ(sendfile(ends[1], pair[0], NULL, 3), 3);
  CHECK_EQ(sendfile(ends[1], pair[0], NULL, 9), 2);
  check_pipe(ends[0], "hello");
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(tee_keeps_what_it_copies);
  RUN(tee_waits_for_something_to_copy);
  RUN(tee_wants_two_pipes);
  RUN(between_two_pipes);
  RUN(to_a_place_in_a_file);
  RUN(files_of_the_wrong_kind);
  RUN(a_file_has_no_pipe_size);
  RUN(nobody_reads);
  RUN(no_room_is_told_before_nothing_to_read);
  RUN(ends_have_their_way);
  RUN(vmsplice_also_reads);
  RUN(sendfile_of_a_socket_goes_into_a_pipe);
  return T_END();
}
