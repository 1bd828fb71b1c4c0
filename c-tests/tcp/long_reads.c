/* A long stream that is read in pieces of one size: a library may fetch more at a time than the
 * program asks for, or see how it goes on behind the program's buffer, but bytes and order are the
 * same, nothing outside of the buffer changes, and poll() tells the truth. recv(2), poll(2). */
#include "../t.h"

#ifndef __wasi__
#include <sys/mman.h>
#endif

#define LENGTH (3u << 20)
#define GUARD 256
#define MOST 200000

static const size_t sizes[] = {1000, 2048, 4096, 16384, 16385, 20000, 65472, 65536, 65537, MOST};
#define SIZES (sizeof sizes / sizeof *sizes)

static unsigned char memory[GUARD + MOST + GUARD];

static int is_guarded(const unsigned char *from, size_t size, int guard) {
  for (size_t i = 0; i < size; i++)
    if (from[i] != guard)
      return 0;
  return 1;
}

/* One receive of up to `size` bytes into the middle of the memory, which is checked around it. */
static ssize_t receive(int fd, size_t size, int flags, int guard, uint64_t at) {
  unsigned char *buffer = memory + GUARD;
  memset(memory, guard, GUARD);
  memset(buffer + size, guard, GUARD);
  ssize_t n = recv(fd, buffer, size, flags);
  if (!CHECK(is_guarded(memory, GUARD, guard)) ||
      !CHECK(is_guarded(buffer + size, GUARD, guard)))
    return -1;
  if (n > 0 && !CHECK_EQ(t_pattern_match(buffer, (size_t)n, at), n))
    return -1;
  return n;
}

/* A connection on which LENGTH bytes come, then the end. */
static int stream(int peer) {
  int fd = peer_connection(peer);
  if (fd == -1 || peer_start(peer, "write 1 %u", LENGTH) == -1 || peer_start(peer, "close 1") == -1)
    return -1;
  return fd;
}

/* Reads all of it with pieces of one size; each but the last is whole where `whole`. */
static void read_all(size_t size, int nonblocking, int flags, int whole) {
  int peer = peer_open(), fd = stream(peer);
  uint64_t done = 0;
  ssize_t n;
  REQUIRE(fd >= 0);
  REQUIRE_OK(t_set_nonblock(fd, nonblocking));
  for (int turn = 0;; turn++) {
    if (nonblocking)
      REQUIRE(t_wait(fd, POLLIN));
    n = receive(fd, size, flags, turn % 251 + 1, done);
    if (n <= 0)
      break;
    done += (uint64_t)n;
    if (whole && done < LENGTH)
      REQUIRE_EQ(n, size);
  }
  /* What poll() reports is there. */
  CHECK_EQ(n, 0);
  CHECK_EQ(done, LENGTH);
  CHECK_OK(close(fd));
  CHECK_OK(close(peer));
}

TEST(blocking) {
  for (size_t i = 0; i < SIZES; i++)
    read_all(sizes[i], 0, 0, 0);
}

TEST(blocking_and_whole) {
  for (size_t i = 0; i < SIZES; i++)
    read_all(sizes[i], 0, MSG_WAITALL, 1);
}

TEST(after_poll) {
  for (size_t i = 0; i < SIZES; i++)
    read_all(sizes[i], 1, 0, 0);
}

/* What has come and was read exactly leaves nothing that poll() could report. */
TEST(nothing_is_left_of_whole_pieces) {
  static const unsigned pieces[] = {4096, 16384, 20000, 65536};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    int peer = peer_open(), fd = peer_connection(peer);
    uint64_t done = 0;
    REQUIRE(fd >= 0);
    for (int round = 0; round < 6; round++) {
      CHECK_EQ(peer_number(peer, "write 1 %u", pieces[i]), pieces[i]);
      for (uint64_t end = done + pieces[i]; done < end;) {
        REQUIRE(t_wait(fd, POLLIN));
        ssize_t n = receive(fd, pieces[i], MSG_DONTWAIT, round + 1, done);
        REQUIRE(n > 0);
        done += (uint64_t)n;
      }
      CHECK_EQ(t_poll(fd, POLLIN, 0), 0);
      int left = -1;
      CHECK_OK(ioctl(fd, FIONREAD, &left));
      CHECK_EQ(left, 0);
      CHECK_EQ(recv(fd, memory, sizeof memory, MSG_DONTWAIT), -1);
      CHECK_EQ(errno, EAGAIN);
    }
    CHECK_OK(close(fd));
    CHECK_OK(close(peer));
  }
}

/* What is left of a stream is reported by a wait after whole pieces that were read without one. */
TEST(what_is_left_ends_a_wait) {
  enum { PIECE = 20000, LEFT = 5 };
  int peer = peer_open(), fd = peer_connection(peer), other[2];
  uint64_t done = 0;
  REQUIRE(fd >= 0);
  REQUIRE_OK(pipe(other));
  struct pollfd both[] = {{.fd = fd, .events = POLLIN}, {.fd = other[0], .events = POLLIN}};
  for (int round = 0; round < 5; round++) {
    CHECK_EQ(poll(both, 2, 0), 0);
    CHECK_EQ(peer_number(peer, "write 1 %u", 2 * PIECE + LEFT), 2 * PIECE + LEFT);
    for (uint64_t end = done + 2 * PIECE; done < end;) {
      size_t size = end - done < PIECE ? end - done : PIECE;
      ssize_t n = receive(fd, size, 0, round + 1, done);
      REQUIRE(n > 0);
      done += (uint64_t)n;
    }
    REQUIRE_EQ(poll(both, 2, T_LIMIT_MS), 1);
    CHECK_EQ(both[0].revents, POLLIN);
    REQUIRE_EQ(receive(fd, PIECE, MSG_DONTWAIT, 9, done), LEFT);
    done += LEFT;
  }
  CHECK_OK(close(other[0]));
  CHECK_OK(close(other[1]));
  CHECK_OK(close(fd));
  CHECK_OK(close(peer));
}

