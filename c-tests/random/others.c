/* What random calls on other sockets and events found (cargo xtask fuzz linux udp, unix, epoll). */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/un.h>

/* AF_UNSPEC gives up a port that the system chose, whether there was a peer or not. */
TEST(unspec_without_a_peer) {
  int fd = t_bound(AF_INET, SOCK_DGRAM), other = socket(AF_INET, SOCK_DGRAM, 0);
  struct t_addr before = t_local(fd);
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  char byte;
  CHECK_OK(connect(fd, &none, sizeof none));
  CHECK_EQ(t_port(fd), 0);
  CHECK_EQ(sendto(other, "x", 1, 0, &before.sa.any, before.len), 1);
  CHECK_ERRNO(recv(fd, &byte, 1, MSG_DONTWAIT), EAGAIN);
}

/* Over IPv6 it is first asked where to. */
TEST(too_long_for_nowhere) {
  static char data[70000];
  int v4 = socket(AF_INET, SOCK_DGRAM, 0), v6 = socket(AF_INET6, SOCK_DGRAM, 0);
  CHECK_ERRNO(send(v4, data, sizeof data, 0), EMSGSIZE);
  CHECK_ERRNO(send(v6, data, sizeof data, 0), EDESTADDRREQ);
}

/* A connect() that fails has bound the socket all the same. */
TEST(a_failed_connect_binds) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct t_addr v6 = t_loopback(AF_INET6, 9);
  CHECK_ERRNO(t_connect(fd, v6), EAFNOSUPPORT);
  CHECK(t_port(fd) != 0);
}

/* The peer of a closed SOCK_SEQPACKET socket: a reset only where bytes were not read. */
TEST(closed_with_an_empty_message) {
  for (int messages = 1; messages <= 2; messages++) {
    int pair[2];
    REQUIRE_OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
    for (int i = 0; i < messages; i++)
      CHECK_EQ(send(pair[0], "", 0, 0), 0);
    CHECK_OK(close(pair[1]));
    CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), messages == 1 ? EPIPE : ECONNRESET);
  }
}

/* The end of a stream comes with credentials of nobody. */
TEST(credentials_at_the_end) {
  int pair[2];
  char byte, control[CMSG_SPACE(sizeof(struct ucred))];
  struct iovec part = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_OK(t_set_int(pair[1], SOL_SOCKET, SO_PASSCRED, 1));
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(recvmsg(pair[1], &message, 0), 0);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  REQUIRE(header != NULL);
  CHECK_EQ(header->cmsg_type, SCM_CREDENTIALS);
  struct ucred who;
  memcpy(&who, CMSG_DATA(header), sizeof who);
  CHECK_EQ(who.pid, 0);
}

static int events_of(int set, int fd, unsigned events, unsigned *found) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
  *found = 0;
  int count = epoll_wait(set, &event, 1, 0);
  if (count == 1)
    *found = event.events;
  return count;
}

/* An eventfd tells EPOLLIN and EPOLLOUT, not the "normal" ones. */
TEST(normal_events_of_an_eventfd) {
  unsigned found;
  CHECK_EQ(events_of(epoll_create1(0), eventfd(1, 0), EPOLLRDNORM | EPOLLWRNORM, &found), 0);
  CHECK_EQ(events_of(epoll_create1(0), eventfd(1, 0), EPOLLIN | EPOLLWRNORM, &found), 1);
  CHECK_EQ(found, (unsigned)EPOLLIN);
}

/* Who waits for the edge of room is not woken by what arrives. */
TEST(arrivals_are_no_edge_of_room) {
  int pair[2], set = epoll_create1(0), counter = eventfd(0, 0);
  uint64_t one = 1;
  unsigned found;
  struct epoll_event event;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_EQ(events_of(set, pair[0], EPOLLOUT | EPOLLET, &found), 1);
  CHECK_EQ(send(pair[1], "x", 1, 0), 1);
  CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
  set = epoll_create1(0);
  CHECK_EQ(events_of(set, counter, EPOLLOUT | EPOLLET, &found), 1);
  CHECK_EQ(write(counter, &one, sizeof one), (ssize_t)sizeof one);
  CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(unspec_without_a_peer);
  RUN(too_long_for_nowhere);
  RUN(a_failed_connect_binds);
  RUN(closed_with_an_empty_message);
  RUN(credentials_at_the_end);
  RUN(normal_events_of_an_eventfd);
  RUN(arrivals_are_no_edge_of_room);
  return T_END();
}
