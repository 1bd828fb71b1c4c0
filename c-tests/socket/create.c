/* socket(): domains, types, protocols, the flags in the type, the numbers given out.
 * socket(2), socket(7), POSIX 2024 socket(). */
#include "../t.h"

TEST(kinds_read_back) {
  static const int family[] = {AF_INET, AF_INET6};
  static const int type[] = {SOCK_STREAM, SOCK_DGRAM};
  static const int protocol[] = {IPPROTO_TCP, IPPROTO_UDP};
  for (int f = 0; f < 2; f++)
    for (int t = 0; t < 2; t++) {
      int fd = socket(family[f], type[t], 0);
      REQUIRE_OK(fd);
      CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_DOMAIN), family[f]);
      CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_TYPE), type[t]);
      CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_PROTOCOL), protocol[t]);
      CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
      CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
      CHECK_OK(close(fd));
    }
}

TEST(type_has_no_flag_bits) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
}

TEST(explicit_protocol) {
  CHECK_OK(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
  CHECK_OK(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
  CHECK_OK(socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP));
  CHECK_OK(socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP));
}

TEST(protocol_of_another_type) {
  CHECK_ERRNO(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
  CHECK_ERRNO(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
  CHECK_ERRNO(socket(AF_INET6, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
  CHECK_ERRNO(socket(AF_INET, SOCK_STREAM, 200), EPROTONOSUPPORT);
}

TEST(protocol_out_of_range) {
  CHECK_ERRNO(socket(AF_INET, SOCK_STREAM, -1), EINVAL);
  CHECK_ERRNO(socket(AF_INET, SOCK_STREAM, 100000), EINVAL);
  CHECK_ERRNO(socket(AF_INET6, SOCK_DGRAM, -1), EINVAL);
}

TEST(unknown_family) {
  CHECK_ERRNO(socket(AF_UNSPEC, SOCK_STREAM, 0), EAFNOSUPPORT);
  CHECK_ERRNO(socket(0, SOCK_DGRAM, 0), EAFNOSUPPORT);
  CHECK_ERRNO(socket(1000, SOCK_STREAM, 0), EAFNOSUPPORT);
  CHECK_ERRNO(socket(-1, SOCK_STREAM, 0), EAFNOSUPPORT);
}

#ifdef __wasi__
TEST(families_of_other_networks) {
  static const int families[] = {
      AF_ALG,     AF_APPLETALK, AF_ASH,   AF_ATMPVC, AF_ATMSVC,   AF_AX25,   AF_BLUETOOTH, AF_BRIDGE,
      AF_CAIF,    AF_CAN,       AF_DECnet, AF_ECONET, AF_IB,      AF_IEEE802154, AF_IPX,   AF_IRDA,
      AF_ISDN,    AF_IUCV,      AF_KCM,   AF_KEY,    AF_LLC,      AF_MPLS,   AF_NETBEUI,   AF_NETLINK,
      AF_NETROM,  AF_NFC,       AF_PACKET, AF_PHONET, AF_PPPOX,   AF_QIPCRTR, AF_RDS,      AF_ROSE,
      AF_ROUTE,   AF_RXRPC,     AF_SECURITY, AF_SMC,  AF_SNA,     AF_TIPC,   AF_VSOCK,     AF_WANPIPE,
      AF_X25,     AF_XDP,
  };
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    CHECK_ERRNO2(socket(families[i], SOCK_STREAM, 0), EAFNOSUPPORT, EPERM);
}
#else
TEST(families_of_other_networks) {} /* a Linux may have any of them */
#endif

TEST(unknown_type) {
  CHECK_ERRNO(socket(AF_INET, 75, 0), EINVAL);
  CHECK_ERRNO(socket(AF_INET6, 75, 0), EINVAL);
  CHECK_ERRNO(socket(AF_INET, -1, 0), EINVAL);
}

TEST(type_not_of_this_family) {
  CHECK_ERRNO(socket(AF_INET, SOCK_SEQPACKET, 0), ESOCKTNOSUPPORT);
  CHECK_ERRNO(socket(AF_INET, 0, 0), ESOCKTNOSUPPORT);
}

TEST(nonblock_and_cloexec_flags) {
  for (int i = 0; i < 4; i++) {
    int nonblock = i & 1 ? SOCK_NONBLOCK : 0, cloexec = i & 2 ? SOCK_CLOEXEC : 0;
    int fd = socket(AF_INET, SOCK_DGRAM | nonblock | cloexec, 0);
    REQUIRE_OK(fd);
    CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, nonblock ? O_NONBLOCK : 0);
    CHECK_EQ(fcntl(fd, F_GETFD), cloexec ? FD_CLOEXEC : 0);
    CHECK_OK(close(fd));
  }
}

TEST(access_mode_is_read_write) {
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
}

TEST(lowest_free_number) {
  int a = socket(AF_INET, SOCK_STREAM, 0), b = socket(AF_INET, SOCK_STREAM, 0);
  int c = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE(a >= 0 && b > a && c > b);
  CHECK_OK(close(b));
  CHECK_EQ(socket(AF_INET6, SOCK_DGRAM, 0), b);
  CHECK_OK(close(a));
  CHECK_OK(close(b));
  CHECK_EQ(socket(AF_INET, SOCK_STREAM, 0), a);
  CHECK_EQ(socket(AF_INET, SOCK_STREAM, 0), b);
}

TEST(closed_number_is_bad) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_OK(close(fd));
  CHECK_ERRNO(close(fd), EBADF);
  CHECK_ERRNO(fcntl(fd, F_GETFL), EBADF);
  CHECK_ERRNO(listen(fd, 1), EBADF);
}

TEST(many_at_once) {
  static int fd[600];
  int made = 0;
  for (; made < 600; made++) {
    fd[made] = socket(made & 1 ? AF_INET : AF_INET6, made & 2 ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (!CHECK_OK(fd[made]))
      break;
  }
  for (int i = 0; i < made; i++)
    for (int j = 0; j < i; j++)
      if (fd[i] == fd[j])
        REQUIRE_EQ(fd[i], -1);
  for (int i = 0; i < made; i++)
    CHECK_OK(close(fd[i]));
}

TEST(a_thousand_times_the_same_number) {
  int first = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(first);
  CHECK_OK(close(first));
  for (int i = 0; i < 1000; i++) {
    int fd = socket(AF_INET, i & 1 ? SOCK_STREAM : SOCK_DGRAM, 0);
    REQUIRE_EQ(fd, first);
    REQUIRE_OK(close(fd));
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(kinds_read_back);
  RUN(type_has_no_flag_bits);
  RUN(explicit_protocol);
  RUN(protocol_of_another_type);
  RUN(protocol_out_of_range);
  RUN(unknown_family);
  RUN(families_of_other_networks);
  RUN(unknown_type);
  RUN(type_not_of_this_family);
  RUN(nonblock_and_cloexec_flags);
  RUN(access_mode_is_read_write);
  RUN(lowest_free_number);
  RUN(closed_number_is_bad);
  RUN(many_at_once);
  RUN(a_thousand_times_the_same_number);
  return T_END();
}
