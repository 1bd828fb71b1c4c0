/* Who is told that it can write is told what it can read as well: a wait that does not sleep asks for both. And a
 * program that never sleeps is told within so many calls. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/select.h>

enum {
  /* Each call waits for so long if it waits at all; none of them should. */
  WAIT_MS = 1000,
  /* How many waits may miss what has come: the host hears of it in a thread of its own. */
  CALLS = 200,
};

/* Waits for one descriptor by one of the calls: what it is told of POLLIN, POLLOUT and POLLRDHUP, -1 with errno. */
typedef int wait_call(int fd, int ms);

static int by_poll(int fd, int ms) { return t_poll(fd, POLLIN | POLLOUT | POLLRDHUP, ms); }

static int by_ppoll(int fd, int ms) {
  struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  return ppoll(&p, 1, &time, NULL) == -1 ? -1 : p.revents;
}

static int of_sets(int n, int fd, fd_set *in, fd_set *out) {
  return n == -1 ? -1 : (FD_ISSET(fd, in) ? POLLIN : 0) | (FD_ISSET(fd, out) ? POLLOUT : 0);
}

static int by_select(int fd, int ms) {
  fd_set in, out;
  struct timeval time = {ms / 1000, ms % 1000 * 1000};
  FD_ZERO(&in);
  FD_SET(fd, &in);
  out = in;
  int n = select(fd + 1, &in, &out, NULL, &time);
  return of_sets(n, fd, &in, &out);
}

static int by_pselect(int fd, int ms) {
  fd_set in, out;
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  FD_ZERO(&in);
  FD_SET(fd, &in);
  out = in;
  int n = pselect(fd + 1, &in, &out, NULL, &time, NULL);
  return of_sets(n, fd, &in, &out);
}

static int set = -1;

static int told(int ms) {
  struct epoll_event e;
  int n = epoll_wait(set, &e, 1, ms);
  return n == -1 ? -1
         : n == 0
             ? 0
             : (e.events & EPOLLIN ? POLLIN : 0) | (e.events & EPOLLOUT ? POLLOUT : 0) |
                   (e.events & EPOLLRDHUP ? POLLRDHUP : 0);
}

static int watch(int op, int fd, unsigned how) {
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | how};
  return epoll_ctl(set, op, fd, &e);
}

static int by_epoll(int fd, int ms) {
  (void)fd;
  return told(ms);
}

static int by_oneshot(int fd, int ms) {
  return watch(EPOLL_CTL_MOD, fd, EPOLLONESHOT) == -1 ? -1 : told(ms);
}

static int by_edge(int fd, int ms) {
  return watch(EPOLL_CTL_MOD, fd, EPOLLET) == -1 ? -1 : told(ms);
}

/* Output is possible all the time; then something comes, and then the end. */
static void hears_of_both(wait_call *wait, int pair[2], int stream, int rdhup) {
  char byte;
  for (int i = 0; i < 20; i++)
    REQUIRE_EQ(wait(pair[1], WAIT_MS), POLLOUT);
  for (int round = 0; round < 3; round++) {
    int calls = 0, got = POLLOUT;
    REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
    while (calls++ < CALLS && (got = wait(pair[1], WAIT_MS)) == POLLOUT)
      t_pause_ms(1);
    CHECK_EQ(got, POLLIN | POLLOUT);
    REQUIRE_EQ(recv(pair[1], &byte, 1, 0), 1);
    REQUIRE_EQ(wait(pair[1], WAIT_MS), POLLOUT);
  }
  if (!stream)
    return;
  int calls = 0, got = POLLOUT;
  REQUIRE_OK(shutdown(pair[0], SHUT_WR));
  while (calls++ < CALLS && (got = wait(pair[1], WAIT_MS)) == POLLOUT)
    t_pause_ms(1);
  CHECK_EQ(got, POLLIN | POLLOUT | rdhup);
}

