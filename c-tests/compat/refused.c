/* What WASI does not have, and what Linux too refuses to an ordinary user: each call says so with
 * the errno that programs know. Natively it runs without privileges, or some would succeed. */
#include "../t.h"
#include <dlfcn.h>
#include <execinfo.h>
#include <grp.h>
#include <pty.h>
#include <sched.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <termios.h>
#ifndef __wasi__
#include <utmp.h> /* login_tty */
#endif

TEST(shared_memory) {
#ifdef __wasi__
  struct shmid_ds memory = {0};
  CHECK_ERRNO(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600), ENOSYS);
  CHECK(shmat(0, NULL, 0) == (void *)-1);
  CHECK_EQ(errno, ENOSYS);
  CHECK_ERRNO(shmdt(&memory), ENOSYS);
  CHECK_ERRNO(shmctl(0, IPC_STAT, &memory), ENOSYS);
  CHECK_ERRNO(shm_open("/status", O_RDWR | O_CREAT, 0600), ENOSYS);
  CHECK_ERRNO(memfd_create("status", 0), ENOSYS);
#endif
  CHECK_ERRNO(shm_unlink("/no such wps object"), ENOENT);
}

TEST(semaphores_and_queues) {
#ifdef __wasi__
  struct sembuf operation = {0, 1, 0};
  struct timespec limit = {0, 1};
  struct msqid_ds queue;
  struct {
    long kind;
    char text[8];
  } message = {1, "x"};
  CHECK_ERRNO(semget(IPC_PRIVATE, 1, IPC_CREAT | 0600), ENOSYS);
  CHECK_ERRNO(semop(0, &operation, 1), ENOSYS);
  CHECK_ERRNO(semtimedop(0, &operation, 1, &limit), ENOSYS);
  CHECK_ERRNO(semctl(0, 0, GETVAL), ENOSYS);
  CHECK_ERRNO(msgget(IPC_PRIVATE, IPC_CREAT | 0600), ENOSYS);
  CHECK_ERRNO(msgsnd(0, &message, 1, 0), ENOSYS);
  CHECK_ERRNO(msgrcv(0, &message, 1, 0, 0), ENOSYS);
  CHECK_ERRNO(msgctl(0, IPC_STAT, &queue), ENOSYS);
#endif
  CHECK_ERRNO(ftok("not there", 'x'), ENOENT);
  CHECK(ftok(".", 'x') != ftok(".", 'y'));
}

TEST(watching_files) {
#ifdef __wasi__
  CHECK_ERRNO(inotify_init(), ENOSYS);
  CHECK_ERRNO(inotify_init1(IN_CLOEXEC), ENOSYS);
#endif
  CHECK_ERRNO(inotify_add_watch(9999, ".", IN_MODIFY), EBADF);
  CHECK_ERRNO(inotify_rm_watch(9999, 1), EBADF);
}

TEST(the_clock_is_the_hosts) {
  struct timeval now = {1000000000, 0};
  struct timespec exact = {1000000000, 0};
  CHECK_ERRNO(settimeofday(&now, NULL), EPERM);
  CHECK_ERRNO(clock_settime(CLOCK_REALTIME, &exact), EPERM);
  struct timeval shift = {1, 0};
  CHECK_ERRNO(adjtime(&shift, NULL), EPERM);
#ifdef __wasi__
  time_t seconds = 1000000000;
  CHECK_ERRNO(stime(&seconds), EPERM);
#endif
}

TEST(the_machine_keeps_its_name) {
  CHECK_ERRNO(sethostname("other", 5), EPERM);
  CHECK_ERRNO(setdomainname("other", 5), EPERM);
}

TEST(nothing_can_be_mounted) {
  CHECK_ERRNO(mount("none", ".", "tmpfs", 0, NULL), EPERM);
  CHECK_ERRNO(umount("."), EPERM);
  CHECK_ERRNO(umount2(".", 0), EPERM);
}

