/* What recvmsg(2) tells of a datagram beside its sender, and what sendmsg(2) may be told:
 * SO_TIMESTAMP of socket(7), IP_PKTINFO of ip(7), IPV6_RECVPKTINFO of ipv6(7). */
#include "../t.h"

static union {
  struct cmsghdr header;
  char bytes[256];
} control;

static struct msghdr message;
static char byte;
static struct iovec part = {&byte, 1};

/* Receives one byte with at most `room` bytes of control messages. */
static ssize_t receive(int fd, size_t room, int flags) {
  memset(&control, 0, sizeof control);
  memset(&message, 0, sizeof message);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = room;
  return recvmsg(fd, &message, flags);
}

/* The content of a control message just received. */
static void *told(int level, int type, size_t size) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
    if (c->cmsg_level == level && c->cmsg_type == type)
      return c->cmsg_len == CMSG_LEN(size) ? CMSG_DATA(c) : NULL;
  return NULL;
}

static int how_many(void) {
  int count = 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
    count++;
  return count;
}

/* Sends one byte with one control message. */
static ssize_t send_with(int fd, struct t_addr to, int level, int type, const void *data,
                         size_t size) {
  memset(&control, 0, sizeof control);
  memset(&message, 0, sizeof message);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = CMSG_SPACE(size);
  message.msg_name = &to.sa;
  message.msg_namelen = to.len;
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(c), data, size);
  return sendmsg(fd, &message, 0);
}

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void send_byte(int fd, struct t_addr to) {
  CHECK_EQ(sendto(fd, "x", 1, 0, &to.sa.any, to.len), 1);
}

/* Both sockets: 0 sends, 1 receives. */
static void makes_stamps(int sender, int receiver, struct t_addr *to) {
  struct timeval stamp;
  struct timespec fine;
  void *found;
  REQUIRE_OK(t_set_int(receiver, SOL_SOCKET, SO_TIMESTAMP, 1));
  CHECK_EQ(t_get_int(receiver, SOL_SOCKET, SO_TIMESTAMP), 1);
  long long before = now_ns();
  if (to)
    send_byte(sender, *to);
  else
    CHECK_EQ(send(sender, "x", 1, 0), 1);
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  long long after = now_ns();
  CHECK_EQ(how_many(), 1);
  REQUIRE((found = told(SOL_SOCKET, SCM_TIMESTAMP, sizeof stamp)) != NULL);
  memcpy(&stamp, found, sizeof stamp);
  long long came = stamp.tv_sec * 1000000000LL + stamp.tv_usec * 1000LL;
  CHECK(stamp.tv_usec >= 0 && stamp.tv_usec < 1000000);
  /* Two clocks are compared, and microseconds were cut off. */
  CHECK(came >= before - 1000000 && came <= after + 1000000);

  REQUIRE_OK(t_set_int(receiver, SOL_SOCKET, SO_TIMESTAMPNS, 1));
  CHECK_EQ(t_get_int(receiver, SOL_SOCKET, SO_TIMESTAMP), 0);
  if (to)
    send_byte(sender, *to);
  else
    CHECK_EQ(send(sender, "x", 1, 0), 1);
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  after = now_ns();
  CHECK_EQ(how_many(), 1);
  REQUIRE((found = told(SOL_SOCKET, SCM_TIMESTAMPNS, sizeof fine)) != NULL);
  memcpy(&fine, found, sizeof fine);
  came = fine.tv_sec * 1000000000LL + fine.tv_nsec;
  CHECK(fine.tv_nsec >= 0 && fine.tv_nsec < 1000000000);
  CHECK(came >= before - 1000000 && came <= after + 1000000);

  REQUIRE_OK(t_set_int(receiver, SOL_SOCKET, SO_TIMESTAMPNS, 0));
  if (to)
    send_byte(sender, *to);
  else
    CHECK_EQ(send(sender, "x", 1, 0), 1);
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  CHECK_EQ(how_many(), 0);
}

TEST(when_a_udp_datagram_came) {
  int receiver = t_bound(AF_INET, SOCK_DGRAM), sender = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr to = t_local(receiver);
  makes_stamps(sender, receiver, &to);
}

TEST(when_a_local_datagram_came) {
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  makes_stamps(pair[0], pair[1], NULL);
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
  makes_stamps(pair[0], pair[1], NULL);
}

