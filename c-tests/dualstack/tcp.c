/* AF_INET6 streams with IPV6_V6ONLY off: both families behind one descriptor. ipv6(7), RFC 3493
 * section 3.7; ideas: Linux selftests bind_wildcard.c, gVisor SocketInetLoopbackTest. */
#include "../t.h"

#include <netdb.h>

/* ::ffff:a.b.c.d with a port. */
static struct t_addr mapped(const char *quad, int port) {
  struct t_addr addr = t_loopback(AF_INET6, port);
  char text[40];
  snprintf(text, sizeof text, "::ffff:%s", quad);
  inet_pton(AF_INET6, text, &addr.sa.in6.sin6_addr);
  return addr;
}

static int v6only(int fd, int on) { return t_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, on); }

/* A listener on [::] at a port of the system's choice (or `port`). */
static int listener_at(struct t_addr where, int only) {
  int fd = socket(where.sa.any.sa_family, SOCK_STREAM, 0), error;
  if (fd == -1)
    return -1;
  if ((where.sa.any.sa_family == AF_INET6 && v6only(fd, only) == -1) || t_bind(fd, where) == -1 ||
      listen(fd, 16) == -1) {
    error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

static int connect_to(struct t_addr where) {
  int fd = socket(where.sa.any.sa_family, SOCK_STREAM, 0);
  if (fd != -1 && t_connect(fd, where) == -1) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

/* A port that is free for both families right now. */
static int free_port(void) {
  int fd = listener_at(t_wildcard(AF_INET6, 0), 0), port = t_port(fd);
  close(fd);
  return port;
}

TEST(the_option) {
  int fd = socket(AF_INET6, SOCK_STREAM, 0), v4 = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 0);
  CHECK_OK(v6only(fd, 5));
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 1);
  CHECK_OK(v6only(fd, 0));
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 0);
  CHECK_OK(t_bind(fd, t_wildcard(AF_INET6, 0)));
  CHECK_ERRNO(v6only(fd, 1), EINVAL);
  CHECK_ERRNO2(v6only(v4, 1), ENOPROTOOPT, EOPNOTSUPP);
}

TEST(a_listener_serves_both_families) {
  int listener = listener_at(t_wildcard(AF_INET6, 0), 0), fd;
  struct t_addr peer;
  char byte;
  REQUIRE_OK(listener);
  int port = t_port(listener);
  int v4 = connect_to(t_loopback(AF_INET, port));
  REQUIRE_OK(v4);
  peer.len = sizeof peer.sa;
  REQUIRE_OK(fd = accept(listener, &peer.sa.any, &peer.len));
  CHECK_EQ(peer.len, sizeof(struct sockaddr_in6));
  struct t_addr want = mapped("127.0.0.1", t_port(v4));
  CHECK(t_addr_same(&peer, &want));
  struct t_addr remote = t_remote(fd), local = t_local(fd);
  CHECK(t_addr_same(&remote, &want));
  want = mapped("127.0.0.1", port);
  CHECK(t_addr_same(&local, &want));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_DOMAIN), AF_INET6);
  REQUIRE_EQ(send(v4, "4", 1, 0), 1);
  CHECK_EQ(recv(fd, &byte, 1, 0), 1);

  int v6 = connect_to(t_loopback(AF_INET6, port));
  REQUIRE_OK(v6);
  peer.len = sizeof peer.sa;
  REQUIRE_OK(fd = accept(listener, &peer.sa.any, &peer.len));
  want = t_loopback(AF_INET6, t_port(v6));
  CHECK(t_addr_same(&peer, &want));
  REQUIRE_EQ(send(fd, "6", 1, 0), 1);
  CHECK_EQ(recv(v6, &byte, 1, 0), 1);
}

TEST(getsockname_of_the_listener) {
  int listener = listener_at(t_wildcard(AF_INET6, 0), 0);
  REQUIRE_OK(listener);
  struct t_addr name = t_local(listener), want = t_wildcard(AF_INET6, t_port(listener));
  CHECK(t_addr_port(&name) != 0);
  CHECK(t_addr_same(&name, &want));
}

TEST(listening_without_bind_serves_both) {
  int listener = socket(AF_INET6, SOCK_STREAM, 0);
  CHECK_OK(listen(listener, 5));
  int port = t_port(listener);
  REQUIRE(port != 0);
  CHECK_OK(connect_to(t_loopback(AF_INET, port)));
  CHECK_OK(connect_to(t_loopback(AF_INET6, port)));
  CHECK_OK(accept(listener, NULL, NULL));
  CHECK_OK(accept(listener, NULL, NULL));
}

