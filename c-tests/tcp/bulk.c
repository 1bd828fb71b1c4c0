/* Large transfers with another process, checked by hash: blocking sends return the full count,
 * whatever the reader's pace. send(2), recv(2), POSIX 2024 send(). */
#include "../t.h"

#define BULK (16 << 20)
static unsigned char data[BULK];

TEST(blocking_send_to_a_slow_reader) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  t_pattern(data, sizeof data, 0);
  REQUIRE_OK(peer_start(peer, "drain 1 65536 500"));
  CHECK_EQ(send(fd, data, sizeof data, 0), sizeof data);
  CHECK_OK(close(fd));
  peer_check_drained(peer, data, sizeof data);
}

TEST(blocking_write_to_a_fast_reader) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  t_pattern(data, sizeof data, 7);
  REQUIRE_OK(peer_start(peer, "drain 1"));
  CHECK_EQ(write(fd, data, sizeof data), sizeof data);
  CHECK_OK(shutdown(fd, SHUT_WR));
  peer_check_drained(peer, data, sizeof data);
}

TEST(blocking_writev_of_many_parts) {
  int peer = peer_open(), fd = peer_connection(peer);
  struct iovec iov[64];
  REQUIRE(fd >= 0);
  t_pattern(data, sizeof data, 3);
  for (size_t i = 0; i < 64; i++)
    iov[i] = (struct iovec){data + i * (BULK / 64), BULK / 64};
  REQUIRE_OK(peer_start(peer, "drain 1"));
  CHECK_EQ(writev(fd, iov, 64), BULK);
  CHECK_OK(close(fd));
  peer_check_drained(peer, data, sizeof data);
}

TEST(nonblocking_send_with_poll) {
  int peer = peer_open(), fd = peer_connection(peer);
  size_t done = 0;
  REQUIRE(fd >= 0);
  REQUIRE_OK(t_set_nonblock(fd, 1));
  t_pattern(data, sizeof data, 0);
  REQUIRE_OK(peer_start(peer, "drain 1"));
  while (done < sizeof data) {
    ssize_t n = send(fd, data + done, sizeof data - done, 0);
    if (n == -1) {
      REQUIRE_EQ(errno, EAGAIN);
      REQUIRE(t_wait(fd, POLLOUT));
    } else
      done += (size_t)n;
  }
  CHECK_OK(close(fd));
  peer_check_drained(peer, data, sizeof data);
}

TEST(receive_16_mib) {
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  REQUIRE_OK(peer_start(peer, "write 1 %d", BULK));
  REQUIRE_OK(peer_start(peer, "close 1"));
  CHECK_EQ(t_drain(fd, BULK + 1, 0), BULK);
  CHECK(peer_answer(peer));
}

TEST(receive_with_poll) {
  int peer = peer_open(), fd = peer_connection(peer);
  long long done = 0;
  REQUIRE(fd >= 0);
  REQUIRE_OK(t_set_nonblock(fd, 1));
  REQUIRE_OK(peer_start(peer, "write 1 4194304 10000 100"));
  while (done < 4194304) {
    REQUIRE(t_wait(fd, POLLIN));
    ssize_t n = recv(fd, data, sizeof data, 0);
    REQUIRE(n > 0);
    REQUIRE_EQ(t_pattern_match(data, (size_t)n, (uint64_t)done), n);
    done += n;
  }
  CHECK_EQ(done, 4194304);
  CHECK(peer_answer(peer));
}

TEST(echo_both_ways) {
  int peer = peer_open(), fd = peer_connection(peer);
  long long sent = 0, got = 0, total = 8 << 20;
  REQUIRE(fd >= 0);
  REQUIRE_OK(t_set_nonblock(fd, 1));
  t_pattern(data, sizeof data, 0);
  REQUIRE_OK(peer_start(peer, "echo 1"));
  static unsigned char in[65536];
  while (got < total) {
    int events = t_poll(fd, POLLIN | (sent < total ? POLLOUT : 0), T_LIMIT_MS);
    REQUIRE(events > 0);
    if (events & POLLOUT) {
      ssize_t n = send(fd, data + sent, (size_t)(total - sent), 0);
      REQUIRE(n > 0 || errno == EAGAIN);
      sent += n > 0 ? n : 0;
    }
    if (events & POLLIN) {
      ssize_t n = recv(fd, in, sizeof in, 0);
      REQUIRE(n > 0);
      REQUIRE_EQ(t_pattern_match(in, (size_t)n, (uint64_t)got), n);
      got += n;
    }
  }
  CHECK_OK(shutdown(fd, SHUT_WR));
  CHECK_EQ(t_number(peer_answer(peer)), total);
}

TEST(many_small_messages) {
  int peer = peer_open(), fd = peer_connection(peer);
  char out[64], in[64];
  REQUIRE(fd >= 0);
  REQUIRE_OK(peer_start(peer, "echo 1"));
  for (uint64_t i = 0; i < 2000; i++) {
    t_pattern(out, sizeof out, i * 64);
    REQUIRE_EQ(send(fd, out, sizeof out, 0), sizeof out);
    REQUIRE_EQ(recv(fd, in, sizeof in, MSG_WAITALL), sizeof in);
    REQUIRE(memcmp(in, out, sizeof in) == 0);
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(blocking_send_to_a_slow_reader);
  RUN(blocking_write_to_a_fast_reader);
  RUN(blocking_writev_of_many_parts);
  RUN(nonblocking_send_with_poll);
  RUN(receive_16_mib);
  RUN(receive_with_poll);
  RUN(echo_both_ways);
  RUN(many_small_messages);
  return T_END();
}