TEST(a_local_stream_has_no_stamps) {
  int pair[2];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  REQUIRE_OK(t_set_int(pair[1], SOL_SOCKET, SO_TIMESTAMP, 1));
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE_EQ(receive(pair[1], sizeof control, 0), 1);
  CHECK_EQ(how_many(), 0);
}

TEST(a_stamp_is_of_the_arrival) {
  int receiver = t_bound(AF_INET, SOCK_DGRAM), sender = t_bound(AF_INET, SOCK_DGRAM);
  struct timespec fine;
  void *found;
  REQUIRE_OK(t_set_int(receiver, SOL_SOCKET, SO_TIMESTAMPNS, 1));
  send_byte(sender, t_local(receiver));
  /* Seeing that something is there takes it over from the host. */
  REQUIRE(t_wait_bytes(receiver, 1) >= 0);
  long long seen = now_ns();
  usleep(100000);
  REQUIRE_EQ(receive(receiver, sizeof control, MSG_PEEK), 1);
  REQUIRE((found = told(SOL_SOCKET, SCM_TIMESTAMPNS, sizeof fine)) != NULL);
  memcpy(&fine, found, sizeof fine);
  /* Reckoned from two clocks, one of which may count milliseconds: half of the pause. */
  CHECK(fine.tv_sec * 1000000000LL + fine.tv_nsec <= seen + 50000000);
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  CHECK(told(SOL_SOCKET, SCM_TIMESTAMPNS, sizeof fine) != NULL);
}

static struct in_pktinfo told_v4(void) {
  struct in_pktinfo info;
  void *found = told(IPPROTO_IP, IP_PKTINFO, sizeof info);
  memset(&info, 0, sizeof info);
  if (CHECK(found != NULL))
    memcpy(&info, found, sizeof info);
  return info;
}

static struct in6_pktinfo told_v6(void) {
  struct in6_pktinfo info;
  void *found = told(IPPROTO_IPV6, IPV6_PKTINFO, sizeof info);
  memset(&info, 0, sizeof info);
  if (CHECK(found != NULL))
    memcpy(&info, found, sizeof info);
  return info;
}

TEST(which_address_a_datagram_was_sent_to) {
  int receiver = t_bound(AF_INET, SOCK_DGRAM), sender = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IP, IP_PKTINFO, 1));
  send_byte(sender, t_local(receiver));
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  struct in_pktinfo info = told_v4();
  CHECK_EQ(info.ipi_addr.s_addr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(info.ipi_spec_dst.s_addr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(info.ipi_ifindex, 1);
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IP, IP_PKTINFO, 0));
  send_byte(sender, t_local(receiver));
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  CHECK_EQ(how_many(), 0);
}

TEST(asked_before_bind) {
  int receiver, sender = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(receiver = socket(AF_INET, SOCK_DGRAM, 0));
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IP, IP_PKTINFO, 1));
  REQUIRE_OK(t_bind(receiver, t_loopback(AF_INET, 0)));
  send_byte(sender, t_local(receiver));
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  CHECK_EQ(told_v4().ipi_addr.s_addr, htonl(INADDR_LOOPBACK));
}

TEST(a_connected_socket_knows_its_address) {
  int receiver, sender = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(receiver = socket(AF_INET, SOCK_DGRAM, 0));
  REQUIRE_OK(t_connect(receiver, t_local(sender)));
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IP, IP_PKTINFO, 1));
  send_byte(sender, t_local(receiver));
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  CHECK_EQ(told_v4().ipi_addr.s_addr, htonl(INADDR_LOOPBACK));
}

TEST(the_wildcard_has_many_addresses) {
  SKIP_WASM("pktinfo-wildcard");
  int receiver, sender = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(receiver = socket(AF_INET, SOCK_DGRAM, 0));
  REQUIRE_OK(t_bind(receiver, t_wildcard(AF_INET, 0)));
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IP, IP_PKTINFO, 1));
  send_byte(sender, t_loopback(AF_INET, t_port(receiver)));
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  CHECK_EQ(told_v4().ipi_addr.s_addr, htonl(INADDR_LOOPBACK));
}