TEST(v6only_refuses_v4) {
  int listener = listener_at(t_wildcard(AF_INET6, 0), 1);
  REQUIRE_OK(listener);
  CHECK_ERRNO(connect_to(t_loopback(AF_INET, t_port(listener))), ECONNREFUSED);
  CHECK_OK(connect_to(t_loopback(AF_INET6, t_port(listener))));
}

TEST(poll_and_non_blocking_accept) {
  int listener = listener_at(t_wildcard(AF_INET6, 0), 0);
  REQUIRE_OK(listener);
  CHECK_OK(t_set_nonblock(listener, 1));
  int port = t_port(listener);
  for (int i = 0; i < 6; i++) {
    CHECK_EQ(t_poll(listener, POLLIN | POLLOUT, 0), 0);
    CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
    REQUIRE_OK(connect_to(t_loopback(i % 2 ? AF_INET : AF_INET6, port)));
    CHECK(t_wait(listener, POLLIN));
    CHECK_OK(accept(listener, NULL, NULL));
  }
  CHECK_EQ(t_poll(listener, POLLIN, 0), 0);
}

TEST(a_waiting_poll_is_woken_by_either_family) {
  int listener = listener_at(t_wildcard(AF_INET6, 0), 0), peer = peer_open();
  REQUIRE_OK(listener);
  static const char *const from[] = {"127.0.0.1", "::1", "127.0.0.1"};
  for (int i = 0; i < 3; i++) {
    REQUIRE_OK(peer_start(peer, "pause 40"));
    REQUIRE_OK(peer_start(peer, "connect %d %s %d", i, from[i], t_port(listener)));
    CHECK_EQ(t_poll(listener, POLLIN, -1), POLLIN);
    CHECK_OK(accept(listener, NULL, NULL));
    REQUIRE(peer_answer(peer));
    REQUIRE(peer_answer(peer));
  }
}

TEST(a_blocking_accept_takes_either_family) {
  int listener = listener_at(t_wildcard(AF_INET6, 0), 0), peer = peer_open();
  REQUIRE_OK(listener);
  for (int i = 0; i < 4; i++) {
    REQUIRE_OK(peer_start(peer, "pause 20"));
    REQUIRE_OK(
        peer_start(peer, "connect %d %s %d", i, i % 2 ? "127.0.0.1" : "::1", t_port(listener)));
    CHECK_OK(accept(listener, NULL, NULL));
    REQUIRE(peer_answer(peer));
    REQUIRE(peer_answer(peer));
  }
}

TEST(many_waiting_clients_of_both_families) {
  int listener = listener_at(t_wildcard(AF_INET6, 0), 0), v4 = 0, v6 = 0;
  REQUIRE_OK(listener);
  int port = t_port(listener);
  for (int i = 0; i < 12; i++)
    REQUIRE_OK(connect_to(t_loopback(i % 2 ? AF_INET : AF_INET6, port)));
  for (int i = 0; i < 12; i++) {
    int fd = accept(listener, NULL, NULL);
    REQUIRE_OK(fd);
    struct t_addr peer = t_remote(fd);
    if (IN6_IS_ADDR_V4MAPPED(&peer.sa.in6.sin6_addr))
      v4++;
    else
      v6++;
  }
  CHECK_EQ(v4, 6);
  CHECK_EQ(v6, 6);
}

TEST(clients_of_both_families_in_order) {
  static const int families[] = {AF_INET, AF_INET, AF_INET6, AF_INET};
  int listener = socket(AF_INET6, SOCK_STREAM, 0);
  REQUIRE_OK(listen(listener, 8));
  SKIP_WASM("dual-stack-accept-order");
  for (int i = 0; i < 4; i++)
    REQUIRE_OK(t_connect(socket(families[i], SOCK_STREAM, 0),
                         t_loopback(families[i], t_port(listener))));
  for (int i = 0; i < 4; i++) {
    struct t_addr peer = t_remote(accept(listener, NULL, NULL));
    CHECK_EQ(IN6_IS_ADDR_V4MAPPED(&peer.sa.in6.sin6_addr), families[i] == AF_INET);
  }
}

