/* What poll reports in each state of a TCP connection, bit for bit. poll(2), tcp(7); the table was
 * read off Linux 6 (tcp_poll); ideas: gVisor PollAfterShutdown, RSTCausesPollHUP, haproxy
 * dev/poll, LTP epoll_wait05. */
#include "../t.h"

#define ALL (POLLIN | POLLPRI | POLLOUT | POLLRDHUP)

/* Waits until poll reports exactly `want` of ALL, then asks for less: what was not asked for must
 * not come, and POLLERR and POLLHUP must. */
static int state_is(int line, int fd, int want) {
  long long end = t_now_ms() + T_LIMIT_MS;
  int got;
  while ((got = t_poll(fd, ALL, 0)) != want && t_now_ms() < end)
    t_pause_ms(1);
  int always = POLLERR | POLLHUP;
  return t_equal(__FILE__, line, "events", "wanted", got, want) &&
         t_equal(__FILE__, line, "events with nothing asked", "wanted", t_poll(fd, 0, 0),
                 want & always) &&
         t_equal(__FILE__, line, "events with POLLIN asked", "wanted", t_poll(fd, POLLIN, 0),
                 want & (POLLIN | always)) &&
         t_equal(__FILE__, line, "events with POLLOUT asked", "wanted", t_poll(fd, POLLOUT, 0),
                 want & (POLLOUT | always)) &&
         t_equal(__FILE__, line, "events with POLLRDHUP asked", "wanted", t_poll(fd, POLLRDHUP, 0),
                 want & (POLLRDHUP | always));
}
#define STATE(fd, want) state_is(__LINE__, fd, want)

static const int families[] = {AF_INET, AF_INET6};

TEST(fresh) {
  for (int f = 0; f < 2; f++) {
    int fd = socket(families[f], SOCK_STREAM, 0);
    REQUIRE_OK(fd);
    STATE(fd, POLLOUT | POLLHUP);
  }
}

TEST(bound) {
  for (int f = 0; f < 2; f++) {
    int fd = t_bound(families[f], SOCK_STREAM);
    REQUIRE_OK(fd);
    STATE(fd, POLLOUT | POLLHUP);
  }
}

TEST(listening) {
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]);
    REQUIRE_OK(listener);
    STATE(listener, 0);
    int client = t_client(listener);
    STATE(listener, POLLIN);
    STATE(client, POLLOUT);
    int server = accept(listener, NULL, NULL);
    STATE(listener, 0);
    STATE(server, POLLOUT);
  }
}

TEST(listening_with_several_clients) {
  int listener = t_listener(AF_INET);
  for (int i = 0; i < 3; i++)
    CHECK_OK(t_client(listener));
  for (int i = 0; i < 3; i++) {
    STATE(listener, POLLIN);
    CHECK_OK(accept(listener, NULL, NULL));
  }
  STATE(listener, 0);
}

TEST(connecting_then_connected) {
  int peer = peer_open(), client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int port = (int)peer_number(peer, "listen 0 127.0.0.1");
  REQUIRE(port > 0);
  /* A queue that holds one connection, filled: the next one has to wait for its turn. */
  REQUIRE(peer_run(peer, "backlog 0 0"));
  REQUIRE(peer_run(peer, "connect 1 127.0.0.1 %d", port));
  REQUIRE(peer_run(peer, "wait 0 in %d", T_LIMIT_MS));
  REQUIRE_ERRNO(t_connect(client, t_loopback(AF_INET, port)), EINPROGRESS);
  STATE(client, 0);
  CHECK_ERRNO(t_connect(client, t_loopback(AF_INET, port)), EALREADY);
  CHECK_EQ(t_poll(client, ALL, 60), 0);
  CHECK_EQ(t_get_int(client, SOL_SOCKET, SO_ERROR), 0);
  REQUIRE(peer_run(peer, "accept 2 0"));
  STATE(client, POLLOUT);
  CHECK_EQ(t_get_int(client, SOL_SOCKET, SO_ERROR), 0);
  REQUIRE_EQ(send(client, "x", 1, 0), 1);
}

TEST(connected) {
  for (int f = 0; f < 2; f++) {
    int pair[2];
    char byte;
    REQUIRE_OK(t_tcp_pair(families[f], pair));
    STATE(pair[0], POLLOUT);
    STATE(pair[1], POLLOUT);
    REQUIRE_EQ(send(pair[0], "ab", 2, 0), 2);
    STATE(pair[1], POLLIN | POLLOUT);
    CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
    STATE(pair[1], POLLIN | POLLOUT);
    CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
    STATE(pair[1], POLLOUT);
  }
}

TEST(after_a_peek_it_is_still_readable) {
  int pair[2];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "a", 1, 0), 1);
  CHECK_EQ(recv(pair[1], &byte, 1, MSG_PEEK), 1);
  STATE(pair[1], POLLIN | POLLOUT);
  CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
  STATE(pair[1], POLLOUT);
}

TEST(shut_rd) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_RD));
  STATE(pair[0], POLLIN | POLLOUT | POLLRDHUP);
  STATE(pair[1], POLLOUT);
}

