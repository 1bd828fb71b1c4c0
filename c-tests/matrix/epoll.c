/* The matrix of waits by epoll_wait(): level-triggered, edge-triggered, and once each time it is armed. */
#include "matrix.h"

#include <sys/epoll.h>

static unsigned mode;
static int set = -1;

/* Same bits, other names. */
static unsigned bits(int conditions) {
  return (conditions & IN ? EPOLLIN : 0) | (conditions & OUT ? EPOLLOUT : 0) | (conditions & RDHUP ? EPOLLRDHUP : 0);
}

static int control(int op, int fd, unsigned events, uint32_t data) {
  struct epoll_event e = {.events = events, .data.u32 = data};
  return epoll_ctl(set, op, fd, &e);
}

static int enter(void) {
  set = epoll_create1(0);
  if (set == -1 || (!late && control(EPOLL_CTL_ADD, tested, bits(interest) | mode, 1) == -1))
    return -1;
  for (int i = 0; i < size - 1; i++)
    if (control(EPOLL_CTL_ADD, others[i], EPOLLIN, 0) == -1)
      return -1;
  return late ? control(EPOLL_CTL_ADD, tested, bits(interest) | mode, 1) : 0;
}

static int told(int ms) {
  struct epoll_event e[2];
  if (mode == EPOLLONESHOT && control(EPOLL_CTL_MOD, tested, bits(interest) | mode, 1) == -1)
    return -1;
  int n = epoll_wait(set, e, 2, ms);
  if (n <= 0)
    return n;
  if (n > 1 || e[0].data.u32 != 1)
    return -1;
  return (e[0].events & EPOLLIN ? IN : 0) | (e[0].events & EPOLLOUT ? OUT : 0) |
         (e[0].events & EPOLLRDHUP ? RDHUP : 0) | (e[0].events & EPOLLERR ? POLLERR : 0) |
         (e[0].events & EPOLLHUP ? POLLHUP : 0);
}

static void leave(void) { close(set); }

static int visible(int conditions) { return conditions & (interest | FAILED); }

static int is_edge(void) { return mode == EPOLLET; }

static void by(unsigned how, const struct event *one) {
  mode = how;
  matrix(one);
}

TEST(level_data) { by(0, &data); }
TEST(level_end) { by(0, &end); }
TEST(level_reset) { by(0, &reset); }
TEST(level_room) { by(0, &room); }
TEST(level_connection) { by(0, &connection); }
TEST(level_datagram) { by(0, &datagram); }
TEST(level_refusal) { by(0, &refusal); }
TEST(level_connected) { by(0, &connected); }
TEST(level_refused) { by(0, &refused); }
TEST(edge_data) { by(EPOLLET, &data); }
TEST(edge_end) { by(EPOLLET, &end); }
TEST(edge_reset) { by(EPOLLET, &reset); }
TEST(edge_room) { by(EPOLLET, &room); }
TEST(edge_connection) { by(EPOLLET, &connection); }
TEST(edge_datagram) { by(EPOLLET, &datagram); }
TEST(edge_refusal) { by(EPOLLET, &refusal); }
TEST(edge_connected) { by(EPOLLET, &connected); }
TEST(edge_refused) { by(EPOLLET, &refused); }
TEST(once_data) { by(EPOLLONESHOT, &data); }
TEST(once_end) { by(EPOLLONESHOT, &end); }
TEST(once_reset) { by(EPOLLONESHOT, &reset); }
TEST(once_room) { by(EPOLLONESHOT, &room); }
TEST(once_connection) { by(EPOLLONESHOT, &connection); }
TEST(once_datagram) { by(EPOLLONESHOT, &datagram); }
TEST(once_refusal) { by(EPOLLONESHOT, &refusal); }
TEST(once_connected) { by(EPOLLONESHOT, &connected); }
TEST(once_refused) { by(EPOLLONESHOT, &refused); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(level_data);
  RUN(level_end);
  RUN(level_reset);
  RUN(level_room);
  RUN(level_connection);
  RUN(level_datagram);
  RUN(level_refusal);
  RUN(level_connected);
  RUN(level_refused);
  RUN(edge_data);
  RUN(edge_end);
  RUN(edge_reset);
  RUN(edge_room);
  RUN(edge_connection);
  RUN(edge_datagram);
  RUN(edge_refusal);
  RUN(edge_connected);
  RUN(edge_refused);
  RUN(once_data);
  RUN(once_end);
  RUN(once_reset);
  RUN(once_room);
  RUN(once_connection);
  RUN(once_datagram);
  RUN(once_refusal);
  RUN(once_connected);
  RUN(once_refused);
  return T_END();
}
