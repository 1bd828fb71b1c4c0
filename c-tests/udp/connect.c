/* Connected datagram sockets: the peer filter, changing and dissolving the connection, refused
 * ports. udp(7), connect(2); ideas: gVisor udp_socket (ReceiveFromNotConnected,
 * ReceiveBeforeConnect, SendToAddressOtherThanConnected, ConnectWriteToInvalidPort, Disconnect). */
#include "../t.h"

/* A loopback address of the family where no datagram socket is. */
static struct t_addr closed_port(int family) {
  int fd = t_bound(family, SOCK_DGRAM);
  struct t_addr name = t_local(fd);
  close(fd);
  return name;
}

TEST(connect_names_both_ends) {
  static const int families[] = {AF_INET, AF_INET6};
  for (int f = 0; f < 2; f++) {
    int to = t_bound(families[f], SOCK_DGRAM), fd = socket(families[f], SOCK_DGRAM, 0);
    struct t_addr name = t_local(to);
    CHECK_ERRNO(getpeername(fd, &(struct sockaddr){0}, &(socklen_t){16}), ENOTCONN);
    CHECK_OK(t_connect(fd, name));
    struct t_addr remote = t_remote(fd), local = t_local(fd);
    CHECK(t_addr_same(&remote, &name));
    struct t_addr want = t_loopback(families[f], t_addr_port(&local));
    CHECK(t_addr_port(&local) != 0);
    CHECK(t_addr_same(&local, &want));
    REQUIRE_EQ(send(fd, "hi", 2, 0), 2);
    char buffer[8];
    CHECK_EQ(recv(to, buffer, sizeof buffer, 0), 2);
  }
}

TEST(only_the_peer_is_heard) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), peer = t_bound(AF_INET, SOCK_DGRAM),
      other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(fd), sender, want = t_local(peer);
  char buffer[16];
  CHECK_OK(t_connect(fd, want));
  REQUIRE_EQ(sendto(other, "stranger", 8, 0, &name.sa.any, name.len), 8);
  REQUIRE_EQ(sendto(peer, "friend", 6, 0, &name.sa.any, name.len), 6);
  sender.len = sizeof sender.sa;
  CHECK_EQ(recvfrom(fd, buffer, sizeof buffer, 0, &sender.sa.any, &sender.len), 6);
  CHECK_MEM(buffer, "friend", 6);
  CHECK(t_addr_same(&sender, &want));
  t_pause_ms(20);
  CHECK_ERRNO(recv(fd, buffer, sizeof buffer, MSG_DONTWAIT), EAGAIN);
}

TEST(what_came_before_connect_is_kept) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), peer = t_bound(AF_INET, SOCK_DGRAM),
      other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(fd), sender, want = t_local(other);
  char buffer[16];
  REQUIRE_EQ(sendto(other, "early", 5, 0, &name.sa.any, name.len), 5);
  REQUIRE(t_wait(fd, POLLIN));
  CHECK_OK(t_connect(fd, t_local(peer)));
  sender.len = sizeof sender.sa;
  CHECK_EQ(recvfrom(fd, buffer, sizeof buffer, MSG_DONTWAIT, &sender.sa.any, &sender.len), 5);
  CHECK(t_addr_same(&sender, &want));
}

TEST(sendto_another_address_goes_there) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), peer = t_bound(AF_INET, SOCK_DGRAM),
      other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr me = t_local(fd), to = t_local(other), want = t_local(peer), sender;
  char buffer[16];
  CHECK_OK(t_connect(fd, want));
#ifdef __wasi__
  /* The host lets a connected socket send to its peer alone: refused, never sent elsewhere. */
  CHECK_ERRNO(sendto(fd, "other", 5, 0, &to.sa.any, to.len), EISCONN);
  CHECK_EQ(t_poll(peer, POLLIN, 20), 0);
  SKIP_WASM("udp-connected-sendto");
#endif
  REQUIRE_EQ(sendto(fd, "other", 5, 0, &to.sa.any, to.len), 5);
  sender.len = sizeof sender.sa;
  CHECK_EQ(recvfrom(other, buffer, sizeof buffer, 0, &sender.sa.any, &sender.len), 5);
  CHECK(t_addr_same(&sender, &me));
  struct t_addr remote = t_remote(fd);
  CHECK(t_addr_same(&remote, &want));
  REQUIRE_EQ(send(fd, "peer", 4, 0), 4);
  CHECK_EQ(recv(peer, buffer, sizeof buffer, 0), 4);
}

