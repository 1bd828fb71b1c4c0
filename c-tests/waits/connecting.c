/* A connect() that does not wait: whoever waits for it is woken when it stands, each time. The other end is
 * another process, so that it stands at any moment: while poll() looks, before it sleeps and while it does. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/select.h>

enum {
  ROUNDS = 400,
  /* The helper takes the next connection; its queue holds the others. */
  TAKEN = 50,
};

static int begin(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd != -1 && t_connect(fd, t_loopback(AF_INET, port)) == -1 && errno != EINPROGRESS)
    return -1;
  return fd;
}

/* Whether it is told that `fd` can be written to. */
typedef int wait_call(int fd);

static int poll_for_both(int fd) { return t_poll(fd, POLLIN | POLLOUT, T_LIMIT_MS) & POLLOUT; }

static int poll_for_output(int fd) { return t_poll(fd, POLLOUT, T_LIMIT_MS) & POLLOUT; }

static int select_both(int fd) {
  fd_set in, out;
  struct timeval limit = {T_LIMIT_MS / 1000, 0};
  FD_ZERO(&in);
  FD_SET(fd, &in);
  out = in;
  return select(fd + 1, &in, &out, NULL, &limit) > 0 && FD_ISSET(fd, &out);
}

static int epoll_by(int fd, unsigned events) {
  struct epoll_event e = {.events = events};
  int set = epoll_create1(0);
  int n = epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) == -1 ? -1 : epoll_wait(set, &e, 1, T_LIMIT_MS);
  close(set);
  return n == 1 && (e.events & EPOLLOUT);
}

static int epoll_level(int fd) { return epoll_by(fd, EPOLLIN | EPOLLOUT); }
static int epoll_edge(int fd) { return epoll_by(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET); }

/* As poll_for_both, with an idle connection in the set, and after that has been asked about alone. */
static int idle[2];

static int poll_among_others(int fd) {
  struct pollfd p[2] = {{idle[1], POLLIN, 0}, {fd, POLLIN | POLLOUT, 0}};
  int n = poll(p, 2, T_LIMIT_MS);
  return n == 1 && (p[1].revents & POLLOUT);
}

static void wakes(wait_call *wait) {
  int peer = peer_open(), port = (int)peer_number(peer, "listen 1 127.0.0.1");
  REQUIRE(peer != -1 && port > 0);
  REQUIRE_OK(t_tcp_pair(AF_INET, idle));
  for (int round = 0; round < ROUNDS; round++) {
    int fd = begin(port);
    REQUIRE(fd != -1);
    REQUIRE(wait(fd));
    REQUIRE_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
    REQUIRE_EQ(send(fd, "x", 1, 0), 1);
    close(fd);
    if (round % TAKEN == TAKEN - 1)
      for (int i = 0; i < TAKEN; i++)
        REQUIRE(peer_number(peer, "accept 2 1") > 0);
  }
}

TEST(poll_for_both_wakes) { wakes(poll_for_both); }
TEST(poll_for_output_wakes) { wakes(poll_for_output); }
TEST(poll_among_others_wakes) { wakes(poll_among_others); }
TEST(select_wakes) { wakes(select_both); }
TEST(epoll_wakes) { wakes(epoll_level); }
TEST(an_edge_wakes) { wakes(epoll_edge); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(poll_for_both_wakes);
  RUN(poll_for_output_wakes);
  RUN(poll_among_others_wakes);
  RUN(select_wakes);
  RUN(epoll_wakes);
  RUN(an_edge_wakes);
  return T_END();
}
