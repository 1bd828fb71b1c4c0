/* Level-triggered epoll: events, timeouts, rotation, the states of connections. epoll(7),
 * epoll_wait(2); ideas: LTP epoll_wait01/05/11..14, Linux selftests epoll_wakeup_test, haproxy
 * dev/poll. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

static int add(int set, int fd, uint32_t events) {
  struct epoll_event e = {.events = events, .data.fd = fd};
  return epoll_ctl(set, EPOLL_CTL_ADD, fd, &e);
}

/* The events of the one descriptor that is ready within T_LIMIT_MS; 0 when none is. */
static uint32_t one(int set) {
  struct epoll_event e = {0};
  return epoll_wait(set, &e, 1, T_LIMIT_MS) == 1 ? e.events : 0;
}

TEST(reported_until_drained) {
  int set = epoll_create1(0), pair[2];
  struct epoll_event e[4];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(set, pair[1], EPOLLIN));
  CHECK_EQ(epoll_wait(set, e, 4, 0), 0);
  REQUIRE_EQ(send(pair[0], "abc", 3, 0), 3);
  REQUIRE(t_wait_bytes(pair[1], 3));
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(epoll_wait(set, e, 4, T_LIMIT_MS), 1);
    CHECK_EQ(e[0].events, EPOLLIN);
    CHECK_EQ(e[0].data.fd, pair[1]);
    CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
  }
  CHECK_EQ(epoll_wait(set, e, 4, 0), 0);
}

TEST(data_comes_back_unchanged) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM);
  static const uint64_t values[] = {0, 1, 0xffffffffffffffff, 0x123456789abcdef0,
                                    0x8000000000000000};
  struct epoll_event e;
  for (int i = 0; i < 5; i++) {
    e.events = EPOLLOUT;
    e.data.u64 = values[i];
    CHECK_OK(epoll_ctl(set, i ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e));
    memset(&e, 0x33, sizeof e);
    CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
    CHECK(e.data.u64 == values[i]);
    CHECK_EQ(e.events, EPOLLOUT);
  }
}

TEST(timeouts) {
  int set = epoll_create1(0), pair[2];
  struct epoll_event e;
  long long start = t_now_ms();
  CHECK_EQ(epoll_wait(set, &e, 1, 60), 0);
  CHECK(t_now_ms() - start >= 59);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(set, pair[0], EPOLLIN));
  for (int i = 0; i < 100; i++)
    CHECK_EQ(epoll_wait(set, &e, 1, 0), 0);
  start = t_now_ms();
  CHECK_EQ(epoll_wait(set, &e, 1, 60), 0);
  CHECK(t_now_ms() - start >= 59);
}

TEST(data_wakes_an_endless_wait) {
  int peer = peer_open(), listener = t_listener(AF_INET), set = epoll_create1(0), fd;
  struct epoll_event e;
  CHECK_OK(add(set, listener, EPOLLIN));
  REQUIRE_OK(peer_start(peer, "pause 40"));
  REQUIRE_OK(peer_start(peer, "connect 0 127.0.0.1 %d", t_port(listener)));
  CHECK_EQ(epoll_wait(set, &e, 1, -1), 1);
  CHECK_EQ(e.data.fd, listener);
  CHECK_EQ(e.events, EPOLLIN);
  REQUIRE_OK(fd = accept(listener, NULL, NULL));
  CHECK_OK(add(set, fd, EPOLLIN));
  REQUIRE_OK(peer_start(peer, "pause 40"));
  REQUIRE_OK(peer_start(peer, "text 0 hello"));
  CHECK_EQ(epoll_wait(set, &e, 1, -1), 1);
  CHECK_EQ(e.data.fd, fd);
}

