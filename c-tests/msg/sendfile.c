/* sendfile and splice. sendfile(2), splice(2); ideas: LTP sendfile02..09, splice01..07. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/timerfd.h>

enum { SIZE = 200000 };
static unsigned char data[SIZE], back[SIZE];
static const char *const scratch = "sendfile.tmp";

/* A file with the pattern in it, its offset at 0. */
static int make_file(void) {
  int fd = open(scratch, O_RDWR | O_CREAT | O_TRUNC, 0600);
  ssize_t n;
  t_pattern(data, SIZE, 0);
  for (size_t done = 0; fd != -1 && done < SIZE; done += (size_t)n)
    if ((n = write(fd, data + done, SIZE - done)) <= 0)
      return -1;
  return fd != -1 && lseek(fd, 0, SEEK_SET) == 0 ? fd : -1;
}

TEST(from_the_files_offset) {
  int file = make_file(), pair[2];
  REQUIRE_OK(file);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(sendfile(pair[0], file, NULL, 1000), 1000);
  CHECK_EQ(lseek(file, 0, SEEK_CUR), 1000);
  REQUIRE_EQ(sendfile(pair[0], file, NULL, 500), 500);
  CHECK_EQ(t_drain(pair[1], 1500, 0), 1500);
  CHECK_OK(unlink(scratch));
}

TEST(from_an_offset_of_its_own) {
  int file = make_file(), pair[2];
  off_t offset = 12345;
  REQUIRE_OK(file);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(sendfile(pair[0], file, &offset, 1000), 1000);
  CHECK_EQ(offset, 13345);
  CHECK_EQ(lseek(file, 0, SEEK_CUR), 0);
  CHECK_EQ(t_drain(pair[1], 1000, 12345), 1000);
  CHECK_OK(unlink(scratch));
}

TEST(the_name_for_large_files) {
  int pair[2], file = make_file();
  off64_t offset = 777;
  REQUIRE_OK(file);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(sendfile64(pair[0], file, &offset, 1000), 1000);
  CHECK_EQ(offset, 1777);
  CHECK_EQ(t_drain(pair[1], 1000, 777), 1000);
  CHECK_OK(unlink(scratch));
}

TEST(up_to_the_end_of_the_file) {
  int file = make_file(), pair[2];
  off_t offset = SIZE - 100;
  REQUIRE_OK(file);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(sendfile(pair[0], file, &offset, 1000000), 100);
  CHECK_EQ(offset, SIZE);
  CHECK_EQ(sendfile(pair[0], file, &offset, 1000), 0);
  offset = SIZE + 5000;
  CHECK_EQ(sendfile(pair[0], file, &offset, 1000), 0);
  CHECK_EQ(t_drain(pair[1], 100, SIZE - 100), 100);
  CHECK_OK(unlink(scratch));
}

TEST(a_whole_file_to_a_reader) {
  int file = make_file(), peer = peer_open(), fd = socket(AF_INET, SOCK_STREAM, 0);
  int port = (int)peer_number(peer, "listen 0 127.0.0.1");
  char want[60];
  long long done = 0;
  REQUIRE_OK(file);
  REQUIRE_OK(t_connect(fd, t_loopback(AF_INET, port)));
  REQUIRE(peer_run(peer, "accept 1 0"));
  REQUIRE_OK(peer_start(peer, "drain 1"));
  while (done < SIZE) {
    ssize_t n = sendfile(fd, file, NULL, (size_t)(SIZE - done));
    REQUIRE(n > 0);
    done += n;
  }
  CHECK_OK(close(fd));
  snprintf(want, sizeof want, "%d %016llx eof", SIZE,
           (unsigned long long)t_hash(T_HASH_START, data, SIZE));
  CHECK_STR(peer_answer(peer), want);
  CHECK_OK(unlink(scratch));
}