TEST(the_wildcard_promises_only_what_it_delivers) {
  int receiver, sender = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(receiver = socket(AF_INET, SOCK_DGRAM, 0));
  REQUIRE_OK(t_bind(receiver, t_wildcard(AF_INET, 0)));
  int promised = t_set_int(receiver, IPPROTO_IP, IP_PKTINFO, 1) == 0;
  CHECK(promised || errno == ENOPROTOOPT);
  send_byte(sender, t_loopback(AF_INET, t_port(receiver)));
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  CHECK_EQ(how_many(), promised);
}

TEST(which_ipv6_address_a_datagram_was_sent_to) {
  int receiver = t_bound(AF_INET6, SOCK_DGRAM), sender = t_bound(AF_INET6, SOCK_DGRAM);
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1));
  send_byte(sender, t_local(receiver));
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  struct in6_pktinfo info = told_v6();
  CHECK_MEM(&info.ipi6_addr, &in6addr_loopback, sizeof info.ipi6_addr);
  CHECK_EQ(info.ipi6_ifindex, 1);
}

TEST(both_kinds_on_a_mapped_address) {
  int receiver, sender = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr any = t_wildcard(AF_INET6, 0);
  struct in6_addr mapped;
  REQUIRE_EQ(inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped), 1);
  any.sa.in6.sin6_addr = mapped;
  REQUIRE_OK(receiver = socket(AF_INET6, SOCK_DGRAM, 0));
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IPV6, IPV6_V6ONLY, 0));
  REQUIRE_OK(t_bind(receiver, any));
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1));
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IP, IP_PKTINFO, 1));
  send_byte(sender, t_loopback(AF_INET, t_port(receiver)));
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  CHECK_EQ(how_many(), 2);
  struct in6_pktinfo info = told_v6();
  CHECK_MEM(&info.ipi6_addr, &mapped, sizeof mapped);
  CHECK_EQ(told_v4().ipi_addr.s_addr, htonl(INADDR_LOOPBACK));
}

TEST(everything_at_once) {
  int receiver = t_bound(AF_INET, SOCK_DGRAM), sender = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(t_set_int(receiver, SOL_SOCKET, SO_TIMESTAMP, 1));
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IP, IP_PKTINFO, 1));
  send_byte(sender, t_local(receiver));
  REQUIRE_EQ(receive(receiver, sizeof control, 0), 1);
  CHECK_EQ(how_many(), 2);
  CHECK(told(SOL_SOCKET, SCM_TIMESTAMP, sizeof(struct timeval)) != NULL);
  CHECK_EQ(told_v4().ipi_ifindex, 1);
  CHECK_EQ(message.msg_flags & MSG_CTRUNC, 0);
}

TEST(what_does_not_fit_is_cut) {
  int receiver = t_bound(AF_INET, SOCK_DGRAM), sender = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(t_set_int(receiver, IPPROTO_IP, IP_PKTINFO, 1));
  size_t rooms[] = {0, sizeof(struct cmsghdr) - 1, CMSG_LEN(4)};
  for (unsigned i = 0; i < sizeof rooms / sizeof *rooms; i++) {
    send_byte(sender, t_local(receiver));
    REQUIRE_EQ(receive(receiver, rooms[i], 0), 1);
    CHECK_EQ(message.msg_flags & MSG_CTRUNC, MSG_CTRUNC);
    CHECK_EQ(message.msg_controllen, i == 2 ? CMSG_LEN(4) : 0);
  }
  CHECK(CMSG_FIRSTHDR(&message) != NULL && CMSG_FIRSTHDR(&message)->cmsg_len == CMSG_LEN(4));
}

TEST(sending_from_a_chosen_address) {
  int receiver = t_bound(AF_INET, SOCK_DGRAM), sender = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr to = t_local(receiver);
  struct in_pktinfo info;
  memset(&info, 0, sizeof info);
  CHECK_EQ(send_with(sender, to, IPPROTO_IP, IP_PKTINFO, &info, sizeof info), 1);
  info.ipi_spec_dst.s_addr = htonl(INADDR_LOOPBACK);
  CHECK_EQ(send_with(sender, to, IPPROTO_IP, IP_PKTINFO, &info, sizeof info), 1);
  info.ipi_ifindex = 1;
  CHECK_EQ(send_with(sender, to, IPPROTO_IP, IP_PKTINFO, &info, sizeof info), 1);
  info.ipi_ifindex = 9999;
  CHECK_ERRNO(send_with(sender, to, IPPROTO_IP, IP_PKTINFO, &info, sizeof info), ENODEV);
  info.ipi_ifindex = 0;
  info.ipi_spec_dst.s_addr = inet_addr("192.0.2.1");
  CHECK_ERRNO2(send_with(sender, to, IPPROTO_IP, IP_PKTINFO, &info, sizeof info), EINVAL,
               ENETUNREACH);
  CHECK_ERRNO(send_with(sender, to, IPPROTO_IP, IP_PKTINFO, &info, sizeof info - 4), EINVAL);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(recv(receiver, &byte, 1, 0), 1);
  CHECK_ERRNO(recv(receiver, &byte, 1, MSG_DONTWAIT), EAGAIN);
}

