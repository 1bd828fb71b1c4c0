/* Waits that have something to do with each other: one file in several sets, under several numbers, sets in sets,
 * members that nobody but the program makes ready, and listeners for which several come at a time. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/timerfd.h>

enum { BOTH = EPOLLIN | EPOLLOUT, NOTHING_MS = 20 };

static int set_of(int fd, unsigned events) {
  struct epoll_event e = {.events = events, .data.u32 = (uint32_t)fd};
  int set = epoll_create1(0);
  return set == -1 || epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) == -1 ? -1 : set;
}

static int add(int set, int fd, unsigned events) {
  struct epoll_event e = {.events = events, .data.u32 = (uint32_t)fd};
  return epoll_ctl(set, EPOLL_CTL_ADD, fd, &e);
}

/* What a set tells of its only ready member within that time. */
static unsigned told(int set, int ms) {
  struct epoll_event e[2];
  int n = epoll_wait(set, e, 2, ms);
  return n == 1 ? e[0].events : n == 0 ? 0 : (unsigned)-1;
}

/* As told(), of a set that never sleeps because its member can be written to: until it tells `want`. */
static int comes(int set, unsigned want) { return T_UNTIL(told(set, T_LIMIT_MS) == want); }

/* Two sets, poll() and select() watch one connection. Each is told, whoever asked first. */
TEST(one_file_in_several_sets) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int level = set_of(pair[1], EPOLLIN), edge = set_of(pair[1], EPOLLIN | EPOLLET), both = set_of(pair[1], BOTH);
  int once = set_of(pair[1], EPOLLIN | EPOLLONESHOT);
  CHECK_EQ(told(level, 0), 0);
  CHECK_EQ(told(edge, 0), 0);
  CHECK_EQ(told(once, 0), 0);
  CHECK_EQ(told(both, T_LIMIT_MS), EPOLLOUT);
  for (int first = 0; first < 5; first++) {
    char byte;
    REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
    for (int i = 0; i < 5; i++)
      switch ((first + i) % 5) {
      case 0:
        CHECK_EQ(told(level, T_LIMIT_MS), EPOLLIN);
        break;
      case 1:
        CHECK_EQ(told(edge, T_LIMIT_MS), EPOLLIN);
        CHECK_EQ(told(edge, 0), 0);
        break;
      case 2:
        comes(both, BOTH);
        break;
      case 3:
        CHECK_EQ(t_poll(pair[1], POLLIN, T_LIMIT_MS), POLLIN);
        break;
      default:
        if (first)
          break;
        CHECK_EQ(told(once, T_LIMIT_MS), EPOLLIN);
        CHECK_EQ(told(once, 0), 0);
      }
    REQUIRE_EQ(recv(pair[1], &byte, 1, 0), 1);
    CHECK_EQ(told(level, 0), 0);
    CHECK_EQ(told(edge, 0), 0);
    CHECK_EQ(told(both, T_LIMIT_MS), EPOLLOUT);
  }
}

/* A copy of a descriptor is another member with the same file. */
TEST(copies) {
  int pair[2], n;
  struct epoll_event e[3];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int copy = dup(pair[1]), set = set_of(pair[1], EPOLLIN);
  REQUIRE_OK(copy);
  REQUIRE_OK(add(set, copy, BOTH));
  CHECK_EQ(told(set, T_LIMIT_MS), EPOLLOUT);
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  T_UNTIL((n = epoll_wait(set, e, 3, T_LIMIT_MS)) == 2);
  for (int i = 0; i < 2; i++)
    CHECK_EQ(e[i].events, e[i].data.u32 == (uint32_t)copy ? BOTH : EPOLLIN);
  struct pollfd p[3] = {{pair[1], POLLIN, 0}, {copy, POLLIN | POLLOUT, 0}, {copy, 0, 0}};
  CHECK_EQ(poll(p, 3, T_LIMIT_MS), 2);
  CHECK_EQ(p[0].revents, POLLIN);
  CHECK_EQ(p[1].revents, POLLIN | POLLOUT);
  /* Closing one leaves the other; the registration stays as long as the file does. */
  close(copy);
  T_UNTIL((n = epoll_wait(set, e, 3, T_LIMIT_MS)) == 2);
  close(pair[1]);
  CHECK_EQ(epoll_wait(set, e, 3, NOTHING_MS), 0);
}

