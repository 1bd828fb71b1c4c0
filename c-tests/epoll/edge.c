/* EPOLLET and EPOLLONESHOT. epoll(7); ideas: LTP epoll_wait06/07, Linux selftests
 * epoll_wakeup_test, libevent regress_et, gVisor EdgeTriggered, Oneshot. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

static int control(int set, int op, int fd, uint32_t events) {
  struct epoll_event e = {.events = events, .data.fd = fd};
  return epoll_ctl(set, op, fd, &e);
}

/* The events of the one ready descriptor, 0 after `ms`. */
static uint32_t within(int set, int ms) {
  struct epoll_event e = {0};
  return epoll_wait(set, &e, 1, ms) == 1 ? e.events : 0;
}
#define NOTHING(set) CHECK_EQ(within(set, 20), 0)

/* pair[0] writes, pair[1] reads: kind 0 TCP, 1 a socket pair, 2 a pipe. */
static int make(int kind, int pair[2]) {
  if (kind == 0)
    return t_tcp_pair(AF_INET, pair);
  if (kind == 1)
    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  int ends[2];
  if (pipe(ends) == -1)
    return -1;
  pair[0] = ends[1];
  pair[1] = ends[0];
  return 0;
}

TEST(one_event_per_arrival) {
  for (int kind = 0; kind < 3; kind++) {
    int set = epoll_create1(0), pair[2];
    char buffer[16];
    REQUIRE_OK(make(kind, pair));
    CHECK_OK(t_set_nonblock(pair[1], 1));
    CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLET));
    NOTHING(set);
    for (int i = 0; i < 3; i++) {
      REQUIRE_EQ(write(pair[0], "abc", 3), 3);
      CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
      NOTHING(set);
      CHECK_EQ(read(pair[1], buffer, sizeof buffer), 3);
      CHECK_ERRNO(read(pair[1], buffer, sizeof buffer), EAGAIN);
      NOTHING(set);
    }
  }
}

/* Unread data gives no second event, but new data does although the old is still there. */
TEST(new_data_behind_unread_data) {
  for (int kind = 1; kind < 3; kind++) {
    int set = epoll_create1(0), pair[2];
    REQUIRE_OK(make(kind, pair));
    CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLET));
    for (int i = 0; i < 3; i++) {
      REQUIRE_EQ(write(pair[0], "abc", 3), 3);
      CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
      NOTHING(set);
    }
  }
}

TEST(new_data_behind_unread_tcp_data) {
  int set = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLET));
  for (int i = 0; i < 3; i++) {
    REQUIRE_EQ(send(pair[0], "abc", 3, 0), 3);
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    NOTHING(set);
  }
}

/* Reading a part is no event; what arrives behind the rest is one. */
TEST(a_partial_read) {
  for (int kind = 0; kind < 2; kind++) {
    int set = epoll_create1(0), pair[2];
    char buffer[16];
    REQUIRE_OK(make(kind, pair));
    CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLET));
    REQUIRE_EQ(write(pair[0], "0123456789", 10), 10);
    REQUIRE(t_wait_bytes(pair[1], 10));
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    CHECK_EQ(recv(pair[1], buffer, 4, 0), 4);
    NOTHING(set);
    CHECK_EQ(recv(pair[1], buffer, 2, MSG_PEEK), 2);
    NOTHING(set);
    REQUIRE_EQ(write(pair[0], "x", 1), 1);
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    CHECK_EQ(recv(pair[1], buffer, 7, MSG_WAITALL), 7);
    NOTHING(set);
  }
}

/* An event tells the whole state, not only what changed. */
TEST(an_event_tells_the_whole_state) {
  int set = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN | EPOLLOUT);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN | EPOLLOUT | EPOLLRDHUP);
  NOTHING(set);
}

TEST(several_clients_and_one_loop) {
  int set = epoll_create1(0), listener = t_listener(AF_INET), count = 0;
  CHECK_OK(t_set_nonblock(listener, 1));
  CHECK_OK(control(set, EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLET));
  for (int i = 0; i < 5; i++)
    CHECK_OK(t_client(listener));
  while (count < 5) {
    REQUIRE_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    while (accept(listener, NULL, NULL) != -1)
      count++;
    CHECK_EQ(errno, EAGAIN);
  }
  NOTHING(set);
}

TEST(removing_and_adding_starts_anew) {
  int set = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i < 3; i++) {
    CHECK_OK(control(set, EPOLL_CTL_ADD, pair[0], EPOLLOUT | EPOLLET));
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
    NOTHING(set);
    CHECK_OK(control(set, EPOLL_CTL_DEL, pair[0], 0));
  }
}

/* A socket that is added before it connects, as libuv and nginx do. */
TEST(added_before_connecting) {
  int set = epoll_create1(0), listener = t_listener(AF_INET);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  CHECK_OK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT | EPOLLHUP);
  NOTHING(set);
  CHECK(t_connect(fd, t_local(listener)) == 0 || errno == EINPROGRESS);
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
  NOTHING(set);
}

