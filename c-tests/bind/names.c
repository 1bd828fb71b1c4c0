/* getsockname() and getpeername(). getsockname(2), getpeername(2); ideas: LTP getsockname01 and
 * getpeername01, gVisor accept_bind, wasi-libc sockets-getpeername-reset. */
#include "../t.h"

static const int families[] = {AF_INET, AF_INET6};
static const socklen_t lengths[] = {sizeof(struct sockaddr_in), sizeof(struct sockaddr_in6)};

TEST(of_a_fresh_socket) {
  for (int f = 0; f < 2; f++)
    for (int t = 0; t < 2; t++) {
      int fd = socket(families[f], t ? SOCK_STREAM : SOCK_DGRAM, 0);
      struct t_addr got, want = t_wildcard(families[f], 0);
      REQUIRE_OK(fd);
      memset(&got, 0x77, sizeof got);
      got.len = sizeof got.sa;
      CHECK_EQ(getsockname(fd, &got.sa.any, &got.len), 0);
      CHECK_EQ(got.len, lengths[f]);
      CHECK_EQ(got.sa.any.sa_family, families[f]);
      CHECK(t_addr_same(&got, &want));
    }
}

TEST(both_ends_agree) {
  for (int f = 0; f < 2; f++) {
    int pair[2];
    REQUIRE_OK(t_tcp_pair(families[f], pair));
    struct t_addr client = t_local(pair[0]), server = t_local(pair[1]);
    struct t_addr server_seen = t_remote(pair[0]), client_seen = t_remote(pair[1]);
    CHECK_EQ(client.len, lengths[f]);
    CHECK_EQ(client_seen.len, lengths[f]);
    CHECK(t_addr_same(&client, &client_seen));
    CHECK(t_addr_same(&server, &server_seen));
    CHECK(!t_addr_same(&client, &server));
  }
}

TEST(v6_scope_and_flow_are_zero) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET6, pair));
  struct t_addr name = t_local(pair[0]);
  CHECK_EQ(name.sa.in6.sin6_flowinfo, 0);
  CHECK_EQ(name.sa.in6.sin6_scope_id, 0);
}

TEST(v4_padding_is_zero) {
  int fd = t_bound(AF_INET, SOCK_STREAM);
  struct t_addr got;
  static const char zero[8];
  REQUIRE_OK(fd);
  memset(&got, 0x77, sizeof got);
  got.len = sizeof got.sa;
  CHECK_EQ(getsockname(fd, &got.sa.any, &got.len), 0);
  CHECK_MEM((char *)&got.sa.in + 8, zero, 8);
}

TEST(a_short_buffer_gets_a_part) {
  for (int f = 0; f < 2; f++) {
    int fd = t_bound(families[f], SOCK_STREAM);
    unsigned char buffer[64];
    struct t_addr whole = t_local(fd);
    REQUIRE_OK(fd);
    for (socklen_t size = 0; size <= lengths[f]; size++) {
      socklen_t len = size;
      memset(buffer, 0xee, sizeof buffer);
      REQUIRE_EQ(getsockname(fd, (struct sockaddr *)buffer, &len), 0);
      CHECK_EQ(len, lengths[f]);
      CHECK_MEM(buffer, &whole.sa, size);
      for (size_t i = size; i < sizeof buffer; i++)
        REQUIRE_EQ(buffer[i], 0xee);
    }
  }
}

TEST(getpeername_into_a_short_buffer) {
  int pair[2];
  unsigned char buffer[32];
  socklen_t len = 5;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct t_addr whole = t_remote(pair[0]);
  memset(buffer, 0xee, sizeof buffer);
  CHECK_EQ(getpeername(pair[0], (struct sockaddr *)buffer, &len), 0);
  CHECK_EQ(len, 16);
  CHECK_MEM(buffer, &whole.sa, 5);
  CHECK_EQ(buffer[5], 0xee);
}

TEST(negative_length) {
  int pair[2];
  struct t_addr got = t_loopback(AF_INET, 0);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  got.len = (socklen_t)-1;
  CHECK_ERRNO(getsockname(pair[0], &got.sa.any, &got.len), EINVAL);
  got.len = (socklen_t)-1;
  CHECK_ERRNO(getpeername(pair[0], &got.sa.any, &got.len), EINVAL);
  got.len = (socklen_t)INT_MIN;
  CHECK_ERRNO(getsockname(pair[0], &got.sa.any, &got.len), EINVAL);
}

TEST(enormous_length) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr got;
  REQUIRE_OK(fd);
  got.len = INT_MAX;
  CHECK_EQ(getsockname(fd, &got.sa.any, &got.len), 0);
  CHECK_EQ(got.len, 16);
}

