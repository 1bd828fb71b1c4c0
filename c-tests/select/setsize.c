/* A program built for more descriptors. On many systems FD_SETSIZE may be raised before the first
 * header; glibc ignores it, so natively this is the same test with the usual size. select(2). */
#ifdef __wasi__
#define FD_SETSIZE 4096
#endif
#include "../t.h"

#include <sys/resource.h>
#include <sys/select.h>

TEST(the_set_holds_what_fd_setsize_says) {
  fd_set set;
  CHECK_EQ(sizeof set, FD_SETSIZE / 8);
  FD_ZERO(&set);
  FD_SET(FD_SETSIZE - 1, &set);
  CHECK(FD_ISSET(FD_SETSIZE - 1, &set));
  FD_CLR(FD_SETSIZE - 1, &set);
  CHECK(!FD_ISSET(FD_SETSIZE - 1, &set));
}

TEST(select_serves_up_to_fd_setsize) {
  static int fds[FD_SETSIZE];
  static fd_set in, out;
  int count = 0, last = -1, from = t_bound(AF_INET, SOCK_DGRAM);
  struct rlimit limit;
  char byte;
  REQUIRE_OK(getrlimit(RLIMIT_NOFILE, &limit));
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < FD_SETSIZE + 10) {
    limit.rlim_cur = FD_SETSIZE + 10;
    REQUIRE_OK(setrlimit(RLIMIT_NOFILE, &limit));
  }
  FD_ZERO(&in);
  FD_ZERO(&out);
  while (last < FD_SETSIZE - 1) {
    REQUIRE_OK(last = t_bound(AF_INET, SOCK_DGRAM));
    REQUIRE(last < FD_SETSIZE);
    fds[count++] = last;
    FD_SET(last, &in);
    FD_SET(last, &out);
  }
  CHECK_EQ(select(FD_SETSIZE, NULL, &out, NULL, NULL), count);
  struct t_addr to = t_local(last);
  REQUIRE_EQ(sendto(from, "x", 1, 0, &to.sa.any, to.len), 1);
  CHECK_EQ(select(FD_SETSIZE, &in, NULL, NULL, NULL), 1);
  CHECK(FD_ISSET(last, &in));
  for (int i = 0; i < count - 1; i++)
    CHECK(!FD_ISSET(fds[i], &in));
  CHECK_EQ(recv(last, &byte, 1, 0), 1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(the_set_holds_what_fd_setsize_says);
  RUN(select_serves_up_to_fd_setsize);
  return T_END();
}
