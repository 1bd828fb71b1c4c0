/* The peer has ended its side, and then a reset comes: it is told as on Linux, to waits that look and to those that
 * sleep, and the end can still be read. */
#include "../t.h"

#include <sys/epoll.h>

/* A connection whose peer has closed it; pair[0] is unused then. With `half` it only ended its side. */
static int ended(int pair[2], int half) {
  char byte;
  if (t_tcp_pair(AF_INET, pair) == -1)
    return -1;
  if (half)
    shutdown(pair[0], SHUT_WR);
  else
    close(pair[0]);
  return recv(pair[1], &byte, 1, 0) == 0 ? 0 : -1;
}

static void as_on_linux(int fd) {
  char byte;
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), EPIPE);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  CHECK_EQ(recv(fd, &byte, 1, 0), 0);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT | POLLRDHUP, 0), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_ERRNO(shutdown(fd, SHUT_WR), ENOTCONN);
  CHECK_ERRNO(send(fd, &byte, 1, MSG_NOSIGNAL), EPIPE);
}

TEST(by_poll) {
  int pair[2];
  REQUIRE_OK(ended(pair, 0));
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  T_UNTIL(t_poll(pair[1], POLLIN, 0) & POLLERR);
  CHECK_EQ(t_poll(pair[1], POLLIN, T_LIMIT_MS), POLLIN | POLLERR | POLLHUP);
  as_on_linux(pair[1]);
}

/* What is asked for does not hold, so the call sleeps. */
TEST(by_a_poll_that_sleeps) {
  int pair[2];
  REQUIRE_OK(ended(pair, 0));
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  CHECK_EQ(t_poll(pair[1], 0, T_LIMIT_MS), POLLERR | POLLHUP);
  as_on_linux(pair[1]);
}

TEST(by_epoll) {
  for (int edge = 0; edge < 2; edge++) {
    int pair[2], set = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN | (edge ? EPOLLET : 0)};
    REQUIRE_OK(ended(pair, 0));
    REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &e));
    REQUIRE_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
    REQUIRE_EQ(e.events, EPOLLIN);
    REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
    T_UNTIL(epoll_wait(set, &e, 1, T_LIMIT_MS) == 1 && (e.events & EPOLLERR));
    CHECK_EQ(e.events, EPOLLIN | EPOLLERR | EPOLLHUP);
    as_on_linux(pair[1]);
    close(set);
  }
}

/* By the option alone, after a while. */
TEST(by_the_option) {
  int pair[2];
  REQUIRE_OK(ended(pair, 0));
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  T_UNTIL(t_get_int(pair[1], SOL_SOCKET, SO_ERROR) == EPIPE);
}

/* Without anything sent: the peer had ended its side, and resets the connection later. */
TEST(by_itself) {
  int peer = peer_open(), fd = peer_connection(peer), set = epoll_create1(0);
  struct epoll_event e = {.events = 0};
  char byte;
  REQUIRE(fd != -1);
  REQUIRE(peer_run(peer, "shut 1 wr"));
  REQUIRE_EQ(recv(fd, &byte, 1, 0), 0);
  REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e));
  REQUIRE_EQ(epoll_wait(set, &e, 1, 50), 0);
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "reset 1"));
  REQUIRE_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.events, EPOLLERR | EPOLLHUP);
  as_on_linux(fd);
}

/* A side that has only ended stays usable, for as long as one likes. */
TEST(none_comes) {
  int pair[2], set = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN | EPOLLET};
  char byte;
  REQUIRE_OK(ended(pair, 1));
  REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &e));
  REQUIRE_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
  REQUIRE_EQ(e.events, EPOLLIN);
  for (int i = 0; i < 5; i++) {
    REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
    REQUIRE_EQ(recv(pair[0], &byte, 1, 0), 1);
    REQUIRE_EQ(epoll_wait(set, &e, 1, 30), 0);
    REQUIRE_EQ(t_poll(pair[1], 0, 30), 0);
    REQUIRE_EQ(t_poll(pair[1], POLLIN | POLLOUT, T_LIMIT_MS), POLLIN | POLLOUT);
  }
  CHECK_EQ(t_get_int(pair[1], SOL_SOCKET, SO_ERROR), 0);
  REQUIRE_OK(shutdown(pair[1], SHUT_WR));
  CHECK_EQ(t_poll(pair[1], POLLIN, T_LIMIT_MS), POLLIN | POLLHUP);
  CHECK_EQ(t_get_int(pair[1], SOL_SOCKET, SO_ERROR), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(by_poll);
  RUN(by_a_poll_that_sleeps);
  RUN(by_epoll);
  RUN(by_the_option);
  RUN(by_itself);
  RUN(none_comes);
  return T_END();
}
