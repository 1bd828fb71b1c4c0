/* Connections that come and go for a long time while the same sets are watched: nothing is missed,
 * nothing stale is reported, and neither descriptors nor memory grow. */
#include "../t.h"

#include <sys/epoll.h>

static size_t heap_end(void) {
#ifdef __wasi__
  return __builtin_wasm_memory_size(0) * 65536;
#else
  return (size_t)sbrk(0);
#endif
}

/* One connection from connect to close, each step seen by poll and by epoll. */
static void once(int listener, int set, int i) {
  struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP};
  struct pollfd p[3];
  char buffer[8];
  int client = t_client(listener), server;
  REQUIRE_OK(client);
  p[0] = (struct pollfd){listener, POLLIN, 0};
  REQUIRE_EQ(poll(p, 1, T_LIMIT_MS), 1);
  REQUIRE_OK(server = accept(listener, NULL, NULL));
  e.data.fd = server;
  REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, server, &e));
  REQUIRE_EQ(send(client, &i, sizeof i, 0), sizeof i);
  p[1] = (struct pollfd){server, POLLIN, 0};
  p[2] = (struct pollfd){client, POLLIN, 0};
  REQUIRE_EQ(poll(p, 3, T_LIMIT_MS), 1);
  REQUIRE_EQ(p[1].revents, POLLIN);
  REQUIRE_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
  REQUIRE_EQ(e.data.fd, server);
  REQUIRE_EQ(recv(server, buffer, sizeof buffer, 0), sizeof i);
  REQUIRE(memcmp(buffer, &i, sizeof i) == 0);
  if (i % 3 == 0) {
    REQUIRE_OK(close(server));
    REQUIRE_EQ(recv(client, buffer, 1, 0), 0);
    REQUIRE_OK(close(client));
  } else {
    REQUIRE_OK(close(client));
    REQUIRE_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
    REQUIRE_EQ(e.events, EPOLLIN | EPOLLRDHUP);
    REQUIRE_OK(close(server));
  }
  REQUIRE_EQ(epoll_wait(set, &e, 1, 0), 0);
}

TEST(connections_come_and_go) {
  int listener = t_listener(AF_INET), set = epoll_create1(0), kept[2], first, last;
  struct epoll_event e = {.events = EPOLLIN};
  size_t settled = 0;
  REQUIRE_OK(listener);
  /* Idle members that stay all the time. */
  for (int i = 0; i < 30; i++) {
    REQUIRE_OK(t_tcp_pair(AF_INET, kept));
    e.data.fd = kept[0];
    REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, kept[0], &e));
  }
  REQUIRE_OK(first = dup(listener));
  CHECK_OK(close(first));
  for (int i = 0; i < 1500 && !t_state.failed; i++) {
    once(listener, set, i);
    if (i == 300)
      settled = heap_end();
  }
  CHECK_EQ(heap_end(), settled);
  REQUIRE_OK(last = dup(listener));
  CHECK_EQ(last, first);
  /* The idle ones are still watched. */
  REQUIRE_EQ(send(kept[1], "x", 1, 0), 1);
  CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.data.fd, kept[0]);
}

TEST(sets_come_and_go) {
  int pair[2];
  size_t settled = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  for (int i = 0; i < 2000; i++) {
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    int set = epoll_create1(0);
    REQUIRE_OK(set);
    REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &e));
    REQUIRE_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
    REQUIRE_EQ(e.data.u32, i);
    REQUIRE_OK(close(set));
    if (i == 300)
      settled = heap_end();
  }
  CHECK_EQ(heap_end(), settled);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(connections_come_and_go);
  RUN(sets_come_and_go);
  return T_END();
}