TEST(rotation_at_maxevents) {
  enum { COUNT = 10 };
  int set = epoll_create1(0), fds[COUNT], seen[COUNT] = {0};
  struct epoll_event e[COUNT];
  for (int i = 0; i < COUNT; i++) {
    REQUIRE_OK(fds[i] = eventfd(1, 0));
    struct epoll_event in = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &in));
  }
  for (int round = 0; round < 4; round++) {
    CHECK_EQ(epoll_wait(set, e, 3, T_LIMIT_MS), 3);
    for (int k = 0; k < 3; k++)
      seen[e[k].data.u32]++;
  }
  for (int i = 0; i < COUNT; i++)
    CHECK(seen[i] >= 1);
  CHECK_EQ(epoll_wait(set, e, COUNT, T_LIMIT_MS), COUNT);
}

TEST(rotation_of_sockets_that_stay_ready) {
  enum { COUNT = 6 };
  int set = epoll_create1(0), seen[COUNT] = {0};
  struct epoll_event e;
  for (int i = 0; i < COUNT; i++) {
    int pair[2];
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
    REQUIRE(t_wait(pair[1], POLLIN));
    struct epoll_event in = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &in));
  }
  for (int i = 0; i < COUNT; i++) {
    CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
    REQUIRE(e.data.u32 < COUNT);
    seen[e.data.u32]++;
  }
  for (int i = 0; i < COUNT; i++)
    CHECK_EQ(seen[i], 1);
}

TEST(hangups_and_errors_come_unasked) {
  int set = epoll_create1(0), pair[2], peer = peer_open(), listener = t_listener(AF_INET), fd;
  struct epoll_event e;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(set, pair[0], 0));
  CHECK_EQ(epoll_wait(set, &e, 1, 0), 0);
  CHECK_OK(shutdown(pair[0], SHUT_RDWR));
  CHECK_EQ(one(set), EPOLLHUP);
  CHECK_OK(close(pair[0]));
  REQUIRE(peer_run(peer, "connect 0 127.0.0.1 %d", t_port(listener)));
  REQUIRE_OK(fd = accept(listener, NULL, NULL));
  CHECK_OK(add(set, fd, 0));
  CHECK_EQ(epoll_wait(set, &e, 1, 0), 0);
  REQUIRE(peer_run(peer, "reset 0"));
  CHECK_EQ(one(set), EPOLLERR | EPOLLHUP);
}

TEST(rdhup_only_if_asked) {
  int set = epoll_create1(0), with = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(set, pair[0], EPOLLIN));
  CHECK_OK(add(with, pair[0], EPOLLIN | EPOLLRDHUP));
  CHECK_OK(shutdown(pair[1], SHUT_WR));
  CHECK_EQ(one(set), EPOLLIN);
  CHECK_EQ(one(with), EPOLLIN | EPOLLRDHUP);
}

TEST(the_states_of_a_connection) {
  enum { ALL = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI };
  int set = epoll_create1(0), pair[2], fresh = socket(AF_INET, SOCK_STREAM, 0), udp[2];
  struct epoll_event e;
  CHECK_OK(add(set, fresh, ALL));
  CHECK_EQ(one(set), EPOLLOUT | EPOLLHUP);
  CHECK_OK(close(fresh));
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(set, pair[0], ALL));
  CHECK_EQ(one(set), EPOLLOUT);
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[0], POLLIN));
  CHECK_EQ(one(set), EPOLLIN | EPOLLOUT);
  CHECK_OK(close(pair[1]));
  REQUIRE(t_wait(pair[0], POLLRDHUP));
  CHECK_EQ(one(set), EPOLLIN | EPOLLOUT | EPOLLRDHUP);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(one(set), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLHUP);
  CHECK_OK(close(pair[0]));
  CHECK_EQ(epoll_wait(set, &e, 1, 0), 0);
  REQUIRE_OK(t_udp_pair(AF_INET, udp));
  CHECK_OK(add(set, udp[0], ALL));
  CHECK_EQ(one(set), EPOLLOUT);
  CHECK_OK(close(udp[1]));
  REQUIRE_EQ(send(udp[0], "x", 1, 0), 1);
  REQUIRE(t_wait(udp[0], POLLERR));
  CHECK_EQ(one(set), EPOLLOUT | EPOLLERR);
}

