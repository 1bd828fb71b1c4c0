/* Limits, priorities, scheduling, the machine: sys/resource.h, sched.h, sys/utsname.h, ... */
#include "../t.h"
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>

TEST(nofile_tells_the_truth) {
  struct rlimit limit, before;
  REQUIRE_OK(getrlimit(RLIMIT_NOFILE, &before));
  CHECK(before.rlim_cur > 0 && before.rlim_cur <= before.rlim_max);
  CHECK_EQ(getdtablesize(), (int)before.rlim_cur);
  CHECK_EQ(sysconf(_SC_OPEN_MAX), (long)before.rlim_cur);
  /* The next descriptor is refused once the limit is where the last one stands. */
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(fd);
  limit = before;
  limit.rlim_cur = (rlim_t)fd + 1;
  REQUIRE_OK(setrlimit(RLIMIT_NOFILE, &limit));
  CHECK_ERRNO(socket(AF_INET, SOCK_DGRAM, 0), EMFILE);
  CHECK_OK(fcntl(fd, F_GETFD));
  REQUIRE_OK(getrlimit(RLIMIT_NOFILE, &limit));
  CHECK_EQ(limit.rlim_cur, fd + 1);
  CHECK_EQ(limit.rlim_max, before.rlim_max);
  REQUIRE_OK(setrlimit(RLIMIT_NOFILE, &before));
  int next = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_OK(next);
}

TEST(nofile_holds_for_every_way_to_a_descriptor) {
  struct rlimit limit, before;
  int listener = t_listener(AF_INET), client, pair[2], fd;
  REQUIRE_OK(client = socket(AF_INET, SOCK_STREAM, 0));
  REQUIRE_OK(t_connect(client, t_local(listener)));
  REQUIRE_OK(fd = dup(client));
  REQUIRE_OK(getrlimit(RLIMIT_NOFILE, &before));
  limit = before;
  limit.rlim_cur = (rlim_t)fd + 1;
  REQUIRE_OK(setrlimit(RLIMIT_NOFILE, &limit));
  CHECK_ERRNO(dup(client), EMFILE);
  CHECK_ERRNO(fcntl(client, F_DUPFD, 0), EMFILE);
  CHECK_ERRNO(fcntl(client, F_DUPFD, fd + 1), EINVAL);
  CHECK_ERRNO(dup2(client, fd + 1), EBADF);
  CHECK_ERRNO(pipe(pair), EMFILE);
  CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), EMFILE);
  CHECK_ERRNO(epoll_create1(0), EMFILE);
  CHECK_ERRNO(eventfd(0, 0), EMFILE);
  CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, 0), EMFILE);
  CHECK_ERRNO(accept(listener, NULL, NULL), EMFILE);
  /* One becomes free, and the connection is still there. */
  REQUIRE_OK(close(fd));
  CHECK_EQ(accept(listener, NULL, NULL), fd);
  CHECK_OK(setrlimit(RLIMIT_NOFILE, &before));
}

TEST(limits_are_kept) {
  const int all[] = {RLIMIT_CPU,  RLIMIT_FSIZE, RLIMIT_DATA,  RLIMIT_STACK, RLIMIT_CORE,
                     RLIMIT_RSS,  RLIMIT_NPROC, RLIMIT_AS,    RLIMIT_LOCKS, RLIMIT_MEMLOCK,
                     RLIMIT_NICE, RLIMIT_RTPRIO};
  struct rlimit limit;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    REQUIRE_OK(getrlimit(all[i], &limit));
    CHECK(limit.rlim_cur <= limit.rlim_max);
    CHECK_OK(setrlimit(all[i], &limit));
  }
  REQUIRE_OK(getrlimit(RLIMIT_STACK, &limit));
  CHECK(limit.rlim_cur >= 1 << 16);
#ifdef __wasi__ /* elsewhere somebody may have taken some away */
  CHECK(limit.rlim_cur == RLIM_INFINITY);
  REQUIRE_OK(getrlimit(RLIMIT_AS, &limit));
  CHECK(limit.rlim_cur == RLIM_INFINITY && limit.rlim_max == RLIM_INFINITY);
  REQUIRE_OK(getrlimit(RLIMIT_DATA, &limit));
  CHECK(limit.rlim_cur == RLIM_INFINITY);
  REQUIRE_OK(getrlimit(RLIMIT_RSS, &limit));
  CHECK(limit.rlim_cur == RLIM_INFINITY);
