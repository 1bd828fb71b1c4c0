/* Every call in every state of a TCP socket, as on Linux: socket(7), tcp(7), ip(7), connect(2),
 * shutdown(2), poll(2). See walk.h. */
#include "walk.h"

#include <sys/epoll.h>

/* Where to connect to, one for each family. */
static struct place {
  int server, dead, full;
  struct t_addr at, nowhere, stuck;
} places[2];

static int helper = -1;

static struct place *place(const struct subject *s) { return &places[s->family == AF_INET6]; }

/* A listener whose queue is full: a connect to it stays under way. */
static int make_full(int family, struct place *p) {
  p->full = t_bound(family, SOCK_STREAM);
  if (p->full == -1 || listen(p->full, 0) == -1)
    return -1;
  p->stuck = t_local(p->full);
  for (int i = 0; i < 8; i++) {
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd == -1 || (t_connect(fd, p->stuck) == -1 && errno != EINPROGRESS))
      return -1;
    if (t_poll(fd, POLLOUT, 300) == 0) {
      close(fd);
      return 0;
    }
  }
  return -1;
}

static int make_place(int family, struct place *p) {
  p->server = t_listener(family);
  p->at = t_local(p->server);
  p->dead = t_nobody(family, &p->nowhere);
  return p->server == -1 || p->dead == -1 ? -1 : t_set_nonblock(p->server, 1);
}

/* The server's end of the connection that comes from this port; -1 when there is none. */
static int server_end(const struct subject *s, int port, int ms) {
  for (long long end = t_now_ms() + ms;;) {
    int fd = accept(place(s)->server, NULL, NULL);
    if (fd != -1 && t_remote_port(fd) == port)
      return fd;
    if (fd != -1)
      close(fd);
    else if (t_now_ms() >= end)
      return -1;
    else
      t_poll(place(s)->server, POLLIN, 1);
  }
}

static int fresh(struct subject *s) {
  struct timeval brief = {0, 20000};
  s->fd = socket(s->family, SOCK_STREAM, 0);
  /* For accept(); receives do not wait. */
  return setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
}

static int bound(struct subject *s) {
  return fresh(s) == -1 ? -1 : t_bind(s->fd, t_loopback(s->family, 0));
}

static int bound_port(struct subject *s) {
  w_choose_port(s, SOCK_STREAM);
  return fresh(s) == -1 ? -1 : t_bind(s->fd, s->own);
}

static int bound_any(struct subject *s) {
  return fresh(s) == -1 ? -1 : t_bind(s->fd, t_wildcard(s->family, 0));
}

static int bound_any_port(struct subject *s) {
  w_choose_port(s, SOCK_STREAM);
  return fresh(s) == -1 ? -1 : t_bind(s->fd, t_wildcard(s->family, t_addr_port(&s->own)));
}

/* A connect that goes on for ever. */
static int to_stuck(struct subject *s) {
  struct timeval brief = {0, 10000};
  setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &brief, sizeof brief);
  t_set_nonblock(s->fd, 1);
  int result = t_connect(s->fd, place(s)->stuck);
  if (result != -1 || errno != EINPROGRESS)
    return -1;
  w_note_own(s);
  return t_set_nonblock(s->fd, s->nonblocking);
}

/* A connect that is refused. */
static int to_nobody(struct subject *s) {
  t_set_nonblock(s->fd, s->nonblocking);
  int result = t_connect(s->fd, place(s)->nowhere);
  if (result != -1 || errno != (s->nonblocking ? EINPROGRESS : ECONNREFUSED))
    return -1;
  return !s->nonblocking || t_wait(s->fd, POLLERR) ? 0 : -1;
}

/* A connection with the server. */
static int to_server(struct subject *s) {
  if (t_connect(s->fd, place(s)->at) == -1)
    return -1;
  s->other = server_end(s, t_port(s->fd), T_LIMIT_MS);
  return s->other == -1 ? -1 : w_note_own(s);
}

#define WITH(name, first, then)                                                                    \
  static int name(struct subject *s) { return first(s) == -1 ? -1 : then(s); }

