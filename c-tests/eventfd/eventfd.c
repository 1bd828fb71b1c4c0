/* eventfd: the counter, semaphores, overflow, blocking, readiness. eventfd(2); ideas: LTP
 * eventfd01..05, eventfd2_01..03, gVisor eventfd. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

static ssize_t put(int fd, uint64_t value) { return write(fd, &value, sizeof value); }

/* The counter as read() gives it; ~0 when it fails (errno says why). */
static uint64_t take(int fd) {
  uint64_t value;
  return read(fd, &value, sizeof value) == sizeof value ? value : ~(uint64_t)0;
}

TEST(reading_gives_the_sum_and_resets) {
  int fd = eventfd(5, EFD_NONBLOCK);
  REQUIRE_OK(fd);
  CHECK_EQ(take(fd), 5);
  CHECK_ERRNO(take(fd), EAGAIN);
  CHECK_EQ(put(fd, 3), 8);
  CHECK_EQ(put(fd, 4), 8);
  CHECK_EQ(take(fd), 7);
  CHECK_ERRNO(take(fd), EAGAIN);
}

TEST(semaphores_count_down) {
  int fd = eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE);
  CHECK_EQ(put(fd, 1), 8);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(take(fd), 1);
  CHECK_ERRNO(take(fd), EAGAIN);
}

TEST(flags) {
  int plain = eventfd(0, 0), both = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  CHECK_EQ(fcntl(plain, F_GETFD), 0);
  CHECK_EQ(fcntl(plain, F_GETFL) & O_NONBLOCK, 0);
  CHECK_EQ(fcntl(both, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(both, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  CHECK_ERRNO(eventfd(0, -1), EINVAL);
  CHECK_EQ(fcntl(plain, F_GETFL) & O_ACCMODE, O_RDWR);
}

TEST(the_counter_does_not_overflow) {
  int fd = eventfd(0, EFD_NONBLOCK);
  CHECK_ERRNO(put(fd, UINT64_MAX), EINVAL);
  CHECK_EQ(put(fd, UINT64_MAX - 1), 8);
  CHECK_ERRNO(put(fd, 1), EAGAIN);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, 0), POLLIN);
  CHECK(take(fd) == UINT64_MAX - 1);
  CHECK_EQ(put(fd, UINT64_MAX - 2), 8);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, 0), POLLIN | POLLOUT);
  CHECK_EQ(put(fd, 1), 8);
  CHECK_ERRNO(put(fd, 1), EAGAIN);
}

TEST(adding_zero_is_not_an_event) {
  int fd = eventfd(0, EFD_NONBLOCK);
  CHECK_EQ(put(fd, 0), 8);
  CHECK_EQ(t_poll(fd, POLLIN, 0), 0);
  CHECK_ERRNO(take(fd), EAGAIN);
}

TEST(sizes) {
  int fd = eventfd(1, EFD_NONBLOCK);
  unsigned char buffer[16];
  CHECK_ERRNO(read(fd, buffer, 7), EINVAL);
  CHECK_ERRNO(read(fd, buffer, 0), EINVAL);
  CHECK_ERRNO(write(fd, buffer, 7), EINVAL);
  CHECK_EQ(read(fd, buffer, 16), 8);
  CHECK_EQ(put(fd, 9), 8);
  CHECK_ERRNO(read(fd, t_hide_pointer(UINTPTR_MAX - 4095), 8), EFAULT);
}

TEST(poll_states) {
  int fd = eventfd(0, 0);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT | POLLRDHUP | POLLPRI, 0), POLLOUT);
  CHECK_EQ(put(fd, 1), 8);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, 0), POLLIN | POLLOUT);
  CHECK_EQ(take(fd), 1);
  CHECK_EQ(t_poll(fd, POLLIN, 20), 0);
}

TEST(a_blocking_read_with_a_value_returns) {
  int fd = eventfd(0, 0);
  CHECK_EQ(put(fd, 17), 8);
  CHECK_EQ(take(fd), 17);
}

TEST(glibc_helpers) {
  int fd = eventfd(0, EFD_NONBLOCK);
  eventfd_t value = 0;
  CHECK_EQ(eventfd_write(fd, 6), 0);
  CHECK_EQ(eventfd_read(fd, &value), 0);
  CHECK_EQ(value, 6);
  CHECK_ERRNO(eventfd_read(fd, &value), EAGAIN);
  CHECK_ERRNO(eventfd_write(-1, 6), EBADF);
}

TEST(duplicates_share_the_counter) {
  int fd = eventfd(0, EFD_NONBLOCK), copy = dup(fd);
  CHECK_EQ(put(fd, 2), 8);
  CHECK_EQ(put(copy, 3), 8);
  CHECK_OK(close(fd));
  CHECK_EQ(take(copy), 5);
}

TEST(vectors) {
  int fd = eventfd(0, EFD_NONBLOCK);
  uint64_t value = 4;
  struct iovec part = {&value, sizeof value};
  CHECK_EQ(writev(fd, &part, 1), 8);
  value = 0;
  CHECK_EQ(readv(fd, &part, 1), 8);
  CHECK_EQ(value, 4);
}

TEST(it_is_no_socket) {
  int fd = eventfd(0, 0);
  char byte;
  CHECK_ERRNO(recv(fd, &byte, 1, 0), ENOTSOCK);
  CHECK_ERRNO(send(fd, &byte, 1, 0), ENOTSOCK);
  CHECK_ERRNO(ftruncate(fd, 0), EINVAL);
}

TEST(together_with_sockets) {
  int fd = eventfd(0, 0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[2] = {{fd, POLLIN, 0}, {pair[0], POLLIN, 0}};
  CHECK_EQ(poll(p, 2, 10), 0);
  CHECK_EQ(put(fd, 1), 8);
  CHECK_EQ(poll(p, 2, -1), 1);
  CHECK_EQ(p[0].revents, POLLIN);
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[0], POLLIN));
  CHECK_EQ(poll(p, 2, -1), 2);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(reading_gives_the_sum_and_resets);
  RUN(semaphores_count_down);
  RUN(flags);
  RUN(the_counter_does_not_overflow);
  RUN(adding_zero_is_not_an_event);
  RUN(sizes);
  RUN(poll_states);
  RUN(a_blocking_read_with_a_value_returns);
  RUN(glibc_helpers);
  RUN(duplicates_share_the_counter);
  RUN(vectors);
  RUN(it_is_no_socket);
  RUN(together_with_sockets);
  return T_END();
}
