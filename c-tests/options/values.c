/* Socket options: defaults, set and read back, limits. socket(7), tcp(7), ip(7), ipv6(7); ideas:
 * gVisor SetAndGetBooleanSocketOptions, SetTCPKeep*, socket_ip_unbound. */
#include "../t.h"

static int fresh(int family, int type) { return socket(family, type, 0); }

/* 0 by default, anything else but 0 becomes exactly 1. */
static void boolean(const char *name, int fd, int level, int option, int fallback) {
  if (t_get_int(fd, level, option) != fallback)
    t_fail(__FILE__, __LINE__, "%s is %d by default", name, t_get_int(fd, level, option));
  static const int set[] = {1, 0, 77, 0, -1}, get[] = {1, 0, 1, 0, 1};
  for (int i = 0; i < 5; i++) {
    if (t_set_int(fd, level, option, set[i]) == -1) {
      t_fail(__FILE__, __LINE__, "%s set to %d: %s", name, set[i], t_errno_name(errno));
      return;
    }
    int got = t_get_int(fd, level, option);
    if (got != get[i])
      t_fail(__FILE__, __LINE__, "%s set to %d reads %d", name, set[i], got);
  }
}

TEST(booleans_of_sol_socket) {
  for (int t = 0; t < 2; t++) {
    int fd = fresh(AF_INET, t ? SOCK_STREAM : SOCK_DGRAM);
    REQUIRE_OK(fd);
    boolean("SO_REUSEADDR", fd, SOL_SOCKET, SO_REUSEADDR, 0);
    boolean("SO_KEEPALIVE", fd, SOL_SOCKET, SO_KEEPALIVE, 0);
    boolean("SO_BROADCAST", fd, SOL_SOCKET, SO_BROADCAST, 0);
    boolean("SO_REUSEPORT", fd, SOL_SOCKET, SO_REUSEPORT, 0);
    boolean("SO_DONTROUTE", fd, SOL_SOCKET, SO_DONTROUTE, 0);
    boolean("SO_OOBINLINE", fd, SOL_SOCKET, SO_OOBINLINE, 0);
  }
}

TEST(booleans_of_tcp) {
  int fd = fresh(AF_INET, SOCK_STREAM);
  REQUIRE_OK(fd);
  boolean("TCP_NODELAY", fd, IPPROTO_TCP, TCP_NODELAY, 0);
  boolean("TCP_CORK", fd, IPPROTO_TCP, TCP_CORK, 0);
}

TEST(booleans_when_connected) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET6, pair));
  for (int i = 0; i < 2; i++) {
    boolean("TCP_NODELAY", pair[i], IPPROTO_TCP, TCP_NODELAY, 0);
    boolean("SO_KEEPALIVE", pair[i], SOL_SOCKET, SO_KEEPALIVE, 0);
  }
}

TEST(kind_is_read_only) {
  int fd = fresh(AF_INET, SOCK_STREAM);
  REQUIRE_OK(fd);
  CHECK_ERRNO(t_set_int(fd, SOL_SOCKET, SO_TYPE, SOCK_DGRAM), ENOPROTOOPT);
  CHECK_ERRNO(t_set_int(fd, SOL_SOCKET, SO_DOMAIN, AF_INET6), ENOPROTOOPT);
  CHECK_ERRNO(t_set_int(fd, SOL_SOCKET, SO_PROTOCOL, 17), ENOPROTOOPT);
  CHECK_ERRNO(t_set_int(fd, SOL_SOCKET, SO_ERROR, 0), ENOPROTOOPT);
  CHECK_ERRNO(t_set_int(fd, SOL_SOCKET, SO_ACCEPTCONN, 1), ENOPROTOOPT);
}

TEST(buffer_sizes) {
  static const int option[] = {SO_RCVBUF, SO_SNDBUF};
  for (int t = 0; t < 2; t++)
    for (int i = 0; i < 2; i++) {
      int fd = fresh(i ? AF_INET : AF_INET6, t ? SOCK_STREAM : SOCK_DGRAM);
      REQUIRE_OK(fd);
      CHECK(t_get_int(fd, SOL_SOCKET, option[i]) > 0);
      CHECK_OK(t_set_int(fd, SOL_SOCKET, option[i], 65536));
      CHECK(t_get_int(fd, SOL_SOCKET, option[i]) >= 65536);
    }
}