WITH(connecting, fresh, to_stuck)
WITH(bound_connecting, bound, to_stuck)
WITH(port_connecting, bound_port, to_stuck)
WITH(any_port_connecting, bound_any_port, to_stuck)
WITH(refused, fresh, to_nobody)
WITH(bound_refused, bound, to_nobody)
WITH(port_refused, bound_port, to_nobody)
WITH(any_port_refused, bound_any_port, to_nobody)
WITH(connected, fresh, to_server)
WITH(bound_connected, bound, to_server)
WITH(port_connected, bound_port, to_server)

static int take_error(struct subject *s) {
  return t_get_int(s->fd, SOL_SOCKET, SO_ERROR) == -1 ? -1 : 0;
}
static int read_error(struct subject *s) {
  char c;
  return recv(s->fd, &c, 1, MSG_DONTWAIT), 0;
}
static int connect_error(struct subject *s) { return t_connect(s->fd, place(s)->nowhere), 0; }

WITH(refused_told, refused, take_error)
WITH(refused_read, refused, read_error)
WITH(refused_again, refused, connect_error)
WITH(port_refused_again, port_refused, connect_error)

static int accepted(struct subject *s) {
  if (connected(s) == -1)
    return -1;
  int fd = s->fd;
  s->fd = s->other;
  s->other = fd;
  s->own = t_local(s->fd);
  return 0;
}

static int send_data(struct subject *s) {
  return send(s->other, "abc", 3, 0) == 3 && t_wait(s->fd, POLLIN) ? 0 : -1;
}
static int peer_ends(struct subject *s) {
  return shutdown(s->other, SHUT_WR) == 0 && t_wait(s->fd, POLLRDHUP) ? 0 : -1;
}
static int peer_ends_unseen(struct subject *s) {
  /* poll says no more than before. */
  return shutdown(s->other, SHUT_WR) == 0 && T_UNTIL(t_remote(s->fd).len == 0) ? 0 : -1;
}
static int end_reading(struct subject *s) { return shutdown(s->fd, SHUT_RD); }
static int end_writing(struct subject *s) {
  return shutdown(s->fd, SHUT_WR) == 0 && t_wait(s->other, POLLRDHUP) ? 0 : -1;
}
static int end_both(struct subject *s) {
  return shutdown(s->fd, SHUT_RDWR) == 0 && t_wait(s->other, POLLRDHUP) ? 0 : -1;
}

WITH(data, connected, send_data)
WITH(peer_shut, connected, peer_ends)
WITH(peer_shut_data, data, peer_ends)
WITH(shut_rd, connected, end_reading)
WITH(shut_rd_data, data, end_reading)
WITH(shut_wr, connected, end_writing)
WITH(shut_rdwr, connected, end_both)
WITH(closed_after_shut, shut_wr, peer_ends)
WITH(closed_after_shut_both, shut_rdwr, peer_ends_unseen)
WITH(closed_after_peer, peer_shut, end_writing)
WITH(closed_with_data, peer_shut_data, end_writing)

/* The peer is the helper process, because a component cannot send a reset. */
static int with_helper(struct subject *s) {
  const char *lo = s->family == AF_INET6 ? "::1" : "127.0.0.1";
  if (helper == -1)
    helper = peer_open();
  peer_run(helper, "close 1");
  int port = (int)peer_number(helper, "listen 1 %s", lo);
  if (port <= 0 || t_connect(s->fd, t_loopback(s->family, port)) == -1)
    return -1;
  w_note_own(s);
  return peer_number(helper, "accept 2 1") > 0 ? 0 : -1;
}
static int helper_sends(struct subject *s) {
  return peer_number(helper, "write 2 3") == 3 && t_wait(s->fd, POLLIN) ? 0 : -1;
}
static int helper_resets(struct subject *s) {
  return peer_run(helper, "reset 2") && t_wait(s->fd, POLLERR) ? 0 : -1;
}

