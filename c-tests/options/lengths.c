/* getsockopt() and setsockopt() with odd lengths, unknown levels and names, and times.
 * getsockopt(2); ideas: LTP getsockopt01 and setsockopt01, gVisor
 * IntegerOptGetsockoptSmallBuffer, RecvTimeoutUsecTooLarge. */
#include "../t.h"

TEST(short_buffer_gets_the_first_bytes) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  REQUIRE_OK(t_set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, 0x1234));
  static const struct {
    int level, option;
  } which[] = {{SOL_SOCKET, SO_KEEPALIVE}, {SOL_SOCKET, SO_TYPE}, {SOL_SOCKET, SO_ERROR}};
  for (int i = 0; i < 3; i++)
    for (socklen_t size = 0; size < 4; size++) {
      unsigned char value[8];
      int whole = t_get_int(fd, which[i].level, which[i].option);
      socklen_t len = size;
      memset(value, 0xee, sizeof value);
      CHECK_OK(getsockopt(fd, which[i].level, which[i].option, value, &len));
      CHECK_EQ(len, size);
      CHECK_MEM(value, &whole, size);
      for (size_t k = size; k < sizeof value; k++)
        CHECK_EQ(value[k], 0xee);
    }
}

TEST(long_buffer_is_cut_to_four) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  unsigned char value[64];
  socklen_t len = sizeof value;
  REQUIRE_OK(fd);
  memset(value, 0xee, sizeof value);
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_TYPE, value, &len));
  CHECK_EQ(len, 4);
  CHECK_EQ(value[4], 0xee);
  len = INT_MAX;
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_TYPE, value, &len));
  CHECK_EQ(len, 4);
}

TEST(negative_length_to_get) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), value = 0;
  socklen_t len = (socklen_t)-1;
  REQUIRE_OK(fd);
  CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len), EINVAL);
  len = (socklen_t)-1;
  CHECK_ERRNO(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &len), EINVAL);
  len = (socklen_t)-1;
  CHECK_ERRNO(getsockopt(fd, IPPROTO_IP, IP_TTL, &value, &len), EINVAL);
}

TEST(short_value_to_set) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  REQUIRE_OK(fd);
  for (socklen_t len = 0; len < 4; len++) {
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, len), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, len), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, len), ENOPROTOOPT);
  }
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
  CHECK_EQ(t_get_int(fd, IPPROTO_TCP, TCP_NODELAY), 0);
}

TEST(negative_length_to_set) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  REQUIRE_OK(fd);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, (socklen_t)-1), EINVAL);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, (socklen_t)INT_MIN), EINVAL);
}

TEST(long_value_to_set) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  int values[4] = {1, 9, 9, 9};
  REQUIRE_OK(fd);
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, values, sizeof values));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
}

/* ip(7): options of IPPROTO_IP may be given as a byte, too. */
TEST(byte_value_for_ip) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  unsigned char ttl = 77, got = 0;
  socklen_t len = 1;
  REQUIRE_OK(fd);
  CHECK_OK(setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, 1));
  CHECK_EQ(t_get_int(fd, IPPROTO_IP, IP_TTL), 77);
  CHECK_OK(getsockopt(fd, IPPROTO_IP, IP_TTL, &got, &len));
  CHECK_EQ(len, 1);
  CHECK_EQ(got, 77);
}

TEST(null_pointers) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), value = 1;
  socklen_t len = 4;
  void *null = t_hide_pointer(0);
  REQUIRE_OK(fd);
  CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_TYPE, null, &len), EFAULT);
  CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, null), EFAULT);
  CHECK_ERRNO(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, null, &len), EFAULT);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, null, 4), EFAULT);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, null, 4), EFAULT);
}

TEST(unknown_level) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), value = 1;
  socklen_t len = 4;
  REQUIRE_OK(fd);
  CHECK_ERRNO(getsockopt(fd, 500, SO_TYPE, &value, &len), EOPNOTSUPP);
  CHECK_ERRNO(setsockopt(fd, 500, SO_REUSEADDR, &value, 4), ENOPROTOOPT);
  CHECK_ERRNO(getsockopt(fd, -1, SO_TYPE, &value, &len), EOPNOTSUPP);
}

