/* sendmsg and recvmsg: scatter, gather, names, flags, limits. sendmsg(2), recvmsg(2), POSIX; ideas:
 * LTP sendmsg01, recvmsg01/02, gVisor socket_generic, passt recv-zero. */
#include "../t.h"

#ifndef IOV_MAX
#define IOV_MAX 1024
#endif

static struct iovec parts[IOV_MAX + 1];
static unsigned char data[8192], back[8192];

static struct msghdr message_of(struct iovec *iov, size_t count) {
  struct msghdr m;
  memset(&m, 0, sizeof m);
  m.msg_iov = iov;
  m.msg_iovlen = count;
  return m;
}

TEST(gather_and_scatter_over_tcp) {
  int pair[2];
  char a[4], b[1], c[16];
  struct iovec out[4] = {{"first ", 6}, {"", 0}, {"second", 6}, {"!", 1}};
  struct iovec in[3] = {{a, sizeof a}, {b, sizeof b}, {c, sizeof c}};
  struct msghdr send_it = message_of(out, 4), get_it = message_of(in, 3);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(sendmsg(pair[0], &send_it, 0), 13);
  REQUIRE(t_wait_bytes(pair[1], 13));
  get_it.msg_flags = -1;
  REQUIRE_EQ(recvmsg(pair[1], &get_it, 0), 13);
  CHECK_MEM(a, "firs", 4);
  CHECK_MEM(b, "t", 1);
  CHECK_MEM(c, " second!", 8);
  CHECK_EQ(get_it.msg_flags & (MSG_TRUNC | MSG_CTRUNC | MSG_EOR | MSG_OOB), 0);
}

TEST(one_datagram_from_many_parts) {
  int to = t_bound(AF_INET, SOCK_DGRAM), from = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to), me = t_local(from), sender;
  struct iovec out[3] = {{"ab", 2}, {"cd", 2}, {"efg", 3}}, in[2] = {{back, 3}, {back + 100, 100}};
  struct msghdr send_it = message_of(out, 3), get_it = message_of(in, 2);
  send_it.msg_name = &name.sa;
  send_it.msg_namelen = name.len;
  REQUIRE_EQ(sendmsg(from, &send_it, 0), 7);
  get_it.msg_name = &sender.sa;
  get_it.msg_namelen = sizeof sender.sa;
  REQUIRE_EQ(recvmsg(to, &get_it, 0), 7);
  CHECK_MEM(back, "abc", 3);
  CHECK_MEM(back + 100, "defg", 4);
  CHECK_EQ(get_it.msg_namelen, sizeof(struct sockaddr_in));
  CHECK(t_addr_same(&sender, &me));
  CHECK_EQ(get_it.msg_controllen, 0);
}

TEST(a_truncated_datagram_is_flagged) {
  int pair[2];
  struct iovec in = {back, 4};
  struct msghdr get_it = message_of(&in, 1);
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "0123456789", 10, 0), 10);
  REQUIRE_EQ(send(pair[0], "next", 4, 0), 4);
  CHECK_EQ(recvmsg(pair[1], &get_it, MSG_PEEK), 4);
  CHECK_EQ(get_it.msg_flags & MSG_TRUNC, MSG_TRUNC);
  CHECK_EQ(recvmsg(pair[1], &get_it, MSG_PEEK | MSG_TRUNC), 10);
  CHECK_EQ(recvmsg(pair[1], &get_it, 0), 4);
  CHECK_EQ(get_it.msg_flags & MSG_TRUNC, MSG_TRUNC);
  CHECK_EQ(recvmsg(pair[1], &get_it, 0), 4);
  CHECK_EQ(get_it.msg_flags & MSG_TRUNC, 0);
}

TEST(without_parts_a_datagram_is_discarded) {
  int pair[2];
  struct msghdr get_it = message_of(NULL, 0);
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "gone", 4, 0), 4);
  REQUIRE_EQ(send(pair[0], "kept", 4, 0), 4);
  CHECK_EQ(recvmsg(pair[1], &get_it, 0), 0);
  CHECK_EQ(get_it.msg_flags & MSG_TRUNC, MSG_TRUNC);
  CHECK_EQ(recv(pair[1], back, sizeof back, 0), 4);
  CHECK_MEM(back, "kept", 4);
}

TEST(without_parts_an_empty_datagram_is_sent) {
  int pair[2];
  struct msghdr send_it = message_of(NULL, 0);
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_EQ(sendmsg(pair[0], &send_it, 0), 0);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_EQ(recv(pair[1], back, sizeof back, 0), 0);
}

