/* socketpair in its three kinds. socketpair(2), unix(7); ideas: LTP socketpair01/02, gVisor
 * socket_unix_pair, SplitRecv, CoalescedRecv. */
#include "../t.h"

#include <sys/un.h>

static const int kinds[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
static char buffer[300000];

TEST(create) {
  int pair[2];
  for (int k = 0; k < 3; k++) {
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    for (int i = 0; i < 2; i++) {
      CHECK_EQ(t_get_int(pair[i], SOL_SOCKET, SO_TYPE), kinds[k]);
      CHECK_EQ(t_get_int(pair[i], SOL_SOCKET, SO_DOMAIN), AF_UNIX);
      CHECK_EQ(t_get_int(pair[i], SOL_SOCKET, SO_ERROR), 0);
      CHECK_EQ(t_get_int(pair[i], SOL_SOCKET, SO_ACCEPTCONN), 0);
      CHECK_EQ(fcntl(pair[i], F_GETFD), 0);
      CHECK_EQ(fcntl(pair[i], F_GETFL) & O_NONBLOCK, 0);
    }
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair));
    for (int i = 0; i < 2; i++) {
      CHECK_EQ(fcntl(pair[i], F_GETFD), FD_CLOEXEC);
      CHECK_EQ(fcntl(pair[i], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    }
  }
}

TEST(what_is_refused) {
  int pair[2];
  CHECK_ERRNO(socketpair(0, SOCK_STREAM, 0, pair), EAFNOSUPPORT);
  CHECK_ERRNO(socketpair(77, SOCK_STREAM, 0, pair), EAFNOSUPPORT);
  CHECK_ERRNO(socketpair(AF_INET, SOCK_STREAM, 0, pair), EOPNOTSUPP);
  CHECK_ERRNO(socketpair(AF_INET, SOCK_DGRAM, 0, pair), EOPNOTSUPP);
  CHECK_ERRNO2(socketpair(AF_UNIX, 75, 0, pair), EINVAL, ESOCKTNOSUPPORT);
  CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 6, pair), EPROTONOSUPPORT);
  CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 0, t_hide_pointer(UINTPTR_MAX - 4095)), EFAULT);
}

TEST(both_directions) {
  for (int k = 0; k < 3; k++) {
    int pair[2];
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    for (int i = 0; i < 2; i++) {
      REQUIRE_EQ(write(pair[i], "hello", 5), 5);
      CHECK_EQ(read(pair[!i], buffer, sizeof buffer), 5);
      CHECK_MEM(buffer, "hello", 5);
    }
    CHECK_ERRNO(recv(pair[0], buffer, 1, MSG_DONTWAIT), EAGAIN);
  }
}

TEST(streams_have_no_boundaries_and_packets_do) {
  for (int k = 0; k < 3; k++) {
    int pair[2];
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    REQUIRE_EQ(send(pair[0], "abc", 3, 0), 3);
    REQUIRE_EQ(send(pair[0], "defg", 4, 0), 4);
    if (kinds[k] == SOCK_STREAM) {
      CHECK_EQ(recv(pair[1], buffer, 2, 0), 2);
      CHECK_EQ(recv(pair[1], buffer, 100, 0), 5);
      CHECK_MEM(buffer, "cdefg", 5);
    } else {
      CHECK_EQ(recv(pair[1], buffer, 2, 0), 2);
      CHECK_EQ(recv(pair[1], buffer, 100, 0), 4);
      CHECK_MEM(buffer, "defg", 4);
    }
  }
}

TEST(truncation_and_peeking) {
  for (int k = 1; k < 3; k++) {
    int pair[2], n;
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    REQUIRE_EQ(send(pair[0], "0123456789", 10, 0), 10);
    REQUIRE_EQ(send(pair[0], "next", 4, 0), 4);
    CHECK_EQ(recv(pair[1], buffer, 3, MSG_PEEK), 3);
    CHECK_EQ(recv(pair[1], buffer, 3, MSG_PEEK | MSG_TRUNC), 10);
    CHECK_EQ(recv(pair[1], buffer, 3, MSG_TRUNC), 10);
    CHECK_MEM(buffer, "012", 3);
    CHECK_OK(ioctl(pair[1], FIONREAD, &n));
    CHECK_EQ(n, 4);
    CHECK_EQ(recv(pair[1], buffer, 100, 0), 4);
  }
}

