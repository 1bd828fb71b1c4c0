/* shutdown(2) of a connection of which nothing is left: both directions have ended, or it was reset. */
#include "../t.h"

TEST(both_ends_shut_their_write_side) {
  int pair[2];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  REQUIRE(t_wait(pair[1], POLLRDHUP));
  CHECK_OK(shutdown(pair[1], SHUT_WR));
  REQUIRE(t_wait(pair[0], POLLRDHUP));
  for (int i = 0; i < 2; i++) {
    CHECK_ERRNO(shutdown(pair[i], SHUT_WR), ENOTCONN);
    CHECK_ERRNO(shutdown(pair[i], SHUT_RD), ENOTCONN);
    CHECK_ERRNO(shutdown(pair[i], SHUT_RDWR), ENOTCONN);
    CHECK_EQ(recv(pair[i], &byte, 1, 0), 0);
    CHECK_ERRNO(send(pair[i], &byte, 1, MSG_NOSIGNAL), EPIPE);
  }
}

/* The end may not have been read yet, with bytes before it. */
TEST(with_unread_bytes) {
  int pair[2];
  char got[8];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(send(pair[1], "bytes", 5, 0), 5);
  REQUIRE(t_wait_bytes(pair[0], 5));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_OK(shutdown(pair[1], SHUT_WR));
  T_UNTIL(shutdown(pair[0], SHUT_WR) == -1);
  CHECK_ERRNO(shutdown(pair[0], SHUT_RDWR), ENOTCONN);
  CHECK_EQ(recv(pair[0], got, sizeof got, 0), 5);
  CHECK_EQ(recv(pair[0], got, sizeof got, 0), 0);
}

TEST(one_end_is_not_enough) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  REQUIRE(t_wait(pair[1], POLLRDHUP));
  CHECK_OK(shutdown(pair[0], SHUT_RDWR));
  CHECK_OK(shutdown(pair[1], SHUT_RD));
  CHECK_OK(shutdown(pair[1], SHUT_RD));
}

TEST(after_a_reset) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[1], "x", 1, 0), 1);
  CHECK_OK(close(pair[0]));
  /* On Linux unread bytes reset it at once; anywhere else sending to nobody does. */
  T_UNTIL(send(pair[1], "x", 1, MSG_NOSIGNAL) == -1);
  T_UNTIL(t_poll(pair[1], 0, 0) & (POLLHUP | POLLERR));
  CHECK_ERRNO(shutdown(pair[1], SHUT_RDWR), ENOTCONN);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(both_ends_shut_their_write_side);
  RUN(with_unread_bytes);
  RUN(one_end_is_not_enough);
  RUN(after_a_reset);
  return T_END();
}
