/* listen(): who may, when, with which backlog. listen(2), tcp(7); ideas: LTP listen01, gVisor
 * ListenWithoutBind, DoubleListen, TCPListenShutdownListen. */
#include "../t.h"

static const int families[] = {AF_INET, AF_INET6};

TEST(on_udp) {
  for (int f = 0; f < 2; f++) {
    int fd = t_bound(families[f], SOCK_DGRAM);
    REQUIRE_OK(fd);
    CHECK_ERRNO(listen(fd, 1), EOPNOTSUPP);
    CHECK_ERRNO(accept(fd, NULL, NULL), EOPNOTSUPP);
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
  }
}

TEST(without_bind) {
  for (int f = 0; f < 2; f++) {
    int fd = socket(families[f], SOCK_STREAM, 0);
    REQUIRE_OK(fd);
    CHECK_OK(listen(fd, 4));
    struct t_addr got = t_local(fd), want = t_wildcard(families[f], t_port(fd));
    CHECK(t_port(fd) != 0);
    CHECK(t_addr_same(&got, &want));
    int client = socket(families[f], SOCK_STREAM, 0);
    CHECK_OK(t_connect(client, t_loopback(families[f], t_port(fd))));
    CHECK_OK(accept(fd, NULL, NULL));
  }
}

TEST(acceptconn) {
  int fd = t_bound(AF_INET, SOCK_STREAM);
  REQUIRE_OK(fd);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
  CHECK_OK(listen(fd, 4));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 1);
}

TEST(any_backlog) {
  static const int backlog[] = {0, 1, -1, INT_MIN, INT_MAX, 128, 100000};
  for (int i = 0; i < 7; i++) {
    int fd = t_bound(AF_INET, SOCK_STREAM);
    REQUIRE_OK(fd);
    CHECK_OK(listen(fd, backlog[i]));
    CHECK_OK(t_client(fd));
    CHECK_OK(accept(fd, NULL, NULL));
    CHECK_OK(close(fd));
  }
}

TEST(again_keeps_the_queue) {
  int fd = t_listener(AF_INET);
  REQUIRE_OK(fd);
  int port = t_port(fd), client = t_client(fd);
  REQUIRE_OK(client);
  CHECK_OK(listen(fd, 300));
  CHECK_OK(listen(fd, 2));
  CHECK_EQ(t_port(fd), port);
  CHECK_OK(t_client(fd));
  int server = accept(fd, NULL, NULL);
  REQUIRE_OK(server);
  CHECK_EQ(t_remote_port(server), t_port(client));
  CHECK_OK(accept(fd, NULL, NULL));
}

TEST(on_a_connected_socket) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(listen(pair[0], 1), EINVAL);
  CHECK_ERRNO(listen(pair[1], 1), EINVAL);
}

TEST(connect_on_a_listener) {
  int one = t_listener(AF_INET), two = t_listener(AF_INET);
  REQUIRE(one >= 0 && two >= 0);
  CHECK_ERRNO(t_connect(one, t_local(two)), EISCONN);
  CHECK_OK(t_client(one));
}

TEST(data_calls_on_a_listener) {
  int fd = t_listener(AF_INET);
  char c = 0;
  REQUIRE_OK(fd);
  CHECK_ERRNO(recv(fd, &c, 1, 0), ENOTCONN);
  CHECK_ERRNO(read(fd, &c, 1), ENOTCONN);
  CHECK_ERRNO2(send(fd, &c, 1, MSG_NOSIGNAL), EPIPE, ENOTCONN);
}

TEST(accept_without_listen) {
  int fd = t_bound(AF_INET, SOCK_STREAM), fresh = socket(AF_INET, SOCK_STREAM, 0), pair[2];
  REQUIRE_OK(fd);
  CHECK_ERRNO(accept(fd, NULL, NULL), EINVAL);
  CHECK_ERRNO(accept(fresh, NULL, NULL), EINVAL);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(accept(pair[0], NULL, NULL), EINVAL);
  CHECK_ERRNO(accept(pair[1], NULL, NULL), EINVAL);
}

TEST(close_refuses_new_clients) {
  int fd = t_listener(AF_INET), client = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  struct t_addr at = t_local(fd);
  CHECK_OK(close(fd));
  CHECK_ERRNO(t_connect(client, at), ECONNREFUSED);
}

TEST(close_resets_the_queue) {
  int fd = t_listener(AF_INET);
  char c;
  REQUIRE_OK(fd);
  int client = t_client(fd);
  REQUIRE_OK(client);
  CHECK_OK(close(fd));
  CHECK_ERRNO(recv(client, &c, 1, 0), ECONNRESET);
}

TEST(shutdown_stops_listening) {
  int fd = t_listener(AF_INET), client = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  struct t_addr at = t_local(fd);
  CHECK_OK(shutdown(fd, SHUT_RD));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
  CHECK_ERRNO(accept(fd, NULL, NULL), EINVAL);
  CHECK_ERRNO(t_connect(client, at), ECONNREFUSED);
}

TEST(listen_revives_after_shutdown) {
  int fd = t_listener(AF_INET);
  REQUIRE_OK(fd);
  CHECK_OK(shutdown(fd, SHUT_RD));
  CHECK_OK(listen(fd, 4));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 1);
  CHECK(t_port(fd) != 0);
  CHECK_OK(t_client(fd));
  CHECK_OK(accept(fd, NULL, NULL));
}

TEST(revived_on_the_port_it_was_bound_to) {
  int probe = t_bound(AF_INET, SOCK_STREAM), fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(probe >= 0 && fd >= 0);
  struct t_addr at = t_local(probe);
  CHECK_OK(close(probe));
  REQUIRE_OK(t_bind(fd, at));
  CHECK_OK(listen(fd, 4));
  CHECK_OK(shutdown(fd, SHUT_RDWR));
  CHECK_OK(listen(fd, 4));
  CHECK_EQ(t_port(fd), t_addr_port(&at));
  CHECK_OK(t_client(fd));
}

TEST(shutdown_of_the_write_side_changes_nothing) {
  int fd = t_listener(AF_INET);
  REQUIRE_OK(fd);
  CHECK_OK(shutdown(fd, SHUT_WR));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 1);
  CHECK_OK(t_client(fd));
  CHECK_OK(accept(fd, NULL, NULL));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(on_udp);
  RUN(without_bind);
  RUN(acceptconn);
  RUN(any_backlog);
  RUN(again_keeps_the_queue);
  RUN(on_a_connected_socket);
  RUN(connect_on_a_listener);
  RUN(data_calls_on_a_listener);
  RUN(accept_without_listen);
  RUN(close_refuses_new_clients);
  RUN(close_resets_the_queue);
  RUN(shutdown_stops_listening);
  RUN(listen_revives_after_shutdown);
  RUN(revived_on_the_port_it_was_bound_to);
  RUN(shutdown_of_the_write_side_changes_nothing);
  return T_END();
}
