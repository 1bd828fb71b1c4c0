/* bind(): where it may, what it refuses. bind(2), ip(7), ipv6(7); ideas: LTP bind01, gVisor
 * accept_bind. */
#include "../t.h"

static const int families[] = {AF_INET, AF_INET6};
static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
#define EACH_KIND                                                                                  \
  for (int f = 0; f < 2; f++)                                                                      \
    for (int t = 0; t < 2; t++)

TEST(loopback_port_zero) {
  EACH_KIND {
    int fd = socket(families[f], types[t], 0);
    REQUIRE_OK(fd);
    CHECK_OK(t_bind(fd, t_loopback(families[f], 0)));
    struct t_addr got = t_local(fd), want = t_loopback(families[f], t_port(fd));
    CHECK(t_port(fd) != 0);
    CHECK(t_addr_same(&got, &want));
    CHECK_OK(close(fd));
  }
}

TEST(wildcard_port_zero) {
  EACH_KIND {
    int fd = socket(families[f], types[t], 0);
    REQUIRE_OK(fd);
    REQUIRE_OK(t_set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1));
    CHECK_OK(t_bind(fd, t_wildcard(families[f], 0)));
    struct t_addr got = t_local(fd), want = t_wildcard(families[f], t_port(fd));
    CHECK(t_port(fd) != 0);
    CHECK(t_addr_same(&got, &want));
    CHECK_OK(close(fd));
  }
}

TEST(ports_differ) {
  EACH_KIND {
    int a = t_bound(families[f], types[t]), b = t_bound(families[f], types[t]);
    REQUIRE(a >= 0 && b >= 0);
    CHECK(t_port(a) != t_port(b));
  }
}

TEST(another_loopback_address) {
  for (int t = 0; t < 2; t++) {
    int fd = socket(AF_INET, types[t], 0);
    REQUIRE_OK(fd);
    CHECK_OK(t_bind(fd, t_ipv4("127.0.0.2", 0)));
    struct t_addr got = t_local(fd), want = t_ipv4("127.0.0.2", t_port(fd));
    CHECK(t_addr_same(&got, &want));
  }
}

TEST(a_port_of_choice) {
  EACH_KIND {
    int fd = t_bound(families[f], types[t]);
    REQUIRE_OK(fd);
    int port = t_port(fd);
    CHECK_OK(close(fd));
    fd = socket(families[f], types[t], 0);
    REQUIRE_OK(fd);
    CHECK_OK(t_bind(fd, t_loopback(families[f], port)));
    CHECK_EQ(t_port(fd), port);
  }
}

TEST(length_too_short) {
  EACH_KIND {
    int fd = socket(families[f], types[t], 0);
    struct t_addr at = t_loopback(families[f], 0);
    REQUIRE_OK(fd);
    CHECK_ERRNO(bind(fd, &at.sa.any, 3), EINVAL);
    CHECK_ERRNO(bind(fd, &at.sa.any, 0), EINVAL);
    CHECK_ERRNO(bind(fd, &at.sa.any, at.len - (families[f] == AF_INET6 ? 5 : 1)), EINVAL);
    CHECK_EQ(t_port(fd), 0);
    CHECK_OK(t_bind(fd, at));
  }
}

TEST(length_too_long) {
  EACH_KIND {
    int fd = socket(families[f], types[t], 0);
    struct t_addr at = t_loopback(families[f], 0);
    REQUIRE_OK(fd);
    CHECK_ERRNO(bind(fd, &at.sa.any, 4096), EINVAL);
    CHECK_ERRNO(bind(fd, &at.sa.any, (socklen_t)-1), EINVAL);
    CHECK_OK(bind(fd, &at.sa.any, sizeof(struct sockaddr_storage)));
  }
}

TEST(wrong_family) {
  for (int t = 0; t < 2; t++) {
    int v4 = socket(AF_INET, types[t], 0), v6 = socket(AF_INET6, types[t], 0);
    struct t_addr four = t_loopback(AF_INET, 0), six = t_loopback(AF_INET6, 0);
    REQUIRE(v4 >= 0 && v6 >= 0);
    CHECK_ERRNO(bind(v4, &six.sa.any, six.len), EAFNOSUPPORT);
    CHECK_ERRNO(bind(v6, &four.sa.any, sizeof six.sa.in6), EAFNOSUPPORT);
    CHECK_ERRNO(bind(v6, &four.sa.any, four.len), EINVAL);
    four.sa.any.sa_family = AF_UNIX;
    CHECK_ERRNO(bind(v4, &four.sa.any, four.len), EAFNOSUPPORT);
    four.sa.any.sa_family = 999;
    CHECK_ERRNO(bind(v4, &four.sa.any, four.len), EAFNOSUPPORT);
  }
}

