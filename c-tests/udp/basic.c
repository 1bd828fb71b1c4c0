/* Datagrams: binding by sending, boundaries, names of senders, empty datagrams. udp(7); ideas:
 * gVisor udp_socket (SendNotConnected, ReceiveNotBound, BoundaryPreserved, ZerolengthWriteAllowed).
 */
#include "../t.h"

static const int families[] = {AF_INET, AF_INET6};
static const socklen_t lengths[] = {sizeof(struct sockaddr_in), sizeof(struct sockaddr_in6)};

TEST(sending_binds) {
  for (int f = 0; f < 2; f++) {
    int to = t_bound(families[f], SOCK_DGRAM), from = socket(families[f], SOCK_DGRAM, 0);
    struct t_addr name = t_local(to), sender, any = t_wildcard(families[f], 0);
    char byte = 0;
    REQUIRE_OK(from);
    CHECK_EQ(t_port(from), 0);
    REQUIRE_EQ(sendto(from, "x", 1, 0, &name.sa.any, name.len), 1);
    struct t_addr bound = t_local(from);
    CHECK(t_addr_port(&bound) != 0);
    any = t_wildcard(families[f], t_addr_port(&bound));
    CHECK(t_addr_same(&bound, &any));
    sender.len = sizeof sender.sa;
    CHECK_EQ(recvfrom(to, &byte, 1, 0, &sender.sa.any, &sender.len), 1);
    CHECK_EQ(byte, 'x');
    struct t_addr want = t_loopback(families[f], t_addr_port(&bound));
    CHECK(t_addr_same(&sender, &want));
    REQUIRE_EQ(sendto(to, "y", 1, 0, &sender.sa.any, sender.len), 1);
    CHECK_EQ(recv(from, &byte, 1, 0), 1);
    CHECK_EQ(byte, 'y');
  }
}

TEST(sending_twice_keeps_the_port) {
  int to = t_bound(AF_INET, SOCK_DGRAM), from = socket(AF_INET, SOCK_DGRAM, 0);
  struct t_addr name = t_local(to);
  REQUIRE_EQ(sendto(from, "x", 1, 0, &name.sa.any, name.len), 1);
  int port = t_port(from);
  REQUIRE_EQ(sendto(from, "x", 1, 0, &name.sa.any, name.len), 1);
  CHECK_EQ(t_port(from), port);
}

TEST(binding_after_sending_is_refused) {
  int to = t_bound(AF_INET, SOCK_DGRAM), from = socket(AF_INET, SOCK_DGRAM, 0);
  struct t_addr name = t_local(to);
  REQUIRE_EQ(sendto(from, "x", 1, 0, &name.sa.any, name.len), 1);
  CHECK_ERRNO(t_bind(from, t_loopback(AF_INET, 0)), EINVAL);
}

TEST(receiving_on_an_unbound_socket) {
  char byte;
  for (int f = 0; f < 2; f++) {
    int fd = socket(families[f], SOCK_DGRAM, 0);
    CHECK_ERRNO(recv(fd, &byte, 1, MSG_DONTWAIT), EAGAIN);
    CHECK_OK(t_set_nonblock(fd, 1));
    CHECK_ERRNO(read(fd, &byte, 1), EAGAIN);
    CHECK_EQ(t_port(fd), 0);
  }
}

TEST(boundaries_and_order_are_kept) {
  for (int f = 0; f < 2; f++) {
    int to = t_bound(families[f], SOCK_DGRAM), from = t_bound(families[f], SOCK_DGRAM);
    struct t_addr name = t_local(to), me = t_local(from);
    static const char *const text[] = {"one", "twotwo", "3"};
    for (int i = 0; i < 3; i++)
      REQUIRE_EQ(sendto(from, text[i], strlen(text[i]), 0, &name.sa.any, name.len),
                 strlen(text[i]));
    for (int i = 0; i < 3; i++) {
      char buffer[64];
      struct t_addr sender;
      sender.len = sizeof sender.sa;
      REQUIRE_EQ(recvfrom(to, buffer, sizeof buffer, 0, &sender.sa.any, &sender.len),
                 strlen(text[i]));
      CHECK_MEM(buffer, text[i], strlen(text[i]));
      REQUIRE_EQ(sender.len, lengths[f]);
      CHECK(t_addr_same(&sender, &me));
    }
    CHECK_ERRNO(recv(to, (char[1]){0}, 1, MSG_DONTWAIT), EAGAIN);
  }
}