TEST(absurd_buffer_sizes_are_clamped) {
  static const int option[] = {SO_RCVBUF, SO_SNDBUF};
  for (int i = 0; i < 2; i++) {
    int fd = fresh(AF_INET, SOCK_STREAM);
    REQUIRE_OK(fd);
    CHECK_OK(t_set_int(fd, SOL_SOCKET, option[i], 0));
    CHECK(t_get_int(fd, SOL_SOCKET, option[i]) > 0);
    CHECK_OK(t_set_int(fd, SOL_SOCKET, option[i], 1));
    CHECK(t_get_int(fd, SOL_SOCKET, option[i]) > 1);
    CHECK_OK(t_set_int(fd, SOL_SOCKET, option[i], INT_MAX));
    CHECK(t_get_int(fd, SOL_SOCKET, option[i]) > 65536);
    CHECK_OK(t_set_int(fd, SOL_SOCKET, option[i], -1));
    CHECK(t_get_int(fd, SOL_SOCKET, option[i]) > 0);
  }
}

TEST(buffer_sizes_when_connected) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(t_set_int(pair[0], SOL_SOCKET, SO_SNDBUF, 100000));
  CHECK(t_get_int(pair[0], SOL_SOCKET, SO_SNDBUF) >= 100000);
  CHECK_OK(t_set_int(pair[1], SOL_SOCKET, SO_RCVBUF, 100000));
  CHECK(t_get_int(pair[1], SOL_SOCKET, SO_RCVBUF) >= 100000);
}

TEST(keepalive_times) {
  static const struct {
    int option, most;
  } keep[] = {{TCP_KEEPIDLE, 32767}, {TCP_KEEPINTVL, 32767}, {TCP_KEEPCNT, 127}};
  for (int i = 0; i < 3; i++) {
    int fd = fresh(i ? AF_INET : AF_INET6, SOCK_STREAM);
    REQUIRE_OK(fd);
    CHECK(t_get_int(fd, IPPROTO_TCP, keep[i].option) > 0);
    CHECK_OK(t_set_int(fd, IPPROTO_TCP, keep[i].option, 42));
    CHECK_EQ(t_get_int(fd, IPPROTO_TCP, keep[i].option), 42);
    CHECK_ERRNO(t_set_int(fd, IPPROTO_TCP, keep[i].option, 0), EINVAL);
    CHECK_ERRNO(t_set_int(fd, IPPROTO_TCP, keep[i].option, -1), EINVAL);
    CHECK_ERRNO(t_set_int(fd, IPPROTO_TCP, keep[i].option, keep[i].most + 1), EINVAL);
    CHECK_OK(t_set_int(fd, IPPROTO_TCP, keep[i].option, keep[i].most));
    CHECK_EQ(t_get_int(fd, IPPROTO_TCP, keep[i].option), keep[i].most);
    CHECK_OK(t_set_int(fd, IPPROTO_TCP, keep[i].option, 1));
    CHECK_EQ(t_get_int(fd, IPPROTO_TCP, keep[i].option), 1);
  }
}

TEST(keepalive_defaults) {
  int fd = fresh(AF_INET, SOCK_STREAM);
  REQUIRE_OK(fd);
  CHECK_EQ(t_get_int(fd, IPPROTO_TCP, TCP_KEEPIDLE), 7200);
  CHECK_EQ(t_get_int(fd, IPPROTO_TCP, TCP_KEEPINTVL), 75);
  CHECK_EQ(t_get_int(fd, IPPROTO_TCP, TCP_KEEPCNT), 9);
}

TEST(ttl) {
  for (int t = 0; t < 2; t++) {
    int fd = fresh(AF_INET, t ? SOCK_STREAM : SOCK_DGRAM);
    REQUIRE_OK(fd);
    CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TTL), 64);
    CHECK_OK(t_set_int(fd, IPPROTO_IP, IP_TTL, 42));
    CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TTL), 42);
    CHECK_ERRNO(t_set_int(fd, IPPROTO_IP, IP_TTL, 0), EINVAL);
    CHECK_ERRNO(t_set_int(fd, IPPROTO_IP, IP_TTL, 256), EINVAL);
    CHECK_ERRNO(t_set_int(fd, IPPROTO_IP, IP_TTL, -2), EINVAL);
    CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TTL), 42);
    CHECK_OK(t_set_int(fd, IPPROTO_IP, IP_TTL, 255));
    CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TTL), 255);
    CHECK_OK(t_set_int(fd, IPPROTO_IP, IP_TTL, -1));
    CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TTL), 64);
  }
}

