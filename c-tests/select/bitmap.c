/* What old code knows about fd_set: a bitmap of longs, copied with memcpy, walked by words, and
 * allocated by hand for more descriptors than FD_SETSIZE (libevent, dnsmasq, tcpdump do this).
 * select(2), <sys/select.h>. */
#include "../t.h"

#include <sys/resource.h>
#include <sys/select.h>

TEST(it_is_a_bitmap_of_longs) {
  fd_set set;
  CHECK_EQ(FD_SETSIZE, 1024);
  CHECK_EQ(NFDBITS, 8 * sizeof(fd_mask));
  CHECK_EQ(sizeof(fd_set), FD_SETSIZE / 8);
  FD_ZERO(&set);
  for (size_t i = 0; i < sizeof set; i++)
    CHECK_EQ(((unsigned char *)&set)[i], 0);
  for (int fd = 0; fd < FD_SETSIZE; fd += 37) {
    FD_SET(fd, &set);
    CHECK((((unsigned long *)&set)[fd / NFDBITS] >> (fd % NFDBITS)) & 1);
    CHECK(FD_ISSET(fd, &set));
    CHECK(!FD_ISSET((fd + 1) % FD_SETSIZE, &set));
  }
  for (int fd = 0; fd < FD_SETSIZE; fd += 37) {
    FD_CLR(fd, &set);
    CHECK(!FD_ISSET(fd, &set));
  }
}

TEST(the_last_descriptor_fits) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(FD_SETSIZE - 1, &set);
  CHECK(FD_ISSET(FD_SETSIZE - 1, &set));
  CHECK_EQ(((unsigned char *)&set)[sizeof set - 1], 0x80);
}

TEST(setting_twice_is_setting_once) {
  int pair[2];
  fd_set out;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&out);
  for (int i = 0; i < 5000; i++)
    FD_SET(pair[0], &out);
  CHECK_EQ(select(pair[0] + 1, NULL, &out, NULL, NULL), 1);
  FD_CLR(pair[0], &out);
  CHECK(!FD_ISSET(pair[0], &out));
}

TEST(copies_by_memcpy_and_assignment) {
  int pair[2];
  fd_set master, in, out;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&master);
  FD_SET(pair[0], &master);
  FD_SET(pair[1], &master);
  for (int round = 0; round < 3; round++) {
    memcpy(&in, &master, sizeof in);
    out = master;
    CHECK_EQ(select(FD_SETSIZE, &in, &out, NULL, NULL), 2);
    CHECK(!FD_ISSET(pair[0], &in) && !FD_ISSET(pair[1], &in));
    CHECK(FD_ISSET(pair[0], &out) && FD_ISSET(pair[1], &out));
    CHECK(FD_ISSET(pair[0], &master) && FD_ISSET(pair[1], &master));
  }
#ifdef FD_COPY /* BSD's; glibc has it not */
  fd_set by_macro, from;
  FD_ZERO(&by_macro);
  FD_ZERO(&from);
  FD_SET(77, &from);
  FD_COPY(&from, &by_macro);
  CHECK(FD_ISSET(77, &by_macro));
#endif
}

TEST(results_can_be_walked_by_words) {
  int fds[20], found = 0;
  union {
    fd_set set;
    fd_mask words[sizeof(fd_set) / sizeof(fd_mask)];
  } out;
  memset(&out, 0, sizeof out);
  for (int i = 0; i < 20; i++) {
    REQUIRE_OK(fds[i] = t_bound(AF_INET, SOCK_DGRAM));
    FD_SET(fds[i], &out.set);
  }
  CHECK_EQ(select(FD_SETSIZE, NULL, &out.set, NULL, NULL), 20);
  for (size_t w = 0; w < sizeof out.words / sizeof *out.words; w++)
    for (size_t b = 0; b < NFDBITS; b++)
      if ((unsigned long)out.words[w] >> b & 1) {
        int known = 0;
        for (int i = 0; i < 20; i++)
          known |= fds[i] == (int)(w * NFDBITS + b);
        CHECK(known);
        found++;
      }
  CHECK_EQ(found, 20);
}

