/*
 * The native process at the other end of the C tests: it does with plain Linux sockets what a
 * test wants a peer to do (reset, linger, read slowly, ...).
 *
 * It prints its control port on 127.0.0.1 and runs until its stdin ends. Each control connection
 * gets a process of its own, with SLOTS numbered sockets (S below), and sends command lines; each
 * is run to its end and answered with one line, "ok ..." or "error ...". A client that does not
 * wait for the answer has the command run beside it. Closing the control connection ends the
 * process and closes its sockets.
 *
 *   connect S ADDR PORT [FROM]   TCP, from a local port if given     -> ok LOCALPORT
 *   connecting S ADDR PORT       TCP, not waiting                    -> ok LOCALPORT
 *   listen S ADDR [PORT]         TCP                                 -> ok PORT
 *   backlog S N                  listen() again with this backlog    -> ok
 *   accept S L                   waits for a client of listener L    -> ok PEERPORT
 *   write S N [CHUNK USEC]       N bytes of the pattern, going on where the last write ended,
 *                                USEC pause after each CHUNK         -> ok N
 *   text S WORD                  sends the word                      -> ok LENGTH
 *   read S N                     reads N bytes, or to the end        -> ok N HASH
 *   drain S [CHUNK USEC]         reads to the end, slowly if asked   -> ok N HASH eof|ERRNO
 *   line S                       reads up to a newline               -> ok TEXT
 *   echo S                       sends back what comes, to the end   -> ok N
 *   pending S N                  waits until N bytes are readable    -> ok N
 *   wait S in|out|hup MS         polls                               -> ok REVENTS (decimal)
 *   error S                      SO_ERROR                            -> ok ERRNO
 *   shut S rd|wr|rdwr            shutdown                            -> ok
 *   reset S                      closes with SO_LINGER {1,0}         -> ok
 *   close S                      closes                              -> ok
 *   bounce ADDR PORT             connects and resets at once         -> ok LOCALPORT
 *   visit ADDR PORT COUNT N      COUNT times: connect, send N bytes, read N bytes back, close
 *                                                                    -> ok COUNT
 *   buffers S SEND RECEIVE       SO_SNDBUF, SO_RCVBUF (0 leaves it)  -> ok
 *   udp S ADDR [PORT]            a bound UDP socket                  -> ok PORT
 *   sendto S ADDR PORT N         one datagram of N pattern bytes (from 0)  -> ok N
 *   burst S ADDR PORT COUNT N    COUNT of them, each starting with its number as 4 digits -> ok
 *   recvfrom S                   one datagram                        -> ok N HASH FROMPORT
 *   hops S                       one datagram                        -> ok HOPLIMIT TRAFFICCLASS
 *   udpconnect S ADDR PORT       connects a UDP socket               -> ok
 *   dns S HEX                    waits for a datagram, sends its first two bytes (a query's
 *                                number) back with these bytes; before that, the same with
 *                                another number and another last byte                -> ok N
 *   dnstcp S L HEX               the same on a connection that listener L accepts, one
 *                                answer, lengths before both                         -> ok N
 *   pause MS                     does nothing for a while            -> ok
 *   version                                                          -> ok 1
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOTS 256
/* No process outlives a test that forgot it by more than this, in seconds. */
#define LIFETIME 300

static int slot[SLOTS];
static uint64_t written[SLOTS];
static FILE *control_out;
static unsigned char chunk[1 << 16];

__attribute__((format(printf, 1, 2))) static void answer(const char *format, ...) {
  va_list args;
  va_start(args, format);
  vfprintf(control_out, format, args);
  va_end(args);
  fputc('\n', control_out);
  fflush(control_out);
}

static void answer_error(const char *what) {
  answer("error %s: %s (%s)", what, strerror(errno), strerrorname_np(errno));
}

static unsigned char pattern_at(uint64_t i) {
  return (unsigned char)((i * 2654435761u + (i >> 8)) >> 13);
}

static uint64_t hash(uint64_t h, const unsigned char *data, size_t size) {
  for (size_t i = 0; i < size; i++)
    h = (h ^ data[i]) * 1099511628211ull;
  return h;
}
#define HASH_START 14695981039346656037ull

struct address {
  struct sockaddr_storage sa;
  socklen_t len;
};

