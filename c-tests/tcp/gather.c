/* Small writes are gathered (docs/ARCHITECTURE.md, Writing): random sequences of sizes, flags and
 * ways to end, from fixed seeds. A native process reads and compares: the order and the content
 * are what send() took, whatever the library did with them in between. tcp(7), send(2), close(2). */
#include "../t.h"

static uint32_t state;

/* A number below n. */
static uint32_t below(uint32_t n) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % n;
}

enum { MOST = 300000 };
static unsigned char sent[MOST];
static size_t count;

/* One send of up to `size` random bytes in one of many ways; notes what was taken. */
static int send_one(int fd, size_t size) {
  unsigned char *data = sent + count;
  if (size > MOST - count)
    size = MOST - count;
  for (size_t i = 0; i < size; i++)
    data[i] = (unsigned char)below(256);
  size_t cut = size ? below((uint32_t)size) : 0;
  struct iovec parts[] = {{data, cut}, {data, 0}, {data + cut, size - cut}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};
  ssize_t n;
  switch (below(8)) {
  case 0:
    n = write(fd, data, size);
    break;
  case 1:
    n = writev(fd, parts, 3);
    break;
  case 2:
    n = sendmsg(fd, &message, MSG_NOSIGNAL);
    break;
  case 3:
  case 4:
    n = send(fd, data, size, MSG_MORE);
    break;
  case 5:
    n = send(fd, data, size, MSG_DONTWAIT);
    if (n == -1 && errno == EAGAIN)
      n = 0;
    break;
  default:
    n = send(fd, data, size, 0);
  }
  if (n >= 0)
    count += (size_t)n;
  return n >= 0;
}

static size_t random_size(void) {
  static const uint32_t sizes[] = {1, 16, 100, 512, 1500, 4095, 4097, 16384, 40000};
  return below(sizes[below(below(3) ? 5 : 9)] + 1);
}

/* Something between two sends: mostly nothing, so that bursts come about. */
static void in_between(int fd) {
  char byte;
  switch (below(20)) {
  case 0:
    t_poll(fd, POLLIN, 0);
    break;
  case 1:
    recv(fd, &byte, 1, MSG_DONTWAIT);
    break;
  case 2:
    t_set_int(fd, IPPROTO_TCP, TCP_CORK, (int)below(2));
    break;
  case 3:
    t_set_int(fd, IPPROTO_TCP, TCP_NODELAY, (int)below(2));
    break;
  case 4:
    t_pause_ms(1);
    break;
  case 5:
    close(dup(fd));
    break;
  }
}

/* Ends the stream. The descriptor is closed in the end, whatever comes before. */
static void end(int fd, int ending) {
  struct linger limit = {1, 20};
  int copy;
  switch (ending) {
  case 1:
    CHECK_OK(shutdown(fd, SHUT_WR));
    break;
  case 2:
    CHECK_OK(shutdown(fd, SHUT_RDWR));
    break;
  case 3:
    copy = dup(fd);
    CHECK_OK(close(fd));
    REQUIRE(send_one(copy, 100));
    CHECK_OK(close(copy));
    return;
  case 4:
    copy = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(dup2(copy, fd), fd);
    CHECK_OK(close(copy));
    break;
  case 5:
    CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &limit, sizeof limit));
    break;
  }
  CHECK_OK(close(fd));
}

static void sequences(uint32_t seed, int ending) {
  state = seed;
  for (int round = 0; round < 12; round++) {
    int peer = peer_open(), fd = peer_connection(peer);
    REQUIRE(fd >= 0);
    /* Slowly now and then, so that the host's buffers are full. */
    REQUIRE_OK(peer_start(peer, round % 4 == 3 ? "drain 1 20000 300" : "drain 1"));
    count = 0;
    for (uint32_t writes = below(60) + 1; writes > 0; writes--) {
      REQUIRE(send_one(fd, random_size()));
      in_between(fd);
    }
    end(fd, ending);
    peer_check_drained(peer, sent, count);
    close(peer);
  }
}

TEST(close_loses_nothing) { sequences(0x1d872b41, 0); }
TEST(shutdown_of_sending_loses_nothing) { sequences(0x2c9277b5, 1); }
TEST(shutdown_of_both_loses_nothing) { sequences(0x3b9aca07, 2); }
TEST(the_last_of_two_descriptors_loses_nothing) { sequences(0x45d9f3b1, 3); }
TEST(dup2_over_it_loses_nothing) { sequences(0x5bd1e995, 4); }
TEST(lingering_loses_nothing) { sequences(0x6c078965, 5); }

