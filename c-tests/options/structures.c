/* Options whose value is a structure, a string or bytes: what is checked of it, and what is told.
 * ip(7), ipv6(7), tcp(7), socket(7), unix(7). */
#include "../t.h"

#include <linux/filter.h>
#include <net/if.h>
#include <sys/un.h>

static int set_bytes(int fd, int level, int option, const void *value, size_t size) {
  return setsockopt(fd, level, option, value, (socklen_t)size);
}

/* What a WASI host cannot do fails in one way here. Linux may do it, or fail for want of a device. */
static void refused_here(int line, const char *what, int result, int wanted) {
#ifdef __wasi__
  if (result != -1 || errno != wanted)
    t_fail(__FILE__, line, "%s: %d with %s, expected %s", what, result, t_errno_name(errno),
           t_errno_name(wanted));
#else
  (void)line, (void)what, (void)result, (void)wanted;
#endif
}
#define REFUSED_HERE(call, error) refused_here(__LINE__, #call, (call), error)

static struct in_addr quad(const char *text) {
  struct in_addr address;
  inet_pton(AF_INET, text, &address);
  return address;
}

TEST(groups_of_ipv4) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ip_mreq mreq = {quad("239.255.0.7"), quad("127.0.0.1")};
  struct ip_mreqn mreqn = {quad("239.255.0.7"), {0}, 1};
  REQUIRE_OK(fd);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof mreq - 1), EINVAL);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &mreq, sizeof mreq), EADDRNOTAVAIL);
  REFUSED_HERE(set_bytes(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof mreq), ENODEV);
  REFUSED_HERE(set_bytes(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreqn, sizeof mreqn), ENODEV);
  mreq.imr_multiaddr = quad("192.0.2.1");
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof mreq), EINVAL);
}

TEST(groups_of_ipv6) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0), tcp = socket(AF_INET6, SOCK_STREAM, 0);
  struct ipv6_mreq mreq = {.ipv6mr_interface = 1};
  REQUIRE(fd >= 0 && tcp >= 0);
  inet_pton(AF_INET6, "ff02::1234", &mreq.ipv6mr_multiaddr);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &mreq, sizeof mreq - 1), EINVAL);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, &mreq, sizeof mreq), EADDRNOTAVAIL);
  CHECK_ERRNO(set_bytes(tcp, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &mreq, sizeof mreq), EPROTO);
  REFUSED_HERE(set_bytes(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &mreq, sizeof mreq), ENODEV);
  inet_pton(AF_INET6, "2001:db8::1", &mreq.ipv6mr_multiaddr);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &mreq, sizeof mreq), EINVAL);
}

TEST(sources_of_a_group) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ip_mreq_source mreq = {quad("239.255.0.7"), quad("127.0.0.1"), quad("192.0.2.1")};
  struct group_source_req req = {.gsr_interface = 1};
  REQUIRE_OK(fd);
  REFUSED_HERE(set_bytes(fd, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &mreq, sizeof mreq), ENODEV);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &mreq, 4), EINVAL);
  int other = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(other);
  CHECK_ERRNO(set_bytes(other, IPPROTO_IP, IP_BLOCK_SOURCE, &mreq, sizeof mreq), EINVAL);
  CHECK_ERRNO(set_bytes(other, IPPROTO_IP, IP_UNBLOCK_SOURCE, &mreq, sizeof mreq), EINVAL);
  CHECK_ERRNO(set_bytes(other, IPPROTO_IP, IP_DROP_SOURCE_MEMBERSHIP, &mreq, sizeof mreq), EINVAL);
  memcpy(&req.gsr_group, &(struct sockaddr_in){.sin_family = AF_INET, .sin_addr = mreq.imr_multiaddr},
         sizeof(struct sockaddr_in));
  memcpy(&req.gsr_source,
         &(struct sockaddr_in){.sin_family = AF_INET, .sin_addr = mreq.imr_sourceaddr},
         sizeof(struct sockaddr_in));
  CHECK_ERRNO(set_bytes(other, IPPROTO_IP, MCAST_BLOCK_SOURCE, &req, sizeof req), EINVAL);
  REFUSED_HERE(set_bytes(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &req, sizeof req), ENODEV);
}

TEST(a_group_by_its_address) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct group_req req = {.gr_interface = 1};
  struct sockaddr_in group = {.sin_family = AF_INET, .sin_addr = quad("239.255.0.7")};
  REQUIRE_OK(fd);
  memcpy(&req.gr_group, &group, sizeof group);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &req, sizeof group), EINVAL);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IP, MCAST_LEAVE_GROUP, &req, sizeof req), EADDRNOTAVAIL);
  REFUSED_HERE(set_bytes(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &req, sizeof req), ENODEV);
}

