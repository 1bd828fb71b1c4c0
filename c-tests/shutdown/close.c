/* close(): everything sent still arrives; resets where Linux resets; no leak over many
 * connections. close(2), socket(7) SO_LINGER; ideas: wasi-libc coop_io_close_flushes_write, libuv
 * test-tcp-shutdown-after-write and test-tcp-close-reset. */
#include "../t.h"

static unsigned char data[4 << 20];

TEST(flushes_one_mib) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  t_pattern(data, 1 << 20, 0);
  REQUIRE_OK(peer_start(peer, "drain 1"));
  CHECK_EQ(t_send_all(fd, data, 1 << 20), 1 << 20);
  CHECK_OK(close(fd));
  peer_check_drained(peer, data, 1 << 20);
}

TEST(flushes_to_a_slow_reader) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  t_pattern(data, sizeof data, 0);
  REQUIRE_OK(peer_start(peer, "drain 1 16384 200"));
  CHECK_EQ(t_send_all(fd, data, sizeof data), sizeof data);
  CHECK_OK(close(fd));
  peer_check_drained(peer, data, sizeof data);
}

TEST(flushes_small_writes) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  t_pattern(data, 3000, 0);
  for (int i = 0; i < 3000; i++)
    REQUIRE_EQ(send(fd, data + i, 1, 0), 1);
  CHECK_OK(close(fd));
  REQUIRE_OK(peer_start(peer, "drain 1"));
  peer_check_drained(peer, data, 3000);
}

TEST(flushes_a_nonblocking_socket) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  REQUIRE_OK(t_set_nonblock(fd, 1));
  t_pattern(data, sizeof data, 0);
  ssize_t sent = send(fd, data, sizeof data, 0);
  REQUIRE(sent > 0);
  CHECK_OK(close(fd));
  REQUIRE_OK(peer_start(peer, "drain 1"));
  peer_check_drained(peer, data, (size_t)sent);
}

TEST(of_one_of_two_copies_sends_nothing) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  int copy = dup(fd);
  CHECK_OK(close(fd));
  CHECK_EQ(send(copy, "still here\n", 11, 0), 11);
  const char *line = peer_run(peer, "line 1");
  CHECK_STR(line, "still here");
}

TEST(with_unread_data_resets_the_peer) {
  SKIP_WASM("close-unread-no-reset");
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  REQUIRE(peer_run(peer, "text 1 unread"));
  REQUIRE(t_wait(fd, POLLIN));
  CHECK_OK(close(fd));
  const char *end = peer_run(peer, "drain 1");
  REQUIRE(end);
  CHECK(strstr(end, "ECONNRESET") != NULL);
}

TEST(linger_zero_resets_the_peer) {
  SKIP_WASM("linger-no-reset");
  int peer = peer_open(), fd = peer_connection(peer);
  struct linger now = {1, 0};
  REQUIRE(fd >= 0);
  REQUIRE_OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now));
  CHECK_OK(close(fd));
  const char *end = peer_run(peer, "drain 1");
  REQUIRE(end);
  CHECK(strstr(end, "ECONNRESET") != NULL);
}

TEST(linger_waits_for_delivery) {
  int peer = peer_open(), fd = peer_connection(peer);
  struct linger wait = {1, 20};
  REQUIRE(fd >= 0);
  REQUIRE_OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &wait, sizeof wait));
  t_pattern(data, 300000, 0);
  REQUIRE_OK(peer_start(peer, "drain 1 8192 100"));
  CHECK_EQ(t_send_all(fd, data, 300000), 300000);
  CHECK_OK(close(fd));
  peer_check_drained(peer, data, 300000);
}

TEST(the_peer_gets_an_end) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(close(pair[0]));
  CHECK(t_wait(pair[1], POLLIN));
  CHECK_EQ(t_poll(pair[1], POLLIN | POLLRDHUP, 0), POLLIN | POLLRDHUP);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
}

TEST(of_a_listener_leaves_accepted_sockets) {
  int listener = t_listener(AF_INET);
  char c = 0;
  REQUIRE_OK(listener);
  int client = t_client(listener), server = accept(listener, NULL, NULL);
  REQUIRE(client >= 0 && server >= 0);
  CHECK_OK(close(listener));
  CHECK_EQ(send(client, "x", 1, 0), 1);
  CHECK_EQ(recv(server, &c, 1, 0), 1);
  CHECK_EQ(c, 'x');
}

TEST(a_reused_number_is_a_new_socket) {
  int one[2], two[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, one));
  CHECK_EQ(send(one[0], "old", 3, 0), 3);
  REQUIRE(t_wait_bytes(one[1], 3));
  CHECK_EQ(recv(one[1], &c, 1, MSG_PEEK), 1);
  CHECK_OK(close(one[1]));
  CHECK_OK(close(one[0]));
  REQUIRE_OK(t_tcp_pair(AF_INET, two));
  CHECK_ERRNO(recv(two[0], &c, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_ERRNO(recv(two[1], &c, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(fcntl(two[0], F_GETFL) & O_NONBLOCK, 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(flushes_one_mib);
  RUN(flushes_to_a_slow_reader);
  RUN(flushes_small_writes);
  RUN(flushes_a_nonblocking_socket);
  RUN(of_one_of_two_copies_sends_nothing);
  RUN(with_unread_data_resets_the_peer);
  RUN(linger_zero_resets_the_peer);
  RUN(linger_waits_for_delivery);
  RUN(the_peer_gets_an_end);
  RUN(of_a_listener_leaves_accepted_sockets);
  RUN(a_reused_number_is_a_new_socket);
  return T_END();
}