TEST(a_refused_connect) {
  int set = epoll_create1(0), gone = t_bound(AF_INET, SOCK_STREAM);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct t_addr name = t_local(gone);
  CHECK_OK(close(gone));
  REQUIRE_ERRNO(t_connect(fd, name), EINPROGRESS);
  REQUIRE(t_wait(fd, POLLERR));
  CHECK_OK(add(set, fd, EPOLLOUT));
  CHECK_EQ(one(set), EPOLLOUT | EPOLLERR | EPOLLHUP);
}

TEST(a_connect_in_progress) {
  int set = epoll_create1(0), listener = t_listener(AF_INET);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  CHECK(t_connect(fd, t_local(listener)) == 0 || errno == EINPROGRESS);
  CHECK_OK(add(set, fd, EPOLLIN | EPOLLOUT));
  CHECK_EQ(one(set), EPOLLOUT);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

TEST(norm_bits_mirror_in_and_out) {
  int set = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(set, pair[0], EPOLLRDNORM | EPOLLWRNORM));
  CHECK_EQ(one(set), EPOLLWRNORM);
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[0], POLLIN));
  CHECK_EQ(one(set), EPOLLRDNORM | EPOLLWRNORM);
}

TEST(writability_comes_back) {
  int set = epoll_create1(0), pair[2];
  struct epoll_event e;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  long long sent = t_fill(pair[0]);
  REQUIRE(sent > 0);
  CHECK_OK(add(set, pair[0], EPOLLOUT));
  CHECK_EQ(epoll_wait(set, &e, 1, 20), 0);
  CHECK_EQ(t_drain(pair[1], sent, 0), sent);
  CHECK_EQ(one(set), EPOLLOUT);
}

TEST(pwait_without_a_mask) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM);
  struct epoll_event e;
  CHECK_EQ(epoll_pwait(set, &e, 1, 10, NULL), 0);
  CHECK_OK(add(set, fd, EPOLLOUT));
  CHECK_EQ(epoll_pwait(set, &e, 1, -1, NULL), 1);
  CHECK_EQ(e.data.fd, fd);
}

TEST(pwait2_takes_a_timespec) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM);
  struct epoll_event e;
  struct timespec limit = {0, 60000000}, zero = {0, 0};
  static const struct timespec bad[] = {{0, 1000000000}, {0, -1}, {-1, 0}};
  long long start = t_now_ms();
  CHECK_EQ(epoll_pwait2(set, &e, 1, &limit, NULL), 0);
  CHECK(t_now_ms() - start >= 59);
  CHECK_EQ(epoll_pwait2(set, &e, 1, &zero, NULL), 0);
  for (int i = 0; i < 3; i++)
    CHECK_ERRNO(epoll_pwait2(set, &e, 1, &bad[i], NULL), EINVAL);
  CHECK_OK(add(set, fd, EPOLLOUT));
  CHECK_EQ(epoll_pwait2(set, &e, 1, NULL, NULL), 1);
  CHECK_EQ(epoll_pwait2(set, &e, 1, &limit, NULL), 1);
}

/* Bits about urgent data and messages, and the one that keeps a machine from its sleep. */
TEST(bits_that_a_socket_never_has) {
  int set = epoll_create1(0), pair[2];
  struct epoll_event e;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(set, pair[1], EPOLLPRI | EPOLLRDBAND | EPOLLWRBAND | EPOLLMSG | EPOLLWAKEUP));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_EQ(epoll_wait(set, &e, 1, 0), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(reported_until_drained);
  RUN(data_comes_back_unchanged);
  RUN(timeouts);
  RUN(data_wakes_an_endless_wait);
  RUN(rotation_at_maxevents);
  RUN(rotation_of_sockets_that_stay_ready);
  RUN(hangups_and_errors_come_unasked);
  RUN(rdhup_only_if_asked);
  RUN(the_states_of_a_connection);
  RUN(a_refused_connect);
  RUN(a_connect_in_progress);
  RUN(norm_bits_mirror_in_and_out);
  RUN(bits_that_a_socket_never_has);
  RUN(writability_comes_back);
  RUN(pwait_without_a_mask);
  RUN(pwait2_takes_a_timespec);
  return T_END();
}
