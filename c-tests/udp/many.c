/* Many sockets with unread datagrams at once, and datagrams of all sizes: received ones stay in
 * memory that is shared and used again, which must never show. udp(7). */
#include "../t.h"

enum { SOCKETS = 40, EACH = 25 };
static unsigned char data[65507], got[65507 + 1];
static int fds[SOCKETS], from;

static size_t size_of(int socket, int number) { return (size_t)(socket * 131 + number * 977) % 3000; }

static void deliver(int socket, int number, size_t size) {
  struct t_addr to = t_local(fds[socket]);
  t_pattern(data, size, (uint64_t)(socket * 1000 + number));
  REQUIRE_EQ(sendto(from, data, size, 0, &to.sa.any, to.len), size);
}

static void take(int socket, int number, size_t size) {
  memset(got, 0xee, size + 1);
  REQUIRE_EQ(recv(fds[socket], got, sizeof got, 0), size);
  CHECK_EQ(t_pattern_match(got, size, (uint64_t)(socket * 1000 + number)), size);
  CHECK_EQ(got[size], 0xee);
}

static int open_all(int count) {
  from = t_bound(AF_INET, SOCK_DGRAM);
  for (int i = 0; i < count; i++)
    if ((fds[i] = t_bound(AF_INET, SOCK_DGRAM)) == -1)
      return -1;
  return from;
}

/* One datagram is read of each, so that the others are in the program's memory too. */
TEST(each_keeps_its_own) {
  REQUIRE_OK(open_all(SOCKETS));
  for (int i = 0; i < SOCKETS; i++)
    for (int number = 0; number < EACH; number++)
      deliver(i, number, size_of(i, number));
  for (int number = 0; number < EACH; number++)
    for (int i = 0; i < SOCKETS; i++)
      take(i * 7 % SOCKETS, number, size_of(i * 7 % SOCKETS, number));
  for (int i = 0; i < SOCKETS; i++) {
    CHECK_EQ(t_poll(fds[i], POLLIN, 0), 0);
    CHECK_OK(close(fds[i]));
  }
}

/* Closing a socket with unread datagrams leaves those of the others alone. */
TEST(closing_some_with_unread_ones) {
  REQUIRE_OK(open_all(SOCKETS));
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < SOCKETS; i++)
      for (int number = 0; number < 5; number++)
        deliver(i, number, size_of(i, number));
    for (int i = 0; i < SOCKETS; i++)
      take(i, 0, size_of(i, 0));
    for (int i = 0; i < SOCKETS; i += 2) {
      CHECK_OK(close(fds[i]));
      REQUIRE_OK(fds[i] = t_bound(AF_INET, SOCK_DGRAM));
    }
    for (int i = 1; i < SOCKETS; i += 2)
      for (int number = 1; number < 5; number++)
        take(i, number, size_of(i, number));
  }
}

TEST(sizes_that_fill_the_memory) {
  static const size_t sizes[] = {0, 1, 9000, 65507, 1400, 30000, 0, 32000, 5, 65507, 60000, 2};
  REQUIRE_OK(open_all(1));
  /* Two at a time: the system's buffers hold three of the largest. */
  for (int number = 0; number < 12; number += 2) {
    deliver(0, number, sizes[number]);
    deliver(0, number + 1, sizes[number + 1]);
    take(0, number, sizes[number]);
    take(0, number + 1, sizes[number + 1]);
  }
  for (int number = 0; number < 12; number++)
    deliver(0, number, 9000);
  for (int number = 0; number < 12; number++)
    take(0, number, 9000);
}

/* What came from others before the connect is received before it, not after a later one. */
TEST(strangers_among_the_batch) {
  enum { ROUNDS = 30 };
  int pair[2], stranger = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  struct t_addr name = t_local(pair[1]);
  for (int i = 0; i < ROUNDS; i++) {
    CHECK_EQ(sendto(stranger, "stranger", 8, 0, &name.sa.any, name.len), 8);
    REQUIRE_EQ(send(pair[0], &i, sizeof i, 0), sizeof i);
  }
  for (int i = 0, number = -1; i < ROUNDS; i++) {
    REQUIRE_EQ(recv(pair[1], &number, sizeof number, 0), sizeof number);
    REQUIRE_EQ(number, i);
  }
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), 0);
}

/* A datagram under construction is not sent by closing the socket. */
TEST(closing_forgets_a_corked_one) {
  REQUIRE_OK(open_all(1));
  struct t_addr name = t_local(fds[0]);
  int other = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_EQ(sendto(other, "never", 5, MSG_MORE, &name.sa.any, name.len), 5);
  CHECK_OK(close(other));
  deliver(0, 1, 50);
  take(0, 1, 50);
  CHECK_EQ(t_poll(fds[0], POLLIN, 0), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(each_keeps_its_own);
  RUN(closing_some_with_unread_ones);
  RUN(sizes_that_fill_the_memory);
  RUN(strangers_among_the_batch);
  RUN(closing_forgets_a_corked_one);
  return T_END();
}
