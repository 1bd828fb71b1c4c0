/* An nfds beyond the fd_set. Linux looks at no descriptor beyond those
 * the process has room for, so select(getdtablesize(), ...) with an ordinary fd_set is harmless. */
#include "../t.h"
#include <sys/select.h>

TEST(nfds_beyond_the_set) {
  int ends[2];
  struct { fd_set in; unsigned char behind[1 << 17]; } s;
  struct timeval none = {0, 0};
  REQUIRE_OK(pipe(ends));
  CHECK_EQ(write(ends[1], "x", 1), 1);
  memset(s.behind, 0xaa, sizeof s.behind);
  FD_ZERO(&s.in);
  FD_SET(ends[0], &s.in);
  CHECK_EQ(select(getdtablesize(), &s.in, NULL, NULL, &none), 1);
  CHECK(FD_ISSET(ends[0], &s.in));
  for (size_t i = 0; i < sizeof s.behind; i++)
    REQUIRE_EQ(s.behind[i], 0xaa);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(nfds_beyond_the_set);
  return T_END();
}