TEST(into_a_full_non_blocking_socket) {
  int file = make_file(), pair[2];
  off_t offset = 0, before;
  ssize_t n;
  REQUIRE_OK(file);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE(t_fill(pair[0]) > 0);
  CHECK_OK(t_set_nonblock(pair[0], 1));
  do {
    before = offset = 0;
    n = sendfile(pair[0], file, &offset, 1000);
    CHECK_EQ(offset - before, n > 0 ? n : 0);
  } while (n > 0);
  CHECK_EQ(errno, EAGAIN);
  CHECK_OK(unlink(scratch));
}

TEST(into_a_file_and_a_pipe) {
  int file = make_file(), out = open("sendfile2.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600), ends[2];
  off_t offset = 100;
  REQUIRE_OK(file);
  REQUIRE_OK(out);
  REQUIRE_OK(pipe(ends));
  REQUIRE_EQ(sendfile(out, file, &offset, 5000), 5000);
  CHECK_EQ(pread(out, back, 6000, 0), 5000);
  CHECK_EQ(t_pattern_match(back, 5000, 100), 5000);
  REQUIRE_EQ(sendfile(ends[1], file, &offset, 2000), 2000);
  CHECK_EQ(read(ends[0], back, 6000), 2000);
  CHECK_EQ(t_pattern_match(back, 2000, 5100), 2000);
  CHECK_OK(unlink(scratch));
  CHECK_OK(unlink("sendfile2.tmp"));
}

TEST(sendfile_errors) {
  int file = make_file(), pair[2];
  off_t offset = -1;
  REQUIRE_OK(file);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(sendfile(pair[0], -1, NULL, 10), EBADF);
  CHECK_ERRNO(sendfile(-1, file, NULL, 10), EBADF);
  CHECK_ERRNO(sendfile(pair[0], file, &offset, 10), EINVAL);
  CHECK_EQ(sendfile(pair[0], file, NULL, 0), 0);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_ERRNO(sendfile(pair[0], file, NULL, 10), EPIPE);
  CHECK_OK(unlink(scratch));
}

/* Nothing can be moved between any two files but from a socket or a pipe; something only to and from those that hold
   bytes. */
TEST(sendfile_by_kinds) {
  int file = make_file(), null = open("/dev/null", O_RDWR), pair[2], pipes[2];
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), event = eventfd(3, EFD_NONBLOCK);
  int set = epoll_create1(0);
  REQUIRE_OK(pipe(pipes));
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int none[] = {file, null, timer, event, set}, holds[] = {timer, event, set};
  for (int from = 0; from < 5; from++) {
    for (int to = 0; to < 5; to++)
      CHECK_EQ(sendfile(none[to], none[from], NULL, 0), 0);
    CHECK_EQ(sendfile(pair[0], none[from], NULL, 0), 0);
    CHECK_EQ(sendfile(pipes[1], none[from], NULL, 0), 0);
    CHECK_ERRNO(sendfile(none[from], pair[0], NULL, 0), EINVAL);
    CHECK_ERRNO(sendfile(none[from], pipes[0], NULL, 0), EINVAL);
  }
  for (int i = 0; i < 3; i++) {
    CHECK_ERRNO(sendfile(holds[i], file, NULL, 8), EINVAL);
    CHECK_ERRNO(sendfile(pair[0], holds[i], NULL, 8), EINVAL);
    CHECK_ERRNO(sendfile(pipes[1], holds[i], NULL, 8), EINVAL);
  }
  CHECK_ERRNO(sendfile(pipes[1], null, NULL, 8), EINVAL);
  CHECK_EQ(sendfile(null, file, NULL, 8), 8);
  CHECK_EQ(lseek(file, 0, SEEK_CUR), 8);
  CHECK_OK(unlink(scratch));
}

TEST(splice_from_socket_to_pipe_to_socket) {
  int in[2], out[2], ends[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, in));
  REQUIRE_OK(t_tcp_pair(AF_INET, out));
  REQUIRE_OK(pipe(ends));
  t_pattern(data, 5000, 0);
  REQUIRE_EQ(t_send_all(in[0], data, 5000), 5000);
  long long moved = 0;
  while (moved < 5000) {
    ssize_t n = splice(in[1], NULL, ends[1], NULL, 4096, SPLICE_F_MOVE);
    REQUIRE(n > 0);
    for (ssize_t left = n; left > 0;) {
      ssize_t m = splice(ends[0], NULL, out[0], NULL, (size_t)left, 0);
      REQUIRE(m > 0);
      left -= m;
    }
    moved += n;
  }
  CHECK_EQ(t_drain(out[1], 5000, 0), 5000);
}

