/* Options that change what a socket does, not only what it says: SO_RCVLOWAT, TCP_CORK,
 * TCP_NODELAY, UDP_CORK, and the two hop limits of an AF_INET6 socket.
 * socket(7), tcp(7), udp(7), ipv6(7). */
#include "../t.h"
#include <netinet/udp.h>

/* A pair of which pair[1] has 10 bytes to read and wants 100 at a time. */
static int low_water_pair(int pair[2]) {
  if (t_tcp_pair_with(pair, "0123456789") == -1)
    return -1;
  return t_set_int(pair[1], SOL_SOCKET, SO_RCVLOWAT, 100);
}

/* A pair of which pair[0] is corked. */
static int corked_pair(int pair[2]) {
  if (t_tcp_pair(AF_INET, pair) == -1)
    return -1;
  return t_set_int(pair[0], IPPROTO_TCP, TCP_CORK, 1);
}

/* A cork lets go after 200 ms. On a machine that is slow enough for that, nothing can be seen. */
static void check_held(int fd, long long since) {
  int seen = t_poll(fd, POLLIN, 30);
  if (t_now_ms() - since < 150)
    CHECK_EQ(seen, 0);
}

TEST(low_water_hides_a_few_bytes_from_poll) {
  int pair[2];
  char data[200] = {0};
  REQUIRE_OK(low_water_pair(pair));
  CHECK_EQ(t_poll(pair[1], POLLIN, 50), 0);
  CHECK_EQ(send(pair[0], data, 150, 0), 150);
  CHECK(t_wait(pair[1], POLLIN));
  CHECK_EQ(recv(pair[1], data, 60, 0), 60);
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), POLLIN);
  CHECK_EQ(recv(pair[1], data, 60, 0), 60);
  CHECK_EQ(t_poll(pair[1], POLLIN, 50), 0);
}

TEST(low_water_does_not_hold_back_what_would_not_wait) {
  int pair[2];
  char data[200];
  REQUIRE_OK(low_water_pair(pair));
  CHECK_EQ(recv(pair[1], data, sizeof data, MSG_DONTWAIT), 10);
  t_send_text(pair[0], "abc");
  REQUIRE(t_wait_bytes(pair[1], 3));
  CHECK_OK(t_set_nonblock(pair[1], 1));
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), 3);
  CHECK_ERRNO(recv(pair[1], data, sizeof data, 0), EAGAIN);
}

TEST(low_water_gives_way_to_a_timeout) {
  int pair[2];
  char data[200];
  struct timeval limit = {0, 100000};
  REQUIRE_OK(low_water_pair(pair));
  CHECK_OK(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  long long start = t_now_ms();
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), 10);
  CHECK(t_now_ms() - start >= 90);
}

TEST(low_water_is_no_more_than_the_room) {
  int pair[2];
  char data[200];
  REQUIRE_OK(low_water_pair(pair));
  CHECK_EQ(recv(pair[1], data, 5, 0), 5);
  CHECK_MEM(data, "01234", 5);
}

TEST(low_water_gives_way_to_the_end) {
  int pair[2];
  char data[200];
  REQUIRE_OK(low_water_pair(pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK(t_wait(pair[1], POLLIN));
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), 10);
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), 0);
}

TEST(cork_holds_until_it_is_pulled) {
  int pair[2];
  char data[20];
  REQUIRE_OK(corked_pair(pair));
  long long start = t_now_ms();
  t_send_text(pair[0], "abc");
  t_send_text(pair[0], "def");
  check_held(pair[1], start);
  CHECK_OK(t_set_int(pair[0], IPPROTO_TCP, TCP_CORK, 0));
  CHECK_EQ(recv(pair[1], data, 6, MSG_WAITALL), 6);
  CHECK_MEM(data, "abcdef", 6);
}

/* tcp(7): "200 millisecond ceiling on the time for which output is corked". */
TEST(cork_lets_go_by_itself) {
  int pair[2];
  char data[20];
  REQUIRE_OK(corked_pair(pair));
  t_send_text(pair[0], "abc");
  CHECK(t_wait(pair[1], POLLIN));
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), 3);
}

