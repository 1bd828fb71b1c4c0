/* Servers as programs write them: an edge-triggered loop (nginx), a level-triggered one
 * (beanstalkd, libevent) and a one-shot one, each with many clients that connect, ask, half-close
 * and reset. */
#include "../t.h"

#include <sys/epoll.h>

enum { CLIENTS = 60, ASK = 700, ANSWER = 30000 };

struct connection {
  int fd, asked, sent, ended;
};

static struct connection connections[CLIENTS];
static unsigned char answer[ANSWER];
static struct epoll_event events[16];

/* Reads and writes as far as it goes without blocking: 1 while the connection goes on, 0 when it
 * ended as it should, -1 on an error. */
static int advance(struct connection *c) {
  unsigned char buffer[300];
  for (;;) {
    ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);
    if (n == 0) {
      c->ended = 1;
      break;
    }
    if (n == -1 && errno == EAGAIN)
      break;
    if (n == -1 || t_pattern_match(buffer, (size_t)n, (uint64_t)c->asked) != (size_t)n)
      return -1;
    c->asked += (int)n;
  }
  while (c->asked == ASK && c->sent < ANSWER) {
    ssize_t n = send(c->fd, answer + c->sent, (size_t)(ANSWER - c->sent), MSG_NOSIGNAL);
    if (n == -1 && errno == EAGAIN)
      return 1;
    if (n == -1)
      return -1;
    c->sent += (int)n;
  }
  return !(c->ended && c->sent == ANSWER);
}

/* Serves CLIENTS connections with events of this kind; the peer process visits in CLIENTS slots. */
static void serve(uint32_t how) {
  int set = epoll_create1(0), listener = t_listener(AF_INET), peer = peer_open();
  int accepted = 0, done = 0;
  struct epoll_event e = {.events = EPOLLIN | (how & EPOLLET), .data.u32 = CLIENTS};
  REQUIRE_OK(t_set_nonblock(listener, 1));
  REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, listener, &e));
  memset(connections, 0, sizeof connections);
  t_pattern(answer, sizeof answer, 0);
  for (int i = 0; i < CLIENTS; i++) {
    REQUIRE_OK(peer_start(peer, "connect %d 127.0.0.1 %d", i, t_port(listener)));
    REQUIRE_OK(peer_start(peer, "write %d 300", i));
  }
  for (int i = CLIENTS - 1; i >= 0; i--) {
    REQUIRE_OK(peer_start(peer, "write %d %d", i, ASK - 300));
    REQUIRE_OK(peer_start(peer, "shut %d wr", i));
    REQUIRE_OK(peer_start(peer, "drain %d", i));
  }
  while (done < CLIENTS) {
    int n = epoll_wait(set, events, 16, T_LIMIT_MS);
    REQUIRE(n > 0);
    for (int k = 0; k < n; k++) {
      uint32_t who = events[k].data.u32;
      if (who == CLIENTS) {
        int fd;
        while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) != -1) {
          REQUIRE(accepted < CLIENTS);
          connections[accepted].fd = fd;
          e.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | how;
          e.data.u32 = (uint32_t)accepted++;
          REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e));
        }
        CHECK_EQ(errno, EAGAIN);
        continue;
      }
      REQUIRE(who < (uint32_t)accepted);
      struct connection *c = &connections[who];
      int going = advance(c);
      REQUIRE(going != -1);
      if (!going) {
        CHECK_EQ(c->asked, ASK);
        CHECK_OK(close(c->fd));
        done++;
      } else if (!(how & EPOLLET)) {
        /* Ask for writability only while there is something to write, and after the end of the
         * request no longer for reading. */
        e.events =
            (c->ended ? 0 : EPOLLIN) | (c->asked == ASK && c->sent < ANSWER ? EPOLLOUT : 0) | how;
        e.data.u32 = who;
        REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_MOD, c->fd, &e));
      }
    }
  }
  char want[60];
  snprintf(want, sizeof want, "%d %016llx eof", ANSWER,
           (unsigned long long)t_hash(T_HASH_START, answer, ANSWER));
  for (int i = 0; i < 2 * CLIENTS; i++)
    REQUIRE(peer_answer(peer));
  for (int i = 0; i < CLIENTS; i++) {
    REQUIRE(peer_answer(peer));
    REQUIRE(peer_answer(peer));
    CHECK_STR(peer_answer(peer), want);
  }
  CHECK_EQ(epoll_wait(set, events, 16, 0), 0);
}

TEST(level_triggered) { serve(0); }
TEST(edge_triggered) { serve(EPOLLET); }
TEST(one_shot) { serve(EPOLLONESHOT); }

/* Clients that reset at any moment must not disturb the others. */
TEST(resets_among_the_clients) {
  int set = epoll_create1(0), listener = t_listener(AF_INET), peer = peer_open(), served = 0,
      gone = 0;
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listener};
  REQUIRE_OK(t_set_nonblock(listener, 1));
  REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, listener, &e));
  for (int i = 0; i < 40; i++)
    if (i % 4 == 3)
      REQUIRE_OK(peer_start(peer, "bounce 127.0.0.1 %d", t_port(listener)));
    else {
      REQUIRE_OK(peer_start(peer, "connect %d 127.0.0.1 %d", i, t_port(listener)));
      REQUIRE_OK(peer_start(peer, "text %d hello", i));
      if (i % 4 == 2)
        REQUIRE_OK(peer_start(peer, "reset %d", i));
    }
  while (served < 20) {
    int n = epoll_wait(set, events, 16, T_LIMIT_MS);
    REQUIRE(n > 0);
    for (int k = 0; k < n; k++) {
      int fd = events[k].data.fd;
      char buffer[16];
      if (fd == listener) {
        while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) != -1) {
          e.events = EPOLLIN;
          e.data.fd = fd;
          REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e));
        }
        CHECK(errno == EAGAIN || errno == ECONNABORTED);
        continue;
      }
      ssize_t got = recv(fd, buffer, sizeof buffer, 0);
      if (got == 5 && send(fd, "world", 5, MSG_NOSIGNAL) == 5) {
        /* Kept open: only an end or a reset removes it. */
        served++;
      } else {
        CHECK(got == 5 || got == 0 || (got == -1 && errno == ECONNRESET));
        CHECK_OK(close(fd));
        gone++;
      }
    }
  }
  CHECK(gone <= 20);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(level_triggered);
  RUN(edge_triggered);
  RUN(one_shot);
  RUN(resets_among_the_clients);
  return T_END();
}
