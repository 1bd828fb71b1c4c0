/*
 * The harness of the C tests: one header, no library.
 *
 *     TEST(name) { REQUIRE(...); CHECK(...); }
 *     int main(int argc, char **argv) { T_BEGIN(argc, argv); RUN(name); return T_END(); }
 *
 * Each RUN prints exactly one line on stdout: "ok NAME", "not ok NAME: FILE:LINE: what" (the
 * first failure; later ones go to stderr) or "skip NAME: ID". With arguments, only the subtests
 * named there run. Descriptors that a subtest leaves open are closed for it.
 */
#ifndef WPS_T_H
#define WPS_T_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#ifndef __wasi__
#include <signal.h>
#endif

/* How long a wait for something that must happen may take, in milliseconds. Only a failing test
 * ever waits that long, so it is generous: the machine may be slow and busy. */
#define T_LIMIT_MS 20000

static struct {
  const char *name;
  const char *skip;
  int failed;
  int any_failed;
  int only_count;
  char **only;
  unsigned char open_before[4096 / 8];
  char what[700];
} t_state;

static inline const char *t_errno_name(int error) {
  static char number[24];
#define T_NAME(e)                                                                                  \
  case e:                                                                                          \
    return #e;
  switch (error) {
    T_NAME(EPERM) T_NAME(ENOENT) T_NAME(EINTR) T_NAME(EIO) T_NAME(E2BIG) T_NAME(EBADF)
    T_NAME(EAGAIN) T_NAME(ENOMEM) T_NAME(EACCES) T_NAME(EFAULT) T_NAME(EBUSY) T_NAME(EEXIST)
    T_NAME(ENODEV) T_NAME(ENOTDIR) T_NAME(EISDIR) T_NAME(EINVAL) T_NAME(ENFILE) T_NAME(EMFILE)
    T_NAME(ENOTTY) T_NAME(EFBIG) T_NAME(ENOSPC) T_NAME(ESPIPE) T_NAME(EROFS) T_NAME(EPIPE)
    T_NAME(EDOM) T_NAME(ERANGE) T_NAME(ENAMETOOLONG) T_NAME(ENOSYS) T_NAME(ELOOP)
    T_NAME(EPROTO) T_NAME(EOVERFLOW) T_NAME(EILSEQ) T_NAME(ENOTSOCK) T_NAME(EDESTADDRREQ)
    T_NAME(EMSGSIZE) T_NAME(EPROTOTYPE) T_NAME(ENOPROTOOPT) T_NAME(EPROTONOSUPPORT)
    T_NAME(EOPNOTSUPP) T_NAME(EAFNOSUPPORT) T_NAME(EADDRINUSE) T_NAME(EADDRNOTAVAIL)
    T_NAME(ENETDOWN) T_NAME(ENETUNREACH) T_NAME(ENETRESET) T_NAME(ECONNABORTED)
    T_NAME(ECONNRESET) T_NAME(ENOBUFS) T_NAME(EISCONN) T_NAME(ENOTCONN) T_NAME(ETIMEDOUT)
    T_NAME(ECONNREFUSED) T_NAME(EHOSTUNREACH) T_NAME(EALREADY) T_NAME(EINPROGRESS)
    T_NAME(ECANCELED) T_NAME(EXDEV) T_NAME(ENXIO) T_NAME(ECHILD)
#ifdef ESOCKTNOSUPPORT
    T_NAME(ESOCKTNOSUPPORT)
#endif
#ifdef EPFNOSUPPORT
    T_NAME(EPFNOSUPPORT)
#endif
#ifdef ETOOMANYREFS
    T_NAME(ETOOMANYREFS)
#endif
  case 0:
    return "0 (no error)";
  }
#undef T_NAME
  snprintf(number, sizeof number, "errno %d", error);
  return number;
}

/* Records a failure of the running subtest. The first one is what its result line says. */
__attribute__((format(printf, 3, 4))) static inline void
t_fail(const char *file, int line, const char *format, ...) {
  const char *slash = strrchr(file, '/');
  char text[600];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (char *p = text; *p; p++)
    if (*p == '\n' || *p == '\r')
      *p = ' ';
  if (!t_state.failed)
    snprintf(t_state.what, sizeof t_state.what, "%s:%d: %s", slash ? slash + 1 : file, line, text);
  fprintf(stderr, "  %s: %s:%d: %s\n", t_state.name, slash ? slash + 1 : file, line, text);
  t_state.failed = 1;
}

static inline int t_true(const char *file, int line, const char *text, int value) {
  int error = errno;
  if (!value)
    t_fail(file, line, "%s is false (errno now %s)", text, t_errno_name(error));
  return value;
}

static inline int t_equal(const char *file, int line, const char *a_text, const char *b_text,
                          long long a, long long b) {
  int error = errno;
  if (a == b)
    return 1;
  t_fail(file, line, "%s is %lld, expected %s (%lld)%s%s", a_text, a, b_text, b,
         a == -1 ? ", errno " : "", a == -1 ? t_errno_name(error) : "");
  return 0;
}

static inline int t_works(const char *file, int line, const char *text, long long result) {
  int error = errno;
  if (result == -1)
    t_fail(file, line, "%s failed with %s", text, t_errno_name(error));
  return result != -1;
}

static inline int t_fails_with(const char *file, int line, const char *text, long long result,
                               const char *name, int wanted, int also) {
  int error = errno;
  if (result != -1)
    t_fail(file, line, "%s gave %lld, expected %s", text, result, name);
  else if (error != wanted && error != also)
    t_fail(file, line, "%s failed with %s, expected %s", text, t_errno_name(error), name);
  else
    return 1;
  return 0;
}

