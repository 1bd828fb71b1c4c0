/* Messages keep their bounds: one send is one message for one receive, whatever the flags. */
#include "../t.h"
#include <sys/un.h>

/* No receive of these tests may hang. */
static void limit(int fd) {
  struct timeval two_seconds = {2, 0};
  REQUIRE_OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &two_seconds, sizeof two_seconds));
}

static ssize_t take(int fd, void *buffer, size_t size) {
  if (!t_wait(fd, POLLIN))
    return -1;
  return recv(fd, buffer, size, MSG_DONTWAIT);
}

TEST(waitall_takes_one_packet) {
  int pair[2];
  char got[64];
  struct iovec part = {got, sizeof got};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
  limit(pair[1]);
  CHECK_EQ(send(pair[0], "first", 5, 0), 5);
  CHECK_EQ(send(pair[0], "2nd", 3, 0), 3);
  CHECK_EQ(recv(pair[1], got, sizeof got, MSG_WAITALL | MSG_PEEK), 5);
  CHECK_EQ(recvmsg(pair[1], &message, MSG_WAITALL), 5);
  CHECK_EQ(message.msg_flags & MSG_TRUNC, 0);
  CHECK_EQ(recv(pair[1], got, 2, MSG_WAITALL | MSG_TRUNC), 3);
  CHECK_ERRNO(recv(pair[1], got, sizeof got, MSG_DONTWAIT), EAGAIN);
}

TEST(waitall_still_fills_a_stream) {
  int pair[2];
  char got[8];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  limit(pair[1]);
  CHECK_EQ(send(pair[0], "abc", 3, 0), 3);
  CHECK_EQ(send(pair[0], "defgh", 5, 0), 5);
  CHECK_EQ(recv(pair[1], got, sizeof got, MSG_WAITALL), 8);
  CHECK_MEM(got, "abcdefgh", 8);
}

