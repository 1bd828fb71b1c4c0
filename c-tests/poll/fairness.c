/* Whoever has waited quietly is served soon, however busy the others are: a newcomer among eight
 * connections that always have something, and some (four, or a hundred) that never do. By poll(2), select(2)
 * and epoll(7); the newcomer is a connection, a listening socket or a datagram socket. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/select.h>

enum {
  BUSY = 8,
  MANY = 100,
  FEW = 4,
  MOST = BUSY + MANY + 1,
  WARM_UP = 200,
  /* Linux needs one round after the packet is there; the bound is far from what a library that
   * never asks about quiet sockets would take. */
  ROUNDS = 20000,
  /* Of a server that takes its time: it may be asked for in every eighth call, however long that
   * found nothing before. */
  SLOW_WARM_UP = 4000,
  SLOW_ROUNDS = 16,
  SLOW_MICROSECONDS = 4000,
};

enum engine { POLL, SELECT, EPOLL };

static int fds[MOST], peers[BUSY], set = -1;
static char ready[MOST];
static int idle = MANY, all = MOST, newcomer = MOST - 1;
static int warm_up = WARM_UP, most_rounds = ROUNDS;
static useconds_t pause_each;

static void with_idle(int count) {
  idle = count;
  newcomer = BUSY + idle;
  all = newcomer + 1;
}

static int wait_by(enum engine engine) {
  memset(ready, 0, sizeof ready);
  if (engine == POLL) {
    struct pollfd p[MOST];
    for (int i = 0; i < all; i++)
      p[i] = (struct pollfd){fds[i], POLLIN, 0};
    int n = poll(p, (nfds_t)all, -1);
    for (int i = 0; i < all; i++)
      ready[i] = p[i].revents != 0;
    return n;
  }
  if (engine == SELECT) {
    fd_set in;
    int last = 0;
    FD_ZERO(&in);
    for (int i = 0; i < all; i++) {
      FD_SET(fds[i], &in);
      last = fds[i] > last ? fds[i] : last;
    }
    int n = select(last + 1, &in, NULL, NULL, NULL);
    for (int i = 0; i < all; i++)
      ready[i] = FD_ISSET(fds[i], &in) != 0;
    return n;
  }
  struct epoll_event e[MOST];
  int n = epoll_wait(set, e, all, -1);
  for (int i = 0; i < n; i++)
    ready[e[i].data.u32] = 1;
  return n;
}

/* One turn of a busy server: whatever is ready is read, and its peer has the next byte sent
 * already. */
static int turn(enum engine engine) {
  char byte;
  if (wait_by(engine) <= 0)
    return -1;
  for (int i = 0; i < BUSY; i++)
    if (ready[i] && (recv(fds[i], &byte, 1, 0) != 1 || send(peers[i], "x", 1, 0) != 1))
      return -1;
  for (int i = BUSY; i < newcomer; i++)
    if (ready[i])
      return -1;
  return ready[newcomer];
}

/* Runs the server until `fds[newcomer]` has spoken up; `speak` makes it ready. */
static void serve(enum engine engine, int speak(void)) {
  int pair[2], quiet[MANY];
  for (int i = 0; i < BUSY; i++) {
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    fds[i] = pair[0], peers[i] = pair[1];
    REQUIRE_EQ(send(peers[i], "xx", 2, 0), 2);
  }
  for (int i = 0; i < idle; i++) {
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    fds[BUSY + i] = pair[0], quiet[i] = pair[1];
  }
  if (engine == EPOLL) {
    REQUIRE_OK(set = epoll_create1(0));
    for (int i = 0; i < all; i++) {
      struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
      REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &e));
    }
  }
  for (int i = 0; i < warm_up; i++)
    REQUIRE_EQ(turn(engine), 0);
  REQUIRE_OK(speak());
  int rounds = 0, found = 0;
  while (rounds < most_rounds && (found = turn(engine)) == 0) {
    rounds++;
    if (pause_each)
      usleep(pause_each);
  }
  CHECK_EQ(found, 1);
  for (int i = 0; i < BUSY; i++)
    close(peers[i]);
  for (int i = 0; i < idle; i++)
    close(quiet[i]);
  for (int i = 0; i < all; i++)
    close(fds[i]);
  if (engine == EPOLL)
    close(set);
}

static int other;

static int say_by_tcp(void) { return send(other, "n", 1, 0) == 1 ? 0 : -1; }

static void a_connection(enum engine engine) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  fds[newcomer] = pair[0], other = pair[1];
  serve(engine, say_by_tcp);
  close(other);
}

static int connect_to_it(void) { return (other = t_client(fds[newcomer])) == -1 ? -1 : 0; }

static void a_listener(enum engine engine) {
  REQUIRE_OK(fds[newcomer] = t_listener(AF_INET));
  serve(engine, connect_to_it);
  close(other);
}

static void a_datagram(enum engine engine) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  fds[newcomer] = pair[0], other = pair[1];
  serve(engine, say_by_tcp);
  close(other);
}

/* Every turn takes a while, so the eighth at the latest is to find it. */
static void by_a_slow_server(enum engine engine) {
  with_idle(FEW);
  warm_up = SLOW_WARM_UP, most_rounds = SLOW_ROUNDS, pause_each = SLOW_MICROSECONDS;
  a_connection(engine);
}

static void among_few(enum engine engine) {
  with_idle(FEW);
  a_connection(engine);
  a_listener(engine);
  a_datagram(engine);
}

TEST(poll_finds_a_connection) { a_connection(POLL); }
TEST(poll_finds_a_listener) { a_listener(POLL); }
TEST(poll_finds_a_datagram) { a_datagram(POLL); }
TEST(select_finds_a_connection) { a_connection(SELECT); }
TEST(select_finds_a_listener) { a_listener(SELECT); }
TEST(select_finds_a_datagram) { a_datagram(SELECT); }
TEST(epoll_finds_a_connection) { a_connection(EPOLL); }
TEST(epoll_finds_a_listener) { a_listener(EPOLL); }
TEST(epoll_finds_a_datagram) { a_datagram(EPOLL); }
TEST(poll_finds_them_among_few) { among_few(POLL); }
TEST(select_finds_them_among_few) { among_few(SELECT); }
TEST(epoll_finds_them_among_few) { among_few(EPOLL); }
TEST(poll_of_a_slow_server_finds_one) { by_a_slow_server(POLL); }
TEST(select_of_a_slow_server_finds_one) { by_a_slow_server(SELECT); }
TEST(epoll_of_a_slow_server_finds_one) { by_a_slow_server(EPOLL); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(poll_finds_a_connection);
  RUN(poll_finds_a_listener);
  RUN(poll_finds_a_datagram);
  RUN(select_finds_a_connection);
  RUN(select_finds_a_listener);
  RUN(select_finds_a_datagram);
  RUN(epoll_finds_a_connection);
  RUN(epoll_finds_a_listener);
  RUN(epoll_finds_a_datagram);
  RUN(poll_finds_them_among_few);
  RUN(select_finds_them_among_few);
  RUN(epoll_finds_them_among_few);
  RUN(poll_of_a_slow_server_finds_one);
  RUN(select_of_a_slow_server_finds_one);
  RUN(epoll_of_a_slow_server_finds_one);
  return T_END();
}
