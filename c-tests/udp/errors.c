/* Sizes, refused destinations, shutdown and what streams alone can do. udp(7), ip(7), send(2),
 * shutdown(2); ideas: LTP send01, sendto01, gVisor SendToZeroPort, PayloadTooBig. */
#include "../t.h"

static unsigned char big[128 * 1024], back[70000];

TEST(the_largest_v4_datagram_passes) {
  int to = t_bound(AF_INET, SOCK_DGRAM), from = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to);
  t_pattern(big, 65507, 0);
  REQUIRE_EQ(sendto(from, big, 65507, 0, &name.sa.any, name.len), 65507);
  REQUIRE_EQ(recv(to, back, sizeof back, 0), 65507);
  CHECK_EQ(t_pattern_match(back, 65507, 0), 65507);
}

TEST(larger_v4_datagrams_are_refused) {
  int to = t_bound(AF_INET, SOCK_DGRAM), from = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to);
  static const size_t sizes[] = {65508, 65535, 65536, sizeof big};
  for (int i = 0; i < 4; i++)
    CHECK_ERRNO(sendto(from, big, sizes[i], 0, &name.sa.any, name.len), EMSGSIZE);
  CHECK_OK(t_connect(from, name));
  CHECK_ERRNO(send(from, big, 65508, 0), EMSGSIZE);
  CHECK_ERRNO(write(from, big, sizeof big), EMSGSIZE);
  struct iovec parts[2] = {{big, 40000}, {big, 40000}};
  CHECK_ERRNO(writev(from, parts, 2), EMSGSIZE);
  CHECK_EQ(t_get_int(from, SOL_SOCKET, SO_ERROR), 0);
  REQUIRE_EQ(send(from, "small", 5, 0), 5);
  CHECK_EQ(recv(to, back, sizeof back, 0), 5);
}

/* The IPv6 header is not part of the payload length: 65535 - 8. */
TEST(the_largest_v6_datagram_passes) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET6, pair));
  t_pattern(big, 65527, 3);
  REQUIRE_EQ(send(pair[0], big, 65507, 0), 65507);
  REQUIRE_EQ(recv(pair[1], back, sizeof back, 0), 65507);
  CHECK_EQ(t_pattern_match(back, 65507, 3), 65507);
  CHECK_ERRNO(send(pair[0], big, 65536, 0), EMSGSIZE);
  REQUIRE_EQ(send(pair[0], "small", 5, 0), 5);
  CHECK_EQ(recv(pair[1], back, sizeof back, 0), 5);
}

TEST(port_zero_is_refused) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr v4 = t_loopback(AF_INET, 0);
  CHECK_ERRNO(sendto(fd, "x", 1, 0, &v4.sa.any, v4.len), EINVAL);
}

TEST(bad_address_lengths_are_refused) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), six = t_bound(AF_INET6, SOCK_DGRAM);
  struct t_addr v4 = t_local(fd), v6 = t_local(six);
  CHECK_ERRNO(sendto(fd, "x", 1, 0, &v4.sa.any, 1), EINVAL);
  CHECK_ERRNO(sendto(fd, "x", 1, 0, &v4.sa.any, 15), EINVAL);
  CHECK_ERRNO(sendto(fd, "x", 1, 0, &v4.sa.any, (socklen_t)-1), EINVAL);
  CHECK_ERRNO(sendto(six, "x", 1, 0, &v6.sa.any, 20), EINVAL);
  CHECK_ERRNO(sendto(fd, "x", 1, 0, t_hide_pointer(0), 16), EDESTADDRREQ);
}

TEST(the_other_family_is_refused) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), six = t_bound(AF_INET6, SOCK_DGRAM);
  struct t_addr v6 = t_local(six);
  CHECK_ERRNO(sendto(fd, "x", 1, 0, &v6.sa.any, v6.len), EAFNOSUPPORT);
  struct sockaddr_in odd;
  memcpy(&odd, &v6.sa.in, sizeof odd);
  odd.sin_family = 77;
  CHECK_ERRNO(sendto(fd, "x", 1, 0, (struct sockaddr *)&odd, sizeof odd), EAFNOSUPPORT);
}

/* Linux takes AF_UNSPEC for AF_INET in sendto (udp_sendmsg). */
TEST(af_unspec_as_destination_family_is_v4) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), to = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to);
  char byte;
  name.sa.in.sin_family = AF_UNSPEC;
  REQUIRE_EQ(sendto(fd, "x", 1, 0, &name.sa.any, name.len), 1);
  CHECK_EQ(recv(to, &byte, 1, 0), 1);
}

TEST(sending_nowhere_needs_a_destination) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  struct iovec part = {"x", 1};
  CHECK_ERRNO(send(fd, "x", 1, 0), EDESTADDRREQ);
  CHECK_ERRNO(write(fd, "x", 1), EDESTADDRREQ);
  CHECK_ERRNO(writev(fd, &part, 1), EDESTADDRREQ);
  CHECK_ERRNO(send(fd, "", 0, 0), EDESTADDRREQ);
}

TEST(broadcast_needs_permission) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), any = socket(AF_INET, SOCK_DGRAM, 0);
  struct t_addr all = t_ipv4("255.255.255.255", 9);
  CHECK_ERRNO(sendto(any, "x", 1, 0, &all.sa.any, all.len), EACCES);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_BROADCAST), 0);
  CHECK_OK(t_set_int(fd, SOL_SOCKET, SO_BROADCAST, 1));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_BROADCAST), 1);
}