TEST(setting_nodelay_pushes_through_a_cork) {
  /* Sooner than the cork lets go: once in a few tries even on a slow machine. */
  for (int attempt = 0;; attempt++) {
    int pair[2];
    char data[20];
    REQUIRE_OK(corked_pair(pair));
    long long start = t_now_ms();
    t_send_text(pair[0], "abc");
    CHECK_OK(t_set_int(pair[0], IPPROTO_TCP, TCP_NODELAY, 1));
    CHECK_EQ(recv(pair[1], data, 3, 0), 3);
    int pushed = t_now_ms() - start < 150;
    /* The cork is still in. */
    start = t_now_ms();
    t_send_text(pair[0], "def");
    check_held(pair[1], start);
    CHECK_OK(t_set_int(pair[0], IPPROTO_TCP, TCP_CORK, 0));
    CHECK_EQ(recv(pair[1], data, 3, 0), 3);
    CHECK_MEM(data, "def", 3);
    if (pushed)
      break;
    REQUIRE(attempt < 20);
  }
}

TEST(cork_of_datagrams_makes_one) {
  int pair[2];
  char data[20];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_OK(t_set_int(pair[0], IPPROTO_UDP, UDP_CORK, 1));
  t_send_text(pair[0], "abc");
  t_send_text(pair[0], "def");
  CHECK_EQ(t_poll(pair[1], POLLIN, 30), 0);
  CHECK_OK(t_set_int(pair[0], IPPROTO_UDP, UDP_CORK, 0));
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), 6);
  CHECK_MEM(data, "abcdef", 6);
}

TEST(hop_limits_of_the_two_protocols_are_apart) {
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_OK(t_set_int(fd, IPPROTO_IP, IP_TTL, 42));
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS), 64);
  CHECK_OK(t_set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 7));
  CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TTL), 42);
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS), 7);
}

/* The helper process reads the hop limits off the packets. */
TEST(hop_limits_reach_the_network) {
  static const struct {
    int family, level, option, hops;
    const char *address;
  } way[] = {{AF_INET, IPPROTO_IP, IP_TTL, 42, "127.0.0.1"},
             {AF_INET6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 33, "::1"}};
  int peer = peer_open();
  for (int i = 0; i < 2; i++) {
    int fd = socket(way[i].family, SOCK_DGRAM, 0);
    int port = (int)peer_number(peer, "udp 1 %s", way[i].address);
    struct t_addr to = t_loopback(way[i].family, port);
    REQUIRE(fd >= 0 && port > 0);
    CHECK_EQ(sendto(fd, "x", 1, 0, &to.sa.any, to.len), 1);
    CHECK_EQ(peer_number(peer, "hops 1"), 64);
    CHECK_OK(t_set_int(fd, way[i].level, way[i].option, way[i].hops));
    CHECK_EQ(sendto(fd, "x", 1, 0, &to.sa.any, to.len), 1);
    CHECK_EQ(peer_number(peer, "hops 1"), way[i].hops);
    peer_run(peer, "close 1");
  }
  close(peer);
}

/* socket(7): how long it asks before it sleeps. A program sees the same with it and without. */
TEST(busy_polling_changes_nothing_that_is_seen) {
  for (int us = 0; us <= 2000; us += 2000) {
    int pair[2];
    char data[8];
    struct timeval limit = {0, 20000};
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    CHECK_OK(t_set_int(pair[1], SOL_SOCKET, SO_BUSY_POLL, us));
    CHECK_EQ(t_poll(pair[1], POLLIN, 20), 0);
    CHECK_OK(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
    CHECK_ERRNO(recv(pair[1], data, sizeof data, 0), EAGAIN);
    t_send_text(pair[0], "abc");
    CHECK(t_wait(pair[1], POLLIN));
    CHECK_EQ(recv(pair[1], data, sizeof data, 0), 3);
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(low_water_hides_a_few_bytes_from_poll);
  RUN(low_water_does_not_hold_back_what_would_not_wait);
  RUN(low_water_gives_way_to_a_timeout);
  RUN(low_water_is_no_more_than_the_room);
  RUN(low_water_gives_way_to_the_end);
  RUN(cork_holds_until_it_is_pulled);
  RUN(cork_lets_go_by_itself);
  RUN(setting_nodelay_pushes_through_a_cork);
  RUN(cork_of_datagrams_makes_one);
  RUN(hop_limits_of_the_two_protocols_are_apart);
  RUN(hop_limits_reach_the_network);
  RUN(busy_polling_changes_nothing_that_is_seen);
  return T_END();
}
