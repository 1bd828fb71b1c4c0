/* The library takes datagrams from the host several at a time and keeps them: nothing that a
 * program can ask or do in between may show it. udp(7). */
#include "../t.h"

#include <sys/epoll.h>

enum { COUNT = 60 };
static char buffer[2000];

/* A receiver with COUNT numbered datagrams of 4 + number bytes on their way. */
static int loaded(int *from) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(fd);
  *from = t_bound(AF_INET, SOCK_DGRAM);
  memset(buffer, '.', sizeof buffer);
  for (int i = 0; i < COUNT; i++) {
    memcpy(buffer, &i, sizeof i);
    if (sendto(*from, buffer, sizeof i + (size_t)i, 0, &name.sa.any, name.len) == -1)
      return -1;
  }
  return fd;
}

static int number(void) {
  int value;
  memcpy(&value, buffer, sizeof value);
  return value;
}

TEST(every_way_of_receiving_takes_the_next) {
  int from, fd = loaded(&from), n;
  REQUIRE_OK(fd);
  for (int i = 0; i < COUNT; i++) {
    struct iovec parts[2] = {{buffer, 10}, {buffer + 10, 1000}};
    struct msghdr one = {.msg_iov = parts, .msg_iovlen = 2};
    struct mmsghdr many = {.msg_hdr = {.msg_iov = parts, .msg_iovlen = 2}};
    REQUIRE(t_wait(fd, POLLIN));
    CHECK_OK(ioctl(fd, FIONREAD, &n));
    CHECK_EQ(n, 4 + i);
    CHECK_EQ(recv(fd, buffer, 2, MSG_PEEK | MSG_TRUNC), 4 + i);
    ssize_t got = 0;
    switch (i % 6) {
    case 0:
      got = recv(fd, buffer, sizeof buffer, 0);
      break;
    case 1:
      got = read(fd, buffer, sizeof buffer);
      break;
    case 2:
      got = readv(fd, parts, 2);
      break;
    case 3:
      got = recvmsg(fd, &one, 0);
      break;
    case 4:
      got = recvmmsg(fd, &many, 1, 0, NULL) == 1 ? (ssize_t)many.msg_len : -1;
      break;
    default:
      got = recv(fd, buffer, 4, MSG_TRUNC | MSG_DONTWAIT);
    }
    REQUIRE_EQ(got, 4 + i);
    REQUIRE_EQ(number(), i);
  }
  CHECK_EQ(t_poll(fd, POLLIN, 0), 0);
}

TEST(two_descriptors_of_one_socket) {
  int from, fd = loaded(&from), copy = dup(fd);
  REQUIRE_OK(fd);
  for (int i = 0; i < COUNT; i++) {
    REQUIRE(recv(i % 2 ? fd : copy, buffer, sizeof buffer, 0) > 0);
    REQUIRE_EQ(number(), i);
    if (i == COUNT / 2) {
      CHECK_OK(close(fd));
      fd = dup(copy);
    }
  }
}

TEST(level_and_edge_while_the_batch_lasts) {
  int from, fd = loaded(&from), level = epoll_create1(0), edge = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN};
  REQUIRE_OK(fd);
  REQUIRE_OK(epoll_ctl(level, EPOLL_CTL_ADD, fd, &e));
  e.events |= EPOLLET;
  REQUIRE_OK(epoll_ctl(edge, EPOLL_CTL_ADD, fd, &e));
  CHECK_EQ(epoll_wait(edge, &e, 1, T_LIMIT_MS), 1);
  for (int i = 0; i < COUNT; i++) {
    REQUIRE_EQ(epoll_wait(level, &e, 1, T_LIMIT_MS), 1);
    REQUIRE(recv(fd, buffer, sizeof buffer, MSG_DONTWAIT) > 0);
    REQUIRE_EQ(number(), i);
  }
  CHECK_EQ(epoll_wait(level, &e, 1, 0), 0);
  CHECK_ERRNO(recv(fd, buffer, 10, MSG_DONTWAIT), EAGAIN);
  struct t_addr name = t_local(fd);
  while (epoll_wait(edge, &e, 1, 0) == 1)
    ;
  REQUIRE_EQ(sendto(from, "new", 3, 0, &name.sa.any, name.len), 3);
  CHECK_EQ(epoll_wait(edge, &e, 1, T_LIMIT_MS), 1);
}

/* Edge-triggered, each arrival counts, whether or not the ones before it have been read. */
TEST(an_edge_for_an_arrival_behind_unread_ones) {
  int pair[2], set = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN | EPOLLET};
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &e));
  for (int i = 0; i < 3; i++)
    REQUIRE_EQ(send(pair[0], &i, sizeof i, 0), sizeof i);
  REQUIRE_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
  REQUIRE_EQ(recv(pair[1], buffer, sizeof buffer, 0), sizeof(int));
  while (epoll_wait(set, &e, 1, 50) == 1)
    ;
  for (int i = 3; i < 30; i++) {
    REQUIRE_EQ(send(pair[0], &i, sizeof i, 0), sizeof i);
    REQUIRE_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
    REQUIRE_EQ(recv(pair[1], buffer, sizeof buffer, 0), sizeof(int));
    REQUIRE_EQ(number(), i - 2);
  }
}

