/* What an accepted socket takes over from its listener, and that the two are apart afterwards.
 * socket(7), tcp(7), ip(7); idea: wasmtime p2_tcp_sockopts. */
#include "../t.h"

static const struct {
  const char *name;
  int level, option, value, later;
} taken_over[] = {
    {"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 1, 0},
    {"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 42, 43},
    {"TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, 12, 13},
    {"TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, 5, 6},
    {"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1, 0},
    {"IP_TTL", IPPROTO_IP, IP_TTL, 42, 43},
    {"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 1, 0},
    {"SO_OOBINLINE", SOL_SOCKET, SO_OOBINLINE, 1, 0},
};
#define COUNT ((int)(sizeof taken_over / sizeof taken_over[0]))

static void check_all(int fd, const char *which) {
  for (int i = 0; i < COUNT; i++) {
    int got = t_get_int(fd, taken_over[i].level, taken_over[i].option);
    if (got != taken_over[i].value)
      t_fail(__FILE__, __LINE__, "%s of the %s is %d, expected %d", taken_over[i].name, which, got,
             taken_over[i].value);
  }
}

static void set_all(int fd, int later) {
  for (int i = 0; i < COUNT; i++)
    CHECK_OK(t_set_int(fd, taken_over[i].level, taken_over[i].option,
                       later ? taken_over[i].later : taken_over[i].value));
}

TEST(from_the_listener) {
  int listener = t_listener(AF_INET);
  REQUIRE_OK(listener);
  set_all(listener, 0);
  REQUIRE_OK(t_client(listener));
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  check_all(fd, "accepted socket");
  check_all(listener, "listener");
}

TEST(set_before_listen) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(listener);
  set_all(listener, 0);
  REQUIRE_OK(t_bind(listener, t_loopback(AF_INET, 0)));
  REQUIRE_OK(listen(listener, 4));
  REQUIRE_OK(t_client(listener));
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  check_all(fd, "accepted socket");
}

TEST(later_changes_stay_apart) {
  int listener = t_listener(AF_INET);
  REQUIRE_OK(listener);
  set_all(listener, 0);
  REQUIRE_OK(t_client(listener));
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  set_all(listener, 1);
  check_all(fd, "accepted socket");
  set_all(listener, 0);
  set_all(fd, 1);
  check_all(listener, "listener");
}

TEST(unicast_hops) {
  int listener = t_listener(AF_INET6);
  REQUIRE_OK(listener);
  REQUIRE_OK(t_set_int(listener, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 33));
  REQUIRE_OK(t_client(listener));
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS), 33);
}

TEST(buffer_sizes) {
  int listener = t_bound(AF_INET, SOCK_STREAM);
  REQUIRE_OK(listener);
  REQUIRE_OK(t_set_int(listener, SOL_SOCKET, SO_RCVBUF, 50000));
  REQUIRE_OK(t_set_int(listener, SOL_SOCKET, SO_SNDBUF, 60000));
  int in = t_get_int(listener, SOL_SOCKET, SO_RCVBUF);
  int out = t_get_int(listener, SOL_SOCKET, SO_SNDBUF);
  REQUIRE_OK(listen(listener, 4));
  REQUIRE_OK(t_client(listener));
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_RCVBUF), in);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_SNDBUF), out);
}

TEST(timeouts_and_linger) {
  int listener = t_listener(AF_INET);
  struct timeval set = {2, 0}, got = {9, 9};
  struct linger linger = {1, 7}, got_linger = {9, 9};
  socklen_t len = sizeof got;
  REQUIRE_OK(listener);
  CHECK_OK(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &set, sizeof set));
  CHECK_OK(setsockopt(listener, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  REQUIRE_OK(t_client(listener));
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &got, &len));
  CHECK_EQ(got.tv_sec, 2);
  len = sizeof got_linger;
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &got_linger, &len));
  CHECK(got_linger.l_onoff == 1 && got_linger.l_linger == 7);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_DOMAIN), AF_INET);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
}

TEST(the_client_takes_nothing) {
  int listener = t_listener(AF_INET);
  REQUIRE_OK(listener);
  set_all(listener, 0);
  int client = t_client(listener);
  REQUIRE_OK(client);
  CHECK_EQ(t_get_int(client, SOL_SOCKET, SO_KEEPALIVE), 0);
  CHECK_EQ(t_get_int(client, IPPROTO_TCP, TCP_NODELAY), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(from_the_listener);
  RUN(set_before_listen);
  RUN(later_changes_stay_apart);
  RUN(unicast_hops);
  RUN(buffer_sizes);
  RUN(timeouts_and_linger);
  RUN(the_client_takes_nothing);
  return T_END();
}
