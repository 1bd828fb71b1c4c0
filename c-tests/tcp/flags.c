/* MSG_PEEK, MSG_WAITALL, MSG_TRUNC, MSG_DONTWAIT, MSG_NOSIGNAL, MSG_MORE, MSG_OOB on TCP.
 * recv(2), send(2), tcp(7); ideas: gVisor RecvWaitAll, TcpSocketTest.MsgTrunc, LTP send02. */
#include "../t.h"

TEST(peek_consumes_nothing) {
  int pair[2];
  char buffer[16] = "";
  REQUIRE_OK(t_tcp_pair_with(pair, "peekaboo"));
  for (int i = 0; i < 3; i++) {
    memset(buffer, 0, sizeof buffer);
    CHECK_EQ(recv(pair[1], buffer, 4, MSG_PEEK), 4);
    CHECK_STR(buffer, "peek");
  }
  CHECK_EQ(recv(pair[1], buffer, 8, MSG_PEEK), 8);
  CHECK_EQ(recv(pair[1], buffer, 8, 0), 8);
  CHECK_MEM(buffer, "peekaboo", 8);
  CHECK_ERRNO(recv(pair[1], buffer, 8, MSG_PEEK | MSG_DONTWAIT), EAGAIN);
}

TEST(peek_sees_what_came_later) {
  int pair[2];
  char buffer[16] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "one", 3, 0), 3);
  CHECK_EQ(recv(pair[1], buffer, 1, MSG_PEEK), 1);
  CHECK_EQ(send(pair[0], "two", 3, 0), 3);
  REQUIRE(t_wait_bytes(pair[1], 6));
  CHECK_EQ(recv(pair[1], buffer, 16, MSG_PEEK), 6);
  CHECK_MEM(buffer, "onetwo", 6);
  CHECK_EQ(recv(pair[1], buffer, 4, 0), 4);
  CHECK_EQ(recv(pair[1], buffer, 16, MSG_PEEK), 2);
  CHECK_MEM(buffer, "wo", 2);
}

TEST(peek_large) {
  int pair[2];
  static unsigned char out[40000], in[40000];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  t_pattern(out, sizeof out, 0);
  CHECK_EQ(t_send_all(pair[0], out, sizeof out), sizeof out);
  REQUIRE(t_wait_bytes(pair[1], sizeof out));
  CHECK_EQ(recv(pair[1], in, sizeof in, MSG_PEEK), sizeof in);
  CHECK_EQ(t_pattern_match(in, sizeof in, 0), sizeof in);
  CHECK_EQ(t_drain(pair[1], sizeof out, 0), sizeof out);
}

TEST(peek_then_poll_and_end) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "e", 1, 0), 1);
  CHECK_OK(close(pair[0]));
  CHECK_EQ(recv(pair[1], &c, 1, MSG_PEEK), 1);
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), POLLIN);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, MSG_PEEK), 0);
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), POLLIN);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
}

TEST(waitall_fills_the_buffer) {
  int peer = peer_open();
  static char buffer[50000];
  int listener = t_listener(AF_INET);
  REQUIRE(listener >= 0 && peer >= 0);
  REQUIRE(peer_number(peer, "connect 1 127.0.0.1 %d", t_port(listener)) > 0);
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  REQUIRE_OK(peer_start(peer, "write 1 50000 1000 1000"));
  CHECK_EQ(recv(fd, buffer, sizeof buffer, MSG_WAITALL), sizeof buffer);
  CHECK_EQ(t_pattern_match(buffer, sizeof buffer, 0), sizeof buffer);
  CHECK(peer_answer(peer));
}

TEST(waitall_ends_with_the_stream) {
  int pair[2];
  char buffer[16] = "";
  REQUIRE_OK(t_tcp_pair_with(pair, "short"));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(recv(pair[1], buffer, 16, MSG_WAITALL), 5);
  CHECK_MEM(buffer, "short", 5);
  CHECK_EQ(recv(pair[1], buffer, 16, MSG_WAITALL), 0);
}

TEST(waitall_ends_with_the_timeout) {
  int pair[2];
  char buffer[16] = "";
  struct timeval brief = {0, 50000};
  REQUIRE_OK(t_tcp_pair_with(pair, "short"));
  REQUIRE_OK(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief));
  CHECK_EQ(recv(pair[1], buffer, 16, MSG_WAITALL), 5);
  CHECK_ERRNO(recv(pair[1], buffer, 16, MSG_WAITALL), EAGAIN);
}

TEST(waitall_on_a_nonblocking_socket) {
  int pair[2];
  char buffer[16] = "";
  REQUIRE_OK(t_tcp_pair_with(pair, "short"));
  REQUIRE_OK(t_set_nonblock(pair[1], 1));
  CHECK_EQ(recv(pair[1], buffer, 16, MSG_WAITALL), 5);
  CHECK_ERRNO(recv(pair[1], buffer, 16, MSG_WAITALL), EAGAIN);
}

TEST(waitall_with_peek) {
  int pair[2];
  char buffer[16] = "";
  REQUIRE_OK(t_tcp_pair_with(pair, "12345678"));
  CHECK_EQ(recv(pair[1], buffer, 8, MSG_WAITALL | MSG_PEEK), 8);
  CHECK_STR(buffer, "12345678");
  CHECK_EQ(recv(pair[1], buffer, 8, MSG_WAITALL), 8);
}