TEST(the_flags_of_the_message_are_not_read) {
  int pair[2];
  struct iovec part = {back, 10};
  struct msghdr m = message_of(&part, 1);
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  m.msg_flags = MSG_OOB | MSG_DONTWAIT;
  memcpy(back, "0123456789", 10);
  CHECK_EQ(sendmsg(pair[0], &m, 0), 10);
  m.msg_flags = MSG_PEEK | MSG_OOB;
  CHECK_EQ(recvmsg(pair[1], &m, 0), 10);
  CHECK_EQ(m.msg_flags & (MSG_PEEK | MSG_OOB), 0);
  CHECK_ERRNO(recv(pair[1], back, 10, MSG_DONTWAIT), EAGAIN);
}

TEST(a_stream_has_no_name_to_give) {
  int pair[2];
  struct t_addr name;
  struct iovec part = {back, 10};
  struct msghdr m = message_of(&part, 1);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "hello", 5, 0), 5);
  m.msg_name = &name.sa;
  m.msg_namelen = sizeof name.sa;
  REQUIRE_EQ(recvmsg(pair[1], &m, 0), 5);
  CHECK_EQ(m.msg_namelen, 0);
}

TEST(a_short_name_is_cut_and_its_length_told) {
  int to = t_bound(AF_INET6, SOCK_DGRAM), from = t_bound(AF_INET6, SOCK_DGRAM);
  struct t_addr name = t_local(to), me = t_local(from);
  unsigned char got[40];
  struct iovec part = {back, 10};
  struct msghdr m = message_of(&part, 1);
  REQUIRE_EQ(sendto(from, "x", 1, 0, &name.sa.any, name.len), 1);
  memset(got, 0x55, sizeof got);
  m.msg_name = got;
  m.msg_namelen = 8;
  REQUIRE_EQ(recvmsg(to, &m, 0), 1);
  CHECK_EQ(m.msg_namelen, sizeof(struct sockaddr_in6));
  CHECK_MEM(got, &me.sa, 8);
  CHECK_EQ(got[8], 0x55);
}

TEST(the_number_of_parts_is_limited) {
  int pair[2];
  for (int i = 0; i <= IOV_MAX; i++)
    parts[i] = (struct iovec){data + i, 1};
  CHECK_EQ(IOV_MAX, 1024);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  t_pattern(data, IOV_MAX + 1, 0);
  struct msghdr m = message_of(parts, IOV_MAX);
  REQUIRE_EQ(sendmsg(pair[0], &m, 0), IOV_MAX);
  CHECK_EQ(t_drain(pair[1], IOV_MAX, 0), IOV_MAX);
  m.msg_iovlen = IOV_MAX + 1;
  CHECK_ERRNO(sendmsg(pair[0], &m, 0), EMSGSIZE);
  CHECK_ERRNO(recvmsg(pair[1], &m, MSG_DONTWAIT), EMSGSIZE);
  m.msg_iovlen = (size_t)t_hide(INT_MAX);
  CHECK_ERRNO(sendmsg(pair[0], &m, 0), EMSGSIZE);
}

TEST(a_thousand_parts_of_one_datagram) {
  int pair[2];
  for (int i = 0; i < IOV_MAX; i++)
    parts[i] = (struct iovec){data + i * 3, 3};
  t_pattern(data, IOV_MAX * 3, 0);
  struct msghdr m = message_of(parts, IOV_MAX);
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(sendmsg(pair[0], &m, 0), IOV_MAX * 3);
  REQUIRE_EQ(recv(pair[1], back, sizeof back, 0), IOV_MAX * 3);
  CHECK_EQ(t_pattern_match(back, IOV_MAX * 3, 0), IOV_MAX * 3);
}

TEST(bad_pointers) {
  int pair[2];
  void *nowhere = t_hide_pointer(UINTPTR_MAX - 4095);
  struct iovec part = {nowhere, 10};
  struct msghdr m = message_of(&part, 1);
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_ERRNO(sendmsg(pair[0], t_hide_pointer(0), 0), EFAULT);
  CHECK_ERRNO(recvmsg(pair[0], t_hide_pointer(0), MSG_DONTWAIT), EFAULT);
  CHECK_ERRNO(sendmsg(pair[0], &m, 0), EFAULT);
  m = message_of(nowhere, 1);
  CHECK_ERRNO(sendmsg(pair[0], &m, 0), EFAULT);
  part = (struct iovec){data, 5};
  m = message_of(&part, 1);
  m.msg_name = nowhere;
  m.msg_namelen = 16;
  CHECK_ERRNO(sendmsg(pair[0], &m, 0), EFAULT);
}

