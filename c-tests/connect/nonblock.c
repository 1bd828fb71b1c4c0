/* Non-blocking connect() of TCP sockets, with and without poll(). connect(2); ideas: gVisor
 * NonBlockingConnect_PollOut, NonBlockingConnectNoListenerRead; wasi-libc poll-connect. */
#include "../t.h"

static const int families[] = {AF_INET, AF_INET6};

/* A non-blocking socket with connect() called; its result in *result. */
static int start(struct t_addr to, int *result) {
  int fd = socket(to.sa.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
  errno = 0;
  *result = fd == -1 ? -1 : t_connect(fd, to);
  return fd;
}
#define CHECK_STARTED(result) CHECK((result) == 0 || errno == EINPROGRESS)

TEST(poll_says_writable) {
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]), result;
    REQUIRE_OK(listener);
    int fd = start(t_local(listener), &result);
    CHECK_STARTED(result);
    CHECK(t_wait(fd, POLLOUT));
    CHECK_EQ(t_poll(fd, POLLOUT | POLLIN, 0), POLLOUT);
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
    CHECK_EQ(send(fd, "x", 1, 0), 1);
    int server = accept(listener, NULL, NULL);
    char c = 0;
    CHECK_EQ(recv(server, &c, 1, 0), 1);
    CHECK_EQ(t_remote_port(fd), t_port(listener));
  }
}

TEST(connect_again_after_poll) {
  int listener = t_listener(AF_INET), result;
  REQUIRE_OK(listener);
  struct t_addr to = t_local(listener);
  int fd = start(to, &result);
  CHECK_STARTED(result);
  REQUIRE(t_wait(fd, POLLOUT));
  int again = t_connect(fd, to);
  CHECK(again == 0 || errno == EISCONN);
  CHECK_ERRNO(t_connect(fd, to), EISCONN);
}

TEST(completes_by_retrying_connect) {
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]), result;
    REQUIRE_OK(listener);
    struct t_addr to = t_local(listener);
    int fd = start(to, &result);
    CHECK_STARTED(result);
    T_UNTIL(t_connect(fd, to) == 0 || errno != EALREADY);
    CHECK_ERRNO(t_connect(fd, to), EISCONN);
    CHECK_EQ(send(fd, "x", 1, 0), 1);
  }
}

TEST(completes_by_retrying_send) {
  int listener = t_listener(AF_INET), result;
  REQUIRE_OK(listener);
  int fd = start(t_local(listener), &result);
  CHECK_STARTED(result);
  ssize_t sent = -1;
  T_UNTIL((sent = send(fd, "x", 1, MSG_NOSIGNAL)) == 1 || errno != EAGAIN);
  CHECK_EQ(sent, 1);
  int server = accept(listener, NULL, NULL);
  char c = 0;
  CHECK_EQ(recv(server, &c, 1, 0), 1);
  CHECK_EQ(c, 'x');
}

TEST(completes_by_retrying_recv) {
  int listener = t_listener(AF_INET), result;
  char c = 0;
  REQUIRE_OK(listener);
  int fd = start(t_local(listener), &result);
  CHECK_STARTED(result);
  int server = accept(listener, NULL, NULL);
  REQUIRE_OK(server);
  CHECK_EQ(send(server, "r", 1, 0), 1);
  ssize_t got = -1;
  T_UNTIL((got = recv(fd, &c, 1, 0)) == 1 || errno != EAGAIN);
  CHECK_EQ(got, 1);
  CHECK_EQ(c, 'r');
}

TEST(completes_by_asking_for_the_peer) {
  int listener = t_listener(AF_INET), result;
  REQUIRE_OK(listener);
  int fd = start(t_local(listener), &result);
  CHECK_STARTED(result);
  T_UNTIL(t_get_int(fd, SOL_SOCKET, SO_ERROR) == 0 && t_remote(fd).len != 0);
  CHECK_EQ(t_remote_port(fd), t_port(listener));
}

TEST(completes_in_blocking_mode) {
  int listener = t_listener(AF_INET), result;
  REQUIRE_OK(listener);
  int fd = start(t_local(listener), &result);
  CHECK_STARTED(result);
  REQUIRE_OK(t_set_nonblock(fd, 0));
  CHECK_EQ(send(fd, "x", 1, 0), 1);
  CHECK_OK(accept(listener, NULL, NULL));
}

TEST(accepted_without_any_call_of_the_client) {
  int listener = t_listener(AF_INET), result;
  REQUIRE_OK(listener);
  int fd = start(t_local(listener), &result);
  CHECK_STARTED(result);
  int server = accept(listener, NULL, NULL);
  REQUIRE_OK(server);
  T_UNTIL(t_remote_port(server) == t_port(fd));
}

TEST(name_while_connecting) {
  SKIP_WASM("name-while-connecting");
  int listener = t_listener(AF_INET), result;
  REQUIRE_OK(listener);
  int fd = start(t_local(listener), &result);
  CHECK_STARTED(result);
  CHECK(t_port(fd) != 0);
  CHECK(t_wait(fd, POLLOUT));
  CHECK(t_port(fd) != 0);
}

TEST(eight_at_once) {
  int listener = t_listener(AF_INET), result, ready = 0;
  struct pollfd p[8];
  REQUIRE_OK(listener);
  for (int i = 0; i < 8; i++) {
    p[i].fd = start(t_local(listener), &result);
    p[i].events = POLLOUT;
    CHECK_STARTED(result);
  }
  long long end = t_now_ms() + T_LIMIT_MS;
  while (ready < 8 && t_now_ms() < end) {
    CHECK_OK(poll(p, 8, T_LIMIT_MS));
    ready = 0;
    for (int i = 0; i < 8; i++)
      ready += p[i].revents == POLLOUT;
  }
  CHECK_EQ(ready, 8);
  for (int i = 0; i < 8; i++) {
    CHECK_EQ(t_get_int(p[i].fd, SOL_SOCKET, SO_ERROR), 0);
    CHECK_OK(accept(listener, NULL, NULL));
  }
}

TEST(close_while_connecting) {
  int listener = t_listener(AF_INET), result;
  REQUIRE_OK(listener);
  for (int i = 0; i < 50; i++) {
    int fd = start(t_local(listener), &result);
    REQUIRE_OK(fd);
    CHECK_STARTED(result);
    CHECK_OK(close(fd));
  }
}

TEST(second_connect_while_in_progress) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int listener = t_listener(AF_INET);
  REQUIRE(fd >= 0 && listener >= 0);
  struct t_addr to = t_local(listener);
  int first = t_connect(fd, to);
  CHECK(first == 0 || errno == EINPROGRESS);
  int second = t_connect(fd, to);
  CHECK(second == 0 || errno == EALREADY || errno == EISCONN);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(poll_says_writable);
  RUN(connect_again_after_poll);
  RUN(completes_by_retrying_connect);
  RUN(completes_by_retrying_send);
  RUN(completes_by_retrying_recv);
  RUN(completes_by_asking_for_the_peer);
  RUN(completes_in_blocking_mode);
  RUN(accepted_without_any_call_of_the_client);
  RUN(name_while_connecting);
  RUN(eight_at_once);
  RUN(close_while_connecting);
  RUN(second_connect_while_in_progress);
  return T_END();
}
