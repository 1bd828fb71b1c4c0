/* Blocking connect() of TCP sockets. connect(2), tcp(7); ideas: LTP connect01, gVisor
 * BlockingConnectRefused, ConnectToZeroPort. */
#include "../t.h"

static const int families[] = {AF_INET, AF_INET6};

TEST(to_a_listener) {
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]), fd = socket(families[f], SOCK_STREAM, 0);
    char c = 0;
    REQUIRE(listener >= 0 && fd >= 0);
    CHECK_EQ(t_connect(fd, t_local(listener)), 0);
    int server = accept(listener, NULL, NULL);
    REQUIRE_OK(server);
    CHECK_EQ(send(fd, "c", 1, 0), 1);
    CHECK_EQ(recv(server, &c, 1, 0), 1);
    CHECK_EQ(c, 'c');
  }
}

TEST(again_when_connected) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct t_addr to = t_remote(pair[0]);
  CHECK_ERRNO(t_connect(pair[0], to), EISCONN);
  CHECK_ERRNO(t_connect(pair[1], t_remote(pair[1])), EISCONN);
  CHECK_ERRNO(t_connect(pair[0], t_loopback(AF_INET, 1)), EISCONN);
}

/* The port is taken but nobody listens there, so nobody else can start to. */
TEST(refused) {
  for (int f = 0; f < 2; f++) {
    struct t_addr nobody;
    int dead = t_nobody(families[f], &nobody), fd = socket(families[f], SOCK_STREAM, 0);
    REQUIRE(dead >= 0 && fd >= 0);
    CHECK_ERRNO(t_connect(fd, nobody), ECONNREFUSED);
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
    CHECK_EQ(t_remote(fd).len, 0);
  }
}

TEST(refused_then_accepted) {
  int server = t_bound(AF_INET, SOCK_STREAM), fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(server >= 0 && fd >= 0);
  CHECK_ERRNO(t_connect(fd, t_local(server)), ECONNREFUSED);
  CHECK_ERRNO(t_connect(fd, t_local(server)), ECONNREFUSED);
  REQUIRE_OK(listen(server, 4));
  CHECK_OK(t_connect(fd, t_local(server)));
  CHECK_OK(accept(server, NULL, NULL));
  CHECK_EQ(send(fd, "x", 1, 0), 1);
}

TEST(options_survive_a_refusal) {
  int server = t_bound(AF_INET, SOCK_STREAM), fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(server >= 0 && fd >= 0);
  CHECK_OK(t_set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1));
  CHECK_OK(t_set_int(fd, IPPROTO_IP, IP_TTL, 33));
  CHECK_ERRNO(t_connect(fd, t_local(server)), ECONNREFUSED);
  REQUIRE_OK(listen(server, 4));
  CHECK_OK(t_connect(fd, t_local(server)));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
  CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TTL), 33);
}

TEST(wrong_lengths) {
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]), fd = socket(families[f], SOCK_STREAM, 0);
    REQUIRE(listener >= 0 && fd >= 0);
    struct t_addr to = t_local(listener);
    CHECK_ERRNO(connect(fd, &to.sa.any, 3), EINVAL);
    CHECK_ERRNO(connect(fd, &to.sa.any, 0), EINVAL);
    CHECK_ERRNO(connect(fd, &to.sa.any, 1), EINVAL);
    CHECK_ERRNO(connect(fd, &to.sa.any, to.len - (f ? 5 : 1)), EINVAL);
    CHECK_ERRNO(connect(fd, &to.sa.any, (socklen_t)-1), EINVAL);
    CHECK_ERRNO(connect(fd, &to.sa.any, 4096), EINVAL);
    CHECK_OK(connect(fd, &to.sa.any, sizeof(struct sockaddr_storage)));
  }
}

TEST(wrong_family) {
  int v4 = socket(AF_INET, SOCK_STREAM, 0), v6 = socket(AF_INET6, SOCK_STREAM, 0);
  struct t_addr four = t_loopback(AF_INET, 9), six = t_loopback(AF_INET6, 9);
  REQUIRE(v4 >= 0 && v6 >= 0);
  CHECK_ERRNO(t_connect(v4, six), EAFNOSUPPORT);
  four.sa.any.sa_family = AF_UNIX;
  CHECK_ERRNO(t_connect(v4, four), EAFNOSUPPORT);
  six.sa.any.sa_family = 999;
  CHECK_ERRNO(t_connect(v6, six), EAFNOSUPPORT);
}

TEST(port_zero) {
  for (int f = 0; f < 2; f++) {
    int fd = socket(families[f], SOCK_STREAM, 0);
    REQUIRE_OK(fd);
    CHECK_ERRNO2(t_connect(fd, t_loopback(families[f], 0)), ECONNREFUSED, EADDRNOTAVAIL);
  }
}