/* Linux takes AF_UNSPEC for AF_INET when the address is the wildcard, for old programs. */
TEST(unspecified_family) {
  int any = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0);
  struct t_addr at = t_wildcard(AF_INET, 0);
  REQUIRE(any >= 0 && other >= 0);
  at.sa.any.sa_family = AF_UNSPEC;
  CHECK_OK(t_bind(any, at));
  CHECK(t_port(any) != 0);
  at = t_loopback(AF_INET, 0);
  at.sa.any.sa_family = AF_UNSPEC;
  CHECK_ERRNO(t_bind(other, at), EAFNOSUPPORT);
}

TEST(not_a_local_address) {
  for (int t = 0; t < 2; t++) {
    int fd = socket(AF_INET, types[t], 0);
    REQUIRE_OK(fd);
    CHECK_ERRNO(t_bind(fd, t_ipv4("192.0.2.1", 0)), EADDRNOTAVAIL);
    CHECK_EQ(t_port(fd), 0);
    CHECK_OK(t_bind(fd, t_loopback(AF_INET, 0)));
    int six = socket(AF_INET6, types[t], 0);
    struct t_addr far = t_loopback(AF_INET6, 0);
    inet_pton(AF_INET6, "2001:db8::1", &far.sa.in6.sin6_addr);
    CHECK_ERRNO(t_bind(six, far), EADDRNOTAVAIL);
  }
}

TEST(twice) {
  EACH_KIND {
    int fd = t_bound(families[f], types[t]);
    REQUIRE_OK(fd);
    int port = t_port(fd);
    CHECK_ERRNO(t_bind(fd, t_loopback(families[f], 0)), EINVAL);
    CHECK_ERRNO(t_bind(fd, t_loopback(families[f], port)), EINVAL);
    CHECK_EQ(t_port(fd), port);
  }
}

TEST(when_connected) {
  for (int f = 0; f < 2; f++) {
    int tcp[2], udp = socket(families[f], SOCK_DGRAM, 0), to = t_bound(families[f], SOCK_DGRAM);
    REQUIRE_OK(t_tcp_pair(families[f], tcp));
    CHECK_ERRNO(t_bind(tcp[0], t_loopback(families[f], 0)), EINVAL);
    CHECK_ERRNO(t_bind(tcp[1], t_loopback(families[f], 0)), EINVAL);
    REQUIRE(udp >= 0 && to >= 0);
    CHECK_OK(t_connect(udp, t_local(to)));
    CHECK_ERRNO(t_bind(udp, t_loopback(families[f], 0)), EINVAL);
  }
}

TEST(when_listening_unbound) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_OK(listen(fd, 1));
  CHECK_ERRNO(t_bind(fd, t_loopback(AF_INET, 0)), EINVAL);
}

TEST(port_of_a_listener) {
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]), fd = socket(families[f], SOCK_STREAM, 0);
    REQUIRE(listener >= 0 && fd >= 0);
    CHECK_ERRNO(t_bind(fd, t_local(listener)), EADDRINUSE);
    CHECK_EQ(t_port(fd), 0);
  }
}

TEST(port_of_a_listener_with_reuseaddr) {
  for (int f = 0; f < 2; f++) {
    int listener = socket(families[f], SOCK_STREAM, 0), fd = socket(families[f], SOCK_STREAM, 0);
    REQUIRE(listener >= 0 && fd >= 0);
    CHECK_OK(t_set_int(listener, SOL_SOCKET, SO_REUSEADDR, 1));
    CHECK_OK(t_set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1));
    REQUIRE_OK(t_bind(listener, t_loopback(families[f], 0)));
    REQUIRE_OK(listen(listener, 4));
    CHECK_ERRNO(t_bind(fd, t_local(listener)), EADDRINUSE);
  }
}

TEST(two_udp_on_one_port) {
  for (int f = 0; f < 2; f++) {
    int one = t_bound(families[f], SOCK_DGRAM), two = socket(families[f], SOCK_DGRAM, 0);
    REQUIRE(one >= 0 && two >= 0);
    CHECK_ERRNO(t_bind(two, t_local(one)), EADDRINUSE);
    CHECK_OK(close(one));
  }
}

TEST(two_tcp_on_one_port) {
  SKIP_WASM("tcp-bind-always-reuseaddr");
  int one = t_bound(AF_INET, SOCK_STREAM), two = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(one >= 0 && two >= 0);
  CHECK_ERRNO(t_bind(two, t_local(one)), EADDRINUSE);
}