WITH(with_peer, fresh, with_helper)
WITH(port_with_peer, bound_port, with_helper)
WITH(data_of_peer, with_peer, helper_sends)
WITH(reset_empty, with_peer, helper_resets)
WITH(port_reset, port_with_peer, helper_resets)
WITH(reset_data, data_of_peer, helper_resets)
WITH(reset_told, reset_empty, take_error)
WITH(reset_read, reset_empty, read_error)

static int start_listening(struct subject *s) { return listen(s->fd, 16); }
static int client_comes(struct subject *s) {
  s->other = socket(s->family, SOCK_STREAM, 0);
  return t_connect(s->other, t_loopback(s->family, t_port(s->fd))) == 0 && t_wait(s->fd, POLLIN)
             ? 0
             : -1;
}

WITH(listening, bound, start_listening)
WITH(unbound_listening, fresh, start_listening)
WITH(port_listening, bound_port, start_listening)
WITH(any_port_listening, bound_any_port, start_listening)
WITH(listening_client, listening, client_comes)

static int listener_ends(struct subject *s) {
  w_note_own(s);
  return shutdown(s->fd, SHUT_RD);
}

WITH(shut_listener, listening, listener_ends)
WITH(shut_unbound_listener, unbound_listening, listener_ends)
WITH(shut_port_listener, port_listening, listener_ends)
WITH(shut_listener_client, listening_client, listener_ends)

static int give_up(struct subject *s) { return shutdown(s->fd, SHUT_WR); }

WITH(shut_connecting, connecting, give_up)
WITH(shut_bound_connecting, bound_connecting, give_up)
WITH(shut_port_connecting, port_connecting, give_up)

static int forget(struct subject *s) {
  struct sockaddr none;
  memset(&none, 0, sizeof none);
  none.sa_family = AF_UNSPEC;
  w_note_own(s);
  return connect(s->fd, &none, sizeof none);
}

WITH(unspec_fresh, fresh, forget)
WITH(unspec_bound, bound, forget)
WITH(unspec_port, bound_port, forget)
WITH(unspec_any_port, bound_any_port, forget)
WITH(unspec_connecting, connecting, forget)
WITH(unspec_bound_connecting, bound_connecting, forget)
WITH(unspec_port_connecting, port_connecting, forget)
WITH(unspec_refused, refused, forget)
WITH(unspec_port_refused, port_refused, forget)
WITH(unspec_connected, connected, forget)
WITH(unspec_bound_connected, bound_connected, forget)
WITH(unspec_port_connected, port_connected, forget)
WITH(unspec_accepted, accepted, forget)
WITH(unspec_data, data, forget)
WITH(unspec_peer_shut, peer_shut, forget)
WITH(unspec_shut_rdwr, shut_rdwr, forget)
WITH(unspec_reset, reset_empty, forget)
WITH(unspec_listening, listening, forget)
WITH(unspec_port_listening, port_listening, forget)
WITH(unspec_listening_client, listening_client, forget)

/* The calls. */

static void nothing(struct subject *s) { (void)s, w_say("0"); }

static void bind_lo(struct subject *s) {
  w_say("%s", w_result(t_bind(s->fd, t_loopback(s->family, 0))));
}
static void bind_own(struct subject *s) {
  struct t_addr at = s->chosen ? s->own : t_wildcard(s->family, 0);
  w_say("%s", w_result(t_bind(s->fd, at)));
}
static void listen_16(struct subject *s) { w_say("%s", w_result(listen(s->fd, 16))); }
static void accept_one(struct subject *s) {
  int fd = accept(s->fd, NULL, NULL);
  w_say("%s", fd == -1 ? w_result(-1) : "fd");
  close(fd);
}