static int parse_address(struct address *out, const char *host, int port) {
  struct sockaddr_in *in = (struct sockaddr_in *)&out->sa;
  struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&out->sa;
  memset(out, 0, sizeof *out);
  if (inet_pton(AF_INET, host, &in->sin_addr) == 1) {
    in->sin_family = AF_INET;
    in->sin_port = htons((uint16_t)port);
    out->len = sizeof *in;
  } else if (inet_pton(AF_INET6, host, &in6->sin6_addr) == 1) {
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons((uint16_t)port);
    out->len = sizeof *in6;
  } else {
    errno = EINVAL;
    return -1;
  }
  return 0;
}

static int port_of(const struct sockaddr_storage *sa) {
  return ntohs(sa->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)sa)->sin6_port
                                         : ((const struct sockaddr_in *)sa)->sin_port);
}

static int local_port(int fd) {
  struct address a = {.len = sizeof a.sa};
  return getsockname(fd, (struct sockaddr *)&a.sa, &a.len) == -1 ? -1 : port_of(&a.sa);
}

/* Makes a socket of this type for the address and binds it when `from` is not negative. */
static int make(int type, const struct address *to, int from) {
  struct address local = *to;
  int one = 1, fd = socket(to->sa.ss_family, type, 0);
  if (fd == -1)
    return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (from >= 0) {
    if (to->sa.ss_family == AF_INET6)
      ((struct sockaddr_in6 *)&local.sa)->sin6_port = htons((uint16_t)from);
    else
      ((struct sockaddr_in *)&local.sa)->sin_port = htons((uint16_t)from);
    if (bind(fd, (struct sockaddr *)&local.sa, local.len) == -1) {
      close(fd);
      return -1;
    }
  }
  return fd;
}