TEST(after_a_failed_bind) {
  int taken = t_listener(AF_INET), fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(taken >= 0 && fd >= 0);
  CHECK_ERRNO(t_bind(fd, t_local(taken)), EADDRINUSE);
  CHECK_OK(t_bind(fd, t_loopback(AF_INET, 0)));
  CHECK(t_port(fd) != 0 && t_port(fd) != t_port(taken));
  CHECK_OK(listen(fd, 1));
  CHECK_OK(t_client(fd));
}

TEST(a_listener_port_is_free_after_close) {
  for (int f = 0; f < 2; f++) {
    int fd = t_listener(families[f]);
    REQUIRE_OK(fd);
    struct t_addr at = t_local(fd);
    CHECK_OK(close(fd));
    fd = socket(families[f], SOCK_STREAM, 0);
    CHECK_OK(t_bind(fd, at));
    CHECK_OK(listen(fd, 1));
    CHECK_OK(close(fd));
  }
}

/* SO_REUSEADDR is for this: a server starts again while old connections linger. */
TEST(reuseaddr_with_lingering_connections) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  char c;
  REQUIRE_OK(listener);
  REQUIRE_OK(t_set_int(listener, SOL_SOCKET, SO_REUSEADDR, 1));
  REQUIRE_OK(t_bind(listener, t_loopback(AF_INET, 0)));
  REQUIRE_OK(listen(listener, 4));
  struct t_addr at = t_local(listener);
  int client = t_client(listener), server = accept(listener, NULL, NULL);
  REQUIRE(client >= 0 && server >= 0);
  CHECK_OK(close(listener));
  CHECK_OK(close(server));
  CHECK_EQ(recv(client, &c, 1, 0), 0);
  CHECK_OK(close(client));
  listener = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(t_set_int(listener, SOL_SOCKET, SO_REUSEADDR, 1));
  CHECK_OK(t_bind(listener, at));
  CHECK_OK(listen(listener, 4));
}

TEST(v4_and_v6_on_one_port) {
  for (int t = 0; t < 2; t++) {
    int four = t_bound(AF_INET, types[t]), six = socket(AF_INET6, types[t], 0);
    REQUIRE(four >= 0 && six >= 0);
    /* Another program may hold the port on ::1; that would not be this one's fault. */
    for (int tries = 0; tries < 20; tries++) {
      if (t_bind(six, t_loopback(AF_INET6, t_port(four))) == 0)
        break;
      CHECK_OK(close(four));
      four = t_bound(AF_INET, types[t]);
    }
    CHECK_EQ(t_port(six), t_port(four));
    if (types[t] == SOCK_STREAM) {
      CHECK_OK(listen(four, 1));
      CHECK_OK(listen(six, 1));
      CHECK_OK(t_client(four));
      CHECK_OK(t_client(six));
    }
  }
}

TEST(tcp_and_udp_on_one_port) {
  int tcp = t_listener(AF_INET);
  REQUIRE_OK(tcp);
  for (int tries = 0; tries < 20; tries++) {
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    REQUIRE_OK(udp);
    if (t_bind(udp, t_local(tcp)) == 0) {
      CHECK_EQ(t_port(udp), t_port(tcp));
      return;
    }
    tcp = t_listener(AF_INET);
  }
  CHECK(!"no UDP socket could take the port of a TCP listener");
}

TEST(v4_mapped_on_a_v6only_socket) {
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  struct t_addr at = t_loopback(AF_INET6, 0);
  REQUIRE_OK(fd);
  REQUIRE_OK(t_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  inet_pton(AF_INET6, "::ffff:127.0.0.1", &at.sa.in6.sin6_addr);
  CHECK_ERRNO(t_bind(fd, at), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(loopback_port_zero);
  RUN(wildcard_port_zero);
  RUN(ports_differ);
  RUN(another_loopback_address);
  RUN(a_port_of_choice);
  RUN(length_too_short);
  RUN(length_too_long);
  RUN(wrong_family);
  RUN(unspecified_family);
  RUN(not_a_local_address);
  RUN(twice);
  RUN(when_connected);
  RUN(when_listening_unbound);
  RUN(port_of_a_listener);
  RUN(port_of_a_listener_with_reuseaddr);
  RUN(two_udp_on_one_port);
  RUN(two_tcp_on_one_port);
  RUN(after_a_failed_bind);
  RUN(a_listener_port_is_free_after_close);
  RUN(reuseaddr_with_lingering_connections);
  RUN(v4_and_v6_on_one_port);
  RUN(tcp_and_udp_on_one_port);
  RUN(v4_mapped_on_a_v6only_socket);
  return T_END();
}
