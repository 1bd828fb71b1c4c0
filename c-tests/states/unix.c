/* Every call in every state of an AF_UNIX socket, as on Linux: unix(7), socketpair(2), connect(2),
 * shutdown(2), recvmmsg(2), poll(2). See walk.h; a state is made for each type of socket that has it.
 * SO_SNDBUF is not filled here, and MSG_OOB not sent: see unix-stream-weight and unix-out-of-band. */
#include "walk.h"

#include <linux/sockios.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/un.h>

/* The type of the running state. */
static int type;

/* What each state can connect to: a listener or a receiver, sockets of the other types, and names
 * whose sockets are closed. */
static int server;

struct name {
  struct sockaddr_un at;
  socklen_t length;
};

static const struct name *path(const char *text) {
  static struct name name;
  memset(&name, 0, sizeof name);
  name.at.sun_family = AF_UNIX;
  strcpy(name.at.sun_path, text);
  name.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(text) + 1);
  return &name;
}

/* Abstract names are those of the whole system, so they have the process's number. */
static const char *prefix(void) {
  static char text[40];
  snprintf(text, sizeof text, "wps-states-%ld-", (long)getpid());
  return text;
}

static const struct name *abstract(const char *text) {
  static struct name name;
  memset(&name, 0, sizeof name);
  name.at.sun_family = AF_UNIX;
  int length =
      snprintf(name.at.sun_path + 1, sizeof name.at.sun_path - 1, "%s%s", prefix(), text);
  name.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
  return &name;
}

/* AF_UNIX alone: bind() chooses a name. */
static const struct name *unnamed(void) {
  static struct name name;
  name.at.sun_family = AF_UNIX;
  name.length = sizeof(sa_family_t);
  return &name;
}

static int bind_to(int fd, const struct name *name) {
  return bind(fd, (const struct sockaddr *)&name->at, name->length);
}
static int connect_to(int fd, const struct name *name) {
  return connect(fd, (const struct sockaddr *)&name->at, name->length);
}
static int unspec(int fd) {
  struct sockaddr none;
  memset(&none, 0, sizeof none);
  none.sa_family = AF_UNSPEC;
  return connect(fd, &none, sizeof none);
}

/* A name in words that are the same in every run. */
static const char *words(int result, const struct name *name) {
  static char text[120];
  if (result == -1)
    return t_errno_name(errno);
  size_t length = name->length - offsetof(struct sockaddr_un, sun_path);
  size_t before = strlen(prefix());
  if (name->length == 0)
    return "nobody";
  if (name->at.sun_family != AF_UNIX)
    snprintf(text, sizeof text, "family %d", name->at.sun_family);
  else if (name->length == sizeof(sa_family_t))
    return "unnamed";
  else if (name->at.sun_path[0])
    snprintf(text, sizeof text, "%.*s", (int)length, name->at.sun_path);
  else if (length > before && memcmp(name->at.sun_path + 1, prefix(), before) == 0)
    snprintf(text, sizeof text, "@%.*s", (int)(length - 1 - before), name->at.sun_path + 1 + before);
  else
    snprintf(text, sizeof text, "@ and %d bytes", (int)length - 1);
  return text;
}

static const char *own_name(int fd) {
  struct name name = {.length = sizeof name.at};
  return words(getsockname(fd, (struct sockaddr *)&name.at, &name.length), &name);
}
static const char *peer_name(int fd) {
  struct name name = {.length = sizeof name.at};
  return words(getpeername(fd, (struct sockaddr *)&name.at, &name.length), &name);
}

/* The states. */

static int new_socket(void) {
  struct timeval brief = {0, 5000};
  int fd = socket(AF_UNIX, type, 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &brief, sizeof brief);
  return fd;
}

/* Frees a path. */
static const struct name *vacant(const char *text) {
  unlink(text);
  return path(text);
}

/* What the cell before left with the server. */
static void tidy(void) {
  static char rest[100];
  int fd;
  while (recv(server, rest, sizeof rest, MSG_DONTWAIT) >= 0)
    continue;
  while (type != SOCK_DGRAM && (fd = accept(server, NULL, NULL)) != -1)
    close(fd);
}