/* Sets in sets, three deep, to the inmost of which data comes while the outermost waits. */
static void nested(unsigned inner_events, unsigned outer_events) {
  int pair[2], peer = peer_open();
  char byte;
  REQUIRE_OK(peer);
  int fd = peer_connection(peer);
  REQUIRE_OK(fd);
  int inner = set_of(fd, inner_events), middle = set_of(inner, outer_events), outer = set_of(middle, outer_events);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(add(outer, pair[1], EPOLLIN));
  CHECK_EQ(told(outer, NOTHING_MS), 0);
  for (int i = 0; i < 5; i++) {
    REQUIRE_OK(peer_start(peer, "pause 3"));
    REQUIRE_OK(peer_start(peer, "write 1 1"));
    CHECK_EQ(i % 2 ? (unsigned)t_poll(outer, POLLIN, T_LIMIT_MS) & POLLIN : told(outer, T_LIMIT_MS), EPOLLIN);
    CHECK_EQ(told(middle, T_LIMIT_MS), EPOLLIN);
    CHECK_EQ(told(inner, T_LIMIT_MS), EPOLLIN);
    REQUIRE_EQ(recv(fd, &byte, 1, 0), 1);
    REQUIRE(peer_answer(peer) && peer_answer(peer));
    if (i % 2)
      told(outer, 0);
    CHECK_EQ(told(outer, 0), 0);
  }
  REQUIRE_OK(peer_start(peer, "pause 3"));
  REQUIRE_OK(peer_start(peer, "shut 1 wr"));
  CHECK_EQ(told(outer, T_LIMIT_MS), EPOLLIN);
  CHECK_EQ(told(inner, T_LIMIT_MS), EPOLLIN);
}

TEST(sets_in_sets) { nested(EPOLLIN, EPOLLIN); }
TEST(sets_in_sets_by_edges) { nested(EPOLLIN | EPOLLET, EPOLLIN | EPOLLET); }

/* One that can be written to all the time makes its set ready, and hides no input in it. */
TEST(a_set_that_is_always_ready) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int inner = set_of(pair[1], BOTH), outer = set_of(inner, EPOLLIN);
  CHECK_EQ(told(outer, T_LIMIT_MS), EPOLLIN);
  CHECK_EQ(told(inner, T_LIMIT_MS), EPOLLOUT);
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(told(outer, T_LIMIT_MS), EPOLLIN);
  comes(inner, BOTH);
}

/* Members that are inside of the program beside a connection, which says something only now and then. */
TEST(members_inside_of_the_program) {
  int pair[2], tcp[2], pipes[2], set = epoll_create1(0), peer = peer_open();
  REQUIRE_OK(peer);
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  REQUIRE_OK(pipe(pipes));
  tcp[1] = peer_connection(peer);
  int event = eventfd(0, EFD_NONBLOCK), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  int members[] = {pair[1], pipes[0], event, timer, tcp[1]};
  for (int i = 0; i < 5; i++)
    REQUIRE_OK(add(set, members[i], EPOLLIN));
  for (int round = 0; round < 30; round++) {
    uint64_t one = 1;
    char byte;
    int which = round % 5;
    struct itimerspec soon = {.it_value = {0, 2000000}};
    if (which == 0)
      REQUIRE_EQ(write(pair[0], "x", 1), 1);
    else if (which == 1)
      REQUIRE_EQ(write(pipes[1], "x", 1), 1);
    else if (which == 2)
      REQUIRE_EQ(write(event, &one, 8), 8);
    else if (which == 3)
      REQUIRE_OK(timerfd_settime(timer, 0, &soon, NULL));
    else {
      REQUIRE_OK(peer_start(peer, "pause 2"));
      REQUIRE_OK(peer_start(peer, "write 1 1"));
    }
    struct pollfd p[5];
    for (int i = 0; i < 5; i++)
      p[i] = (struct pollfd){members[i], POLLIN, 0};
    if (round / 5 % 2) {
      CHECK_EQ(poll(p, 5, T_LIMIT_MS), 1);
      CHECK_EQ(p[which].revents, POLLIN);
    }
    struct epoll_event e;
    CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
    CHECK_EQ(e.data.u32, members[which]);
    REQUIRE(read(members[which], which == 2 || which == 3 ? (void *)&one : &byte, which == 2 || which == 3 ? 8 : 1) > 0);
    if (which == 4)
      REQUIRE(peer_answer(peer) && peer_answer(peer));
    CHECK_EQ(epoll_wait(set, &e, 1, 0), 0);
  }
}

/* Who is inside of the program can be written to, too. */
TEST(both_of_a_member_inside) {
  for (int kind = 0; kind < 2; kind++) {
    int pair[2];
    if (kind == 0)
      REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    else
      REQUIRE_OK(pair[0] = pair[1] = eventfd(0, EFD_NONBLOCK));
    int level = set_of(pair[1], BOTH), edge = set_of(pair[1], BOTH | EPOLLET);
    uint64_t one = 1;
    CHECK_EQ(told(level, T_LIMIT_MS), EPOLLOUT);
    CHECK_EQ(told(edge, T_LIMIT_MS), EPOLLOUT);
    REQUIRE_EQ(write(pair[0], &one, 8), 8);
    CHECK_EQ(told(level, T_LIMIT_MS), BOTH);
    CHECK_EQ(told(edge, T_LIMIT_MS), BOTH);
    CHECK_EQ(t_poll(pair[1], POLLIN | POLLOUT, 0), POLLIN | POLLOUT);
  }
}