TEST(sendto_the_peer_by_name) {
  int pair[2];
  char buffer[16];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  struct t_addr to = t_local(pair[1]);
  REQUIRE_EQ(sendto(pair[0], "named", 5, 0, &to.sa.any, to.len), 5);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 5);
  REQUIRE_EQ(sendto(pair[0], "null", 4, 0, NULL, 0), 4);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 4);
}

TEST(connecting_again_changes_the_peer) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), one = t_bound(AF_INET, SOCK_DGRAM),
      two = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(fd), want = t_local(two);
  char buffer[16];
  CHECK_OK(t_connect(fd, t_local(one)));
  CHECK_OK(t_connect(fd, want));
  struct t_addr remote = t_remote(fd), after = t_local(fd);
  CHECK(t_addr_same(&remote, &want));
  CHECK(t_addr_same(&after, &name));
  REQUIRE_EQ(send(fd, "to two", 6, 0), 6);
  CHECK_EQ(recv(two, buffer, sizeof buffer, 0), 6);
  REQUIRE_EQ(sendto(one, "no", 2, 0, &name.sa.any, name.len), 2);
  REQUIRE_EQ(sendto(two, "yes", 3, 0, &name.sa.any, name.len), 3);
  CHECK_EQ(recv(fd, buffer, sizeof buffer, 0), 3);
  for (int i = 0; i < 50; i++)
    CHECK_OK(t_connect(fd, t_local(i % 2 ? one : two)));
  REQUIRE_EQ(send(fd, "to one", 6, 0), 6);
  CHECK_EQ(recv(one, buffer, sizeof buffer, 0), 6);
}

/* connect(2): a datagram socket dissolves the association with AF_UNSPEC. A port that was asked
 * for by number stays. */
TEST(af_unspec_dissolves_the_connection) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), peer = t_bound(AF_INET, SOCK_DGRAM),
      other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = closed_port(AF_INET);
  REQUIRE_OK(t_bind(fd, name));
  struct sockaddr_in none = {.sin_family = AF_UNSPEC};
  char buffer[16];
  CHECK_OK(t_connect(fd, t_local(peer)));
  CHECK_OK(connect(fd, (struct sockaddr *)&none, sizeof none));
  CHECK_ERRNO(getpeername(fd, &(struct sockaddr){0}, &(socklen_t){16}), ENOTCONN);
  CHECK_ERRNO(send(fd, "x", 1, 0), EDESTADDRREQ);
  struct t_addr after = t_local(fd);
  CHECK(t_addr_same(&after, &name));
  REQUIRE_EQ(sendto(other, "free", 4, 0, &name.sa.any, name.len), 4);
  CHECK_EQ(recv(fd, buffer, sizeof buffer, 0), 4);
  CHECK_OK(t_connect(fd, t_local(peer)));
  REQUIRE_EQ(send(fd, "back", 4, 0), 4);
  CHECK_EQ(recv(peer, buffer, sizeof buffer, 0), 4);
}

TEST(af_unspec_on_an_unconnected_socket_is_fine) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  struct sockaddr_in none = {.sin_family = AF_UNSPEC};
  CHECK_OK(connect(fd, (struct sockaddr *)&none, sizeof none));
  CHECK_OK(connect(fd, (struct sockaddr *)&none, sizeof none.sin_family));
}

/* Linux forgets a port that the system chose when the connection is dissolved. */
TEST(af_unspec_forgets_an_implicit_name) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), peer = t_bound(AF_INET, SOCK_DGRAM);
  struct sockaddr_in none = {.sin_family = AF_UNSPEC};
  char buffer[8];
  CHECK_OK(t_connect(fd, t_local(peer)));
  CHECK(t_port(fd) != 0);
  CHECK_OK(connect(fd, (struct sockaddr *)&none, sizeof none));
  struct t_addr after = t_local(fd), want = t_wildcard(AF_INET, 0);
  CHECK(t_addr_same(&after, &want));
  CHECK_OK(t_connect(fd, t_local(peer)));
  REQUIRE_EQ(send(fd, "again", 5, 0), 5);
  CHECK_EQ(recv(peer, buffer, sizeof buffer, 0), 5);
}