TEST(memory_cannot_be_locked) {
  static char memory[8192];
  CHECK_OK(munlock(memory, sizeof memory));
  CHECK_OK(munlockall());
#ifdef __wasi__
  unsigned char told[4];
  CHECK_ERRNO(mlock(memory, 100), EPERM);
  CHECK_ERRNO(mlock2(memory, 100, 0), EPERM);
  CHECK_ERRNO(mlockall(MCL_CURRENT), EPERM);
  CHECK_ERRNO(mincore(memory, 100, told), ENOSYS);
  CHECK_ERRNO(brk(memory), ENOMEM);
#endif
}

TEST(files_have_no_attributes) {
  int fd = open(".", O_RDONLY);
  char value[8];
  REQUIRE_OK(fd);
  CHECK_ERRNO(fsetxattr(9999, "user.x", "1", 1, 0), EBADF);
  CHECK_ERRNO(flistxattr(9999, value, sizeof value), EBADF);
  CHECK_ERRNO(fremovexattr(9999, "user.x"), EBADF);
#ifdef __wasi__
  CHECK_ERRNO(getxattr(".", "user.x", value, sizeof value), EOPNOTSUPP);
  CHECK_ERRNO(lgetxattr(".", "user.x", value, sizeof value), EOPNOTSUPP);
  CHECK_ERRNO(fgetxattr(fd, "user.x", value, sizeof value), EOPNOTSUPP);
  CHECK_ERRNO(setxattr(".", "user.x", "1", 1, 0), EOPNOTSUPP);
  CHECK_ERRNO(lsetxattr(".", "user.x", "1", 1, 0), EOPNOTSUPP);
  CHECK_ERRNO(fsetxattr(fd, "user.x", "1", 1, 0), EOPNOTSUPP);
  CHECK_ERRNO(listxattr(".", value, sizeof value), EOPNOTSUPP);
  CHECK_ERRNO(llistxattr(".", value, sizeof value), EOPNOTSUPP);
  CHECK_ERRNO(flistxattr(fd, value, sizeof value), EOPNOTSUPP);
  CHECK_ERRNO(removexattr(".", "user.x"), EOPNOTSUPP);
  CHECK_ERRNO(lremovexattr(".", "user.x"), EOPNOTSUPP);
  CHECK_ERRNO(fremovexattr(fd, "user.x"), EOPNOTSUPP);
#endif
}

TEST(nothing_is_a_terminal) {
  struct termios modes = {0};
  struct winsize size = {0};
  char name[64];
  int fd = open(".", O_RDONLY);
  REQUIRE_OK(fd);
  CHECK_ERRNO(tcgetattr(fd, &modes), ENOTTY);
  CHECK_ERRNO(tcsetattr(fd, TCSANOW, &modes), ENOTTY);
  CHECK_ERRNO(tcsetattr(fd, 77, &modes), EINVAL);
  CHECK_ERRNO(tcdrain(fd), ENOTTY);
  CHECK_ERRNO(tcflow(fd, TCOON), ENOTTY);
  CHECK_ERRNO(tcflush(fd, TCIFLUSH), ENOTTY);
  CHECK_ERRNO(tcsendbreak(fd, 0), ENOTTY);
  CHECK_ERRNO(tcdrain(9999), EBADF);
  CHECK_ERRNO(tcflow(9999, TCOON), EBADF);
  CHECK_ERRNO(tcsendbreak(9999, 0), EBADF);
  CHECK(ttyname(fd) == NULL);
  CHECK_EQ(errno, ENOTTY);
  CHECK_EQ(ttyname_r(fd, name, sizeof name), ENOTTY);
  CHECK_EQ(ttyname_r(9999, name, sizeof name), EBADF);
  CHECK_ERRNO(login_tty(fd), ENOTTY);
#ifdef __wasi__ /* glibc got these two in 2024 */
  CHECK_ERRNO(tcgetwinsize(fd, &size), ENOTTY);
  CHECK_ERRNO(tcsetwinsize(fd, &size), ENOTTY);
#else
  CHECK_ERRNO(ioctl(fd, TIOCGWINSZ, &size), ENOTTY);
#endif
}

