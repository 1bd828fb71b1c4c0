/* Pipes: order, capacity, PIPE_BUF, the ends that close. pipe(2), pipe(7), fcntl(2); ideas: LTP
 * pipe01..15, pipe2_01/02, fcntl30, gVisor pipe. */
#include "../t.h"

#ifndef PIPE_BUF
#define PIPE_BUF 4096
#endif

static unsigned char data[1 << 17], back[1 << 17];

TEST(bytes_arrive_in_order) {
  int ends[2];
  REQUIRE_OK(pipe(ends));
  CHECK(ends[0] != ends[1]);
  REQUIRE_EQ(write(ends[1], "hello", 5), 5);
  REQUIRE_EQ(write(ends[1], "world", 5), 5);
  CHECK_EQ(read(ends[0], back, 3), 3);
  CHECK_EQ(read(ends[0], back + 3, 100), 7);
  CHECK_MEM(back, "helloworld", 10);
}

TEST(flags) {
  int ends[2];
  REQUIRE_OK(pipe(ends));
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(fcntl(ends[i], F_GETFD), 0);
    CHECK_EQ(fcntl(ends[i], F_GETFL) & O_NONBLOCK, 0);
    CHECK_EQ(fcntl(ends[i], F_GETFL) & O_ACCMODE, i ? O_WRONLY : O_RDONLY);
  }
  REQUIRE_OK(pipe2(ends, O_NONBLOCK | O_CLOEXEC));
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(fcntl(ends[i], F_GETFD), FD_CLOEXEC);
    CHECK_EQ(fcntl(ends[i], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  }
  CHECK_ERRNO(pipe2(ends, O_CREAT | O_TRUNC), EINVAL);
}

