/* NULL and pointers to nowhere, and lengths that reach past the end of memory: EFAULT as on
 * Linux, never a trap. The errors are those of each call's man page. */
#include "../t.h"

#include <sys/select.h>
#include <sys/stat.h>

/* An address at the very end of the address space: no object is there. */
#define NOWHERE t_hide_pointer(UINTPTR_MAX - 4095)
#define NULL_POINTER t_hide_pointer(0)

/* The bad pointers that each call is tried with. */
#define EACH_BAD_POINTER(p)                                                                        \
  for (void *list[] = {NULL_POINTER, NOWHERE, t_hide_pointer(UINTPTR_MAX)}, **at = list, *p;       \
       at < list + 3 && (p = *at, 1); at++)

TEST(addresses_given) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE(fd >= 0 && udp >= 0);
  EACH_BAD_POINTER(p) {
    CHECK_ERRNO(bind(fd, p, 16), EFAULT);
    CHECK_ERRNO(connect(fd, p, 16), EFAULT);
    CHECK_ERRNO(bind(udp, p, 16), EFAULT);
    CHECK_ERRNO(connect(udp, p, 16), EFAULT);
    if (p)
      CHECK_ERRNO(sendto(udp, "x", 1, 0, p, 16), EFAULT);
  }
  CHECK_ERRNO(sendto(udp, "x", 1, 0, NULL, 0), EDESTADDRREQ);
  CHECK_EQ(t_port(fd), 0);
}

TEST(addresses_wanted) {
  int pair[2], listener = t_listener(AF_INET);
  socklen_t len = 16;
  struct sockaddr_in in;
  REQUIRE_OK(listener);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  EACH_BAD_POINTER(p) {
    CHECK_ERRNO(getsockname(pair[0], p, &len), EFAULT);
    CHECK_ERRNO(getpeername(pair[0], p, &len), EFAULT);
    CHECK_ERRNO(getsockname(pair[0], (struct sockaddr *)&in, p), EFAULT);
    CHECK_ERRNO(getpeername(pair[0], (struct sockaddr *)&in, p), EFAULT);
  }
  len = 0;
  CHECK_EQ(getsockname(pair[0], NULL_POINTER, &len), 0);
  CHECK_EQ(len, 16);
}

TEST(accept_addresses) {
  int listener = t_listener(AF_INET);
  struct t_addr a;
  REQUIRE_OK(listener);
  for (int i = 0; i < 2; i++)
    REQUIRE_OK(t_client(listener));
  a.len = sizeof a.sa;
  CHECK_ERRNO(accept(listener, NOWHERE, &a.len), EFAULT);
  CHECK_ERRNO(accept(listener, &a.sa.any, NOWHERE), EFAULT);
}

TEST(receive_buffers) {
  int pair[2];
  char buffer[8] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(t_send_all(pair[0], "data", 4), 4);
  REQUIRE(t_wait_bytes(pair[1], 4));
  EACH_BAD_POINTER(p) {
    struct iovec iov = {p, 4};
    CHECK_ERRNO(recv(pair[1], p, 4, 0), EFAULT);
    CHECK_ERRNO(read(pair[1], p, 4), EFAULT);
    CHECK_ERRNO(recv(pair[1], p, 4, MSG_PEEK), EFAULT);
    CHECK_ERRNO(readv(pair[1], &iov, 1), EFAULT);
  }
  CHECK_EQ(recv(pair[1], buffer, 8, 0), 4);
  CHECK_STR(buffer, "data");
}

TEST(send_buffers) {
  int pair[2], udp[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_udp_pair(AF_INET, udp));
  EACH_BAD_POINTER(p) {
    struct iovec iov = {p, 4};
    CHECK_ERRNO(send(pair[0], p, 4, 0), EFAULT);
    CHECK_ERRNO(write(pair[0], p, 4), EFAULT);
    CHECK_ERRNO(writev(pair[0], &iov, 1), EFAULT);
    CHECK_ERRNO(send(udp[0], p, 4, 0), EFAULT);
  }
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_ERRNO(recv(udp[1], &c, 1, MSG_DONTWAIT), EAGAIN);
}