#endif
  REQUIRE_OK(getrlimit(RLIMIT_CORE, &limit));
  limit.rlim_cur = 0;
  REQUIRE_OK(setrlimit(RLIMIT_CORE, &limit));
  REQUIRE_OK(getrlimit(RLIMIT_CORE, &limit));
  CHECK_EQ(limit.rlim_cur, 0);
  CHECK_EQ(prlimit(0, RLIMIT_CORE, NULL, &limit), 0);
  CHECK_EQ(limit.rlim_cur, 0);
  CHECK_ERRNO(prlimit(0x7ffffff0, RLIMIT_CORE, NULL, &limit), ESRCH);
}

TEST(bad_limits_are_refused) {
  struct rlimit limit = {.rlim_cur = 100, .rlim_max = 50};
  CHECK_ERRNO(getrlimit((int)t_hide(99), &limit), EINVAL);
  CHECK_ERRNO(getrlimit((int)t_hide(-1), &limit), EINVAL);
  limit = (struct rlimit){.rlim_cur = 100, .rlim_max = 50};
  CHECK_ERRNO(setrlimit(RLIMIT_CORE, &limit), EINVAL);
  CHECK_ERRNO(setrlimit((int)t_hide(99), &limit), EINVAL);
  CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, t_hide_pointer((uintptr_t)-4)), EFAULT);
#ifdef __wasi__
  limit = (struct rlimit){.rlim_cur = 10, .rlim_max = RLIM_INFINITY};
  CHECK_ERRNO(setrlimit(RLIMIT_NPROC, &limit), EPERM);
#endif
}

TEST(priorities) {
  errno = 0;
  int before = getpriority(PRIO_PROCESS, 0);
  CHECK_EQ(errno, 0);
  CHECK_EQ(setpriority(PRIO_PROCESS, 0, before), 0);
  CHECK_ERRNO(getpriority((int)t_hide(9), 0), EINVAL);
  CHECK_ERRNO(getpriority(PRIO_PROCESS, 0x7ffffff0), ESRCH);
  CHECK_ERRNO(setpriority(PRIO_PROCESS, 0x7ffffff0, 0), ESRCH);
  CHECK_EQ(nice(3), before + 3);
  CHECK_EQ(getpriority(PRIO_PROCESS, getpid()), before + 3);
#ifdef __wasi__
  CHECK_ERRNO(nice(-1), EPERM);
  CHECK_ERRNO(setpriority(PRIO_PROCESS, 0, 0), EACCES);
#endif
}

TEST(processors) {
  cpu_set_t set;
  REQUIRE_OK(sched_getaffinity(0, sizeof set, &set));
  CHECK(CPU_COUNT(&set) >= 1);
  CHECK_OK(sched_setaffinity(0, sizeof set, &set));
  CPU_ZERO(&set);
  CHECK_ERRNO(sched_setaffinity(0, sizeof set, &set), EINVAL);
  CHECK_ERRNO(sched_getaffinity(0, 1, &set), EINVAL);
  CHECK_ERRNO(sched_getaffinity(0x7ffffff0, sizeof set, &set), ESRCH);
  CHECK(sched_getcpu() >= 0);
  CHECK_EQ(sched_getscheduler(0), SCHED_OTHER);
  CHECK_EQ(sched_get_priority_max(SCHED_OTHER), 0);
  CHECK_EQ(sched_get_priority_max(SCHED_FIFO), 99);
  CHECK_EQ(sched_get_priority_min(SCHED_RR), 1);
  CHECK_ERRNO(sched_get_priority_min((int)t_hide(77)), EINVAL);
  struct sched_param param;
  memset(&param, 0, sizeof param);
  CHECK_EQ(sched_setscheduler(0, SCHED_OTHER, &param), 0);
  CHECK_ERRNO(sched_setscheduler(0, (int)t_hide(77), &param), EINVAL);
  param.sched_priority = 5;
  CHECK_ERRNO(sched_setscheduler(0, SCHED_OTHER, &param), EINVAL);
  CHECK_ERRNO(sched_setparam(0, &param), EINVAL);
}

