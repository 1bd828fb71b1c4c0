/* AF_INET6 datagram sockets with IPV6_V6ONLY off. ipv6(7), RFC 3493 section 3.7; ideas: gVisor
 * socket_ipv6_udp_unbound, DualStack*. */
#include "../t.h"

static struct t_addr mapped(const char *quad, int port) {
  struct t_addr addr = t_loopback(AF_INET6, port);
  char text[40];
  snprintf(text, sizeof text, "::ffff:%s", quad);
  inet_pton(AF_INET6, text, &addr.sa.in6.sin6_addr);
  return addr;
}

/* A dual-stack socket bound to [::]. */
static int dual(int port) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  if (fd != -1 && t_bind(fd, t_wildcard(AF_INET6, port)) == -1) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

static ssize_t send_to(int fd, const char *text, struct t_addr to) {
  return sendto(fd, text, strlen(text), 0, &to.sa.any, to.len);
}

static ssize_t receive(int fd, char *buffer, struct t_addr *from) {
  from->len = sizeof from->sa;
  memset(buffer, 0, 32);
  return recvfrom(fd, buffer, 31, 0, &from->sa.any, &from->len);
}

TEST(both_families_arrive_and_are_answered) {
  int fd = dual(0);
  char buffer[32];
  REQUIRE_OK(fd);
  int port = t_port(fd);
  for (int i = 0; i < 6; i++) {
    int family = i % 2 ? AF_INET : AF_INET6;
    int other = t_bound(family, SOCK_DGRAM);
    struct t_addr from, want = i % 2 ? mapped("127.0.0.1", t_port(other)) : t_local(other);
    REQUIRE_EQ(send_to(other, "question", t_loopback(family, port)), 8);
    REQUIRE_EQ(receive(fd, buffer, &from), 8);
    CHECK_EQ(from.len, sizeof(struct sockaddr_in6));
    CHECK(t_addr_same(&from, &want));
    REQUIRE_EQ(send_to(fd, "answer", from), 6);
    REQUIRE_EQ(receive(other, buffer, &from), 6);
    want = t_loopback(family, port);
    CHECK(t_addr_same(&from, &want));
  }
}

TEST(an_unbound_socket_sends_to_both) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  int v4 = t_bound(AF_INET, SOCK_DGRAM), v6 = t_bound(AF_INET6, SOCK_DGRAM);
  struct t_addr from;
  char buffer[32];
  REQUIRE_EQ(send_to(fd, "four", mapped("127.0.0.1", t_port(v4))), 4);
  int port = t_port(fd);
  CHECK(port != 0);
  REQUIRE_EQ(send_to(fd, "six", t_local(v6)), 3);
  CHECK_EQ(t_port(fd), port);
  REQUIRE_EQ(receive(v4, buffer, &from), 4);
  CHECK_EQ(t_addr_port(&from), port);
  CHECK_EQ(from.sa.any.sa_family, AF_INET);
  REQUIRE_EQ(send_to(v4, "back", from), 4);
  REQUIRE_EQ(receive(v6, buffer, &from), 3);
  CHECK_EQ(t_addr_port(&from), port);
  REQUIRE_EQ(receive(fd, buffer, &from), 4);
  struct t_addr want = mapped("127.0.0.1", t_port(v4));
  CHECK(t_addr_same(&from, &want));
}

TEST(connecting_to_a_mapped_address) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0), v4 = t_bound(AF_INET, SOCK_DGRAM),
      other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr from, want = mapped("127.0.0.1", t_port(v4));
  char buffer[32];
  REQUIRE_OK(t_connect(fd, want));
  struct t_addr remote = t_remote(fd), local = t_local(fd);
  CHECK(t_addr_same(&remote, &want));
  want = mapped("127.0.0.1", t_addr_port(&local));
  CHECK(t_addr_same(&local, &want));
  REQUIRE_EQ(send(fd, "hello", 5, 0), 5);
  REQUIRE_EQ(receive(v4, buffer, &from), 5);
  REQUIRE_EQ(send_to(other, "stranger", from), 8);
  REQUIRE_EQ(send_to(v4, "friend", from), 6);
  REQUIRE_EQ(receive(fd, buffer, &from), 6);
  CHECK_STR(buffer, "friend");
}