TEST(unicast_hops) {
  for (int t = 0; t < 2; t++) {
    int fd = fresh(AF_INET6, t ? SOCK_STREAM : SOCK_DGRAM);
    REQUIRE_OK(fd);
    CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS), 64);
    CHECK_OK(t_set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 42));
    CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS), 42);
    CHECK_ERRNO(t_set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 256), EINVAL);
    CHECK_ERRNO(t_set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, -2), EINVAL);
    CHECK_OK(t_set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, -1));
    CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS), 64);
  }
}

TEST(type_of_service) {
  int fd = fresh(AF_INET, SOCK_STREAM), six = fresh(AF_INET6, SOCK_DGRAM);
  REQUIRE(fd >= 0 && six >= 0);
  CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TOS), 0);
  CHECK_OK(t_set_int(fd, IPPROTO_IP, IP_TOS, 0x10));
  CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TOS), 0x10);
  CHECK_EQ(t_get_int(six, IPPROTO_IPV6, IPV6_TCLASS), 0);
  CHECK_OK(t_set_int(six, IPPROTO_IPV6, IPV6_TCLASS, 0x20));
  CHECK_EQ(t_get_int(six, IPPROTO_IPV6, IPV6_TCLASS), 0x20);
  CHECK_ERRNO(t_set_int(six, IPPROTO_IPV6, IPV6_TCLASS, 256), EINVAL);
}

TEST(linger_round_trip) {
  for (int t = 0; t < 2; t++) {
    int fd = fresh(AF_INET, t ? SOCK_STREAM : SOCK_DGRAM);
    struct linger got = {9, 9}, set = {1, 5};
    socklen_t len = sizeof got;
    REQUIRE_OK(fd);
    CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &got, &len));
    CHECK_EQ(len, sizeof got);
    CHECK(got.l_onoff == 0 && got.l_linger == 0);
    CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &set, sizeof set));
    CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &got, &len));
    CHECK(got.l_onoff == 1 && got.l_linger == 5);
    set.l_onoff = 0;
    CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &set, sizeof set));
    CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &got, &len));
    CHECK_EQ(got.l_onoff, 0);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_LINGER, &set, sizeof set - 1), EINVAL);
  }
}

TEST(lingering_close_of_an_idle_socket_returns) {
  int pair[2];
  struct linger set = {1, 15};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(setsockopt(pair[0], SOL_SOCKET, SO_LINGER, &set, sizeof set));
  long long start = t_now_ms();
  CHECK_OK(close(pair[0]));
  CHECK(t_now_ms() - start < 14000);
}

TEST(v6only) {
  int fd = fresh(AF_INET6, SOCK_STREAM), four = fresh(AF_INET, SOCK_STREAM);
  REQUIRE(fd >= 0 && four >= 0);
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 0);
  CHECK_OK(t_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 1);
  CHECK_OK(t_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0));
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 0);
  REQUIRE_OK(t_bind(fd, t_loopback(AF_INET6, 0)));
  CHECK_ERRNO(t_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1), EINVAL);
  CHECK_EQ(t_set_int(four, IPPROTO_IPV6, IPV6_V6ONLY, 1), -1);
}

TEST(bindtodevice_is_never_pretended) {
  int fd = fresh(AF_INET, SOCK_STREAM);
  REQUIRE_OK(fd);
  CHECK_ERRNO2(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "nosuchdev0", 11), ENODEV, ENOPROTOOPT);
}

TEST(maximum_segment_size) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK(t_get_int(pair[0], IPPROTO_TCP, TCP_MAXSEG) >= 88);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(booleans_of_sol_socket);
  RUN(booleans_of_tcp);
  RUN(booleans_when_connected);
  RUN(kind_is_read_only);
  RUN(buffer_sizes);
  RUN(absurd_buffer_sizes_are_clamped);
  RUN(buffer_sizes_when_connected);
  RUN(keepalive_times);
  RUN(keepalive_defaults);
  RUN(ttl);
  RUN(unicast_hops);
  RUN(type_of_service);
  RUN(linger_round_trip);
  RUN(lingering_close_of_an_idle_socket_returns);
  RUN(v6only);
  RUN(bindtodevice_is_never_pretended);
  RUN(maximum_segment_size);
  return T_END();
}