TEST(an_empty_datagram_is_a_datagram) {
  int to = t_bound(AF_INET, SOCK_DGRAM), from = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to), me = t_local(from), sender;
  char buffer[8];
  REQUIRE_EQ(sendto(from, NULL, 0, 0, &name.sa.any, name.len), 0);
  REQUIRE_EQ(sendto(from, "after", 5, 0, &name.sa.any, name.len), 5);
  CHECK(t_wait(to, POLLIN));
  sender.len = sizeof sender.sa;
  CHECK_EQ(recvfrom(to, buffer, sizeof buffer, 0, &sender.sa.any, &sender.len), 0);
  CHECK(t_addr_same(&sender, &me));
  CHECK_EQ(recv(to, buffer, sizeof buffer, 0), 5);
}

TEST(an_empty_write_sends_an_empty_datagram) {
  int pair[2];
  char buffer[8];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(write(pair[0], buffer, 0), 0);
  REQUIRE_EQ(send(pair[0], buffer, 0, 0), 0);
  CHECK(t_wait(pair[1], POLLIN));
  CHECK_EQ(read(pair[1], buffer, sizeof buffer), 0);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 0);
}

TEST(a_socket_can_send_to_itself) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr me = t_local(fd), sender;
  char buffer[8];
  REQUIRE_EQ(sendto(fd, "self", 4, 0, &me.sa.any, me.len), 4);
  sender.len = sizeof sender.sa;
  CHECK_EQ(recvfrom(fd, buffer, sizeof buffer, 0, &sender.sa.any, &sender.len), 4);
  CHECK(t_addr_same(&sender, &me));
  CHECK_OK(t_connect(fd, me));
  REQUIRE_EQ(send(fd, "again", 5, 0), 5);
  CHECK_EQ(recv(fd, buffer, sizeof buffer, 0), 5);
}

/* Linux sends what is for the wildcard address to the loopback address. */
TEST(the_wildcard_address_as_destination_is_loopback) {
  for (int f = 0; f < 2; f++) {
    int to = t_bound(families[f], SOCK_DGRAM), from = socket(families[f], SOCK_DGRAM, 0);
    struct t_addr any = t_wildcard(families[f], t_port(to));
    char buffer[8];
    REQUIRE_EQ(sendto(from, "any", 3, 0, &any.sa.any, any.len), 3);
    REQUIRE(t_wait(to, POLLIN));
    CHECK_EQ(recv(to, buffer, sizeof buffer, 0), 3);
  }
}

TEST(a_wildcard_socket_receives_on_loopback) {
  for (int f = 0; f < 2; f++) {
    int to = socket(families[f], SOCK_DGRAM, 0), from = t_bound(families[f], SOCK_DGRAM);
    struct t_addr sender, me = t_local(from);
    char buffer[8];
    CHECK_OK(t_bind(to, t_wildcard(families[f], 0)));
    struct t_addr name = t_loopback(families[f], t_port(to));
    REQUIRE_EQ(sendto(from, "hello", 5, 0, &name.sa.any, name.len), 5);
    sender.len = sizeof sender.sa;
    CHECK_EQ(recvfrom(to, buffer, sizeof buffer, 0, &sender.sa.any, &sender.len), 5);
    CHECK(t_addr_same(&sender, &me));
  }
}