TEST(vectors) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  EACH_BAD_POINTER(p) {
    CHECK_ERRNO(readv(pair[1], p, 1), EFAULT);
    CHECK_ERRNO(writev(pair[1], p, 1), EFAULT);
  }
}

TEST(messages) {
  int pair[2];
  struct msghdr msg;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  EACH_BAD_POINTER(p) {
    CHECK_ERRNO(sendmsg(pair[0], p, 0), EFAULT);
    CHECK_ERRNO(recvmsg(pair[1], p, 0), EFAULT);
    CHECK_ERRNO(sendmmsg(pair[0], p, 1, 0), EFAULT);
    CHECK_ERRNO(recvmmsg(pair[1], p, 1, 0, NULL), EFAULT);
    memset(&msg, 0, sizeof msg);
    msg.msg_iov = p;
    msg.msg_iovlen = 1;
    CHECK_ERRNO(sendmsg(pair[0], &msg, 0), EFAULT);
    CHECK_ERRNO(recvmsg(pair[1], &msg, 0), EFAULT);
  }
}

TEST(message_parts) {
  int pair[2];
  char c = 0;
  struct iovec iov = {&c, 1};
  struct msghdr msg;
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  memset(&msg, 0, sizeof msg);
  msg.msg_iov = &iov;
  msg.msg_iovlen = 1;
  msg.msg_name = NOWHERE;
  msg.msg_namelen = 16;
  CHECK_ERRNO(sendmsg(pair[0], &msg, 0), EFAULT);
  msg.msg_name = NULL;
  msg.msg_namelen = 0;
  msg.msg_control = NOWHERE;
  msg.msg_controllen = 64;
  CHECK_ERRNO(sendmsg(pair[0], &msg, 0), EFAULT);
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_DONTWAIT), EAGAIN);
}

TEST(option_values) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), value = 0;
  socklen_t len = 4;
  REQUIRE_OK(fd);
  EACH_BAD_POINTER(p) {
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_TYPE, p, &len), EFAULT);
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, p), EFAULT);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, p, 4), EFAULT);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_LINGER, p, sizeof(struct linger)), EFAULT);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, p, sizeof(struct timeval)), EFAULT);
  }
}

TEST(ioctl_arguments) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(fd);
  EACH_BAD_POINTER(p) {
    CHECK_ERRNO(ioctl(fd, FIONREAD, p), EFAULT);
    CHECK_ERRNO(ioctl(fd, FIONBIO, p), EFAULT);
  }
}

TEST(fstat_buffer) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  EACH_BAD_POINTER(p)
    CHECK_ERRNO(fstat(fd, p), EFAULT);
}

TEST(poll_sets) {
  struct timeval none = {0, 0};
  EACH_BAD_POINTER(p) {
    CHECK_ERRNO(poll(p, 1, 0), EFAULT);
    if (p)
      CHECK_ERRNO(select(8, p, NULL, NULL, &none), EFAULT);
  }
  CHECK_EQ(poll(NULL_POINTER, 0, 0), 0);
  CHECK_EQ(select(0, NULL, NULL, NULL, &none), 0);
}

/* The first bytes are there, the last are past the end of everything. */
TEST(lengths_past_the_end) {
  int pair[2];
  char buffer[8] = "abcd";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_ERRNO(send(pair[0], NOWHERE, 100000, MSG_DONTWAIT), EFAULT);
  CHECK_ERRNO(write(pair[0], NOWHERE, SIZE_MAX / 2), EFAULT);
  CHECK_ERRNO(recv(pair[1], buffer, 8, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(t_send_all(pair[0], "wxyz", 4), 4);
  REQUIRE(t_wait_bytes(pair[1], 4));
  CHECK_ERRNO(recv(pair[1], NOWHERE, 100000, 0), EFAULT);
  CHECK_EQ(recv(pair[1], buffer, 8, 0), 4);
  CHECK_STR(buffer, "wxyz");
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(addresses_given);
  RUN(addresses_wanted);
  RUN(accept_addresses);
  RUN(receive_buffers);
  RUN(send_buffers);
  RUN(vectors);
  RUN(messages);
  RUN(message_parts);
  RUN(option_values);
  RUN(ioctl_arguments);
  RUN(fstat_buffer);
  RUN(poll_sets);
  RUN(lengths_past_the_end);
  return T_END();
}