TEST(unknown_name) {
  static const int level[] = {SOL_SOCKET, IPPROTO_IP, IPPROTO_TCP};
  for (int i = 0; i < 3; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), value = 1;
    socklen_t len = 4;
    REQUIRE_OK(fd);
    CHECK_ERRNO(getsockopt(fd, level[i], 9999, &value, &len), ENOPROTOOPT);
    CHECK_ERRNO(setsockopt(fd, level[i], 9999, &value, 4), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, level[i], -1, &value, &len), ENOPROTOOPT);
  }
}

TEST(tcp_options_of_a_udp_socket) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), value = 1;
  socklen_t len = 4;
  REQUIRE_OK(fd);
  CHECK_ERRNO(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &len), EOPNOTSUPP);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, 4), ENOPROTOOPT);
}

TEST(timeouts_round_trip) {
  static const int option[] = {SO_RCVTIMEO, SO_SNDTIMEO};
  for (int i = 0; i < 2; i++) {
    int fd = socket(AF_INET, i ? SOCK_STREAM : SOCK_DGRAM, 0);
    struct timeval got = {9, 9}, set = {3, 200000};
    socklen_t len = sizeof got;
    REQUIRE_OK(fd);
    CHECK_OK(getsockopt(fd, SOL_SOCKET, option[i], &got, &len));
    CHECK_EQ(len, sizeof got);
    CHECK(got.tv_sec == 0 && got.tv_usec == 0);
    CHECK_OK(setsockopt(fd, SOL_SOCKET, option[i], &set, sizeof set));
    CHECK_OK(getsockopt(fd, SOL_SOCKET, option[i], &got, &len));
    CHECK_EQ(got.tv_sec, 3);
    CHECK_EQ(got.tv_usec, 200000);
    set = (struct timeval){0, 0};
    CHECK_OK(setsockopt(fd, SOL_SOCKET, option[i], &set, sizeof set));
    CHECK_OK(getsockopt(fd, SOL_SOCKET, option[i], &got, &len));
    CHECK(got.tv_sec == 0 && got.tv_usec == 0);
  }
}

TEST(timeouts_out_of_range) {
  static const int option[] = {SO_RCVTIMEO, SO_SNDTIMEO};
  for (int i = 0; i < 2; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval wrong = {1, 1000000};
    REQUIRE_OK(fd);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, option[i], &wrong, sizeof wrong), EDOM);
    wrong.tv_usec = -1;
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, option[i], &wrong, sizeof wrong), EDOM);
    wrong.tv_usec = 0;
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, option[i], &wrong, sizeof wrong - 1), EINVAL);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, option[i], &wrong, 4), EINVAL);
  }
}

/* Linux takes negative seconds for "do not wait at all". */
TEST(negative_timeout) {
  int pair[2];
  struct timeval negative = {-1, 0};
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &negative, sizeof negative));
  CHECK_ERRNO(recv(pair[0], &c, 1, 0), EAGAIN);
}

TEST(on_a_listener_and_a_bound_socket) {
  int fd = t_bound(AF_INET, SOCK_STREAM);
  REQUIRE_OK(fd);
  CHECK_OK(t_set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1));
  REQUIRE_OK(listen(fd, 2));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
  CHECK_OK(t_set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 0));
  CHECK_OK(t_set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, 33));
  CHECK_EQ(t_get_int(fd, IPPROTO_TCP, TCP_KEEPIDLE), 33);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(short_buffer_gets_the_first_bytes);
  RUN(long_buffer_is_cut_to_four);
  RUN(negative_length_to_get);
  RUN(short_value_to_set);
  RUN(negative_length_to_set);
  RUN(long_value_to_set);
  RUN(byte_value_for_ip);
  RUN(null_pointers);
  RUN(unknown_level);
  RUN(unknown_name);
  RUN(tcp_options_of_a_udp_socket);
  RUN(timeouts_round_trip);
  RUN(timeouts_out_of_range);
  RUN(negative_timeout);
  RUN(on_a_listener_and_a_bound_socket);
  return T_END();
}