/* While one connection is fed piece by piece, the others are not forgotten. */
TEST(many_connections_in_turn) {
  enum { CONNECTIONS = 8, PIECES = 60 };
  int peers[CONNECTIONS], fds[CONNECTIONS];
  static unsigned char data[CONNECTIONS][PIECES * 90];
  size_t sizes[CONNECTIONS] = {0};
  state = 0x71374491;
  for (int i = 0; i < CONNECTIONS; i++) {
    peers[i] = peer_open();
    fds[i] = peer_connection(peers[i]);
    REQUIRE(fds[i] >= 0);
    REQUIRE_OK(peer_start(peers[i], "drain 1"));
  }
  for (int piece = 0; piece < PIECES * CONNECTIONS; piece++) {
    uint32_t i = below(CONNECTIONS);
    size_t size = below(90);
    if (sizes[i] + size > sizeof data[i])
      continue;
    t_pattern(data[i] + sizes[i], size, sizes[i] + i);
    REQUIRE_EQ(send(fds[i], data[i] + sizes[i], size, 0), size);
    sizes[i] += size;
  }
  for (int i = 0; i < CONNECTIONS; i++)
    CHECK_OK(i % 2 ? close(fds[i]) : shutdown(fds[i], SHUT_WR));
  for (int i = 0; i < CONNECTIONS; i++)
    peer_check_drained(peers[i], data[i], sizes[i]);
}

/* A request in pieces, then the answer: what a client or server does all day. The receive must
 * push the pieces out, in whichever way they were sent. */
TEST(requests_in_pieces_are_answered) {
  int peer = peer_open(), fd = peer_connection(peer);
  char request[10 * 40], answer[10 * 40];
  REQUIRE(fd >= 0);
  REQUIRE_OK(peer_start(peer, "echo 1"));
  state = 0x428a2f98;
  for (int round = 0; round < 200; round++) {
    size_t size = 0;
    for (uint32_t pieces = 1 + below(10); pieces > 0; pieces--) {
      size_t piece = 1 + below(40);
      t_pattern(request + size, piece, size + (size_t)round);
      REQUIRE_EQ(send(fd, request + size, piece, 0), piece);
      size += piece;
    }
    REQUIRE_EQ(t_recv_all(fd, answer, size), size);
    REQUIRE(memcmp(request, answer, size) == 0);
  }
}

/* After bytes were kept, an error of the connection is told, once, and the rest is refused. */
TEST(a_reset_ends_a_burst) {
  int peer = peer_open(), fd = peer_connection(peer), error = 0;
  REQUIRE(fd >= 0);
  REQUIRE_EQ(send(fd, "first", 5, 0), 5);
  REQUIRE(peer_run(peer, "reset 1"));
  REQUIRE(t_wait(fd, POLLIN));
  for (int i = 0; i < 1000 && !error; i++) {
    if (send(fd, "again", 5, MSG_NOSIGNAL) == -1)
      error = errno;
    else
      t_poll(fd, POLLIN, 1);
  }
  CHECK(error == ECONNRESET || error == EPIPE);
  CHECK_ERRNO(send(fd, "again", 5, MSG_NOSIGNAL), EPIPE);
}

/* What was sent before MSG_MORE has nothing to wait for. A machine that is too slow to tell a wait
 * of 200 ms from none has shown nothing, and tries again. */
TEST(more_holds_only_its_own) {
  int pair[2], in_time = 0;
  char buffer[8];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int tries = 0; tries < 20 && !in_time; tries++) {
    long long start = t_now_ms();
    REQUIRE_EQ(send(pair[0], "a", 1, 0), 1);
    REQUIRE_EQ(send(pair[0], "b", 1, 0), 1);
    REQUIRE_EQ(send(pair[0], "c", 1, MSG_MORE), 1);
    REQUIRE(t_wait_bytes(pair[1], 2));
    in_time = t_now_ms() - start < 150;
    REQUIRE_EQ(send(pair[0], "d", 1, 0), 1);
    REQUIRE_EQ(t_recv_all(pair[1], buffer, 4), 4);
    CHECK_MEM(buffer, "abcd", 4);
  }
  CHECK(in_time);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(close_loses_nothing);
  RUN(shutdown_of_sending_loses_nothing);
  RUN(shutdown_of_both_loses_nothing);
  RUN(the_last_of_two_descriptors_loses_nothing);
  RUN(dup2_over_it_loses_nothing);
  RUN(lingering_loses_nothing);
  RUN(many_connections_in_turn);
  RUN(requests_in_pieces_are_answered);
  RUN(a_reset_ends_a_burst);
  RUN(more_holds_only_its_own);
  return T_END();
}
