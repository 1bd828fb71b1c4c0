/* Which descriptors a set has: duplicates, closing, reused numbers, nested sets. epoll(7)
 * "Questions and answers", epoll_ctl(2) ELOOP; ideas: LTP epoll_ctl04/05/07, epoll_wait09, gVisor
 * CloseFile. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>

static int add(int set, int fd, uint32_t events, uint32_t data) {
  struct epoll_event e = {.events = events, .data.u32 = data};
  return epoll_ctl(set, EPOLL_CTL_ADD, fd, &e);
}

TEST(closing_the_last_descriptor_removes_it) {
  int set = epoll_create1(0), pair[2];
  struct epoll_event e[4];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(set, pair[0], EPOLLOUT, 1));
  CHECK_OK(add(set, pair[1], EPOLLOUT, 2));
  CHECK_EQ(epoll_wait(set, e, 4, T_LIMIT_MS), 2);
  CHECK_OK(close(pair[0]));
  CHECK_EQ(epoll_wait(set, e, 4, T_LIMIT_MS), 1);
  CHECK_EQ(e[0].data.u32, 2);
  CHECK_OK(close(pair[1]));
  CHECK_EQ(epoll_wait(set, e, 4, 20), 0);
}

TEST(a_duplicate_keeps_the_membership) {
  int set = epoll_create1(0), pair[2];
  struct epoll_event e[4];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int copy = dup(pair[1]);
  CHECK_OK(add(set, pair[1], EPOLLIN, 7));
  CHECK_OK(close(pair[1]));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(epoll_wait(set, e, 4, T_LIMIT_MS), 1);
  CHECK_EQ(e[0].data.u32, 7);
  CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_DEL, pair[1], NULL), EBADF);
  CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_DEL, copy, NULL), ENOENT);
  CHECK_OK(close(copy));
  CHECK_EQ(epoll_wait(set, e, 4, 20), 0);
}

TEST(a_duplicate_is_a_member_of_its_own) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM), copy = dup(fd);
  struct epoll_event e[4];
  CHECK_OK(add(set, fd, EPOLLOUT, 1));
  CHECK_OK(add(set, copy, EPOLLOUT, 2));
  CHECK_EQ(epoll_wait(set, e, 4, T_LIMIT_MS), 2);
  CHECK_EQ(e[0].data.u32 + e[1].data.u32, 3);
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL));
  CHECK_EQ(epoll_wait(set, e, 4, T_LIMIT_MS), 1);
  CHECK_EQ(e[0].data.u32, 2);
}

TEST(a_reused_number_is_not_the_old_member) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM), again;
  struct epoll_event e[4];
  CHECK_OK(add(set, fd, EPOLLOUT, 1));
  CHECK_OK(close(fd));
  REQUIRE_OK(again = t_bound(AF_INET, SOCK_DGRAM));
  CHECK_EQ(again, fd);
  CHECK_EQ(epoll_wait(set, e, 4, 20), 0);
  CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_DEL, again, NULL), ENOENT);
  CHECK_OK(add(set, again, EPOLLOUT, 2));
  CHECK_EQ(epoll_wait(set, e, 4, T_LIMIT_MS), 1);
  CHECK_EQ(e[0].data.u32, 2);
}

TEST(dup2_over_a_member) {
  int set = epoll_create1(0), one = t_bound(AF_INET, SOCK_DGRAM),
      two = t_bound(AF_INET, SOCK_DGRAM);
  struct epoll_event e[4];
  CHECK_OK(add(set, one, EPOLLOUT, 1));
  CHECK_EQ(dup2(two, one), one);
  CHECK_EQ(epoll_wait(set, e, 4, 20), 0);
  CHECK_OK(add(set, one, EPOLLOUT, 2));
  CHECK_EQ(epoll_wait(set, e, 4, T_LIMIT_MS), 1);
  CHECK_EQ(e[0].data.u32, 2);
}

TEST(a_duplicated_set_is_the_same_set) {
  int set = epoll_create1(0), copy = dup(set), fd = t_bound(AF_INET, SOCK_DGRAM);
  struct epoll_event e;
  CHECK_OK(add(set, fd, EPOLLOUT, 5));
  CHECK_OK(close(set));
  CHECK_EQ(epoll_wait(copy, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.data.u32, 5);
  CHECK_ERRNO(add(copy, fd, EPOLLOUT, 6), EEXIST);
}

TEST(two_sets_watch_one_descriptor) {
  int one = epoll_create1(0), two = epoll_create1(0), pair[2];
  struct epoll_event e;
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(one, pair[1], EPOLLIN, 1));
  CHECK_OK(add(two, pair[1], EPOLLIN | EPOLLET, 2));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(epoll_wait(one, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.data.u32, 1);
  CHECK_EQ(epoll_wait(two, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.data.u32, 2);
  CHECK_EQ(epoll_wait(one, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(epoll_wait(two, &e, 1, 20), 0);
  CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
  CHECK_EQ(epoll_wait(one, &e, 1, 20), 0);
}

TEST(a_set_can_be_polled) {
  int set = epoll_create1(0), pair[2];
  char byte;
  fd_set in;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(set, pair[1], EPOLLIN, 1));
  CHECK_EQ(t_poll(set, POLLIN | POLLOUT, 0), 0);
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(t_poll(set, POLLIN | POLLOUT, T_LIMIT_MS), POLLIN);
  FD_ZERO(&in);
  FD_SET(set, &in);
  CHECK_EQ(select(set + 1, &in, NULL, NULL, NULL), 1);
  CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
  CHECK_EQ(t_poll(set, POLLIN, 20), 0);
}

TEST(a_set_wakes_a_waiting_poll) {
  int set = epoll_create1(0), peer = peer_open(), listener = t_listener(AF_INET);
  CHECK_OK(add(set, listener, EPOLLIN, 1));
  REQUIRE_OK(peer_start(peer, "pause 40"));
  REQUIRE_OK(peer_start(peer, "connect 0 127.0.0.1 %d", t_port(listener)));
  CHECK_EQ(t_poll(set, POLLIN, -1), POLLIN);
}

TEST(nested_sets) {
  int outer = epoll_create1(0), inner = epoll_create1(0), fd = eventfd(0, 0);
  struct epoll_event e;
  uint64_t value = 1;
  CHECK_OK(add(inner, fd, EPOLLIN, 1));
  CHECK_OK(add(outer, inner, EPOLLIN, 2));
  CHECK_EQ(epoll_wait(outer, &e, 1, 0), 0);
  REQUIRE_EQ(write(fd, &value, 8), 8);
  CHECK_EQ(epoll_wait(outer, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.data.u32, 2);
  CHECK_EQ(e.events, EPOLLIN);
  CHECK_EQ(epoll_wait(inner, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.data.u32, 1);
  CHECK_EQ(epoll_wait(outer, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(read(fd, &value, 8), 8);
  CHECK_EQ(epoll_wait(outer, &e, 1, 20), 0);
  CHECK_OK(close(inner));
  REQUIRE_EQ(write(fd, &value, 8), 8);
  CHECK_EQ(epoll_wait(outer, &e, 1, 20), 0);
}

TEST(nested_sets_of_sockets) {
  int outer = epoll_create1(0), inner = epoll_create1(0), pair[2];
  struct epoll_event e;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(add(inner, pair[1], EPOLLIN, 1));
  CHECK_OK(add(outer, inner, EPOLLIN | EPOLLET, 2));
  CHECK_EQ(epoll_wait(outer, &e, 1, 0), 0);
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(epoll_wait(outer, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(epoll_wait(outer, &e, 1, 20), 0);
  CHECK_EQ(epoll_wait(inner, &e, 1, T_LIMIT_MS), 1);
}

TEST(cycles_are_refused) {
  int a = epoll_create1(0), b = epoll_create1(0), c = epoll_create1(0);
  CHECK_OK(add(a, b, EPOLLIN, 0));
  CHECK_ERRNO(add(b, a, EPOLLIN, 0), ELOOP);
  CHECK_OK(add(b, c, EPOLLIN, 0));
  CHECK_ERRNO(add(c, a, EPOLLIN, 0), ELOOP);
  CHECK_OK(epoll_ctl(a, EPOLL_CTL_DEL, b, NULL));
  CHECK_OK(add(c, a, EPOLLIN, 0));
}

TEST(deep_nesting_is_refused) {
  int sets[8], depth = 0;
  for (int i = 0; i < 8; i++)
    REQUIRE_OK(sets[i] = epoll_create1(0));
  while (depth < 7 && add(sets[depth + 1], sets[depth], EPOLLIN, 0) == 0)
    depth++;
  CHECK_EQ(errno, ELOOP);
  CHECK_EQ(depth, 4);
}

TEST(all_kinds_in_one_set) {
  int set = epoll_create1(0), pair[2], local[2], ends[2], event = eventfd(0, 0);
  int udp = t_bound(AF_INET, SOCK_DGRAM), listener = t_listener(AF_INET6);
  struct epoll_event e[8];
  uint64_t value = 1;
  uint32_t seen = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  REQUIRE_OK(pipe(ends));
  CHECK_OK(add(set, pair[1], EPOLLIN, 1));
  CHECK_OK(add(set, local[1], EPOLLIN, 2));
  CHECK_OK(add(set, ends[0], EPOLLIN, 4));
  CHECK_OK(add(set, event, EPOLLIN, 8));
  CHECK_OK(add(set, udp, EPOLLIN, 16));
  CHECK_OK(add(set, listener, EPOLLIN, 32));
  CHECK_EQ(epoll_wait(set, e, 8, 0), 0);
  struct t_addr to = t_local(udp);
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE_EQ(send(local[0], "x", 1, 0), 1);
  REQUIRE_EQ(write(ends[1], "x", 1), 1);
  REQUIRE_EQ(write(event, &value, 8), 8);
  REQUIRE_EQ(sendto(udp, "x", 1, 0, &to.sa.any, to.len), 1);
  CHECK_OK(t_client(listener));
  REQUIRE(t_wait(pair[1], POLLIN) && t_wait(udp, POLLIN) && t_wait(listener, POLLIN));
  CHECK_EQ(epoll_wait(set, e, 8, T_LIMIT_MS), 6);
  for (int i = 0; i < 6; i++) {
    CHECK_EQ(e[i].events, EPOLLIN);
    seen |= e[i].data.u32;
  }
  CHECK_EQ(seen, 63);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(closing_the_last_descriptor_removes_it);
  RUN(a_duplicate_keeps_the_membership);
  RUN(a_duplicate_is_a_member_of_its_own);
  RUN(a_reused_number_is_not_the_old_member);
  RUN(dup2_over_a_member);
  RUN(a_duplicated_set_is_the_same_set);
  RUN(two_sets_watch_one_descriptor);
  RUN(a_set_can_be_polled);
  RUN(a_set_wakes_a_waiting_poll);
  RUN(nested_sets);
  RUN(nested_sets_of_sockets);
  RUN(cycles_are_refused);
  RUN(deep_nesting_is_refused);
  RUN(all_kinds_in_one_set);
  return T_END();
}