/* howmany(n + 1, NFDBITS) words, as libevent's select backend sizes its masks. Bytes after them
 * belong to somebody else. */
TEST(a_mask_only_as_large_as_needed) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int last = pair[0] > pair[1] ? pair[0] : pair[1];
  size_t size = ((size_t)last + 1 + NFDBITS - 1) / NFDBITS * sizeof(fd_mask);
  unsigned char *mask = malloc(size + 64);
  REQUIRE(mask != NULL);
  memset(mask, 0, size);
  memset(mask + size, 0xa5, 64);
  for (int i = 0; i < 2; i++)
    mask[pair[i] / 8] |= (unsigned char)(1 << pair[i] % 8);
  struct timeval zero = {0, 0};
  CHECK_EQ(select(last + 1, (fd_set *)mask, NULL, NULL, &zero), 0);
  for (size_t i = 0; i < size; i++)
    CHECK_EQ(mask[i], 0);
  for (size_t i = size; i < size + 64; i++)
    CHECK_EQ(mask[i], 0xa5);
  free(mask);
}

static void set_bit(unsigned char *mask, int fd) { mask[fd / 8] |= (unsigned char)(1 << fd % 8); }
static int get_bit(const unsigned char *mask, int fd) { return mask[fd / 8] >> fd % 8 & 1; }

TEST(masks_by_hand_beyond_fd_setsize) {
  enum { COUNT = 1400, BYTES = 4096 / 8 };
  static int fds[COUNT];
  unsigned char *in = calloc(1, BYTES), *out = calloc(1, BYTES);
  struct rlimit limit;
  char byte;
  int last = 0;
  REQUIRE(in && out);
  REQUIRE_OK(getrlimit(RLIMIT_NOFILE, &limit));
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < 2000) {
    limit.rlim_cur = 2000;
    REQUIRE_OK(setrlimit(RLIMIT_NOFILE, &limit));
  }
  for (int i = 0; i < COUNT; i++) {
    REQUIRE_OK(fds[i] = t_bound(AF_INET, SOCK_DGRAM));
    set_bit(in, fds[i]);
    set_bit(out, fds[i]);
    last = fds[i] > last ? fds[i] : last;
  }
  REQUIRE(last > FD_SETSIZE && last < BYTES * 8);
  CHECK_EQ(select(last + 1, NULL, (fd_set *)out, NULL, NULL), COUNT);
  int from = t_bound(AF_INET, SOCK_DGRAM);
  struct t_addr to = t_local(fds[COUNT - 1]);
  REQUIRE_EQ(sendto(from, "x", 1, 0, &to.sa.any, to.len), 1);
  CHECK_EQ(select(last + 1, (fd_set *)in, NULL, NULL, NULL), 1);
  for (int i = 0; i < COUNT; i++)
    CHECK_EQ(get_bit(in, fds[i]), i == COUNT - 1);
  CHECK_EQ(recv(fds[COUNT - 1], &byte, 1, 0), 1);
  free(in);
  free(out);
}

TEST(fd_zero_clears_one_set_only) {
  fd_set sets[3];
  memset(sets, 0xff, sizeof sets);
  FD_ZERO(&sets[1]);
  CHECK(FD_ISSET(FD_SETSIZE - 1, &sets[0]));
  CHECK(!FD_ISSET(0, &sets[1]) && !FD_ISSET(FD_SETSIZE - 1, &sets[1]));
  CHECK(FD_ISSET(0, &sets[2]));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(it_is_a_bitmap_of_longs);
  RUN(the_last_descriptor_fits);
  RUN(setting_twice_is_setting_once);
  RUN(copies_by_memcpy_and_assignment);
  RUN(results_can_be_walked_by_words);
  RUN(a_mask_only_as_large_as_needed);
  RUN(masks_by_hand_beyond_fd_setsize);
  RUN(fd_zero_clears_one_set_only);
  return T_END();
}
