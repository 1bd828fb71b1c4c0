/* Random mixtures of calls on one connection, from fixed seeds: whatever the order of peeks,
 * vectors, truncations, corks and flags, the bytes are the same and in order. */
#include "../t.h"

static uint32_t state;

/* A number below n. */
static uint32_t below(uint32_t n) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % n;
}

static unsigned char out[70000], in[70000];

/* One way of sending up to `most` bytes of the pattern from `at` on: the count. */
static ssize_t send_some(int fd, uint64_t at, uint32_t most) {
  static const uint32_t sizes[] = {1, 2, 64, 511, 512, 1400, 4096, 20000, 65536};
  uint32_t size = 1 + below(sizes[below(9)]);
  if (size > most)
    size = most;
  t_pattern(out, size, at);
  switch (below(6)) {
  case 0:
    return write(fd, out, size);
  case 1: {
    uint32_t cut = below(size + 1);
    struct iovec iov[] = {{out, cut}, {out, 0}, {out + cut, size - cut}};
    return writev(fd, iov, 3);
  }
  case 2:
    return send(fd, out, size, MSG_MORE);
  case 3:
    return send(fd, out, size, MSG_DONTWAIT);
  default:
    return send(fd, out, size, 0);
  }
}

/* One way of receiving: the count that was consumed, -2 when the bytes were wrong. */
static ssize_t receive_some(int fd, uint64_t at) {
  uint32_t size = 1 + below(below(2) ? 60000 : 100);
  ssize_t n;
  memset(in, 0, 16);
  switch (below(7)) {
  case 0:
    n = read(fd, in, size);
    break;
  case 1: {
    uint32_t cut = below(size + 1);
    struct iovec iov[] = {{in, cut}, {in, 0}, {in + cut, size - cut}};
    n = readv(fd, iov, 3);
    break;
  }
  case 2:
    n = recv(fd, in, size, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0 && t_pattern_match(in, (size_t)n, at) != (size_t)n)
      return -2;
    return n > 0 || errno == EAGAIN ? 0 : n;
  case 3:
    /* Thrown away unseen; at most a few, or little would be left to compare. */
    return recv(fd, in, 1 + below(5), MSG_TRUNC | MSG_DONTWAIT);
  case 4: {
    int ready = 0;
    if (ioctl(fd, FIONREAD, &ready) == -1)
      return -1;
    if (ready > (int)sizeof in)
      ready = sizeof in;
    n = recv(fd, in, ready ? (size_t)ready : 1, ready ? MSG_WAITALL : MSG_DONTWAIT);
    if (ready && n != ready)
      return -2;
    break;
  }
  default:
    n = recv(fd, in, size, MSG_DONTWAIT);
  }
  if (n > 0 && t_pattern_match(in, (size_t)n, at) != (size_t)n)
    return -2;
  return n;
}

static void transfer(int from, int to, long long total) {
  long long sent = 0, got = 0;
  while (got < total) {
    for (uint32_t burst = below(8); burst > 0 && sent < total && sent - got < 200000; burst--) {
      ssize_t n = send_some(from, (uint64_t)sent, (uint32_t)(total - sent));
      REQUIRE(n > 0 || errno == EAGAIN);
      sent += n > 0 ? n : 0;
      if (below(10) == 0)
        REQUIRE_OK(t_set_int(from, IPPROTO_TCP, TCP_CORK, (int)below(2)));
      if (below(10) == 0)
        REQUIRE_OK(t_set_int(from, IPPROTO_TCP, TCP_NODELAY, (int)below(2)));
    }
    /* What a cork or MSG_MORE holds comes after 200 ms by itself. That is for now and then. */
    if (below(100) != 0) {
      REQUIRE_OK(t_set_int(from, IPPROTO_TCP, TCP_CORK, 0));
      REQUIRE_OK(t_set_int(from, IPPROTO_TCP, TCP_NODELAY, 1));
    }
    if (sent == got)
      continue;
    REQUIRE(t_wait(to, POLLIN));
    for (uint32_t burst = 1 + below(6); burst > 0; burst--) {
      /* The ways that may block do so only when something is there. */
      if (!(t_poll(to, POLLIN, 0) & POLLIN))
        break;
      ssize_t n = receive_some(to, (uint64_t)got);
      REQUIRE(n >= 0 || (n == -1 && errno == EAGAIN));
      got += n > 0 ? n : 0;
    }
  }
  CHECK_EQ(got, total);
}

static void with_seed(uint32_t seed) {
  int pair[2];
  state = seed;
  REQUIRE_OK(t_tcp_pair(seed & 1 ? AF_INET : AF_INET6, pair));
  transfer(pair[0], pair[1], 1 << 20);
  transfer(pair[1], pair[0], 1 << 18);
}

TEST(seed_1) { with_seed(0x12345671); }
TEST(seed_2) { with_seed(0x9e3779b8); }
TEST(seed_3) { with_seed(0xdeadbeef); }
TEST(seed_4) { with_seed(0x0badcafe); }

/* Small requests and answers of random size through another process, with bursts of writes. */
TEST(echo_through_another_process) {
  int peer = peer_open(), fd = peer_connection(peer);
  uint64_t at = 0;
  REQUIRE(fd >= 0);
  state = 4711;
  REQUIRE_OK(peer_start(peer, "echo 1"));
  for (int round = 0; round < 600; round++) {
    uint32_t total = 0, parts = 1 + below(9);
    for (uint32_t i = 0; i < parts; i++) {
      uint32_t size = 1 + below(700);
      t_pattern(out, size, at + total);
      REQUIRE_EQ(send(fd, out, size, i + 1 < parts && below(2) ? MSG_MORE : 0), size);
      total += size;
    }
    REQUIRE_EQ(t_drain(fd, total, at), total);
    at += total;
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(seed_1);
  RUN(seed_2);
  RUN(seed_3);
  RUN(seed_4);
  RUN(echo_through_another_process);
  return T_END();
}
