/* Temporary names, and the older spellings of calls on files. */
#include "../t.h"
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/time.h>

static int make(const char *name, const char *text) {
  int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (fd >= 0 && write(fd, text, strlen(text)) < 0)
    return -1;
  return fd;
}

/* The linkers warn of these: the name may be taken before the program uses it. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

TEST(names_that_are_free) {
  char template[] = "nXXXXXX", array[L_tmpnam] = "";
  CHECK(mktemp(template) == template);
  CHECK(strlen(template) == 7 && strstr(template, "XXX") == NULL);
  CHECK_ERRNO(access(template, F_OK), ENOENT);
  char bad[] = "short";
  mktemp(bad);
  CHECK_EQ(bad[0], 0);
  CHECK(tmpnam(array) == array);
  CHECK(*array != 0);
  CHECK_ERRNO(access(array, F_OK), ENOENT);
  char *name = tempnam(".", "pre");
  REQUIRE(name != NULL);
  CHECK(strstr(name, "pre") != NULL);
  CHECK_ERRNO(access(name, F_OK), ENOENT);
  free(name);
}

TEST(files_with_a_suffix) {
  char a[] = "tXXXXXX.log", b[] = "tXXXXXX", c[] = "short";
  int one = mkostemps(a, 4, O_APPEND), two = mkstemp64(b);
  REQUIRE_OK(one);
  REQUIRE_OK(two);
  CHECK_STR(a + 7, ".log");
  CHECK(fcntl(one, F_GETFL) & O_APPEND);
  CHECK_EQ(write(two, "x", 1), 1);
  CHECK_ERRNO(mkstemp64(c), EINVAL);
  CHECK_ERRNO(mkostemps(a, 4, 0), EINVAL);
  CHECK_OK(unlink(a));
  CHECK_OK(unlink(b));
  FILE *file = tmpfile64();
  REQUIRE(file != NULL);
  CHECK(fputs("text", file) >= 0);
  fclose(file);
}

TEST(the_times_of_files) {
  int fd = make("timed", "x");
  REQUIRE_OK(fd);
  struct timeval times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1200000000, .tv_usec = 500000}};
  struct stat status;
  CHECK_OK(futimes(fd, times));
  REQUIRE_OK(stat("timed", &status));
  CHECK_EQ(status.st_mtim.tv_sec, 1200000000);
  times[1].tv_sec = 1300000000;
  CHECK_OK(lutimes("timed", times));
  REQUIRE_OK(stat("timed", &status));
  CHECK_EQ(status.st_mtim.tv_sec, 1300000000);
  CHECK_OK(futimes(fd, NULL));
  REQUIRE_OK(stat("timed", &status));
  CHECK(status.st_mtim.tv_sec > 1300000000);
  times[0].tv_usec = 1000000;
  CHECK_ERRNO(futimes(fd, times), EINVAL);
  CHECK_ERRNO(lutimes("timed", times), EINVAL);
  CHECK_ERRNO(lutimes("not there", NULL), ENOENT);
  CHECK_OK(unlink("timed"));
}

TEST(what_the_disk_is_asked) {
  int fd = make("synced", "0123456789");
  REQUIRE_OK(fd);
  sync();
  CHECK_OK(syncfs(fd));
  CHECK_OK(sync_file_range(fd, 0, 10, 0));
  CHECK_ERRNO(sync_file_range(fd, 0, 10, 1u << 20), EINVAL);
  CHECK_ERRNO(sync_file_range(fd, -1, 10, 0), EINVAL);
  CHECK_OK(readahead(fd, 0, 10));
  CHECK_ERRNO(readahead(9999, 0, 10), EBADF);
  CHECK_OK(fallocate(fd, 0, 0, 4000));
  struct stat status;
  REQUIRE_OK(fstat(fd, &status));
  CHECK_EQ(status.st_size, 4000);
  CHECK_ERRNO(fallocate(9999, 0, 0, 1), EBADF);
  CHECK_ERRNO(fallocate(fd, 0x4000, 0, 1), EOPNOTSUPP);
  CHECK_OK(unlink("synced"));
}

TEST(copying_between_files) {
  int from = make("from", "0123456789"), to = make("to", "");
  REQUIRE(from >= 0 && to >= 0);
  lseek(from, 2, SEEK_SET);
  CHECK_EQ(copy_file_range(from, NULL, to, NULL, 5, 0), 5);
  CHECK_EQ(lseek(from, 0, SEEK_CUR), 7);
  char text[6] = "";
  CHECK_EQ(pread(to, text, 5, 0), 5);
  CHECK_STR(text, "23456");
  lseek(from, 0, SEEK_END);
  CHECK_EQ(copy_file_range(from, NULL, to, NULL, 5, 0), 0);
  CHECK_ERRNO(copy_file_range(from, NULL, to, NULL, 5, 1), EINVAL);
  CHECK_ERRNO(copy_file_range(9999, NULL, to, NULL, 5, 0), EBADF);
#ifdef __wasi__
  off_t at = 0;
  CHECK_ERRNO(copy_file_range(from, &at, to, NULL, 5, 0), EXDEV);
#endif
  CHECK_OK(unlink("from"));
  CHECK_OK(unlink("to"));
}

TEST(descriptors_from_a_number_on) {
  int a = socket(AF_INET, SOCK_STREAM, 0), b = dup(a), c = dup(a);
  REQUIRE(a >= 0 && b > a && c > b);
  closefrom(b);
  CHECK(t_is_open(a));
  CHECK_ERRNO(fcntl(b, F_GETFL), EBADF);
  CHECK_ERRNO(fcntl(c, F_GETFL), EBADF);
}

TEST(the_working_folder) {
  char a[PATH_MAX] = "", b[PATH_MAX] = "";
  CHECK(getwd(a) == a);
  CHECK(getcwd(b, sizeof b) == b);
  CHECK_STR(a, b);
  char *name = get_current_dir_name();
  REQUIRE(name != NULL);
  CHECK_STR(name, b);
  free(name);
}

TEST(access_of_the_effective_user) {
  int fd = make("mine", "x");
  REQUIRE_OK(fd);
  CHECK_OK(euidaccess("mine", R_OK | W_OK));
  CHECK_OK(eaccess("mine", F_OK));
  CHECK_ERRNO(euidaccess("not there", F_OK), ENOENT);
  CHECK_ERRNO(eaccess("not there", F_OK), ENOENT);
  CHECK_OK(unlink("mine"));
}

TEST(nodes_from_a_folder) {
  unlink("node");
  CHECK_OK(mknodat(AT_FDCWD, "node", S_IFREG | 0600, 0));
  CHECK_ERRNO(mknodat(AT_FDCWD, "node", S_IFREG | 0600, 0), EEXIST);
  CHECK_ERRNO(mkfifoat(AT_FDCWD, "node", 0600), EEXIST);
  CHECK_OK(unlink("node"));
#ifdef __wasi__
  CHECK_ERRNO(mkfifoat(AT_FDCWD, "fifo", 0600), EPERM);
#endif
}

TEST(file_systems_are_not_told) {
  struct statfs unused;
  CHECK_ERRNO(statfs("not there", &unused), ENOENT);
  CHECK_ERRNO(fstatfs(9999, &unused), EBADF);
#ifdef __wasi__
  struct statfs64 also;
  CHECK_ERRNO(statfs64("not there", &also), ENOENT);
  CHECK_ERRNO(fstatfs64(9999, &also), EBADF);
  CHECK_ERRNO(statfs(".", &unused), ENOSYS);
  CHECK_ERRNO(statfs64(".", &also), ENOSYS);
  CHECK_ERRNO(lchmod(".", 0700), EOPNOTSUPP);
#endif
}

TEST(aligned_memory) {
  for (size_t alignment = 8; alignment <= 65536; alignment *= 2) {
    char *p = memalign(alignment, 100);
    REQUIRE(p != NULL);
    CHECK_EQ((uintptr_t)p % alignment, 0);
    memset(p, 1, 100);
    free(p);
  }
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *p = valloc(100), *q = pvalloc(100);
  REQUIRE(p != NULL && q != NULL);
  CHECK_EQ((uintptr_t)p % page, 0);
  CHECK_EQ((uintptr_t)q % page, 0);
  memset(q, 1, page);
  free(p);
  free(q);
}

TEST(the_names_for_large_files) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *p = mmap64(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(p != MAP_FAILED);
  CHECK_EQ(posix_madvise(p, page, POSIX_MADV_WILLNEED), 0);
  CHECK_OK(munmap(p, page));
  struct rlimit64 limit, back;
  REQUIRE_OK(getrlimit64(RLIMIT_CORE, &limit));
  limit.rlim_cur = 0;
  CHECK_OK(setrlimit64(RLIMIT_CORE, &limit));
  REQUIRE_OK(getrlimit64(RLIMIT_CORE, &back));
  CHECK_EQ(back.rlim_cur, 0);
}

TEST(limits_of_linux_alone) {
  static const int kinds[] = {RLIMIT_MSGQUEUE, RLIMIT_SIGPENDING, RLIMIT_RTTIME, RLIMIT_OFILE};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    struct rlimit limit, back;
    REQUIRE_OK(getrlimit(kinds[i], &limit));
    CHECK_OK(setrlimit(kinds[i], &limit));
    REQUIRE_OK(getrlimit(kinds[i], &back));
    CHECK_EQ(back.rlim_cur, limit.rlim_cur);
  }
  struct rlimit unused;
  CHECK_ERRNO(getrlimit(RLIMIT_NLIMITS, &unused), EINVAL);
}

TEST(streams_can_be_locked) {
  FILE *file = tmpfile();
  REQUIRE(file != NULL);
  flockfile(file);
  CHECK(putc_unlocked('x', file) == 'x');
  CHECK_EQ(ftrylockfile(file), 0);
  funlockfile(file);
  funlockfile(file);
  rewind(file);
  CHECK_EQ(getc(file), 'x');
  fclose(file);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(names_that_are_free);
  RUN(files_with_a_suffix);
  RUN(the_times_of_files);
  RUN(what_the_disk_is_asked);
  RUN(copying_between_files);
  RUN(descriptors_from_a_number_on);
  RUN(the_working_folder);
  RUN(access_of_the_effective_user);
  RUN(nodes_from_a_folder);
  RUN(file_systems_are_not_told);
  RUN(aligned_memory);
  RUN(the_names_for_large_files);
  RUN(limits_of_linux_alone);
  RUN(streams_can_be_locked);
  return T_END();
}
