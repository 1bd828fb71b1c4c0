/* A connect() that does not finish: the listener's queue is full and nobody accepts, so Linux
 * drops the handshake and the client keeps trying. Everything a program can do meanwhile.
 * connect(2), listen(2), tcp(7), socket(7) SO_SNDTIMEO. */
#include "../t.h"

#define MOST 64

struct stuck {
  int listener;
  int fd; /* the one that hangs */
  int queued[MOST];
  int count;
};

/* Fills the queue of a listener: the first client that does not get through is the stuck one. */
static int make_stuck(struct stuck *s) {
  s->listener = t_bound(AF_INET, SOCK_STREAM);
  s->count = 0;
  if (s->listener == -1 || listen(s->listener, 0) == -1)
    return -1;
  while (s->count < MOST) {
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (s->fd == -1)
      return -1;
    int result = t_connect(s->fd, t_local(s->listener));
    if (result == -1 && errno != EINPROGRESS)
      return -1;
    if (result == -1 && t_poll(s->fd, POLLOUT, 400) == 0)
      return 0;
    s->queued[s->count++] = s->fd;
  }
  return -1;
}

TEST(calls_while_it_hangs) {
  struct stuck s;
  char c = 0;
  REQUIRE_OK(make_stuck(&s));
  CHECK_ERRNO(t_connect(s.fd, t_local(s.listener)), EALREADY);
  CHECK_ERRNO(send(s.fd, "x", 1, MSG_NOSIGNAL), EAGAIN);
  CHECK_ERRNO(recv(s.fd, &c, 1, 0), EAGAIN);
  CHECK_ERRNO(recv(s.fd, &c, 1, MSG_PEEK), EAGAIN);
  CHECK_EQ(t_get_int(s.fd, SOL_SOCKET, SO_ERROR), 0);
  CHECK_EQ(t_remote(s.fd).len, 0);
  CHECK_EQ(t_poll(s.fd, POLLIN | POLLOUT | POLLRDHUP, 0), 0);
  CHECK_ERRNO(t_connect(s.fd, t_local(s.listener)), EALREADY);
}

TEST(wrong_calls_while_it_hangs) {
  struct stuck s;
  REQUIRE_OK(make_stuck(&s));
  CHECK_ERRNO(listen(s.fd, 1), EINVAL);
  CHECK_ERRNO(t_bind(s.fd, t_loopback(AF_INET, 0)), EINVAL);
  CHECK_ERRNO(accept(s.fd, NULL, NULL), EINVAL);
}

TEST(options_while_it_hangs) {
  struct stuck s;
  REQUIRE_OK(make_stuck(&s));
  CHECK_OK(t_set_int(s.fd, SOL_SOCKET, SO_KEEPALIVE, 1));
  CHECK_EQ(t_get_int(s.fd, SOL_SOCKET, SO_KEEPALIVE), 1);
  CHECK_OK(t_set_int(s.fd, IPPROTO_TCP, TCP_NODELAY, 1));
  CHECK_OK(t_set_nonblock(s.fd, 0));
  CHECK_OK(t_set_nonblock(s.fd, 1));
}

TEST(close_returns_at_once) {
  struct stuck s;
  REQUIRE_OK(make_stuck(&s));
  long long start = t_now_ms();
  CHECK_OK(close(s.fd));
  CHECK(t_now_ms() - start < 10000);
}

TEST(send_timeout_limits_connect) {
  struct stuck s;
  struct timeval brief = {0, 80000};
  REQUIRE_OK(make_stuck(&s));
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  REQUIRE_OK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &brief, sizeof brief));
  CHECK_ERRNO(t_connect(fd, t_local(s.listener)), EINPROGRESS);
  CHECK_ERRNO(t_connect(fd, t_local(s.listener)), EALREADY);
}

TEST(receive_timeout_limits_recv) {
  struct stuck s;
  struct timeval brief = {0, 50000};
  char c;
  REQUIRE_OK(make_stuck(&s));
  REQUIRE_OK(t_set_nonblock(s.fd, 0));
  REQUIRE_OK(setsockopt(s.fd, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief));
  CHECK_ERRNO(recv(s.fd, &c, 1, 0), EAGAIN);
}

TEST(comes_through_when_there_is_room) {
  struct stuck s;
  char c = 0;
  REQUIRE_OK(make_stuck(&s));
  for (int i = 0; i < s.count; i++)
    REQUIRE_OK(accept(s.listener, NULL, NULL));
  REQUIRE(t_wait(s.fd, POLLOUT));
  CHECK_EQ(t_get_int(s.fd, SOL_SOCKET, SO_ERROR), 0);
  int server = accept(s.listener, NULL, NULL);
  REQUIRE_OK(server);
  CHECK_EQ(t_remote_port(server), t_port(s.fd));
  CHECK_EQ(send(s.fd, "x", 1, 0), 1);
  CHECK_EQ(recv(server, &c, 1, 0), 1);
}

TEST(blocking_send_waits_for_the_connection) {
  struct stuck s;
  char c = 0;
  REQUIRE_OK(make_stuck(&s));
  for (int i = 0; i < s.count; i++)
    REQUIRE_OK(accept(s.listener, NULL, NULL));
  REQUIRE_OK(t_set_nonblock(s.fd, 0));
  CHECK_EQ(send(s.fd, "w", 1, 0), 1);
  int server = accept(s.listener, NULL, NULL);
  REQUIRE_OK(server);
  CHECK_EQ(recv(server, &c, 1, 0), 1);
  CHECK_EQ(c, 'w');
}

TEST(a_closed_listener_ends_it) {
  struct stuck s;
  REQUIRE_OK(make_stuck(&s));
  CHECK_OK(close(s.listener));
  REQUIRE(t_wait(s.fd, POLLERR));
  CHECK_EQ(t_get_int(s.fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
}

TEST(a_copy_keeps_it_going) {
  struct stuck s;
  REQUIRE_OK(make_stuck(&s));
  int copy = dup(s.fd);
  REQUIRE_OK(copy);
  CHECK_OK(close(s.fd));
  for (int i = 0; i < s.count; i++)
    REQUIRE_OK(accept(s.listener, NULL, NULL));
  CHECK(t_wait(copy, POLLOUT));
  CHECK_OK(accept(s.listener, NULL, NULL));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(calls_while_it_hangs);
  RUN(wrong_calls_while_it_hangs);
  RUN(options_while_it_hangs);
  RUN(close_returns_at_once);
  RUN(send_timeout_limits_connect);
  RUN(receive_timeout_limits_recv);
  RUN(comes_through_when_there_is_room);
  RUN(blocking_send_waits_for_the_connection);
  RUN(a_closed_listener_ends_it);
  RUN(a_copy_keeps_it_going);
  return T_END();
}
