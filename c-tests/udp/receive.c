/* Truncation, peeking, discarding and counting of datagrams. recv(2), udp(7); ideas: gVisor
 * MsgTruncTruncation, SinglePeek, Fionread, FreeBSD socket_msg_trunc, passt recv-zero. */
#include "../t.h"

/* Sends the pattern as one datagram of this size and waits until it is there. */
static int deliver(const int pair[2], size_t size) {
  unsigned char data[4096];
  t_pattern(data, size, 0);
  return send(pair[0], data, size, 0) == (ssize_t)size && t_wait(pair[1], POLLIN);
}

TEST(a_short_buffer_loses_the_rest) {
  int pair[2];
  unsigned char buffer[100];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE(deliver(pair, 300));
  REQUIRE(deliver(pair, 50));
  memset(buffer, 0xee, sizeof buffer);
  CHECK_EQ(recv(pair[1], buffer, 60, 0), 60);
  CHECK_EQ(t_pattern_match(buffer, 60, 0), 60);
  CHECK_EQ(buffer[60], 0xee);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 50);
}

TEST(msg_trunc_gives_the_real_length) {
  int pair[2];
  unsigned char buffer[100];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  for (int i = 0; i < 3; i++)
    REQUIRE(deliver(pair, 300));
  CHECK_EQ(recv(pair[1], buffer, 60, MSG_PEEK | MSG_TRUNC), 300);
  CHECK_EQ(recv(pair[1], buffer, 60, MSG_TRUNC), 300);
  CHECK_EQ(t_pattern_match(buffer, 60, 0), 60);
  CHECK_EQ(recv(pair[1], NULL, 0, MSG_PEEK | MSG_TRUNC), 300);
  CHECK_EQ(recv(pair[1], NULL, 0, MSG_TRUNC), 300);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, MSG_TRUNC), 300);
  CHECK_ERRNO(recv(pair[1], buffer, sizeof buffer, MSG_TRUNC | MSG_DONTWAIT), EAGAIN);
}

TEST(msg_trunc_of_a_datagram_that_fits) {
  int pair[2];
  unsigned char buffer[100];
  REQUIRE_OK(t_udp_pair(AF_INET6, pair));
  REQUIRE(deliver(pair, 30));
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, MSG_PEEK | MSG_TRUNC), 30);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, MSG_TRUNC), 30);
}

TEST(peeking_consumes_nothing) {
  int pair[2];
  char buffer[16];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "first", 5, 0), 5);
  REQUIRE_EQ(send(pair[0], "second!", 7, 0), 7);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(recv(pair[1], buffer, sizeof buffer, MSG_PEEK), 5);
    CHECK_MEM(buffer, "first", 5);
    CHECK_EQ(recv(pair[1], buffer, 2, MSG_PEEK), 2);
  }
  CHECK(t_poll(pair[1], POLLIN, 0) & POLLIN);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 5);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, MSG_PEEK), 7);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 7);
  CHECK_ERRNO(recv(pair[1], buffer, sizeof buffer, MSG_PEEK | MSG_DONTWAIT), EAGAIN);
}

TEST(peeking_gives_the_sender) {
  int to = t_bound(AF_INET, SOCK_DGRAM), one = t_bound(AF_INET, SOCK_DGRAM),
      two = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to), first = t_local(one), second = t_local(two), sender;
  char buffer[8];
  REQUIRE_EQ(sendto(one, "a", 1, 0, &name.sa.any, name.len), 1);
  REQUIRE(t_wait(to, POLLIN));
  REQUIRE_EQ(sendto(two, "bb", 2, 0, &name.sa.any, name.len), 2);
  for (int i = 0; i < 3; i++) {
    sender.len = sizeof sender.sa;
    CHECK_EQ(recvfrom(to, buffer, 8, i < 2 ? MSG_PEEK : 0, &sender.sa.any, &sender.len), 1);
    CHECK(t_addr_same(&sender, &first));
  }
  sender.len = sizeof sender.sa;
  CHECK_EQ(recvfrom(to, buffer, 8, 0, &sender.sa.any, &sender.len), 2);
  CHECK(t_addr_same(&sender, &second));
}

