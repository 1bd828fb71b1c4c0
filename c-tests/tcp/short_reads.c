/* A read gives all that has arrived, also behind what a wait has seen before. The reader is told that
 * everything is there by a second connection, on which the sender sends after that. */
#include "../t.h"
#include <sys/select.h>

static char data[9000], got[20000];

/* A connection, of which poll() has seen 4 bytes, and 57 more are on the way; a second one. */
static int started(int pair[2], int other[2]) {
  if (t_tcp_pair(AF_INET, pair) || t_tcp_pair(AF_INET, other))
    return -1;
  t_set_int(pair[0], IPPROTO_TCP, TCP_NODELAY, 1);
  return send(pair[0], data, 4, 0) == 4 && t_wait(pair[1], POLLIN) ? 0 : -1;
}

/* The rest is sent and given the time to come. Nothing here asks about the connection itself. */
static void arrive(int pair[2], int other[2], size_t size) {
  char byte;
  CHECK_EQ(send(pair[0], data + 4, size, 0), (ssize_t)size);
  CHECK_EQ(send(other[0], "!", 1, 0), 1);
  CHECK_EQ(recv(other[1], &byte, 1, 0), 1);
  t_pause_ms(30);
}

TEST(after_a_pause) {
  int pair[2], other[2];
  REQUIRE_OK(started(pair, other));
  arrive(pair, other, 57);
  CHECK_EQ(recv(pair[1], got, sizeof got, MSG_DONTWAIT), 61);
  CHECK_MEM(got, data, 61);
}

TEST(after_more_waits) {
  int pair[2], other[2];
  REQUIRE_OK(started(pair, other));
  for (int i = 0; i < 5; i++)
    CHECK_EQ(t_poll(pair[1], POLLIN | POLLOUT, 0), POLLIN | POLLOUT);
  arrive(pair, other, 57);
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), POLLIN);
  CHECK_EQ(read(pair[1], got, sizeof got), 61);
  CHECK_MEM(got, data, 61);
}

TEST(a_blocking_read) {
  int pair[2], other[2];
  REQUIRE_OK(started(pair, other));
  arrive(pair, other, 3000);
  CHECK_EQ(recv(pair[1], got, sizeof got, 0), 3004);
  CHECK_MEM(got, data, 3004);
}

TEST(into_several_parts) {
  int pair[2], other[2];
  struct iovec parts[4] = {{got, 2}, {got + 2, 2}, {got + 4, 30}, {got + 34, 4000}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 4};
  REQUIRE_OK(started(pair, other));
  arrive(pair, other, 57);
  CHECK_EQ(recvmsg(pair[1], &message, MSG_DONTWAIT), 61);
  CHECK_MEM(got, data, 61);
}

TEST(after_a_look_with_peek) {
  int pair[2], other[2];
  REQUIRE_OK(started(pair, other));
  CHECK_EQ(recv(pair[1], got, sizeof got, MSG_PEEK), 4);
  arrive(pair, other, 57);
  CHECK_EQ(recv(pair[1], got, sizeof got, MSG_DONTWAIT), 61);
}

TEST(after_fionread) {
  int pair[2], other[2], count = 0;
  REQUIRE_OK(started(pair, other));
  REQUIRE_OK(ioctl(pair[1], FIONREAD, &count));
  CHECK_EQ(count, 4);
  arrive(pair, other, 57);
  CHECK_EQ(recv(pair[1], got, sizeof got, MSG_DONTWAIT), 61);
}

TEST(after_select) {
  int pair[2], other[2];
  fd_set set;
  struct timeval none = {0, 0};
  REQUIRE_OK(started(pair, other));
  arrive(pair, other, 57);
  FD_ZERO(&set);
  FD_SET(pair[1], &set);
  CHECK_EQ(select(pair[1] + 1, &set, NULL, NULL, &none), 1);
  CHECK_EQ(recv(pair[1], got, sizeof got, MSG_DONTWAIT), 61);
}

/* A read that has room for no more than was seen takes just that, and the next one the rest. */
TEST(the_rest_stays_in_order) {
  int pair[2], other[2];
  REQUIRE_OK(started(pair, other));
  arrive(pair, other, 57);
  CHECK_EQ(recv(pair[1], got, 4, MSG_DONTWAIT), 4);
  CHECK_EQ(recv(pair[1], got + 4, 10, MSG_DONTWAIT), 10);
  CHECK_EQ(recv(pair[1], got + 14, sizeof got - 14, MSG_DONTWAIT), 47);
  CHECK_MEM(got, data, 61);
  CHECK_ERRNO(recv(pair[1], got, 1, MSG_DONTWAIT), EAGAIN);
}

/* The end stands behind what came. */
TEST(and_the_end_after_it) {
  int pair[2], other[2];
  REQUIRE_OK(started(pair, other));
  CHECK_EQ(send(pair[0], data + 4, 57, 0), 57);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  t_pause_ms(30);
  CHECK_EQ(recv(pair[1], got, sizeof got, MSG_DONTWAIT), 61);
  CHECK(t_wait(pair[1], POLLIN));
  CHECK_EQ(recv(pair[1], got, sizeof got, MSG_DONTWAIT), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  t_pattern(data, sizeof data, 3);
  RUN(after_a_pause);
  RUN(after_more_waits);
  RUN(a_blocking_read);
  RUN(into_several_parts);
  RUN(after_a_look_with_peek);
  RUN(after_fionread);
  RUN(after_select);
  RUN(the_rest_stays_in_order);
  RUN(and_the_end_after_it);
  return T_END();
}