static int fresh(struct subject *s) {
  tidy();
  unlink("own.sock");
  unlink("new.sock");
  s->fd = new_socket();
  return s->fd == -1 ? -1 : 0;
}
static int bound(struct subject *s) {
  return fresh(s) == -1 ? -1 : bind_to(s->fd, path("own.sock"));
}
static int bound_auto(struct subject *s) {
  return fresh(s) == -1 ? -1 : bind_to(s->fd, unnamed());
}
static int bound_unlinked(struct subject *s) { return bound(s) == -1 ? -1 : unlink("own.sock"); }
static int refused(struct subject *s) {
  return fresh(s) == 0 && connect_to(s->fd, path("gone.sock")) == -1 ? 0 : -1;
}

static int paired(struct subject *s) {
  int pair[2];
  struct timeval brief = {0, 5000};
  if (fresh(s) == -1 || close(s->fd) == -1 || socketpair(AF_UNIX, type, 0, pair) == -1)
    return -1;
  s->fd = pair[0];
  s->other = pair[1];
  return setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
}

/* The end at the server; datagrams have none. */
static int meet(struct subject *s) {
  if (connect_to(s->fd, path("server.sock")) == -1)
    return -1;
  s->other = type == SOCK_DGRAM ? dup(server) : accept(server, NULL, NULL);
  return s->other == -1 ? -1 : 0;
}

#define WITH(name, first, then)                                                                    \
  static int name(struct subject *s) { return first(s) == -1 ? -1 : then(s); }

WITH(connected, fresh, meet)

static int swap(struct subject *s) {
  struct timeval brief = {0, 5000};
  int fd = s->fd;
  s->fd = s->other;
  s->other = fd;
  return setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
}
WITH(accepted, connected, swap)

/* Connected, and waiting for accept(). */
static int knock(struct subject *s) { return connect_to(s->fd, path("server.sock")); }
WITH(unaccepted, fresh, knock)

/* The same at a listener of its own, which then ends. */
static int knock_in_vain(struct subject *s) {
  int listener = new_socket();
  int result = bind_to(listener, vacant("brief.sock")) == 0 && listen(listener, 3) == 0
                   ? connect_to(s->fd, path("brief.sock"))
                   : -1;
  close(listener);
  return result;
}
WITH(listener_closed, fresh, knock_in_vain)

static int other_sends(struct subject *s) { return send(s->other, "abc", 3, 0) == 3 ? 0 : -1; }
static int other_sends_nothing(struct subject *s) { return (int)send(s->other, "", 0, 0); }
static int sends(struct subject *s) { return send(s->fd, "uvw", 3, 0) == 3 ? 0 : -1; }
static int sends_nothing(struct subject *s) { return (int)send(s->fd, "", 0, 0); }
WITH(data, paired, other_sends)
WITH(empty, paired, other_sends_nothing)
WITH(sent, paired, sends)
WITH(sent_data, data, sends)
WITH(sent_empty, paired, sends_nothing)
WITH(sent_empty_and_more, sent_empty, sends)
WITH(sent_two_empty, sent_empty, sends_nothing)
WITH(unaccepted_sent, unaccepted, sends)

static int peer_ends_wr(struct subject *s) { return shutdown(s->other, SHUT_WR); }
static int peer_ends_rd(struct subject *s) { return shutdown(s->other, SHUT_RD); }
static int peer_ends_both(struct subject *s) { return shutdown(s->other, SHUT_RDWR); }
static int ends_rd(struct subject *s) { return shutdown(s->fd, SHUT_RD); }
static int ends_wr(struct subject *s) { return shutdown(s->fd, SHUT_WR); }
static int ends_both(struct subject *s) { return shutdown(s->fd, SHUT_RDWR); }
static int peer_goes(struct subject *s) {
  int fd = s->other;
  s->other = -1;
  return close(fd);
}
static int take_error(struct subject *s) { return t_get_int(s->fd, SOL_SOCKET, SO_ERROR), 0; }
static int read_once(struct subject *s) {
  char c;
  return recv(s->fd, &c, 1, MSG_DONTWAIT), 0;
}
static int forget(struct subject *s) { return unspec(s->fd), 0; }