TEST(connecting_to_a_mapped_address) {
  int listener = t_listener(AF_INET), fd = socket(AF_INET6, SOCK_STREAM, 0), server;
  struct t_addr peer;
  char byte;
  REQUIRE_OK(t_connect(fd, mapped("127.0.0.1", t_port(listener))));
  peer.len = sizeof peer.sa;
  REQUIRE_OK(server = accept(listener, &peer.sa.any, &peer.len));
  CHECK_EQ(peer.sa.any.sa_family, AF_INET);
  struct t_addr want = t_loopback(AF_INET, t_port(fd));
  CHECK(t_addr_same(&peer, &want));
  struct t_addr remote = t_remote(fd), local = t_local(fd);
  want = mapped("127.0.0.1", t_port(listener));
  CHECK(t_addr_same(&remote, &want));
  want = mapped("127.0.0.1", t_port(fd));
  CHECK(t_addr_same(&local, &want));
  REQUIRE_EQ(send(fd, "x", 1, 0), 1);
  CHECK_EQ(recv(server, &byte, 1, 0), 1);
}

TEST(connecting_to_a_mapped_address_without_waiting) {
  int listener = t_listener(AF_INET), fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
  CHECK(t_connect(fd, mapped("127.0.0.1", t_port(listener))) == 0 || errno == EINPROGRESS);
  CHECK(t_wait(fd, POLLOUT));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  CHECK_OK(accept(listener, NULL, NULL));
}

TEST(a_mapped_address_where_nobody_listens) {
  int gone = t_bound(AF_INET, SOCK_STREAM), port = t_port(gone);
  CHECK_OK(close(gone));
  CHECK_ERRNO(connect_to(mapped("127.0.0.1", port)), ECONNREFUSED);
}

TEST(v6only_refuses_mapped_addresses) {
  int listener = t_listener(AF_INET), fd = socket(AF_INET6, SOCK_STREAM, 0);
  CHECK_OK(v6only(fd, 1));
  CHECK_ERRNO(t_connect(fd, mapped("127.0.0.1", t_port(listener))), ENETUNREACH);
  CHECK_ERRNO(t_bind(fd, mapped("127.0.0.1", 0)), EINVAL);
}

TEST(binding_to_a_mapped_address) {
  int listener = listener_at(mapped("127.0.0.1", 0), 0), fd;
  REQUIRE_OK(listener);
  struct t_addr name = t_local(listener), want = mapped("127.0.0.1", t_port(listener));
  CHECK(t_addr_same(&name, &want));
  REQUIRE_OK(fd = connect_to(t_loopback(AF_INET, t_port(listener))));
  CHECK_OK(accept(listener, NULL, NULL));
  CHECK_ERRNO(connect_to(t_loopback(AF_INET6, t_port(listener))), ECONNREFUSED);
}

TEST(a_bound_dual_socket_connects_to_v4) {
  int listener = t_listener(AF_INET), fd = socket(AF_INET6, SOCK_STREAM, 0);
  REQUIRE_OK(t_bind(fd, t_wildcard(AF_INET6, 0)));
  int port = t_port(fd);
  REQUIRE_OK(t_connect(fd, mapped("127.0.0.1", t_port(listener))));
  CHECK_EQ(t_port(fd), port);
  int server = accept(listener, NULL, NULL);
  struct t_addr peer = t_remote(server);
  CHECK_EQ(t_addr_port(&peer), port);
}

TEST(a_v4_listener_is_in_the_way_of_a_dual_one) {
  int v4 = listener_at(t_wildcard(AF_INET, 0), 0);
  REQUIRE_OK(v4);
  CHECK_ERRNO(listener_at(t_wildcard(AF_INET6, t_port(v4)), 0), EADDRINUSE);
  CHECK_OK(listener_at(t_wildcard(AF_INET6, t_port(v4)), 1));
}

TEST(a_dual_listener_is_in_the_way_of_a_v4_one) {
  int dual = listener_at(t_wildcard(AF_INET6, 0), 0);
  REQUIRE_OK(dual);
  CHECK_ERRNO(listener_at(t_wildcard(AF_INET, t_port(dual)), 0), EADDRINUSE);
  CHECK_ERRNO(listener_at(t_wildcard(AF_INET6, t_port(dual)), 1), EADDRINUSE);
}

TEST(a_v4_loopback_listener_is_in_the_way_of_a_dual_one) {
  int v4 = t_listener(AF_INET);
  REQUIRE_OK(v4);
  CHECK_ERRNO(listener_at(t_wildcard(AF_INET6, t_port(v4)), 0), EADDRINUSE);
}

