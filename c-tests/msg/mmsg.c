/* sendmmsg and recvmmsg. sendmmsg(2), recvmmsg(2); ideas: LTP sendmmsg01/02, recvmmsg01, gVisor
 * SendmmsgIsLimitedByMAXIOV. */
#include "../t.h"

enum { MANY = 40 };
static struct mmsghdr messages[2000];
static struct iovec parts[2000];
static char text[MANY][32], back[MANY][32];

static void lay_out(char (*buffers)[32], int count) {
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < count; i++) {
    parts[i] = (struct iovec){buffers[i], sizeof buffers[i]};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_len = 777;
  }
}

static void lay_out_text(int count) {
  lay_out(text, count);
  for (int i = 0; i < count; i++)
    parts[i].iov_len = (size_t)snprintf(text[i], sizeof text[i], "message number %d", i);
}

TEST(many_in_one_call) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  lay_out_text(MANY);
  REQUIRE_EQ(sendmmsg(pair[0], messages, MANY, 0), MANY);
  for (int i = 0; i < MANY; i++)
    CHECK_EQ(messages[i].msg_len, strlen(text[i]));
  for (int got = 0; got < MANY;) {
    lay_out(back, MANY);
    int n = recvmmsg(pair[1], messages, (unsigned)(MANY - got), MSG_WAITFORONE, NULL);
    REQUIRE(n > 0 && n <= MANY - got);
    for (int i = 0; i < n; i++, got++) {
      CHECK_EQ(messages[i].msg_len, strlen(text[got]));
      CHECK_MEM(back[i], text[got], strlen(text[got]));
      CHECK_EQ(messages[i].msg_hdr.msg_flags & MSG_TRUNC, 0);
    }
  }
  CHECK_ERRNO(recvmmsg(pair[1], messages, 5, MSG_DONTWAIT, NULL), EAGAIN);
}

TEST(a_blocking_receive_waits_for_all) {
  int peer = peer_open(), fd = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE(peer_run(peer, "udp 0 127.0.0.1"));
  REQUIRE_OK(peer_start(peer, "burst 0 127.0.0.1 %d 3 10", t_port(fd)));
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "burst 0 127.0.0.1 %d 2 20", t_port(fd)));
  lay_out(back, MANY);
  REQUIRE_EQ(recvmmsg(fd, messages, 5, 0, NULL), 5);
  for (int i = 0; i < 5; i++)
    CHECK_EQ(messages[i].msg_len, i < 3 ? 10 : 20);
}

TEST(dontwait_takes_what_is_there) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  lay_out_text(3);
  REQUIRE_EQ(sendmmsg(pair[0], messages, 3, 0), 3);
  int got = 0;
  while (got < 3) {
    REQUIRE(t_wait(pair[1], POLLIN));
    lay_out(back, MANY);
    int n = recvmmsg(pair[1], messages, MANY, MSG_DONTWAIT, NULL);
    REQUIRE(n > 0);
    got += n;
  }
  CHECK_EQ(got, 3);
}

TEST(the_timeout_is_looked_at_after_each_datagram) {
  int pair[2];
  struct timespec zero = {0, 0}, bad = {0, 1000000000};
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  lay_out_text(1);
  REQUIRE_EQ(sendmmsg(pair[0], messages, 1, 0), 1);
  lay_out(back, MANY);
  CHECK_EQ(recvmmsg(pair[1], messages, 5, 0, &zero), 1);
  CHECK_ERRNO(recvmmsg(pair[1], messages, 5, MSG_DONTWAIT, &bad), EINVAL);
}

TEST(every_message_has_a_destination_of_its_own) {
  int from = t_bound(AF_INET, SOCK_DGRAM), to[4];
  struct t_addr names[4];
  lay_out_text(4);
  for (int i = 0; i < 4; i++) {
    REQUIRE_OK(to[i] = t_bound(AF_INET, SOCK_DGRAM));
    names[i] = t_local(to[i]);
    messages[i].msg_hdr.msg_name = &names[i].sa;
    messages[i].msg_hdr.msg_namelen = names[i].len;
  }
  REQUIRE_EQ(sendmmsg(from, messages, 4, 0), 4);
  for (int i = 0; i < 4; i++) {
    CHECK_EQ(recv(to[i], back[i], sizeof back[i], 0), strlen(text[i]));
    CHECK_MEM(back[i], text[i], strlen(text[i]));
  }
}

TEST(every_message_has_a_sender_of_its_own) {
  int to = t_bound(AF_INET, SOCK_DGRAM), from[3];
  struct t_addr name = t_local(to), senders[3];
  for (int i = 0; i < 3; i++) {
    REQUIRE_OK(from[i] = t_bound(AF_INET, SOCK_DGRAM));
    REQUIRE_EQ(sendto(from[i], "x", 1, 0, &name.sa.any, name.len), 1);
    REQUIRE(t_wait(to, POLLIN));
  }
  lay_out(back, 3);
  for (int i = 0; i < 3; i++) {
    messages[i].msg_hdr.msg_name = &senders[i].sa;
    messages[i].msg_hdr.msg_namelen = sizeof senders[i].sa;
  }
  REQUIRE_EQ(recvmmsg(to, messages, 3, 0, NULL), 3);
  int seen = 0;
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(messages[i].msg_hdr.msg_namelen, sizeof(struct sockaddr_in));
    for (int k = 0; k < 3; k++)
      seen |= t_addr_port(&senders[i]) == t_port(from[k]) ? 1 << k : 0;
  }
  CHECK_EQ(seen, 7);
}

