/* Helpers of the C tests that make sockets and wait for events. Included by t.h. */
#ifndef WPS_T_NET_H
#define WPS_T_NET_H

/* An address big enough for both families, with its length. */
struct t_addr {
  union {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_storage storage;
  } sa;
  socklen_t len;
};

/* The same value, unknown to the compiler: it would refuse to compile some calls that are wrong on
 * purpose. */
static inline long t_hide(long value) {
  volatile long hidden = value;
  return hidden;
}

static inline void *t_hide_pointer(uintptr_t address) {
  volatile uintptr_t hidden = address;
  return (void *)hidden;
}

static inline long long t_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sleeps. Not for synchronisation: only to give wrong behaviour the time to show. */
static inline void t_pause_ms(int ms) {
  struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
  nanosleep(&pause, NULL);
}

/* Waits until the expression holds, at most T_LIMIT_MS; its value at the end. Evaluates it
 * every millisecond, so it may have side effects only if they can be repeated. */
#define T_UNTIL(e) t_true(__FILE__, __LINE__, "waited for " #e, t_until_loop_(e))
#define t_until_loop_(e)                                                                           \
  __extension__({                                                                                  \
    long long t_end_ = t_now_ms() + T_LIMIT_MS;                                                    \
    int t_held_;                                                                                   \
    while (!(t_held_ = !!(e)) && t_now_ms() < t_end_)                                              \
      t_pause_ms(1);                                                                               \
    t_held_;                                                                                       \
  })

/* An address of the loopback interface; port in host order. */
static inline struct t_addr t_loopback(int family, int port) {
  struct t_addr addr;
  memset(&addr, 0, sizeof addr);
  if (family == AF_INET6) {
    addr.sa.in6.sin6_family = AF_INET6;
    addr.sa.in6.sin6_port = htons((uint16_t)port);
    addr.sa.in6.sin6_addr = in6addr_loopback;
    addr.len = sizeof addr.sa.in6;
  } else {
    addr.sa.in.sin_family = AF_INET;
    addr.sa.in.sin_port = htons((uint16_t)port);
    addr.sa.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    addr.len = sizeof addr.sa.in;
  }
  return addr;
}

/* The wildcard address of a family; port in host order. */
static inline struct t_addr t_wildcard(int family, int port) {
  struct t_addr addr = t_loopback(family, port);
  if (family == AF_INET6)
    addr.sa.in6.sin6_addr = in6addr_any;
  else
    addr.sa.in.sin_addr.s_addr = htonl(INADDR_ANY);
  return addr;
}

/* A dotted quad of IPv4 with a port in host order. */
static inline struct t_addr t_ipv4(const char *quad, int port) {
  struct t_addr addr = t_loopback(AF_INET, port);
  inet_pton(AF_INET, quad, &addr.sa.in.sin_addr);
  return addr;
}

static inline int t_addr_port(const struct t_addr *addr) {
  return ntohs(addr->sa.any.sa_family == AF_INET6 ? addr->sa.in6.sin6_port : addr->sa.in.sin_port);
}

/* What getsockname / getpeername say; len is 0 and the family AF_UNSPEC when they fail. */
static inline struct t_addr t_local(int fd) {
  struct t_addr addr;
  memset(&addr, 0, sizeof addr);
  addr.len = sizeof addr.sa;
  if (getsockname(fd, &addr.sa.any, &addr.len) == -1)
    addr.len = 0;
  return addr;
}

static inline struct t_addr t_remote(int fd) {
  struct t_addr addr;
  memset(&addr, 0, sizeof addr);
  addr.len = sizeof addr.sa;
  if (getpeername(fd, &addr.sa.any, &addr.len) == -1)
    addr.len = 0;
  return addr;
}

/* The local port of a socket in host order, 0 when it has none. */
static inline int t_port(int fd) {
  struct t_addr addr = t_local(fd);
  return addr.len ? t_addr_port(&addr) : 0;
}

static inline int t_remote_port(int fd) {
  struct t_addr addr = t_remote(fd);
  return addr.len ? t_addr_port(&addr) : 0;
}

