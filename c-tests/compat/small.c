/* Small calls of headers that daemons include for one thing. */
#include "../t.h"
#include <grp.h>
#include <linux/capability.h>
#include <locale.h>
#include <libintl.h>
#include <linux/version.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/timex.h>
#include <ucontext.h>
#include <utmp.h>
#include <utmpx.h>
#include <wait.h>
#include <link.h>
#include <dirent.h>
#ifdef __wasi__
#include <stropts.h>
#include <sys/mman.h>
#else
int capget(cap_user_header_t header, cap_user_data_t data);
int capset(cap_user_header_t header, const cap_user_data_t data);
#endif

TEST(the_zone_of_the_clock) {
  struct timeval time = {0, 0}, again;
  struct timezone zone;
  memset(&zone, 0x55, sizeof zone);
  CHECK_OK(gettimeofday(&time, &zone));
  CHECK(time.tv_sec > 1700000000 && time.tv_usec >= 0 && time.tv_usec < 1000000);
  CHECK_EQ(zone.tz_minuteswest, 0);
  CHECK_EQ(zone.tz_dsttime, 0);
  CHECK_OK(gettimeofday(&again, NULL));
  CHECK(again.tv_sec > time.tv_sec || (again.tv_sec == time.tv_sec && again.tv_usec >= time.tv_usec));
#ifdef __wasi__ /* glibc's runs into the fault */
  CHECK_OK(gettimeofday(NULL, &zone));
  CHECK_OK(gettimeofday(NULL, NULL));
  CHECK_ERRNO(gettimeofday((struct timeval *)-8, NULL), EFAULT);
  CHECK_ERRNO(gettimeofday(&time, (void *)-4), EFAULT);
#endif
}

TEST(sets_of_processors) {
  cpu_set_t one, two, three;
  CPU_ZERO(&one);
  CPU_ZERO(&two);
  CPU_SET(0, &one);
  CPU_SET(33, &one);
  CPU_SET(33, &two);
  CPU_SET(1023, &two);
  CPU_OR(&three, &one, &two);
  CHECK_EQ(CPU_COUNT(&three), 3);
  CPU_AND(&three, &one, &two);
  CHECK_EQ(CPU_COUNT(&three), 1);
  CHECK(CPU_ISSET(33, &three));
  CPU_XOR(&three, &one, &two);
  CHECK_EQ(CPU_COUNT(&three), 2);
  CHECK(!CPU_ISSET(33, &three));
  CPU_XOR(&one, &one, &one);
  CHECK_EQ(CPU_COUNT(&one), 0);
  CHECK(!CPU_EQUAL(&one, &two));
  size_t size = CPU_ALLOC_SIZE(2000);
  CHECK_EQ(size % sizeof(long), 0);
  CHECK(size >= 2000 / 8);
  cpu_set_t *large = CPU_ALLOC(2000), *other = CPU_ALLOC(2000);
  REQUIRE(large != NULL && other != NULL);
  CPU_ZERO_S(size, large);
  CPU_ZERO_S(size, other);
  CPU_SET_S(1999, size, large);
  CPU_OR_S(size, other, other, large);
  CHECK(CPU_ISSET_S(1999, size, other));
  CHECK(CPU_EQUAL_S(size, other, large));
  CPU_AND_S(size, other, other, large);
  CPU_XOR_S(size, other, other, large);
  CHECK_EQ(CPU_COUNT_S(size, other), 0);
  CPU_FREE(large);
  CPU_FREE(other);
  unsigned processor = 77777, node = 77777;
  CHECK_OK(getcpu(&processor, &node));
  CHECK(processor < 77777 && node < 77777);
}

TEST(the_clock_is_not_disciplined) {
  struct timex state;
  struct ntptimeval time;
  memset(&state, 0, sizeof state);
  CHECK(adjtimex(&state) >= 0);
  CHECK(state.time.tv_sec > 1700000000);
  CHECK_EQ(state.tick, 10000);
  memset(&state, 0, sizeof state);
  CHECK(clock_adjtime(CLOCK_REALTIME, &state) >= 0);
  CHECK_ERRNO(clock_adjtime(CLOCK_MONOTONIC, &state), EOPNOTSUPP);
  state.modes = ADJ_FREQUENCY;
  CHECK_ERRNO(adjtimex(&state), EPERM);
  state.modes = ADJ_OFFSET_SINGLESHOT;
  CHECK_ERRNO(ntp_adjtime(&state), EPERM);
  state.modes = ADJ_OFFSET_SS_READ;
  CHECK(ntp_adjtime(&state) >= 0);
  CHECK(ntp_gettime(&time) >= 0);
  CHECK(time.time.tv_sec > 1700000000);
#ifdef __wasi__
  CHECK_EQ(ntp_gettime(&time), TIME_ERROR);
#endif
}

