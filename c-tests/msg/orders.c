/* Control messages of sendmsg(2) that are for one message: what is checked of them, and what they
 * do. ip(7), ipv6(7), udp(7), socket(7), RFC 3542; read off Linux 6.18. */
#include "../t.h"

#include <netinet/udp.h>
#include <sys/un.h>

#ifndef IP_PROTOCOL
#define IP_PROTOCOL 52
#endif
#ifndef IPV6_FLOWINFO
#define IPV6_FLOWINFO 11
#endif

static union {
  struct cmsghdr header;
  char bytes[256];
} control;

static struct msghdr with_order(int level, int type, const void *data, size_t size) {
  static struct iovec part = {"wxyz", 4};
  memset(&control, 0, sizeof control);
  struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
  m.msg_control = &control;
  m.msg_controllen = CMSG_SPACE(size);
  control.header.cmsg_level = level;
  control.header.cmsg_type = type;
  control.header.cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(&control.header), data, size);
  return m;
}

/* Sends four bytes with an order: 0, or the errno. */
static int order(int fd, int level, int type, const void *data, size_t size) {
  struct msghdr m = with_order(level, type, data, size);
  ssize_t sent = sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent == 4 ? 0 : errno;
}

static int order_int(int fd, int level, int type, int value) {
  return order(fd, level, type, &value, sizeof value);
}

/* Only values from `least` to `most` are taken, and only in an int. */
static void takes_ints(int fd, int level, int type, int least, int most) {
  static const char zeros[8];
  CHECK_EQ(order_int(fd, level, type, least), 0);
  CHECK_EQ(order_int(fd, level, type, most), 0);
  CHECK_EQ(order_int(fd, level, type, least - 1), EINVAL);
  CHECK_EQ(order_int(fd, level, type, most + 1), EINVAL);
  CHECK_EQ(order(fd, level, type, zeros, 0), EINVAL);
  CHECK_EQ(order(fd, level, type, zeros, 3), EINVAL);
  CHECK_EQ(order(fd, level, type, zeros, 8), EINVAL);
}

TEST(numbers_for_ipv4) {
  int pair[2];
  unsigned char byte = 255;
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  takes_ints(pair[0], IPPROTO_IP, IP_TTL, 1, 255);
  takes_ints(pair[0], IPPROTO_IP, IP_TOS, 0, 255);
  CHECK_EQ(order(pair[0], IPPROTO_IP, IP_TOS, &byte, 1), 0);
  CHECK_EQ(order(pair[0], IPPROTO_IP, IP_TTL, &byte, 1), EINVAL);
}

TEST(numbers_for_ipv6) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET6, pair));
  takes_ints(pair[0], IPPROTO_IPV6, IPV6_HOPLIMIT, -1, 255);
  takes_ints(pair[0], IPPROTO_IPV6, IPV6_2292HOPLIMIT, -1, 255);
  takes_ints(pair[0], IPPROTO_IPV6, IPV6_TCLASS, -1, 255);
  takes_ints(pair[0], IPPROTO_IPV6, IPV6_DONTFRAG, 0, 1);
  CHECK_EQ(order_int(pair[0], IPPROTO_IPV6, IPV6_FLOWINFO, 0), 0);
  CHECK_EQ(order(pair[0], IPPROTO_IPV6, IPV6_FLOWINFO, "xx", 2), EINVAL);
}

/* Linux has it since 6.3. */
TEST(another_protocol_is_for_raw_sockets) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  int result = order_int(pair[0], IPPROTO_IP, IP_PROTOCOL, 1);
#ifdef __wasi__
  CHECK_EQ(result, 0);
#endif
  if (result == 0)
    takes_ints(pair[0], IPPROTO_IP, IP_PROTOCOL, 1, 255);
}

TEST(options_are_no_orders) {
  int four[2], six[2];
  REQUIRE_OK(t_udp_pair(AF_INET, four));
  REQUIRE_OK(t_udp_pair(AF_INET6, six));
  CHECK_EQ(order_int(four[0], IPPROTO_IP, IP_RECVTTL, 1), EINVAL);
  CHECK_EQ(order_int(four[0], IPPROTO_IP, IP_OPTIONS, 0), EINVAL);
  CHECK_EQ(order_int(four[0], IPPROTO_IP, IP_MTU_DISCOVER, 0), EINVAL);
  CHECK_EQ(order_int(six[0], IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1), EINVAL);
  CHECK_EQ(order_int(four[0], SOL_SOCKET, SO_BROADCAST, 1), EINVAL);
  CHECK_EQ(order_int(four[0], SOL_SOCKET, SO_TXTIME, 1), EINVAL);
  CHECK_EQ(order_int(four[0], IPPROTO_UDP, UDP_CORK, 1), EINVAL);
}

