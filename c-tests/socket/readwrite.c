/* read(), write(), readv(), writev() and close() on sockets are recv() and send() with no flags.
 * read(2), readv(2), socket(7); ideas: gVisor BasicReadWrite, readv_socket. */
#include "../t.h"

TEST(read_and_write) {
  int pair[2];
  char buffer[16] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(write(pair[0], "hello", 5), 5);
  CHECK_EQ(t_recv_all(pair[1], buffer, 5), 5);
  CHECK_STR(buffer, "hello");
  CHECK_EQ(send(pair[1], "reply", 5, 0), 5);
  REQUIRE(t_wait_bytes(pair[0], 5));
  CHECK_EQ(read(pair[0], buffer, sizeof buffer), 5);
  CHECK_MEM(buffer, "reply", 5);
}

TEST(read_at_the_end) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(close(pair[0]));
  CHECK_EQ(read(pair[1], &c, 1), 0);
  CHECK_EQ(read(pair[1], &c, 1), 0);
}

TEST(read_nonblocking) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_set_nonblock(pair[1], 1));
  CHECK_ERRNO(read(pair[1], &c, 1), EAGAIN);
  CHECK_EQ(write(pair[0], "x", 1), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_EQ(read(pair[1], &c, 1), 1);
  CHECK_ERRNO(read(pair[1], &c, 1), EAGAIN);
}

TEST(unconnected) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  char c = 0;
  struct iovec iov = {&c, 1};
  REQUIRE_OK(fd);
  CHECK_ERRNO(read(fd, &c, 1), ENOTCONN);
  CHECK_ERRNO(readv(fd, &iov, 1), ENOTCONN);
  CHECK_ERRNO2(write(fd, &c, 1), EPIPE, ENOTCONN);
  CHECK_ERRNO2(writev(fd, &iov, 1), EPIPE, ENOTCONN);
}

TEST(writev_sends_every_part) {
  int pair[2];
  char buffer[32] = "";
  struct iovec iov[] = {{"one ", 4}, {"", 0}, {"two ", 4}, {NULL, 0}, {"three", 5}};
  REQUIRE_OK(t_tcp_pair(AF_INET6, pair));
  CHECK_EQ(writev(pair[0], iov, 5), 13);
  CHECK_EQ(t_recv_all(pair[1], buffer, 13), 13);
  CHECK_STR(buffer, "one two three");
}

TEST(readv_fills_the_parts_in_order) {
  int pair[2];
  char a[3], b[4], c[8];
  struct iovec iov[] = {{a, 3}, {NULL, 0}, {b, 4}, {c, 8}};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(t_send_all(pair[0], "0123456789", 10), 10);
  REQUIRE(t_wait_bytes(pair[1], 10));
  CHECK_EQ(readv(pair[1], iov, 4), 10);
  CHECK_MEM(a, "012", 3);
  CHECK_MEM(b, "3456", 4);
  CHECK_MEM(c, "789", 3);
}

TEST(readv_takes_what_is_there) {
  int pair[2];
  char a[4] = {0}, b[4] = {'-', '-', '-', '-'};
  struct iovec iov[] = {{a, 4}, {b, 4}};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(t_send_all(pair[0], "012345", 6), 6);
  REQUIRE(t_wait_bytes(pair[1], 6));
  CHECK_EQ(readv(pair[1], iov, 2), 6);
  CHECK_MEM(a, "0123", 4);
  CHECK_MEM(b, "45--", 4);
}

TEST(iov_counts) {
  int pair[2];
  static struct iovec iov[IOV_MAX + 1];
  char c = 'm';
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i <= IOV_MAX; i++)
    iov[i] = (struct iovec){&c, 1};
  CHECK_EQ(writev(pair[0], iov, 0), 0);
  CHECK_ERRNO(writev(pair[0], iov, (int)t_hide(-1)), EINVAL);
  CHECK_ERRNO(writev(pair[0], iov, IOV_MAX + 1), EINVAL);
  CHECK_ERRNO(readv(pair[1], iov, (int)t_hide(-1)), EINVAL);
  CHECK_ERRNO(readv(pair[1], iov, IOV_MAX + 1), EINVAL);
  CHECK_EQ(writev(pair[0], iov, IOV_MAX), IOV_MAX);
  REQUIRE(t_wait_bytes(pair[1], IOV_MAX));
  CHECK_EQ(readv(pair[1], iov, IOV_MAX), IOV_MAX);
}

TEST(iov_lengths_that_overflow) {
  int pair[2];
  char c[2] = {'a', 'b'};
  struct iovec iov[] = {{c, 1}, {c, SIZE_MAX / 2 + 1}};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(writev(pair[0], iov, 2), EINVAL);
  CHECK_ERRNO(readv(pair[0], iov, 2), EINVAL);
  CHECK_ERRNO(recv(pair[1], c, 1, MSG_DONTWAIT), EAGAIN);
}

TEST(zero_bytes) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(write(pair[0], "", 0), 0);
  CHECK_EQ(read(pair[0], &c, 0), 0);
  CHECK_EQ(read(pair[0], NULL, 0), 0);
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_DONTWAIT), EAGAIN);
}

TEST(close_returns_zero_once) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(close(pair[0]), 0);
  CHECK_ERRNO(close(pair[0]), EBADF);
  CHECK_EQ(close(pair[1]), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(read_and_write);
  RUN(read_at_the_end);
  RUN(read_nonblocking);
  RUN(unconnected);
  RUN(writev_sends_every_part);
  RUN(readv_fills_the_parts_in_order);
  RUN(readv_takes_what_is_there);
  RUN(iov_counts);
  RUN(iov_lengths_that_overflow);
  RUN(zero_bytes);
  RUN(close_returns_zero_once);
  return T_END();
}
