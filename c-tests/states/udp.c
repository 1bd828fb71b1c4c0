/* Every call in every state of a UDP socket, as on Linux: socket(7), udp(7), ip(7), connect(2),
 * shutdown(2), poll(2). See walk.h. */
#include "walk.h"

#include <sys/epoll.h>

/* Whom to talk to, for each family: a peer, a second one, and a port that refuses, because its
 * socket takes datagrams from elsewhere only. */
static struct place {
  int peer, second, dead;
  struct t_addr at, other, nowhere;
} places[2];

static struct place *place(const struct subject *s) { return &places[s->family == AF_INET6]; }

static int make_place(int family, struct place *p) {
  p->peer = t_bound(family, SOCK_DGRAM);
  p->at = t_local(p->peer);
  p->second = t_bound(family, SOCK_DGRAM);
  p->other = t_local(p->second);
  p->dead = t_bound(family, SOCK_DGRAM);
  p->nowhere = t_local(p->dead);
  return p->peer == -1 || p->second == -1 || p->dead == -1
             ? -1
             : t_connect(p->dead, t_loopback(family, 9));
}

/* Nothing of another cell is to be left. */
static void drain(int fd) {
  char c[8];
  while (recv(fd, c, sizeof c, MSG_DONTWAIT) >= 0) {
  }
}

static int fresh(struct subject *s) {
  drain(place(s)->peer);
  drain(place(s)->second);
  s->fd = socket(s->family, SOCK_DGRAM, 0);
  return s->fd == -1 ? -1 : 0;
}
static int bound(struct subject *s) {
  return fresh(s) == -1 ? -1 : t_bind(s->fd, t_loopback(s->family, 0));
}
static int bound_port(struct subject *s) {
  w_choose_port(s, SOCK_DGRAM);
  return fresh(s) == -1 ? -1 : t_bind(s->fd, s->own);
}
static int bound_any(struct subject *s) {
  return fresh(s) == -1 ? -1 : t_bind(s->fd, t_wildcard(s->family, 0));
}
static int bound_any_port(struct subject *s) {
  w_choose_port(s, SOCK_DGRAM);
  return fresh(s) == -1 ? -1 : t_bind(s->fd, t_wildcard(s->family, t_addr_port(&s->own)));
}

#define WITH(name, first, then)                                                                    \
  static int name(struct subject *s) { return first(s) == -1 ? -1 : then(s); }

static int to_peer(struct subject *s) {
  return t_connect(s->fd, place(s)->at) == -1 ? -1 : w_note_own(s);
}
static int to_second(struct subject *s) { return t_connect(s->fd, place(s)->other); }
static int to_port_0(struct subject *s) { return t_connect(s->fd, t_loopback(s->family, 0)); }
static int to_nobody(struct subject *s) {
  if (t_connect(s->fd, place(s)->nowhere) == -1 || send(s->fd, "x", 1, 0) != 1)
    return -1;
  w_note_own(s);
  return t_wait(s->fd, POLLERR) ? 0 : -1;
}
static int take_error(struct subject *s) {
  return t_get_int(s->fd, SOL_SOCKET, SO_ERROR) == -1 ? -1 : 0;
}
static int send_first(struct subject *s) {
  struct t_addr to = place(s)->at;
  return sendto(s->fd, "f", 1, 0, &to.sa.any, to.len) == 1 ? 0 : -1;
}
/* A datagram of the peer, to the loopback address and the port of the socket. */
static ssize_t send_back(struct subject *s, int fd, const char *text, size_t size) {
  struct t_addr to = t_loopback(s->family, t_port(s->fd));
  return sendto(fd, text, size, 0, &to.sa.any, to.len);
}
static int comes(struct subject *s) {
  return send_back(s, place(s)->peer, "abc", 3) == 3 && t_wait(s->fd, POLLIN) ? 0 : -1;
}
/* Something is there already, so that poll would not wait for it. */
static int comes_from_second(struct subject *s) {
  struct epoll_event e = {.events = EPOLLIN | EPOLLET};
  int set = epoll_create1(0);
  int came = epoll_ctl(set, EPOLL_CTL_ADD, s->fd, &e) == 0 && epoll_wait(set, &e, 1, 0) == 1 &&
             send_back(s, place(s)->second, "de", 2) == 2 &&
             epoll_wait(set, &e, 1, W_SETTLE_MS) == 1;
  close(set);
  return came ? 0 : -1;
}
static int end_reading(struct subject *s) { return shutdown(s->fd, SHUT_RD); }
static int end_writing(struct subject *s) { return shutdown(s->fd, SHUT_WR); }
static int end_both(struct subject *s) { return shutdown(s->fd, SHUT_RDWR); }
static int end_both_anyway(struct subject *s) { return shutdown(s->fd, SHUT_RDWR), 0; }
/* To where a socket of its family cannot connect. */
static int fail(struct subject *s) {
  struct t_addr to = t_ipv4("255.255.255.255", 9);
  if (s->family == AF_INET6) {
    to = t_loopback(AF_INET6, 9);
    inet_pton(AF_INET6, "::ffff:255.255.255.255", &to.sa.in6.sin6_addr);
  }
  return t_connect(s->fd, to) == -1 ? 0 : -1;
}
static int forget(struct subject *s) {
  struct t_addr none = t_loopback(s->family, 0);
  none.sa.any.sa_family = AF_UNSPEC;
  w_note_own(s);
  return t_connect(s->fd, none);
}

