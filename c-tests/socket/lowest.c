/*
 * A program that moves the numbers of sockets down, as old ones must that call select(16, ...):
 * it defines __wps_fd_base. Natively that is a constant like any other.
 */
#include "../t.h"

#include <sys/select.h>

enum { BASE = 8, BITS = 16 };
extern const int __wps_fd_base;
const int __wps_fd_base = BASE;

/* The lowest numbers are given first, and again once they are free. */
TEST(sockets_fit_a_small_set) {
  int first = socket(AF_INET, SOCK_DGRAM, 0);
  int second = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE(first >= 0 && first < BITS && second > first && second < BITS);
#ifdef __wasi__
  CHECK(first == BASE && second == BASE + 1);
#endif
  CHECK(close(first) == 0);
  CHECK(socket(AF_INET, SOCK_DGRAM, 0) == first);
}

/* The numbers are good for select with a small set. */
TEST(select_over_sixteen) {
  int fds[2];
  REQUIRE(pipe(fds) == 0);
  REQUIRE(fds[1] < BITS);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fds[0], &set);
  struct timeval none = {0, 0};
  CHECK(select(BITS, &set, NULL, NULL, &none) == 0);
  REQUIRE(write(fds[1], "x", 1) == 1);
  FD_SET(fds[0], &set);
  struct timeval limit = {T_LIMIT_MS / 1000, 0};
  CHECK(select(BITS, &set, NULL, NULL, &limit) == 1 && FD_ISSET(fds[0], &set));
}

/* Files stay below; the one that would get a number of a socket's is refused, not confused. */
TEST(files_do_not_collide) {
  int sock = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(sock >= 0);
  int files[2 * BITS], count = 0;
  while (count < 2 * BITS) {
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    if (fd < 0)
      break;
    CHECK(fd != sock);
    files[count++] = fd;
  }
#ifdef __wasi__
  CHECK(errno == EMFILE && count > 0 && files[count - 1] < BASE);
#endif
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  CHECK(getsockname(sock, (struct sockaddr *)&address, &length) == 0);
  while (count > 0)
    CHECK(close(files[--count]) == 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(sockets_fit_a_small_set);
  RUN(select_over_sixteen);
  RUN(files_do_not_collide);
  return T_END();
}
