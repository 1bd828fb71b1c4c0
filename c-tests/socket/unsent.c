/* How much of what was sent still waits: SIOCOUTQ of tcp(7) and udp(7), TIOCOUTQ. */
#include "../t.h"

#include <linux/sockios.h>

static int waiting(int fd) {
  int count = -1;
  return ioctl(fd, SIOCOUTQ, &count) == 0 ? count : -1;
}

TEST(nothing_waits_on_a_fresh_socket) {
  int count = -1, fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(waiting(fd), 0);
  CHECK_OK(ioctl(fd, TIOCOUTQ, &count));
  CHECK_EQ(count, 0);
  REQUIRE_OK(fd = socket(AF_INET, SOCK_DGRAM, 0));
  CHECK_EQ(waiting(fd), 0);
}

TEST(what_more_holds_back_waits) {
  int pair[2], count = -1;
  char data[8];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "abc", 3, MSG_MORE), 3);
  CHECK_OK(ioctl(pair[0], SIOCOUTQNSD, &count));
  CHECK_EQ(count, 3);
  CHECK_EQ(send(pair[0], "d", 1, 0), 1);
  CHECK_EQ(recv(pair[1], data, 4, MSG_WAITALL), 4);
  /* The receiver has it; the acknowledgement may be on its way. */
  for (long long end = t_now_ms() + T_LIMIT_MS; waiting(pair[0]) > 0 && t_now_ms() < end;)
    usleep(1000);
  CHECK_EQ(waiting(pair[0]), 0);
}

TEST(a_full_connection_has_much_waiting) {
  int pair[2];
  static char data[65536];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(fcntl(pair[0], F_SETFL, O_NONBLOCK));
  long long total = 0;
  /* Until it stays full: what the system takes over late makes room again. */
  for (int tries = 0; tries < 20; tries++) {
    ssize_t sent;
    while ((sent = send(pair[0], data, sizeof data, 0)) > 0)
      total += sent;
    REQUIRE(sent == -1 && errno == EAGAIN);
    if (waiting(pair[0]) > 0)
      break;
    usleep(10000);
  }
  int full = waiting(pair[0]);
  CHECK(full > 0 && full <= total);
  while (total > 0) {
    ssize_t got = recv(pair[1], data, sizeof data, 0);
    REQUIRE(got > 0);
    total -= got;
  }
  for (long long end = t_now_ms() + T_LIMIT_MS; waiting(pair[0]) > 0 && t_now_ms() < end;)
    usleep(1000);
  CHECK_EQ(waiting(pair[0]), 0);
}

TEST(a_local_stream_has_waiting_what_the_peer_has_not_read) {
  int pair[2];
  char data[16];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_EQ(waiting(pair[0]), 0);
  CHECK_EQ(send(pair[0], "hello", 5, 0), 5);
  CHECK(waiting(pair[0]) >= 5);
  CHECK_EQ(waiting(pair[1]), 0);
  CHECK_EQ(recv(pair[1], data, 2, 0), 2);
  CHECK(waiting(pair[0]) > 0);
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), 3);
  CHECK_EQ(waiting(pair[0]), 0);
}

TEST(a_local_datagram_waits_until_it_is_read) {
  int pair[2];
  char data[16];
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  CHECK_EQ(send(pair[0], "hello", 5, 0), 5);
  CHECK(waiting(pair[0]) >= 5);
  CHECK_EQ(recv(pair[1], data, sizeof data, 0), 5);
  CHECK_EQ(waiting(pair[0]), 0);
}

TEST(who_has_no_such_queue) {
  int count, fds[2], fd = t_listener(AF_INET);
  CHECK_ERRNO(ioctl(fd, SIOCOUTQ, &count), EINVAL);
  REQUIRE_OK(pipe(fds));
  CHECK_ERRNO(ioctl(fds[1], TIOCOUTQ, &count), ENOTTY);
  REQUIRE_OK(fd = socket(AF_INET, SOCK_DGRAM, 0));
  CHECK_ERRNO(ioctl(fd, SIOCOUTQNSD, &count), ENOTTY);
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
  CHECK_ERRNO(ioctl(fds[0], SIOCOUTQNSD, &count), ENOTTY);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(nothing_waits_on_a_fresh_socket);
  RUN(what_more_holds_back_waits);
  RUN(a_full_connection_has_much_waiting);
  RUN(a_local_stream_has_waiting_what_the_peer_has_not_read);
  RUN(a_local_datagram_waits_until_it_is_read);
  RUN(who_has_no_such_queue);
  return T_END();
}