TEST(sending_from_a_chosen_ipv6_address) {
  int receiver = t_bound(AF_INET6, SOCK_DGRAM), sender = t_bound(AF_INET6, SOCK_DGRAM);
  struct t_addr to = t_local(receiver);
  struct in6_pktinfo info;
  memset(&info, 0, sizeof info);
  CHECK_EQ(send_with(sender, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info), 1);
  info.ipi6_addr = in6addr_loopback;
  CHECK_EQ(send_with(sender, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info), 1);
  info.ipi6_ifindex = 9999;
  CHECK_ERRNO(send_with(sender, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info), ENODEV);
  info.ipi6_ifindex = 0;
  REQUIRE_EQ(inet_pton(AF_INET6, "2001:db8::1", &info.ipi6_addr), 1);
  CHECK_ERRNO(send_with(sender, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info), EINVAL);
  CHECK_ERRNO(send_with(sender, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, 4), EINVAL);
}

TEST(an_answer_leaves_from_where_the_question_went) {
  int server = t_bound(AF_INET, SOCK_DGRAM), client = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(t_set_int(server, IPPROTO_IP, IP_PKTINFO, 1));
  send_byte(client, t_local(server));
  REQUIRE_EQ(receive(server, sizeof control, 0), 1);
  struct in_pktinfo info = told_v4();
  CHECK_EQ(send_with(server, t_local(client), IPPROTO_IP, IP_PKTINFO, &info, sizeof info), 1);
  struct t_addr from = {.len = sizeof from.sa}, expected = t_local(server);
  REQUIRE_EQ(recvfrom(client, &byte, 1, 0, &from.sa.any, &from.len), 1);
  CHECK(t_addr_same(&from, &expected));
}

TEST(messages_for_other_levels_are_passed_over) {
  int pair[2], value = 1;
  struct t_addr to;
  int receiver = t_bound(AF_INET, SOCK_DGRAM), sender = t_bound(AF_INET, SOCK_DGRAM);
  to = t_local(receiver);
  CHECK_EQ(send_with(sender, to, IPPROTO_TCP, 77, &value, sizeof value), 1);
  CHECK_EQ(send_with(sender, to, 200, 77, &value, sizeof value), 1);
  CHECK_EQ(send_with(sender, to, IPPROTO_IP, IP_TOS, &value, sizeof value), 1);
  CHECK_ERRNO(send_with(sender, to, IPPROTO_UDP, 77, &value, sizeof value), EINVAL);
  CHECK_ERRNO(send_with(sender, to, SOL_SOCKET, 99, &value, sizeof value), EINVAL);
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  struct t_addr none = {.len = 0};
  CHECK_EQ(send_with(pair[0], none, IPPROTO_IP, 77, &value, sizeof value), 1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(when_a_udp_datagram_came);
  RUN(when_a_local_datagram_came);
  RUN(a_local_stream_has_no_stamps);
  RUN(a_stamp_is_of_the_arrival);
  RUN(which_address_a_datagram_was_sent_to);
  RUN(asked_before_bind);
  RUN(a_connected_socket_knows_its_address);
  RUN(the_wildcard_has_many_addresses);
  RUN(the_wildcard_promises_only_what_it_delivers);
  RUN(which_ipv6_address_a_datagram_was_sent_to);
  RUN(both_kinds_on_a_mapped_address);
  RUN(everything_at_once);
  RUN(what_does_not_fit_is_cut);
  RUN(sending_from_a_chosen_address);
  RUN(sending_from_a_chosen_ipv6_address);
  RUN(an_answer_leaves_from_where_the_question_went);
  RUN(messages_for_other_levels_are_passed_over);
  return T_END();
}