TEST(bad_arguments) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), file = open("msg.tmp", O_RDWR | O_CREAT, 0600);
  struct t_addr name = t_local(fd);
  struct iovec part = {data, 5};
  struct msghdr m = message_of(&part, 1);
  CHECK_ERRNO(sendmsg(-1, &m, 0), EBADF);
  CHECK_ERRNO(recvmsg(-1, &m, 0), EBADF);
  CHECK_ERRNO(sendmsg(file, &m, 0), ENOTSOCK);
  CHECK_ERRNO(recvmsg(file, &m, 0), ENOTSOCK);
  CHECK_ERRNO(sendmsg(fd, &m, 0), EDESTADDRREQ);
  m.msg_name = &name.sa;
  m.msg_namelen = 3;
  CHECK_ERRNO(sendmsg(fd, &m, 0), EINVAL);
  m.msg_namelen = (socklen_t)-1;
  CHECK_ERRNO(sendmsg(fd, &m, 0), EINVAL);
  CHECK_ERRNO(recvmsg(fd, &m, MSG_DONTWAIT), EINVAL);
  m.msg_namelen = name.len;
  part.iov_len = (size_t)-1;
  CHECK_ERRNO(sendmsg(fd, &m, 0), EINVAL);
  part.iov_len = 5;
  CHECK_EQ(sendmsg(fd, &m, 0), 5);
  CHECK_OK(unlink("msg.tmp"));
}

TEST(flags_of_the_call) {
  int pair[2];
  struct iovec part = {back, 100};
  struct msghdr m = message_of(&part, 1);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(recvmsg(pair[1], &m, MSG_DONTWAIT), EAGAIN);
  REQUIRE_EQ(send(pair[0], "abcdef", 6, 0), 6);
  REQUIRE(t_wait_bytes(pair[1], 6));
  part.iov_len = 3;
  CHECK_EQ(recvmsg(pair[1], &m, MSG_PEEK), 3);
  part.iov_len = 6;
  CHECK_EQ(recvmsg(pair[1], &m, MSG_WAITALL), 6);
  CHECK_MEM(back, "abcdef", 6);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_ERRNO(sendmsg(pair[0], &m, MSG_NOSIGNAL), EPIPE);
  CHECK_EQ(recvmsg(pair[1], &m, 0), 0);
}

TEST(the_error_queue_is_empty) {
  int pair[2];
  struct iovec part = {back, 100};
  struct msghdr m = message_of(&part, 1);
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_ERRNO(recvmsg(pair[0], &m, MSG_ERRQUEUE), EAGAIN);
  CHECK_ERRNO(recv(pair[0], back, 10, MSG_ERRQUEUE), EAGAIN);
}

TEST(no_urgent_data_is_waiting) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO2(recv(pair[1], back, 1, MSG_OOB), EINVAL, EOPNOTSUPP);
}

TEST(a_large_message_over_a_blocking_stream_is_whole) {
  enum { SIZE = 3000000 };
  int peer = peer_open(), fd = socket(AF_INET, SOCK_STREAM, 0);
  unsigned char *large = malloc(SIZE);
  int port = (int)peer_number(peer, "listen 0 127.0.0.1");
  REQUIRE(large && port > 0);
  REQUIRE_OK(t_connect(fd, t_loopback(AF_INET, port)));
  REQUIRE(peer_run(peer, "accept 1 0"));
  REQUIRE_OK(peer_start(peer, "drain 1"));
  t_pattern(large, SIZE, 0);
  struct iovec out[3] = {{large, 10}, {large + 10, 2000000}, {large + 2000010, SIZE - 2000010}};
  struct msghdr m = message_of(out, 3);
  CHECK_EQ(sendmsg(fd, &m, 0), SIZE);
  CHECK_OK(close(fd));
  char want[60];
  snprintf(want, sizeof want, "%d %016llx eof", SIZE,
           (unsigned long long)t_hash(T_HASH_START, large, SIZE));
  CHECK_STR(peer_answer(peer), want);
  free(large);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(gather_and_scatter_over_tcp);
  RUN(one_datagram_from_many_parts);
  RUN(a_truncated_datagram_is_flagged);
  RUN(without_parts_a_datagram_is_discarded);
  RUN(without_parts_an_empty_datagram_is_sent);
  RUN(the_flags_of_the_message_are_not_read);
  RUN(a_stream_has_no_name_to_give);
  RUN(a_short_name_is_cut_and_its_length_told);
  RUN(the_number_of_parts_is_limited);
  RUN(a_thousand_parts_of_one_datagram);
  RUN(bad_pointers);
  RUN(bad_arguments);
  RUN(flags_of_the_call);
  RUN(the_error_queue_is_empty);
  RUN(no_urgent_data_is_waiting);
  RUN(a_large_message_over_a_blocking_stream_is_whole);
  return T_END();
}