/* The wildcard as a destination means this machine. */
TEST(to_the_wildcard) {
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]), fd = socket(families[f], SOCK_STREAM, 0);
    REQUIRE(listener >= 0 && fd >= 0);
    CHECK_OK(t_connect(fd, t_wildcard(families[f], t_port(listener))));
    CHECK_OK(accept(listener, NULL, NULL));
    struct t_addr peer = t_remote(fd), want = t_local(listener);
    CHECK(t_addr_same(&peer, &want));
  }
}

TEST(to_multicast_or_broadcast) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(t_connect(fd, t_ipv4("224.0.0.1", 9)), -1);
  CHECK_EQ(t_connect(fd, t_ipv4("255.255.255.255", 9)), -1);
  CHECK(t_remote(fd).len == 0);
}

TEST(from_a_bound_socket) {
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]), fd = socket(families[f], SOCK_STREAM, 0);
    REQUIRE(listener >= 0 && fd >= 0);
    REQUIRE_OK(t_bind(fd, t_wildcard(families[f], 0)));
    int port = t_port(fd);
    CHECK_OK(t_connect(fd, t_local(listener)));
    struct t_addr name = t_local(fd), want = t_loopback(families[f], port);
    CHECK(t_addr_same(&name, &want));
  }
}

TEST(unspecified_family_disconnects) {
  int pair[2], listener = t_listener(AF_INET);
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  char c = 0;
  REQUIRE_OK(listener);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(connect(pair[0], &nobody, sizeof nobody));
  CHECK_EQ(t_remote(pair[0]).len, 0);
  CHECK_OK(t_connect(pair[0], t_local(listener)));
  int server = accept(listener, NULL, NULL);
  REQUIRE_OK(server);
  CHECK_EQ(send(pair[0], "n", 1, 0), 1);
  CHECK_EQ(recv(server, &c, 1, 0), 1);
  CHECK_EQ(c, 'n');
}

TEST(unspecified_family_resets_the_peer) {
  SKIP_WASM("linger-no-reset");
  int pair[2];
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(connect(pair[0], &nobody, sizeof nobody));
  CHECK_ERRNO(recv(pair[1], &c, 1, 0), ECONNRESET);
}

TEST(unspecified_family_on_a_fresh_socket) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), listener = t_listener(AF_INET);
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  REQUIRE(fd >= 0 && listener >= 0);
  CHECK_OK(connect(fd, &nobody, sizeof nobody));
  CHECK_OK(t_connect(fd, t_local(listener)));
}

TEST(data_before_connect) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  char c;
  REQUIRE_OK(fd);
  CHECK_ERRNO(recv(fd, &c, 1, 0), ENOTCONN);
  CHECK_ERRNO(recv(fd, &c, 1, MSG_DONTWAIT), ENOTCONN);
  CHECK_ERRNO(recv(fd, &c, 1, MSG_PEEK), ENOTCONN);
  CHECK_ERRNO2(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE, ENOTCONN);
  CHECK_ERRNO(shutdown(fd, SHUT_RDWR), ENOTCONN);
}

/* Two SYNs that cross make one connection: TCP's simultaneous open, with oneself. */
TEST(to_itself) {
  int fd = t_bound(AF_INET, SOCK_STREAM);
  char buffer[4] = "";
  REQUIRE_OK(fd);
  CHECK_OK(t_connect(fd, t_local(fd)));
  struct t_addr local = t_local(fd), remote = t_remote(fd);
  CHECK(t_addr_same(&local, &remote));
  CHECK_EQ(send(fd, "me", 2, 0), 2);
  CHECK_EQ(t_recv_all(fd, buffer, 2), 2);
  CHECK_STR(buffer, "me");
}

TEST(queue_of_an_idle_listener) {
  int listener = t_listener(AF_INET), fd[20];
  REQUIRE_OK(listener);
  for (int i = 0; i < 20; i++) {
    REQUIRE_OK(fd[i] = t_client(listener));
    CHECK_EQ(send(fd[i], "x", 1, 0), 1);
  }
  for (int i = 0; i < 20; i++) {
    char c;
    int server = accept(listener, NULL, NULL);
    REQUIRE_OK(server);
    CHECK_EQ(t_remote_port(server), t_port(fd[i]));
    CHECK_EQ(recv(server, &c, 1, 0), 1);
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(to_a_listener);
  RUN(again_when_connected);
  RUN(refused);
  RUN(refused_then_accepted);
  RUN(options_survive_a_refusal);
  RUN(wrong_lengths);
  RUN(wrong_family);
  RUN(port_zero);
  RUN(to_the_wildcard);
  RUN(to_multicast_or_broadcast);
  RUN(from_a_bound_socket);
  RUN(unspecified_family_disconnects);
  RUN(unspecified_family_resets_the_peer);
  RUN(unspecified_family_on_a_fresh_socket);
  RUN(data_before_connect);
  RUN(to_itself);
  RUN(queue_of_an_idle_listener);
  return T_END();
}
