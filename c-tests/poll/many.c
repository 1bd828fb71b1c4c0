/* Thousands of sockets in one poll(). poll(2): the limit is RLIMIT_NOFILE, not FD_SETSIZE. */
#include "../t.h"

#include <sys/resource.h>

enum { PAIRS = 1500, COUNT = 2 * PAIRS };
static struct pollfd p[COUNT + 2];

static int raise_the_limit(rlim_t wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
    return -1;
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < wanted) {
    limit.rlim_cur = wanted;
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted)
      limit.rlim_max = wanted;
    return setrlimit(RLIMIT_NOFILE, &limit);
  }
  return 0;
}

TEST(three_thousand_connected_sockets) {
  int listener = t_listener(AF_INET);
  char byte;
  REQUIRE_OK(raise_the_limit(COUNT + 200));
  REQUIRE_OK(listener);
  for (int i = 0; i < PAIRS; i++) {
    p[2 * i].fd = t_client(listener);
    REQUIRE_OK(p[2 * i].fd);
    p[2 * i + 1].fd = accept(listener, NULL, NULL);
    REQUIRE_OK(p[2 * i + 1].fd);
  }
  for (int i = 0; i < COUNT; i++)
    p[i].events = POLLIN;
  CHECK_EQ(poll(p, COUNT, 0), 0);
  CHECK_EQ(poll(p, COUNT, 30), 0);

  /* One, at several places. */
  static const int single[] = {0, 1, 1023, 1024, 1025, 2047, COUNT - 1};
  for (unsigned k = 0; k < sizeof single / sizeof *single; k++) {
    int at = single[k];
    REQUIRE_EQ(send(p[at ^ 1].fd, "x", 1, 0), 1);
    CHECK_EQ(poll(p, COUNT, T_LIMIT_MS), 1);
    for (int i = 0; i < COUNT; i++)
      if (p[i].revents != (i == at ? POLLIN : 0))
        CHECK_EQ(i, -2);
    CHECK_EQ(recv(p[at].fd, &byte, 1, 0), 1);
  }

  /* A hundred at once, and each exactly. */
  for (int i = 0; i < 100; i++)
    REQUIRE_EQ(send(p[i * 29 ^ 1].fd, "x", 1, 0), 1);
  for (int i = 0; i < 100; i++)
    REQUIRE(t_wait(p[i * 29].fd, POLLIN));
  CHECK_EQ(poll(p, COUNT, T_LIMIT_MS), 100);
  for (int i = 0; i < COUNT; i++)
    if (p[i].revents != (i % 29 == 0 && i / 29 < 100 ? POLLIN : 0))
      CHECK_EQ(i, -2);
  for (int i = 0; i < 100; i++)
    CHECK_EQ(recv(p[i * 29].fd, &byte, 1, 0), 1);
  CHECK_EQ(poll(p, COUNT, 0), 0);

  /* All writable. */
  for (int i = 0; i < COUNT; i++)
    p[i].events = POLLIN | POLLOUT;
  CHECK_EQ(poll(p, COUNT, T_LIMIT_MS), COUNT);
  for (int i = 0; i < COUNT; i++)
    if (p[i].revents != POLLOUT)
      CHECK_EQ(i, -2);

  /* Half of them hang up. */
  for (int i = 0; i < COUNT; i += 2) {
    p[i + 1].events = POLLRDHUP;
    CHECK_OK(close(p[i].fd));
    p[i].fd = -1;
  }
  for (int i = 1; i < COUNT; i += 2)
    REQUIRE(t_wait(p[i].fd, POLLRDHUP));
  CHECK_EQ(poll(p, COUNT, T_LIMIT_MS), PAIRS);
}

/* Busy descriptors must not keep the idle ones from being noticed. */
TEST(a_newcomer_among_busy_ones_is_seen) {
  enum { BUSY = 8 };
  int quiet[2];
  for (int i = 0; i < BUSY; i++) {
    int pair[2];
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    REQUIRE_EQ(send(pair[0], "busy", 4, 0), 4);
    REQUIRE(t_wait(pair[1], POLLIN));
    p[i].fd = pair[1];
    p[i].events = POLLIN;
  }
  REQUIRE_OK(t_tcp_pair(AF_INET, quiet));
  p[BUSY].fd = quiet[1];
  p[BUSY].events = POLLIN;
  for (int i = 0; i < 50; i++)
    CHECK_EQ(poll(p, BUSY + 1, -1), BUSY);
  REQUIRE_EQ(send(quiet[0], "x", 1, 0), 1);
  /* The eight never stop being readable, so only the engine's own fairness finds the ninth. */
  int seen = 0;
  for (long long end = t_now_ms() + T_LIMIT_MS; !seen && t_now_ms() < end;) {
    int n = poll(p, BUSY + 1, -1);
    seen = (p[BUSY].revents & POLLIN) != 0;
    CHECK_EQ(n, BUSY + seen);
  }
  CHECK(seen);
}

TEST(a_thousand_copies_of_one_descriptor) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  for (int i = 0; i < 1000; i++)
    p[i] = (struct pollfd){fd, i % 2 ? POLLIN : POLLOUT, 0};
  CHECK_EQ(poll(p, 1000, 1000), 500);
  for (int i = 0; i < 1000; i++)
    CHECK_EQ(p[i].revents, i % 2 ? 0 : POLLOUT);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(three_thousand_connected_sockets);
  RUN(a_newcomer_among_busy_ones_is_seen);
  RUN(a_thousand_copies_of_one_descriptor);
  return T_END();
}