/* What is queued when a socket is connected or disconnected stays queued, in order. */
TEST(connecting_in_the_middle) {
  int from, fd = loaded(&from), other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(fd);
  REQUIRE_OK(fd);
  for (int i = 0; i < 3; i++)
    REQUIRE(recv(fd, buffer, sizeof buffer, 0) > 0);
  /* All have arrived when a last one, from the same sender, has. */
  int last = COUNT;
  REQUIRE_EQ(sendto(from, &last, sizeof last, 0, &name.sa.any, name.len), sizeof last);
  t_pause_ms(50);
  REQUIRE_OK(t_connect(fd, t_local(from)));
  for (int i = 3; i < 20; i++) {
    REQUIRE(recv(fd, buffer, sizeof buffer, 0) > 0);
    REQUIRE_EQ(number(), i);
  }
  REQUIRE_EQ(sendto(other, "stranger", 8, 0, &name.sa.any, name.len), 8);
  for (int i = 20; i <= COUNT; i++) {
    REQUIRE(recv(fd, buffer, sizeof buffer, 0) > 0);
    REQUIRE_EQ(number(), i);
  }
  CHECK_EQ(t_poll(fd, POLLIN, 20), 0);
}

TEST(sending_between_receives) {
  int from, fd = loaded(&from);
  REQUIRE_OK(fd);
  for (int i = 0; i < COUNT; i++) {
    struct t_addr sender;
    sender.len = sizeof sender.sa;
    REQUIRE(recvfrom(fd, buffer, sizeof buffer, 0, &sender.sa.any, &sender.len) > 0);
    REQUIRE_EQ(sendto(fd, &i, sizeof i, 0, &sender.sa.any, sender.len), sizeof i);
    int echo = -1;
    REQUIRE_EQ(recv(from, &echo, sizeof echo, 0), sizeof echo);
    REQUIRE_EQ(echo, i);
  }
}

TEST(a_timeout_with_data_in_the_queue) {
  int from, fd = loaded(&from);
  struct timeval limit = {0, 40000};
  REQUIRE_OK(fd);
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  for (int i = 0; i < COUNT; i++)
    REQUIRE(recv(fd, buffer, sizeof buffer, 0) > 0);
  long long start = t_now_ms();
  CHECK_ERRNO(recv(fd, buffer, sizeof buffer, 0), EAGAIN);
  CHECK(t_now_ms() - start >= 39);
}

TEST(sends_of_every_size) {
  int pair[2];
  static unsigned char out[9000], in[9001];
  REQUIRE_OK(t_udp_pair(AF_INET6, pair));
  for (size_t size = 0; size <= sizeof out; size = size < 20 ? size + 1 : size * 5 / 3) {
    t_pattern(out, size, size);
    REQUIRE_EQ(send(pair[0], out, size, 0), size);
    memset(in, 0xee, sizeof in);
    REQUIRE_EQ(recv(pair[1], in, sizeof in, 0), size);
    CHECK_EQ(t_pattern_match(in, size, size), size);
    CHECK_EQ(in[size], 0xee);
  }
}

/* Sends that are gathered must be on their way before the program waits or ends. */
TEST(a_burst_reaches_a_native_peer) {
  int peer = peer_open(), fd = t_bound(AF_INET, SOCK_DGRAM);
  int port = (int)peer_number(peer, "udp 0 127.0.0.1");
  struct t_addr to = t_loopback(AF_INET, port);
  for (int i = 1; i <= 40; i++)
    REQUIRE_EQ(sendto(fd, buffer, (size_t)i, 0, &to.sa.any, to.len), i);
  for (int i = 1; i <= 40; i++)
    REQUIRE_EQ(peer_number(peer, "recvfrom 0"), i);
  REQUIRE_EQ(sendto(fd, buffer, 99, 0, &to.sa.any, to.len), 99);
  CHECK_OK(close(fd));
  CHECK_EQ(peer_number(peer, "recvfrom 0"), 99);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(every_way_of_receiving_takes_the_next);
  RUN(two_descriptors_of_one_socket);
  RUN(level_and_edge_while_the_batch_lasts);
  RUN(an_edge_for_an_arrival_behind_unread_ones);
  RUN(connecting_in_the_middle);
  RUN(sending_between_receives);
  RUN(a_timeout_with_data_in_the_queue);
  RUN(sends_of_every_size);
  RUN(a_burst_reaches_a_native_peer);
  return T_END();
}