static void connect_and_wait(struct subject *s, struct t_addr to, int wait) {
  int result = t_connect(s->fd, to);
  w_say("%s", w_result(result));
  if (result == -1 && errno == EINPROGRESS && wait)
    t_wait(s->fd, POLLOUT);
}
static void connect_server(struct subject *s) { connect_and_wait(s, place(s)->at, 1); }
static void connect_nobody(struct subject *s) { connect_and_wait(s, place(s)->nowhere, 1); }
static void connect_port_0(struct subject *s) {
  connect_and_wait(s, t_loopback(s->family, 0), 1);
}
static void connect_self(struct subject *s) {
  connect_and_wait(s, s->chosen ? s->own : place(s)->nowhere, 1);
}
static void connect_broadcast(struct subject *s) {
  connect_and_wait(s, t_ipv4("255.255.255.255", 9), 1);
}
static void connect_multicast(struct subject *s) {
  connect_and_wait(s, t_ipv4("224.0.0.1", 9), 1);
}
static void connect_short(struct subject *s) {
  struct t_addr to = place(s)->at;
  to.len = 8;
  connect_and_wait(s, to, 0);
}
static void connect_other_family(struct subject *s) {
  connect_and_wait(s, t_loopback(s->family == AF_INET ? AF_INET6 : AF_INET, 9), 1);
}
static void connect_unspec(struct subject *s) {
  struct t_addr none = t_loopback(s->family, 0);
  none.sa.any.sa_family = AF_UNSPEC;
  w_say("%s", w_result(t_connect(s->fd, none)));
}
static void connect_unspec_short(struct subject *s) {
  struct t_addr none = t_loopback(s->family, 0);
  none.sa.any.sa_family = AF_UNSPEC;
  none.len = 2;
  w_say("%s", w_result(t_connect(s->fd, none)));
}

static void send_one(struct subject *s) {
  w_say("%s", w_result(send(s->fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT)));
}
static void send_none(struct subject *s) {
  w_say("%s", w_result(send(s->fd, "x", 0, MSG_NOSIGNAL | MSG_DONTWAIT)));
}
static void receive(struct subject *s, size_t size, int flags) {
  char buffer[8];
  w_say("%s", w_result(recv(s->fd, buffer, size, flags | MSG_DONTWAIT)));
}
static void recv_1(struct subject *s) { receive(s, 1, 0); }
static void recv_none(struct subject *s) { receive(s, 0, 0); }
static void peek(struct subject *s) { receive(s, 8, MSG_PEEK); }
static void recv_all(struct subject *s) { receive(s, 8, MSG_WAITALL); }
static void recv_trunc(struct subject *s) { receive(s, 2, MSG_TRUNC); }
static void recv_oob(struct subject *s) { receive(s, 1, MSG_OOB); }

static void shutdown_rd(struct subject *s) { w_say("%s", w_result(shutdown(s->fd, SHUT_RD))); }
static void shutdown_wr(struct subject *s) { w_say("%s", w_result(shutdown(s->fd, SHUT_WR))); }
static void shutdown_rdwr(struct subject *s) { w_say("%s", w_result(shutdown(s->fd, SHUT_RDWR))); }

static void get(struct subject *s, int level, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  int result = getsockopt(s->fd, level, option, &value, &size);
  w_say("%s", result == -1 ? w_result(-1) : level == SOL_SOCKET && option == SO_ERROR && value
                                 ? t_errno_name(value)
                                 : w_result(value));
}
static void so_error(struct subject *s) { get(s, SOL_SOCKET, SO_ERROR); }
static void acceptconn(struct subject *s) { get(s, SOL_SOCKET, SO_ACCEPTCONN); }
static void keepalive(struct subject *s) {
  w_say("%s", w_result(t_set_int(s->fd, SOL_SOCKET, SO_KEEPALIVE, 1)));
}
static void nodelay(struct subject *s) {
  w_say("%s", w_result(t_set_int(s->fd, IPPROTO_TCP, TCP_NODELAY, 1)));
}
static void reuseaddr(struct subject *s) {
  w_say("%s", w_result(t_set_int(s->fd, SOL_SOCKET, SO_REUSEADDR, 1)));
}
static void v6only(struct subject *s) {
  w_say("%s", w_result(t_set_int(s->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)));
}
static void ttl(struct subject *s) {
  t_set_int(s->fd, IPPROTO_IP, IP_TTL, 33);
  get(s, IPPROTO_IP, IP_TTL);
}
static void hops(struct subject *s) {
  t_set_int(s->fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 33);
  get(s, IPPROTO_IPV6, IPV6_UNICAST_HOPS);
}
static void info(struct subject *s) {
  struct tcp_info told;
  socklen_t size = sizeof told;
  memset(&told, 0, sizeof told);
  int result = getsockopt(s->fd, IPPROTO_TCP, TCP_INFO, &told, &size);
  /* TCP_FIN_WAIT1 becomes TCP_FIN_WAIT2 when the peer's acknowledgement comes. */
  int state = told.tcpi_state == 4 ? 5 : told.tcpi_state;
  w_say("%s", w_result(result == -1 ? -1 : state));
}
static void count(struct subject *s, unsigned long request) {
  int value = -1;
  int result = ioctl(s->fd, request, &value);
  w_say("%s", w_result(result == -1 ? -1 : value));
}
static void fionread(struct subject *s) { count(s, FIONREAD); }

