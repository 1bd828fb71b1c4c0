/*
 * State tables: every call in every state of a socket, compared with what Linux did.
 *
 * A program here has a list of states (functions that make a socket in that state) and a list of
 * calls. For each pair a new socket is made, the call is made twice, because an error is told once,
 * and then the socket is asked for everything a program can see of it. The answers make one line of
 * NAME_linux.h, written natively by
 *
 *     WPS_BLESS=1 cargo test --test conformance -- 'states::NAME::(program)::native'
 *
 * All other runs compare with that, field by field. What a host cannot do is in `known` of the program,
 * with an id of docs/DIFFERENCES.md. The sockets are of four kinds: IPv4 and blocking, non-blocking (/n),
 * IPv6 (/6), and both (/6n). A line has only what differs from the line of the simpler kind, and from that
 * of the call "nothing".
 */
#ifndef WPS_WALK_H
#define WPS_WALK_H

#include "../t.h"
#include <fnmatch.h>

/* How long a state may take to show: hosts learn of events in a thread of their own. */
#define W_SETTLE_MS 5000

#define W_ALL (POLLIN | POLLOUT | POLLRDHUP)

/* A socket in some state. */
struct subject {
  int fd;
  int other;         /* the other end, or -1 */
  int family;        /* AF_INET or AF_INET6 */
  int nonblocking;   /* the last step to the state, and all after it, do not wait */
  struct t_addr own; /* the address that the table calls "own" */
  int chosen;        /* the program chose its port */
};

struct state {
  const char *name;
  int (*make)(struct subject *); /* 0, or -1 when the machine is at fault */
};

/* A call puts its result down with w_say. NULL as the name ends the list. */
struct call {
  const char *name;
  void (*run)(struct subject *);
  int family; /* 0 for both */
};

/* Where a WASI host cannot do what Linux does. Patterns as in a shell. */
struct known {
  const char *state, *call, *field;
  const char *here; /* what is said instead */
  const char *id;
};
/* The runner looks for the ids by this name. */
#define KNOWN_WASM(id) id

/* A line of NAME_linux.h. */
struct line {
  const char *key, *text;
};

static struct {
  const struct line *lines, *here; /* those of the running state start here */
  const struct known *known;
  const struct call *calls;
  void (*observe)(struct subject *);
  const char *state, *call;
  int variant, variants, chosen;
  char key[100], text[900];
  /* What is recorded natively. */
  char (*record)[2200];
  int count, room, start, recording;
} w;

/* The ends of keys, by the variant of the socket; bit 0 is non-blocking, bit 1 IPv6. */
static const char *const w_suffix[] = {"", "/n", "/6", "/6n"};

/* The value of a field in a line "field=value, field=value"; NULL when there is none. */
static inline const char *w_field(const char *line, const char *field, char *value, size_t size) {
  size_t length = strlen(field);
  for (const char *at = line; at && *at; at = strstr(at, ", ") ? strstr(at, ", ") + 2 : NULL)
    if (strncmp(at, field, length) == 0 && at[length] == '=') {
      const char *end = strstr(at, ", ");
      snprintf(value, size, "%.*s", end ? (int)(end - at - (long)length - 1) : 400, at + length + 1);
      return value;
    }
  return NULL;
}

/* Adds to the line of the running cell. */
__attribute__((format(printf, 1, 2))) static inline void w_say(const char *format, ...) {
  size_t used = strlen(w.text);
  va_list args;
  va_start(args, format);
  vsnprintf(w.text + used, sizeof w.text - used, format, args);
  va_end(args);
}

/* The result of a call: a number or the name of the error. */
static inline const char *w_result(long long result) {
  static char text[4][40];
  static int turn;
  turn = (turn + 1) % 4;
  snprintf(text[turn], sizeof text[turn], "%lld", result);
  return result == -1 ? t_errno_name(errno) : text[turn];
}

static inline const char *w_events(int events) {
  static char text[80];
  static const struct {
    int bit;
    const char *name;
  } names[] = {{POLLIN, "IN"}, {POLLOUT, "OUT"}, {POLLRDHUP, "RDHUP"}, {POLLERR, "ERR"}, {POLLHUP, "HUP"}};
  text[0] = 0;
  for (int i = 0; i < 5; i++)
    if (events & names[i].bit)
      snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", text[0] ? "+" : "",
               names[i].name);
  return text[0] ? text : "none";
}

