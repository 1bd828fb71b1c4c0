/* wordexp, names of errors, and libraries that cannot be loaded. */
#include "../t.h"
#include <dlfcn.h>
#include <execinfo.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <termios.h>
#include <wordexp.h>

static void expands_to(int line, const char *text, const char *wanted) {
  wordexp_t words;
  char got[1000] = "";
  int result = wordexp(text, &words, 0);
  if (result) {
    t_fail("words.c", line, "wordexp(%s) gave %d", text, result);
    return;
  }
  for (size_t i = 0; i < words.we_wordc; i++)
    snprintf(got + strlen(got), sizeof got - strlen(got), "<%s>", words.we_wordv[i]);
  if (strcmp(got, wanted) != 0)
    t_fail("words.c", line, "wordexp(%s) is %s, expected %s", text, got, wanted);
  if (words.we_wordv[words.we_wordc] != NULL)
    t_fail("words.c", line, "the list of %s does not end in NULL", text);
  wordfree(&words);
}

#define EXPANDS(text, wanted) expands_to(__LINE__, text, wanted)

TEST(words_are_split_and_expanded) {
  setenv("EMPTY", "", 1);
  setenv("ONE", "one", 1);
  setenv("TWO", "a  b", 1);
  setenv("HOME", "/home/me", 1);
  unsetenv("UNSET");
  EXPANDS("", "");
  EXPANDS("  a b\tc ", "<a><b><c>");
  EXPANDS("'a b' \"c d\" e\\ f", "<a b><c d><e f>");
  EXPANDS("''", "<>");
  EXPANDS("$ONE ${ONE}x \"$ONE\" '$ONE'", "<one><onex><one><$ONE>");
  EXPANDS("x${TWO}y", "<xa><by>");
  EXPANDS("\"$TWO\"", "<a  b>");
  EXPANDS("a$EMPTY b", "<a><b>");
  EXPANDS("$UNSET", "");
  EXPANDS("${UNSET:-default}", "<default>");
  EXPANDS("${EMPTY:-default}", "<default>");
  EXPANDS("~ ~/x a~", "</home/me></home/me/x><a~>");
  EXPANDS("\"a\\\"b\\x\"", "<a\"b\\x>");
  EXPANDS("a\\\nb", "<ab>");
  EXPANDS("no-such-file-*", "<no-such-file-*>");
}

TEST(file_names_are_found) {
  mkdir("globbed", 0700);
  close(open("globbed/b.txt", O_CREAT | O_RDWR, 0600));
  close(open("globbed/a.txt", O_CREAT | O_RDWR, 0600));
  EXPANDS("globbed/*.txt x", "<globbed/a.txt><globbed/b.txt><x>");
  EXPANDS("'globbed/*'", "<globbed/*>");
  EXPANDS("globbed/?.txt", "<globbed/a.txt><globbed/b.txt>");
  unlink("globbed/a.txt");
  unlink("globbed/b.txt");
  rmdir("globbed");
}

TEST(wordexp_refuses) {
  wordexp_t words;
  memset(&words, 0, sizeof words);
  CHECK_EQ(wordexp("a | b", &words, 0), WRDE_BADCHAR);
  CHECK_EQ(wordexp("a; b", &words, 0), WRDE_BADCHAR);
  CHECK_EQ(wordexp("'open", &words, 0), WRDE_SYNTAX);
  CHECK_EQ(wordexp("\"open", &words, 0), WRDE_SYNTAX);
  CHECK_EQ(wordexp("$(date)", &words, WRDE_NOCMD), WRDE_CMDSUB);
  CHECK_EQ(wordexp("`date`", &words, WRDE_NOCMD), WRDE_CMDSUB);
  unsetenv("UNSET");
  CHECK_EQ(wordexp("$UNSET", &words, WRDE_UNDEF), WRDE_BADVAL);
}

TEST(wordexp_appends_and_reserves) {
  wordexp_t words;
  memset(&words, 0, sizeof words);
  words.we_offs = 2;
  REQUIRE_EQ(wordexp("a b", &words, WRDE_DOOFFS), 0);
  REQUIRE_EQ(wordexp("c", &words, WRDE_DOOFFS | WRDE_APPEND), 0);
  CHECK_EQ(words.we_wordc, 3);
  CHECK(words.we_wordv[0] == NULL && words.we_wordv[1] == NULL);
  CHECK_STR(words.we_wordv[2], "a");
  CHECK_STR(words.we_wordv[4], "c");
  CHECK(words.we_wordv[5] == NULL);
  REQUIRE_EQ(wordexp("d", &words, WRDE_REUSE), 0);
  CHECK_EQ(words.we_wordc, 1);
  wordfree(&words);
}