static int connected(const char *host, int port, int from, int flags) {
  struct address to;
  if (parse_address(&to, host, port) == -1)
    return -1;
  int fd = make(SOCK_STREAM | flags, &to, from);
  if (fd != -1 && connect(fd, (struct sockaddr *)&to.sa, to.len) == -1 && errno != EINPROGRESS) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

static void put(int s, int fd) {
  if (slot[s] != -1)
    close(slot[s]);
  slot[s] = fd;
  written[s] = 0;
}

static void reset(int fd) {
  struct linger now = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(fd);
}

static void nap(long usec) {
  if (usec > 0)
    usleep((useconds_t)usec);
}

static void cmd_write(int s, long long total, long long piece, long usec) {
  for (long long done = 0; done < total;) {
    long long want = total - done < (long long)sizeof chunk ? total - done : (long long)sizeof chunk;
    if (piece > 0 && want > piece)
      want = piece;
    for (long long i = 0; i < want; i++)
      chunk[i] = pattern_at(written[s] + (uint64_t)i);
    ssize_t n = send(slot[s], chunk, (size_t)want, MSG_NOSIGNAL);
    if (n == -1) {
      answer_error("write");
      return;
    }
    done += n;
    written[s] += (uint64_t)n;
    nap(usec);
  }
  answer("ok %lld", total);
}

static void cmd_read(int s, long long limit, long long piece, long usec, int drain) {
  uint64_t h = HASH_START;
  long long done = 0;
  const char *end = "eof";
  while (drain || done < limit) {
    size_t want = sizeof chunk;
    if (!drain && limit - done < (long long)want)
      want = (size_t)(limit - done);
    if (piece > 0 && want > (size_t)piece)
      want = (size_t)piece;
    ssize_t n = recv(slot[s], chunk, want, 0);
    if (n == -1)
      end = strerrorname_np(errno);
    if (n <= 0)
      break;
    h = hash(h, chunk, (size_t)n);
    done += n;
    nap(usec);
  }
  if (drain)
    answer("ok %lld %016llx %s", done, (unsigned long long)h, end);
  else
    answer("ok %lld %016llx", done, (unsigned long long)h);
}

static void cmd_line(int s) {
  size_t size = 0;
  while (size < 400 && recv(slot[s], chunk + size, 1, 0) == 1 && chunk[size] != '\n')
    size++;
  answer("ok %.*s", (int)size, (char *)chunk);
}

static void cmd_echo(int s) {
  long long total = 0;
  for (ssize_t n; (n = recv(slot[s], chunk, sizeof chunk, 0)) > 0; total += n)
    for (ssize_t done = 0, m; done < n; done += m)
      if ((m = send(slot[s], chunk + done, (size_t)(n - done), MSG_NOSIGNAL)) == -1) {
        answer_error("echo");
        return;
      }
  answer("ok %lld", total);
}

static void cmd_pending(int s, int want) {
  int have = 0;
  while (ioctl(slot[s], FIONREAD, &have) == 0 && have < want)
    nap(1000);
  answer("ok %d", have);
}

static void cmd_visit(const char *host, int port, int count, int size) {
  if (size > (int)sizeof chunk / 2)
    size = (int)sizeof chunk / 2;
  for (int i = 0; i < count; i++) {
    int fd = connected(host, port, -1, 0), got = 0;
    if (fd == -1) {
      answer_error("visit: connect");
      return;
    }
    for (int k = 0; k < size; k++)
      chunk[k] = pattern_at((uint64_t)(i + k));
    if (send(fd, chunk, (size_t)size, MSG_NOSIGNAL) != size) {
      answer_error("visit: send");
      close(fd);
      return;
    }
    while (got < size) {
      ssize_t n = recv(fd, chunk + size + got, (size_t)(size - got), 0);
      if (n <= 0) {
        answer_error("visit: recv");
        close(fd);
        return;
      }
      got += (int)n;
    }
    close(fd);
    if (memcmp(chunk, chunk + size, (size_t)size) != 0) {
      answer("error visit %d: other bytes came back", i);
      return;
    }
  }
  answer("ok %d", count);
}

static void cmd_sendto(int s, const char *host, int port, int count, int size, int numbered) {
  struct address to;
  if (parse_address(&to, host, port) == -1) {
    answer_error("address");
    return;
  }
  for (int i = 0; i < count; i++) {
    char number[8];
    for (int k = 0; k < size; k++)
      chunk[k] = pattern_at((uint64_t)k);
    snprintf(number, sizeof number, "%04d", i % 10000);
    if (numbered)
      memcpy(chunk, number, size < 4 ? (size_t)size : 4);
    if (sendto(slot[s], chunk, (size_t)size, 0, (struct sockaddr *)&to.sa, to.len) == -1) {
      answer_error("sendto");
      return;
    }
  }
  answer("ok %d", numbered ? count : size);
}

static void cmd_recvfrom(int s) {
  struct address from = {.len = sizeof from.sa};
  ssize_t n = recvfrom(slot[s], chunk, sizeof chunk, 0, (struct sockaddr *)&from.sa, &from.len);
  if (n == -1)
    answer_error("recvfrom");
  else
    answer("ok %zd %016llx %d", n, (unsigned long long)hash(HASH_START, chunk, (size_t)n),
           port_of(&from.sa));
}

static size_t from_hex(const char *text, unsigned char *to, size_t room) {
  size_t n = 0;
  for (unsigned byte; n < room && sscanf(text + 2 * n, "%2x", &byte) == 1; n++)
    to[n] = (unsigned char)byte;
  return n;
}

static void cmd_dns(int s, const char *hex) {
  struct address from = {.len = sizeof from.sa};
  ssize_t n = recvfrom(slot[s], chunk, sizeof chunk, 0, (struct sockaddr *)&from.sa, &from.len);
  if (n < 2) {
    answer_error("dns");
    return;
  }
  size_t size = 2 + from_hex(hex, chunk + 2, 512);
  chunk[0] ^= 1, chunk[size - 1] ^= 1;
  sendto(slot[s], chunk, size, 0, (struct sockaddr *)&from.sa, from.len);
  chunk[0] ^= 1, chunk[size - 1] ^= 1;
  if (sendto(slot[s], chunk, size, 0, (struct sockaddr *)&from.sa, from.len) == -1)
    answer_error("dns");
  else
    answer("ok %zd", n);
}

static void cmd_dnstcp(int s, int listener, const char *hex) {
  int fd = accept(slot[listener], NULL, NULL);
  if (fd == -1 || recv(fd, chunk, 4, MSG_WAITALL) != 4) {
    answer_error("dnstcp");
    return;
  }
  put(s, fd);
  int n = chunk[0] << 8 | chunk[1];
  unsigned char id[2] = {chunk[2], chunk[3]};
  recv(fd, chunk, (size_t)n - 2, MSG_WAITALL);
  size_t size = 2 + from_hex(hex, chunk + 4, 512);
  chunk[0] = (unsigned char)(size >> 8), chunk[1] = (unsigned char)size;
  memcpy(chunk + 2, id, 2);
  if (send(fd, chunk, 2 + size, MSG_NOSIGNAL) == -1)
    answer_error("dnstcp");
  else
    answer("ok %d", n);
}

static void cmd_udp(int s, const char *host, int port) {
  struct address at;
  int fd = parse_address(&at, host, port) == -1 ? -1 : make(SOCK_DGRAM, &at, port);
  if (fd == -1) {
    answer_error("udp");
    return;
  }
  put(s, fd);
  answer("ok %d", local_port(fd));
}

static void cmd_listen(int s, const char *host, int port) {
  struct address at;
  int fd = parse_address(&at, host, port) == -1 ? -1 : make(SOCK_STREAM, &at, port);
  if (fd == -1 || listen(fd, 1024) == -1) {
    answer_error("listen");
    return;
  }
  put(s, fd);
  answer("ok %d", local_port(fd));
}

static void cmd_accept(int s, int listener) {
  struct address from = {.len = sizeof from.sa};
  int fd = accept(slot[listener], (struct sockaddr *)&from.sa, &from.len);
  if (fd == -1) {
    answer_error("accept");
    return;
  }
  put(s, fd);
  answer("ok %d", port_of(&from.sa));
}

static void cmd_connect(int s, const char *host, int port, int from, int flags) {
  int fd = connected(host, port, from, flags);
  if (fd == -1) {
    answer_error("connect");
    return;
  }
  put(s, fd);
  answer("ok %d", local_port(fd));
}

/* What the header of a datagram's packet said; the kernel takes it from there when it is read. */
static void cmd_hops(int s) {
  static const int asked[][2] = {{IPPROTO_IP, IP_RECVTTL}, {IPPROTO_IP, IP_RECVTOS},
                                 {IPPROTO_IPV6, IPV6_RECVHOPLIMIT}, {IPPROTO_IPV6, IPV6_RECVTCLASS}};
  union {
    char bytes[256];
    struct cmsghdr align;
  } control;
  struct iovec part = {chunk, sizeof chunk};
  struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
  int on = 1, hops = -1, class = -1;
  for (int i = 0; i < 4; i++) /* Two of them are not for this family. */
    setsockopt(slot[s], asked[i][0], asked[i][1], &on, sizeof on);
  m.msg_control = &control;
  m.msg_controllen = sizeof control;
  if (recvmsg(slot[s], &m, 0) == -1) {
    answer_error("hops");
    return;
  }
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
    int six = c->cmsg_level == IPPROTO_IPV6;
    if (c->cmsg_type == (six ? IPV6_HOPLIMIT : IP_TTL))
      memcpy(&hops, CMSG_DATA(c), sizeof hops);
    else if (six && c->cmsg_type == IPV6_TCLASS)
      memcpy(&class, CMSG_DATA(c), sizeof class);
    else if (!six && c->cmsg_type == IP_TOS)
      class = *CMSG_DATA(c);
  }
  answer("ok %d %d", hops, class);
}

