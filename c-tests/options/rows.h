/* How the rows of docs/OPTIONS.md are shown: what getsockopt() gives on a fresh socket, and what
 * setsockopt() makes of values and lengths, kind of socket by kind of socket. One program per level:
 *
 *     #define LEVEL SOL_SOCKET
 *     TEST(so_priority) { SHOWS(SO_PRIORITY, ALL, "=0 -2:EPERM~= 6:= 7:EPERM~= L3:EINVAL L4:ok"); }
 *
 * Kinds of sockets and what they do stand in pairs. Kinds that are in no pair must not have the
 * level, and that is checked too. In the text, parted by spaces:
 *
 *     =R    getsockopt() gives this: a number, #N for another value of N bytes, or an errno
 *     V:R   setsockopt() of the int V (max: INT_MAX): an errno, `=` if V reads back, another number
 *           that reads back, or `ok` if there is nothing to read back
 *     LN:R  setsockopt() of the int 1, cut to N bytes: `ok` or an errno
 *
 * R~S: here it is R; Linux may also give S, `*` for whatever it gives. Behind most of them is what a
 * program without privileges gets (=EPERM~=: root may), or what a WASI host cannot do. */
#ifndef WPS_OPTION_ROWS_H
#define WPS_OPTION_ROWS_H

#include "../t.h"
#include <netinet/udp.h>
#include <sys/un.h>

#ifndef __wasi__ /* What Linux has, and not every C library. */
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#define SO_PEERPIDFD 77
#endif
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#define IP_PROTOCOL 52
#endif
#ifndef IPV6_FLOWINFO
#define IPV6_FLOWINFO 11
#define IPV6_FLOWLABEL_MGR 32
#define IPV6_FLOWINFO_SEND 33
#endif
#endif
#ifndef IPV6_USE_MIN_MTU /* What BSD has. */
#define IPV6_USE_MIN_MTU 63
#endif

enum {
  TCP4 = 1,
  TCP6 = 2,
  UDP4 = 4,
  UDP6 = 8,
  UNIX = 16,
  TCP = TCP4 | TCP6,
  UDP = UDP4 | UDP6,
  V4 = TCP4 | UDP4,
  V6 = TCP6 | UDP6,
  INET = TCP | UDP,
  ALL = INET | UNIX,
  KINDS = 5
};

static const char *const kind_names[KINDS] = {"TCP", "TCP over IPv6", "UDP", "UDP over IPv6",
                                              "AF_UNIX"};

static int socket_of(int kind) {
  static const int domains[KINDS] = {AF_INET, AF_INET6, AF_INET, AF_INET6, AF_UNIX};
  int datagrams = (1 << kind & UDP) != 0;
  return socket(domains[kind], datagrams ? SOCK_DGRAM : SOCK_STREAM, 0);
}

struct result {
  char text[32];
};

static struct result shown(const char *format, long long number) {
  struct result result;
  snprintf(result.text, sizeof result.text, format, number);
  return result;
}

static struct result failure(void) {
  struct result result;
  snprintf(result.text, sizeof result.text, "%s", t_errno_name(errno));
  return result;
}

static struct result get_of(int kind, int level, int option) {
  unsigned char value[64] = {0};
  socklen_t length = sizeof value;
  int fd = socket_of(kind), number;
  int failed = getsockopt(fd, level, option, value, &length);
  struct result result = failure();
  close(fd);
  memcpy(&number, value, sizeof number);
  if (failed)
    return result;
  return length == sizeof number ? shown("%lld", number) : shown("#%lld", (long long)length);
}

static struct result set_of(int kind, int level, int option, int value) {
  int back = 0, fd = socket_of(kind);
  socklen_t length = sizeof back;
  struct result result = {"ok"};
  if (setsockopt(fd, level, option, &value, sizeof value) == -1)
    result = failure();
  else if (getsockopt(fd, level, option, &back, &length) == 0 && length == sizeof back)
    result = back == value ? (struct result){"="} : shown("%lld", back);
  close(fd);
  return result;
}