TEST(splice_from_a_file) {
  int file = make_file(), ends[2];
  off_t offset = 777;
  REQUIRE_OK(file);
  REQUIRE_OK(pipe(ends));
  unsigned hints = SPLICE_F_MOVE | SPLICE_F_MORE | SPLICE_F_GIFT;
  REQUIRE_EQ(splice(file, &offset, ends[1], NULL, 1000, hints), 1000);
  CHECK_EQ(offset, 1777);
  CHECK_EQ(lseek(file, 0, SEEK_CUR), 0);
  CHECK_EQ(read(ends[0], back, 2000), 1000);
  CHECK_EQ(t_pattern_match(back, 1000, 777), 1000);
  CHECK_OK(unlink(scratch));
}

TEST(splice_at_the_end) {
  int pair[2], ends[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(pipe(ends));
  CHECK_OK(t_set_nonblock(pair[1], 1));
  CHECK_ERRNO(splice(pair[1], NULL, ends[1], NULL, 100, SPLICE_F_NONBLOCK), EAGAIN);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  REQUIRE(t_wait(pair[1], POLLRDHUP));
  CHECK_EQ(splice(pair[1], NULL, ends[1], NULL, 100, 0), 0);
}

/* What does not fit stays in the socket. */
TEST(splice_into_a_nearly_full_pipe) {
  int pair[2], ends[2];
  long long moved = 0, out = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  for (int i = 0; i < 15; i++)
    REQUIRE_EQ(write(ends[1], back, 4096), 4096);
  t_pattern(data, 20000, 0);
  REQUIRE_EQ(t_send_all(pair[0], data, 20000), 20000);
  REQUIRE(t_wait_bytes(pair[1], 20000));
  CHECK_OK(t_set_nonblock(pair[1], 1));
  ssize_t n = splice(pair[1], NULL, ends[1], NULL, 20000, SPLICE_F_NONBLOCK);
  REQUIRE(n > 0);
  CHECK(n < 20000);
  moved = n;
  while ((n = splice(pair[1], NULL, ends[1], NULL, 20000, SPLICE_F_NONBLOCK)) > 0)
    moved += n;
  CHECK_EQ(errno, EAGAIN);
  CHECK(moved < 20000);
  for (int i = 0; i < 15; i++)
    REQUIRE_EQ(read(ends[0], back, 4096), 4096);
  while (out < 20000) {
    while ((n = read(ends[0], back, sizeof back)) > 0) {
      REQUIRE_EQ(t_pattern_match(back, (size_t)n, (uint64_t)out), n);
      out += n;
    }
    n = splice(pair[1], NULL, ends[1], NULL, 20000, SPLICE_F_NONBLOCK);
    moved += n > 0 ? n : 0;
    REQUIRE(n > 0 || out == 20000);
  }
  CHECK_EQ(moved, 20000);
}

/* What the socket does not take stays in the pipe. */
TEST(splice_into_a_full_socket) {
  int pair[2], ends[2], left = 0;
  ssize_t n = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(pipe(ends));
  long long sent = t_fill(pair[0]);
  REQUIRE(sent > 0);
  CHECK_OK(t_set_nonblock(pair[0], 1));
  /* Some more may still fit: "full" for poll() is not full for a send. */
  while (n != -1) {
    if (left == 0) {
      t_pattern(data, 5000, (uint64_t)sent);
      REQUIRE_EQ(write(ends[1], data, 5000), 5000);
      left = 5000;
    }
    n = splice(ends[0], NULL, pair[0], NULL, (size_t)left, 0);
    left -= n > 0 ? (int)n : 0;
    sent += n > 0 ? n : 0;
  }
  CHECK_EQ(errno, EAGAIN);
  int waiting = -1;
  CHECK_OK(ioctl(ends[0], FIONREAD, &waiting));
  CHECK_EQ(waiting, left);
  REQUIRE_EQ(t_drain(pair[1], sent, 0), sent);
  for (int rest = left; rest > 0; rest -= (int)n) {
    REQUIRE(t_wait(pair[0], POLLOUT));
    REQUIRE((n = splice(ends[0], NULL, pair[0], NULL, (size_t)rest, 0)) > 0);
  }
  CHECK_EQ(t_drain(pair[1], left, (uint64_t)sent), left);
}

/* sendfile into a socket with little room: what was not sent is not skipped in the file. */
TEST(a_partial_sendfile) {
  int file = make_file(), pair[2];
  off_t offset = 0;
  long long sent = 0, got = 0;
  REQUIRE_OK(file);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(t_set_nonblock(pair[0], 1));
  CHECK_OK(t_set_int(pair[0], SOL_SOCKET, SO_SNDBUF, 8192));
  CHECK_OK(t_set_int(pair[1], SOL_SOCKET, SO_RCVBUF, 8192));
  while (sent < SIZE) {
    ssize_t n = sendfile(pair[0], file, &offset, (size_t)(SIZE - sent));
    if (n == -1) {
      REQUIRE_EQ(errno, EAGAIN);
      struct pollfd p[2] = {{pair[0], POLLOUT, 0}, {pair[1], POLLIN, 0}};
      REQUIRE(poll(p, 2, T_LIMIT_MS) > 0);
    } else {
      sent += n;
    }
    CHECK_EQ(offset, sent);
    for (ssize_t m; (m = recv(pair[1], back, 5000, MSG_DONTWAIT)) > 0; got += m)
      REQUIRE_EQ(t_pattern_match(back, (size_t)m, (uint64_t)got), m);
    if (sent == SIZE)
      CHECK_EQ(t_drain(pair[1], SIZE - got, (uint64_t)got), SIZE - got);
  }
  CHECK_OK(unlink(scratch));
}

TEST(splice_errors) {
  int pair[2], other[2], ends[2];
  off_t offset = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_tcp_pair(AF_INET, other));
  REQUIRE_OK(pipe(ends));
  CHECK_ERRNO(splice(pair[1], NULL, other[0], NULL, 100, 0), EINVAL);
  CHECK_ERRNO(splice(-1, NULL, ends[1], NULL, 100, 0), EBADF);
  CHECK_ERRNO(splice(ends[0], &offset, pair[0], NULL, 100, 0), ESPIPE);
  CHECK_ERRNO(splice(ends[0], NULL, ends[1], NULL, 100, 0), EINVAL);
  CHECK_EQ(splice(ends[0], NULL, pair[0], NULL, 0, 0), 0);
}