static void epoll_once(struct subject *s) {
  int set = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP};
  int result = epoll_ctl(set, EPOLL_CTL_ADD, s->fd, &e);
  if (result == 0)
    result = epoll_wait(set, &e, 1, 0);
  static const int bits[][2] = {{EPOLLIN, POLLIN},   {EPOLLOUT, POLLOUT}, {EPOLLRDHUP, POLLRDHUP},
                                {EPOLLERR, POLLERR}, {EPOLLHUP, POLLHUP}};
  int events = 0;
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
    {"connect_server", connect_server, 0},
    {"connect_nobody", connect_nobody, 0},
    {"connect_port_0", connect_port_0, 0},
    {"connect_self", connect_self, 0},
    {"connect_broadcast", connect_broadcast, AF_INET},
    {"connect_multicast", connect_multicast, AF_INET},
    {"connect_short", connect_short, 0},
    {"connect_other_family", connect_other_family, 0},
    {"connect_unspec", connect_unspec, 0},
    {"connect_unspec_short", connect_unspec_short, 0},
    {"send", send_one, 0},
    {"send_none", send_none, 0},
    {"recv", recv_1, 0},
    {"recv_none", recv_none, 0},
    {"peek", peek, 0},
    {"recv_waitall", recv_all, 0},
    {"recv_trunc", recv_trunc, 0},
    {"recv_oob", recv_oob, 0},
    {"shutdown_rd", shutdown_rd, 0},
    {"shutdown_wr", shutdown_wr, 0},
    {"shutdown_rdwr", shutdown_rdwr, 0},
    {"so_error", so_error, 0},
    {"so_acceptconn", acceptconn, 0},
    {"so_keepalive", keepalive, 0},
    {"so_reuseaddr", reuseaddr, 0},
    {"tcp_nodelay", nodelay, 0},
    {"tcp_info", info, 0},
    {"ip_ttl", ttl, AF_INET},
    {"ipv6_v6only", v6only, AF_INET6},
    {"ipv6_hops", hops, AF_INET6},
    {"fionread", fionread, 0},
    {"epoll", epoll_once, 0},
    {0},
};

/* By which addresses a listener can be reached. */
static void reach(struct subject *s) {
  w_say("reach=");
  if (t_get_int(s->fd, SOL_SOCKET, SO_ACCEPTCONN) == 1) {
    int port = t_port(s->fd);
    struct t_addr ways[2] = {t_loopback(s->family, port), t_ipv4("127.0.0.2", port)};
    for (int i = 0; i < 2; i++) {
      int fd = socket(ways[i].sa.any.sa_family, SOCK_STREAM, 0);
      w_say("%s%s", i ? " " : "", t_connect(fd, ways[i]) == 0 ? "yes" : "no");
      close(fd);
    }
  }
  w_say(", ");
}

static void names(struct subject *s, const char *name, const char *peer) {
  w_say("%s=%s, ", name, w_name(s, t_local(s->fd)));
  w_say("%s=%s, ", peer, w_name(s, t_remote(s->fd)));
}