static void each_kind(wait_call *wait, int (*start)(int fd), int rdhup) {
  for (int kind = 0; kind < 3; kind++) {
    int pair[2];
    REQUIRE_OK(kind == 0   ? t_tcp_pair(AF_INET, pair)
               : kind == 1 ? t_udp_pair(AF_INET, pair)
                           : socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    REQUIRE_OK(start ? start(pair[1]) : 0);
    hears_of_both(wait, pair, kind != 1, rdhup);
    close(pair[0]), close(pair[1]);
    if (start)
      close(set);
  }
}

static int start(int fd) {
  set = epoll_create1(0);
  return set == -1 ? -1 : watch(EPOLL_CTL_ADD, fd, 0);
}

TEST(poll_tells_input_beside_output) { each_kind(by_poll, NULL, POLLRDHUP); }
TEST(ppoll_tells_input_beside_output) { each_kind(by_ppoll, NULL, POLLRDHUP); }
TEST(select_tells_input_beside_output) { each_kind(by_select, NULL, 0); }
TEST(pselect_tells_input_beside_output) { each_kind(by_pselect, NULL, 0); }
TEST(epoll_tells_input_beside_output) { each_kind(by_epoll, start, POLLRDHUP); }
TEST(oneshot_tells_input_beside_output) { each_kind(by_oneshot, start, POLLRDHUP); }
TEST(an_armed_edge_tells_input_beside_output) { each_kind(by_edge, start, POLLRDHUP); }

/* A program that only asks, with a timeout of 0, is told within so many calls and some time: what does not ask
 * the host at all would spin here for ever. */
static void in_a_loop(wait_call *wait, int (*begin)(int fd)) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(begin ? begin(pair[1]) : 0);
  for (int i = 0; i < 1000; i++)
    REQUIRE_EQ(wait(pair[1], 0), POLLOUT);
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  t_pause_ms(20);
  int calls = 0;
  while (calls < 100000 && !(wait(pair[1], 0) & POLLIN))
    calls++;
  CHECK(calls < 100000);
  if (begin)
    close(set);
}

TEST(a_loop_of_polls_is_told) { in_a_loop(by_poll, NULL); }
TEST(a_loop_of_selects_is_told) { in_a_loop(by_select, NULL); }
TEST(a_loop_of_epoll_waits_is_told) { in_a_loop(by_epoll, start); }

/* Sets of many, all of which can be written to: every one of them is told what it can read. */
TEST(each_of_many_is_told) {
  enum { MANY = 40 };
  struct pollfd p[MANY];
  int pairs[MANY][2];
  REQUIRE_OK(set = epoll_create1(0));
  for (int i = 0; i < MANY; i++) {
    REQUIRE_OK(t_tcp_pair(AF_INET, pairs[i]));
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.u32 = (uint32_t)i};
    REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, pairs[i][1], &e));
    p[i] = (struct pollfd){pairs[i][1], POLLIN | POLLOUT, 0};
  }
  for (int i = 0; i < MANY; i += 13) {
    struct epoll_event e[MANY];
    int found = 0;
    char byte;
    REQUIRE_EQ(poll(p, MANY, -1), MANY);
    REQUIRE_EQ(epoll_wait(set, e, MANY, -1), MANY);
    REQUIRE_EQ(send(pairs[i][0], "x", 1, 0), 1);
    t_pause_ms(20);
    for (int calls = 0; calls < CALLS && !(p[i].revents & POLLIN); calls++)
      REQUIRE_EQ(poll(p, MANY, -1), MANY);
    CHECK(p[i].revents & POLLIN);
    for (int calls = 0; calls < CALLS && !found; calls++) {
      int n = epoll_wait(set, e, MANY, -1);
      for (int k = 0; k < n; k++)
        found |= e[k].data.u32 == (uint32_t)i && (e[k].events & EPOLLIN);
    }
    CHECK(found);
    REQUIRE_EQ(recv(pairs[i][1], &byte, 1, 0), 1);
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(poll_tells_input_beside_output);
  RUN(ppoll_tells_input_beside_output);
  RUN(select_tells_input_beside_output);
  RUN(pselect_tells_input_beside_output);
  RUN(epoll_tells_input_beside_output);
  RUN(oneshot_tells_input_beside_output);
  RUN(an_armed_edge_tells_input_beside_output);
  RUN(a_loop_of_polls_is_told);
  RUN(a_loop_of_selects_is_told);
  RUN(a_loop_of_epoll_waits_is_told);
  RUN(each_of_many_is_told);
  return T_END();
}
