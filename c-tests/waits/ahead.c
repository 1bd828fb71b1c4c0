/* What comes behind unread data, more than a small look ahead sees: the low water mark, looks, counts, the end of
 * the stream, its reset, and edges. */
#include "../t.h"

#include <sys/epoll.h>

enum { MUCH = 100000, MORE = 50000, BUFFER = 400000 };

static char data[MUCH + MORE];

/* A pair of which pair[1] may have so much unread, pair[0] being a socket of the helper's if there is one. */
static int roomy_pair(int pair[2], int peer) {
  int listener = t_bound(AF_INET, SOCK_STREAM);
  if (listener == -1 || t_set_int(listener, SOL_SOCKET, SO_RCVBUF, BUFFER) == -1 || listen(listener, 4) == -1)
    return -1;
  if (peer == -1)
    pair[0] = t_client(listener);
  else if (peer_number(peer, "connect 1 127.0.0.1 %d", t_port(listener)) <= 0)
    return -1;
  pair[1] = accept(listener, NULL, NULL);
  close(listener);
  return pair[1] == -1 ? -1 : 0;
}

/* A set that watches one descriptor. */
static int set_of(int fd, unsigned events) {
  struct epoll_event e = {.events = events};
  int set = epoll_create1(0);
  return set == -1 || epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) == -1 ? -1 : set;
}

/* What it tells within that time, 0 for nothing. */
static unsigned told(int set, int ms) {
  struct epoll_event e;
  return epoll_wait(set, &e, 1, ms) == 1 ? e.events : 0;
}

TEST(low_water) {
  int pair[2], low = MUCH;
  struct timeval limit = {T_LIMIT_MS / 1000, 0};
  REQUIRE_OK(roomy_pair(pair, -1));
  REQUIRE_OK(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  REQUIRE_OK(t_set_int(pair[1], SOL_SOCKET, SO_RCVLOWAT, low));
  CHECK_EQ(t_get_int(pair[1], SOL_SOCKET, SO_RCVLOWAT), low);
  int set = set_of(pair[1], EPOLLIN);
  REQUIRE_EQ(t_send_all(pair[0], data, MUCH - 1), MUCH - 1);
  CHECK_EQ(t_poll(pair[1], POLLIN, 100), 0);
  CHECK_EQ(told(set, 100), 0);
  REQUIRE_EQ(send(pair[0], data, 1, 0), 1);
  CHECK_EQ(t_poll(pair[1], POLLIN, T_LIMIT_MS), POLLIN);
  CHECK_EQ(told(set, T_LIMIT_MS), EPOLLIN);
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), MUCH);
}

/* Set last, it makes room for itself. */
TEST(low_water_beyond_the_buffer) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_set_int(pair[1], SOL_SOCKET, SO_RCVLOWAT, MUCH + MORE));
  REQUIRE_EQ(t_send_all(pair[0], data, MUCH + MORE), MUCH + MORE);
  CHECK_EQ(t_poll(pair[1], POLLIN, T_LIMIT_MS), POLLIN);
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), MUCH + MORE);
}

/* The end is told although there is less. */
TEST(low_water_and_the_end) {
  int pair[2];
  REQUIRE_OK(roomy_pair(pair, -1));
  REQUIRE_OK(t_set_int(pair[1], SOL_SOCKET, SO_RCVLOWAT, MUCH));
  REQUIRE_EQ(t_send_all(pair[0], data, MORE), MORE);
  CHECK_EQ(t_poll(pair[1], POLLIN, 50), 0);
  REQUIRE_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(t_poll(pair[1], POLLIN, T_LIMIT_MS), POLLIN);
  CHECK_EQ(t_recv_all(pair[1], data, sizeof data), MORE);
}

TEST(bytes_readable) {
  int pair[2], count = 0;
  REQUIRE_OK(roomy_pair(pair, -1));
  REQUIRE_EQ(t_send_all(pair[0], data, MUCH + MORE), MUCH + MORE);
  T_UNTIL(ioctl(pair[1], FIONREAD, &count) == 0 && count == MUCH + MORE);
  CHECK_EQ(t_recv_all(pair[1], data, MUCH), MUCH);
  CHECK_OK(ioctl(pair[1], FIONREAD, &count));
  CHECK_EQ(count, MORE);
}

TEST(a_look_sees_all) {
  static char seen[MUCH + MORE];
  int pair[2];
  REQUIRE_OK(roomy_pair(pair, -1));
  t_pattern(data, sizeof data, 0);
  REQUIRE_EQ(t_send_all(pair[0], data, sizeof data), sizeof data);
  T_UNTIL(recv(pair[1], seen, sizeof seen, MSG_PEEK) == sizeof seen);
  CHECK_EQ(t_pattern_match(seen, sizeof seen, 0), sizeof seen);
  CHECK_EQ(t_drain(pair[1], sizeof data, 0), sizeof data);
}

