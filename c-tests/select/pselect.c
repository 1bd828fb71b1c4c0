/* pselect: timeouts as timespec that stay untouched. Signal masks are in signals/. pselect(2);
 * ideas: LTP pselect01..03. */
#include "../t.h"

#include <sys/select.h>

TEST(like_select_without_a_mask) {
  int pair[2];
  fd_set in, out;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(pair[0], &in);
  FD_SET(pair[0], &out);
  struct timespec limit = {5, 0};
  CHECK_EQ(pselect(pair[0] + 1, &in, &out, NULL, &limit, NULL), 1);
  CHECK(!FD_ISSET(pair[0], &in) && FD_ISSET(pair[0], &out));
  CHECK_EQ(limit.tv_sec, 5);
  CHECK_EQ(limit.tv_nsec, 0);
  CHECK_EQ(pselect(pair[0] + 1, NULL, &out, NULL, NULL, NULL), 1);
}

TEST(the_timeout_is_waited_for_and_not_changed) {
  int pair[2];
  fd_set in;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&in);
  FD_SET(pair[0], &in);
  struct timespec limit = {0, 60000000};
  long long start = t_now_ms();
  CHECK_EQ(pselect(pair[0] + 1, &in, NULL, NULL, &limit, NULL), 0);
  CHECK(t_now_ms() - start >= 59);
  CHECK(!FD_ISSET(pair[0], &in));
  CHECK_EQ(limit.tv_nsec, 60000000);
  start = t_now_ms();
  CHECK_EQ(pselect(0, NULL, NULL, NULL, &limit, NULL), 0);
  CHECK(t_now_ms() - start >= 59);
}

TEST(bad_arguments) {
  int pair[2];
  fd_set out;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&out);
  FD_SET(pair[0], &out);
  static const struct timespec bad[] = {{0, 1000000000}, {0, -1}, {-1, 0}};
  struct timespec zero = {0, 0};
  for (int i = 0; i < 3; i++)
    CHECK_ERRNO(pselect(pair[0] + 1, NULL, &out, NULL, &bad[i], NULL), EINVAL);
  CHECK_ERRNO(pselect((int)t_hide(-1), NULL, &out, NULL, &zero, NULL), EINVAL);
  CHECK_OK(close(pair[0]));
  CHECK_ERRNO(pselect(pair[0] + 1, NULL, &out, NULL, &zero, NULL), EBADF);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(like_select_without_a_mask);
  RUN(the_timeout_is_waited_for_and_not_changed);
  RUN(bad_arguments);
  return T_END();
}