WITH(peer_shut_wr, paired, peer_ends_wr)
WITH(peer_shut_rd, paired, peer_ends_rd)
WITH(peer_shut_rdwr, paired, peer_ends_both)
WITH(peer_shut_wr_data, data, peer_ends_wr)
WITH(shut_rd, paired, ends_rd)
WITH(shut_rd_data, data, ends_rd)
WITH(shut_wr, paired, ends_wr)
WITH(shut_wr_sent, sent, ends_wr)
WITH(shut_rdwr, paired, ends_both)
WITH(shut_rdwr_data, data, ends_both)
WITH(shut_fresh_rdwr, fresh, ends_both)
WITH(shut_bound, bound, ends_both)
WITH(peer_closed, paired, peer_goes)
WITH(peer_closed_data, data, peer_goes)
WITH(peer_closed_sent, sent, peer_goes)
WITH(peer_closed_sent_data, sent_data, peer_goes)
WITH(peer_closed_sent_empty, sent_empty, peer_goes)
WITH(peer_closed_sent_empty_and_more, sent_empty_and_more, peer_goes)
WITH(peer_closed_sent_two_empty, sent_two_empty, peer_goes)
WITH(peer_closed_told, peer_closed_sent, take_error)
WITH(peer_closed_read, peer_closed_sent, read_once)
WITH(peer_closed_shut_wr, shut_wr_sent, peer_goes)
WITH(peer_closed_shut_rdwr, shut_rdwr, peer_goes)
WITH(accepted_closed, accepted, peer_goes)

static int listens(struct subject *s) { return listen(s->fd, 1); }
static int client_comes(struct subject *s) {
  s->other = new_socket();
  return connect_to(s->other, path("own.sock"));
}
/* A queue of one takes two. */
static int clients_come(struct subject *s) {
  int fd = new_socket();
  int result = connect_to(fd, path("own.sock"));
  close(fd);
  return result == -1 ? -1 : client_comes(s);
}
WITH(listening, bound, listens)
WITH(listening_client, listening, client_comes)
WITH(listening_full, listening, clients_come)
WITH(listening_client_gone, listening_client, peer_goes)
WITH(listening_shut, listening, ends_rd)
WITH(listening_shut_client, listening_client, ends_both)

WITH(unspec_fresh, fresh, forget)
WITH(unspec_bound, bound, forget)
WITH(unspec_paired, paired, forget)
WITH(unspec_data, data, forget)
WITH(unspec_listening, listening, forget)

/* Datagrams alone. */
static int to_itself(struct subject *s) { return connect_to(s->fd, path("own.sock")); }
static int stranger_sends(struct subject *s) {
  const struct name *to = path("own.sock");
  s->other = new_socket();
  return sendto(s->other, "abc", 3, 0, (const struct sockaddr *)&to->at, to->length) == 3 ? 0 : -1;
}
static int named_sends(struct subject *s) {
  const struct name *to = path("own.sock");
  s->other = new_socket();
  bind_to(s->other, vacant("sender.sock"));
  to = path("own.sock");
  return sendto(s->other, "abc", 3, 0, (const struct sockaddr *)&to->at, to->length) == 3 ? 0 : -1;
}
static int fill_server(struct subject *s) {
  (void)s;
  while (send(s->fd, "f", 1, MSG_DONTWAIT) == 1)
    continue;
  return errno == EAGAIN ? 0 : -1;
}
/* Two that are connected to each other by name. */
static int become_friends(struct subject *s) {
  s->other = new_socket();
  return bind_to(s->other, vacant("friend.sock")) == 0 &&
                 connect_to(s->other, path("own.sock")) == 0
             ? connect_to(s->fd, path("friend.sock"))
             : -1;
}
static int other_leaves(struct subject *s) { return connect_to(s->other, path("server.sock")); }
static int leaves(struct subject *s) { return connect_to(s->fd, path("server.sock")); }
/* One that is connected to somebody else. */
static int to_taken(struct subject *s) {
  s->other = new_socket();
  return bind_to(s->other, vacant("taken.sock")) == 0 && connect_to(s->fd, path("taken.sock")) == 0
             ? connect_to(s->other, path("server.sock"))
             : -1;
}
WITH(itself, bound, to_itself)
WITH(itself_sent, itself, sends)
WITH(stranger, bound, stranger_sends)
WITH(stranger_gone, stranger, peer_goes)
WITH(named, bound, named_sends)
WITH(named_gone, named, peer_goes)
WITH(connected_after_data, stranger, leaves)
WITH(connected_full, connected, fill_server)
WITH(friends, bound, become_friends)
WITH(friends_sent, friends, sends)
WITH(left, friends, other_leaves)
WITH(left_sent, friends_sent, other_leaves)
WITH(leaving, friends, leaves)
WITH(leaving_sent, friends_sent, leaves)
WITH(peer_taken, bound, to_taken)

/* The calls. */

static void nothing(struct subject *s) { (void)s, w_say("0"); }
static void said(long long result) { w_say("%s", w_result(result)); }