TEST(where_multicast_leaves) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct in_addr any = {0}, got = {1};
  struct ip_mreqn none = {{0}, {0}, 0};
  socklen_t len = sizeof got;
  REQUIRE_OK(fd);
  CHECK_OK(set_bytes(fd, IPPROTO_IP, IP_MULTICAST_IF, &any, sizeof any));
  CHECK_OK(set_bytes(fd, IPPROTO_IP, IP_MULTICAST_IF, &none, sizeof none));
  CHECK_OK(getsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &got, &len));
  CHECK_EQ(len, sizeof got);
  CHECK_EQ(got.s_addr, 0);
  any = quad("192.0.2.1");
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IP, IP_MULTICAST_IF, &any, sizeof any), EADDRNOTAVAIL);
}

TEST(a_device_by_its_name) {
  char name[IFNAMSIZ] = "nosuchdev0", got[IFNAMSIZ] = "?";
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  socklen_t len = sizeof got;
  REQUIRE_OK(fd);
  CHECK_ERRNO2(set_bytes(fd, SOL_SOCKET, SO_BINDTODEVICE, name, sizeof name), ENODEV, EPERM);
  CHECK_OK(set_bytes(fd, SOL_SOCKET, SO_BINDTODEVICE, "", 0));
  CHECK_OK(set_bytes(fd, SOL_SOCKET, SO_BINDTODEVICE, "", 1));
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, got, &len));
  CHECK_EQ(len, 0);
  len = 3;
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, got, &len));
}

TEST(names_of_algorithms) {
  char got[32] = "";
  socklen_t len = sizeof got;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_TCP, TCP_CONGESTION, "nosuch", 6), ENOENT);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_TCP, TCP_CONGESTION, "", 0), EINVAL);
  REFUSED_HERE(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, got, &len), ENOPROTOOPT);
  CHECK_ERRNO(set_bytes(fd, IPPROTO_TCP, TCP_ULP, "nosuch", 6), ENOENT);
}

TEST(a_filter_is_not_pretended) {
  struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
  struct sock_fprog program = {1, &drop};
  int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1;
  REQUIRE_OK(fd);
  CHECK_ERRNO(set_bytes(fd, SOL_SOCKET, SO_DETACH_FILTER, &one, sizeof one), ENOENT);
  CHECK_ERRNO(set_bytes(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program - 1), EINVAL);
  REFUSED_HERE(set_bytes(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), ENOPROTOOPT);
}

TEST(a_locked_filter_stays_locked) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(fd);
  CHECK_OK(t_set_int(fd, SOL_SOCKET, SO_LOCK_FILTER, 1));
  CHECK_ERRNO(t_set_int(fd, SOL_SOCKET, SO_LOCK_FILTER, 0), EPERM);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_LOCK_FILTER), 1);
}

TEST(the_source_of_ipv6_datagrams) {
  struct in6_pktinfo none = {in6addr_any, 0}, some = {in6addr_loopback, 1};
  int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  REQUIRE_OK(fd);
  CHECK_OK(set_bytes(fd, IPPROTO_IPV6, IPV6_PKTINFO, &none, sizeof none));
  CHECK_ERRNO(set_bytes(fd, IPPROTO_IPV6, IPV6_PKTINFO, &none, sizeof none - 1), EINVAL);
  REFUSED_HERE(set_bytes(fd, IPPROTO_IPV6, IPV6_PKTINFO, &some, sizeof some), ENOPROTOOPT);
}

TEST(headers_that_are_taken_away) {
  int four = socket(AF_INET, SOCK_DGRAM, 0), six = socket(AF_INET6, SOCK_DGRAM, 0);
  static const unsigned char record_route[] = {7, 7, 4, 0, 0, 0, 0, 0};
  REQUIRE(four >= 0 && six >= 0);
  CHECK_OK(set_bytes(four, IPPROTO_IP, IP_OPTIONS, "", 0));
  CHECK_OK(set_bytes(six, IPPROTO_IPV6, IPV6_RTHDR, "", 0));
  REFUSED_HERE(set_bytes(four, IPPROTO_IP, IP_OPTIONS, record_route, sizeof record_route),
               ENOPROTOOPT);
}