TEST(usage) {
  struct rusage usage;
  memset(&usage, 0xff, sizeof usage);
  REQUIRE_OK(getrusage(RUSAGE_SELF, &usage));
  CHECK(usage.ru_utime.tv_sec >= 0 && usage.ru_utime.tv_usec >= 0 && usage.ru_utime.tv_usec < 1000000);
  CHECK(usage.ru_maxrss > 0);
  CHECK(usage.ru_nivcsw >= 0);
  REQUIRE_OK(getrusage(RUSAGE_CHILDREN, &usage));
  CHECK_EQ(usage.ru_utime.tv_sec, 0);
  CHECK_ERRNO(getrusage((int)t_hide(99), &usage), EINVAL);
}

TEST(the_machine) {
  struct utsname name;
  char host[256];
  REQUIRE_OK(uname(&name));
  REQUIRE_OK(gethostname(host, sizeof host));
  CHECK(*host != 0);
  CHECK_STR(host, name.nodename);
  CHECK_ERRNO(gethostname(host, 1), ENAMETOOLONG);
  struct sysinfo info;
  REQUIRE_OK(sysinfo(&info));
  CHECK((unsigned long long)info.totalram * info.mem_unit >= 1 << 20);
  CHECK(info.freeram <= info.totalram);
  CHECK(info.procs >= 1);
  CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
  CHECK(sysconf(_SC_PHYS_PAGES) > 0);
  CHECK(sysconf(_SC_GETPW_R_SIZE_MAX) > 0);
}

TEST(random_bytes) {
  static unsigned char a[1000], b[1000];
  CHECK_EQ(getrandom(a, sizeof a, 0), sizeof a);
  CHECK_EQ(getrandom(b, sizeof b, GRND_NONBLOCK), sizeof b);
  CHECK(memcmp(a, b, sizeof a) != 0);
  CHECK_EQ(getrandom(a, 0, 0), 0);
  CHECK_ERRNO(getrandom(a, 1, 0x1000), EINVAL);
  CHECK_ERRNO(getrandom(t_hide_pointer((uintptr_t)-100), 50, 0), EFAULT);
  CHECK_EQ(syscall(SYS_getpid), getpid());
  CHECK_EQ(syscall(SYS_getrandom, a, sizeof a, 0), sizeof a);
  CHECK_ERRNO(syscall(99999), ENOSYS);
}

TEST(prctl_options) {
  char name[16] = "";
  REQUIRE_OK(prctl(PR_SET_NAME, "a name that is too long", 0, 0, 0));
  REQUIRE_OK(prctl(PR_GET_NAME, name, 0, 0, 0));
  CHECK_STR(name, "a name that is ");
  CHECK_EQ(prctl(PR_GET_DUMPABLE), 1);
  CHECK_EQ(prctl(PR_SET_DUMPABLE, 0), 0);
  CHECK_EQ(prctl(PR_GET_DUMPABLE), 0);
  CHECK_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
  CHECK_EQ(prctl(PR_GET_KEEPCAPS), 0);
  CHECK_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
  CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  CHECK_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
  CHECK_ERRNO(prctl((int)t_hide(99999)), EINVAL);
}

TEST(the_only_thread) {
  char name[16] = "";
  CHECK_EQ(pthread_setname_np(pthread_self(), "worker"), 0);
  CHECK_EQ(pthread_getname_np(pthread_self(), name, sizeof name), 0);
  CHECK_STR(name, "worker");
  CHECK_EQ(pthread_setname_np(pthread_self(), "a name that is too long"), ERANGE);
  CHECK_EQ(pthread_getname_np(pthread_self(), name, 3), ERANGE);
  CHECK_EQ(pthread_join(pthread_self(), NULL), EDEADLK);
  CHECK_EQ(ftrylockfile(stdout), 0);
  funlockfile(stdout);
#ifdef __wasi__
  pthread_t other;
  CHECK_EQ(pthread_create(&other, NULL, NULL, NULL), EAGAIN);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(nofile_tells_the_truth);
  RUN(nofile_holds_for_every_way_to_a_descriptor);
  RUN(limits_are_kept);
  RUN(bad_limits_are_refused);
  RUN(priorities);
  RUN(processors);
  RUN(usage);
  RUN(the_machine);
  RUN(random_bytes);
  RUN(prctl_options);
  RUN(the_only_thread);
  return T_END();
}
