/* sendmmsg hands several datagrams to the host at once: which of them go together must not show.
 * sendmmsg(2), udp(7). */
#include "../t.h"

enum { COUNT = 50, PARTS = 5 };
static struct mmsghdr messages[COUNT];
static struct iovec parts[COUNT][PARTS];
static unsigned char data[COUNT][2000], got[70000];
static struct t_addr names[COUNT];
static size_t sizes[COUNT];

/* Message i is the pattern from i on, in one piece. */
static void lay_out(int count, const struct t_addr *to) {
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < count; i++) {
    sizes[i] = (size_t)i * 37 % 1500;
    t_pattern(data[i], sizes[i], (uint64_t)i);
    parts[i][0] = (struct iovec){data[i], sizes[i]};
    messages[i].msg_hdr.msg_iov = parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_len = 7777;
    if (to) {
      names[i] = *to;
      messages[i].msg_hdr.msg_name = &names[i].sa;
      messages[i].msg_hdr.msg_namelen = to->len;
    }
  }
}

/* Message i is what comes next. */
static void check_next(int fd, int i) {
  REQUIRE_EQ(recv(fd, got, sizeof got, 0), sizes[i]);
  CHECK_EQ(t_pattern_match(got, sizes[i], (uint64_t)i), sizes[i]);
}

static void check_sent(int count) {
  for (int i = 0; i < count; i++)
    CHECK_EQ(messages[i].msg_len, sizes[i]);
}

static void sizes_and_order(int family, int connected) {
  int from = socket(family, SOCK_DGRAM, 0), to = t_bound(family, SOCK_DGRAM);
  struct t_addr name = t_local(to);
  REQUIRE_OK(from);
  if (connected)
    REQUIRE_OK(t_connect(from, name));
  lay_out(COUNT, connected ? NULL : &name);
  REQUIRE_EQ(sendmmsg(from, messages, COUNT, 0), COUNT);
  check_sent(COUNT);
  for (int i = 0; i < COUNT; i++)
    check_next(to, i);
}

TEST(unconnected_v4) { sizes_and_order(AF_INET, 0); }
TEST(unconnected_v6) { sizes_and_order(AF_INET6, 0); }
TEST(connected_v4) { sizes_and_order(AF_INET, 1); }
TEST(connected_v6) { sizes_and_order(AF_INET6, 1); }

TEST(the_peer_by_name_on_a_connected_socket) {
  int from = t_bound(AF_INET, SOCK_DGRAM), to = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to);
  REQUIRE_OK(t_connect(from, name));
  lay_out(COUNT, &name);
  REQUIRE_EQ(sendmmsg(from, messages, COUNT, 0), COUNT);
  for (int i = 0; i < COUNT; i++)
    check_next(to, i);
}

TEST(in_several_parts) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  lay_out(COUNT, NULL);
  for (int i = 0; i < COUNT; i++) {
    size_t done = 0, count = (size_t)i % (PARTS + 1);
    if (count == 0)
      sizes[i] = 0;
    for (size_t k = 0; k < count; k++) {
      size_t size = k + 1 < count ? sizes[i] / count : sizes[i] - done;
      parts[i][k] = (struct iovec){data[i] + done, size};
      done += size;
    }
    messages[i].msg_hdr.msg_iovlen = count;
  }
  REQUIRE_EQ(sendmmsg(pair[0], messages, COUNT, 0), COUNT);
  check_sent(COUNT);
  for (int i = 0; i < COUNT; i++)
    check_next(pair[1], i);
}

/* To sockets of both families in turn, from one that reaches both. */
TEST(both_families_in_one_call) {
  int from = socket(AF_INET6, SOCK_DGRAM, 0), off = 0;
  int to[2] = {t_bound(AF_INET, SOCK_DGRAM), t_bound(AF_INET6, SOCK_DGRAM)};
  REQUIRE_OK(setsockopt(from, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off));
  lay_out(COUNT, NULL);
  for (int i = 0; i < COUNT; i++) {
    /* Rows of one, two, three, ... of a family. */
    int v6 = i * i / 8 % 2;
    names[i] = t_local(to[v6]);
    if (!v6) {
      names[i] = t_loopback(AF_INET6, t_port(to[0]));
      REQUIRE_EQ(inet_pton(AF_INET6, "::ffff:127.0.0.1", &names[i].sa.in6.sin6_addr), 1);
    }
    messages[i].msg_hdr.msg_name = &names[i].sa;
    messages[i].msg_hdr.msg_namelen = names[i].len;
  }
  REQUIRE_EQ(sendmmsg(from, messages, COUNT, 0), COUNT);
  check_sent(COUNT);
  for (int i = 0; i < COUNT; i++)
    check_next(to[i * i / 8 % 2], i);
}

