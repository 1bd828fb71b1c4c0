/* Talks to the native helper process peer.c, whose commands are described there. Included by
 * t.h. The helper runs the commands of one control connection in order, in a process of its
 * own, and answers each with one line when it is done. */
#ifndef WPS_T_PEER_H
#define WPS_T_PEER_H

/* A new control connection to the helper; -1 when there is none. Closing it ends everything
 * that was started through it. */
static inline int peer_open(void) {
  const char *port = getenv("WPS_PEER");
  if (!port) {
    t_fail(__FILE__, __LINE__, "WPS_PEER is not set: no helper process");
    return -1;
  }
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd != -1 && t_connect(fd, t_loopback(AF_INET, atoi(port))) == -1) {
    t_fail(__FILE__, __LINE__, "cannot reach the helper process: %s", t_errno_name(errno));
    close(fd);
    return -1;
  }
  return fd;
}

/* Starts a command without waiting for its end: 0, or -1. */
__attribute__((format(printf, 2, 3))) static inline int peer_start(int peer, const char *format,
                                                                   ...) {
  char line[512];
  va_list args;
  va_start(args, format);
  int size = vsnprintf(line, sizeof line - 1, format, args);
  va_end(args);
  if (size < 0 || size >= (int)sizeof line - 1)
    return -1;
  line[size++] = '\n';
  return t_send_all(peer, line, (size_t)size) == size ? 0 : -1;
}

/* The answer to the oldest unanswered command: the text after "ok ", or NULL with a failure of
 * the subtest noted when it is an error. Valid until the next call. */
static inline const char *peer_answer(int peer) {
  static char line[512];
  size_t size = 0;
  char c;
  while (size < sizeof line - 1 && recv(peer, &c, 1, 0) == 1 && c != '\n')
    line[size++] = c;
  line[size] = 0;
  if (strncmp(line, "ok", 2) != 0) {
    t_fail(__FILE__, __LINE__, "the helper process answered \"%s\"", line);
    return NULL;
  }
  return line[2] ? line + 3 : line + 2;
}

/* Runs a command to its end: its answer as peer_answer() gives it. */
#define peer_run(peer, ...) (peer_start(peer, __VA_ARGS__) == 0 ? peer_answer(peer) : NULL)

/* Runs a command whose answer starts with a number: that number, or -1. */
#define peer_number(peer, ...) t_number(peer_run(peer, __VA_ARGS__))
static inline long long t_number(const char *text) { return text ? atoll(text) : -1; }

/* A blocking connection to the helper's socket 1; -1 with a failure noted. */
static inline int peer_connection(int peer) {
  int listener = peer == -1 ? -1 : t_listener(AF_INET);
  if (listener == -1 || peer_number(peer, "connect 1 127.0.0.1 %d", t_port(listener)) <= 0)
    return -1;
  int fd = accept(listener, NULL, NULL);
  close(listener);
  return fd;
}

/* Takes the answer to a "drain": the helper must have read exactly these bytes, then the end. */
static inline void peer_check_drained(int peer, const void *data, size_t size) {
  const char *text = peer_answer(peer);
  char want[64];
  snprintf(want, sizeof want, "%zu %016llx eof", size,
           (unsigned long long)t_hash(T_HASH_START, data, size));
  if (text)
    CHECK_STR(text, want);
}

#endif