static void bind_path(struct subject *s) { said(bind_to(s->fd, path("new.sock"))); }
static void bind_taken(struct subject *s) { said(bind_to(s->fd, path("server.sock"))); }
static void bind_abstract(struct subject *s) { said(bind_to(s->fd, abstract("new"))); }
static void bind_auto(struct subject *s) { said(bind_to(s->fd, unnamed())); }
static void listen_1(struct subject *s) { said(listen(s->fd, 1)); }
static void accept_one(struct subject *s) {
  struct name name = {.length = sizeof name.at};
  int fd = accept(s->fd, (struct sockaddr *)&name.at, &name.length);
  w_say("%s", words(fd, &name));
  close(fd);
}

static void connect_server(struct subject *s) { said(connect_to(s->fd, path("server.sock"))); }
static void connect_gone(struct subject *s) { said(connect_to(s->fd, path("gone.sock"))); }
static void connect_no_abstract(struct subject *s) { said(connect_to(s->fd, abstract("absent"))); }
static void connect_other_type(struct subject *s) { said(connect_to(s->fd, path("type.sock"))); }
static void connect_self(struct subject *s) { said(connect_to(s->fd, path("own.sock"))); }
static void connect_unspec(struct subject *s) { said(unspec(s->fd)); }

static void send_flags(struct subject *s, size_t size, int flags) {
  said(send(s->fd, "xy", size, MSG_NOSIGNAL | MSG_DONTWAIT | flags));
}
static void send_2(struct subject *s) { send_flags(s, 2, 0); }
static void send_none(struct subject *s) { send_flags(s, 0, 0); }
static void send_long(struct subject *s) {
  static char text[300000];
  said(send(s->fd, text, type == SOCK_STREAM ? 50000 : 300000, MSG_NOSIGNAL | MSG_DONTWAIT));
}
static void send_wait(struct subject *s) { said(send(s->fd, "xy", 2, MSG_NOSIGNAL)); }
static void send_to(struct subject *s, const struct name *to, size_t size) {
  said(sendto(s->fd, "xy", size, MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&to->at,
              to->length));
}
static void sendto_server(struct subject *s) { send_to(s, path("server.sock"), 2); }
static void sendto_gone(struct subject *s) { send_to(s, path("gone.sock"), 2); }
static void sendto_self(struct subject *s) { send_to(s, path("own.sock"), 2); }
static void send_many(struct subject *s, unsigned count, size_t size) {
  struct iovec part = {(void *)(uintptr_t) "xy", size};
  struct mmsghdr all[2];
  memset(all, 0, sizeof all);
  for (int i = 0; i < 2; i++) {
    all[i].msg_hdr.msg_iov = &part;
    all[i].msg_hdr.msg_iovlen = 1;
  }
  said(sendmmsg(s->fd, all, count, MSG_NOSIGNAL | MSG_DONTWAIT));
}
static void sendmmsg_0(struct subject *s) { send_many(s, 0, 2); }
static void sendmmsg_2(struct subject *s) { send_many(s, 2, 2); }
static void writev_none(struct subject *s) {
  struct iovec part = {NULL, 0};
  said(writev(s->fd, &part, 1));
}

static void receive(struct subject *s, size_t size, int flags) {
  char buffer[8];
  said(recv(s->fd, buffer, size, flags | MSG_DONTWAIT));
}
static void recv_1(struct subject *s) { receive(s, 1, 0); }
static void recv_none(struct subject *s) { receive(s, 0, 0); }
static void peek(struct subject *s) { receive(s, 8, MSG_PEEK); }
static void recv_all(struct subject *s) { receive(s, 8, MSG_WAITALL); }
static void recv_oob(struct subject *s) { receive(s, 1, MSG_OOB); }
static void recv_wait(struct subject *s) {
  char buffer[8];
  said(recv(s->fd, buffer, 2, 0));
}
static void recv_from(struct subject *s) {
  char buffer[8];
  struct name name = {.length = sizeof name.at};
  ssize_t got = recvfrom(s->fd, buffer, sizeof buffer, MSG_DONTWAIT, (struct sockaddr *)&name.at,
                         &name.length);
  w_say("%s", w_result(got));
  if (got != -1)
    w_say(" from %s", words(0, &name));
}
static void recv_message(struct subject *s) {
  char buffer[8];
  struct iovec part = {buffer, 2};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  ssize_t got = recvmsg(s->fd, &message, MSG_DONTWAIT);
  w_say("%s", w_result(got));
  if (got != -1)
    w_say("%s%s", message.msg_flags & MSG_TRUNC ? " cut" : "", message.msg_flags & MSG_EOR ? " eor" : "");
}
static void recv_many(struct subject *s, unsigned count, int flags) {
  char buffer[2][8];
  struct iovec parts[2] = {{buffer[0], 8}, {buffer[1], 8}};
  struct mmsghdr all[2];
  memset(all, 0, sizeof all);
  for (int i = 0; i < 2; i++) {
    all[i].msg_hdr.msg_iov = &parts[i];
    all[i].msg_hdr.msg_iovlen = 1;
  }
  said(recvmmsg(s->fd, all, count, flags, NULL));
}
static void recvmmsg_0(struct subject *s) { recv_many(s, 0, 0); }
static void recvmmsg_2(struct subject *s) { recv_many(s, 2, MSG_DONTWAIT); }
static void recvmmsg_wait(struct subject *s) { recv_many(s, 2, MSG_WAITFORONE); }

