/* Descriptors without an offset. lseek(2), pread(2). */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

static void make(int fds[3]) {
  REQUIRE_OK(fds[0] = eventfd(3, EFD_NONBLOCK));
  REQUIRE_OK(fds[1] = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  REQUIRE_OK(fds[2] = epoll_create1(0));
}

TEST(seeking_them_moves_nothing) {
  int fds[3];
  make(fds);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(lseek(fds[i], 0, SEEK_CUR), 0);
    CHECK_EQ(lseek(fds[i], 10, SEEK_SET), 0);
    CHECK_EQ(lseek(fds[i], -5, SEEK_END), 0);
    CHECK_ERRNO(lseek(fds[i], 0, 99), EINVAL);
    CHECK_ERRNO(lseek(fds[i], 0, -1), EINVAL);
  }
  uint64_t count = 0;
  CHECK_EQ(read(fds[0], &count, sizeof count), sizeof count);
  CHECK_EQ(count, 3);
}

TEST(they_are_not_read_at_an_offset) {
  int fds[3];
  uint64_t count = 1;
  make(fds);
  for (int i = 0; i < 3; i++) {
    CHECK_ERRNO(pread(fds[i], &count, sizeof count, 0), ESPIPE);
    CHECK_ERRNO(pwrite(fds[i], &count, sizeof count, 0), ESPIPE);
  }
}

TEST(pipes_and_sockets_refuse_to_seek) {
  int fds[3];
  REQUIRE_OK(pipe(fds));
  REQUIRE_OK(fds[2] = socket(AF_INET, SOCK_STREAM, 0));
  for (int i = 0; i < 3; i++) {
    CHECK_ERRNO(lseek(fds[i], 0, SEEK_CUR), ESPIPE);
    CHECK_ERRNO(pread(fds[i], fds, 1, 0), ESPIPE);
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(seeking_them_moves_nothing);
  RUN(they_are_not_read_at_an_offset);
  RUN(pipes_and_sockets_refuse_to_seek);
  return T_END();
}