TEST(a_zero_length_receive_discards_one) {
  int pair[2];
  char buffer[16];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "gone", 4, 0), 4);
  REQUIRE_EQ(send(pair[0], "kept", 4, 0), 4);
  CHECK_EQ(recv(pair[1], NULL, 0, 0), 0);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 4);
  CHECK_MEM(buffer, "kept", 4);
  CHECK_ERRNO(recv(pair[1], NULL, 0, MSG_DONTWAIT), EAGAIN);
}

TEST(fionread_is_the_length_of_the_next) {
  int pair[2], n = -1;
  char buffer[600];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_OK(ioctl(pair[1], FIONREAD, &n));
  CHECK_EQ(n, 0);
  REQUIRE(deliver(pair, 500));
  REQUIRE(deliver(pair, 20));
  REQUIRE(deliver(pair, 0));
  CHECK_OK(ioctl(pair[1], FIONREAD, &n));
  CHECK_EQ(n, 500);
  CHECK_EQ(recv(pair[1], buffer, 10, 0), 10);
  CHECK(T_UNTIL(ioctl(pair[1], FIONREAD, &n) == 0 && n == 20));
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 20);
  CHECK_OK(ioctl(pair[1], FIONREAD, &n));
  CHECK_EQ(n, 0);
  CHECK(t_wait(pair[1], POLLIN));
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 0);
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), 0);
}

TEST(a_short_name_buffer_gets_a_part) {
  int to = t_bound(AF_INET, SOCK_DGRAM), from = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to), me = t_local(from);
  unsigned char buffer[32], got[64];
  for (int cut = 0; cut <= 16; cut += 4) {
    socklen_t len = (socklen_t)cut;
    memset(got, 0x55, sizeof got);
    REQUIRE_EQ(sendto(from, "x", 1, 0, &name.sa.any, name.len), 1);
    CHECK_EQ(recvfrom(to, buffer, sizeof buffer, 0, (struct sockaddr *)got, &len), 1);
    CHECK_EQ(len, sizeof(struct sockaddr_in));
    CHECK_MEM(got, &me.sa, (size_t)cut);
    CHECK_EQ(got[cut], 0x55);
  }
}

TEST(a_large_name_buffer_is_not_touched_past_the_name) {
  int to = t_bound(AF_INET6, SOCK_DGRAM), from = t_bound(AF_INET6, SOCK_DGRAM);
  struct t_addr name = t_local(to);
  unsigned char got[64], byte;
  socklen_t len = sizeof got;
  memset(got, 0x55, sizeof got);
  REQUIRE_EQ(sendto(from, "x", 1, 0, &name.sa.any, name.len), 1);
  CHECK_EQ(recvfrom(to, &byte, 1, 0, (struct sockaddr *)got, &len), 1);
  CHECK_EQ(len, sizeof(struct sockaddr_in6));
  for (size_t i = sizeof(struct sockaddr_in6); i < sizeof got; i++)
    CHECK_EQ(got[i], 0x55);
}

TEST(the_name_is_optional) {
  int to = t_bound(AF_INET, SOCK_DGRAM), from = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to), sender;
  char byte;
  for (int i = 0; i < 2; i++)
    REQUIRE_EQ(sendto(from, "x", 1, 0, &name.sa.any, name.len), 1);
  CHECK_EQ(recvfrom(to, &byte, 1, 0, NULL, NULL), 1);
  sender.len = (socklen_t)-1;
  CHECK_ERRNO(recvfrom(to, &byte, 1, 0, &sender.sa.any, &sender.len), EINVAL);
}

TEST(waitall_still_gives_one_datagram) {
  int pair[2];
  char buffer[64];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "four", 4, 0), 4);
  REQUIRE_EQ(send(pair[0], "sixsix", 6, 0), 6);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, MSG_WAITALL), 4);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, MSG_WAITALL), 6);
}