/* The usual loop of an edge-triggered program: a short read means that the socket is empty. */
TEST(a_short_read_is_as_good_as_eagain) {
  int set = epoll_create1(0), pair[2];
  char buffer[64];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
  for (int i = 0; i < 20; i++) {
    REQUIRE_EQ(send(pair[0], "request", 7, 0), 7);
    CHECK_EQ(within(set, T_LIMIT_MS) & EPOLLIN, EPOLLIN);
    CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 7);
    REQUIRE_EQ(send(pair[1], "answer", 6, 0), 6);
    CHECK_EQ(recv(pair[0], buffer, sizeof buffer, 0), 6);
  }
  NOTHING(set);
}

TEST(what_is_ready_when_added_is_reported) {
  int set = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLOUT | EPOLLET));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN | EPOLLOUT);
  NOTHING(set);
}

TEST(modify_arms_again) {
  int set = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLET));
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    NOTHING(set);
    CHECK_OK(control(set, EPOLL_CTL_MOD, pair[1], EPOLLIN | EPOLLET));
  }
}

TEST(writability_returns_as_an_edge) {
  int set = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[0], EPOLLOUT | EPOLLET));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
  NOTHING(set);
  long long sent = t_fill(pair[0]);
  REQUIRE(sent > 0);
  /* Draining while filling may have given an edge already. */
  within(set, 0);
  NOTHING(set);
  CHECK_EQ(t_drain(pair[1], sent, 0), sent);
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
}

TEST(the_end_of_the_stream_is_an_edge) {
  int set = epoll_create1(0), pair[2];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLRDHUP | EPOLLET));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
  CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
  CHECK_OK(close(pair[0]));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN | EPOLLRDHUP);
  NOTHING(set);
}

TEST(a_listener) {
  int set = epoll_create1(0), listener = t_listener(AF_INET);
  CHECK_OK(t_set_nonblock(listener, 1));
  CHECK_OK(control(set, EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLET));
  NOTHING(set);
  for (int i = 0; i < 3; i++) {
    CHECK_OK(t_client(listener));
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    CHECK_OK(accept(listener, NULL, NULL));
    CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
    NOTHING(set);
  }
}

TEST(datagrams) {
  int set = epoll_create1(0), pair[2];
  char byte;
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLET));
  for (int i = 0; i < 3; i++) {
    REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    NOTHING(set);
    CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
    CHECK_ERRNO(recv(pair[1], &byte, 1, MSG_DONTWAIT), EAGAIN);
    NOTHING(set);
  }
}

/* eventfd(2): every write is an edge, read or not; libevent and nginx rely on it. */
TEST(eventfd_writes_are_edges) {
  int set = epoll_create1(0), fd = eventfd(0, EFD_NONBLOCK);
  uint64_t one = 1;
  CHECK_OK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET));
  NOTHING(set);
  for (int i = 0; i < 4; i++) {
    REQUIRE_EQ(write(fd, &one, sizeof one), 8);
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    NOTHING(set);
  }
}

TEST(oneshot_fires_once) {
  for (int kind = 0; kind < 3; kind++) {
    int set = epoll_create1(0), pair[2];
    REQUIRE_OK(make(kind, pair));
    CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLONESHOT));
    NOTHING(set);
    REQUIRE_EQ(write(pair[0], "x", 1), 1);
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    NOTHING(set);
    REQUIRE_EQ(write(pair[0], "x", 1), 1);
    NOTHING(set);
    CHECK_OK(control(set, EPOLL_CTL_MOD, pair[1], EPOLLIN | EPOLLONESHOT));
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
    NOTHING(set);
  }
}

TEST(oneshot_silences_hangups_too) {
  int set = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLONESHOT));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLIN);
  CHECK_OK(shutdown(pair[1], SHUT_RDWR));
  NOTHING(set);
  CHECK_OK(control(set, EPOLL_CTL_MOD, pair[1], EPOLLONESHOT));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLHUP);
  NOTHING(set);
}

TEST(oneshot_is_still_a_member) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_OK(control(set, EPOLL_CTL_ADD, fd, EPOLLOUT | EPOLLONESHOT));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
  CHECK_ERRNO(control(set, EPOLL_CTL_ADD, fd, EPOLLOUT), EEXIST);
  CHECK_OK(control(set, EPOLL_CTL_MOD, fd, EPOLLOUT));
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
  CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
}

TEST(oneshot_and_edge_together) {
  int set = epoll_create1(0), pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[0], EPOLLOUT | EPOLLET | EPOLLONESHOT));
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(within(set, T_LIMIT_MS), EPOLLOUT);
    NOTHING(set);
    CHECK_OK(control(set, EPOLL_CTL_MOD, pair[0], EPOLLOUT | EPOLLET | EPOLLONESHOT));
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(one_event_per_arrival);
  RUN(new_data_behind_unread_data);
  RUN(new_data_behind_unread_tcp_data);
  RUN(a_partial_read);
  RUN(an_event_tells_the_whole_state);
  RUN(several_clients_and_one_loop);
  RUN(removing_and_adding_starts_anew);
  RUN(added_before_connecting);
  RUN(a_short_read_is_as_good_as_eagain);
  RUN(what_is_ready_when_added_is_reported);
  RUN(modify_arms_again);
  RUN(writability_returns_as_an_edge);
  RUN(the_end_of_the_stream_is_an_edge);
  RUN(a_listener);
  RUN(datagrams);
  RUN(eventfd_writes_are_edges);
  RUN(oneshot_fires_once);
  RUN(oneshot_silences_hangups_too);
  RUN(oneshot_is_still_a_member);
  RUN(oneshot_and_edge_together);
  return T_END();
}
