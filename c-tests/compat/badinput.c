/* Nothing traps, whatever comes in: NULL, wild pointers, impossible numbers. Natively glibc itself
 * touches some of these pointers, so only what is a system call there runs there too. */
#include "../t.h"
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#ifdef __wasi__
#include <dlfcn.h>
#include <execinfo.h>
#include <syslog.h>
#include <termios.h>
#include <wordexp.h>
#endif

static void *wild(void) {
  return t_hide_pointer((uintptr_t)-3);
}

TEST(system_calls_say_efault) {
  CHECK_ERRNO(sysinfo(wild()), EFAULT);
  CHECK_ERRNO(uname(wild()), EFAULT);
  CHECK_ERRNO(getrusage(RUSAGE_SELF, wild()), EFAULT);
  CHECK_ERRNO(getrlimit(RLIMIT_CORE, wild()), EFAULT);
  CHECK_ERRNO(setrlimit(RLIMIT_CORE, wild()), EFAULT);
  CHECK_ERRNO(prlimit(0, RLIMIT_CORE, NULL, wild()), EFAULT);
  CHECK_ERRNO(getresuid(wild(), wild(), wild()), EFAULT);
  CHECK_ERRNO(getresgid(wild(), wild(), wild()), EFAULT);
  CHECK_ERRNO(sched_setaffinity(0, 8, wild()), EFAULT);
  CHECK_ERRNO(sched_getaffinity(0, 8, wild()), EFAULT);
  CHECK_ERRNO(sched_getparam(0, wild()), EFAULT);
  CHECK_ERRNO(sched_setparam(0, wild()), EFAULT);
  CHECK_ERRNO(sched_setscheduler(0, SCHED_OTHER, wild()), EFAULT);
  CHECK_ERRNO(sched_rr_get_interval(0, wild()), EFAULT);
  CHECK_ERRNO(prctl(PR_SET_NAME, wild(), 0, 0, 0), EFAULT);
  CHECK_ERRNO(prctl(PR_GET_NAME, wild(), 0, 0, 0), EFAULT);
  CHECK_ERRNO(getrandom(wild(), 100, 0), EFAULT);
  CHECK_ERRNO(chown(wild(), 1, 1), EFAULT);
  CHECK_ERRNO(lchown(wild(), 1, 1), EFAULT);
  CHECK_ERRNO(mknod(wild(), 0600, 0), EFAULT);
  CHECK_ERRNO(mkfifo(wild(), 0600), EFAULT);
  CHECK_ERRNO(chroot(wild()), EFAULT);
  CHECK_ERRNO(execv(wild(), wild()), EFAULT);
  CHECK_ERRNO(sigaltstack(wild(), NULL), EFAULT);
  CHECK_ERRNO(sigaltstack(NULL, wild()), EFAULT);
  struct statfs unused;
  CHECK_ERRNO(statfs(wild(), &unused), EFAULT);
#ifdef __wasi__ /* glibc copies the first itself, and there may be no groups */
  CHECK_ERRNO(gethostname(wild(), 100), EFAULT);
  CHECK_ERRNO(getgroups(1 << 30, wild()), EFAULT);
#endif
}

TEST(impossible_numbers) {
  const int bad[] = {-1, INT_MIN, INT_MAX, 12345};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    int n = (int)t_hide(bad[i]);
    CHECK_ERRNO(fchown(n, 1, 1), EBADF);
    CHECK_ERRNO(getpriority(n, 0), EINVAL);
    CHECK_ERRNO(getrlimit(n, wild()), EINVAL);
    CHECK_ERRNO(waitpid(-1, NULL, n & ~0xe100000f ? n : 16), EINVAL);
    CHECK_EQ(sched_get_priority_max(n), -1);
    CHECK_ERRNO(lockf(n, F_LOCK, 0), EBADF);
    CHECK_ERRNO(fstatfs(n, wild()), EBADF);
    sigset_t set;
    sigemptyset(&set);
    CHECK_EQ(sigaddset(&set, n), -1);
    CHECK_EQ(sigismember(&set, n), -1);
    CHECK(signal(n, SIG_IGN) == SIG_ERR);
  }
  CHECK(mmap(NULL, (size_t)t_hide(-1), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  CHECK(mmap(NULL, 10, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, -4096) != NULL);
}

#ifdef __wasi__
TEST(the_library_bears_null) {
  CHECK(getpwnam(NULL) == NULL);
  CHECK(getgrnam(NULL) == NULL);
  CHECK_EQ(getpwuid_r(1000, NULL, NULL, 0, NULL), EINVAL);
  CHECK_EQ(getgrnam_r("x", NULL, NULL, 0, NULL), EINVAL);
  CHECK_ERRNO(mkstemp(NULL), EFAULT);
  CHECK(mkdtemp(wild()) == NULL);
  CHECK_ERRNO(sigemptyset(NULL), EINVAL);
  CHECK_ERRNO(sigaddset(NULL, 1), EINVAL);
  CHECK_EQ(sigwait(NULL, NULL), EFAULT);
  CHECK_ERRNO(sigwaitinfo(wild(), NULL), EFAULT);
  CHECK_ERRNO(sigtimedwait(NULL, NULL, wild()), EFAULT);
  CHECK_EQ(wordexp(NULL, NULL, 0), WRDE_SYNTAX);
  wordfree(NULL);
  syslog(LOG_ERR, NULL);
  openlog(NULL, 0, 0);
  closelog();
  dlclose(wild());
  CHECK(dlsym(wild(), NULL) == NULL);
  CHECK_EQ(backtrace(NULL, -5), 0);
  CHECK(backtrace_symbols(NULL, -5) == NULL);
  cfmakeraw(NULL);
  CHECK_ERRNO(cfsetspeed(NULL, B9600), EINVAL);
  CHECK_ERRNO(initgroups(NULL, 1000), EFAULT);
  CHECK_ERRNO(execvp(NULL, NULL), EFAULT);
  CHECK_EQ(pthread_kill(0, 0), ESRCH);
  CHECK_ERRNO(setgroups(100, wild()), EFAULT);
  CHECK_ERRNO(munmap(wild(), 10), EINVAL);
  CHECK_ERRNO(msync(t_hide_pointer(0x7fff0000), 10, MS_SYNC), ENOMEM);
  CHECK_ERRNO(getgrouplist(NULL, 1, NULL, NULL), EFAULT);
}
#else
TEST(the_library_bears_null) {}
#endif

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(system_calls_say_efault);
  RUN(impossible_numbers);
  RUN(the_library_bears_null);
  return T_END();
}
