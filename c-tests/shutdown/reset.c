/* What a peer's reset looks like: ECONNRESET once, then the end, EPIPE for senders, POLLHUP and
 * POLLERR. tcp(7), poll(2), POSIX 2024 recv() and send(); ideas: gVisor
 * RSTSentOnCloseWithUnreadData, RSTCausesPollHUP. */
#include "../t.h"

TEST(recv_says_econnreset_once) {
  int peer = peer_open(), fd = peer_connection(peer);
  char c;
  REQUIRE(fd >= 0);
  REQUIRE(peer_run(peer, "reset 1"));
  CHECK_ERRNO(recv(fd, &c, 1, 0), ECONNRESET);
  CHECK_EQ(recv(fd, &c, 1, 0), 0);
  CHECK_EQ(recv(fd, &c, 1, MSG_DONTWAIT), 0);
}

TEST(recv_blocked_when_the_reset_comes) {
  int peer = peer_open(), fd = peer_connection(peer);
  char c;
  REQUIRE(fd >= 0);
  REQUIRE_OK(peer_start(peer, "pause 40"));
  REQUIRE_OK(peer_start(peer, "reset 1"));
  CHECK_ERRNO(recv(fd, &c, 1, 0), ECONNRESET);
}

TEST(send_says_econnreset_then_epipe) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  REQUIRE(peer_run(peer, "reset 1"));
  REQUIRE(t_wait(fd, POLLERR | POLLHUP));
  CHECK_ERRNO(send(fd, "x", 1, MSG_NOSIGNAL), ECONNRESET);
  CHECK_ERRNO(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK_ERRNO(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
}

TEST(recv_then_send) {
  int peer = peer_open(), fd = peer_connection(peer);
  char c;
  REQUIRE(fd >= 0);
  REQUIRE(peer_run(peer, "reset 1"));
  CHECK_ERRNO(recv(fd, &c, 1, 0), ECONNRESET);
  CHECK_ERRNO(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
}

TEST(so_error_takes_it) {
  int peer = peer_open(), fd = peer_connection(peer);
  char c;
  REQUIRE(fd >= 0);
  REQUIRE(peer_run(peer, "reset 1"));
  REQUIRE(t_wait(fd, POLLERR));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), ECONNRESET);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  CHECK_EQ(recv(fd, &c, 1, 0), 0);
}

TEST(poll_reports_it_unasked) {
  int peer = peer_open(), fd = peer_connection(peer);
  char c;
  REQUIRE(fd >= 0);
  REQUIRE(peer_run(peer, "reset 1"));
  REQUIRE(t_wait(fd, POLLHUP));
  CHECK_EQ(t_poll(fd, 0, 0), POLLERR | POLLHUP);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT | POLLRDHUP, 0),
           POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
  CHECK_ERRNO(recv(fd, &c, 1, 0), ECONNRESET);
  CHECK_EQ(t_poll(fd, 0, 0), POLLHUP);
}

TEST(poll_wakes_up) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  REQUIRE_OK(peer_start(peer, "pause 40"));
  REQUIRE_OK(peer_start(peer, "reset 1"));
  CHECK(t_poll(fd, POLLIN, T_LIMIT_MS) & (POLLERR | POLLHUP));
}

/* A peer that closes with unread data sends a reset in place of an end. */
TEST(peer_closes_with_unread_data) {
  int peer = peer_open(), fd = peer_connection(peer);
  char c;
  REQUIRE(fd >= 0);
  CHECK_EQ(send(fd, "unread", 6, 0), 6);
  REQUIRE(peer_run(peer, "pending 1 6"));
  REQUIRE(peer_run(peer, "close 1"));
  CHECK_ERRNO(recv(fd, &c, 1, 0), ECONNRESET);
  CHECK_EQ(recv(fd, &c, 1, 0), 0);
}

/* Linux throws away received data that was not read when the reset comes, but not before. */
TEST(data_read_before_the_reset) {
  int peer = peer_open(), fd = peer_connection(peer);
  char buffer[8] = "";
  REQUIRE(fd >= 0);
  REQUIRE(peer_run(peer, "text 1 data"));
  CHECK_EQ(t_recv_all(fd, buffer, 4), 4);
  REQUIRE(peer_run(peer, "reset 1"));
  CHECK_STR(buffer, "data");
  CHECK_ERRNO(recv(fd, buffer, 8, 0), ECONNRESET);
}