TEST(errors_have_names) {
  CHECK_STR(strerrorname_np(ENOENT), "ENOENT");
  CHECK_STR(strerrorname_np(EAGAIN), "EAGAIN");
  CHECK_STR(strerrorname_np(EXDEV), "EXDEV");
  CHECK_STR(strerrorname_np(EINPROGRESS), "EINPROGRESS");
  CHECK(strerrorname_np(-1) == NULL);
  CHECK(strerrorname_np(99999) == NULL);
  CHECK_STR(strerrordesc_np(ENOENT), strerror(ENOENT));
  CHECK(strerrordesc_np(99999) == NULL);
}

TEST(loading_libraries_is_refused) {
  CHECK(dlerror() == NULL);
  CHECK(dlopen("no-such-library.so", RTLD_NOW) == NULL);
  const char *text = dlerror();
  CHECK(text != NULL && *text != 0);
  CHECK(dlerror() == NULL);
#ifdef __wasi__
  CHECK(dlopen(NULL, RTLD_NOW) == NULL);
  CHECK(dlsym(NULL, "main") == NULL);
  CHECK(dlerror() != NULL);
  CHECK(dlclose(NULL) != 0);
#endif
}

TEST(nothing_is_a_terminal) {
  struct termios settings;
  int fd = open(".", O_RDONLY);
  REQUIRE_OK(fd);
  CHECK_ERRNO(tcgetattr(fd, &settings), ENOTTY);
  CHECK_ERRNO(tcgetattr(9999, &settings), EBADF);
  CHECK_ERRNO(tcdrain(fd), ENOTTY);
  CHECK_ERRNO(tcflush(fd, TCIFLUSH), ENOTTY);
  CHECK_ERRNO(tcgetpgrp(fd), ENOTTY);
  CHECK_ERRNO(tcgetpgrp(9999), EBADF);
  CHECK(ttyname(fd) == NULL);
  CHECK_EQ(errno, ENOTTY);
  memset(&settings, 0, sizeof settings);
  CHECK_ERRNO(tcsetattr(fd, 99, &settings), EINVAL);
  CHECK_ERRNO(tcsetattr(fd, TCSANOW, &settings), ENOTTY);
  CHECK_OK(cfsetospeed(&settings, B9600));
  CHECK_EQ(cfgetospeed(&settings), B9600);
  CHECK_ERRNO(cfsetospeed(&settings, (speed_t)t_hide(0x7ffff000)), EINVAL);
  settings.c_lflag = ICANON | ECHO | ISIG;
  settings.c_iflag = ICRNL | IXON;
  cfmakeraw(&settings);
  CHECK_EQ(settings.c_lflag & (ICANON | ECHO | ISIG), 0);
  CHECK_EQ(settings.c_iflag & (ICRNL | IXON), 0);
  CHECK_EQ(settings.c_cflag & CSIZE, CS8);
}

TEST(what_is_refused_as_unknown) {
#ifdef __wasi__
  void *frames[4];
  CHECK_EQ(backtrace(frames, 4), 0);
  free(backtrace_symbols(frames, 0));
  CHECK_ERRNO(inotify_init1(0), ENOSYS);
  CHECK_ERRNO(shmget(IPC_PRIVATE, 100, 0600), ENOSYS);
  CHECK(shmat(0, NULL, 0) == (void *)-1);
#endif
  CHECK_ERRNO(inotify_add_watch(9999, ".", IN_MODIFY), EBADF);
  int fd = open(".", O_RDONLY);
  CHECK_ERRNO(inotify_rm_watch(fd, 1), EINVAL);
  CHECK(ftok(".", 'x') != -1);
  CHECK_EQ(ftok(".", 'x'), ftok(".", 'x'));
  CHECK(ftok(".", 'x') != ftok(".", 'y'));
  CHECK_ERRNO(ftok("not there", 'x'), ENOENT);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(words_are_split_and_expanded);
  RUN(file_names_are_found);
  RUN(wordexp_refuses);
  RUN(wordexp_appends_and_reserves);
  RUN(errors_have_names);
  RUN(loading_libraries_is_refused);
  RUN(nothing_is_a_terminal);
  RUN(what_is_refused_as_unknown);
  return T_END();
}