TEST(peeking_at_a_stream) {
  int pair[2], n;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  REQUIRE_EQ(send(pair[0], "abcdef", 6, 0), 6);
  CHECK_EQ(recv(pair[1], buffer, 4, MSG_PEEK), 4);
  CHECK_OK(ioctl(pair[1], FIONREAD, &n));
  CHECK_EQ(n, 6);
  CHECK_EQ(recv(pair[1], buffer, 6, MSG_WAITALL), 6);
  CHECK_MEM(buffer, "abcdef", 6);
}

TEST(waitall_is_satisfied_over_several_sends) {
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  REQUIRE_EQ(send(pair[0], "abc", 3, 0), 3);
  REQUIRE_EQ(send(pair[0], "def", 3, 0), 3);
  CHECK_EQ(recv(pair[1], buffer, 6, MSG_WAITALL), 6);
  REQUIRE_EQ(send(pair[0], "gh", 2, 0), 2);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(recv(pair[1], buffer, 6, MSG_WAITALL), 2);
}

TEST(empty_packets) {
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  REQUIRE_EQ(send(pair[0], "", 0, 0), 0);
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), POLLIN);
  CHECK_EQ(recv(pair[1], buffer, 10, 0), 0);
  CHECK_ERRNO(recv(pair[1], buffer, 10, MSG_DONTWAIT), EAGAIN);
}

TEST(the_other_end_closes) {
  for (int k = 0; k < 3; k++) {
    int pair[2];
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    REQUIRE_EQ(send(pair[1], "last", 4, 0), 4);
    CHECK_OK(close(pair[1]));
    CHECK_EQ(recv(pair[0], buffer, 10, 0), 4);
    if (kinds[k] == SOCK_DGRAM) {
      CHECK_ERRNO(recv(pair[0], buffer, 10, MSG_DONTWAIT), EAGAIN);
      CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), ECONNREFUSED);
    } else {
      CHECK_EQ(recv(pair[0], buffer, 10, 0), 0);
      CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    }
  }
}

TEST(closing_with_unread_data_resets) {
  for (int k = 0; k < 3; k += 2) {
    int pair[2];
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    REQUIRE_EQ(send(pair[0], "lost", 4, 0), 4);
    CHECK_OK(close(pair[1]));
    CHECK_ERRNO(recv(pair[0], buffer, 10, 0), ECONNRESET);
    CHECK_EQ(recv(pair[0], buffer, 10, 0), 0);
  }
}

TEST(shutdown_of_one_direction) {
  for (int k = 0; k < 3; k += 2) {
    int pair[2];
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
    CHECK_OK(shutdown(pair[0], SHUT_WR));
    CHECK_ERRNO(send(pair[0], "y", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_EQ(recv(pair[1], buffer, 10, 0), 1);
    CHECK_EQ(recv(pair[1], buffer, 10, 0), 0);
    REQUIRE_EQ(send(pair[1], "back", 4, 0), 4);
    CHECK_EQ(recv(pair[0], buffer, 10, 0), 4);
    CHECK_OK(shutdown(pair[0], SHUT_RD));
    CHECK_EQ(recv(pair[0], buffer, 10, 0), 0);
    CHECK_ERRNO(send(pair[1], "z", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_ERRNO(shutdown(pair[0], 9), EINVAL);
  }
}

TEST(names) {
  for (int k = 0; k < 3; k++) {
    int pair[2];
    struct sockaddr_un name;
    socklen_t len = sizeof name;
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    memset(&name, 0x55, sizeof name);
    CHECK_OK(getsockname(pair[0], (struct sockaddr *)&name, &len));
    CHECK_EQ(len, sizeof(sa_family_t));
    CHECK_EQ(name.sun_family, AF_UNIX);
    len = sizeof name;
    CHECK_OK(getpeername(pair[0], (struct sockaddr *)&name, &len));
    CHECK_EQ(len, sizeof(sa_family_t));
  }
}

TEST(already_connected) {
  int pair[2];
  struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "/nowhere"};
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_ERRNO2(connect(pair[0], (struct sockaddr *)&name, sizeof name), EISCONN, ENOENT);
  CHECK_ERRNO(listen(pair[0], 5), EINVAL);
  CHECK_ERRNO(accept(pair[0], NULL, NULL), EINVAL);
}

TEST(a_full_stream) {
  int pair[2];
  long long sent, got = 0;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair));
  sent = t_fill(pair[0]);
  REQUIRE(sent >= 4096);
  CHECK_ERRNO(send(pair[0], "x", 1, 0), EAGAIN);
  CHECK_EQ(t_poll(pair[0], POLLOUT, 0), 0);
  got = t_drain(pair[1], sent, 0);
  CHECK_EQ(got, sent);
  CHECK_EQ(t_poll(pair[0], POLLOUT, 0), POLLOUT);
}

TEST(a_full_packet_queue) {
  for (int k = 1; k < 3; k++) {
    int pair[2], count = 0;
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k] | SOCK_NONBLOCK, 0, pair));
    memset(buffer, 'p', 1000);
    while (send(pair[0], buffer, 1000, 0) == 1000)
      REQUIRE(++count < 1000000);
    CHECK_EQ(errno, EAGAIN);
    CHECK(count > 0);
    CHECK_EQ(t_poll(pair[0], POLLOUT, 0), 0);
    for (int i = 0; i < count; i++)
      REQUIRE_EQ(recv(pair[1], buffer, sizeof buffer, 0), 1000);
    CHECK_ERRNO(recv(pair[1], buffer, sizeof buffer, 0), EAGAIN);
    CHECK_EQ(t_poll(pair[0], POLLOUT, 0), POLLOUT);
  }
}