TEST(blocking_send_ends_with_the_reset) {
  static char huge[64 << 20];
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  REQUIRE_OK(peer_start(peer, "pause 100"));
  REQUIRE_OK(peer_start(peer, "reset 1"));
  ssize_t n = send(fd, huge, sizeof huge, MSG_NOSIGNAL);
  CHECK(n < (ssize_t)sizeof huge);
  if (n == -1)
    CHECK(errno == ECONNRESET || errno == EPIPE);
  CHECK_ERRNO2(send(fd, huge, 1, MSG_NOSIGNAL), ECONNRESET, EPIPE);
}

/* The server that loses one client serves the next. */
TEST(the_listener_goes_on) {
  int peer = peer_open(), listener = t_listener(AF_INET);
  char c;
  REQUIRE(peer >= 0 && listener >= 0);
  for (int i = 0; i < 10; i++) {
    REQUIRE(peer_number(peer, "connect 1 127.0.0.1 %d", t_port(listener)) > 0);
    int fd = accept(listener, NULL, NULL);
    REQUIRE_OK(fd);
    REQUIRE(peer_run(peer, "reset 1"));
    CHECK_ERRNO(recv(fd, &c, 1, 0), ECONNRESET);
    CHECK_OK(close(fd));
  }
}

TEST(close_of_a_reset_connection) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  REQUIRE(peer_run(peer, "reset 1"));
  CHECK_EQ(close(fd), 0);
}

TEST(shutdown_of_a_reset_connection) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  REQUIRE(peer_run(peer, "reset 1"));
  REQUIRE(t_wait(fd, POLLHUP));
  CHECK_ERRNO(shutdown(fd, SHUT_WR), ENOTCONN);
}

/* The answer of a server that does not take the whole request: it comes, then the connection breaks
 * under the client's sends. What came before is still to be read (tcp_recvmsg of Linux looks at the
 * queue before the error). Many rounds, because a host may hear of the answer later than of the
 * failed write; libevent's http/read_on_write_error. */
TEST(what_came_before_a_failed_send_is_read) {
  static char request[64 * 1024];
  for (int round = 0; round < 200; round++) {
    int pair[2], n = -1;
    char answer[16];
    ssize_t sent;
    REQUIRE_OK(t_tcp_pair(AF_INET, pair));
    REQUIRE_EQ(send(pair[0], request, 4096, 0), 4096);
    REQUIRE_EQ(send(pair[1], "too long", 8, 0), 8);
    REQUIRE_OK(close(pair[1]));
    REQUIRE_OK(t_set_nonblock(pair[0], 1));
    long long end = t_now_ms() + T_LIMIT_MS;
    do
      sent = send(pair[0], request, sizeof request, MSG_NOSIGNAL);
    while ((sent > 0 || errno == EAGAIN) && t_now_ms() < end);
    REQUIRE_EQ(sent, -1);
    REQUIRE(errno == ECONNRESET || errno == EPIPE);
    if (round % 2) {
      REQUIRE_OK(ioctl(pair[0], FIONREAD, &n));
      REQUIRE_EQ(n, 8);
    }
    REQUIRE_EQ(recv(pair[0], answer, sizeof answer, 0), 8);
    REQUIRE(memcmp(answer, "too long", 8) == 0);
    REQUIRE_EQ(recv(pair[0], answer, sizeof answer, 0), 0);
    REQUIRE_OK(close(pair[0]));
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(recv_says_econnreset_once);
  RUN(recv_blocked_when_the_reset_comes);
  RUN(send_says_econnreset_then_epipe);
  RUN(recv_then_send);
  RUN(so_error_takes_it);
  RUN(poll_reports_it_unasked);
  RUN(poll_wakes_up);
  RUN(peer_closes_with_unread_data);
  RUN(data_read_before_the_reset);
  RUN(blocking_send_ends_with_the_reset);
  RUN(the_listener_goes_on);
  RUN(close_of_a_reset_connection);
  RUN(shutdown_of_a_reset_connection);
  RUN(what_came_before_a_failed_send_is_read);
  return T_END();
}