/* A level is passed over by a socket, or a destination, that does not have it. */
TEST(levels_of_others_are_passed_over) {
  int four[2], six[2], tcp[2], local[2];
  REQUIRE_OK(t_udp_pair(AF_INET, four));
  REQUIRE_OK(t_udp_pair(AF_INET6, six));
  REQUIRE_OK(t_tcp_pair(AF_INET, tcp));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, local));
  CHECK_EQ(order_int(four[0], IPPROTO_IPV6, IPV6_HOPLIMIT, 999), 0);
  CHECK_EQ(order_int(six[0], IPPROTO_IP, IP_TTL, 999), 0);
  CHECK_EQ(order_int(tcp[0], IPPROTO_IP, IP_TTL, 999), 0);
  CHECK_EQ(order_int(tcp[0], IPPROTO_TCP, 999, 1), 0);
  CHECK_EQ(order_int(tcp[0], IPPROTO_UDP, UDP_SEGMENT, 1), 0);
  CHECK_EQ(order_int(local[0], IPPROTO_IP, IP_TTL, 999), 0);
  CHECK_EQ(order_int(four[0], 255, 1, 1), 0);
}

/* socket(7). Of these a program with privileges may have more, and an older Linux fewer. */
TEST(orders_to_any_network) {
  int pairs[3][2], local[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pairs[0]));
  REQUIRE_OK(t_udp_pair(AF_INET6, pairs[1]));
  REQUIRE_OK(t_tcp_pair(AF_INET, pairs[2]));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  for (int i = 0; i < 3; i++) {
    int fd = pairs[i][0], mark = order_int(fd, SOL_SOCKET, SO_MARK, 1);
    CHECK_EQ(order_int(fd, SOL_SOCKET, SO_TIMESTAMPING, 2), 0);
    CHECK_EQ(order_int(fd, SOL_SOCKET, SO_TIMESTAMPING, 4), EINVAL);
    CHECK_EQ(order(fd, SOL_SOCKET, SO_TIMESTAMPING, "xx", 2), EINVAL);
    CHECK_EQ(order_int(fd, SOL_SOCKET, SCM_RIGHTS, 9999), 0);
    CHECK_EQ(order_int(fd, SOL_SOCKET, 2 /* SCM_CREDENTIALS */, 0), 0);
    int priority = order_int(fd, SOL_SOCKET, SO_PRIORITY, 6);
    int more = order_int(fd, SOL_SOCKET, SO_PRIORITY, 7);
#ifdef __wasi__
    CHECK_EQ(mark, EPERM);
    CHECK_EQ(priority, 0);
    CHECK_EQ(more, EPERM);
#else
    CHECK(mark == EPERM || mark == 0);
    CHECK(priority == 0 || priority == EINVAL);
    CHECK(more == EPERM || more == priority);
#endif
  }
  CHECK_EQ(order_int(local[0], SOL_SOCKET, SO_MARK, 1), EINVAL);
  CHECK_EQ(order_int(local[0], SOL_SOCKET, SO_PRIORITY, 1), EINVAL);
  CHECK_EQ(order_int(local[0], SOL_SOCKET, SO_TIMESTAMPING, 2), EINVAL);
}

TEST(headers_need_a_privilege) {
  static const int types[] = {IPV6_HOPOPTS, IPV6_DSTOPTS, IPV6_RTHDRDSTOPTS};
  static const char header[8] = {0, 0, 1, 4}, longer[8] = {0, 1, 1, 4};
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET6, pair));
  for (int i = 0; i < 3; i++) {
    int result = order(pair[0], IPPROTO_IPV6, types[i], header, sizeof header);
#ifdef __wasi__
    CHECK_EQ(result, EPERM);
#else
    CHECK(result == EPERM || result == 0);
#endif
    CHECK_EQ(order(pair[0], IPPROTO_IPV6, types[i], longer, sizeof longer), EINVAL);
    CHECK_EQ(order(pair[0], IPPROTO_IPV6, types[i], header, 1), EINVAL);
  }
}

TEST(options_that_are_none) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_EQ(order(pair[0], IPPROTO_IP, IP_RETOPTS, "", 0), 0);
  CHECK_EQ(order_int(pair[0], IPPROTO_IP, IP_RETOPTS, 0), 0);
#ifdef __wasi__ /* Linux records the route. */
  CHECK_EQ(order(pair[0], IPPROTO_IP, IP_RETOPTS, "\x07\x03\x04\x00", 4), EINVAL);
