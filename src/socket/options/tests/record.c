/* Records what Linux does with every option of the table, for src/socket/options/tests/linux.rs.
 *
 *   cc -o /tmp/record record.c && cut -d' ' -f1-3 linux.txt | uniq | /tmp/record > new.txt
 *
 * Input: a line "NAME LEVEL NUMBER" per option. Output, a line per option and set of sockets that
 * have its level:
 *   NAME LEVEL NUMBER SOCKETS get=LENGTH:HEX get1=LENGTH:HEX VALUE:RESULT... LLENGTH:RESULT...
 * RESULT is an errno, "same" (the value reads back), or the number that reads back; a result
 * holds for the following values too, until another is given. get1 has room for one byte; L is
 * for setsockopt with the value 1 cut to a length. It runs without privileges, as programs here
 * do. Start it as root or as anyone: it becomes nobody. Built with wps-cc, it shows what the
 * library and the host together do. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KINDS = 5, SIZE = 1024 };

static const char *const kind_names[KINDS] = {"tcp4", "tcp6", "udp4", "udp6", "unix"};
static const int values[] = {-2,  -1,  0,   1,    2,     3,     7,     30,    42,        64,         127,
                             128, 200, 255, 1000, 1279, 1280, 32767, 32768, 65535, 1048576, 2147483647};

static int open_socket(int kind) {
  static const int domains[KINDS] = {AF_INET, AF_INET6, AF_INET, AF_INET6, AF_UNIX};
  static const int types[KINDS] = {SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, SOCK_DGRAM, SOCK_STREAM};
  return socket(domains[kind], types[kind], 0);
}

static void show_get(FILE *out, const char *label, int kind, int level, int name, socklen_t room) {
  unsigned char value[64] = {0};
  socklen_t length = room;
  int fd = open_socket(kind);
  if (getsockopt(fd, level, name, value, &length) < 0) {
    fprintf(out, " %s=%s", label, strerrorname_np(errno));
  } else {
    fprintf(out, " %s=%u:", label, length);
    for (unsigned i = 0; i < length && i < sizeof value; i++) fprintf(out, "%02x", value[i]);
  }
  close(fd);
}

static void show_sets(FILE *out, int kind, int level, int name) {
  char last[64] = "";
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    char result[64];
    int value = values[i], back = -1;
    socklen_t length = sizeof back;
    int fd = open_socket(kind);
    if (setsockopt(fd, level, name, &value, sizeof value) < 0)
      snprintf(result, sizeof result, "%s", strerrorname_np(errno));
    else if (getsockopt(fd, level, name, &back, &length) < 0)
      snprintf(result, sizeof result, "ok,%s", strerrorname_np(errno));
    else if (length != sizeof back)
      snprintf(result, sizeof result, "ok");
    else if (back == value)
      snprintf(result, sizeof result, "same");
    else
      snprintf(result, sizeof result, "%d", back);
    if (strcmp(result, last)) fprintf(out, " %d:%s", value, result);
    strcpy(last, result);
    close(fd);
  }
}

static void show_lengths(FILE *out, int kind, int level, int name) {
  char last[64] = "";
  for (socklen_t length = 0; length <= 5; length++) {
    static const char one[8] = {1};
    int fd = open_socket(kind);
    int failed = setsockopt(fd, level, name, one, length) < 0;
    const char *result = failed ? strerrorname_np(errno) : "ok";
    if (strcmp(result, last)) fprintf(out, " L%u:%s", length, result);
    strcpy(last, result);
    close(fd);
  }
}

static int has_level(int kind, int level) {
  switch (level) {
    case IPPROTO_IP: return kind < 4;
    case IPPROTO_IPV6: return kind == 1 || kind == 3;
    case IPPROTO_TCP: return kind < 2;
    case IPPROTO_UDP: return kind == 2 || kind == 3;
    default: return 1;
  }
}

int main(void) {
  char line[128], option[64], results[KINDS][SIZE];
  if (getuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0)) return 1;
  while (fgets(line, sizeof line, stdin)) {
    int number, name, shown[KINDS] = {0};
    if (sscanf(line, "%63s %d %d", option, &number, &name) != 3) return 1;
    int level = number == 1 ? SOL_SOCKET : number; /* which is another number on WASI */
    for (int kind = 0; kind < KINDS; kind++) {
      shown[kind] = !has_level(kind, level);
      FILE *out = fmemopen(results[kind], SIZE, "w");
      show_get(out, "get", kind, level, name, 64);
      show_get(out, "get1", kind, level, name, 1);
      show_sets(out, kind, level, name);
      show_lengths(out, kind, level, name);
      fclose(out);
    }
    for (int kind = 0; kind < KINDS; kind++) {
      if (shown[kind]) continue;
      printf("%s %d %d ", option, number, name);
      for (int other = kind; other < KINDS; other++) {
        if (shown[other] || strcmp(results[other], results[kind])) continue;
        printf("%s%s", other == kind ? "" : ",", kind_names[other]);
        shown[other] = 1;
      }
      printf("%s\n", results[kind]);
    }
  }
  return 0;
}
