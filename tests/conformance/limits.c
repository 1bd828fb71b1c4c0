/* A server on a host whose process has no descriptors left (WASI has no call to set its limit): socket() and
 * accept() fail as on Linux, nothing hangs, and all goes on when there are some again. Prints "ok". */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 1000, WAIT_MS = 20000 };

static int bad;

static void check(int ok, int line, const char *what) {
  if (!ok) {
    printf("line %d: %s (errno %s)\n", line, what, strerror(errno));
    bad = 1;
  }
}
#define CHECK(e) check(e, __LINE__, #e)

/* Whether it fails for want of a descriptor. */
static int refused(int result) { return result == -1 && (errno == EMFILE || errno == ENFILE); }

static int readable(int fd) {
  struct pollfd p = {.fd = fd, .events = POLLIN};
  return poll(&p, 1, WAIT_MS) == 1 && p.revents == POLLIN;
}

int main(void) {
  static int clients[MOST];
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t length = sizeof at;
  struct epoll_event event = {.events = EPOLLIN};
  char byte;
  int count = 0, set = epoll_create1(0);
  int waits = socket(AF_INET, SOCK_STREAM, 0), asks = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listeners[2] = {waits, asks};
  /* One that waits in accept(), and one that does not. Connections wait at both. */
  for (int i = 0; i < 2; i++) {
    at.sin_port = 0;
    CHECK(bind(listeners[i], (struct sockaddr *)&at, sizeof at) == 0 && listen(listeners[i], MOST) == 0);
    CHECK(getsockname(listeners[i], (struct sockaddr *)&at, &length) == 0);
    for (int left = i ? MOST - count : 4; left > 0; left--) {
      int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      if (fd == -1)
        break;
      CHECK(connect(fd, (struct sockaddr *)&at, sizeof at) == 0 || errno == EINPROGRESS);
      clients[count++] = fd;
    }
  }
  CHECK(count > 8 && count < MOST);
  CHECK(refused(socket(AF_INET, SOCK_STREAM, 0)));
  CHECK(refused(socket(AF_INET6, SOCK_STREAM, 0)));
  CHECK(refused(socket(AF_INET, SOCK_DGRAM, 0)));
  for (int i = 0; i < 2; i++) {
    epoll_ctl(set, EPOLL_CTL_ADD, listeners[i], &event);
    /* As long as connections wait, and however often. */
    for (int k = 0; k < 3; k++) {
      CHECK(readable(listeners[i]));
      CHECK(epoll_wait(set, &event, 1, WAIT_MS) == 1 && event.events == EPOLLIN);
      CHECK(refused(accept(listeners[i], NULL, NULL)));
      CHECK(refused(accept(listeners[i], NULL, NULL)));
    }
  }
  /* What is open goes on working. */
  CHECK(send(clients[0], "a", 1, 0) == 1);
  /* The last clients leave, whose connections wait at the end of the queue. */
  for (int i = 0; i < 4; i++)
    close(clients[--count]);
  int from = accept(waits, NULL, NULL);
  CHECK(from != -1 && recv(from, &byte, 1, 0) == 1 && byte == 'a');
  CHECK(readable(asks));
  int other = accept(asks, NULL, NULL);
  CHECK(other != -1 && send(other, "b", 1, 0) == 1);
  CHECK(readable(clients[4]) && recv(clients[4], &byte, 1, 0) == 1 && byte == 'b');
  int again = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK(again != -1);
  if (!bad)
    puts("ok");
  return bad;
}
