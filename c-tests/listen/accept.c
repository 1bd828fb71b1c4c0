/* accept() and accept4(). accept(2); ideas: LTP accept4_01, gVisor TCPBacklogAcceptAll and
 * GetRemoteAddress, wasi-libc sockets-accept-null-addr. */
#include "../t.h"

TEST(gives_the_address_of_the_client) {
  static const int families[] = {AF_INET, AF_INET6};
  for (int f = 0; f < 2; f++) {
    int listener = t_listener(families[f]);
    struct t_addr from;
    REQUIRE_OK(listener);
    int client = t_client(listener);
    REQUIRE_OK(client);
    memset(&from, 0x77, sizeof from);
    from.len = sizeof from.sa;
    CHECK_OK(accept(listener, &from.sa.any, &from.len));
    struct t_addr name = t_local(client);
    CHECK_EQ(from.len, f ? 28 : 16);
    CHECK_EQ(from.sa.any.sa_family, families[f]);
    CHECK(t_addr_same(&from, &name));
  }
}

TEST(null_address) {
  int listener = t_listener(AF_INET);
  socklen_t len = 16;
  REQUIRE_OK(listener);
  REQUIRE_OK(t_client(listener));
  REQUIRE_OK(t_client(listener));
  CHECK_OK(accept(listener, NULL, NULL));
  CHECK_OK(accept(listener, NULL, &len));
  CHECK_EQ(len, 16);
}

TEST(short_address_buffer) {
  int listener = t_listener(AF_INET);
  unsigned char buffer[32];
  socklen_t len = 6;
  REQUIRE_OK(listener);
  int client = t_client(listener);
  struct t_addr name = t_local(client);
  memset(buffer, 0xee, sizeof buffer);
  CHECK_OK(accept(listener, (struct sockaddr *)buffer, &len));
  CHECK_EQ(len, 16);
  CHECK_MEM(buffer, &name.sa, 6);
  CHECK_EQ(buffer[6], 0xee);
}

TEST(negative_address_length) {
  int listener = t_listener(AF_INET);
  struct t_addr from;
  REQUIRE_OK(listener);
  REQUIRE_OK(t_client(listener));
  from.len = (socklen_t)-1;
  CHECK_ERRNO(accept(listener, &from.sa.any, &from.len), EINVAL);
}

TEST(empty_queue_nonblocking) {
  int listener = t_listener(AF_INET);
  REQUIRE_OK(listener);
  REQUIRE_OK(t_set_nonblock(listener, 1));
  CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
  CHECK_ERRNO(accept4(listener, NULL, NULL, SOCK_NONBLOCK), EAGAIN);
  REQUIRE_OK(t_client(listener));
  REQUIRE(t_wait(listener, POLLIN));
  CHECK_OK(accept(listener, NULL, NULL));
  CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
}

TEST(accept4_sets_exactly_its_flags) {
  int listener = t_listener(AF_INET);
  REQUIRE_OK(listener);
  for (int i = 0; i < 4; i++) {
    int nonblock = i & 1 ? SOCK_NONBLOCK : 0, cloexec = i & 2 ? SOCK_CLOEXEC : 0;
    REQUIRE_OK(t_client(listener));
    int fd = accept4(listener, NULL, NULL, nonblock | cloexec);
    REQUIRE_OK(fd);
    CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, nonblock ? O_NONBLOCK : 0);
    CHECK_EQ(fcntl(fd, F_GETFD), cloexec ? FD_CLOEXEC : 0);
    CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
  }
}

TEST(accept4_unknown_flags) {
  int listener = t_listener(AF_INET);
  REQUIRE_OK(listener);
  REQUIRE_OK(t_client(listener));
  CHECK_ERRNO(accept4(listener, NULL, NULL, 1), EINVAL);
  CHECK_ERRNO(accept4(listener, NULL, NULL, -1), EINVAL);
  CHECK_OK(accept4(listener, NULL, NULL, 0));
}

TEST(nonblock_is_not_inherited) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  REQUIRE_OK(listener);
  REQUIRE_OK(t_bind(listener, t_loopback(AF_INET, 0)));
  REQUIRE_OK(listen(listener, 4));
  REQUIRE_OK(t_client(listener));
  REQUIRE(t_wait(listener, POLLIN));
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
}