TEST(shut_wr) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  STATE(pair[0], POLLOUT);
  STATE(pair[1], POLLIN | POLLOUT | POLLRDHUP);
}

TEST(shut_wr_on_both_sides) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  STATE(pair[1], POLLIN | POLLOUT | POLLRDHUP);
  CHECK_OK(shutdown(pair[1], SHUT_WR));
  STATE(pair[0], POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  STATE(pair[1], POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
}

TEST(shut_rdwr) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_RDWR));
  STATE(pair[0], POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  STATE(pair[1], POLLIN | POLLOUT | POLLRDHUP);
}

TEST(shut_rd_then_wr) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_RD));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  STATE(pair[0], POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
}

TEST(peer_closed) {
  int pair[2];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[1], "z", 1, 0), 1);
  CHECK_OK(close(pair[1]));
  STATE(pair[0], POLLIN | POLLOUT | POLLRDHUP);
  CHECK_EQ(recv(pair[0], &byte, 1, 0), 1);
  STATE(pair[0], POLLIN | POLLOUT | POLLRDHUP);
  CHECK_EQ(recv(pair[0], &byte, 1, 0), 0);
  STATE(pair[0], POLLIN | POLLOUT | POLLRDHUP);
}

/* A client of the peer process in slot 1, which can reset. Returns our end. */
static int with_peer(int *peer) {
  int listener = t_listener(AF_INET), fd = -1;
  *peer = peer_open();
  if (listener != -1 && peer_run(*peer, "connect 1 127.0.0.1 %d", t_port(listener)))
    fd = accept(listener, NULL, NULL);
  close(listener);
  return fd;
}

TEST(peer_reset) {
  int peer, fd = with_peer(&peer);
  char byte;
  REQUIRE_OK(fd);
  STATE(fd, POLLOUT);
  REQUIRE(peer_run(peer, "reset 1"));
  STATE(fd, POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
  CHECK_ERRNO(recv(fd, &byte, 1, 0), ECONNRESET);
  STATE(fd, POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_EQ(recv(fd, &byte, 1, 0), 0);
  CHECK_ERRNO(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
}

TEST(peer_reset_seen_by_so_error) {
  int peer, fd = with_peer(&peer);
  char byte;
  REQUIRE_OK(fd);
  REQUIRE(peer_run(peer, "reset 1"));
  REQUIRE(t_wait(fd, POLLERR));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), ECONNRESET);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  STATE(fd, POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_EQ(recv(fd, &byte, 1, 0), 0);
}

TEST(peer_reset_after_our_fin) {
  int peer, fd = with_peer(&peer);
  REQUIRE_OK(fd);
  CHECK_OK(shutdown(fd, SHUT_WR));
  REQUIRE(peer_run(peer, "wait 1 hup %d", T_LIMIT_MS));
  REQUIRE(peer_run(peer, "reset 1"));
  STATE(fd, POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
}

TEST(peer_resets_while_poll_waits) {
  int peer, fd = with_peer(&peer);
  REQUIRE_OK(fd);
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "reset 1"));
  int got = t_poll(fd, 0, T_LIMIT_MS);
  CHECK_EQ(got, POLLERR | POLLHUP);
}

TEST(refused) {
  for (int f = 0; f < 2; f++) {
    int gone = t_bound(families[f], SOCK_STREAM);
    struct t_addr name = t_local(gone);
    int fd = socket(families[f], SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK_OK(close(gone));
    CHECK_ERRNO2(t_connect(fd, name), EINPROGRESS, ECONNREFUSED);
    if (errno == ECONNREFUSED)
      continue;
    STATE(fd, POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
    STATE(fd, POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  }
}

TEST(full_send_buffer) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  long long sent = t_fill(pair[0]);
  REQUIRE(sent > 0);
  STATE(pair[0], 0);
  STATE(pair[1], POLLIN | POLLOUT);
  CHECK_EQ(t_drain(pair[1], sent, 0), sent);
  STATE(pair[0], POLLOUT);
  STATE(pair[1], POLLOUT);
}

TEST(full_send_buffer_and_incoming_data) {
  int pair[2];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE(t_fill(pair[0]) > 0);
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  STATE(pair[0], POLLIN);
  CHECK_EQ(recv(pair[0], &byte, 1, 0), 1);
  STATE(pair[0], 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(fresh);
  RUN(bound);
  RUN(listening);
  RUN(listening_with_several_clients);
  RUN(connecting_then_connected);
  RUN(connected);
  RUN(after_a_peek_it_is_still_readable);
  RUN(shut_rd);
  RUN(shut_wr);
  RUN(shut_wr_on_both_sides);
  RUN(shut_rdwr);
  RUN(shut_rd_then_wr);
  RUN(peer_closed);
  RUN(peer_reset);
  RUN(peer_reset_seen_by_so_error);
  RUN(peer_reset_after_our_fin);
  RUN(peer_resets_while_poll_waits);
  RUN(refused);
  RUN(full_send_buffer);
  RUN(full_send_buffer_and_incoming_data);
  return T_END();
}
