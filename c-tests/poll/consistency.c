/* poll, select and epoll are three views of one state: whatever is done to a set of sockets, pipes
 * and pairs, the three agree, and with a model of the in-process ones. The operations are random
 * but the same in every run. */
#include "../t.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>

enum { TCP, UDP, STREAM, DATAGRAM, PIPE, COUNTER, KINDS, OBJECTS = 24, ROUNDS = 400 };

struct object {
  int kind;
  int fd[2];      /* [0] writes, [1] reads (the same descriptor for a counter) */
  int queued;     /* bytes, datagrams or the counter */
  int shut, open; /* [0] has shut its writing side; [1] is still open */
};

static struct object objects[OBJECTS];
static int set;
static uint32_t seed;

static uint32_t draw(uint32_t below) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % below;
}

static int watch(int fd) {
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP, .data.fd = fd};
  return epoll_ctl(set, EPOLL_CTL_ADD, fd, &e);
}

static int make(struct object *o, int kind) {
  int ends[2], made;
  *o = (struct object){.kind = kind, .fd = {-1, -1}, .open = 1};
  switch (kind) {
  case TCP:
    made = t_tcp_pair(AF_INET, o->fd);
    break;
  case UDP:
    made = t_udp_pair(AF_INET, o->fd);
    break;
  case STREAM:
    made = socketpair(AF_UNIX, SOCK_STREAM, 0, o->fd);
    break;
  case DATAGRAM:
    made = socketpair(AF_UNIX, SOCK_DGRAM, 0, o->fd);
    break;
  case PIPE:
    made = pipe(ends);
    o->fd[0] = ends[1];
    o->fd[1] = ends[0];
    break;
  default:
    made = o->fd[0] = o->fd[1] = eventfd(0, 0);
  }
  if (made == -1)
    return -1;
  return watch(o->fd[1]) == -1 || (kind != COUNTER && watch(o->fd[0]) == -1) ? -1 : 0;
}

/* What the reading end must report of POLLIN and POLLRDHUP. */
static int readable(const struct object *o) {
  int in = o->queued > 0 ? POLLIN : 0;
  if (o->shut && (o->kind == TCP || o->kind == STREAM))
    in |= POLLIN | POLLRDHUP;
  if (o->shut && o->kind == PIPE)
    in |= POLLHUP;
  return in;
}

static int act(struct object *o) {
  char buffer[64];
  uint64_t one = 1;
  int stream = o->kind == TCP || o->kind == STREAM || o->kind == PIPE;
  switch (draw(8)) {
  case 0:
  case 1:
  case 2:
    if (o->shut)
      return 0;
    if (o->kind == COUNTER ? write(o->fd[0], &one, 8) != 8 : write(o->fd[0], "x", 1) != 1)
      return -1;
    o->queued++;
    return 0;
  case 3:
  case 4:
  case 5:
    if (o->queued == 0)
      return 0;
    if (!t_wait(o->fd[1], POLLIN))
      return -1;
    if (o->kind == COUNTER) {
      if (read(o->fd[1], &one, 8) != 8 || (int)one != o->queued)
        return -1;
      o->queued = 0;
      return 0;
    }
    /* One byte at a time, so that something is left. */
    if (read(o->fd[1], buffer, 1) != 1)
      return -1;
    o->queued--;
    return 0;
  case 6:
    if (stream && !o->shut && draw(6) == 0) {
      o->shut = 1;
      if (o->kind != PIPE)
        return shutdown(o->fd[0], SHUT_WR);
      int fd = o->fd[0];
      o->fd[0] = -1;
      return close(fd);
    }
    return 0;
  default:
    if (draw(8) != 0)
      return 0;
    close(o->fd[1]);
    if (o->fd[0] != -1 && o->fd[0] != o->fd[1])
      close(o->fd[0]);
    return make(o, o->kind);
  }
}

/* Compares the three views and the model once: 0 when they agree, else a number that says where. */
static int disagreement(void) {
  struct pollfd p[2 * OBJECTS];
  struct epoll_event e[2 * OBJECTS + 4];
  static int from_epoll[4096];
  fd_set in, out;
  struct timeval zero = {0, 0};
  int count = 0, ready = 0, selected = 0, last = 0;
  FD_ZERO(&in);
  FD_ZERO(&out);
  for (int i = 0; i < OBJECTS; i++)
    for (int k = objects[i].kind == COUNTER; k < 2; k++)
      if (objects[i].fd[k] != -1) {
        int fd = objects[i].fd[k];
        p[count++] = (struct pollfd){fd, POLLIN | POLLOUT | POLLRDHUP, 0};
        FD_SET(fd, &in);
        FD_SET(fd, &out);
        last = fd > last ? fd : last;
        from_epoll[fd] = 0;
      }
  int polled = poll(p, (nfds_t)count, 0);
  int n = epoll_wait(set, e, 2 * OBJECTS + 4, 0);
  int bits = select(last + 1, &in, &out, NULL, &zero);
  for (int i = 0; i < n; i++)
    from_epoll[e[i].data.fd] = (int)e[i].events;
  for (int i = 0; i < count; i++) {
    int got = p[i].revents, fd = p[i].fd;
    uint32_t same = (got & POLLIN ? EPOLLIN : 0) | (got & POLLOUT ? EPOLLOUT : 0) |
                    (got & POLLRDHUP ? EPOLLRDHUP : 0) | (got & POLLERR ? EPOLLERR : 0) |
                    (got & POLLHUP ? EPOLLHUP : 0);
    ready += got != 0;
    if (from_epoll[fd] != (int)same)
      return 1000 + i;
    if (!FD_ISSET(fd, &in) != !(got & (POLLIN | POLLERR | POLLHUP)))
      return 2000 + i;
    if (!FD_ISSET(fd, &out) != !(got & (POLLOUT | POLLERR)))
      return 3000 + i;
    selected += (FD_ISSET(fd, &in) != 0) + (FD_ISSET(fd, &out) != 0);
  }
  if (polled != ready || n != ready || bits != selected)
    return 4000;
  for (int i = 0, at = 0; i < OBJECTS; i++)
    for (int k = objects[i].kind == COUNTER; k < 2; k++)
      if (objects[i].fd[k] != -1) {
        int want = POLLIN | POLLRDHUP | (objects[i].kind == PIPE ? POLLHUP : 0);
        if (k == 1 && (p[at].revents & want) != readable(&objects[i]))
          return 5000 + i;
        at++;
      }
  return 0;
}

static void run(uint32_t start) {
  seed = start;
  REQUIRE_OK(set = epoll_create1(0));
  for (int i = 0; i < OBJECTS; i++)
    REQUIRE_OK(make(&objects[i], i % KINDS));
  for (int round = 0; round < ROUNDS; round++) {
    for (uint32_t k = 1 + draw(4); k > 0; k--)
      REQUIRE_OK(act(&objects[draw(OBJECTS)]));
    /* The network takes a moment; then all must agree. */
    int last = 0;
    for (long long end = t_now_ms() + T_LIMIT_MS; (last = disagreement()) && t_now_ms() < end;)
      t_pause_ms(1);
    REQUIRE_EQ(last, 0);
  }
}

TEST(three_views_agree) { run(1); }
TEST(three_views_agree_again) { run(20261121); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(three_views_agree);
  RUN(three_views_agree_again);
  return T_END();
}