/* Several connections come at a time: each accept() but the last leaves the listener readable. */
static void several_come(int family, int type) {
  enum { COME = 3 };
  int clients[COME], listener = socket(family, SOCK_STREAM | type, 0), off = 0;
  REQUIRE_OK(listener);
  if (family == AF_INET6)
    REQUIRE_OK(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off));
  REQUIRE_OK(t_bind(listener, t_wildcard(family, 0)));
  REQUIRE_OK(listen(listener, 8));
  int level = set_of(listener, EPOLLIN), edge = set_of(listener, EPOLLIN | EPOLLET);
  CHECK_EQ(told(level, 0), 0);
  CHECK_EQ(told(edge, 0), 0);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < COME; i++) {
      /* On a listener for both families one after the other of both. */
      int of = family == AF_INET6 && (i + round) % 2 ? AF_INET : family;
      REQUIRE_OK(clients[i] = socket(of, SOCK_STREAM, 0));
      REQUIRE_OK(t_connect(clients[i], t_loopback(of, t_port(listener))));
    }
    CHECK_EQ(told(edge, T_LIMIT_MS), EPOLLIN);
    for (int i = 0; i < COME; i++) {
      CHECK_EQ(told(level, T_LIMIT_MS), EPOLLIN);
      CHECK_EQ(t_poll(listener, POLLIN, T_LIMIT_MS), POLLIN);
      int fd = accept(listener, NULL, NULL);
      REQUIRE_OK(fd);
      close(fd);
    }
    CHECK_EQ(told(level, 0), 0);
    CHECK_EQ(t_poll(listener, POLLIN, NOTHING_MS), 0);
    for (int i = 0; i < COME; i++)
      close(clients[i]);
  }
}

TEST(several_connections) { several_come(AF_INET, 0); }
TEST(several_connections_to_both_families) { several_come(AF_INET6, SOCK_NONBLOCK); }

/* A descriptor's number goes to another file while sets that knew the first one wait. */
TEST(a_number_that_is_used_again) {
  int pair[2], next[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int set = set_of(pair[1], BOTH), number = pair[1];
  struct pollfd p[2] = {{pair[1], POLLIN | POLLOUT, 0}, {pair[0], POLLIN, 0}};
  CHECK_EQ(told(set, T_LIMIT_MS), EPOLLOUT);
  CHECK_EQ(poll(p, 2, T_LIMIT_MS), 1);
  REQUIRE_OK(t_tcp_pair(AF_INET, next));
  REQUIRE_EQ(dup2(next[1], number), number);
  CHECK_EQ(told(set, NOTHING_MS), 0);
  REQUIRE_EQ(send(next[0], "x", 1, 0), 1);
  /* The other one is told of the end of the first file. */
  T_UNTIL(poll(p, 2, T_LIMIT_MS) == 2 && p[0].revents == (POLLIN | POLLOUT) && (p[1].revents & POLLIN));
  CHECK_EQ(told(set, 0), 0);
}

/* An edge is of what was asked about: data is none of output, and room none of input. */
TEST(edges_of_the_other_direction) {
  int pair[2], peer = peer_open(), total = 0;
  static char chunk[65536];
  REQUIRE_OK(peer);
  REQUIRE_OK(pair[1] = peer_connection(peer));
  int out = set_of(pair[1], EPOLLOUT | EPOLLET), in = set_of(pair[1], EPOLLIN | EPOLLET);
  CHECK_EQ(told(out, T_LIMIT_MS), EPOLLOUT);
  for (int i = 0; i < 3; i++) {
    REQUIRE(peer_run(peer, "write 1 10"));
    CHECK_EQ(told(in, T_LIMIT_MS), EPOLLIN);
    CHECK_EQ(told(out, NOTHING_MS), 0);
  }
  do
    for (ssize_t n; (n = send(pair[1], chunk, sizeof chunk, MSG_DONTWAIT | MSG_NOSIGNAL)) > 0;)
      total += (int)n;
  while (t_poll(pair[1], POLLOUT, NOTHING_MS));
  CHECK_EQ(told(in, 0), 0);
  REQUIRE(peer_run(peer, "read 1 %d", total));
  CHECK_EQ(told(out, T_LIMIT_MS), EPOLLOUT);
  CHECK_EQ(told(in, NOTHING_MS), 0);
}

/* A receive of no bytes waits for some, and says the same when none have come in time. */
TEST(a_receive_of_nothing) {
  int pair[2];
  struct timeval soon = {0, 20000};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(recv(pair[1], &soon, 0, MSG_DONTWAIT), EAGAIN);
  REQUIRE_OK(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon));
  long long before = t_now_ms();
  CHECK_EQ(recv(pair[1], &soon, 0, 0), 0);
  CHECK(t_now_ms() - before >= 15);
  CHECK_ERRNO(recv(pair[1], &soon, 1, 0), EAGAIN);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(one_file_in_several_sets);
  RUN(copies);
  RUN(sets_in_sets);
  RUN(sets_in_sets_by_edges);
  RUN(a_set_that_is_always_ready);
  RUN(members_inside_of_the_program);
  RUN(both_of_a_member_inside);
  RUN(several_connections);
  RUN(several_connections_to_both_families);
  RUN(a_number_that_is_used_again);
  RUN(edges_of_the_other_direction);
  RUN(a_receive_of_nothing);
  return T_END();
}