static inline int t_same_text(const char *file, int line, const char *text, const char *a,
                              const char *b) {
  if (a && b && strcmp(a, b) == 0)
    return 1;
  t_fail(file, line, "%s is \"%s\", expected \"%s\"", text, a ? a : "(null)", b ? b : "(null)");
  return 0;
}

static inline int t_same_bytes(const char *file, int line, const char *text, const void *a,
                               const void *b, size_t size) {
  const unsigned char *x = a, *y = b;
  for (size_t i = 0; i < size; i++)
    if (x[i] != y[i]) {
      t_fail(file, line, "%s: byte %zu of %zu is 0x%02x, expected 0x%02x", text, i, size, x[i],
             y[i]);
      return 0;
    }
  return 1;
}

/* CHECK notes a failure and goes on; REQUIRE leaves the subtest, so it may stand only in the
 * body of a TEST (or another function that returns void). */
#define CHECK(e) t_true(__FILE__, __LINE__, #e, !!(e))
#define CHECK_EQ(a, b) t_equal(__FILE__, __LINE__, #a, #b, (long long)(a), (long long)(b))
#define CHECK_OK(call) t_works(__FILE__, __LINE__, #call, (long long)(call))
#define CHECK_STR(a, b) t_same_text(__FILE__, __LINE__, #a, a, b)
#define CHECK_MEM(a, b, n) t_same_bytes(__FILE__, __LINE__, #a, a, b, n)
/* The call must return -1 and set this errno (either of the two). */
#define CHECK_ERRNO(call, e)                                                                       \
  t_fails_with(__FILE__, __LINE__, #call, (errno = 0, (long long)(call)), #e, e, e)
#define CHECK_ERRNO2(call, e, f)                                                                   \
  t_fails_with(__FILE__, __LINE__, #call, (errno = 0, (long long)(call)), #e " or " #f, e, f)

#define T_OR_RETURN(check)                                                                         \
  do {                                                                                             \
    if (!(check))                                                                                  \
      return;                                                                                      \
  } while (0)
#define REQUIRE(e) T_OR_RETURN(CHECK(e))
#define REQUIRE_EQ(a, b) T_OR_RETURN(t_equal(__FILE__, __LINE__, #a, #b, (long long)(a), (long long)(b)))
#define REQUIRE_OK(call) T_OR_RETURN(t_works(__FILE__, __LINE__, #call, (long long)(call)))
#define REQUIRE_ERRNO(call, e)                                                                     \
  T_OR_RETURN(t_fails_with(__FILE__, __LINE__, #call, (errno = 0, (long long)(call)), #e, e, e))

/* Leaves the subtest on wasm: the host differs from Linux here. ID must stand in
 * docs/DIFFERENCES.md. Natively it does nothing. */
#ifdef __wasi__
#define SKIP_WASM(id)                                                                              \
  do {                                                                                             \
    t_state.skip = (id);                                                                           \
    return;                                                                                        \
  } while (0)
#else
#define SKIP_WASM(id) ((void)(id))
#endif

/* Leaves the subtest natively on a machine without a file that its C library reads; the runner
 * checks that the file is absent. On wasm the subtest runs: the library has what stands for it. */
#ifdef __wasi__
#define NEEDS_FILE(path) ((void)(path))
#else
#define NEEDS_FILE(path)                                                                           \
  do {                                                                                             \
    if (access(path, R_OK) != 0) {                                                                 \
      t_state.skip = "absent " path;                                                               \
      return;                                                                                      \
    }                                                                                              \
  } while (0)
#endif

#define TEST(name) static void name(void)

static inline int t_is_open(int fd) { return fcntl(fd, F_GETFL) != -1; }

/* One more than the highest descriptor that may be open: they are given out lowest free first, so
 * a long empty stretch is the end. */
static inline int t_fd_end(void) {
  int end = 1024;
  for (int fd = 1024; fd < end + 256 && fd < 65536; fd++)
    if (t_is_open(fd))
      end = fd + 1;
  return end;
}

static inline void t_begin(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
#ifndef __wasi__
  signal(SIGPIPE, SIG_IGN);
#endif
  t_state.only_count = argc - 1;
  t_state.only = argv + 1;
  /* wasi-libc takes up the folders it was given at the first path it sees: those descriptors are
   * not a subtest's to close. */
  access(".", F_OK);
  for (int fd = 0; fd < 4096; fd++)
    if (t_is_open(fd))
      t_state.open_before[fd / 8] |= (unsigned char)(1 << fd % 8);
}

static inline void t_run(const char *name, void (*body)(void)) {
  int wanted = t_state.only_count == 0;
  for (int i = 0; i < t_state.only_count; i++)
    wanted |= strcmp(t_state.only[i], name) == 0;
  if (!wanted)
    return;
  t_state.name = name;
  t_state.skip = NULL;
  t_state.failed = 0;
  fprintf(stderr, "# %s\n", name);
  body();
  for (int fd = 3, end = t_fd_end(); fd < end; fd++)
    if (fd >= 4096 || !(t_state.open_before[fd / 8] >> fd % 8 & 1))
      close(fd);
  if (t_state.failed)
    printf("not ok %s: %s\n", name, t_state.what);
  else if (t_state.skip)
    printf("skip %s: %s\n", name, t_state.skip);
  else
    printf("ok %s\n", name);
  fflush(stdout);
  t_state.any_failed |= t_state.failed;
}

#define T_BEGIN(argc, argv) t_begin(argc, argv)
#define RUN(name) t_run(#name, name)
#define T_END() (t_state.any_failed ? 1 : 0)

#include "t_net.h"
#include "t_peer.h"

#endif