TEST(reconnecting_to_the_other_family) {
  int fd = dual(0), v4 = t_bound(AF_INET, SOCK_DGRAM), v6 = t_bound(AF_INET6, SOCK_DGRAM);
  struct t_addr from;
  char buffer[32];
  REQUIRE_OK(fd);
  REQUIRE_OK(t_connect(fd, mapped("127.0.0.1", t_port(v4))));
  REQUIRE_EQ(send(fd, "four", 4, 0), 4);
  REQUIRE_EQ(receive(v4, buffer, &from), 4);
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  REQUIRE_OK(connect(fd, &none, sizeof none));
  REQUIRE_OK(t_connect(fd, t_local(v6)));
  REQUIRE_EQ(send(fd, "six", 3, 0), 3);
  REQUIRE_EQ(receive(v6, buffer, &from), 3);
}

TEST(a_refused_mapped_port) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0), gone = t_bound(AF_INET, SOCK_DGRAM),
      port = t_port(gone);
  CHECK_OK(close(gone));
  REQUIRE_OK(t_connect(fd, mapped("127.0.0.1", port)));
  REQUIRE_EQ(send(fd, "x", 1, 0), 1);
  CHECK(t_wait(fd, POLLERR));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
}

TEST(v6only_hears_and_reaches_v6_alone) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0), v4 = t_bound(AF_INET, SOCK_DGRAM),
      v6 = t_bound(AF_INET6, SOCK_DGRAM);
  struct t_addr from;
  char buffer[32];
  CHECK_OK(t_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  REQUIRE_OK(t_bind(fd, t_wildcard(AF_INET6, 0)));
  REQUIRE_EQ(send_to(v4, "no", t_loopback(AF_INET, t_port(fd))), 2);
  REQUIRE_EQ(send_to(v6, "yes", t_loopback(AF_INET6, t_port(fd))), 3);
  REQUIRE_EQ(receive(fd, buffer, &from), 3);
  CHECK_ERRNO(send_to(fd, "x", mapped("127.0.0.1", t_port(v4))), ENETUNREACH);
  CHECK_ERRNO(t_connect(fd, mapped("127.0.0.1", t_port(v4))), ENETUNREACH);
}

TEST(binding_to_a_mapped_address) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0), v4 = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr from;
  char buffer[32];
  REQUIRE_OK(t_bind(fd, mapped("127.0.0.1", 0)));
  struct t_addr name = t_local(fd), want = mapped("127.0.0.1", t_port(fd));
  CHECK(t_addr_same(&name, &want));
  REQUIRE_EQ(send_to(v4, "hello", t_loopback(AF_INET, t_port(fd))), 5);
  REQUIRE_EQ(receive(fd, buffer, &from), 5);
  want = mapped("127.0.0.1", t_port(v4));
  CHECK(t_addr_same(&from, &want));
}

TEST(ports_in_use) {
  int v4 = socket(AF_INET, SOCK_DGRAM, 0), both, only = socket(AF_INET6, SOCK_DGRAM, 0);
  REQUIRE_OK(t_bind(v4, t_wildcard(AF_INET, 0)));
  int port = t_port(v4);
  CHECK_ERRNO(dual(port), EADDRINUSE);
  CHECK_OK(t_set_int(only, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  CHECK_OK(t_bind(only, t_wildcard(AF_INET6, port)));
  CHECK_OK(close(v4));
  CHECK_OK(close(only));
  REQUIRE_OK(both = dual(port));
  v4 = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_ERRNO(t_bind(v4, t_wildcard(AF_INET, port)), EADDRINUSE);
  CHECK_ERRNO(t_bind(v4, t_loopback(AF_INET, port)), EADDRINUSE);
}

TEST(loopback_of_both_families_at_one_port) {
  int v4 = t_bound(AF_INET, SOCK_DGRAM), v6 = socket(AF_INET6, SOCK_DGRAM, 0);
  CHECK_OK(t_bind(v6, t_loopback(AF_INET6, t_port(v4))));
}

TEST(poll_sees_both) {
  int fd = dual(0), v4 = t_bound(AF_INET, SOCK_DGRAM), v6 = t_bound(AF_INET6, SOCK_DGRAM), n;
  struct t_addr from;
  char buffer[32];
  REQUIRE_OK(fd);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, 0), POLLOUT);
  for (int i = 0; i < 4; i++) {
    REQUIRE_EQ(send_to(i % 2 ? v4 : v6, "x", t_loopback(i % 2 ? AF_INET : AF_INET6, t_port(fd))),
               1);
    CHECK(t_wait(fd, POLLIN));
    CHECK_OK(ioctl(fd, FIONREAD, &n));
    CHECK_EQ(n, 1);
    CHECK_EQ(recv(fd, buffer, 1, MSG_PEEK), 1);
    REQUIRE_EQ(receive(fd, buffer, &from), 1);
    CHECK_EQ(IN6_IS_ADDR_V4MAPPED(&from.sa.in6.sin6_addr) != 0, i % 2);
    CHECK_EQ(t_poll(fd, POLLIN, 0), 0);
  }
}