WITH(sent, fresh, send_first)
WITH(queued, bound, comes)
WITH(queued_any_port, bound_any_port, comes)
WITH(connected, fresh, to_peer)
WITH(bound_connected, bound, to_peer)
WITH(port_connected, bound_port, to_peer)
WITH(any_connected, bound_any, to_peer)
WITH(any_port_connected, bound_any_port, to_peer)
WITH(connected_queued, connected, comes)
WITH(port_connected_queued, port_connected, comes)
WITH(queued_connected, queued, to_second)
WITH(queued_connected_more, queued_connected, comes_from_second)
WITH(connected_port_0, fresh, to_port_0)
WITH(port_connected_port_0, bound_port, to_port_0)
WITH(refused, fresh, to_nobody)
WITH(port_refused, bound_port, to_nobody)
WITH(refused_told, refused, take_error)
WITH(shut_rd, connected, end_reading)
WITH(shut_wr, connected, end_writing)
WITH(shut_rdwr, connected, end_both)
WITH(shut_rd_queued, connected_queued, end_reading)
WITH(shut_unconnected, bound, end_both_anyway)
WITH(failed, fresh, fail)
WITH(failed_bound, bound, fail)
WITH(failed_queued, queued, fail)
WITH(failed_connected, connected, fail)
WITH(failed_bound_connected, bound_connected, fail)
WITH(failed_port_connected, port_connected, fail)
WITH(failed_connected_queued, connected_queued, fail)
WITH(reconnected, connected, to_second)
WITH(reconnected_port, port_connected, to_second)
WITH(reconnected_queued, connected_queued, to_second)
WITH(reconnected_port_0, connected, to_port_0)
WITH(unspec_fresh, fresh, forget)
WITH(unspec_bound, bound, forget)
WITH(unspec_sent, sent, forget)
WITH(unspec_connected, connected, forget)
WITH(unspec_bound_connected, bound_connected, forget)
WITH(unspec_port_connected, port_connected, forget)
WITH(unspec_any_port_connected, any_port_connected, forget)
WITH(unspec_connected_queued, connected_queued, forget)
WITH(unspec_port_queued, port_connected_queued, forget)
WITH(unspec_refused, refused, forget)
WITH(unspec_shut_rdwr, shut_rdwr, forget)

/* The calls. */

static void say_result(long long result) { w_say("%s", w_result(result)); }

static void nothing(struct subject *s) { (void)s, w_say("0"); }
static void bind_lo(struct subject *s) { say_result(t_bind(s->fd, t_loopback(s->family, 0))); }
static void bind_own(struct subject *s) {
  say_result(t_bind(s->fd, s->chosen ? s->own : t_wildcard(s->family, 0)));
}
static void listen_16(struct subject *s) { say_result(listen(s->fd, 16)); }
static void accept_one(struct subject *s) { say_result(accept(s->fd, NULL, NULL)); }

static void connect_peer(struct subject *s) { say_result(t_connect(s->fd, place(s)->at)); }
static void connect_second(struct subject *s) { say_result(t_connect(s->fd, place(s)->other)); }
static void connect_port_0(struct subject *s) {
  say_result(t_connect(s->fd, t_loopback(s->family, 0)));
}
static void connect_any(struct subject *s) {
  say_result(t_connect(s->fd, t_wildcard(s->family, t_addr_port(&place(s)->at))));
}
static void connect_broadcast(struct subject *s) {
  say_result(t_connect(s->fd, t_ipv4("255.255.255.255", 9)));
}
static void connect_short(struct subject *s) {
  struct t_addr to = place(s)->at;
  to.len = 8;
  say_result(t_connect(s->fd, to));
}
static void connect_other_family(struct subject *s) {
  say_result(t_connect(s->fd, t_loopback(s->family == AF_INET ? AF_INET6 : AF_INET, 9)));
}
static void connect_unspec(struct subject *s) {
  struct t_addr none = t_loopback(s->family, 0);
  none.sa.any.sa_family = AF_UNSPEC;
  say_result(t_connect(s->fd, none));
}
static void connect_unspec_short(struct subject *s) {
  struct t_addr none = t_loopback(s->family, 0);
  none.sa.any.sa_family = AF_UNSPEC;
  none.len = 2;
  say_result(t_connect(s->fd, none));
}