TEST(packets_of_128_kib) {
  for (int k = 1; k < 3; k++) {
    int pair[2];
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    t_pattern(buffer, 131072, 0);
    REQUIRE_EQ(send(pair[0], buffer, 131072, 0), 131072);
    memset(buffer, 0, 131072);
    REQUIRE_EQ(recv(pair[1], buffer, sizeof buffer, 0), 131072);
    CHECK_EQ(t_pattern_match(buffer, 131072, 0), 131072);
  }
}

TEST(receive_timeout) {
  for (int k = 0; k < 3; k++) {
    int pair[2];
    struct timeval limit = {0, 50000};
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    CHECK_OK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
    long long start = t_now_ms();
    CHECK_ERRNO(recv(pair[0], buffer, 1, 0), EAGAIN);
    CHECK(t_now_ms() - start >= 49);
  }
}

TEST(send_timeout) {
  int pair[2];
  struct timeval limit = {0, 50000};
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  REQUIRE(t_fill(pair[0]) > 0);
  CHECK_OK(setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
  long long start = t_now_ms();
  CHECK_ERRNO(send(pair[0], buffer, 100000, MSG_NOSIGNAL), EAGAIN);
  CHECK(t_now_ms() - start >= 49);
}

TEST(a_duplicate_keeps_the_connection) {
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  int copy = dup(pair[1]);
  CHECK_OK(close(pair[1]));
  CHECK_ERRNO(recv(pair[0], buffer, 1, MSG_DONTWAIT), EAGAIN);
  REQUIRE_EQ(send(copy, "x", 1, 0), 1);
  CHECK_OK(close(copy));
  CHECK_EQ(recv(pair[0], buffer, 10, 0), 1);
  CHECK_EQ(recv(pair[0], buffer, 10, 0), 0);
}

TEST(vectors) {
  for (int k = 0; k < 3; k++) {
    int pair[2];
    char a[3];
    struct iovec out[2] = {{"abcd", 4}, {"efg", 3}}, in[2] = {{a, 3}, {buffer, 100}};
    REQUIRE_OK(socketpair(AF_UNIX, kinds[k], 0, pair));
    CHECK_EQ(writev(pair[0], out, 2), 7);
    CHECK_EQ(readv(pair[1], in, 2), 7);
    CHECK_MEM(a, "abc", 3);
    CHECK_MEM(buffer, "defg", 4);
  }
}

TEST(a_thousand_pairs) {
  for (int i = 0; i < 1000; i++) {
    int pair[2], got;
    REQUIRE_OK(socketpair(AF_UNIX, kinds[i % 3], 0, pair));
    REQUIRE_EQ(write(pair[0], &i, sizeof i), sizeof i);
    REQUIRE_EQ(read(pair[1], &got, sizeof got), sizeof got);
    CHECK_EQ(got, i);
    CHECK_OK(close(pair[0]));
    CHECK_OK(close(pair[1]));
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(create);
  RUN(what_is_refused);
  RUN(both_directions);
  RUN(streams_have_no_boundaries_and_packets_do);
  RUN(truncation_and_peeking);
  RUN(peeking_at_a_stream);
  RUN(waitall_is_satisfied_over_several_sends);
  RUN(empty_packets);
  RUN(the_other_end_closes);
  RUN(closing_with_unread_data_resets);
  RUN(shutdown_of_one_direction);
  RUN(names);
  RUN(already_connected);
  RUN(a_full_stream);
  RUN(a_full_packet_queue);
  RUN(packets_of_128_kib);
  RUN(receive_timeout);
  RUN(send_timeout);
  RUN(a_duplicate_keeps_the_connection);
  RUN(vectors);
  RUN(a_thousand_pairs);
  return T_END();
}