TEST(asking_the_allocator) {
  CHECK_EQ(mallopt(M_MMAP_THRESHOLD, 1 << 20), 1);
  CHECK(malloc_trim(0) >= 0);
  char *block = malloc(1000);
  REQUIRE(block != NULL);
  CHECK(malloc_usable_size(block) >= 1000);
  CHECK_EQ(malloc_usable_size(NULL), 0);
  struct mallinfo2 info = mallinfo2();
  CHECK(info.arena >= 1000);
  CHECK(info.uordblks >= 1000);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  CHECK(mallinfo().arena >= 1000);
#pragma GCC diagnostic pop
  char *text = NULL;
  size_t length = 0;
  FILE *file = open_memstream(&text, &length);
  REQUIRE(file != NULL);
  CHECK_OK(malloc_info(0, file));
  CHECK_EQ(malloc_info(1, file), EINVAL);
  fclose(file);
  CHECK(length > 0 && strncmp(text, "<malloc", 7) == 0);
  free(text);
  malloc_stats();
  free(block);
}

TEST(attributes_of_spawning) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  short flags = 0;
  pid_t group = 0;
  int policy = 77;
  sigset_t set, back;
  struct sched_param param = {.sched_priority = 5};
  REQUIRE_EQ(posix_spawnattr_init(&attributes), 0);
  CHECK_EQ(posix_spawnattr_getflags(&attributes, &flags), 0);
  CHECK_EQ(flags, 0);
  CHECK_EQ(posix_spawnattr_setflags(&attributes, 0x7ffe), EINVAL);
  CHECK_EQ(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK), 0);
  CHECK_EQ(posix_spawnattr_getflags(&attributes, &flags), 0);
  CHECK_EQ(flags, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  CHECK_EQ(posix_spawnattr_setpgroup(&attributes, 1234), 0);
  CHECK_EQ(posix_spawnattr_getpgroup(&attributes, &group), 0);
  CHECK_EQ(group, 1234);
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  CHECK_EQ(posix_spawnattr_setsigmask(&attributes, &set), 0);
  CHECK_EQ(posix_spawnattr_getsigmask(&attributes, &back), 0);
  CHECK(sigismember(&back, SIGTERM) && !sigismember(&back, SIGINT));
  CHECK_EQ(posix_spawnattr_setsigdefault(&attributes, &set), 0);
  sigemptyset(&back);
  CHECK_EQ(posix_spawnattr_getsigdefault(&attributes, &back), 0);
  CHECK(sigismember(&back, SIGTERM));
  CHECK_EQ(posix_spawnattr_setschedpolicy(&attributes, SCHED_BATCH), EINVAL);
  CHECK_EQ(posix_spawnattr_setschedpolicy(&attributes, SCHED_FIFO), 0);
  CHECK_EQ(posix_spawnattr_getschedpolicy(&attributes, &policy), 0);
  CHECK_EQ(policy, SCHED_FIFO);
  CHECK_EQ(posix_spawnattr_setschedparam(&attributes, &param), 0);
  param.sched_priority = 0;
  CHECK_EQ(posix_spawnattr_getschedparam(&attributes, &param), 0);
  CHECK_EQ(param.sched_priority, 5);
  CHECK_EQ(posix_spawnattr_destroy(&attributes), 0);
  REQUIRE_EQ(posix_spawn_file_actions_init(&actions), 0);
  CHECK_EQ(posix_spawn_file_actions_addchdir_np(&actions, "."), 0);
  CHECK_EQ(posix_spawn_file_actions_addfchdir_np(&actions, 0), 0);
  CHECK_EQ(posix_spawn_file_actions_addclosefrom_np(&actions, 3), 0);
  CHECK_EQ(posix_spawn_file_actions_addclosefrom_np(&actions, -1), EBADF);
  CHECK_EQ(posix_spawn_file_actions_addtcsetpgrp_np(&actions, 0), 0);
  CHECK_EQ(posix_spawn_file_actions_destroy(&actions), 0);
}

TEST(no_capabilities) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  memset(data, 0x55, sizeof data);
  CHECK_OK(capget(&header, data));
  CHECK_EQ(data[0].effective | data[1].effective, 0);
  CHECK_EQ(data[0].permitted | data[1].permitted, 0);
  data[0].inheritable = data[1].inheritable = 0;
  CHECK_OK(capset(&header, data));
  data[0].effective = CAP_TO_MASK(CAP_NET_ADMIN);
  CHECK_ERRNO(capset(&header, data), EPERM);
  header.pid = -1;
  CHECK_ERRNO(capget(&header, data), EINVAL);
  header = (struct __user_cap_header_struct){12345, 0};
  CHECK_ERRNO(capget(&header, data), EINVAL);
  CHECK_EQ(header.version, _LINUX_CAPABILITY_VERSION_3);
  header.version = 12345;
  CHECK_OK(capget(&header, NULL));
  CHECK_EQ(header.version, _LINUX_CAPABILITY_VERSION_3);
  CHECK_ERRNO(capget((cap_user_header_t)-4, data), EFAULT);
  CHECK(LINUX_VERSION_CODE >= KERNEL_VERSION(2, 6, 39));
}