static void shutdown_rd(struct subject *s) { said(shutdown(s->fd, SHUT_RD)); }
static void shutdown_wr(struct subject *s) { said(shutdown(s->fd, SHUT_WR)); }
static void shutdown_rdwr(struct subject *s) { said(shutdown(s->fd, SHUT_RDWR)); }
static void shutdown_3(struct subject *s) { said(shutdown(s->fd, (int)t_hide(3))); }

static void get(struct subject *s, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  int result = getsockopt(s->fd, SOL_SOCKET, option, &value, &size);
  w_say("%s", result == -1 ? w_result(-1) : option == SO_ERROR && value ? t_errno_name(value) : w_result(value));
}
static void so_error(struct subject *s) { get(s, SO_ERROR); }
static void acceptconn(struct subject *s) { get(s, SO_ACCEPTCONN); }
static void passcred(struct subject *s) {
  said(t_set_int(s->fd, SOL_SOCKET, SO_PASSCRED, 1));
}
static void peercred(struct subject *s) {
  struct ucred told;
  socklen_t size = sizeof told;
  int result = getsockopt(s->fd, SOL_SOCKET, SO_PEERCRED, &told, &size);
  w_say("%s", result == -1 ? w_result(-1) : told.pid == getpid() ? "own" : w_result(told.pid));
}
static void count(struct subject *s, unsigned long request) {
  int value = -1;
  int result = ioctl(s->fd, request, &value);
  said(result == -1 ? -1 : value);
}
static void fionread(struct subject *s) { count(s, FIONREAD); }
static void outq(struct subject *s) {
  int value = -1;
  int result = ioctl(s->fd, SIOCOUTQ, &value);
  /* What a message weighs is not looked at. */
  said(result == -1 ? -1 : value > 0);
}

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
    {"bind_path", bind_path, 0},
    {"bind_taken", bind_taken, 0},
    {"bind_abstract", bind_abstract, 0},
    {"bind_auto", bind_auto, 0},
    {"listen", listen_1, 0},
    {"accept", accept_one, 0},
    {"connect_server", connect_server, 0},
    {"connect_gone", connect_gone, 0},
    {"connect_no_abstract", connect_no_abstract, 0},
    {"connect_other_type", connect_other_type, 0},
    {"connect_self", connect_self, 0},
    {"connect_unspec", connect_unspec, 0},
    {"send", send_2, 0},
    {"send_none", send_none, 0},
    {"send_long", send_long, 0},
    {"send_wait", send_wait, 0},
    {"sendto_server", sendto_server, 0},
    {"sendto_gone", sendto_gone, 0},
    {"sendto_self", sendto_self, 0},
    {"sendmmsg_0", sendmmsg_0, 0},
    {"sendmmsg_2", sendmmsg_2, 0},
    {"writev_none", writev_none, 0},
    {"recv", recv_1, 0},
    {"recv_none", recv_none, 0},
    {"peek", peek, 0},
    {"recv_waitall", recv_all, 0},
    {"recv_oob", recv_oob, 0},
    {"recv_wait", recv_wait, 0},
    {"recvfrom", recv_from, 0},
    {"recvmsg", recv_message, 0},
    {"recvmmsg_0", recvmmsg_0, 0},
    {"recvmmsg_2", recvmmsg_2, 0},
    {"recvmmsg_wait", recvmmsg_wait, 0},
    {"shutdown_rd", shutdown_rd, 0},
    {"shutdown_wr", shutdown_wr, 0},
    {"shutdown_rdwr", shutdown_rdwr, 0},
    {"shutdown_3", shutdown_3, 0},
    {"so_error", so_error, 0},
    {"so_acceptconn", acceptconn, 0},
    {"so_passcred", passcred, 0},
    {"so_peercred", peercred, 0},
    {"fionread", fionread, 0},
    {"siocoutq", outq, 0},
    {"epoll", epoll_once, 0},
    {0},
};