TEST(after_a_failed_bind_the_socket_can_be_bound_elsewhere) {
  int v4 = listener_at(t_wildcard(AF_INET, 0), 0), fd = socket(AF_INET6, SOCK_STREAM, 0);
  REQUIRE_OK(v4);
  CHECK_ERRNO(t_bind(fd, t_wildcard(AF_INET6, t_port(v4))), EADDRINUSE);
  CHECK_OK(t_bind(fd, t_wildcard(AF_INET6, 0)));
  CHECK_OK(listen(fd, 5));
  CHECK_OK(connect_to(t_loopback(AF_INET, t_port(fd))));
}

/* The way a portable server opens its sockets: one per family, v6 alone on the second. */
TEST(one_listener_per_family) {
  int port = free_port();
  int v6 = listener_at(t_wildcard(AF_INET6, port), 1),
      v4 = listener_at(t_wildcard(AF_INET, port), 0);
  REQUIRE_OK(v6);
  REQUIRE_OK(v4);
  CHECK_OK(connect_to(t_loopback(AF_INET, port)));
  CHECK_OK(connect_to(t_loopback(AF_INET6, port)));
  CHECK(t_wait(v4, POLLIN));
  CHECK(t_wait(v6, POLLIN));
  CHECK_OK(accept(v4, NULL, NULL));
  CHECK_OK(accept(v6, NULL, NULL));
}

TEST(closing_frees_the_port_of_both_families) {
  int dual = listener_at(t_wildcard(AF_INET6, 0), 0), port = t_port(dual);
  REQUIRE_OK(dual);
  CHECK_OK(close(dual));
  CHECK_ERRNO(connect_to(t_loopback(AF_INET, port)), ECONNREFUSED);
  CHECK_OK(listener_at(t_wildcard(AF_INET, port), 0));
  CHECK_OK(listener_at(t_wildcard(AF_INET6, port), 1));
}

TEST(a_duplicate_keeps_both_families) {
  int dual = listener_at(t_wildcard(AF_INET6, 0), 0), copy = dup(dual), port = t_port(dual);
  REQUIRE_OK(dual);
  CHECK_OK(close(dual));
  CHECK_OK(connect_to(t_loopback(AF_INET, port)));
  CHECK_OK(accept(copy, NULL, NULL));
  CHECK_OK(connect_to(t_loopback(AF_INET6, port)));
  CHECK_OK(accept(copy, NULL, NULL));
}

TEST(a_megabyte_through_a_mapped_connection) {
  int listener = listener_at(t_wildcard(AF_INET6, 0), 0), peer = peer_open(), fd;
  char want[60];
  REQUIRE_OK(listener);
  REQUIRE(peer_run(peer, "connect 0 127.0.0.1 %d", t_port(listener)));
  REQUIRE_OK(fd = accept(listener, NULL, NULL));
  unsigned char *data = malloc(1 << 20);
  t_pattern(data, 1 << 20, 0);
  REQUIRE_OK(peer_start(peer, "drain 0"));
  CHECK_EQ(t_send_all(fd, data, 1 << 20), 1 << 20);
  CHECK_OK(close(fd));
  snprintf(want, sizeof want, "%d %016llx eof", 1 << 20,
           (unsigned long long)t_hash(T_HASH_START, data, 1 << 20));
  CHECK_STR(peer_answer(peer), want);
  free(data);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(the_option);
  RUN(a_listener_serves_both_families);
  RUN(getsockname_of_the_listener);
  RUN(listening_without_bind_serves_both);
  RUN(v6only_refuses_v4);
  RUN(poll_and_non_blocking_accept);
  RUN(a_waiting_poll_is_woken_by_either_family);
  RUN(a_blocking_accept_takes_either_family);
  RUN(many_waiting_clients_of_both_families);
  RUN(clients_of_both_families_in_order);
  RUN(connecting_to_a_mapped_address);
  RUN(connecting_to_a_mapped_address_without_waiting);
  RUN(a_mapped_address_where_nobody_listens);
  RUN(v6only_refuses_mapped_addresses);
  RUN(binding_to_a_mapped_address);
  RUN(a_bound_dual_socket_connects_to_v4);
  RUN(a_v4_listener_is_in_the_way_of_a_dual_one);
  RUN(a_dual_listener_is_in_the_way_of_a_v4_one);
  RUN(a_v4_loopback_listener_is_in_the_way_of_a_dual_one);
  RUN(after_a_failed_bind_the_socket_can_be_bound_elsewhere);
  RUN(one_listener_per_family);
  RUN(closing_frees_the_port_of_both_families);
  RUN(a_duplicate_keeps_both_families);
  RUN(a_megabyte_through_a_mapped_connection);
  return T_END();
}