static void send_one(struct subject *s) {
  say_result(send(s->fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT));
}
static void send_none(struct subject *s) {
  say_result(send(s->fd, "x", 0, MSG_NOSIGNAL | MSG_DONTWAIT));
}
static void send_to(struct subject *s, struct t_addr to) {
  say_result(sendto(s->fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT, &to.sa.any, to.len));
}
static void sendto_peer(struct subject *s) { send_to(s, place(s)->at); }
static void sendto_second(struct subject *s) { send_to(s, place(s)->other); }
static void sendto_port_0(struct subject *s) { send_to(s, t_loopback(s->family, 0)); }
static void send_big(struct subject *s) {
  static char big[70000];
  say_result(send(s->fd, big, sizeof big, MSG_NOSIGNAL | MSG_DONTWAIT));
}
static void receive(struct subject *s, size_t size, int flags) {
  char buffer[8];
  struct t_addr from;
  from.len = sizeof from.sa;
  ssize_t got = recvfrom(s->fd, buffer, size, flags | MSG_DONTWAIT, &from.sa.any, &from.len);
  say_result(got);
  if (got >= 0)
    w_say("%s", from.len == 0                                                   ? " from none"
                : t_addr_port(&from) == t_addr_port(&place(s)->at)    ? " from peer"
                : t_addr_port(&from) == t_addr_port(&place(s)->other) ? " from second"
                                                                      : " from elsewhere");
}
static void recv_1(struct subject *s) { receive(s, 1, 0); }
static void recv_none(struct subject *s) { receive(s, 0, 0); }
static void peek(struct subject *s) { receive(s, 8, MSG_PEEK); }
static void recv_all(struct subject *s) { receive(s, 8, MSG_WAITALL); }
static void recv_trunc(struct subject *s) { receive(s, 2, MSG_TRUNC); }

static void shutdown_rd(struct subject *s) { say_result(shutdown(s->fd, SHUT_RD)); }
static void shutdown_wr(struct subject *s) { say_result(shutdown(s->fd, SHUT_WR)); }
static void shutdown_rdwr(struct subject *s) { say_result(shutdown(s->fd, SHUT_RDWR)); }

static void so_error(struct subject *s) {
  int value = t_get_int(s->fd, SOL_SOCKET, SO_ERROR);
  w_say("%s", value > 0 ? t_errno_name(value) : w_result(value));
}
static void reuseaddr(struct subject *s) {
  say_result(t_set_int(s->fd, SOL_SOCKET, SO_REUSEADDR, 1));
}
static void v6only(struct subject *s) {
  say_result(t_set_int(s->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1));
}
static void ttl(struct subject *s) {
  t_set_int(s->fd, IPPROTO_IP, IP_TTL, 33);
  say_result(t_get_int(s->fd, IPPROTO_IP, IP_TTL));
}
static void fionread(struct subject *s) {
  int value = -1;
  say_result(ioctl(s->fd, FIONREAD, &value) == -1 ? -1 : value);
}
static void epoll_once(struct subject *s) {
  int set = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP};
  static const int bits[][2] = {{EPOLLIN, POLLIN},   {EPOLLOUT, POLLOUT}, {EPOLLRDHUP, POLLRDHUP},
                                {EPOLLERR, POLLERR}, {EPOLLHUP, POLLHUP}};
  int result = epoll_ctl(set, EPOLL_CTL_ADD, s->fd, &e), events = 0;
  if (result == 0)
    result = epoll_wait(set, &e, 1, 0);
  for (int i = 0; result == 1 && i < 5; i++)
    events |= (int)e.events & bits[i][0] ? bits[i][1] : 0;
  w_say("%s", result == -1 ? w_result(-1) : w_events(events));
  close(set);
}