TEST(in_connect_order) {
  int listener = t_listener(AF_INET), client[8];
  REQUIRE_OK(listener);
  for (int i = 0; i < 8; i++)
    REQUIRE_OK(client[i] = t_client(listener));
  for (int i = 0; i < 8; i++) {
    struct t_addr from;
    from.len = sizeof from.sa;
    REQUIRE_OK(accept(listener, &from.sa.any, &from.len));
    CHECK_EQ(t_addr_port(&from), t_port(client[i]));
  }
  REQUIRE_OK(t_set_nonblock(listener, 1));
  CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
}

TEST(after_the_client_sent_and_closed) {
  int listener = t_listener(AF_INET);
  char buffer[8] = "";
  REQUIRE_OK(listener);
  int client = t_client(listener);
  REQUIRE_OK(client);
  struct t_addr name = t_local(client), from;
  CHECK_EQ(t_send_all(client, "bye", 3), 3);
  CHECK_OK(close(client));
  from.len = sizeof from.sa;
  int fd = accept(listener, &from.sa.any, &from.len);
  REQUIRE_OK(fd);
  CHECK(t_addr_same(&name, &from));
  CHECK_EQ(t_recv_all(fd, buffer, 8), 3);
  CHECK_STR(buffer, "bye");
  CHECK_EQ(recv(fd, buffer, 8, 0), 0);
}

TEST(blocks_until_a_client_comes) {
  int listener = t_listener(AF_INET), peer = peer_open();
  REQUIRE(listener >= 0 && peer >= 0);
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "connect 1 127.0.0.1 %d", t_port(listener)));
  int fd = accept(listener, NULL, NULL);
  REQUIRE_OK(fd);
  CHECK(peer_answer(peer));
  CHECK_EQ(t_number(peer_answer(peer)), t_remote_port(fd));
}

TEST(with_a_receive_timeout) {
  int listener = t_listener(AF_INET);
  struct timeval brief = {0, 30000};
  REQUIRE_OK(listener);
  REQUIRE_OK(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief));
  CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
  REQUIRE_OK(t_client(listener));
  CHECK_OK(accept(listener, NULL, NULL));
}

/* The client goes away with a reset between its handshake and accept(): the server must live and
 * serve the next one. Linux still hands the connection out, broken; POSIX has ECONNABORTED. */
TEST(client_reset_before_accept) {
  int listener = t_listener(AF_INET), peer = peer_open();
  char c;
  REQUIRE(listener >= 0 && peer >= 0);
  int good = 0;
  for (int i = 0; i < 10; i++)
    REQUIRE(peer_run(peer, "bounce 127.0.0.1 %d", t_port(listener)));
  REQUIRE(peer_number(peer, "connect 1 127.0.0.1 %d", t_port(listener)) > 0);
  REQUIRE(peer_run(peer, "text 1 good"));
  for (int i = 0; i < 11 && !good; i++) {
    int fd = accept(listener, NULL, NULL);
    if (fd == -1) {
      CHECK_EQ(errno, ECONNABORTED);
      continue;
    }
    ssize_t n = recv(fd, &c, 1, 0);
    if (n == -1)
      CHECK_EQ(errno, ECONNRESET);
    good = n == 1 && c == 'g';
    CHECK_OK(close(fd));
  }
  CHECK(good);
}

TEST(client_reset_before_nonblocking_accept) {
  int listener = t_listener(AF_INET6), peer = peer_open();
  REQUIRE(listener >= 0 && peer >= 0);
  REQUIRE_OK(t_set_nonblock(listener, 1));
  for (int i = 0; i < 20; i++) {
    REQUIRE(peer_run(peer, "bounce ::1 %d", t_port(listener)));
    int fd = accept(listener, NULL, NULL);
    if (fd != -1)
      CHECK_OK(close(fd));
    else
      CHECK(errno == ECONNABORTED || errno == EAGAIN);
  }
  REQUIRE_OK(t_client(listener));
  int fd = -1;
  T_UNTIL((fd = accept(listener, NULL, NULL)) >= 0 || (errno != EAGAIN && errno != ECONNABORTED));
  CHECK_OK(fd);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(gives_the_address_of_the_client);
  RUN(null_address);
  RUN(short_address_buffer);
  RUN(negative_address_length);
  RUN(empty_queue_nonblocking);
  RUN(accept4_sets_exactly_its_flags);
  RUN(accept4_unknown_flags);
  RUN(nonblock_is_not_inherited);
  RUN(in_connect_order);
  RUN(after_the_client_sent_and_closed);
  RUN(blocks_until_a_client_comes);
  RUN(with_a_receive_timeout);
  RUN(client_reset_before_accept);
  RUN(client_reset_before_nonblocking_accept);
  return T_END();
}