TEST(getpeername_of_an_unconnected_socket) {
  for (int f = 0; f < 2; f++)
    for (int t = 0; t < 2; t++) {
      struct t_addr got;
      int fd = socket(families[f], t ? SOCK_STREAM : SOCK_DGRAM, 0);
      REQUIRE_OK(fd);
      got.len = sizeof got.sa;
      CHECK_ERRNO(getpeername(fd, &got.sa.any, &got.len), ENOTCONN);
      REQUIRE_OK(t_bind(fd, t_loopback(families[f], 0)));
      CHECK_ERRNO(getpeername(fd, &got.sa.any, &got.len), ENOTCONN);
    }
}

TEST(getpeername_of_a_listener) {
  int fd = t_listener(AF_INET);
  struct t_addr got;
  REQUIRE_OK(fd);
  REQUIRE_OK(t_client(fd));
  got.len = sizeof got.sa;
  CHECK_ERRNO(getpeername(fd, &got.sa.any, &got.len), ENOTCONN);
}

TEST(connect_binds_the_client) {
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]);
    REQUIRE_OK(listener);
    int client = t_client(listener);
    REQUIRE_OK(client);
    struct t_addr name = t_local(client), want = t_loopback(families[f], t_port(client));
    CHECK(t_port(client) != 0);
    CHECK(t_addr_same(&name, &want));
  }
}

TEST(a_bound_client_keeps_its_port) {
  int listener = t_listener(AF_INET), client = t_bound(AF_INET, SOCK_STREAM);
  REQUIRE(listener >= 0 && client >= 0);
  int port = t_port(client);
  REQUIRE_OK(t_connect(client, t_local(listener)));
  CHECK_EQ(t_port(client), port);
  struct t_addr from;
  from.len = sizeof from.sa;
  CHECK_OK(accept(listener, &from.sa.any, &from.len));
  CHECK_EQ(t_addr_port(&from), port);
}

TEST(an_accepted_socket_has_the_listeners_port) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(listener);
  REQUIRE_OK(t_bind(listener, t_wildcard(AF_INET, 0)));
  REQUIRE_OK(listen(listener, 4));
  int client = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(t_connect(client, t_loopback(AF_INET, t_port(listener))));
  int server = accept(listener, NULL, NULL);
  REQUIRE_OK(server);
  struct t_addr name = t_local(server), want = t_loopback(AF_INET, t_port(listener));
  CHECK(t_addr_same(&name, &want));
}

TEST(getpeername_after_the_peer_closed) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct t_addr peer = t_remote(pair[1]);
  CHECK_OK(close(pair[0]));
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
  struct t_addr again = t_remote(pair[1]);
  CHECK_EQ(again.len, 16);
  CHECK(t_addr_same(&peer, &again));
}

TEST(names_after_shutdown) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct t_addr local = t_local(pair[0]), peer = t_remote(pair[0]);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  struct t_addr now = t_remote(pair[0]);
  CHECK(now.len == 16 && t_addr_same(&peer, &now));
  CHECK_OK(shutdown(pair[0], SHUT_RD));
  now = t_local(pair[0]);
  CHECK(now.len == 16 && t_addr_same(&local, &now));
}

TEST(getsockname_of_a_reset_connection) {
  int listener = t_listener(AF_INET), peer = peer_open();
  char c;
  struct t_addr got;
  REQUIRE(listener >= 0 && peer >= 0);
  REQUIRE(peer_number(peer, "connect 1 127.0.0.1 %d", t_port(listener)) > 0);
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  REQUIRE(peer_run(peer, "reset 1"));
  CHECK_ERRNO(recv(fd, &c, 1, 0), ECONNRESET);
  CHECK_EQ(t_port(fd), t_port(listener));
  got.len = sizeof got.sa;
  CHECK_ERRNO(getpeername(fd, &got.sa.any, &got.len), ENOTCONN);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(of_a_fresh_socket);
  RUN(both_ends_agree);
  RUN(v6_scope_and_flow_are_zero);
  RUN(v4_padding_is_zero);
  RUN(a_short_buffer_gets_a_part);
  RUN(getpeername_into_a_short_buffer);
  RUN(negative_length);
  RUN(enormous_length);
  RUN(getpeername_of_an_unconnected_socket);
  RUN(getpeername_of_a_listener);
  RUN(connect_binds_the_client);
  RUN(a_bound_client_keeps_its_port);
  RUN(an_accepted_socket_has_the_listeners_port);
  RUN(getpeername_after_the_peer_closed);
  RUN(names_after_shutdown);
  RUN(getsockname_of_a_reset_connection);
  return T_END();
}