TEST(an_error_after_the_first_gives_the_count) {
  int from = t_bound(AF_INET, SOCK_DGRAM), to = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr name = t_local(to);
  lay_out_text(3);
  messages[0].msg_hdr.msg_name = &name.sa;
  messages[0].msg_hdr.msg_namelen = name.len;
  /* The second has no destination. */
  CHECK_EQ(sendmmsg(from, messages, 3, 0), 1);
  CHECK_ERRNO(sendmmsg(from, messages + 1, 2, 0), EDESTADDRREQ);
}

TEST(truncation_of_each) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "a long datagram", 15, 0), 15);
  REQUIRE_EQ(send(pair[0], "tiny", 4, 0), 4);
  lay_out(back, 2);
  parts[0].iov_len = 6;
  REQUIRE_EQ(recvmmsg(pair[1], messages, 2, 0, NULL), 2);
  CHECK_EQ(messages[0].msg_len, 6);
  CHECK_EQ(messages[0].msg_hdr.msg_flags & MSG_TRUNC, MSG_TRUNC);
  CHECK_EQ(messages[1].msg_len, 4);
  CHECK_EQ(messages[1].msg_hdr.msg_flags & MSG_TRUNC, 0);
}

TEST(over_a_stream) {
  int pair[2];
  char all[100];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  lay_out_text(3);
  size_t total = strlen(text[0]) * 3;
  REQUIRE_EQ(sendmmsg(pair[0], messages, 3, 0), 3);
  CHECK_EQ(t_recv_all(pair[1], all, total), total);
  CHECK_MEM(all, text[0], strlen(text[0]));
  CHECK_MEM(all + strlen(text[0]), text[1], strlen(text[1]));
}

TEST(nothing_and_too_many) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_EQ(sendmmsg(pair[0], messages, 0, 0), 0);
  CHECK_EQ(recvmmsg(pair[0], messages, 0, MSG_DONTWAIT, NULL), 0);
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < 2000; i++) {
    parts[i] = (struct iovec){"z", 1};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  CHECK_EQ(sendmmsg(pair[0], messages, 2000, 0), 1024);
}

/* recvmmsg(2), BUGS: after a message the call succeeds, and a later call tells the error. */
TEST(an_error_after_the_first_is_told_by_the_next_call) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  for (int i = 0; i < 4; i++)
    REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  for (int again = 0; again < 2; again++) {
    lay_out(back, 3);
    messages[1].msg_hdr.msg_iovlen = 5000;
    CHECK_EQ(recvmmsg(pair[1], messages, 3, 0, NULL), 1);
    if (again == 0)
      CHECK_ERRNO(recvmmsg(pair[1], messages, 3, 0, NULL), EMSGSIZE);
    else
      CHECK_EQ(t_get_int(pair[1], SOL_SOCKET, SO_ERROR), EMSGSIZE);
  }
  lay_out(back, 3);
  CHECK_EQ(recvmmsg(pair[1], messages, 2, 0, NULL), 2);
}

/* Even before data, and where no message is asked for. */
TEST(an_error_that_waits_is_told_first) {
  static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET};
  for (int i = 0; i < 2; i++)
    for (unsigned asked = 0; asked < 3; asked += 2) {
      int pair[2];
      REQUIRE_OK(socketpair(AF_UNIX, types[i], 0, pair));
      CHECK_EQ(send(pair[0], "lost", 4, 0), 4);
      CHECK_EQ(send(pair[1], "kept", 4, 0), 4);
      CHECK_OK(close(pair[1]));
      lay_out(back, 2);
      CHECK_ERRNO(recvmmsg(pair[0], messages, asked, 0, NULL), ECONNRESET);
      /* The data, and the end. */
      CHECK_EQ(recvmmsg(pair[0], messages, asked, 0, NULL), asked);
    }
}

TEST(bad_arguments) {
  int pair[2];
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  lay_out_text(2);
  CHECK_ERRNO(sendmmsg(-1, messages, 2, 0), EBADF);
  CHECK_ERRNO(recvmmsg(-1, messages, 2, MSG_DONTWAIT, NULL), EBADF);
  CHECK_ERRNO(sendmmsg(pair[0], t_hide_pointer(UINTPTR_MAX - 4095), 2, 0), EFAULT);
  CHECK_ERRNO(recvmmsg(pair[0], messages, 2, MSG_DONTWAIT, NULL), EAGAIN);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(many_in_one_call);
  RUN(a_blocking_receive_waits_for_all);
  RUN(dontwait_takes_what_is_there);
  RUN(the_timeout_is_looked_at_after_each_datagram);
  RUN(every_message_has_a_destination_of_its_own);
  RUN(every_message_has_a_sender_of_its_own);
  RUN(an_error_after_the_first_gives_the_count);
  RUN(truncation_of_each);
  RUN(over_a_stream);
  RUN(nothing_and_too_many);
  RUN(an_error_after_the_first_is_told_by_the_next_call);
  RUN(an_error_that_waits_is_told_first);
  RUN(bad_arguments);
  return T_END();
}