TEST(lingering_has_two_numbers) {
  static const int kinds[][2] = {{AF_INET, SOCK_STREAM}, {AF_INET6, SOCK_DGRAM}, {AF_UNIX, SOCK_STREAM}};
  for (int i = 0; i < 3; i++) {
    struct linger set = {5, 9}, got = {7, 7};
    socklen_t len = sizeof got;
    int fd = socket(kinds[i][0], kinds[i][1], 0);
    REQUIRE_OK(fd);
    CHECK_OK(set_bytes(fd, SOL_SOCKET, SO_LINGER, &set, sizeof set));
    CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &got, &len));
    CHECK_EQ(got.l_onoff, 1);
    CHECK_EQ(got.l_linger, 9);
  }
}

TEST(the_state_of_a_connection) {
  int pair[2], listener = t_listener(AF_INET), fresh = socket(AF_INET, SOCK_STREAM, 0);
  struct tcp_info info;
  socklen_t len = sizeof info;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(getsockopt(pair[0], IPPROTO_TCP, TCP_INFO, &info, &len));
  CHECK_EQ(info.tcpi_state, TCP_ESTABLISHED);
  len = sizeof info;
  CHECK_OK(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len));
  CHECK_EQ(info.tcpi_state, TCP_LISTEN);
  len = 1;
  info.tcpi_state = 99;
  CHECK_OK(getsockopt(fresh, IPPROTO_TCP, TCP_INFO, &info, &len));
  CHECK_EQ(len, 1);
  CHECK_EQ(info.tcpi_state, TCP_CLOSE);
  CHECK_ERRNO(set_bytes(fresh, IPPROTO_TCP, TCP_INFO, &info, 4), ENOPROTOOPT);
}

TEST(every_socket_has_a_cookie_of_its_own) {
  uint64_t cookies[3];
  for (int i = 0; i < 3; i++) {
    socklen_t len = sizeof cookies[i];
    int fd = socket(i == 2 ? AF_UNIX : AF_INET, i ? SOCK_DGRAM : SOCK_STREAM, 0);
    REQUIRE_OK(fd);
    CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookies[i], &len));
    CHECK_EQ(len, sizeof cookies[i]);
    uint64_t again = 0;
    CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &again, &len));
    CHECK(again == cookies[i]);
    len = 4;
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &again, &len), EINVAL);
  }
  CHECK(cookies[0] != cookies[1] && cookies[1] != cookies[2] && cookies[0] != cookies[2]);
}

TEST(the_peers_name) {
  int pair[2];
  struct t_addr got = {.len = sizeof got.sa.in}, peer;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  peer = t_remote(pair[0]);
  CHECK_OK(getsockopt(pair[0], SOL_SOCKET, SO_PEERNAME, &got.sa, &got.len));
  CHECK(t_addr_same(&got, &peer));
  got.len = 4;
  CHECK_OK(getsockopt(pair[0], SOL_SOCKET, SO_PEERNAME, &got.sa, &got.len));
  CHECK_EQ(got.len, 4);
  /* Unlike getpeername(), more room than the address needs is an error. */
  got.len = sizeof got.sa;
  CHECK_ERRNO(getsockopt(pair[0], SOL_SOCKET, SO_PEERNAME, &got.sa, &got.len), EINVAL);
}

TEST(who_the_peer_is) {
  int pair[2];
  struct ucred got = {0, 0, 0};
  socklen_t len = sizeof got;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_OK(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &got, &len));
  CHECK_EQ(got.pid, getpid());
  CHECK_EQ(got.uid, getuid());
  CHECK_EQ(got.gid, getgid());
}

TEST(the_segments_of_a_connection) {
  int pair[2], fresh = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(t_set_int(fresh, IPPROTO_TCP, TCP_MAXSEG, 1000));
  CHECK(t_get_int(pair[0], IPPROTO_TCP, TCP_MAXSEG) >= 88);
  CHECK_ERRNO(t_set_int(fresh, IPPROTO_TCP, TCP_MAXSEG, 40000), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(groups_of_ipv4);
  RUN(groups_of_ipv6);
  RUN(sources_of_a_group);
  RUN(a_group_by_its_address);
  RUN(where_multicast_leaves);
  RUN(a_device_by_its_name);
  RUN(names_of_algorithms);
  RUN(a_filter_is_not_pretended);
  RUN(a_locked_filter_stays_locked);
  RUN(the_source_of_ipv6_datagrams);
  RUN(headers_that_are_taken_away);
  RUN(lingering_has_two_numbers);
  RUN(the_state_of_a_connection);
  RUN(every_socket_has_a_cookie_of_its_own);
  RUN(the_peers_name);
  RUN(who_the_peer_is);
  RUN(the_segments_of_a_connection);
  return T_END();
}