/* The two ends are separate open file descriptions. */
TEST(the_ends_have_flags_of_their_own) {
  int ends[2];
  REQUIRE_OK(pipe(ends));
  CHECK_OK(t_set_nonblock(ends[0], 1));
  CHECK_EQ(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
  CHECK_ERRNO(read(ends[0], back, 1), EAGAIN);
}

TEST(the_wrong_end) {
  int ends[2];
  REQUIRE_OK(pipe(ends));
  CHECK_ERRNO(write(ends[0], "x", 1), EBADF);
  CHECK_ERRNO(read(ends[1], back, 1), EBADF);
}

TEST(an_empty_pipe) {
  int ends[2];
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  CHECK_ERRNO(read(ends[0], back, 1), EAGAIN);
  CHECK_EQ(write(ends[1], "", 0), 0);
  CHECK_ERRNO(read(ends[0], back, 1), EAGAIN);
  CHECK_EQ(read(ends[0], back, 0), 0);
}

TEST(the_end_of_the_stream) {
  int ends[2];
  REQUIRE_OK(pipe(ends));
  REQUIRE_EQ(write(ends[1], "last", 4), 4);
  CHECK_OK(close(ends[1]));
  CHECK_EQ(read(ends[0], back, 10), 4);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(read(ends[0], back, 10), 0);
}

TEST(a_duplicated_writer_keeps_the_pipe_open) {
  int ends[2];
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  int copy = dup(ends[1]);
  CHECK_OK(close(ends[1]));
  CHECK_ERRNO(read(ends[0], back, 1), EAGAIN);
  REQUIRE_EQ(write(copy, "x", 1), 1);
  CHECK_OK(close(copy));
  CHECK_EQ(read(ends[0], back, 10), 1);
  CHECK_EQ(read(ends[0], back, 10), 0);
}

TEST(writing_without_a_reader) {
  int ends[2];
  REQUIRE_OK(pipe(ends));
  CHECK_OK(close(ends[0]));
  CHECK_ERRNO(write(ends[1], "x", 1), EPIPE);
  CHECK_ERRNO(write(ends[1], "x", 1), EPIPE);
  struct iovec part = {"x", 1};
  CHECK_ERRNO(writev(ends[1], &part, 1), EPIPE);
}

/* Fills a non-blocking pipe byte counts at a time: how many bytes went in. */
static long long fill(int fd, size_t piece) {
  long long total = 0;
  for (;;) {
    t_pattern(data, piece, (uint64_t)total);
    ssize_t n = write(fd, data, piece);
    if (n <= 0)
      return n == -1 && errno == EAGAIN ? total : -1;
    total += n;
  }
}

TEST(the_capacity_is_64_kib) {
  int ends[2];
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  CHECK_EQ(fcntl(ends[0], F_GETPIPE_SZ), 65536);
  CHECK_EQ(fcntl(ends[1], F_GETPIPE_SZ), 65536);
  CHECK_EQ(fill(ends[1], 4096), 65536);
  CHECK_EQ(t_poll(ends[1], POLLOUT, 0), 0);
  CHECK_ERRNO(write(ends[1], "x", 1), EAGAIN);
  CHECK_EQ(read(ends[0], back, sizeof back), 65536);
  CHECK_EQ(t_pattern_match(back, 65536, 0), 65536);
  CHECK_EQ(t_poll(ends[1], POLLOUT, 0), POLLOUT);
}

TEST(a_large_non_blocking_write_is_partial) {
  int ends[2];
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  t_pattern(data, sizeof data, 0);
  CHECK_EQ(write(ends[1], data, sizeof data), 65536);
  CHECK_EQ(read(ends[0], back, 4096), 4096);
  CHECK_EQ(write(ends[1], data + 65536, 60000), 4096);
  CHECK_EQ(read(ends[0], back + 4096, sizeof back - 4096), 65536);
  CHECK_EQ(t_pattern_match(back, 65536 + 4096, 0), 65536 + 4096);
}

/* pipe(7): n <= PIPE_BUF is written whole or not at all. */
TEST(writes_up_to_pipe_buf_are_atomic) {
  int ends[2];
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  t_pattern(data, 65536, 0);
  REQUIRE_EQ(write(ends[1], data, 65536 - 100), 65536 - 100);
  CHECK_ERRNO(write(ends[1], data, PIPE_BUF), EAGAIN);
  CHECK_EQ(t_poll(ends[1], POLLOUT, 0), 0);
  CHECK_EQ(read(ends[0], back, 4096), 4096);
  CHECK_EQ(t_poll(ends[1], POLLOUT, 0), POLLOUT);
  CHECK_EQ(write(ends[1], data, PIPE_BUF), PIPE_BUF);
}

TEST(the_capacity_can_be_changed) {
  int ends[2];
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  CHECK_EQ(fcntl(ends[1], F_SETPIPE_SZ, 4096), 4096);
  CHECK_EQ(fcntl(ends[0], F_GETPIPE_SZ), 4096);
  CHECK_EQ(fill(ends[1], 4096), 4096);
  CHECK_EQ(fcntl(ends[1], F_SETPIPE_SZ, 5000), 8192);
  CHECK_EQ(write(ends[1], data, 4096), 4096);
  CHECK_ERRNO(fcntl(ends[1], F_SETPIPE_SZ, 4096), EBUSY);
  CHECK_EQ(read(ends[0], back, sizeof back), 8192);
  CHECK_EQ(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20), 1 << 20);
  CHECK_EQ(fill(ends[1], 4096), 1 << 20);
  CHECK_EQ(fcntl(ends[0], F_SETPIPE_SZ, 0), -1);
}

TEST(the_size_of_something_else) {
  int fd = t_bound(AF_INET, SOCK_STREAM);
  CHECK_ERRNO(fcntl(fd, F_GETPIPE_SZ), EBADF);
  CHECK_ERRNO(fcntl(fd, F_SETPIPE_SZ, 4096), EBADF);
}

TEST(fionread_counts) {
  int ends[2], n = -1;
  REQUIRE_OK(pipe(ends));
  CHECK_OK(ioctl(ends[0], FIONREAD, &n));
  CHECK_EQ(n, 0);
  REQUIRE_EQ(write(ends[1], "12345", 5), 5);
  CHECK_OK(ioctl(ends[0], FIONREAD, &n));
  CHECK_EQ(n, 5);
  CHECK_EQ(read(ends[0], back, 2), 2);
  CHECK_OK(ioctl(ends[0], FIONREAD, &n));
  CHECK_EQ(n, 3);
}