TEST(messages_stay_as_they_are) {
  const char *one = "one file", *many = "files";
  CHECK(gettext(one) == one);
  CHECK(dgettext("wps", one) == one);
  CHECK(dcgettext("wps", one, LC_MESSAGES) == one);
  CHECK(ngettext(one, many, 1) == one);
  CHECK(dngettext("wps", one, many, 0) == many);
  CHECK(dcngettext("wps", one, many, 2, LC_MESSAGES) == many);
  CHECK_STR(textdomain(NULL), "messages");
  CHECK_STR(textdomain("wps"), "wps");
  CHECK_STR(textdomain(NULL), "wps");
  CHECK_STR(textdomain(""), "messages");
  CHECK_STR(bindtextdomain("wps", "/nonexistent"), "/nonexistent");
  CHECK(bindtextdomain("", "/nonexistent") == NULL);
  CHECK_STR(bind_textdomain_codeset("wps", "UTF-8"), "UTF-8");
}

TEST(nobody_is_logged_in) {
  struct utmp line, *found = &line, room;
  struct utmpx *foundx;
  memset(&line, 0, sizeof line);
  line.ut_type = USER_PROCESS;
  strcpy(line.ut_line, "pts/wps");
  CHECK_EQ(utmpname("/nonexistent/wps"), 0);
  setutent();
  CHECK(getutent() == NULL);
  CHECK(getutid(&line) == NULL);
  CHECK(getutline(&line) == NULL);
  CHECK(pututline(&line) == NULL);
  CHECK_ERRNO(getutent_r(&room, &found), ENOENT);
  CHECK(found == NULL);
  CHECK_EQ(getutid_r(&line, &room, &found), -1);
  CHECK_EQ(getutline_r(&line, &room, &found), -1);
  endutent();
  CHECK_EQ(logout("pts/wps"), 0);
  updwtmp("/nonexistent/wps", &line);
  CHECK_EQ(utmpxname("/nonexistent/wps"), 0);
  setutxent();
  foundx = getutxent();
  CHECK(foundx == NULL);
  CHECK(getutxid((struct utmpx *)&line) == NULL);
  CHECK(getutxline((struct utmpx *)&line) == NULL);
  CHECK(pututxline((struct utmpx *)&line) == NULL);
  updwtmpx("/nonexistent/wps", (struct utmpx *)&line);
  endutxent();
#ifdef __wasi__ /* elsewhere they would write */
  login(&line);
  logwtmp("pts/wps", "nobody", "");
#endif
}

#ifdef __wasi__
static void start(void) {}
static int never(struct dl_phdr_info *info, size_t size, void *data) {
  (void)info, (void)size, (void)data;
  return 1;
}
#endif

TEST(what_webassembly_has_not) {
#ifdef __wasi__
  ucontext_t context, other;
  memset(&context, 0, sizeof context);
  CHECK_ERRNO(getcontext(&context), ENOSYS);
  makecontext(&context, start, 0);
  CHECK_ERRNO(setcontext(&context), ENOSYS);
  CHECK_ERRNO(swapcontext(&other, &context), ENOSYS);
  CHECK_EQ(dl_iterate_phdr(never, NULL), 0);
  CHECK_EQ(isastream(0), 0);
  CHECK_ERRNO(isastream(99), EBADF);
  CHECK_ERRNO(process_vm_readv(1, NULL, 0, NULL, 0, 0), ENOSYS);
  CHECK_ERRNO(process_vm_writev(1, NULL, 0, NULL, 0, 0), ENOSYS);
  CHECK_ERRNO(remap_file_pages(NULL, 0, 0, 0, 0), EINVAL);
  int folder = open(".", O_RDONLY | O_DIRECTORY);
  REQUIRE_OK(folder);
  CHECK_ERRNO(getdents(folder, NULL, 0), ENOSYS);
  CHECK_ERRNO(getdents(99, NULL, 0), EBADF);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
#ifndef __wasi__
  if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
    return 2;
#endif
  RUN(the_zone_of_the_clock);
  RUN(sets_of_processors);
  RUN(the_clock_is_not_disciplined);
  RUN(asking_the_allocator);
  RUN(attributes_of_spawning);
  RUN(no_capabilities);
  RUN(messages_stay_as_they_are);
  RUN(nobody_is_logged_in);
  RUN(what_webassembly_has_not);
  return T_END();
}