/* What there is to see of one end. */
static void look(struct subject *s, const char *end) {
  w_say("%spoll=%s, ", end, w_events(t_poll(s->fd, W_ALL, 0)));
  w_say("%serr=", end);
  so_error(s);
  w_say(", %sthen=%s, ", end, w_events(t_poll(s->fd, W_ALL, 0)));
  w_say("%sinq=", end);
  fionread(s);
  w_say(", %soutq=", end);
  outq(s);
  w_say(", %srecv=", end);
  recv_from(s);
  w_say(" ");
  receive(s, 2, 0);
  w_say(", %ssend=", end);
  send_2(s);
  w_say(", %send=%s, ", end, w_events(t_poll(s->fd, W_ALL, 0)));
}

static void observe(struct subject *s) {
  w_say("name=%s, ", own_name(s->fd));
  w_say("peer=%s, ", peer_name(s->fd));
  look(s, "");
  if (s->other != -1) {
    struct subject other = {.fd = s->other, .other = -1};
    look(&other, "other ");
    w_say("other peer=%s, ", peer_name(s->other));
  }
  w_say("again=");
  connect_server(s);
  w_say(", newpeer=%s, ", peer_name(s->fd));
}

static const struct line lines[] = {
#include "unix_linux.h"
    {0},
};

static const struct known known[] = {
    {0},
};

/* What states can connect to. */
static int surroundings(void) {
  int gone = new_socket();
  server = new_socket();
  int other = socket(AF_UNIX, type == SOCK_DGRAM ? SOCK_STREAM : SOCK_DGRAM, 0);
  unlink("absent.sock");
  int result = bind_to(gone, vacant("gone.sock")) == 0 &&
                       bind_to(server, vacant("server.sock")) == 0 &&
                       bind_to(other, vacant("type.sock")) == 0
                   ? 0
                   : -1;
  close(gone);
  if (result == 0 && type != SOCK_DGRAM)
    result = listen(server, 5);
  return result == 0 ? t_set_nonblock(server, 1) : -1;
}

static void walk(int of_type, const char *name, int (*make)(struct subject *)) {
  type = of_type;
  REQUIRE_OK(surroundings());
  const struct state state = {name, make};
  w_walk(&state);
}

