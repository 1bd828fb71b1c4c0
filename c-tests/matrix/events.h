/* What the matrix of waits is made of: states of a descriptor, and events that happen to it. */
#ifndef WPS_MATRIX_EVENTS_H
#define WPS_MATRIX_EVENTS_H

#include "../t.h"

enum {
  IN = POLLIN,
  OUT = POLLOUT,
  RDHUP = POLLRDHUP,
  FAILED = POLLERR | POLLHUP,
  /* After so many milliseconds the event comes during the wait. */
  DELAY_MS = 3,
  /* How long a wait may take to show that it is not told of something. */
  NOTHING_MS = 6,
};

/* What holds of a descriptor before the event. */
enum state {
  IDLE,         /* a connection without anything to read */
  FULL,         /* one that takes no more output */
  UNREAD,       /* one with something to read */
  FULL_UNREAD,  /* both */
  LISTENING,    /* a listener without connections */
  DATAGRAMS,    /* a UDP socket */
  ALONE,        /* one connected to nobody */
  ASKED,        /* the same with something to read */
  CONNECTING,   /* a connect under way */
};

/* The conditions that hold then. */
static const int held[] = {
    [IDLE] = OUT,      [FULL] = 0,        [UNREAD] = IN | OUT, [FULL_UNREAD] = IN,
    [LISTENING] = 0,   [DATAGRAMS] = OUT, [ALONE] = OUT,       [ASKED] = IN | OUT,
    [CONNECTING] = 0,
};

/* An event: what the peer does (%d: a port, or how many bytes fill the connection), in which states it is tried,
 * and the conditions that hold afterwards besides those before. */
struct event {
  const char *name, *order;
  int states, adds;
};

#define STATE(s) (1 << (s))
#define BROKEN (IN | OUT | RDHUP | FAILED)

static const struct event data = {"data", "write 1 10", STATE(IDLE) | STATE(FULL), IN};
static const struct event end = {"the end", "shut 1 wr", STATE(IDLE) | STATE(FULL) | STATE(UNREAD), IN | RDHUP};
static const struct event reset = {"a reset", "reset 1", STATE(IDLE) | STATE(FULL) | STATE(UNREAD), BROKEN};
static const struct event room = {"room again", "read 1 %d", STATE(FULL) | STATE(FULL_UNREAD), OUT};
static const struct event connection = {"a connection", "connect 3 127.0.0.1 %d", STATE(LISTENING), IN};
static const struct event datagram = {"a datagram", "sendto 2 127.0.0.1 %d 10", STATE(DATAGRAMS), IN};
/* These come of what the program does itself. */
static const struct event refusal = {"a refused datagram", NULL, STATE(ALONE) | STATE(ASKED), POLLERR};
static const struct event connected = {"a connect that succeeds", NULL, STATE(CONNECTING), OUT};
static const struct event refused = {"a connect that is refused", NULL, STATE(CONNECTING), BROKEN};

/* The cell that is being looked at. */
static const struct event *event;
static enum state state;
static int tested, during;

static const char *const states[] = {"idle",      "full",  "unread", "full and unread", "listening",
                                     "datagrams", "alone", "asked",  "connecting"};

#define CELL_FAIL(...) t_fail(__FILE__, __LINE__, __VA_ARGS__)

static int peer = -1, listener, port;

/* Fills the connection: how many bytes that took. */
static int fill(int fd) {
  static char chunk[65536];
  int total = 0;
  do {
    ssize_t n;
    while ((n = send(fd, chunk, sizeof chunk, MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
      total += (int)n;
  } while (t_poll(fd, POLLOUT, NOTHING_MS) & POLLOUT);
  return total;
}

/* A descriptor in that state, with whatever its event needs; -1 when something fails. */
static int prepare(void) {
  int fd = -1;
  switch (state) {
  case LISTENING:
    fd = t_listener(AF_INET);
    port = t_port(fd);
    break;
  case DATAGRAMS:
    fd = t_bound(AF_INET, SOCK_DGRAM);
    port = t_port(fd);
    break;
  case ALONE:
  case ASKED: {
    /* What it reads is its peer's last word. */
    int other = t_bound(AF_INET, SOCK_DGRAM);
    fd = t_bound(AF_INET, SOCK_DGRAM);
    if (t_connect(fd, t_local(other)) || t_connect(other, t_local(fd)))
      return -1;
    if (state == ASKED && (send(other, "x", 1, 0) != 1 || !t_wait(fd, POLLIN)))
      return -1;
    close(other);
    break;
  }
  case CONNECTING: {
    struct t_addr at = t_local(listener);
    int nobody = event == &refused ? t_nobody(AF_INET, &at) : -1;
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (t_connect(fd, at) == -1 && errno != EINPROGRESS)
      return -1;
    close(nobody);
    break;
  }
  default:
    if (peer_number(peer, "connect 1 127.0.0.1 %d", t_port(listener)) <= 0)
      return -1;
    fd = accept(listener, NULL, NULL);
    if (state == UNREAD || state == FULL_UNREAD)
      if (!peer_run(peer, "write 1 10") || !t_wait(fd, POLLIN))
        return -1;
    port = state == FULL || state == FULL_UNREAD ? fill(fd) : 0;
  }
  return fd;
}

/* The event happens now, or soon. */
static int happen(void) {
  if (event == &refusal)
    return send(tested, "x", 1, 0) == 1 ? 0 : -1;
  if (!event->order)
    return 0;
  if (during && peer_start(peer, "pause %d", DELAY_MS) == -1)
    return -1;
  char order[80];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
  snprintf(order, sizeof order, event->order, port);
#pragma GCC diagnostic pop
  return during ? peer_start(peer, "%s", order) : peer_run(peer, "%s", order) ? 0 : -1;
}

/* What every subtest needs. */
static int begin(const struct event *one) {
  event = one;
  peer = peer_open();
  listener = t_listener(AF_INET);
  return peer == -1 || listener == -1 || peer_number(peer, "udp 2 127.0.0.1") <= 0 ? -1 : 0;
}

/* The answers to an event that happened during the wait. */
static void happened(void) {
  if (during && event->order && (!peer_answer(peer) || !peer_answer(peer)))
    CELL_FAIL("%s: the peer could not make it happen", event->name);
}

#endif
