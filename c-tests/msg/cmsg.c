/* The CMSG_ macros and what is done with control data that nobody asked for. cmsg(3), RFC 3542. */
#include "../t.h"

#include <stddef.h>

union control {
  char bytes[256];
  struct cmsghdr align;
};

TEST(sizes_are_consistent) {
  for (size_t n = 0; n < 64; n++) {
    CHECK_EQ(CMSG_LEN(n), CMSG_LEN(0) + n);
    CHECK(CMSG_SPACE(n) >= CMSG_LEN(n));
    CHECK_EQ(CMSG_SPACE(n) % sizeof(size_t), 0);
    CHECK(CMSG_SPACE(n) < CMSG_LEN(n) + sizeof(size_t));
  }
  CHECK(CMSG_LEN(0) >= sizeof(struct cmsghdr));
  CHECK_EQ(CMSG_ALIGN(1), sizeof(size_t));
}

TEST(walking_what_was_laid_out) {
  union control control;
  struct msghdr m;
  struct cmsghdr *c;
  memset(&control, 0, sizeof control);
  memset(&m, 0, sizeof m);
  m.msg_control = &control;
  m.msg_controllen = CMSG_SPACE(4) + CMSG_SPACE(9) + CMSG_SPACE(0);
  c = CMSG_FIRSTHDR(&m);
  REQUIRE(c == (struct cmsghdr *)&control);
  c->cmsg_len = CMSG_LEN(4);
  c->cmsg_type = 1;
  c = CMSG_NXTHDR(&m, c);
  REQUIRE((char *)c == control.bytes + CMSG_SPACE(4));
  c->cmsg_len = CMSG_LEN(9);
  c->cmsg_type = 2;
  c = CMSG_NXTHDR(&m, c);
  REQUIRE((char *)c == control.bytes + CMSG_SPACE(4) + CMSG_SPACE(9));
  c->cmsg_len = CMSG_LEN(0);
  c->cmsg_type = 3;
  CHECK(CMSG_NXTHDR(&m, c) == NULL);
  int n = 0;
  for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
    CHECK_EQ(c->cmsg_type, ++n);
    CHECK((char *)CMSG_DATA(c) == (char *)c + CMSG_LEN(0));
  }
  CHECK_EQ(n, 3);
}

TEST(no_room_means_no_header) {
  union control control;
  struct msghdr m;
  memset(&m, 0, sizeof m);
  m.msg_control = &control;
  m.msg_controllen = sizeof(struct cmsghdr) - 1;
  CHECK(CMSG_FIRSTHDR(&m) == NULL);
  m.msg_controllen = 0;
  CHECK(CMSG_FIRSTHDR(&m) == NULL);
}

TEST(a_damaged_length_ends_the_walk) {
  union control control;
  struct msghdr m;
  memset(&control, 0, sizeof control);
  memset(&m, 0, sizeof m);
  m.msg_control = &control;
  m.msg_controllen = sizeof control;
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  c->cmsg_len = 0;
  CHECK(CMSG_NXTHDR(&m, c) == NULL);
  c->cmsg_len = sizeof control + 1;
  CHECK(CMSG_NXTHDR(&m, c) == NULL);
}

TEST(data_without_control_clears_the_length) {
  int pair[2];
  union control control;
  char byte;
  struct iovec part = {&byte, 1};
  struct msghdr m;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  memset(&m, 0, sizeof m);
  m.msg_iov = &part;
  m.msg_iovlen = 1;
  m.msg_control = &control;
  m.msg_controllen = sizeof control;
  REQUIRE_EQ(recvmsg(pair[1], &m, 0), 1);
  CHECK_EQ(m.msg_controllen, 0);
  CHECK(CMSG_FIRSTHDR(&m) == NULL);
  CHECK_EQ(m.msg_flags & MSG_CTRUNC, 0);
}

TEST(control_data_that_is_wrong) {
  int pair[2], local[2];
  union control control;
  struct iovec part = {"x", 1};
  struct msghdr m;
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, local));
  memset(&control, 0, sizeof control);
  memset(&m, 0, sizeof m);
  m.msg_iov = &part;
  m.msg_iovlen = 1;
  m.msg_control = &control;
  m.msg_controllen = CMSG_SPACE(4);
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = IPPROTO_IP;
  c->cmsg_type = 12345;
  c->cmsg_len = CMSG_LEN(4);
  CHECK_ERRNO(sendmsg(pair[0], &m, 0), EINVAL);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = 1;
  CHECK_ERRNO(sendmsg(local[0], &m, 0), EINVAL);
  c->cmsg_len = CMSG_LEN(4000);
  CHECK_ERRNO(sendmsg(local[0], &m, 0), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(sizes_are_consistent);
  RUN(walking_what_was_laid_out);
  RUN(no_room_means_no_header);
  RUN(a_damaged_length_ends_the_walk);
  RUN(data_without_control_clears_the_length);
  RUN(control_data_that_is_wrong);
  return T_END();
}