TEST(fionbio) {
  int ends[2], on = 1;
  REQUIRE_OK(pipe(ends));
  CHECK_OK(ioctl(ends[0], FIONBIO, &on));
  CHECK_EQ(fcntl(ends[0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  CHECK_ERRNO(read(ends[0], back, 1), EAGAIN);
}

TEST(vectors) {
  int ends[2];
  char a[2], b[10];
  struct iovec out[3] = {{"ab", 2}, {"", 0}, {"cdefg", 5}}, in[2] = {{a, 2}, {b, sizeof b}};
  REQUIRE_OK(pipe(ends));
  CHECK_EQ(writev(ends[1], out, 3), 7);
  CHECK_EQ(readv(ends[0], in, 2), 7);
  CHECK_MEM(a, "ab", 2);
  CHECK_MEM(b, "cdefg", 5);
}

TEST(what_it_is_not) {
  int ends[2];
  REQUIRE_OK(pipe(ends));
  CHECK_ERRNO(lseek(ends[0], 0, SEEK_CUR), ESPIPE);
  CHECK_ERRNO(recv(ends[0], back, 1, 0), ENOTSOCK);
  CHECK_ERRNO(send(ends[1], "x", 1, 0), ENOTSOCK);
  CHECK_ERRNO(getsockname(ends[0], &(struct sockaddr){0}, &(socklen_t){16}), ENOTSOCK);
  CHECK_EQ(isatty(ends[0]), 0);
}

TEST(bad_pointers) {
  int ends[2];
  CHECK_ERRNO(pipe(t_hide_pointer(UINTPTR_MAX - 4095)), EFAULT);
  REQUIRE_OK(pipe(ends));
  CHECK_ERRNO(write(ends[1], t_hide_pointer(UINTPTR_MAX - 4095), 10), EFAULT);
  REQUIRE_EQ(write(ends[1], "x", 1), 1);
  CHECK_ERRNO(read(ends[0], t_hide_pointer(UINTPTR_MAX - 4095), 10), EFAULT);
}

TEST(a_thousand_pipes) {
  for (int i = 0; i < 1000; i++) {
    int ends[2];
    REQUIRE_OK(pipe(ends));
    REQUIRE_EQ(write(ends[1], &i, sizeof i), sizeof i);
    int got = -1;
    REQUIRE_EQ(read(ends[0], &got, sizeof got), sizeof got);
    CHECK_EQ(got, i);
    CHECK_OK(close(ends[0]));
    CHECK_OK(close(ends[1]));
  }
}

TEST(a_million_bytes_through) {
  int ends[2];
  long long in = 0, out = 0;
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  while (out < 1000000) {
    if (in < 1000000) {
      size_t want = (size_t)(1000000 - in < 7777 ? 1000000 - in : 7777);
      t_pattern(data, want, (uint64_t)in);
      ssize_t n = write(ends[1], data, want);
      in += n > 0 ? n : 0;
    }
    ssize_t n = read(ends[0], back, 5001);
    if (n > 0) {
      REQUIRE_EQ(t_pattern_match(back, (size_t)n, (uint64_t)out), n);
      out += n;
    }
  }
  CHECK_EQ(in, out);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(bytes_arrive_in_order);
  RUN(flags);
  RUN(the_ends_have_flags_of_their_own);
  RUN(the_wrong_end);
  RUN(an_empty_pipe);
  RUN(the_end_of_the_stream);
  RUN(a_duplicated_writer_keeps_the_pipe_open);
  RUN(writing_without_a_reader);
  RUN(the_capacity_is_64_kib);
  RUN(a_large_non_blocking_write_is_partial);
  RUN(writes_up_to_pipe_buf_are_atomic);
  RUN(the_capacity_can_be_changed);
  RUN(the_size_of_something_else);
  RUN(fionread_counts);
  RUN(fionbio);
  RUN(vectors);
  RUN(what_it_is_not);
  RUN(bad_pointers);
  RUN(a_thousand_pipes);
  RUN(a_million_bytes_through);
  return T_END();
}