TEST(af_unspec_keeps_the_address_and_forgets_a_chosen_port) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), peer = t_bound(AF_INET, SOCK_DGRAM);
  struct sockaddr_in none = {.sin_family = AF_UNSPEC};
  CHECK_OK(t_connect(fd, t_local(peer)));
  CHECK_OK(connect(fd, (struct sockaddr *)&none, sizeof none));
  struct t_addr after = t_local(fd), want = t_loopback(AF_INET, 0);
  CHECK(t_addr_same(&after, &want));
}

TEST(a_refused_send_is_reported_by_so_error_once) {
  static const int families[] = {AF_INET, AF_INET6};
  for (int f = 0; f < 2; f++) {
    int fd = t_bound(families[f], SOCK_DGRAM);
    CHECK_OK(t_connect(fd, closed_port(families[f])));
    REQUIRE_EQ(send(fd, "x", 1, 0), 1);
    int got = t_poll(fd, 0, T_LIMIT_MS);
    CHECK_EQ(got, POLLERR);
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
    CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, 0), POLLOUT);
    CHECK_ERRNO(recv(fd, &(char){0}, 1, MSG_DONTWAIT), EAGAIN);
  }
}

TEST(a_refused_send_is_reported_by_receive_once) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  char byte;
  CHECK_OK(t_connect(fd, closed_port(AF_INET)));
  REQUIRE_EQ(send(fd, "x", 1, 0), 1);
  CHECK_ERRNO(recv(fd, &byte, 1, 0), ECONNREFUSED);
  CHECK_ERRNO(recv(fd, &byte, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

TEST(a_refused_send_is_reported_by_the_next_send_once) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_OK(t_connect(fd, closed_port(AF_INET)));
  REQUIRE_EQ(send(fd, "x", 1, 0), 1);
  REQUIRE(t_wait(fd, POLLERR));
  CHECK_ERRNO(send(fd, "y", 1, 0), ECONNREFUSED);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

/* Nobody has waited for the answer, so that the first send after it meets it. */
TEST(a_refusal_ends_a_row_of_messages) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  struct iovec part = {"x", 1};
  struct mmsghdr row[4];
  memset(row, 0, sizeof row);
  for (int i = 0; i < 4; i++)
    row[i].msg_hdr = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1};
  CHECK_OK(t_connect(fd, closed_port(AF_INET)));
  for (int i = 0; i < 3; i++)
    CHECK_EQ(sendmmsg(fd, row, 4, 0), 1);
}

TEST(after_a_refusal_the_socket_works) {
  struct t_addr name = closed_port(AF_INET);
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  char byte;
  CHECK_OK(t_connect(fd, name));
  REQUIRE_EQ(send(fd, "x", 1, 0), 1);
  CHECK_ERRNO(recv(fd, &byte, 1, 0), ECONNREFUSED);
  int peer = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(t_bind(peer, name));
  REQUIRE_EQ(send(fd, "now", 3, 0), 3);
  CHECK_EQ(recv(peer, &byte, 1, 0), 1);
  CHECK_EQ(byte, 'n');
}

/* Linux reports the error before the data that is queued, the host after it; neither loses any. */
TEST(a_refusal_does_not_lose_data) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(fd);
  char buffer[8];
  int data = 0, refused = 0;
  REQUIRE_EQ(sendto(other, "data", 4, 0, &name.sa.any, name.len), 4);
  REQUIRE(t_wait(fd, POLLIN));
  CHECK_OK(t_connect(fd, closed_port(AF_INET)));
  REQUIRE_EQ(send(fd, "x", 1, 0), 1);
  for (int i = 0; i < 2; i++) {
    REQUIRE(t_poll(fd, POLLIN, T_LIMIT_MS) > 0);
    ssize_t n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
    data += n == 4;
    refused += n == -1 && errno == ECONNREFUSED;
  }
  CHECK_EQ(data, 1);
  CHECK_EQ(refused, 1);
  CHECK_ERRNO(recv(fd, buffer, sizeof buffer, MSG_DONTWAIT), EAGAIN);
}

TEST(an_unconnected_socket_hears_of_no_refusal) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), good = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr bad = closed_port(AF_INET), name = t_local(good);
  char byte;
  for (int i = 0; i < 5; i++)
    REQUIRE_EQ(sendto(fd, "x", 1, 0, &bad.sa.any, bad.len), 1);
  CHECK_EQ(t_poll(fd, POLLIN, 30), 0);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  REQUIRE_EQ(sendto(fd, "y", 1, 0, &name.sa.any, name.len), 1);
  CHECK_EQ(recv(good, &byte, 1, 0), 1);
  CHECK_ERRNO(recv(fd, &byte, 1, MSG_DONTWAIT), EAGAIN);
}