/* What a line says of a call in the running state. */
static inline const char *w_line(const char *call, int variant) {
  char key[100];
  snprintf(key, sizeof key, "%s %s%s", w.state, call, w_suffix[variant]);
  size_t length = strlen(key), state = strlen(w.state) + 1;
  for (int i = w.start; w.recording && i < w.count; i++)
    if (strncmp(w.record[i], key, length) == 0 && w.record[i][length] == '\n')
      return w.record[i] + length + 1;
  for (const struct line *l = w.here; !w.recording && l && l->key; l++) {
    if (strcmp(l->key, key) == 0)
      return l->text;
    if (strncmp(l->key, key, state) != 0)
      break;
  }
  return NULL;
}

/* What Linux says in a field of the running cell; NULL when that is not known. A line has what is
 * different from the same call on a socket of the simpler kind, and from no call at all. */
static inline const char *w_wanted(const char *field, char *value, size_t size) {
  const char *const calls[] = {w.call, w.calls[0].name};
  for (int c = 0; c < 2; c++)
    for (int v = w.variant;; v = v == 3 ? 1 : 0) {
      const char *found = w_field(w_line(calls[c], v), field, value, size);
      if (found)
        return found;
      if (v == 0)
        break;
    }
  return NULL;
}

/* Whether a WASI host cannot do this. */
static inline int w_is_known(const char *field, const char *value) {
#ifdef __wasi__
  for (const struct known *k = w.known; k->state; k++)
    if (fnmatch(k->state, w.state, 0) == 0 && fnmatch(k->call, w.call, 0) == 0 &&
        fnmatch(k->field, field, 0) == 0 && fnmatch(k->here, value, 0) == 0)
      return 1;
#else
  (void)field, (void)value;
#endif
  return 0;
}

/* What poll says of the socket, once it says what Linux does (or has had the time to). */
static inline void w_poll(struct subject *s, const char *field) {
  char wanted[80];
  int known = !w.recording && w_wanted(field, wanted, sizeof wanted);
  long long end = t_now_ms() + (known ? W_SETTLE_MS : 3);
  const char *got;
  while (got = w_events(t_poll(s->fd, W_ALL, 0)),
         (!known || (strcmp(got, wanted) != 0 && !w_is_known(field, got))) && t_now_ms() < end)
    t_pause_ms(1);
  w_say("%s=%s, ", field, got);
}

/* An address in words that are the same in every run: its IP address, and whether the port is
 * "own", 0 or another. */
static inline const char *w_name(const struct subject *s, struct t_addr addr) {
  static char text[4][100];
  static int turn;
  char ip[80] = "?";
  turn = (turn + 1) % 4;
  if (addr.len == 0)
    return t_errno_name(errno);
  if (addr.sa.any.sa_family == AF_INET)
    inet_ntop(AF_INET, &addr.sa.in.sin_addr, ip, sizeof ip);
  else if (addr.sa.any.sa_family == AF_INET6)
    inet_ntop(AF_INET6, &addr.sa.in6.sin6_addr, ip, sizeof ip);
  else
    snprintf(ip, sizeof ip, "family %d", addr.sa.any.sa_family);
  const char *word = ip;
  if (strcmp(ip, "127.0.0.1") == 0 || strcmp(ip, "::1") == 0)
    word = "lo";
  else if (strcmp(ip, "0.0.0.0") == 0 || strcmp(ip, "::") == 0)
    word = "any";
  int port = t_addr_port(&addr), own = s->own.len ? t_addr_port(&s->own) : 0;
  snprintf(text[turn], sizeof text[turn], "%s:%s", word,
           port == 0     ? "0"
           : port == own ? "own"
                         : "other");
  return text[turn];
}

/* Notes the present local address as "own", if it has a port. */
static inline int w_note_own(struct subject *s) {
  struct t_addr now = t_local(s->fd);
  if (now.len && t_addr_port(&now) != 0)
    s->own = now;
  return 0;
}

/* Chooses a port that was free just now, in both families. */
static inline void w_choose_port(struct subject *s, int type) {
  int fd = socket(AF_INET6, type, 0);
  t_bind(fd, t_wildcard(AF_INET6, 0));
  s->own = t_loopback(s->family, t_port(fd));
  s->chosen = 1;
  close(fd);
}

/* Takes the next field off a line. */
static inline char *w_next(char **rest, char **value) {
  char *field = *rest, *end = strstr(field, ", ");
  if (!*field)
    return NULL;
  *rest = end ? end + 2 : field + strlen(field);
  if (end)
    *end = 0;
  *value = strchr(field, '=');
  *(*value)++ = 0;
  return field;
}