#endif
}

TEST(a_segment_is_enough) {
  int pair[2];
  char back[8];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  for (uint16_t size = 0; size <= 8; size += 4) {
    CHECK_EQ(order(pair[0], IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size), 0);
    CHECK_EQ(recv(pair[1], back, sizeof back, 0), 4);
  }
  CHECK_EQ(order_int(pair[0], IPPROTO_UDP, UDP_SEGMENT, 1000), EINVAL);
}

TEST(several_segments) {
  SKIP_WASM("udp-segment");
  int pair[2];
  char back[8];
  uint16_t size = 3;
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_EQ(order(pair[0], IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size), 0);
  CHECK_EQ(recv(pair[1], back, sizeof back, 0), 3);
  CHECK_EQ(recv(pair[1], back, sizeof back, 0), 1);
}

/* The helper process reads off the packets how many hops they had. */
static void hops_of_one(const char *address, int family, int mapped, int level, int type) {
  int peer = peer_open(), fd = socket(family, SOCK_DGRAM, 0), hops = 33;
  int port = (int)peer_number(peer, "udp 1 %s", address);
  struct t_addr to = t_loopback(family, port);
  if (mapped)
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &to.sa.in6.sin6_addr);
  REQUIRE(fd >= 0 && port > 0);
  struct msghdr m = with_order(level, type, &hops, sizeof hops);
  m.msg_name = &to.sa;
  m.msg_namelen = to.len;
  CHECK_EQ(sendmsg(fd, &m, 0), 4);
  CHECK_EQ(peer_number(peer, "hops 1"), 33);
  CHECK_EQ(sendto(fd, "x", 1, 0, &to.sa.any, to.len), 1);
  CHECK_EQ(peer_number(peer, "hops 1"), 64);
  CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TTL), 64);
  /* The same where it is one of several, and the socket has a limit of its own. */
  CHECK_OK(mapped || family == AF_INET ? t_set_int(fd, IPPROTO_IP, IP_TTL, 44)
                                       : t_set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 44));
  struct mmsghdr many[3] = {{.msg_hdr = m}, {.msg_hdr = m}, {.msg_hdr = m}};
  many[0].msg_hdr.msg_control = many[2].msg_hdr.msg_control = NULL;
  many[0].msg_hdr.msg_controllen = many[2].msg_hdr.msg_controllen = 0;
  CHECK_EQ(sendmmsg(fd, many, 3, 0), 3);
  CHECK_EQ(peer_number(peer, "hops 1"), 44);
  CHECK_EQ(peer_number(peer, "hops 1"), 33);
  CHECK_EQ(peer_number(peer, "hops 1"), 44);
  close(peer);
}

TEST(a_time_to_live_of_one_datagram) {
  hops_of_one("127.0.0.1", AF_INET, 0, IPPROTO_IP, IP_TTL);
}

TEST(a_hop_limit_of_one_datagram) {
  hops_of_one("::1", AF_INET6, 0, IPPROTO_IPV6, IPV6_HOPLIMIT);
}

TEST(a_time_to_live_to_a_mapped_address) {
  hops_of_one("127.0.0.1", AF_INET6, 1, IPPROTO_IP, IP_TTL);
}

TEST(of_several_each_counts) {
  int pair[2], ttl = 5;
  unsigned char tos = 16;
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  struct msghdr m = with_order(IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
  m.msg_controllen = CMSG_SPACE(sizeof ttl) + CMSG_SPACE(1);
  struct cmsghdr *second = CMSG_NXTHDR(&m, &control.header);
  REQUIRE(second != NULL);
  second->cmsg_level = IPPROTO_IP;
  second->cmsg_type = IP_TOS;
  second->cmsg_len = CMSG_LEN(1);
  *CMSG_DATA(second) = tos;
  CHECK_EQ(sendmsg(pair[0], &m, 0), 4);
  second->cmsg_type = IP_RECVTOS;
  CHECK_ERRNO(sendmsg(pair[0], &m, 0), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(numbers_for_ipv4);
  RUN(numbers_for_ipv6);
  RUN(another_protocol_is_for_raw_sockets);
  RUN(options_are_no_orders);
  RUN(levels_of_others_are_passed_over);
  RUN(orders_to_any_network);
  RUN(headers_need_a_privilege);
  RUN(options_that_are_none);
  RUN(a_segment_is_enough);
  RUN(several_segments);
  RUN(a_time_to_live_of_one_datagram);
  RUN(a_hop_limit_of_one_datagram);
  RUN(a_time_to_live_to_a_mapped_address);
  RUN(of_several_each_counts);
  return T_END();
}