TEST(a_waiting_poll_is_woken_by_either_family) {
  int fd = dual(0), peer = peer_open();
  struct t_addr from;
  char buffer[32];
  REQUIRE_OK(fd);
  REQUIRE(peer_run(peer, "udp 0 127.0.0.1"));
  REQUIRE(peer_run(peer, "udp 1 ::1"));
  for (int i = 0; i < 4; i++) {
    REQUIRE_OK(peer_start(peer, "pause 30"));
    REQUIRE_OK(
        peer_start(peer, "sendto %d %s %d 5", i % 2, i % 2 ? "::1" : "127.0.0.1", t_port(fd)));
    CHECK_EQ(t_poll(fd, POLLIN, -1), POLLIN);
    CHECK_EQ(receive(fd, buffer, &from), 5);
    REQUIRE(peer_answer(peer));
    REQUIRE(peer_answer(peer));
  }
}

TEST(both_queues_are_drained) {
  int fd = dual(0), v4 = t_bound(AF_INET, SOCK_DGRAM), v6 = t_bound(AF_INET6, SOCK_DGRAM), four = 0,
      six = 0;
  struct t_addr from;
  char buffer[32];
  REQUIRE_OK(fd);
  for (int i = 0; i < 40; i++) {
    char text[8];
    snprintf(text, sizeof text, "%d", i);
    REQUIRE(send_to(i % 2 ? v4 : v6, text, t_loopback(i % 2 ? AF_INET : AF_INET6, t_port(fd))) > 0);
  }
  for (int i = 0; i < 40; i++) {
    REQUIRE(receive(fd, buffer, &from) > 0);
    /* Within a family the order is kept. */
    if (IN6_IS_ADDR_V4MAPPED(&from.sa.in6.sin6_addr))
      CHECK_EQ(atoi(buffer), 2 * four++ + 1);
    else
      CHECK_EQ(atoi(buffer), 2 * six++);
  }
  CHECK_EQ(four, 20);
  CHECK_EQ(six, 20);
}

TEST(receive_timeout) {
  int fd = dual(0);
  struct timeval limit = {0, 50000};
  char byte;
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  long long start = t_now_ms();
  CHECK_ERRNO(recv(fd, &byte, 1, 0), EAGAIN);
  CHECK(t_now_ms() - start >= 49);
}

/* Linux takes an AF_INET address on a dual-stack datagram socket for its mapped form. */
TEST(a_plain_v4_destination) {
  int fd = dual(0), v4 = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr from;
  char buffer[32];
  REQUIRE_OK(fd);
  REQUIRE_EQ(send_to(fd, "plain", t_local(v4)), 5);
  REQUIRE_EQ(receive(v4, buffer, &from), 5);
  CHECK_EQ(t_addr_port(&from), t_port(fd));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(both_families_arrive_and_are_answered);
  RUN(an_unbound_socket_sends_to_both);
  RUN(connecting_to_a_mapped_address);
  RUN(reconnecting_to_the_other_family);
  RUN(a_refused_mapped_port);
  RUN(v6only_hears_and_reaches_v6_alone);
  RUN(binding_to_a_mapped_address);
  RUN(ports_in_use);
  RUN(loopback_of_both_families_at_one_port);
  RUN(poll_sees_both);
  RUN(a_waiting_poll_is_woken_by_either_family);
  RUN(both_queues_are_drained);
  RUN(receive_timeout);
  RUN(a_plain_v4_destination);
  return T_END();
}