/* The bad one ends the row wherever it stands; the ones before it are gone, those after are not. */
static void bad_one(int at, void (*spoil)(struct msghdr *), int error) {
  int from = t_bound(AF_INET, SOCK_DGRAM), to = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to);
  lay_out(COUNT, &name);
  spoil(&messages[at].msg_hdr);
  if (at == 0) {
    CHECK_ERRNO(sendmmsg(from, messages, COUNT, 0), error);
  } else {
    REQUIRE_EQ(sendmmsg(from, messages, COUNT, 0), at);
    check_sent(at);
  }
  CHECK_EQ(messages[at].msg_len, 7777);
  CHECK_ERRNO(sendmmsg(from, messages + at, 1, 0), error);
  REQUIRE_EQ(sendmmsg(from, messages + at + 1, (unsigned)(COUNT - at - 1), 0), COUNT - at - 1);
  for (int i = 0; i < COUNT; i++)
    if (i != at)
      check_next(to, i);
}

static const int places[] = {0, 1, 5, 15, 16, 17, 33};
#define EVERYWHERE(spoil, error)                                                                   \
  for (size_t k = 0; k < sizeof places / sizeof *places; k++)                                      \
  bad_one(places[k], spoil, error)

static struct iovec too_long = {got, 65508};
static void spoil_size(struct msghdr *message) { message->msg_iov = &too_long; }
static void spoil_port(struct msghdr *message) {
  ((struct sockaddr_in *)message->msg_name)->sin_port = 0;
}
static void spoil_name(struct msghdr *message) { message->msg_name = NULL; }
static void spoil_length(struct msghdr *message) { message->msg_namelen = 3; }
static void spoil_parts(struct msghdr *message) {
  message->msg_iov = t_hide_pointer(UINTPTR_MAX - 4095);
}
static struct iovec nowhere;
static void spoil_data(struct msghdr *message) {
  nowhere = (struct iovec){t_hide_pointer(UINTPTR_MAX - 4095), 100};
  message->msg_iov = &nowhere;
}

TEST(one_is_too_long) { EVERYWHERE(spoil_size, EMSGSIZE); }
TEST(one_goes_to_port_0) { EVERYWHERE(spoil_port, EINVAL); }
TEST(one_has_no_destination) { EVERYWHERE(spoil_name, EDESTADDRREQ); }
TEST(one_has_a_short_name) { EVERYWHERE(spoil_length, EINVAL); }
TEST(one_has_its_parts_nowhere) { EVERYWHERE(spoil_parts, EFAULT); }
TEST(one_has_its_data_nowhere) { EVERYWHERE(spoil_data, EFAULT); }

/* Nobody there: the first call finds out, a later one tells, and nothing is told twice. */
TEST(a_refusal_is_told_once) {
  int from = socket(AF_INET, SOCK_DGRAM, 0), gone = t_bound(AF_INET, SOCK_DGRAM), error = 0;
  struct t_addr name = t_local(gone);
  REQUIRE_OK(t_connect(from, name));
  CHECK_OK(close(gone));
  lay_out(2, NULL);
  REQUIRE_EQ(sendmmsg(from, messages, 1, 0), 1);
  REQUIRE(t_wait(from, POLLERR));
  CHECK_ERRNO(sendmmsg(from, messages, 2, 0), ECONNREFUSED);
  socklen_t size = sizeof error;
  CHECK_OK(getsockopt(from, SOL_SOCKET, SO_ERROR, &error, &size));
  CHECK_EQ(error, 0);
}

TEST(more_makes_one_datagram_of_all) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  lay_out(8, NULL);
  size_t total = 0;
  for (int i = 0; i < 8; i++)
    total += sizes[i];
  REQUIRE_EQ(sendmmsg(pair[0], messages, 8, MSG_MORE), 8);
  check_sent(8);
  CHECK_EQ(t_poll(pair[1], POLLIN, 20), 0);
  REQUIRE_EQ(send(pair[0], "!", 1, 0), 1);
  CHECK_EQ(recv(pair[1], got, sizeof got, 0), total + 1);
}

TEST(shut_down) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  lay_out(3, NULL);
  CHECK_ERRNO(sendmmsg(pair[0], messages, 3, MSG_NOSIGNAL), EPIPE);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(unconnected_v4);
  RUN(unconnected_v6);
  RUN(connected_v4);
  RUN(connected_v6);
  RUN(the_peer_by_name_on_a_connected_socket);
  RUN(in_several_parts);
  RUN(both_families_in_one_call);
  RUN(one_is_too_long);
  RUN(one_goes_to_port_0);
  RUN(one_has_no_destination);
  RUN(one_has_a_short_name);
  RUN(one_has_its_parts_nowhere);
  RUN(one_has_its_data_nowhere);
  RUN(a_refusal_is_told_once);
  RUN(more_makes_one_datagram_of_all);
  RUN(shut_down);
  return T_END();
}