static struct result length_of(int kind, int level, int option, int length) {
  static const char one[8] = {1};
  int fd = socket_of(kind);
  struct result result = {"ok"};
  if (setsockopt(fd, level, option, one, (socklen_t)length) == -1)
    result = failure();
  close(fd);
  return result;
}

/* Whether `got` is what may be got: "R", or on Linux "R~S". */
static int allowed(const char *got, const char *wanted) {
  for (size_t size; *wanted; wanted += size + (wanted[size] == '~')) {
    size = strcspn(wanted, "~");
    if ((size == 1 && *wanted == '*') || (strlen(got) == size && !strncmp(got, wanted, size)))
      return 1;
#ifdef __wasi__
    return 0;
#endif
  }
  return 0;
}

/* Linux 6.18 is what is compared with. An older one may not have the option at all. */
static int is_too_new(int kind, int level, int option) {
#ifndef __wasi__
  int major = 0, minor = 0;
  char release[64] = "";
  int fd = open("/proc/sys/kernel/osrelease", O_RDONLY);
  ssize_t size = read(fd, release, sizeof release - 1);
  close(fd);
  if (size <= 0 || sscanf(release, "%d.%d", &major, &minor) != 2 || major * 100 + minor >= 618)
    return 0;
  return !strcmp(get_of(kind, level, option).text, "ENOPROTOOPT") &&
         !strcmp(set_of(kind, level, option, 1).text, "ENOPROTOOPT");
#else
  (void)kind, (void)level, (void)option;
  return 0;
#endif
}

struct row {
  const char *name;
  int level, option;
};

static void show_one(const struct row *row, int kind, const char *what) {
  char text[256], *rest;
  snprintf(text, sizeof text, "%s", what);
  for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    struct result got;
    char *wanted = word + 1;
    if (*word == '=') {
      got = get_of(kind, row->level, row->option);
    } else if (*word == 'L') {
      got = length_of(kind, row->level, row->option, (int)strtol(word + 1, &wanted, 10));
      wanted++;
    } else {
      int value = (int)strtol(word, &wanted, 10);
      if (!strncmp(word, "max", 3))
        value = INT_MAX, wanted = word + 3;
      got = set_of(kind, row->level, row->option, value);
      wanted++;
    }
    if (!allowed(got.text, wanted))
      t_fail(__FILE__, __LINE__, "%s of %s: %s, and got %s", row->name, kind_names[kind], word,
             got.text);
  }
}

/* On a socket that does not have the level. */
static void show_absence(const struct row *row, int kind) {
  const char *get = 1 << kind & V6 ? "ENOPROTOOPT" : "EOPNOTSUPP";
  const char *set = 1 << kind & UNIX ? "EOPNOTSUPP" : "ENOPROTOOPT";
  struct result got = get_of(kind, row->level, row->option);
  if (strcmp(got.text, get))
    t_fail(__FILE__, __LINE__, "getting %s of %s: %s", row->name, kind_names[kind], got.text);
  got = set_of(kind, row->level, row->option, 1);
  if (strcmp(got.text, set))
    t_fail(__FILE__, __LINE__, "setting %s of %s: %s", row->name, kind_names[kind], got.text);
}

static void shows(const char *name, int level, int option, ...) {
  const struct row row = {name, level, option};
  int rest = ALL, kinds;
  va_list pairs;
  va_start(pairs, option);
  while ((kinds = va_arg(pairs, int)) != 0) {
    const char *what = va_arg(pairs, const char *);
    for (int kind = 0; kind < KINDS; kind++)
      if (1 << kind & kinds && !is_too_new(kind, level, option))
        show_one(&row, kind, what);
    rest &= ~kinds;
  }
  va_end(pairs);
  for (int kind = 0; kind < KINDS; kind++)
    if (1 << kind & rest)
      show_absence(&row, kind);
}

#define SHOWS(option, ...) shows(#option, LEVEL, option, __VA_ARGS__, 0)

#endif