#define STATE(kind, type, name)                                                                    \
  TEST(kind##_##name) { walk(type, #kind "_" #name, name); }

/* By which types of socket a state can be made. */
#define STATE_OF_CONNECTIONS(name)                                                                 \
  STATE(stream, SOCK_STREAM, name)                                                                 \
  STATE(packet, SOCK_SEQPACKET, name)
#define STATE_OF_MESSAGES(name)                                                                    \
  STATE(dgram, SOCK_DGRAM, name)                                                                   \
  STATE(packet, SOCK_SEQPACKET, name)
#define STATE_OF_ALL(name)                                                                         \
  STATE(stream, SOCK_STREAM, name)                                                                 \
  STATE_OF_MESSAGES(name)

STATE_OF_ALL(fresh)
STATE_OF_ALL(bound)
STATE_OF_ALL(bound_auto)
STATE_OF_ALL(bound_unlinked)
STATE_OF_ALL(refused)
STATE_OF_ALL(paired)
STATE_OF_ALL(connected)
STATE_OF_ALL(data)
STATE_OF_ALL(sent)
STATE_OF_ALL(sent_data)
STATE_OF_ALL(peer_shut_wr)
STATE_OF_ALL(peer_shut_rd)
STATE_OF_ALL(peer_shut_rdwr)
STATE_OF_ALL(peer_shut_wr_data)
STATE_OF_ALL(shut_rd)
STATE_OF_ALL(shut_rd_data)
STATE_OF_ALL(shut_wr)
STATE_OF_ALL(shut_wr_sent)
STATE_OF_ALL(shut_rdwr)
STATE_OF_ALL(shut_rdwr_data)
STATE_OF_ALL(shut_fresh_rdwr)
STATE_OF_ALL(shut_bound)
STATE_OF_ALL(peer_closed)
STATE_OF_ALL(peer_closed_data)
STATE_OF_ALL(peer_closed_sent)
STATE_OF_ALL(peer_closed_sent_data)
STATE_OF_ALL(peer_closed_told)
STATE_OF_ALL(peer_closed_read)
STATE_OF_ALL(peer_closed_shut_wr)
STATE_OF_ALL(peer_closed_shut_rdwr)
STATE_OF_ALL(unspec_fresh)
STATE_OF_ALL(unspec_bound)
STATE_OF_ALL(unspec_paired)
STATE_OF_ALL(unspec_data)
STATE_OF_CONNECTIONS(accepted)
STATE_OF_CONNECTIONS(accepted_closed)
STATE_OF_CONNECTIONS(unaccepted)
STATE_OF_CONNECTIONS(unaccepted_sent)
STATE_OF_CONNECTIONS(listener_closed)
STATE_OF_CONNECTIONS(listening)
STATE_OF_CONNECTIONS(listening_client)
STATE_OF_CONNECTIONS(listening_full)
STATE_OF_CONNECTIONS(listening_client_gone)
STATE_OF_CONNECTIONS(listening_shut)
STATE_OF_CONNECTIONS(listening_shut_client)
STATE_OF_CONNECTIONS(unspec_listening)
STATE_OF_MESSAGES(empty)
STATE_OF_MESSAGES(sent_empty)
STATE_OF_MESSAGES(peer_closed_sent_empty)
STATE_OF_MESSAGES(peer_closed_sent_empty_and_more)
STATE_OF_MESSAGES(peer_closed_sent_two_empty)
STATE(dgram, SOCK_DGRAM, itself)
STATE(dgram, SOCK_DGRAM, itself_sent)
STATE(dgram, SOCK_DGRAM, stranger)
STATE(dgram, SOCK_DGRAM, stranger_gone)
STATE(dgram, SOCK_DGRAM, named)
STATE(dgram, SOCK_DGRAM, named_gone)
STATE(dgram, SOCK_DGRAM, connected_after_data)
STATE(dgram, SOCK_DGRAM, connected_full)
STATE(dgram, SOCK_DGRAM, friends)
STATE(dgram, SOCK_DGRAM, friends_sent)
STATE(dgram, SOCK_DGRAM, left)
STATE(dgram, SOCK_DGRAM, left_sent)
STATE(dgram, SOCK_DGRAM, leaving)
STATE(dgram, SOCK_DGRAM, leaving_sent)
STATE(dgram, SOCK_DGRAM, peer_taken)

int main(int argc, char **argv) {
  w_begin(lines, known, calls, observe);
  w.variants = 2; /* there are no families */
  T_BEGIN(argc, argv);
  RUN(stream_fresh);
  RUN(stream_bound);
  RUN(stream_bound_auto);
  RUN(stream_bound_unlinked);
  RUN(stream_refused);
  RUN(stream_paired);
  RUN(stream_connected);
  RUN(stream_data);
  RUN(stream_sent);
  RUN(stream_sent_data);
  RUN(stream_peer_shut_wr);
  RUN(stream_peer_shut_rd);
  RUN(stream_peer_shut_rdwr);
  RUN(stream_peer_shut_wr_data);
  RUN(stream_shut_rd);
  RUN(stream_shut_rd_data);
  RUN(stream_shut_wr);
  RUN(stream_shut_wr_sent);
  RUN(stream_shut_rdwr);
  RUN(stream_shut_rdwr_data);
  RUN(stream_shut_fresh_rdwr);
  RUN(stream_shut_bound);
  RUN(stream_peer_closed);
  RUN(stream_peer_closed_data);
  RUN(stream_peer_closed_sent);
  RUN(stream_peer_closed_sent_data);
  RUN(stream_peer_closed_told);
  RUN(stream_peer_closed_read);
  RUN(stream_peer_closed_shut_wr);
  RUN(stream_peer_closed_shut_rdwr);
  RUN(stream_unspec_fresh);
  RUN(stream_unspec_bound);
  RUN(stream_unspec_paired);
  RUN(stream_unspec_data);
  RUN(stream_accepted);
  RUN(stream_accepted_closed);
  RUN(stream_unaccepted);
  RUN(stream_unaccepted_sent);
  RUN(stream_listener_closed);
  RUN(stream_listening);
  RUN(stream_listening_client);
  RUN(stream_listening_full);
  RUN(stream_listening_client_gone);
  RUN(stream_listening_shut);
  RUN(stream_listening_shut_client);
  RUN(stream_unspec_listening);
  RUN(dgram_fresh);
  RUN(dgram_bound);
  RUN(dgram_bound_auto);
  RUN(dgram_bound_unlinked);
  RUN(dgram_refused);
  RUN(dgram_paired);
  RUN(dgram_connected);
  RUN(dgram_data);
  RUN(dgram_sent);
  RUN(dgram_sent_data);
  RUN(dgram_peer_shut_wr);
  RUN(dgram_peer_shut_rd);
  RUN(dgram_peer_shut_rdwr);
  RUN(dgram_peer_shut_wr_data);
  RUN(dgram_shut_rd);
  RUN(dgram_shut_rd_data);
  RUN(dgram_shut_wr);
  RUN(dgram_shut_wr_sent);
  RUN(dgram_shut_rdwr);
  RUN(dgram_shut_rdwr_data);
  RUN(dgram_shut_fresh_rdwr);
  RUN(dgram_shut_bound);
  RUN(dgram_peer_closed);
  RUN(dgram_peer_closed_data);
  RUN(dgram_peer_closed_sent);
  RUN(dgram_peer_closed_sent_data);
  RUN(dgram_peer_closed_told);
  RUN(dgram_peer_closed_read);
  RUN(dgram_peer_closed_shut_wr);
  RUN(dgram_peer_closed_shut_rdwr);
  RUN(dgram_unspec_fresh);
  RUN(dgram_unspec_bound);
  RUN(dgram_unspec_paired);
  RUN(dgram_unspec_data);
  RUN(dgram_empty);
  RUN(dgram_sent_empty);
  RUN(dgram_peer_closed_sent_empty);
  RUN(dgram_peer_closed_sent_empty_and_more);
  RUN(dgram_peer_closed_sent_two_empty);
  RUN(dgram_itself);
  RUN(dgram_itself_sent);
  RUN(dgram_stranger);
  RUN(dgram_stranger_gone);
  RUN(dgram_named);
  RUN(dgram_named_gone);
  RUN(dgram_connected_after_data);
  RUN(dgram_connected_full);
  RUN(dgram_friends);
  RUN(dgram_friends_sent);
  RUN(dgram_left);
  RUN(dgram_left_sent);
  RUN(dgram_leaving);
  RUN(dgram_leaving_sent);
  RUN(dgram_peer_taken);
  RUN(packet_fresh);
  RUN(packet_bound);
  RUN(packet_bound_auto);
  RUN(packet_bound_unlinked);
  RUN(packet_refused);
  RUN(packet_paired);
  RUN(packet_connected);
  RUN(packet_data);
  RUN(packet_sent);
  RUN(packet_sent_data);
  RUN(packet_peer_shut_wr);
  RUN(packet_peer_shut_rd);
  RUN(packet_peer_shut_rdwr);
  RUN(packet_peer_shut_wr_data);
  RUN(packet_shut_rd);
  RUN(packet_shut_rd_data);
  RUN(packet_shut_wr);
  RUN(packet_shut_wr_sent);
  RUN(packet_shut_rdwr);
  RUN(packet_shut_rdwr_data);
  RUN(packet_shut_fresh_rdwr);
  RUN(packet_shut_bound);
  RUN(packet_peer_closed);
  RUN(packet_peer_closed_data);
  RUN(packet_peer_closed_sent);
  RUN(packet_peer_closed_sent_data);
  RUN(packet_peer_closed_told);
  RUN(packet_peer_closed_read);
  RUN(packet_peer_closed_shut_wr);
  RUN(packet_peer_closed_shut_rdwr);
  RUN(packet_unspec_fresh);
  RUN(packet_unspec_bound);
  RUN(packet_unspec_paired);
  RUN(packet_unspec_data);
  RUN(packet_accepted);
  RUN(packet_accepted_closed);
  RUN(packet_unaccepted);
  RUN(packet_unaccepted_sent);
  RUN(packet_listener_closed);
  RUN(packet_listening);
  RUN(packet_listening_client);
  RUN(packet_listening_full);
  RUN(packet_listening_client_gone);
  RUN(packet_listening_shut);
  RUN(packet_listening_shut_client);
  RUN(packet_unspec_listening);
  RUN(packet_empty);
  RUN(packet_sent_empty);
  RUN(packet_peer_closed_sent_empty);
  RUN(packet_peer_closed_sent_empty_and_more);
  RUN(packet_peer_closed_sent_two_empty);
  w_end(__FILE__, "unix");
  return T_END();
}
