/* The byte stream: parts, zero lengths, addresses on connected sockets.
 * recv(2), send(2), tcp(7); ideas: gVisor StreamSocketPairTest, wasi-libc
 * sockets-recvfrom-connected and sockets-sendto-connected, FreeBSD zerosend. */
#include "../t.h"

TEST(partial_read) {
  int pair[2];
  char buffer[16] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(t_send_all(pair[0], "0123456789", 10), 10);
  REQUIRE(t_wait_bytes(pair[1], 10));
  CHECK_EQ(recv(pair[1], buffer, 4, 0), 4);
  CHECK_MEM(buffer, "0123", 4);
  CHECK_EQ(recv(pair[1], buffer, 1, 0), 1);
  CHECK_MEM(buffer, "4", 1);
  CHECK_EQ(recv(pair[1], buffer, 16, 0), 5);
  CHECK_MEM(buffer, "56789", 5);
}

TEST(two_sends_one_recv) {
  int pair[2];
  char buffer[16] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET6, pair));
  CHECK_EQ(send(pair[0], "abc", 3, 0), 3);
  CHECK_EQ(send(pair[0], "def", 3, 0), 3);
  REQUIRE(t_wait_bytes(pair[1], 6));
  CHECK_EQ(recv(pair[1], buffer, 16, 0), 6);
  CHECK_STR(buffer, "abcdef");
}

TEST(both_directions_at_once) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i < 200; i++) {
    char a = (char)i, b = (char)(i + 100);
    REQUIRE_EQ(send(pair[0], &a, 1, 0), 1);
    REQUIRE_EQ(send(pair[1], &b, 1, 0), 1);
    REQUIRE_EQ(recv(pair[0], &c, 1, 0), 1);
    REQUIRE_EQ(c, b);
    REQUIRE_EQ(recv(pair[1], &c, 1, 0), 1);
    REQUIRE_EQ(c, a);
  }
}

TEST(empty_socket_nonblocking) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_set_nonblock(pair[1], 1));
  CHECK_ERRNO(recv(pair[1], &c, 1, 0), EAGAIN);
  CHECK_EQ(EWOULDBLOCK, EAGAIN);
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_PEEK), EAGAIN);
  CHECK_ERRNO(recvfrom(pair[1], &c, 1, 0, NULL, NULL), EAGAIN);
}

TEST(send_zero_bytes) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "", 0, 0), 0);
  CHECK_EQ(send(pair[0], NULL, 0, 0), 0);
  CHECK_EQ(sendto(pair[0], NULL, 0, 0, NULL, 0), 0);
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
}

TEST(recv_zero_bytes) {
  int pair[2];
  char c = '-';
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(recv(pair[1], &c, 0, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_EQ(recv(pair[1], &c, 0, MSG_DONTWAIT), 0);
  CHECK_EQ(recv(pair[1], NULL, 0, MSG_DONTWAIT), 0);
  CHECK_EQ(recv(pair[1], &c, 0, 0), 0);
  CHECK_EQ(c, '-');
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  CHECK_EQ(c, 'x');
}

TEST(recvfrom_gives_no_address) {
  int pair[2];
  char c;
  unsigned char address[64];
  socklen_t len = sizeof address;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  memset(address, 0xaa, sizeof address);
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(recvfrom(pair[1], &c, 1, 0, (struct sockaddr *)address, &len), 1);
  CHECK_EQ(len, 0);
  for (size_t i = 0; i < sizeof address; i++)
    REQUIRE_EQ(address[i], 0xaa);
}

TEST(sendto_ignores_the_address) {
  int pair[2], other = t_listener(AF_INET);
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct t_addr to = t_local(other);
  CHECK_EQ(sendto(pair[0], "x", 1, 0, &to.sa.any, to.len), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  CHECK_EQ(c, 'x');
  CHECK_OK(t_set_nonblock(other, 1));
  CHECK_ERRNO(accept(other, NULL, NULL), EAGAIN);
}

TEST(sendto_connects_nobody) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), listener = t_listener(AF_INET);
  REQUIRE(fd >= 0 && listener >= 0);
  struct t_addr to = t_local(listener);
  CHECK_ERRNO2(sendto(fd, "x", 1, MSG_NOSIGNAL, &to.sa.any, to.len), EPIPE, ENOTCONN);
  CHECK_OK(t_set_nonblock(listener, 1));
  CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
}

TEST(end_of_stream_repeats) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "z", 1, 0), 1);
  CHECK_OK(close(pair[0]));
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
    CHECK_EQ(recv(pair[1], &c, 1, MSG_DONTWAIT), 0);
    CHECK_EQ(recv(pair[1], &c, 1, MSG_PEEK), 0);
  }
}

TEST(send_after_the_peer_closed) {
  int pair[2], sent = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(close(pair[1]));
  /* The first sends may go out before the peer's answer comes back. */
  T_UNTIL((sent = (int)send(pair[0], "x", 1, MSG_NOSIGNAL)) == -1);
  CHECK(errno == EPIPE || errno == ECONNRESET);
  CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
}

TEST(every_byte_value) {
  int pair[2];
  unsigned char out[256], in[256];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i < 256; i++)
    out[i] = (unsigned char)i;
  CHECK_EQ(t_send_all(pair[0], out, 256), 256);
  CHECK_EQ(t_recv_all(pair[1], in, 256), 256);
  CHECK_MEM(in, out, 256);
}

TEST(many_small_sends_keep_their_order) {
  int pair[2];
  unsigned char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i < 20000; i++) {
    byte = t_pattern_at((uint64_t)i);
    REQUIRE_EQ(send(pair[0], &byte, 1, 0), 1);
  }
  CHECK_EQ(t_drain(pair[1], 20000, 0), 20000);
}

TEST(sizes_around_the_powers_of_two) {
  int pair[2];
  static unsigned char out[70000];
  uint64_t offset = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int size = 1; size <= 65536; size *= 2)
    for (int d = -1; d <= 1; d++) {
      t_pattern(out, sizeof out, offset);
      REQUIRE_EQ(t_send_all(pair[0], out, (size_t)(size + d)), size + d);
      REQUIRE_EQ(t_drain(pair[1], size + d, offset), size + d);
      offset += (uint64_t)(size + d);
    }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(partial_read);
  RUN(two_sends_one_recv);
  RUN(both_directions_at_once);
  RUN(empty_socket_nonblocking);
  RUN(send_zero_bytes);
  RUN(recv_zero_bytes);
  RUN(recvfrom_gives_no_address);
  RUN(sendto_ignores_the_address);
  RUN(sendto_connects_nobody);
  RUN(end_of_stream_repeats);
  RUN(send_after_the_peer_closed);
  RUN(every_byte_value);
  RUN(many_small_sends_keep_their_order);
  RUN(sizes_around_the_powers_of_two);
  return T_END();
}