TEST(receive_timeout) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  struct timeval limit = {0, 60000};
  char byte;
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  long long start = t_now_ms();
  CHECK_ERRNO(recv(fd, &byte, 1, 0), EAGAIN);
  CHECK(t_now_ms() - start >= 59);
  start = t_now_ms();
  CHECK_ERRNO(recvfrom(fd, &byte, 1, MSG_PEEK, NULL, NULL), EAGAIN);
  CHECK(t_now_ms() - start >= 59);
  struct t_addr me = t_local(fd);
  REQUIRE_EQ(sendto(fd, "x", 1, 0, &me.sa.any, me.len), 1);
  CHECK_EQ(recv(fd, &byte, 1, 0), 1);
}

TEST(msg_oob_is_refused) {
  int pair[2];
  char byte;
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_ERRNO(send(pair[0], "x", 1, MSG_OOB), EOPNOTSUPP);
  CHECK_ERRNO2(recv(pair[1], &byte, 1, MSG_OOB | MSG_DONTWAIT), EAGAIN, EOPNOTSUPP);
}

/* The host hands datagrams over in batches; the program must not see that. */
TEST(a_burst_is_received_one_by_one) {
  enum { COUNT = 50 };
  int pair[2], n, next = 0;
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  for (int i = 0; i < COUNT; i++) {
    char text[64];
    memset(text, 'a' + i % 26, sizeof text);
    REQUIRE_EQ(send(pair[0], text, (size_t)(i + 1), 0), i + 1);
  }
  while (next < COUNT) {
    char buffer[100];
    REQUIRE(t_wait(pair[1], POLLIN));
    CHECK_OK(ioctl(pair[1], FIONREAD, &n));
    CHECK_EQ(n, next + 1);
    REQUIRE_EQ(recv(pair[1], buffer, sizeof buffer, MSG_DONTWAIT), next + 1);
    CHECK_EQ(buffer[next], 'a' + next % 26);
    next++;
  }
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), 0);
}

TEST(a_full_receiver_drops_and_the_sender_goes_on) {
  enum { COUNT = 4000, SIZE = 1000 };
  int pair[2], last = -1, got = 0;
  static unsigned char data[SIZE];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  for (int i = 0; i < COUNT; i++) {
    t_pattern(data, sizeof data, (uint64_t)i);
    memcpy(data, &i, sizeof i);
    REQUIRE_EQ(send(pair[0], data, sizeof data, 0), SIZE);
  }
  while (t_poll(pair[1], POLLIN, 100) & POLLIN) {
    int number;
    REQUIRE_EQ(recv(pair[1], data, sizeof data, 0), SIZE);
    memcpy(&number, data, sizeof number);
    CHECK(number > last);
    CHECK_EQ(t_pattern_match(data + 4, SIZE - 4, (uint64_t)number + 4), SIZE - 4);
    last = number;
    got++;
  }
  CHECK(got > 0 && got <= COUNT);
  REQUIRE_EQ(send(pair[0], "after", 5, 0), 5);
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), 5);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_short_buffer_loses_the_rest);
  RUN(msg_trunc_gives_the_real_length);
  RUN(msg_trunc_of_a_datagram_that_fits);
  RUN(peeking_consumes_nothing);
  RUN(peeking_gives_the_sender);
  RUN(a_zero_length_receive_discards_one);
  RUN(fionread_is_the_length_of_the_next);
  RUN(a_short_name_buffer_gets_a_part);
  RUN(a_large_name_buffer_is_not_touched_past_the_name);
  RUN(the_name_is_optional);
  RUN(waitall_still_gives_one_datagram);
  RUN(receive_timeout);
  RUN(msg_oob_is_refused);
  RUN(a_burst_is_received_one_by_one);
  RUN(a_full_receiver_drops_and_the_sender_goes_on);
  return T_END();
}