TEST(vmsplice_fills_a_pipe) {
  int ends[2];
  char got[16] = "";
  struct iovec parts[] = {{(void *)"hello ", 6}, {(void *)"there", 5}};
  REQUIRE_OK(pipe(ends));
  CHECK_EQ(vmsplice(ends[1], parts, 2, 0), 11);
  CHECK_EQ(read(ends[0], got, sizeof got - 1), 11);
  CHECK_STR(got, "hello there");
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_ERRNO(vmsplice(fd, parts, 2, 0), EBADF);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(from_the_files_offset);
  RUN(from_an_offset_of_its_own);
  RUN(the_name_for_large_files);
  RUN(up_to_the_end_of_the_file);
  RUN(a_whole_file_to_a_reader);
  RUN(into_a_full_non_blocking_socket);
  RUN(into_a_file_and_a_pipe);
  RUN(sendfile_errors);
  RUN(sendfile_by_kinds);
  RUN(splice_from_socket_to_pipe_to_socket);
  RUN(splice_from_a_file);
  RUN(splice_at_the_end);
  RUN(splice_into_a_nearly_full_pipe);
  RUN(splice_into_a_full_socket);
  RUN(a_partial_sendfile);
  RUN(splice_errors);
  RUN(vmsplice_fills_a_pipe);
  return T_END();
}