static void cmd_udpconnect(int s, const char *host, int port) {
  struct address to;
  if (parse_address(&to, host, port) == -1 ||
      connect(slot[s], (struct sockaddr *)&to.sa, to.len) == -1)
    answer_error("udpconnect");
  else
    answer("ok");
}

static void done(int result, const char *what) {
  if (result == -1)
    answer_error(what);
  else
    answer("ok");
}

/* Runs one command, split into words; missing words are empty strings. */
static void run(char **w) {
  const char *c = w[0];
  int s = atoi(w[1]);
  if (s < 0 || s >= SLOTS)
    s = 0;
  if (!strcmp(c, "connect"))
    cmd_connect(s, w[2], atoi(w[3]), *w[4] ? atoi(w[4]) : -1, 0);
  else if (!strcmp(c, "connecting"))
    cmd_connect(s, w[2], atoi(w[3]), -1, SOCK_NONBLOCK);
  else if (!strcmp(c, "listen"))
    cmd_listen(s, w[2], atoi(w[3]));
  else if (!strcmp(c, "backlog"))
    done(listen(slot[s], atoi(w[2])), "backlog");
  else if (!strcmp(c, "accept"))
    cmd_accept(s, atoi(w[2]) % SLOTS);
  else if (!strcmp(c, "write"))
    cmd_write(s, atoll(w[2]), atoll(w[3]), atol(w[4]));
  else if (!strcmp(c, "text"))
    done((int)send(slot[s], w[2], strlen(w[2]), MSG_NOSIGNAL), "text");
  else if (!strcmp(c, "read"))
    cmd_read(s, atoll(w[2]), 0, 0, 0);
  else if (!strcmp(c, "drain"))
    cmd_read(s, 0, atoll(w[2]), atol(w[3]), 1);
  else if (!strcmp(c, "line"))
    cmd_line(s);
  else if (!strcmp(c, "echo"))
    cmd_echo(s);
  else if (!strcmp(c, "pending"))
    cmd_pending(s, atoi(w[2]));
  else if (!strcmp(c, "wait")) {
    struct pollfd p = {slot[s], 0, 0};
    p.events = !strcmp(w[2], "in") ? POLLIN : !strcmp(w[2], "out") ? POLLOUT : POLLRDHUP;
    poll(&p, 1, atoi(w[3]));
    answer("ok %d", p.revents);
  } else if (!strcmp(c, "error")) {
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(slot[s], SOL_SOCKET, SO_ERROR, &error, &len);
    answer("ok %s", error ? strerrorname_np(error) : "0");
  } else if (!strcmp(c, "shut"))
    done(shutdown(slot[s], !strcmp(w[2], "rd") ? SHUT_RD : !strcmp(w[2], "wr") ? SHUT_WR : SHUT_RDWR),
         "shutdown");
  else if (!strcmp(c, "reset")) {
    reset(slot[s]);
    slot[s] = -1;
    answer("ok");
  } else if (!strcmp(c, "close")) {
    put(s, -1);
    answer("ok");
  } else if (!strcmp(c, "bounce")) {
    int fd = connected(w[1], atoi(w[2]), -1, 0);
    int port = fd == -1 ? -1 : local_port(fd);
    if (fd == -1)
      answer_error("bounce");
    else {
      reset(fd);
      answer("ok %d", port);
    }
  } else if (!strcmp(c, "visit"))
    cmd_visit(w[1], atoi(w[2]), atoi(w[3]), atoi(w[4]));
  else if (!strcmp(c, "buffers")) {
    int out = atoi(w[2]), in = atoi(w[3]);
    if (out)
      setsockopt(slot[s], SOL_SOCKET, SO_SNDBUF, &out, sizeof out);
    if (in)
      setsockopt(slot[s], SOL_SOCKET, SO_RCVBUF, &in, sizeof in);
    answer("ok");
  } else if (!strcmp(c, "udp"))
    cmd_udp(s, w[2], atoi(w[3]));
  else if (!strcmp(c, "sendto"))
    cmd_sendto(s, w[2], atoi(w[3]), 1, atoi(w[4]), 0);
  else if (!strcmp(c, "burst"))
    cmd_sendto(s, w[2], atoi(w[3]), atoi(w[4]), atoi(w[5]), 1);
  else if (!strcmp(c, "recvfrom"))
    cmd_recvfrom(s);
  else if (!strcmp(c, "hops"))
    cmd_hops(s);
  else if (!strcmp(c, "udpconnect"))
    cmd_udpconnect(s, w[2], atoi(w[3]));
  else if (!strcmp(c, "dns"))
    cmd_dns(s, w[2]);
  else if (!strcmp(c, "dnstcp"))
    cmd_dnstcp(s, atoi(w[2]), w[3]);
  else if (!strcmp(c, "pause")) {
    nap(atol(w[1]) * 1000);
    answer("ok");
  } else if (!strcmp(c, "version"))
    answer("ok 1");
  else
    answer("error unknown command %s", c);
}