TEST(speeds_are_kept_in_the_structure) {
  struct termios modes = {0};
  CHECK_OK(cfsetospeed(&modes, B9600));
  CHECK_OK(cfsetispeed(&modes, B9600));
  CHECK_EQ(cfgetospeed(&modes), B9600);
  CHECK_EQ(cfgetispeed(&modes), B9600);
  CHECK_OK(cfsetspeed(&modes, B38400));
  CHECK_EQ(cfgetospeed(&modes), B38400);
  CHECK_ERRNO(cfsetospeed(&modes, 123456789), EINVAL);
  CHECK_ERRNO(cfsetspeed(&modes, 123456789), EINVAL);
  modes.c_lflag = ECHO | ICANON;
  cfmakeraw(&modes);
  CHECK_EQ(modes.c_lflag & (ECHO | ICANON), 0);
  char name[64];
  CHECK_STR(ctermid(name), "/dev/tty");
}

TEST(there_are_no_pseudo_terminals) {
#ifdef __wasi__
  int one, two;
  CHECK_ERRNO(posix_openpt(O_RDWR), ENOSYS);
  CHECK_ERRNO(openpty(&one, &two, NULL, NULL, NULL), ENOSYS);
  CHECK_ERRNO(forkpty(&one, NULL, NULL, NULL), ENOSYS);
#endif
  int fd = open(".", O_RDONLY);
  REQUIRE_OK(fd);
  CHECK_ERRNO2(grantpt(fd), ENOTTY, EINVAL);
  CHECK_ERRNO2(unlockpt(fd), ENOTTY, EINVAL);
  CHECK_ERRNO(unlockpt(9999), EBADF);
  CHECK(ptsname(fd) == NULL);
  CHECK_EQ(errno, ENOTTY);
}

TEST(nothing_can_be_loaded) {
  Dl_info info = {0};
  CHECK(dlopen("./no-such-object.so", RTLD_NOW) == NULL);
  CHECK(dlerror() != NULL);
  CHECK(dlerror() == NULL);
  CHECK(dlsym(RTLD_DEFAULT, "no_such_wps_symbol") == NULL);
  CHECK(dlerror() != NULL);
  CHECK_EQ(dladdr(&info, &info), 0);
#ifdef __wasi__
  CHECK(dlvsym(RTLD_DEFAULT, "no_such_wps_symbol", "V1") == NULL);
  CHECK(dlerror() != NULL);
  CHECK_EQ(dlclose(&info), -1);
  CHECK(dlerror() != NULL);
  CHECK_EQ(dlinfo(&info, 1, &info), -1);
  CHECK(dlerror() != NULL);
#endif
}

TEST(the_call_stack_is_not_shown) {
#ifdef __wasi__
  void *frames[8];
  CHECK_EQ(backtrace(frames, 8), 0);
  char **names = backtrace_symbols(frames, 0);
  CHECK(names != NULL);
  free(names);
  int ends[2];
  REQUIRE_OK(pipe(ends));
  backtrace_symbols_fd(frames, 0, ends[1]);
  CHECK_EQ(t_poll(ends[0], POLLIN, 0), 0);
#endif
}

TEST(the_load_is_not_told) {
#ifdef __wasi__
  double load[3];
  CHECK_EQ(getloadavg(load, 3), -1);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
#ifndef __wasi__
  if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
    return 2;
#endif
  RUN(shared_memory);
  RUN(semaphores_and_queues);
  RUN(watching_files);
  RUN(the_clock_is_the_hosts);
  RUN(the_machine_keeps_its_name);
  RUN(nothing_can_be_mounted);
  RUN(memory_cannot_be_locked);
  RUN(files_have_no_attributes);
  RUN(nothing_is_a_terminal);
  RUN(speeds_are_kept_in_the_structure);
  RUN(there_are_no_pseudo_terminals);
  RUN(nothing_can_be_loaded);
  RUN(the_call_stack_is_not_shown);
  RUN(the_load_is_not_told);
  return T_END();
}
