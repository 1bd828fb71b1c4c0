/* Ten thousand members of one set, a hundred of them active: exactly the right events. epoll(7). */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/resource.h>

enum { COUNT = 10000, ACTIVE = 100, STEP = COUNT / ACTIVE };
static int fds[COUNT];
static struct epoll_event events[COUNT];
static unsigned char seen[COUNT];

/* Datagram sockets, a thousand on each of ten loopback addresses that nothing else uses:
 * no port range is used up. */
static int open_all(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
    return -1;
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < COUNT + 300) {
    limit.rlim_cur = COUNT + 300;
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < limit.rlim_cur)
      limit.rlim_max = limit.rlim_cur;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
      return -1;
  }
  for (int i = 0; i < COUNT; i++) {
    char quad[16];
    snprintf(quad, sizeof quad, "127.0.%d.1", 1 + i / 1000);
    fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
    if (fds[i] == -1 || t_bind(fds[i], t_ipv4(quad, 0)) == -1)
      return -1;
  }
  return 0;
}

/* Collects events until `wanted` different members were seen; -1 on one that is not `offset`
 * modulo STEP, the number of different members otherwise. */
static int collect(int set, int wanted, int offset) {
  int different = 0;
  memset(seen, 0, sizeof seen);
  for (long long end = t_now_ms() + T_LIMIT_MS; different < wanted && t_now_ms() < end;) {
    int n = epoll_wait(set, events, COUNT, 1000);
    if (n < 0)
      return -1;
    for (int k = 0; k < n; k++) {
      uint32_t i = events[k].data.u32;
      if (i >= COUNT || (int)i % STEP != offset || events[k].events != EPOLLIN)
        return -1;
      different += !seen[i];
      seen[i] = 1;
    }
  }
  return different;
}

TEST(ten_thousand_members_a_hundred_active) {
  int set = epoll_create1(0), from = t_bound(AF_INET, SOCK_DGRAM);
  char byte;
  REQUIRE_OK(open_all());
  for (int i = 0; i < COUNT; i++) {
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &e));
  }
  CHECK_EQ(epoll_wait(set, events, COUNT, 0), 0);
  static const int offsets[] = {0, 41, STEP - 1};
  for (int round = 0; round < 3; round++) {
    for (int i = offsets[round]; i < COUNT; i += STEP) {
      struct t_addr to = t_local(fds[i]);
      REQUIRE_EQ(sendto(from, "x", 1, 0, &to.sa.any, to.len), 1);
    }
    CHECK_EQ(collect(set, ACTIVE, offsets[round]), ACTIVE);
    for (int i = offsets[round]; i < COUNT; i += STEP)
      CHECK_EQ(recv(fds[i], &byte, 1, 0), 1);
    CHECK_EQ(epoll_wait(set, events, COUNT, 0), 0);
  }
  /* A few events at a time, from a set in which everything is ready. */
  for (int i = 0; i < COUNT; i++) {
    struct epoll_event e = {.events = EPOLLOUT, .data.u32 = (uint32_t)i};
    REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_MOD, fds[i], &e));
  }
  int different = 0;
  memset(seen, 0, sizeof seen);
  for (int calls = 0; calls < 3 * COUNT / 64 && different < COUNT; calls++) {
    int n = epoll_wait(set, events, 64, T_LIMIT_MS);
    REQUIRE(n > 0 && n <= 64);
    for (int k = 0; k < n; k++) {
      CHECK_EQ(events[k].events, EPOLLOUT);
      REQUIRE(events[k].data.u32 < COUNT);
      different += !seen[events[k].data.u32];
      seen[events[k].data.u32] = 1;
    }
  }
  CHECK_EQ(different, COUNT);
  /* Half of them leave. */
  for (int i = 0; i < COUNT; i += 2)
    CHECK_OK(close(fds[i]));
  different = 0;
  memset(seen, 0, sizeof seen);
  for (int calls = 0; calls < 3 * COUNT / 64 && different < COUNT / 2; calls++) {
    int n = epoll_wait(set, events, COUNT, T_LIMIT_MS);
    REQUIRE(n > 0 && n <= COUNT / 2);
    for (int k = 0; k < n; k++) {
      REQUIRE(events[k].data.u32 < COUNT && events[k].data.u32 % 2 == 1);
      different += !seen[events[k].data.u32];
      seen[events[k].data.u32] = 1;
    }
  }
  CHECK_EQ(different, COUNT / 2);
}

/* Busy members must not keep a newcomer from being reported. */
TEST(a_newcomer_among_busy_ones_is_seen) {
  enum { BUSY = 8 };
  int set = epoll_create1(0), quiet[2], found = 0;
  struct epoll_event e = {.events = EPOLLIN};
  for (int i = 0; i < BUSY; i++) {
    int pair[2];
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    REQUIRE_EQ(send(pair[0], "busy", 4, 0), 4);
    REQUIRE(t_wait(pair[1], POLLIN));
    e.data.u32 = (uint32_t)i;
    CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &e));
  }
  REQUIRE_OK(t_tcp_pair(AF_INET, quiet));
  e.data.u32 = BUSY;
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, quiet[1], &e));
  for (int i = 0; i < 50; i++)
    CHECK_EQ(epoll_wait(set, events, 4, -1), 4);
  REQUIRE_EQ(send(quiet[0], "x", 1, 0), 1);
  for (long long end = t_now_ms() + T_LIMIT_MS; !found && t_now_ms() < end;) {
    int n = epoll_wait(set, events, 4, -1);
    for (int k = 0; k < n; k++)
      found |= events[k].data.u32 == BUSY;
  }
  CHECK(found);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(ten_thousand_members_a_hundred_active);
  RUN(a_newcomer_among_busy_ones_is_seen);
  return T_END();
}