TEST(many_senders_are_told_apart) {
  enum { SENDERS = 40 };
  int to = t_bound(AF_INET, SOCK_DGRAM), port[SENDERS];
  struct t_addr name = t_local(to);
  char seen[SENDERS] = {0};
  for (int i = 0; i < SENDERS; i++) {
    unsigned char number = (unsigned char)i;
    int from = t_bound(AF_INET, SOCK_DGRAM);
    port[i] = t_port(from);
    REQUIRE_EQ(sendto(from, &number, 1, 0, &name.sa.any, name.len), 1);
  }
  for (int i = 0; i < SENDERS; i++) {
    unsigned char number = 255;
    struct t_addr sender;
    sender.len = sizeof sender.sa;
    REQUIRE_EQ(recvfrom(to, &number, 1, 0, &sender.sa.any, &sender.len), 1);
    REQUIRE(number < SENDERS && !seen[number]);
    seen[number] = 1;
    CHECK_EQ(t_addr_port(&sender), port[number]);
  }
}

TEST(writev_sends_one_datagram) {
  int pair[2];
  char a[3], b[4], c[16];
  struct iovec out[3] = {{"abc", 3}, {"", 0}, {"defgh", 5}};
  struct iovec in[3] = {{a, sizeof a}, {b, sizeof b}, {c, sizeof c}};
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_EQ(writev(pair[0], out, 3), 8);
  REQUIRE_EQ(send(pair[0], "next", 4, 0), 4);
  CHECK_EQ(readv(pair[1], in, 3), 8);
  CHECK_MEM(a, "abc", 3);
  CHECK_MEM(b, "defg", 4);
  CHECK_EQ(c[0], 'h');
  CHECK_EQ(recv(pair[1], c, sizeof c, 0), 4);
}

TEST(write_and_read_move_whole_datagrams) {
  int pair[2];
  unsigned char out[1400], in[2000];
  REQUIRE_OK(t_udp_pair(AF_INET6, pair));
  for (int round = 0; round < 20; round++) {
    t_pattern(out, sizeof out, (uint64_t)round * 7);
    REQUIRE_EQ(write(pair[round % 2], out, sizeof out), sizeof out);
    REQUIRE_EQ(read(pair[1 - round % 2], in, sizeof in), sizeof out);
    CHECK_MEM(in, out, sizeof out);
  }
}

TEST(a_dup_is_the_same_socket) {
  int pair[2], copy;
  char buffer[8];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  copy = dup(pair[1]);
  REQUIRE_EQ(send(pair[0], "1", 1, 0), 1);
  REQUIRE_EQ(send(pair[0], "22", 2, 0), 2);
  CHECK_EQ(recv(copy, buffer, sizeof buffer, 0), 1);
  CHECK_OK(close(copy));
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 2);
  REQUIRE_EQ(send(pair[1], "back", 4, 0), 4);
  CHECK_EQ(recv(pair[0], buffer, sizeof buffer, 0), 4);
}

TEST(a_closed_port_can_be_bound_again) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), port = t_port(fd);
  CHECK_OK(close(fd));
  for (int i = 0; i < 3; i++) {
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_OK(t_bind(fd, t_loopback(AF_INET, port)));
    CHECK_OK(close(fd));
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(sending_binds);
  RUN(sending_twice_keeps_the_port);
  RUN(binding_after_sending_is_refused);
  RUN(receiving_on_an_unbound_socket);
  RUN(boundaries_and_order_are_kept);
  RUN(an_empty_datagram_is_a_datagram);
  RUN(an_empty_write_sends_an_empty_datagram);
  RUN(a_socket_can_send_to_itself);
  RUN(the_wildcard_address_as_destination_is_loopback);
  RUN(a_wildcard_socket_receives_on_loopback);
  RUN(many_senders_are_told_apart);
  RUN(writev_sends_one_datagram);
  RUN(write_and_read_move_whole_datagrams);
  RUN(a_dup_is_the_same_socket);
  RUN(a_closed_port_can_be_bound_again);
  return T_END();
}