static void serve(int control) {
  char line[512];
  int one = 1;
  FILE *in = fdopen(control, "r");
  control_out = fdopen(dup(control), "w");
  setsockopt(control, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (!in || !control_out)
    return;
  alarm(LIFETIME);
  for (int i = 0; i < SLOTS; i++)
    slot[i] = -1;
  while (fgets(line, sizeof line, in)) {
    char *words[8], *rest = line;
    for (int i = 0; i < 8; i++) {
      char *word = strtok_r(i ? NULL : line, " \n", &rest);
      words[i] = word ? word : "";
    }
    run(words);
  }
}

/* A process whose control connection closed while it runs a command ends after that command: when
 * its sockets fail, at the latest after LIFETIME, or with this one. */
int main(void) {
  struct address at;
  parse_address(&at, "127.0.0.1", 0);
  int listener = make(SOCK_STREAM, &at, 0);
  if (listener == -1 || listen(listener, 128) == -1) {
    perror("peer");
    return 1;
  }
  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_IGN);
  printf("%d\n", local_port(listener));
  fflush(stdout);
  for (;;) {
    struct pollfd p[2] = {{listener, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    if (poll(p, 2, -1) == -1)
      continue;
    if (p[1].revents) {
      ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);
      if (n <= 0)
        return 0;
    }
    if (!(p[0].revents & POLLIN))
      continue;
    int control = accept(listener, NULL, NULL);
    pid_t parent = getpid();
    if (control != -1 && fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent)
        return 1;
      close(listener);
      serve(control);
      return 0;
    }
    close(control);
  }
}