static const struct call calls[] = {
    {"nothing", nothing, 0},
    {"bind_lo", bind_lo, 0},
    {"bind_own", bind_own, 0},
    {"listen", listen_16, 0},
    {"accept", accept_one, 0},
    {"connect_peer", connect_peer, 0},
    {"connect_second", connect_second, 0},
    {"connect_port_0", connect_port_0, 0},
    {"connect_any", connect_any, 0},
    {"connect_broadcast", connect_broadcast, AF_INET},
    {"connect_short", connect_short, 0},
    {"connect_other_family", connect_other_family, 0},
    {"connect_unspec", connect_unspec, 0},
    {"connect_unspec_short", connect_unspec_short, 0},
    {"send", send_one, 0},
    {"send_none", send_none, 0},
    {"sendto_peer", sendto_peer, 0},
    {"sendto_second", sendto_second, 0},
    {"sendto_port_0", sendto_port_0, 0},
    {"send_big", send_big, 0},
    {"recv", recv_1, 0},
    {"recv_none", recv_none, 0},
    {"peek", peek, 0},
    {"recv_waitall", recv_all, 0},
    {"recv_trunc", recv_trunc, 0},
    {"shutdown_rd", shutdown_rd, 0},
    {"shutdown_wr", shutdown_wr, 0},
    {"shutdown_rdwr", shutdown_rdwr, 0},
    {"so_error", so_error, 0},
    {"so_reuseaddr", reuseaddr, 0},
    {"ip_ttl", ttl, AF_INET},
    {"ipv6_v6only", v6only, AF_INET6},
    {"fionread", fionread, 0},
    {"epoll", epoll_once, 0},
    {0},
};

static void names(struct subject *s, const char *name, const char *peer) {
  struct t_addr at = t_remote(s->fd);
  int port = at.len ? t_addr_port(&at) : 0;
  w_say("%s=%s, ", name, w_name(s, t_local(s->fd)));
  w_say("%s=%s, ", peer, port && port == t_addr_port(&place(s)->at)      ? "peer"
                         : port && port == t_addr_port(&place(s)->other) ? "second"
                                                                         : w_name(s, t_remote(s->fd)));
}

/* Of two datagrams, one of the peer and one of the second, those that come in. */
static void incoming(struct subject *s, const char *field) {
  char got[100] = "", wanted[100], text[8];
  if (t_port(s->fd) != 0) {
    send_back(s, place(s)->peer, "p", 1);
    send_back(s, place(s)->second, "s", 1);
  }
  int known = !w.recording && w_wanted(field, wanted, sizeof wanted);
  long long end = t_now_ms() + (known && wanted[0] ? W_SETTLE_MS : 3);
  do {
    ssize_t n = recv(s->fd, text, sizeof text, MSG_DONTWAIT);
    if (n == -1 && errno == EAGAIN) {
      if (t_now_ms() >= end)
        break;
      t_pause_ms(1);
      continue;
    }
    snprintf(got + strlen(got), sizeof got - strlen(got), "%c", n > 0 ? text[0] : n ? '!' : '0');
  } while ((!known || (strcmp(got, wanted) != 0 && !w_is_known(field, got))) && strlen(got) < 5);
  w_say("%s=%s, ", field, got);
}

static void observe(struct subject *s) {
  w_poll(s, "poll");
  names(s, "name", "peer");
  w_say("err=");
  so_error(s);
  w_say(", ");
  w_poll(s, "then");
  w_say("inq=");
  fionread(s);
  w_say(", recv=");
  receive(s, 2, 0);
  w_say(" ");
  receive(s, 2, 0);
  w_say(", send=");
  send_one(s);
  w_say(", ");
  w_poll(s, "sent");
  incoming(s, "in");
  w_say("again=");
  say_result(t_connect(s->fd, place(s)->other));
  w_say(", ");
  names(s, "end", "endpeer");
  incoming(s, "in2");
}

static const struct line lines[] = {
#include "udp_linux.h"
    {0},
};

#define ELSEWHERE KNOWN_WASM("udp-connected-sendto")
#define TOGETHER KNOWN_WASM("sent-together")
#define FAMILIES KNOWN_WASM("udp-both-families")