TEST(connect_to_port_zero) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_OK(t_connect(fd, t_loopback(AF_INET, 0)));
  CHECK_ERRNO(getpeername(fd, &(struct sockaddr){0}, &(socklen_t){16}), ENOTCONN);
}

TEST(port_zero_after_a_peer_leaves_the_name) {
  static const int families[] = {AF_INET, AF_INET6};
  for (int f = 0; f < 2; f++) {
    int peer = t_bound(families[f], SOCK_DGRAM), other = t_bound(families[f], SOCK_DGRAM),
        fd = socket(families[f], SOCK_DGRAM, 0);
    char byte;
    CHECK_OK(t_connect(fd, t_local(peer)));
    struct t_addr before = t_local(fd);
    CHECK_OK(t_connect(fd, t_loopback(families[f], 0)));
    struct t_addr after = t_local(fd);
    CHECK(t_addr_same(&after, &before));
    REQUIRE_EQ(sendto(other, "o", 1, 0, &before.sa.any, before.len), 1);
    CHECK_EQ(recv(fd, &byte, 1, 0), 1);
    CHECK_EQ(byte, 'o');
    CHECK_OK(t_connect(fd, t_local(peer)));
    after = t_local(fd);
    CHECK(t_addr_same(&after, &before));
  }
}

static struct t_addr mapped(int port) {
  struct t_addr name = t_loopback(AF_INET6, port);
  inet_pton(AF_INET6, "::ffff:127.0.0.1", &name.sa.in6.sin6_addr);
  return name;
}

/* No address of IPv6 but the wildcard, which then is that of IPv4. */
static void is_for_ipv4_alone(int fd) {
  int peer = t_bound(AF_INET, SOCK_DGRAM);
  int port = t_port(peer);
  struct t_addr six = t_loopback(AF_INET6, port), any = t_wildcard(AF_INET6, port);
  struct t_addr want = mapped(port);
  CHECK_ERRNO(t_connect(fd, six), EAFNOSUPPORT);
  CHECK_OK(t_connect(fd, any));
  struct t_addr remote = t_remote(fd);
  CHECK(t_addr_same(&remote, &want));
  REQUIRE_EQ(sendto(fd, "x", 1, 0, &any.sa.any, any.len), 1);
  char byte;
  CHECK_EQ(recv(peer, &byte, 1, 0), 1);
  CHECK_ERRNO(sendto(fd, "x", 1, 0, &six.sa.any, six.len), EAFNOSUPPORT);
}

TEST(a_name_of_ipv4_is_for_ipv4_alone) {
  int bound = socket(AF_INET6, SOCK_DGRAM, 0), connected = socket(AF_INET6, SOCK_DGRAM, 0);
  CHECK_OK(t_bind(bound, mapped(0)));
  is_for_ipv4_alone(bound);
  CHECK_OK(t_connect(connected, mapped(9)));
  is_for_ipv4_alone(connected);
  struct t_addr none = t_loopback(AF_INET6, 0);
  none.sa.any.sa_family = AF_UNSPEC;
  CHECK_OK(t_connect(connected, none));
  CHECK_OK(t_connect(connected, t_loopback(AF_INET6, 9)));
}

TEST(a_name_of_ipv6_stays) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  CHECK_OK(t_connect(fd, t_loopback(AF_INET6, 9)));
  struct t_addr before = t_local(fd);
  CHECK_OK(t_connect(fd, mapped(9)));
  struct t_addr after = t_local(fd);
  CHECK(t_addr_same(&after, &before));
  CHECK_OK(t_connect(fd, t_loopback(AF_INET6, 9)));
}

TEST(connect_to_the_wildcard_address_is_loopback) {
  static const int families[] = {AF_INET, AF_INET6};
  for (int f = 0; f < 2; f++) {
    int to = t_bound(families[f], SOCK_DGRAM), fd = socket(families[f], SOCK_DGRAM, 0);
    struct t_addr name = t_local(to);
    CHECK_OK(t_connect(fd, t_wildcard(families[f], t_addr_port(&name))));
    struct t_addr remote = t_remote(fd);
    CHECK(t_addr_same(&remote, &name));
    char byte;
    REQUIRE_EQ(send(fd, "w", 1, 0), 1);
    CHECK_EQ(recv(to, &byte, 1, 0), 1);
  }
}