/* writev() of no bytes never gets to the socket; the other calls send an empty message. */
TEST(writev_of_nothing_sends_nothing) {
  static const int kinds[] = {SOCK_DGRAM, SOCK_SEQPACKET};
  struct iovec parts[2] = {{"x", 0}, {NULL, 0}};
  struct msghdr none = {.msg_iov = parts, .msg_iovlen = 2};
  char got[8];
  for (int i = 0; i < 2; i++) {
    int pair[2];
    REQUIRE_OK(socketpair(AF_UNIX, kinds[i], 0, pair));
    CHECK_EQ(writev(pair[0], parts, 2), 0);
    CHECK_EQ(writev(pair[0], NULL, 0), 0);
    CHECK_ERRNO(recv(pair[1], got, sizeof got, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(write(pair[0], "", 0), 0);
    CHECK_EQ(sendmsg(pair[0], &none, 0), 0);
    CHECK_EQ(send(pair[0], "end", 3, 0), 3);
    CHECK_EQ(recv(pair[1], got, sizeof got, MSG_DONTWAIT), 0);
    CHECK_EQ(recv(pair[1], got, sizeof got, MSG_DONTWAIT), 0);
    CHECK_EQ(recv(pair[1], got, sizeof got, MSG_DONTWAIT), 3);
  }
  int udp[2];
  REQUIRE_OK(t_udp_pair(AF_INET, udp));
  CHECK_EQ(writev(udp[0], parts, 2), 0);
  CHECK_EQ(write(udp[0], "", 0), 0);
  CHECK_EQ(send(udp[0], "end", 3, 0), 3);
  CHECK_EQ(take(udp[1], got, sizeof got), 0);
  CHECK_EQ(take(udp[1], got, sizeof got), 3);
}

TEST(writev_of_nothing_misses_nothing) {
  struct iovec part = {NULL, 0};
  int pair[2], ends[2], alone = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_EQ(writev(alone, &part, 1), 0);
  CHECK_EQ(writev(socket(AF_INET, SOCK_STREAM, 0), &part, 1), 0);
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_OK(close(pair[1]));
  CHECK_EQ(writev(pair[0], &part, 1), 0);
  REQUIRE_OK(pipe(ends));
  CHECK_ERRNO(writev(ends[0], &part, 1), EBADF);
  CHECK_ERRNO(readv(ends[1], &part, 1), EBADF);
  CHECK_OK(close(ends[0]));
  CHECK_EQ(writev(ends[1], &part, 1), 0);
}

/* A datagram under construction has its destination: what else is named is not looked at. */
TEST(a_corked_datagram_has_its_destination) {
  int first = t_bound(AF_INET, SOCK_DGRAM), second = t_bound(AF_INET, SOCK_DGRAM);
  int fd = socket(AF_INET, SOCK_DGRAM, 0), tcp = t_listener(AF_INET6);
  struct t_addr to = t_local(first), other = t_local(second), wrong = t_local(tcp);
  char got[16];
  CHECK_EQ(sendto(fd, "one ", 4, MSG_MORE, &to.sa.any, to.len), 4);
  CHECK_EQ(send(fd, "two ", 4, MSG_MORE), 4);
  CHECK_EQ(sendto(fd, "3", 1, MSG_MORE, &other.sa.any, other.len), 1);
  CHECK_EQ(sendto(fd, "4", 1, MSG_MORE, &wrong.sa.any, wrong.len), 1);
  CHECK_EQ(sendto(fd, "5", 1, 0, &other.sa.any, 3), 1);
  CHECK_EQ(take(first, got, sizeof got), 11);
  CHECK_MEM(got, "one two 345", 11);
  CHECK_ERRNO(recv(second, got, sizeof got, MSG_DONTWAIT), EAGAIN);
  CHECK_ERRNO(send(fd, "6", 1, 0), EDESTADDRREQ);
}

TEST(a_cork_that_is_pulled_sends_where_it_began) {
  int first = t_bound(AF_INET6, SOCK_DGRAM), second = t_bound(AF_INET6, SOCK_DGRAM);
  int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  struct t_addr to = t_local(first), other = t_local(second);
  char got[16];
  CHECK_OK(t_set_int(fd, IPPROTO_UDP, 1 /* UDP_CORK */, 1));
  CHECK_EQ(sendto(fd, "ab", 2, 0, &to.sa.any, to.len), 2);
  CHECK_EQ(sendto(fd, "cd", 2, 0, &other.sa.any, other.len), 2);
  CHECK_OK(t_set_int(fd, IPPROTO_UDP, 1, 0));
  CHECK_EQ(take(first, got, sizeof got), 4);
  CHECK_MEM(got, "abcd", 4);
  CHECK_ERRNO(recv(second, got, sizeof got, MSG_DONTWAIT), EAGAIN);
}

static char large[66000], room[70000];

static void largest(int family, int domain, int size) {
  int to = t_bound(family, SOCK_DGRAM), fd = socket(domain, SOCK_DGRAM, 0);
  struct t_addr at = t_local(to);
  CHECK_EQ(sendto(fd, large, (size_t)size, 0, &at.sa.any, at.len), size);
  CHECK_EQ(take(to, room, sizeof room), size);
  CHECK_MEM(room, large, (size_t)size);
  CHECK_ERRNO(sendto(fd, large, (size_t)size + 1, 0, &at.sa.any, at.len), EMSGSIZE);
  /* In two parts, with and without MSG_MORE. */
  struct iovec parts[2] = {{large, 40000}, {large + 40000, (size_t)size - 40000}};
  struct msghdr whole = {
      .msg_name = &at.sa, .msg_namelen = at.len, .msg_iov = parts, .msg_iovlen = 2};
  CHECK_EQ(sendmsg(fd, &whole, 0), size);
  CHECK_EQ(take(to, room, sizeof room), size);
  CHECK_EQ(sendto(fd, large, 40000, MSG_MORE, &at.sa.any, at.len), 40000);
  CHECK_EQ(sendto(fd, large, (size_t)size - 40000, 0, &at.sa.any, at.len), size - 40000);
  CHECK_EQ(take(to, room, sizeof room), size);
  CHECK_EQ(sendto(fd, large, 40000, MSG_MORE, &at.sa.any, at.len), 40000);
  CHECK_ERRNO(sendto(fd, large, (size_t)size - 39999, 0, &at.sa.any, at.len), EMSGSIZE);
  CHECK_ERRNO(recv(to, room, sizeof room, MSG_DONTWAIT), EAGAIN);
}

TEST(the_largest_datagram_over_ipv4) { largest(AF_INET, AF_INET, 65507); }

TEST(the_largest_datagram_over_ipv6) { largest(AF_INET6, AF_INET6, 65527); }

/* Over what is addressed counts, not the socket. */
TEST(the_largest_datagram_to_a_mapped_address) { largest(AF_INET, AF_INET6, 65507); }

/* The length that recvfrom() gave for a peer without name goes into sendto(). */
TEST(an_address_without_length_is_none) {
  static const int kinds[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
  struct sockaddr_storage name;
  char got[4];
  for (int i = 0; i < 3; i++) {
    int pair[2];
    socklen_t length = sizeof name;
    memset(&name, 0x55, sizeof name);
    REQUIRE_OK(socketpair(AF_UNIX, kinds[i], 0, pair));
    CHECK_EQ(send(pair[0], "ab", 2, 0), 2);
    CHECK_EQ(recvfrom(pair[1], got, 4, MSG_DONTWAIT, (struct sockaddr *)&name, &length), 2);
    CHECK_EQ(length, 0);
    CHECK_EQ(sendto(pair[1], "cde", 3, 0, (struct sockaddr *)&name, length), 3);
    CHECK_EQ(recv(pair[0], got, 4, MSG_DONTWAIT), 3);
  }
  int alone = socket(AF_UNIX, SOCK_DGRAM, 0), udp[2];
  CHECK_ERRNO(sendto(alone, "x", 1, 0, (struct sockaddr *)&name, 0), ENOTCONN);
  /* UDP takes an address at its word, unless sendmsg() names it. */
  struct iovec part = {"x", 1};
  struct msghdr message = {.msg_name = &name, .msg_iov = &part, .msg_iovlen = 1};
  REQUIRE_OK(t_udp_pair(AF_INET, udp));
  CHECK_ERRNO(sendto(udp[0], "x", 1, 0, (struct sockaddr *)&name, 0), EINVAL);
  CHECK_EQ(sendmsg(udp[0], &message, 0), 1);
  CHECK_EQ(take(udp[1], got, sizeof got), 1);
}

TEST(close_on_exec_is_handed_back) {
  int pair[2];
  char got[4];
  struct iovec part = {got, 4};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  CHECK_EQ(send(pair[0], "12345678", 8, 0), 8);
  CHECK_EQ(send(pair[0], "12", 2, 0), 2);
  CHECK_EQ(recvmsg(pair[1], &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT), 4);
  CHECK_EQ(message.msg_flags, MSG_TRUNC | MSG_CMSG_CLOEXEC);
  CHECK_EQ(recvmsg(pair[1], &message, MSG_DONTWAIT), 2);
  CHECK_EQ(message.msg_flags, 0);
}

/* MSG_OOB means nothing to UDP over IPv6, and where an end is reached that comes first. */
TEST(out_of_band) {
  int udp[2], six[2], tcp[2];
  char got[4];
  REQUIRE_OK(t_udp_pair(AF_INET, udp));
  CHECK_ERRNO(send(udp[0], "x", 1, MSG_OOB), EOPNOTSUPP);
  CHECK_EQ(send(udp[0], "y", 1, 0), 1);
  CHECK(t_wait(udp[1], POLLIN));
  CHECK_EQ(recv(udp[1], got, 4, MSG_OOB | MSG_DONTWAIT), 1);
  REQUIRE_OK(t_udp_pair(AF_INET6, six));
  CHECK_EQ(send(six[0], "xy", 2, MSG_OOB), 2);
  CHECK_EQ(take(six[1], got, 4), 2);
  REQUIRE_OK(t_tcp_pair(AF_INET, tcp));
  CHECK_OK(shutdown(tcp[0], SHUT_WR));
  CHECK_ERRNO(send(tcp[0], "x", 1, MSG_OOB | MSG_NOSIGNAL), EPIPE);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  t_pattern(large, sizeof large, 7);
  RUN(waitall_takes_one_packet);
  RUN(waitall_still_fills_a_stream);
  RUN(writev_of_nothing_sends_nothing);
  RUN(writev_of_nothing_misses_nothing);
  RUN(a_corked_datagram_has_its_destination);
  RUN(a_cork_that_is_pulled_sends_where_it_began);
  RUN(the_largest_datagram_over_ipv4);
  RUN(the_largest_datagram_over_ipv6);
  RUN(the_largest_datagram_to_a_mapped_address);
  RUN(an_address_without_length_is_none);
  RUN(close_on_exec_is_handed_back);
  RUN(out_of_band);
  return T_END();
}
