/* A program that sets none but the options which nearly every server sets, and says which by name.
 * This library then links no others. setsockopt(2), socket(7), tcp(7). */
#include "../t.h"

static int get(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) ? -errno : value;
}

TEST(they_are_kept) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1, off = 0;
  REQUIRE_OK(fd);
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on));
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on));
  CHECK_OK(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  CHECK_OK(setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof on));
  CHECK_EQ(get(fd, SOL_SOCKET, SO_REUSEADDR), 1);
  CHECK_EQ(get(fd, SOL_SOCKET, SO_REUSEPORT), 1);
  CHECK_EQ(get(fd, SOL_SOCKET, SO_BROADCAST), 1);
  CHECK(get(fd, IPPROTO_TCP, TCP_NODELAY) > 0);
  CHECK(get(fd, IPPROTO_TCP, TCP_CORK) > 0);
  CHECK_OK(setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof off));
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &off, sizeof off));
  CHECK_EQ(get(fd, IPPROTO_TCP, TCP_CORK), 0);
  CHECK_EQ(get(fd, SOL_SOCKET, SO_REUSEADDR), 0);
}

TEST(wrong_ones_are_refused) {
  int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
  REQUIRE_OK(tcp);
  REQUIRE_OK(udp);
  CHECK_ERRNO(setsockopt(-1, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), EBADF);
  CHECK_ERRNO(setsockopt(0, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), ENOTSOCK);
  CHECK_ERRNO(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &on, 3), EINVAL);
  CHECK_ERRNO(setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &on, (socklen_t)-1), EINVAL);
  CHECK_ERRNO(setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, t_hide_pointer(0), sizeof on), EFAULT);
  CHECK_ERRNO(setsockopt(udp, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), ENOPROTOOPT);
  CHECK_OK(setsockopt(udp, SOL_SOCKET, SO_BROADCAST, &on, sizeof on));
}

TEST(a_connection_has_its_listeners) {
  int listener = t_listener(AF_INET), on = 1, client, fd;
  REQUIRE_OK(listener);
  CHECK_OK(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  CHECK_OK(setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  client = t_client(listener);
  REQUIRE_OK(client);
  REQUIRE_OK(fd = accept(listener, NULL, NULL));
  CHECK_EQ(get(fd, SOL_SOCKET, SO_REUSEADDR), 1);
  CHECK(get(fd, IPPROTO_TCP, TCP_NODELAY) > 0);
  CHECK_EQ(get(client, IPPROTO_TCP, TCP_NODELAY), 0);
}

TEST(a_cork_holds_and_lets_go) {
  int pair[2], on = 1, off = 0;
  char data[8];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(setsockopt(pair[0], IPPROTO_TCP, TCP_CORK, &on, sizeof on));
  CHECK_EQ(send(pair[0], "abc", 3, 0), 3);
  CHECK_EQ(send(pair[0], "def", 3, 0), 3);
  CHECK_OK(setsockopt(pair[0], IPPROTO_TCP, TCP_CORK, &off, sizeof off));
  CHECK_EQ(t_recv_all(pair[1], data, 6), 6);
  CHECK(!memcmp(data, "abcdef", 6));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(they_are_kept);
  RUN(wrong_ones_are_refused);
  RUN(a_connection_has_its_listeners);
  RUN(a_cork_holds_and_lets_go);
  return T_END();
}