TEST(connect_errors) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), six = socket(AF_INET6, SOCK_DGRAM, 0);
  struct t_addr v4 = t_loopback(AF_INET, 9), v6 = t_loopback(AF_INET6, 9);
  CHECK_ERRNO(connect(fd, &v4.sa.any, 3), EINVAL);
  CHECK_ERRNO(connect(fd, &v4.sa.any, 0), EINVAL);
  CHECK_ERRNO(t_connect(fd, v6), EAFNOSUPPORT);
  CHECK_ERRNO(connect(six, &v6.sa.any, 16), EINVAL);
  CHECK_ERRNO(t_connect(fd, t_ipv4("255.255.255.255", 9)), EACCES);
  CHECK_ERRNO(connect(fd, NULL, 16), EFAULT);
}

/* A connect() that fails leaves the peer, the own name, and what has come. */
static void connects_elsewhere(int fd) {
  int peer = t_bound(AF_INET, SOCK_DGRAM), other = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr to = t_local(peer);
  char buffer[16];
  REQUIRE_OK(t_connect(fd, to));
  struct t_addr name = t_local(fd);
  REQUIRE_EQ(sendto(peer, "before", 6, 0, &name.sa.any, name.len), 6);
  REQUIRE(t_wait(fd, POLLIN));
  for (int i = 0; i < 2; i++) {
    CHECK_ERRNO(t_connect(fd, t_ipv4("255.255.255.255", 9)), EACCES);
    CHECK_ERRNO(t_connect(fd, t_loopback(AF_INET6, 9)), EAFNOSUPPORT);
  }
  struct t_addr remote = t_remote(fd), after = t_local(fd);
  CHECK(t_addr_same(&remote, &to));
  CHECK(t_addr_same(&after, &name));
  CHECK_EQ(recv(fd, buffer, sizeof buffer, 0), 6);
  REQUIRE_EQ(sendto(other, "no", 2, 0, &name.sa.any, name.len), 2);
  REQUIRE_EQ(sendto(peer, "yes", 3, 0, &name.sa.any, name.len), 3);
  CHECK_EQ(recv(fd, buffer, sizeof buffer, 0), 3);
  REQUIRE_EQ(send(fd, "more", 4, 0), 4);
  CHECK_EQ(recv(peer, buffer, sizeof buffer, 0), 4);
}

TEST(a_failed_reconnect_changes_nothing) {
  connects_elsewhere(t_bound(AF_INET, SOCK_DGRAM));
  connects_elsewhere(socket(AF_INET, SOCK_DGRAM, 0));
}

TEST(the_connected_pair_talks_both_ways) {
  int pair[2];
  unsigned char out[900], in[1000];
  REQUIRE_OK(t_udp_pair(AF_INET6, pair));
  for (int i = 0; i < 200; i++) {
    size_t size = (size_t)(i * 37 % 900);
    t_pattern(out, size, (uint64_t)i);
    REQUIRE_EQ(send(pair[i & 1], out, size, 0), size);
    REQUIRE_EQ(recv(pair[!(i & 1)], in, sizeof in, 0), size);
    CHECK_MEM(in, out, size);
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(connect_names_both_ends);
  RUN(only_the_peer_is_heard);
  RUN(what_came_before_connect_is_kept);
  RUN(sendto_another_address_goes_there);
  RUN(sendto_the_peer_by_name);
  RUN(connecting_again_changes_the_peer);
  RUN(af_unspec_dissolves_the_connection);
  RUN(af_unspec_on_an_unconnected_socket_is_fine);
  RUN(af_unspec_forgets_an_implicit_name);
  RUN(af_unspec_keeps_the_address_and_forgets_a_chosen_port);
  RUN(a_refused_send_is_reported_by_so_error_once);
  RUN(a_refused_send_is_reported_by_receive_once);
  RUN(a_refused_send_is_reported_by_the_next_send_once);
  RUN(a_refusal_ends_a_row_of_messages);
  RUN(after_a_refusal_the_socket_works);
  RUN(a_refusal_does_not_lose_data);
  RUN(an_unconnected_socket_hears_of_no_refusal);
  RUN(connect_to_port_zero);
  RUN(port_zero_after_a_peer_leaves_the_name);
  RUN(a_name_of_ipv4_is_for_ipv4_alone);
  RUN(a_name_of_ipv6_stays);
  RUN(connect_to_the_wildcard_address_is_loopback);
  RUN(connect_errors);
  RUN(a_failed_reconnect_changes_nothing);
  RUN(the_connected_pair_talks_both_ways);
  return T_END();
}