/* Another connection on the same socket: what connect says, and what the server sees of it. */
static void again(struct subject *s) {
  int before = t_remote(s->fd).len != 0;
  int result = t_connect(s->fd, place(s)->at);
  w_say("again=%s", w_result(result));
  if (result == -1 && errno == EINPROGRESS && t_poll(s->fd, POLLOUT, 3000))
    w_say(" then %s", t_errno_name(t_get_int(s->fd, SOL_SOCKET, SO_ERROR)));
  if (!before && t_remote(s->fd).len != 0) {
    int fd = server_end(s, t_port(s->fd), T_LIMIT_MS);
    char c = 0;
    int works = fd != -1 && send(fd, "y", 1, 0) == 1 && t_wait(s->fd, POLLIN) &&
                recv(s->fd, &c, 1, 0) == 1 && c == 'y';
    w_say(" and %s", works ? "works" : "does not work");
    close(fd);
  }
  w_say(", ");
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
  reach(s);
  again(s);
  names(s, "end", "endpeer");
  /* No port is to wait for a minute. */
  struct linger none = {1, 0};
  setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

static const struct line lines[] = {
#include "tcp_linux.h"
    {0},
};

static const char nameless[] = KNOWN_WASM("name-while-connecting");
static const char no_reset[] = KNOWN_WASM("linger-no-reset");
static const char has_name[] = KNOWN_WASM("bind-after-the-end");

static const struct known known[] = {
    /* The host does not tell the port of a connection before it stands. */
    {"connecting", "*", "name", "any:0", nameless},
    {"connecting", "*", "end", "any:0", nameless},
    {"*_connecting", "*", "name", "any:0", nameless},
    {"*refused*", "[!b]*", "name", "any:0", nameless},
    {"*refused*", "[!b]*", "end", "any:0", nameless},
    {"*", "connect_nobody", "name", "any:0", nameless},
    {"*", "connect_self", "name", "any:0", nameless},
    {"*", "connect_port_0", "name", "any:0", nameless},
    /* The connection that was given up goes on at the host, so the same one cannot be made. */
    {"*port_connected", "*", "again", "*EADDRNOTAVAIL", no_reset},
    {"*port_connected", "*", "endpeer", "ENOTCONN", no_reset},
    {"unspec_port_connected", "connect_server", "*", "*", no_reset},
    /* The host socket of the connection has the name. */
    {"closed_*", "bind_*", "ret", "EINVAL EINVAL", has_name},
    {"closed_*", "bind_*", "name", "lo:own", has_name},
    {"closed_*", "bind_*", "end", "lo:own", has_name},
    {"closed_*", "ipv6_v6only", "ret", "EINVAL EINVAL", has_name},
    {"reset_*", "ipv6_v6only", "ret", "EINVAL EINVAL", has_name},
    {"reset_*", "bind_*", "ret", "EINVAL EINVAL", has_name},
    {"reset_*", "bind_*", "name", "lo:own", has_name},
    {"reset_*", "bind_*", "end", "lo:own", has_name},
    {0},
};

#define STATE(name)                                                                                \
  TEST(state_##name) {                                                                             \
    helper = -1; /* closed with the last state */                                                  \
    static const struct state state = {#name, name};                                               \
    w_walk(&state);                                                                                \
  }

STATE(fresh)
STATE(bound)
STATE(bound_port)
STATE(bound_any)
STATE(bound_any_port)
STATE(connecting)
STATE(bound_connecting)
STATE(port_connecting)
STATE(any_port_connecting)
STATE(refused)
STATE(bound_refused)
STATE(port_refused)
STATE(any_port_refused)
STATE(connected)
STATE(bound_connected)
STATE(port_connected)
STATE(refused_told)
STATE(refused_read)
STATE(refused_again)
STATE(port_refused_again)
STATE(accepted)
STATE(data)
STATE(peer_shut)
STATE(peer_shut_data)
STATE(shut_rd)
STATE(shut_rd_data)
STATE(shut_wr)
STATE(shut_rdwr)
STATE(closed_after_shut)
STATE(closed_after_shut_both)
STATE(closed_after_peer)
STATE(closed_with_data)
STATE(reset_empty)
STATE(port_reset)
STATE(reset_data)
STATE(reset_told)
STATE(reset_read)
STATE(listening)
STATE(unbound_listening)
STATE(port_listening)
STATE(any_port_listening)
STATE(listening_client)
STATE(shut_listener)
STATE(shut_unbound_listener)
STATE(shut_port_listener)
STATE(shut_listener_client)
STATE(shut_connecting)
STATE(shut_bound_connecting)
STATE(shut_port_connecting)
STATE(unspec_fresh)
STATE(unspec_bound)
STATE(unspec_port)
STATE(unspec_any_port)
STATE(unspec_connecting)
STATE(unspec_bound_connecting)
STATE(unspec_port_connecting)
STATE(unspec_refused)
STATE(unspec_port_refused)
STATE(unspec_connected)
STATE(unspec_bound_connected)
STATE(unspec_port_connected)
STATE(unspec_accepted)
STATE(unspec_data)
STATE(unspec_peer_shut)
STATE(unspec_shut_rdwr)
STATE(unspec_reset)
STATE(unspec_listening)
STATE(unspec_port_listening)
STATE(unspec_listening_client)

int main(int argc, char **argv) {
  for (int i = 0; i < 2; i++) {
    int family = i ? AF_INET6 : AF_INET;
    if (make_place(family, &places[i]) == -1) {
      fprintf(stderr, "nowhere to connect to: %s\n", t_errno_name(errno));
      return 1;
    }
    /* One host's listeners are never full: then the states that need one cannot be made. */
    if (make_full(family, &places[i]) == -1)
      places[i].stuck.len = 0;
  }
  w_begin(lines, known, calls, observe);
  T_BEGIN(argc, argv);
  RUN(state_fresh);
  RUN(state_bound);
  RUN(state_bound_port);
  RUN(state_bound_any);
  RUN(state_bound_any_port);
  RUN(state_connecting);
  RUN(state_bound_connecting);
  RUN(state_port_connecting);
  RUN(state_any_port_connecting);
  RUN(state_refused);
  RUN(state_bound_refused);
  RUN(state_port_refused);
  RUN(state_any_port_refused);
  RUN(state_connected);
  RUN(state_bound_connected);
  RUN(state_port_connected);
  RUN(state_refused_told);
  RUN(state_refused_read);
  RUN(state_refused_again);
  RUN(state_port_refused_again);
  RUN(state_accepted);
  RUN(state_data);
  RUN(state_peer_shut);
  RUN(state_peer_shut_data);
  RUN(state_shut_rd);
  RUN(state_shut_rd_data);
  RUN(state_shut_wr);
  RUN(state_shut_rdwr);
  RUN(state_closed_after_shut);
  RUN(state_closed_after_shut_both);
  RUN(state_closed_after_peer);
  RUN(state_closed_with_data);
  RUN(state_reset_empty);
  RUN(state_port_reset);
  RUN(state_reset_data);
  RUN(state_reset_told);
  RUN(state_reset_read);
  RUN(state_listening);
  RUN(state_unbound_listening);
  RUN(state_port_listening);
  RUN(state_any_port_listening);
  RUN(state_listening_client);
  RUN(state_shut_listener);
  RUN(state_shut_unbound_listener);
  RUN(state_shut_port_listener);
  RUN(state_shut_listener_client);
  RUN(state_shut_connecting);
  RUN(state_shut_bound_connecting);
  RUN(state_shut_port_connecting);
  RUN(state_unspec_fresh);
  RUN(state_unspec_bound);
  RUN(state_unspec_port);
  RUN(state_unspec_any_port);
  RUN(state_unspec_connecting);
  RUN(state_unspec_bound_connecting);
  RUN(state_unspec_port_connecting);
  RUN(state_unspec_refused);
  RUN(state_unspec_port_refused);
  RUN(state_unspec_connected);
  RUN(state_unspec_bound_connected);
  RUN(state_unspec_port_connected);
  RUN(state_unspec_accepted);
  RUN(state_unspec_data);
  RUN(state_unspec_peer_shut);
  RUN(state_unspec_shut_rdwr);
  RUN(state_unspec_reset);
  RUN(state_unspec_listening);
  RUN(state_unspec_port_listening);
  RUN(state_unspec_listening_client);
  w_end(__FILE__, "tcp");
  return T_END();
}