/* Looks that wait do so for all that was asked for, and no longer than to the end. */
TEST(a_look_waits_for_all) {
  static char seen[MUCH + MORE];
  int peer = peer_open(), pair[2];
  REQUIRE_OK(peer);
  REQUIRE_OK(roomy_pair(pair, peer));
  REQUIRE_OK(peer_start(peer, "write 1 %d", MUCH));
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "write 1 %d", MORE));
  CHECK_EQ(recv(pair[1], seen, sizeof seen, MSG_PEEK | MSG_WAITALL), sizeof seen);
  CHECK_EQ(t_pattern_match(seen, sizeof seen, 0), sizeof seen);
  CHECK_EQ(t_recv_all(pair[1], seen, MORE), MORE);
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "shut 1 wr"));
  CHECK_EQ(recv(pair[1], seen, sizeof seen, MSG_PEEK | MSG_WAITALL), MUCH);
}

/* The sets that wait for the end alone, for nothing at all, and for both. */
static const unsigned ends[] = {EPOLLRDHUP, EPOLLIN | EPOLLRDHUP, EPOLLRDHUP | EPOLLET, EPOLLRDHUP | EPOLLONESHOT};

TEST(the_end) {
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    int pair[2];
    REQUIRE_OK(roomy_pair(pair, -1));
    REQUIRE_EQ(t_send_all(pair[0], data, MUCH), MUCH);
    int set = set_of(pair[1], ends[i]), only_end = !(ends[i] & EPOLLIN);
    if (only_end) {
      CHECK_EQ(t_poll(pair[1], POLLRDHUP, 50), 0);
      CHECK_EQ(told(set, 50), 0);
    }
    REQUIRE_OK(shutdown(pair[0], SHUT_WR));
    if (i % 2 == 0)
      CHECK_EQ(t_poll(pair[1], POLLRDHUP, T_LIMIT_MS), POLLRDHUP);
    if (only_end)
      CHECK_EQ(told(set, T_LIMIT_MS), EPOLLRDHUP);
    else
      T_UNTIL(told(set, T_LIMIT_MS) & EPOLLRDHUP);
    CHECK_EQ(t_recv_all(pair[1], data, sizeof data), MUCH);
    close(pair[0]), close(pair[1]), close(set);
  }
}

/* While a set waits for the end it does not spin, however much comes. */
TEST(waiting_for_the_end_takes_no_time) {
  int peer = peer_open(), pair[2];
  REQUIRE_OK(peer);
  REQUIRE_OK(roomy_pair(pair, peer));
  int set = set_of(pair[1], EPOLLRDHUP);
  REQUIRE_OK(peer_start(peer, "write 1 3000000"));
  CHECK_EQ(told(set, 200), 0);
  CHECK_EQ(t_poll(pair[1], POLLRDHUP, 100), 0);
  clock_t before = clock();
  CHECK_EQ(told(set, 300), 0);
  CHECK_EQ(t_poll(pair[1], POLLRDHUP, 300), 0);
  CHECK((clock() - before) * 1000 / CLOCKS_PER_SEC < 400);
  CHECK_EQ(t_drain(pair[1], 3000000, 0), 3000000);
  REQUIRE_OK(peer_start(peer, "shut 1 wr"));
  CHECK_EQ(told(set, T_LIMIT_MS), EPOLLRDHUP);
}

/* Each arrival is an edge, behind however much; none is where nothing came. */
TEST(edges) {
  int pair[2];
  REQUIRE_OK(roomy_pair(pair, -1));
  int set = set_of(pair[1], EPOLLIN | EPOLLET), count = 0;
  REQUIRE_EQ(t_send_all(pair[0], data, MUCH), MUCH);
  T_UNTIL(ioctl(pair[1], FIONREAD, &count) == 0 && count == MUCH);
  CHECK_EQ(told(set, T_LIMIT_MS), EPOLLIN);
  CHECK_EQ(told(set, 50), 0);
  for (int i = 0; i < 5; i++) {
    REQUIRE_EQ(send(pair[0], data, 1000, 0), 1000);
    CHECK_EQ(told(set, T_LIMIT_MS), EPOLLIN);
  }
  REQUIRE_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(told(set, T_LIMIT_MS), EPOLLIN);
  CHECK_EQ(t_recv_all(pair[1], data, sizeof data), MUCH + 5000);
}

/* A set that waits for nothing hears of a reset behind unread data. */
TEST(a_reset) {
  for (int by_poll = 0; by_poll < 2; by_poll++) {
    int peer = peer_open(), pair[2];
    REQUIRE_OK(peer);
    REQUIRE_OK(roomy_pair(pair, peer));
    REQUIRE(peer_run(peer, "write 1 %d", MUCH));
    int set = set_of(pair[1], 0);
    CHECK_EQ(told(set, 50), 0);
    CHECK_EQ(t_poll(pair[1], 0, 50), 0);
    REQUIRE_OK(peer_start(peer, "pause 20"));
    REQUIRE_OK(peer_start(peer, "reset 1"));
    if (by_poll)
      CHECK_EQ(t_poll(pair[1], 0, T_LIMIT_MS), POLLERR | POLLHUP);
    else
      CHECK_EQ(told(set, T_LIMIT_MS), EPOLLERR | EPOLLHUP);
    close(pair[1]), close(set), close(peer);
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(low_water);
  RUN(low_water_beyond_the_buffer);
  RUN(low_water_and_the_end);
  RUN(bytes_readable);
  RUN(a_look_sees_all);
  RUN(a_look_waits_for_all);
  RUN(the_end);
  RUN(waiting_for_the_end_takes_no_time);
  RUN(edges);
  RUN(a_reset);
  return T_END();
}