/* The size changes from piece to piece; FIONREAD and MSG_PEEK agree with what follows. */
TEST(pieces_of_changing_sizes) {
  int peer = peer_open(), fd = stream(peer);
  uint64_t done = 0;
  REQUIRE(fd >= 0);
  for (int turn = 0; done < LENGTH; turn++) {
    size_t size = sizes[(size_t)turn % 4 ? (size_t)turn / 7 % SIZES : (size_t)turn / 4 % SIZES];
    int there = 0;
    REQUIRE(t_wait(fd, POLLIN));
    CHECK_OK(ioctl(fd, FIONREAD, &there));
    REQUIRE(there > 0);
    ssize_t peeked = receive(fd, size, MSG_PEEK, 3, done);
    REQUIRE(peeked > 0);
    ssize_t n = receive(fd, size, MSG_DONTWAIT, 5, done);
    REQUIRE(n >= peeked);
    REQUIRE((size_t)n == size || n >= there || (uint64_t)n + done == LENGTH);
    done += (uint64_t)n;
  }
  CHECK_EQ(done, LENGTH);
}

/* Where 65,536 bytes are, and none behind them. */
static unsigned char *last_page(void) {
#ifdef __wasi__
  size_t pages = __builtin_wasm_memory_grow(0, 1);
  return pages == SIZE_MAX ? NULL : (unsigned char *)(pages * 65536);
#else
  unsigned char *pages = mmap(NULL, 2 * 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                              -1, 0);
  if (pages == MAP_FAILED || mprotect(pages + 65536, 65536, PROT_NONE) == -1)
    return NULL;
  return pages;
#endif
}

TEST(a_buffer_at_the_end_of_memory) {
  int peer = peer_open(), fd = stream(peer);
  unsigned char *page = last_page();
  uint64_t done = 0;
  REQUIRE(fd >= 0 && page != NULL);
  for (size_t size = 65536; done < LENGTH; size = size == 65536 ? 20000 : size + 1) {
    unsigned char *buffer = page + 65536 - size;
    ssize_t n = recv(fd, buffer, size, 0);
    REQUIRE(n > 0);
    REQUIRE_EQ(t_pattern_match(buffer, (size_t)n, done), n);
    done += (uint64_t)n;
  }
  CHECK_EQ(done, LENGTH);
}

/* Something of the program's own stands right behind the buffer. */
TEST(buffers_among_other_things) {
  int peer = peer_open(), fd = stream(peer);
  uint64_t done = 0;
  REQUIRE(fd >= 0);
  while (done < LENGTH) {
    volatile uint64_t behind = done;
    unsigned char on_the_stack[40000];
    volatile uint64_t before = done;
    ssize_t n = recv(fd, on_the_stack, sizeof on_the_stack, 0);
    REQUIRE(n > 0);
    REQUIRE_EQ(t_pattern_match(on_the_stack, (size_t)n, done), n);
    REQUIRE_EQ(behind, done);
    REQUIRE_EQ(before, done);
    done += (uint64_t)n;
    unsigned char *allocated = malloc(30000);
    REQUIRE(allocated != NULL);
    n = recv(fd, allocated, 30000, 0);
    REQUIRE(n >= 0);
    REQUIRE_EQ(t_pattern_match(allocated, (size_t)n, done), n);
    done += (uint64_t)n;
    /* An allocator keeps its books behind what it gives. */
    free(allocated);
  }
  CHECK_EQ(done, LENGTH);
}

/* From before the library had any memory, which may therefore begin right behind it. */
static unsigned char *early;
#define EARLY 40000

TEST(a_buffer_before_the_librarys_memory) {
  int peer = peer_open(), fd = stream(peer);
  uint64_t done = 0;
  REQUIRE(fd >= 0 && early != NULL);
  while (done < LENGTH) {
    REQUIRE(t_wait(fd, POLLIN));
    ssize_t n = recv(fd, early, EARLY, 0);
    REQUIRE(n > 0);
    REQUIRE_EQ(t_pattern_match(early, (size_t)n, done), n);
    done += (uint64_t)n;
  }
  CHECK_EQ(done, LENGTH);
}

int main(int argc, char **argv) {
  early = malloc(EARLY);
  T_BEGIN(argc, argv);
  RUN(blocking);
  RUN(blocking_and_whole);
  RUN(after_poll);
  RUN(nothing_is_left_of_whole_pieces);
  RUN(what_is_left_ends_a_wait);
  RUN(pieces_of_changing_sizes);
  RUN(a_buffer_at_the_end_of_memory);
  RUN(buffers_among_other_things);
  RUN(a_buffer_before_the_librarys_memory);
  return T_END();
}