TEST(broadcast_on_loopback) {
  SKIP_WASM("udp-broadcast");
  int to = socket(AF_INET, SOCK_DGRAM, 0), fd = t_bound(AF_INET, SOCK_DGRAM);
  char byte;
  CHECK_OK(t_bind(to, t_wildcard(AF_INET, 0)));
  struct t_addr all = t_ipv4("127.255.255.255", t_port(to));
  CHECK_ERRNO(sendto(fd, "x", 1, 0, &all.sa.any, all.len), EACCES);
  CHECK_OK(t_set_int(fd, SOL_SOCKET, SO_BROADCAST, 1));
  REQUIRE_EQ(sendto(fd, "x", 1, 0, &all.sa.any, all.len), 1);
  CHECK_EQ(recv(to, &byte, 1, 0), 1);
}

TEST(streams_only_calls_are_refused) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_ERRNO(listen(fd, 5), EOPNOTSUPP);
  CHECK_ERRNO(accept(fd, NULL, NULL), EOPNOTSUPP);
  CHECK_ERRNO(accept4(fd, NULL, NULL, SOCK_NONBLOCK), EOPNOTSUPP);
}

TEST(shutdown_of_an_unconnected_socket) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_ERRNO(shutdown(fd, SHUT_RDWR), ENOTCONN);
  CHECK_ERRNO(shutdown(fd, 7), EINVAL);
}

TEST(shut_wr_refuses_sending) {
  int pair[2];
  char buffer[8];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
  REQUIRE_EQ(send(pair[1], "in", 2, 0), 2);
  CHECK_EQ(recv(pair[0], buffer, sizeof buffer, 0), 2);
}

TEST(shut_rd_ends_reading) {
  int pair[2];
  char buffer[8];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[1], "last", 4, 0), 4);
  REQUIRE(t_wait(pair[0], POLLIN));
  CHECK_OK(shutdown(pair[0], SHUT_RD));
  CHECK_EQ(recv(pair[0], buffer, sizeof buffer, 0), 4);
  CHECK_EQ(recv(pair[0], buffer, sizeof buffer, 0), 0);
  CHECK_EQ(recv(pair[0], buffer, sizeof buffer, 0), 0);
  REQUIRE_EQ(send(pair[0], "out", 3, 0), 3);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 3);
}

TEST(more_makes_one_datagram) {
  int pair[2];
  char buffer[64];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "0123456789abcdef", 16, MSG_MORE), 16);
  CHECK_EQ(t_poll(pair[1], POLLIN, 20), 0);
  REQUIRE_EQ(send(pair[0], "!", 1, 0), 1);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 17);
  CHECK_MEM(buffer, "0123456789abcdef!", 17);
  REQUIRE_EQ(send(pair[0], "next", 4, 0), 4);
  CHECK_EQ(recv(pair[1], buffer, sizeof buffer, 0), 4);
}

TEST(more_keeps_the_first_destination) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), one = t_bound(AF_INET, SOCK_DGRAM),
      two = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr first = t_local(one), second = t_local(two);
  char buffer[16];
  REQUIRE_EQ(sendto(fd, "ab", 2, MSG_MORE, &first.sa.any, first.len), 2);
  REQUIRE_EQ(sendto(fd, "cd", 2, 0, &second.sa.any, second.len), 2);
  CHECK_EQ(recv(one, buffer, sizeof buffer, 0), 4);
  CHECK_MEM(buffer, "abcd", 4);
  CHECK_EQ(t_poll(two, POLLIN, 10), 0);
}

TEST(bad_pointers_and_descriptors) {
  int fd = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr me = t_local(fd);
  void *nowhere = t_hide_pointer(UINTPTR_MAX - 4095);
  char byte;
  CHECK_ERRNO(sendto(-1, "x", 1, 0, &me.sa.any, me.len), EBADF);
  CHECK_ERRNO(recvfrom(-1, &byte, 1, 0, NULL, NULL), EBADF);
  CHECK_ERRNO(sendto(fd, nowhere, 10, 0, &me.sa.any, me.len), EFAULT);
  CHECK_ERRNO(sendto(fd, "x", 1, 0, nowhere, 16), EFAULT);
  REQUIRE_EQ(sendto(fd, "x", 1, 0, &me.sa.any, me.len), 1);
  CHECK_ERRNO(recv(fd, nowhere, 10, 0), EFAULT);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(the_largest_v4_datagram_passes);
  RUN(larger_v4_datagrams_are_refused);
  RUN(the_largest_v6_datagram_passes);
  RUN(port_zero_is_refused);
  RUN(bad_address_lengths_are_refused);
  RUN(the_other_family_is_refused);
  RUN(af_unspec_as_destination_family_is_v4);
  RUN(sending_nowhere_needs_a_destination);
  RUN(broadcast_needs_permission);
  RUN(broadcast_on_loopback);
  RUN(streams_only_calls_are_refused);
  RUN(shutdown_of_an_unconnected_socket);
  RUN(shut_wr_refuses_sending);
  RUN(shut_rd_ends_reading);
  RUN(more_makes_one_datagram);
  RUN(more_keeps_the_first_destination);
  RUN(bad_pointers_and_descriptors);
  return T_END();
}