/* Records what the running cell said, as far as it is not to be expected. */
static inline void w_keep(void) {
  char line[2000] = "", wanted[400], *rest = w.text, *field, *value;
  while ((field = w_next(&rest, &value))) {
    const char *known = w_wanted(field, wanted, sizeof wanted);
    if (!known || strcmp(known, value) != 0)
      snprintf(line + strlen(line), sizeof line - strlen(line), "%s%s=%s", line[0] ? ", " : "", field,
               value);
  }
  if (!line[0])
    return;
  if (w.count == w.room)
    w.record = realloc(w.record, sizeof *w.record * (size_t)(w.room = w.room ? w.room * 2 : 256));
  snprintf(w.record[w.count++], sizeof *w.record, "%s\n%s", w.key, line);
}

/* Whether a value is what Linux says. Where the system chooses a port anew, it may choose the same. */
static inline int w_same(const char *known, const char *value) {
  size_t length = known ? strlen(known) : 0;
  if (!known || strcmp(known, value) == 0)
    return known != NULL;
  return !w.chosen && length > 6 && strcmp(known + length - 6, ":other") == 0 &&
         strncmp(known, value, length - 5) == 0 && strcmp(value + length - 5, "own") == 0;
}

/* Compares what the running cell said with what Linux did. */
static inline void w_compare(void) {
  char wanted[400], *rest = w.text, *field, *value;
  while ((field = w_next(&rest, &value))) {
    const char *known = w_wanted(field, wanted, sizeof wanted);
    if (!w_same(known, value) && !w_is_known(field, value))
      t_fail(__FILE__, __LINE__, "%s: %s is %s, Linux says %s", w.key, field, value,
             known ? known : "nothing");
  }
}

static inline void w_cell(const struct state *state, const struct call *call, int variant) {
  struct subject s = {-1, -1, variant & 2 ? AF_INET6 : AF_INET, variant & 1, {.len = 0}, 0};
  w.state = state->name;
  w.call = call->name;
  w.variant = variant;
  snprintf(w.key, sizeof w.key, "%s %s%s", state->name, call->name, w_suffix[variant]);
  w.text[0] = 0;
  int made = -1;
  for (int tries = 0; tries < 3 && made == -1; tries++) {
    close(s.fd);
    close(s.other);
    errno = 0;
    made = state->make(&s);
    if (made == -1)
      fprintf(stderr, "  %s: made again after %s\n", w.key, t_errno_name(errno));
  }
  if (made == -1) {
    t_fail(__FILE__, __LINE__, "%s: the state cannot be made: %s", w.key, t_errno_name(errno));
  } else {
    if (s.nonblocking)
      t_set_nonblock(s.fd, 1);
    if (s.own.len == 0)
      w_note_own(&s);
    /* Everything before the call is to be over. */
    w.chosen = s.chosen;
    w_poll(&s, "was");
    w_say("ret=");
    call->run(&s);
    w_say(" ");
    call->run(&s);
    w_say(", ");
    w.observe(&s);
    if (w.recording)
      w_keep();
    else
      w_compare();
  }
  close(s.fd);
  close(s.other);
}

/* All calls in one state. */
static inline void w_walk(const struct state *state) {
  size_t length = strlen(state->name);
  w.start = w.count;
  w.here = w.lines;
  while (w.here->key && (strncmp(w.here->key, state->name, length) != 0 || w.here->key[length] != ' '))
    w.here++;
  for (int variant = 0; variant < w.variants; variant++)
    for (const struct call *call = w.calls; call->name; call++)
      if (call->family == 0 || call->family == (variant & 2 ? AF_INET6 : AF_INET))
        w_cell(state, call, variant);
}

static inline void w_begin(const struct line *lines, const struct known *known,
                           const struct call *calls, void (*observe)(struct subject *)) {
  w.lines = lines;
  w.known = known;
  w.calls = calls;
  w.observe = observe;
  w.variants = 4;
#ifndef __wasi__
  w.recording = getenv("WPS_BLESS") != NULL;
#endif
}

/* Writes what was recorded beside the source. */
static inline void w_end(const char *source, const char *name) {
  if (!w.recording)
    return;
  char path[400];
  const char *slash = strrchr(source, '/');
  snprintf(path, sizeof path, "%.*s%s_linux.h", slash ? (int)(slash - source) + 1 : 0, source, name);
  FILE *file = fopen(path, "w");
  if (!file) {
    perror(path);
    exit(1);
  }
  fprintf(file, "/* What Linux does; written by %s.c, see walk.h. */\n", name);
  for (int i = 0; i < w.count; i++) {
    char *end = strchr(w.record[i], '\n');
    fprintf(file, "{\"%.*s\", \"%s\"},\n", (int)(end - w.record[i]), w.record[i], end + 1);
  }
  fclose(file);
}

#endif