TEST(trunc_discards) {
  int pair[2];
  char buffer[8] = "-------";
  REQUIRE_OK(t_tcp_pair_with(pair, "0123456789"));
  CHECK_EQ(recv(pair[1], buffer, 6, MSG_TRUNC), 6);
  CHECK_STR(buffer, "-------");
  CHECK_EQ(recv(pair[1], NULL, 2, MSG_TRUNC), 2);
  CHECK_EQ(recv(pair[1], buffer, 8, 0), 2);
  CHECK_MEM(buffer, "89-", 3);
}

TEST(trunc_with_peek_consumes_nothing) {
  int pair[2];
  char buffer[8] = "-------";
  REQUIRE_OK(t_tcp_pair_with(pair, "0123"));
  CHECK_EQ(recv(pair[1], buffer, 3, MSG_TRUNC | MSG_PEEK), 3);
  CHECK_STR(buffer, "-------");
  CHECK_EQ(recv(pair[1], buffer, 8, 0), 4);
  CHECK_MEM(buffer, "0123", 4);
}

TEST(dontwait_is_for_one_call) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(fcntl(pair[1], F_GETFL) & O_NONBLOCK, 0);
  CHECK_EQ(send(pair[0], "x", 1, MSG_DONTWAIT), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
}

TEST(nosignal) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "x", 1, MSG_NOSIGNAL), 1);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
}

/* Linux holds the bytes for 200 ms at most. When this program did not run for that long, it has
 * shown nothing and tries again. */
TEST(more_holds_until_the_next_send) {
  int pair[2], early = -1;
  char buffer[32] = "";
  ssize_t got = -1;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int tries = 0; tries < 20; tries++) {
    long long start = t_now_ms();
    REQUIRE_EQ(send(pair[0], "0123456789abcdef", 16, MSG_MORE), 16);
    early = t_poll(pair[1], POLLIN, 30);
    REQUIRE_EQ(send(pair[0], "!", 1, 0), 1);
    int in_time = t_now_ms() - start < 150;
    REQUIRE(t_wait(pair[1], POLLIN));
    got = recv(pair[1], buffer, 32, 0);
    if (in_time)
      break;
    if (got == 16)
      REQUIRE_EQ(recv(pair[1], buffer, 32, 0), 1);
  }
  CHECK_EQ(early, 0);
  CHECK_EQ(got, 17);
  CHECK_MEM(buffer, "0123456789abcdef!", 17);
}

/* Linux sends after 200 ms what MSG_MORE held. */
TEST(more_is_not_for_ever) {
  int pair[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "m", 1, MSG_MORE), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  CHECK_EQ(c, 'm');
}

static int close_it(int fd) { return close(fd); }
static int shut_it(int fd) { return shutdown(fd, SHUT_WR); }

/* What MSG_MORE holds goes before the end. */
static void sent_at_the_end(int (*end)(int fd)) {
  int pair[2];
  char buffer[8] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "held", 4, MSG_MORE), 4);
  CHECK_OK(end(pair[0]));
  CHECK_EQ(t_recv_all(pair[1], buffer, 8), 4);
  CHECK_STR(buffer, "held");
}

TEST(more_then_close_sends) { sent_at_the_end(close_it); }
TEST(more_then_shutdown_sends) { sent_at_the_end(shut_it); }

TEST(oob_without_urgent_data) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_OOB), EINVAL);
  CHECK_EQ(sockatmark(pair[1]), 0);
  int mark = 7;
  CHECK_OK(ioctl(pair[1], SIOCATMARK, &mark));
  CHECK_EQ(mark, 0);
  CHECK_ERRNO(sockatmark(9999), EBADF);
  int file = open(".", O_RDONLY);
  REQUIRE_OK(file);
  CHECK_ERRNO(sockatmark(file), ENOTTY);
}

TEST(urgent_data) {
  SKIP_WASM("no-urgent-data");
  int pair[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "u", 1, MSG_OOB), 1);
  CHECK(t_wait(pair[1], POLLPRI));
  CHECK_EQ(recv(pair[1], &c, 1, MSG_OOB), 1);
  CHECK_EQ(c, 'u');
}

TEST(errqueue_is_empty) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_ERRQUEUE), EAGAIN);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(peek_consumes_nothing);
  RUN(peek_sees_what_came_later);
  RUN(peek_large);
  RUN(peek_then_poll_and_end);
  RUN(waitall_fills_the_buffer);
  RUN(waitall_ends_with_the_stream);
  RUN(waitall_ends_with_the_timeout);
  RUN(waitall_on_a_nonblocking_socket);
  RUN(waitall_with_peek);
  RUN(trunc_discards);
  RUN(trunc_with_peek_consumes_nothing);
  RUN(dontwait_is_for_one_call);
  RUN(nosignal);
  RUN(more_holds_until_the_next_send);
  RUN(more_is_not_for_ever);
  RUN(more_then_close_sends);
  RUN(more_then_shutdown_sends);
  RUN(oob_without_urgent_data);
  RUN(urgent_data);
  RUN(errqueue_is_empty);
  return T_END();
}