/* The same family, address and port; other bytes (padding, scope) are not looked at. */
static inline int t_addr_same(const struct t_addr *a, const struct t_addr *b) {
  if (a->sa.any.sa_family != b->sa.any.sa_family || t_addr_port(a) != t_addr_port(b))
    return 0;
  if (a->sa.any.sa_family == AF_INET6)
    return memcmp(&a->sa.in6.sin6_addr, &b->sa.in6.sin6_addr, 16) == 0;
  return a->sa.in.sin_addr.s_addr == b->sa.in.sin_addr.s_addr;
}

static inline int t_bind(int fd, struct t_addr addr) { return bind(fd, &addr.sa.any, addr.len); }

static inline int t_connect(int fd, struct t_addr addr) {
  return connect(fd, &addr.sa.any, addr.len);
}

/* A socket of `type` bound to loopback at a port that the system chose; -1 with errno. */
static inline int t_bound(int family, int type) {
  int fd = socket(family, type, 0);
  if (fd == -1)
    return -1;
  if (t_bind(fd, t_loopback(family, 0)) == 0)
    return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* A TCP socket that holds a port of loopback where nobody listens, and in *AT its name; -1 with
 * errno. A host that listens from bind() on (jco's) has to give the port up for that. */
static inline int t_nobody(int family, struct t_addr *at) {
  int fd = t_bound(family, SOCK_STREAM), probe = socket(family, SOCK_STREAM, 0);
  if (fd == -1 || probe == -1)
    return -1;
  *at = t_local(fd);
  if (t_connect(probe, *at) == 0) {
    close(fd);
    fd = socket(family, SOCK_STREAM, 0);
  }
  close(probe);
  return fd;
}

/* A listening TCP socket on loopback; t_port() tells where. -1 with errno. */
static inline int t_listener(int family) {
  int fd = t_bound(family, SOCK_STREAM);
  if (fd != -1 && listen(fd, 128) == -1) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

/* A blocking client of that listener (connected, not yet accepted); -1 with errno. */
static inline int t_client(int listener) {
  struct t_addr addr = t_local(listener);
  int fd = socket(addr.sa.any.sa_family, SOCK_STREAM, 0);
  if (fd != -1 && t_connect(fd, addr) == -1) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

/* pair[0] is a client, pair[1] the accepted end; both blocking. 0, or -1 with errno. */
static inline int t_tcp_pair(int family, int pair[2]) {
  int listener = t_listener(family);
  if (listener == -1)
    return -1;
  pair[0] = t_client(listener);
  pair[1] = pair[0] == -1 ? -1 : accept(listener, NULL, NULL);
  int error = errno;
  close(listener);
  if (pair[1] == -1 && pair[0] != -1)
    close(pair[0]);
  errno = error;
  return pair[1] == -1 ? -1 : 0;
}

/* Two UDP sockets on loopback, connected to each other. 0, or -1 with errno. */
static inline int t_udp_pair(int family, int pair[2]) {
  pair[0] = t_bound(family, SOCK_DGRAM);
  pair[1] = t_bound(family, SOCK_DGRAM);
  if (pair[0] == -1 || pair[1] == -1)
    return -1;
  return t_connect(pair[0], t_local(pair[1])) == 0 && t_connect(pair[1], t_local(pair[0])) == 0
             ? 0
             : -1;
}

static inline int t_set_nonblock(int fd, int on) {
  int flags = fcntl(fd, F_GETFL);
  return flags == -1 ? -1 : fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

/* Polls one descriptor: its revents, 0 after `ms`, -1 with errno. */
static inline int t_poll(int fd, int events, int ms) {
  struct pollfd p = {.fd = fd, .events = (short)events, .revents = 0};
  int n = poll(&p, 1, ms);
  return n < 0 ? -1 : n == 0 ? 0 : p.revents;
}

/* Waits for one of the events, at most T_LIMIT_MS: whether it came. */
static inline int t_wait(int fd, int events) {
  int got = t_poll(fd, events, T_LIMIT_MS);
  return got > 0 && (got & events) != 0;
}

/* Waits until at least n bytes are readable without consuming any: whether they came. */
static inline int t_wait_bytes(int fd, int n) {
  char *buffer = malloc((size_t)n + 1);
  ssize_t got = -1;
  for (long long end = t_now_ms() + T_LIMIT_MS; got < n && t_now_ms() < end;) {
    got = recv(fd, buffer, (size_t)n, MSG_PEEK | MSG_DONTWAIT);
    if (got < n)
      t_pause_ms(1);
  }
  free(buffer);
  return got >= n;
}

static inline int t_get_int(int fd, int level, int option) {
  int value = -1;
  socklen_t len = sizeof value;
  return getsockopt(fd, level, option, &value, &len) == -1 ? -1 : value;
}

static inline int t_set_int(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value);
}

/* Byte i of the pattern that the helpers and the peer send: a position that moved shows. */
static inline unsigned char t_pattern_at(uint64_t i) {
  return (unsigned char)((i * 2654435761u + (i >> 8)) >> 13);
}

static inline void t_pattern(void *buffer, size_t size, uint64_t offset) {
  for (size_t i = 0; i < size; i++)
    ((unsigned char *)buffer)[i] = t_pattern_at(offset + i);
}

/* How many leading bytes of the buffer are the pattern from `offset` on. */
static inline size_t t_pattern_match(const void *buffer, size_t size, uint64_t offset) {
  size_t i = 0;
  while (i < size && ((const unsigned char *)buffer)[i] == t_pattern_at(offset + i))
    i++;
  return i;
}

/* FNV-1a, continued from `hash`; start with T_HASH_START. The peer reports the same hash. */
#define T_HASH_START 14695981039346656037ull
static inline uint64_t t_hash(uint64_t hash, const void *buffer, size_t size) {
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ ((const unsigned char *)buffer)[i]) * 1099511628211ull;
  return hash;
}

/* Sends everything (blocking socket): size, or -1 with errno. */
static inline ssize_t t_send_all(int fd, const void *buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t n = send(fd, (const char *)buffer + done, size - done, MSG_NOSIGNAL);
    if (n == -1)
      return -1;
    done += (size_t)n;
  }
  return (ssize_t)done;
}

/* Sends a text whole; what goes wrong is noted. */
static inline void t_send_text(int fd, const char *text) {
  CHECK_EQ(t_send_all(fd, text, strlen(text)), strlen(text));
}

/* A TCP pair of which pair[1] has the whole text to read. 0, or -1 with errno. */
static inline int t_tcp_pair_with(int pair[2], const char *text) {
  if (t_tcp_pair(AF_INET, pair) == -1)
    return -1;
  t_send_text(pair[0], text);
  return t_wait_bytes(pair[1], (int)strlen(text)) ? 0 : -1;
}

/* Reads until `size` bytes are there or the stream ends: the count, or -1 with errno. */
static inline ssize_t t_recv_all(int fd, void *buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t n = recv(fd, (char *)buffer + done, size - done, 0);
    if (n == -1)
      return -1;
    if (n == 0)
      break;
    done += (size_t)n;
  }
  return (ssize_t)done;
}

/* Writes the pattern into a socket until nothing more goes in: the count, or -1. Data moves from
 * the sender's to the receiver's buffer for a while, and poll() asks for more room than send(),
 * so "full" means that two sends failed with the socket not becoming writable in between. */
static inline long long t_fill(int fd) {
  static unsigned char chunk[65536];
  long long total = 0;
  for (int refused = 0; refused < 2;) {
    t_pattern(chunk, sizeof chunk, (uint64_t)total);
    ssize_t n = send(fd, chunk, sizeof chunk, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n == -1 && errno != EAGAIN)
      return -1;
    if (n > 0)
      total += n;
    refused = n > 0 || (t_poll(fd, POLLOUT, 200) & POLLOUT) ? 0 : refused + 1;
  }
  return total;
}

/* Reads `size` bytes and compares them with the pattern from `offset` on: the count that was
 * right, or -1 with errno. Ends early at the end of the stream. */
static inline long long t_drain(int fd, long long size, uint64_t offset) {
  static unsigned char chunk[65536];
  long long done = 0;
  while (done < size) {
    size_t want = size - done < (long long)sizeof chunk ? (size_t)(size - done) : sizeof chunk;
    ssize_t n = recv(fd, chunk, want, 0);
    if (n == -1)
      return -1;
    if (n == 0)
      break;
    if (t_pattern_match(chunk, (size_t)n, offset + (uint64_t)done) != (size_t)n)
      break;
    done += n;
  }
  return done;
}

#endif
