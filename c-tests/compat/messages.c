/* Messages to stderr: syslog.h, err.h, error.h, psignal. */
#include "../t.h"
#include <err.h>
#include <error.h>
#include <signal.h>
#include <syslog.h>

static char said[8192];
static int saved_stderr;

/* From here on stderr goes to a file, until `stop` reads what was written there. */
static FILE *capture(void) {
  FILE *file = tmpfile();
  fflush(stderr);
  saved_stderr = dup(2);
  if (file)
    dup2(fileno(file), 2);
  return file;
}

static const char *stop(FILE *file) {
  fflush(stderr);
  dup2(saved_stderr, 2);
  close(saved_stderr);
  memset(said, 0, sizeof said);
  rewind(file);
  if (fread(said, 1, sizeof said - 1, file) == 0)
    said[0] = 0;
  fclose(file);
  return said;
}

/* What was said after the program's name, which the tests do not know. */
static const char *after_name(const char *text) {
  const char *colon = strstr(text, ": ");
  return colon ? colon + 2 : text;
}

TEST(setlogmask_gives_the_former_mask) {
  CHECK_EQ(setlogmask(0), 0xff);
  CHECK_EQ(setlogmask(LOG_UPTO(LOG_WARNING)), 0xff);
  CHECK_EQ(setlogmask(0), LOG_UPTO(LOG_WARNING));
  CHECK_EQ(setlogmask(0xff), LOG_UPTO(LOG_WARNING));
}

TEST(syslog_writes_a_line) {
  FILE *file = capture();
  REQUIRE(file != NULL);
  openlog("daemon", LOG_PID | LOG_PERROR, LOG_DAEMON);
  errno = ENOENT;
  syslog(LOG_ERR, "number %d, text %s, %m", 42, "abc");
  syslog(LOG_INFO, "ends in a newline\n");
  setlogmask(LOG_MASK(LOG_ERR));
  syslog(LOG_INFO, "hidden");
  setlogmask(0xff);
  closelog();
  const char *text = stop(file);
  char wanted[300];
#ifdef __wasi__
  snprintf(wanted, sizeof wanted,
           "daemon[%d]: err: number 42, text abc, %s\ndaemon[%d]: info: ends in a newline\n",
           (int)getpid(), strerror(ENOENT), (int)getpid());
#else
  snprintf(wanted, sizeof wanted,
           "daemon[%d]: number 42, text abc, %s\ndaemon[%d]: ends in a newline\n", (int)getpid(),
           strerror(ENOENT), (int)getpid());
#endif
  CHECK_STR(text, wanted);
}

TEST(syslog_takes_long_messages) {
  static char text[6000];
  memset(text, 'x', sizeof text - 1);
  FILE *file = capture();
  REQUIRE(file != NULL);
  openlog("daemon", LOG_PERROR, LOG_DAEMON);
  syslog(LOG_ERR, "%s", text);
  closelog();
  const char *got = strchr(stop(file), 'x');
  REQUIRE(got != NULL);
  CHECK_EQ(strlen(got), sizeof text);
  CHECK_EQ(got[sizeof text - 1], '\n');
}

#ifdef __wasi__
TEST(the_levels_have_names) {
  FILE *file = capture();
  REQUIRE(file != NULL);
  openlog("d", 0, LOG_DAEMON);
  for (int level = LOG_EMERG; level <= LOG_DEBUG; level++)
    syslog(LOG_LOCAL3 | level, "m");
  closelog();
  CHECK_STR(stop(file), "d: emerg: m\nd: alert: m\nd: crit: m\nd: err: m\nd: warning: m\n"
                        "d: notice: m\nd: info: m\nd: debug: m\n");
}
#else
TEST(the_levels_have_names) {}
#endif

TEST(warn_adds_the_error) {
  FILE *file = capture();
  REQUIRE(file != NULL);
  errno = EACCES;
  warn("cannot %s", "open");
  CHECK_EQ(errno, EACCES);
  warnx("no error %d", 7);
  warn(NULL);
  const char *text = after_name(stop(file));
  char wanted[200];
  snprintf(wanted, sizeof wanted, "cannot open: %s\n", strerror(EACCES));
  CHECK(strncmp(text, wanted, strlen(wanted)) == 0);
  CHECK_EQ(strncmp(after_name(strchr(text, '\n')), "no error 7\n", 11), 0);
}

/* The calls that take their arguments as a list. */
static void listed(int which, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (which == 0)
    vwarn(format, arguments);
  else if (which == 1)
    vwarnx(format, arguments);
  else
    vsyslog(LOG_ERR, format, arguments);
  va_end(arguments);
}

TEST(messages_from_a_list_of_arguments) {
  FILE *file = capture();
  REQUIRE(file != NULL);
  errno = EACCES;
  listed(0, "cannot %s", "open");
  listed(1, "no error %d", 7);
  openlog("daemon", LOG_PERROR, LOG_DAEMON);
  listed(2, "number %d", 42);
  closelog();
  const char *text = stop(file);
  char wanted[200];
  snprintf(wanted, sizeof wanted, "cannot open: %s\n", strerror(EACCES));
  CHECK(strstr(text, wanted) != NULL);
  CHECK(strstr(text, ": no error 7\n") != NULL);
  CHECK(strstr(text, "number 42\n") != NULL);
}

static void write_name(void) { fputs("my name", stderr); }

TEST(error_may_write_another_name) {
  FILE *file = capture();
  REQUIRE(file != NULL);
  error_print_progname = write_name;
  error(0, 0, "text");
  error_print_progname = NULL;
  CHECK_STR(stop(file), "my nametext\n");
}

TEST(error_counts_its_messages) {
  unsigned before = error_message_count;
  FILE *file = capture();
  REQUIRE(file != NULL);
  error(0, ENOENT, "file %s", "x");
  error(0, 0, "plain");
  error_at_line(0, 0, "config", 12, "bad %d", 3);
  error_one_per_line = 1;
  error_at_line(0, 0, "config", 13, "once");
  error_at_line(0, 0, "config", 13, "twice");
  error_one_per_line = 0;
  const char *text = stop(file);
  CHECK_EQ(error_message_count - before, 4);
  char wanted[100];
  snprintf(wanted, sizeof wanted, ": file x: %s\n", strerror(ENOENT));
  CHECK(strstr(text, wanted) != NULL);
  CHECK(strstr(text, ": plain\n") != NULL);
  CHECK(strstr(text, ":config:12: bad 3\n") != NULL);
  CHECK(strstr(text, "once") != NULL);
  CHECK(strstr(text, "twice") == NULL);
}

TEST(psignal_names_the_signal) {
  FILE *file = capture();
  REQUIRE(file != NULL);
  psignal(SIGTERM, "got");
  psignal(SIGHUP, NULL);
  psignal(SIGHUP, "");
  CHECK_STR(stop(file), "got: Terminated\nHangup\nHangup\n");
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(setlogmask_gives_the_former_mask);
  RUN(syslog_writes_a_line);
  RUN(syslog_takes_long_messages);
  RUN(the_levels_have_names);
  RUN(warn_adds_the_error);
  RUN(messages_from_a_list_of_arguments);
  RUN(error_may_write_another_name);
  RUN(error_counts_its_messages);
  RUN(psignal_names_the_signal);
  return T_END();
}
