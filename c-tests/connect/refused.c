/* Where the error of a refused non-blocking connect() shows, and that it shows once.
 * connect(2), socket(7) SO_ERROR; ideas: gVisor NonBlockingConnectNoListenerRead and Peek, libuv
 * test-tcp-connect-error. */
#include "../t.h"

#include <sys/select.h>

/* Where the last refused() went. */
static struct t_addr nobody;

/* A non-blocking socket whose connect to a port without a listener has been refused (seen by
 * poll, error not yet taken); the port is held by *dead. When even the call itself failed, -1. */
static int refused(int family, int *dead) {
  *dead = t_nobody(family, &nobody);
  int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (*dead == -1 || fd == -1)
    return -1;
  if (t_connect(fd, nobody) == 0 || errno != EINPROGRESS)
    return -1;
  return t_wait(fd, POLLERR) ? fd : -1;
}

TEST(poll_and_so_error) {
  static const int families[] = {AF_INET, AF_INET6};
  for (int f = 0; f < 2; f++) {
    int dead, fd = refused(families[f], &dead);
    REQUIRE(fd >= 0);
    int events = t_poll(fd, POLLIN | POLLOUT | POLLRDHUP, 0);
    CHECK_EQ(events, POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
    CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, 0) & POLLERR, 0);
  }
}

TEST(reported_without_asking) {
  int dead, fd = refused(AF_INET, &dead);
  REQUIRE(fd >= 0);
  CHECK_EQ(t_poll(fd, 0, 0), POLLERR | POLLHUP);
}

TEST(read_takes_the_error) {
  int dead, fd = refused(AF_INET, &dead);
  char c;
  REQUIRE(fd >= 0);
  CHECK_ERRNO(read(fd, &c, 1), ECONNREFUSED);
  CHECK_EQ(read(fd, &c, 1), 0);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

TEST(peek_takes_the_error) {
  int dead, fd = refused(AF_INET, &dead);
  char c;
  REQUIRE(fd >= 0);
  CHECK_ERRNO(recv(fd, &c, 1, MSG_PEEK), ECONNREFUSED);
  CHECK_EQ(recv(fd, &c, 1, MSG_PEEK), 0);
}

TEST(send_takes_the_error) {
  int dead, fd = refused(AF_INET, &dead);
  REQUIRE(fd >= 0);
  CHECK_ERRNO(send(fd, "x", 1, MSG_NOSIGNAL), ECONNREFUSED);
  CHECK_ERRNO(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

TEST(connect_takes_the_error) {
  int dead, fd = refused(AF_INET, &dead);
  REQUIRE(fd >= 0);
  CHECK_ERRNO(t_connect(fd, nobody), ECONNREFUSED);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

TEST(so_error_without_poll) {
  int dead = t_nobody(AF_INET, &nobody);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), error = 0;
  REQUIRE(dead >= 0 && fd >= 0);
  REQUIRE_ERRNO(t_connect(fd, nobody), EINPROGRESS);
  T_UNTIL((error = t_get_int(fd, SOL_SOCKET, SO_ERROR)) != 0);
  CHECK_EQ(error, ECONNREFUSED);
}

TEST(select_says_readable_and_writable) {
  int dead, fd = refused(AF_INET, &dead);
  fd_set in, out, except;
  REQUIRE(fd >= 0);
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_ZERO(&except);
  FD_SET(fd, &in);
  FD_SET(fd, &out);
  FD_SET(fd, &except);
  struct timeval none = {0, 0};
  CHECK_EQ(select(fd + 1, &in, &out, &except, &none), 2);
  CHECK(FD_ISSET(fd, &in));
  CHECK(FD_ISSET(fd, &out));
  CHECK(!FD_ISSET(fd, &except));
}

TEST(no_peer) {
  int dead, fd = refused(AF_INET, &dead);
  REQUIRE(fd >= 0);
  CHECK_EQ(t_remote(fd).len, 0);
  CHECK_ERRNO(shutdown(fd, SHUT_RDWR), ENOTCONN);
}

/* Linux notices in the next connect() that the last one failed, even when its error has been
 * taken: that call says ECONNABORTED, and only the one after it starts anew. */
TEST(works_after_a_new_connect) {
  int server, fd = refused(AF_INET, &server);
  char c = 0;
  REQUIRE(fd >= 0);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  REQUIRE_OK(listen(server, 4));
  CHECK_ERRNO(t_connect(fd, t_local(server)), ECONNABORTED);
  int result = t_connect(fd, t_local(server));
  REQUIRE(result == 0 || errno == EINPROGRESS);
  REQUIRE(t_wait(fd, POLLOUT));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  int accepted = accept(server, NULL, NULL);
  CHECK_EQ(send(fd, "y", 1, 0), 1);
  CHECK_EQ(recv(accepted, &c, 1, 0), 1);
  CHECK_EQ(c, 'y');
}

TEST(a_dup_sees_the_error_once) {
  int dead, fd = refused(AF_INET, &dead);
  REQUIRE(fd >= 0);
  int copy = dup(fd);
  REQUIRE_OK(copy);
  CHECK_EQ(t_get_int(copy, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(poll_and_so_error);
  RUN(reported_without_asking);
  RUN(read_takes_the_error);
  RUN(peek_takes_the_error);
  RUN(send_takes_the_error);
  RUN(connect_takes_the_error);
  RUN(so_error_without_poll);
  RUN(select_says_readable_and_writable);
  RUN(no_peer);
  RUN(works_after_a_new_connect);
  RUN(a_dup_sees_the_error_once);
  return T_END();
}