static const struct known known[] = {
    /* A socket whose port the system chose sends to its peer alone. */
    {"*", "sendto_[ps]e*", "ret", "*EISCONN", ELSEWHERE},
    /* A reader that the host left behind the wait for the first refusal takes the second one. */
    {"refused_told", "send*", "ret", "[01] [01]", TOGETHER},
    {"refused_told", "send*", "poll", "OUT+ERR", TOGETHER},
    {"refused_told", "send*", "err", "ECONNREFUSED", TOGETHER},
    {"refused_told", "send*", "then", "OUT+ERR", TOGETHER},
    {"refused_told", "send*", "recv", "ECONNREFUSED EAGAIN", TOGETHER},
    /* From IPv6 to IPv4: what comes back is not received on Linux. */
    {"*", "connect_other_family", "in", "!*", FAMILIES},
    {"*", "connect_other_family", "in2", "*s", FAMILIES},
    {"*", "connect_other_family", "sent", "*OUT*+ERR", FAMILIES},
    /* By the time that it comes there, the IPv4 half is gone. */
    {"reconnected_port_0", "connect_other_family", "ret", "EAFNOSUPPORT EAFNOSUPPORT", FAMILIES},
    {"reconnected_port_0", "connect_other_family", "peer", "ENOTCONN", FAMILIES},
    {0},
};

#define STATE(name)                                                                                \
  TEST(state_##name) {                                                                             \
    static const struct state state = {#name, name};                                               \
    w_walk(&state);                                                                                \
  }

STATE(fresh)
STATE(bound)
STATE(bound_port)
STATE(bound_any)
STATE(bound_any_port)
STATE(sent)
STATE(queued)
STATE(queued_any_port)
STATE(connected)
STATE(bound_connected)
STATE(port_connected)
STATE(any_connected)
STATE(any_port_connected)
STATE(connected_queued)
STATE(port_connected_queued)
STATE(queued_connected)
STATE(queued_connected_more)
STATE(connected_port_0)
STATE(port_connected_port_0)
STATE(refused)
STATE(port_refused)
STATE(refused_told)
STATE(shut_rd)
STATE(shut_wr)
STATE(shut_rdwr)
STATE(shut_rd_queued)
STATE(shut_unconnected)
STATE(failed)
STATE(failed_bound)
STATE(failed_queued)
STATE(failed_connected)
STATE(failed_bound_connected)
STATE(failed_port_connected)
STATE(failed_connected_queued)
STATE(reconnected)
STATE(reconnected_port)
STATE(reconnected_queued)
STATE(reconnected_port_0)
STATE(unspec_fresh)
STATE(unspec_bound)
STATE(unspec_sent)
STATE(unspec_connected)
STATE(unspec_bound_connected)
STATE(unspec_port_connected)
STATE(unspec_any_port_connected)
STATE(unspec_connected_queued)
STATE(unspec_port_queued)
STATE(unspec_refused)
STATE(unspec_shut_rdwr)

int main(int argc, char **argv) {
  for (int i = 0; i < 2; i++)
    if (make_place(i ? AF_INET6 : AF_INET, &places[i]) == -1) {
      fprintf(stderr, "nobody to talk to: %s\n", t_errno_name(errno));
      return 1;
    }
  w_begin(lines, known, calls, observe);
  T_BEGIN(argc, argv);
  RUN(state_fresh);
  RUN(state_bound);
  RUN(state_bound_port);
  RUN(state_bound_any);
  RUN(state_bound_any_port);
  RUN(state_sent);
  RUN(state_queued);
  RUN(state_queued_any_port);
  RUN(state_connected);
  RUN(state_bound_connected);
  RUN(state_port_connected);
  RUN(state_any_connected);
  RUN(state_any_port_connected);
  RUN(state_connected_queued);
  RUN(state_port_connected_queued);
  RUN(state_queued_connected);
  RUN(state_queued_connected_more);
  RUN(state_connected_port_0);
  RUN(state_port_connected_port_0);
  RUN(state_refused);
  RUN(state_port_refused);
  RUN(state_refused_told);
  RUN(state_shut_rd);
  RUN(state_shut_wr);
  RUN(state_shut_rdwr);
  RUN(state_shut_rd_queued);
  RUN(state_shut_unconnected);
  RUN(state_failed);
  RUN(state_failed_bound);
  RUN(state_failed_queued);
  RUN(state_failed_connected);
  RUN(state_failed_bound_connected);
  RUN(state_failed_port_connected);
  RUN(state_failed_connected_queued);
  RUN(state_reconnected);
  RUN(state_reconnected_port);
  RUN(state_reconnected_queued);
  RUN(state_reconnected_port_0);
  RUN(state_unspec_fresh);
  RUN(state_unspec_bound);
  RUN(state_unspec_sent);
  RUN(state_unspec_connected);
  RUN(state_unspec_bound_connected);
  RUN(state_unspec_port_connected);
  RUN(state_unspec_any_port_connected);
  RUN(state_unspec_connected_queued);
  RUN(state_unspec_port_queued);
  RUN(state_unspec_refused);
  RUN(state_unspec_shut_rdwr);
  w_end(__FILE__, "udp");
  return T_END();
}
