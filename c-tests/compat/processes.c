/* Other processes and threads, of which there are none: every way to start, reach, or wait for one.
 * Natively it runs without privileges, or some of these would change the machine. */
#include "../t.h"
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>

static char *const no_arguments[] = {"x", NULL};
static char *const no_environment[] = {NULL};
static const char *const nowhere = "./no such program";

TEST(every_exec_looks_for_the_file_first) {
  CHECK_ERRNO(execve(nowhere, no_arguments, no_environment), ENOENT);
  CHECK_ERRNO(execv(nowhere, no_arguments), ENOENT);
  CHECK_ERRNO(execvp(nowhere, no_arguments), ENOENT);
  CHECK_ERRNO(execvpe(nowhere, no_arguments, no_environment), ENOENT);
  CHECK_ERRNO(execl(nowhere, "x", (char *)NULL), ENOENT);
  CHECK_ERRNO(execlp(nowhere, "x", (char *)NULL), ENOENT);
  CHECK_ERRNO(execle(nowhere, "x", (char *)NULL, no_environment), ENOENT);
  CHECK_ERRNO(fexecve(9999, no_arguments, no_environment), EBADF);
#ifdef __wasi__
  CHECK_ERRNO(execve(".", no_arguments, no_environment), ENOSYS);
  CHECK_ERRNO(execvpe("sh", no_arguments, no_environment), ENOSYS);
  CHECK_ERRNO(execlp("sh", "sh", (char *)NULL), ENOSYS);
  CHECK_ERRNO(execle(".", "x", (char *)NULL, no_environment), ENOSYS);
  CHECK_ERRNO(fexecve(0, no_arguments, no_environment), ENOSYS);
#endif
}

#ifdef __wasi__
static int never(void *unused) {
  (void)unused;
  return 1;
}
#endif

TEST(no_process_can_be_made) {
#ifdef __wasi__
  static char stack[4096];
  CHECK_ERRNO(fork(), ENOSYS);
  CHECK_ERRNO(_Fork(), ENOSYS);
  CHECK_ERRNO(vfork(), ENOSYS);
  CHECK_ERRNO(clone(never, stack + sizeof stack, SIGCHLD, NULL), ENOSYS);
  CHECK_EQ(system(NULL), 0);
  CHECK(popen("true", "r") == NULL);
  CHECK_EQ(errno, ENOSYS);
  FILE *file = tmpfile();
  REQUIRE(file != NULL);
  CHECK_ERRNO(pclose(file), ECHILD);
#endif
}

TEST(spawning_says_so_in_its_result) {
  pid_t child = -7;
  posix_spawnattr_t how;
  posix_spawn_file_actions_t files;
  sigset_t none;
  sigemptyset(&none);
  CHECK_EQ(posix_spawnattr_init(&how), 0);
  CHECK_EQ(posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK), 0);
  CHECK_EQ(posix_spawnattr_setpgroup(&how, 0), 0);
  CHECK_EQ(posix_spawnattr_setsigmask(&how, &none), 0);
  CHECK_EQ(posix_spawnattr_setsigdefault(&how, &none), 0);
  CHECK_EQ(posix_spawn_file_actions_init(&files), 0);
  CHECK_EQ(posix_spawn_file_actions_adddup2(&files, 0, 1), 0);
  CHECK_EQ(posix_spawn_file_actions_addclose(&files, 0), 0);
  CHECK_EQ(posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0), 0);
  CHECK_EQ(posix_spawn_file_actions_addclose(&files, (int)t_hide(-1)), EBADF);
  CHECK_EQ(posix_spawn_file_actions_adddup2(&files, (int)t_hide(-1), 1), EBADF);
  CHECK_EQ(posix_spawn_file_actions_addopen(&files, (int)t_hide(-1), "x", O_RDONLY, 0), EBADF);
  int result = posix_spawn(&child, nowhere, NULL, NULL, no_arguments, no_environment);
#ifdef __wasi__
  CHECK_EQ(result, ENOSYS);
  CHECK_EQ(posix_spawnp(&child, "sh", &files, &how, no_arguments, no_environment), ENOSYS);
  CHECK_EQ(child, -7);
#else
  CHECK_EQ(result, ENOENT);
  CHECK_EQ(posix_spawnp(&child, nowhere, NULL, NULL, no_arguments, no_environment), ENOENT);
#endif
  CHECK_EQ(posix_spawn_file_actions_destroy(&files), 0);
  CHECK_EQ(posix_spawnattr_destroy(&how), 0);
}

TEST(waiting_with_usage) {
  int status;
  struct rusage usage;
  CHECK_ERRNO(wait3(&status, WNOHANG, &usage), ECHILD);
  CHECK_ERRNO(wait4(-1, &status, 0, &usage), ECHILD);
  CHECK_ERRNO(wait3(&status, 0x4000, NULL), EINVAL);
  CHECK_ERRNO(wait4(-1, &status, 0x4000, NULL), EINVAL);
}

TEST(namespaces_are_roots) {
  int fd = open(".", O_RDONLY);
  REQUIRE_OK(fd);
  CHECK_ERRNO(unshare(CLONE_NEWUTS), EPERM);
#ifdef __wasi__
  CHECK_ERRNO(setns(fd, 0), EPERM);
#else
  CHECK_ERRNO(setns(fd, 0), EINVAL);
#endif
}

TEST(there_is_no_terminal_to_lead) {
  int fd = open(".", O_RDONLY);
  REQUIRE_OK(fd);
  CHECK_ERRNO(tcgetsid(fd), ENOTTY);
  CHECK_ERRNO(tcgetsid(9999), EBADF);
  CHECK_ERRNO(tcgetpgrp(fd), ENOTTY);
  CHECK_ERRNO(tcsetpgrp(fd, getpgrp()), ENOTTY);
  CHECK_ERRNO(tcsetpgrp(9999, getpgrp()), EBADF);
  CHECK_ERRNO(vhangup(), EPERM);
}

TEST(the_process_leads_its_own_group) {
  CHECK_OK(setpgrp());
  CHECK_EQ(getpgrp(), getpid());
  CHECK_EQ(gettid(), getpid());
}

static volatile sig_atomic_t handled;

static void handler(int signo) { handled = signo; }

TEST(signals_to_groups_and_threads) {
  CHECK_OK(setpgrp());
  CHECK(signal(SIGUSR1, handler) != SIG_ERR);
  CHECK_OK(killpg(getpgrp(), SIGUSR1));
  CHECK_EQ(handled, SIGUSR1);
  handled = 0;
  CHECK_OK(tgkill(getpid(), gettid(), SIGUSR1));
  CHECK_EQ(handled, SIGUSR1);
  handled = 0;
  CHECK_EQ(pthread_kill(pthread_self(), SIGUSR1), 0);
  CHECK_EQ(handled, SIGUSR1);
  CHECK_EQ(pthread_kill(pthread_self(), 0), 0);
  CHECK_EQ(pthread_kill(pthread_self(), 999), EINVAL);
  CHECK_ERRNO(killpg(0x7ffffff0, 0), ESRCH);
  CHECK_ERRNO(tgkill(getpid(), 0x7ffffff0, 0), ESRCH);
  CHECK_ERRNO(tgkill(getpid(), 0, 0), EINVAL);
  signal(SIGUSR1, SIG_DFL);
}

static void in_fork(void) {}

TEST(the_only_thread) {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  CHECK_EQ(pthread_getaffinity_np(pthread_self(), sizeof processors, &processors), 0);
  CHECK(CPU_COUNT(&processors) >= 1);
  CHECK_EQ(pthread_setaffinity_np(pthread_self(), sizeof processors, &processors), 0);
  CPU_ZERO(&processors);
  CHECK_EQ(pthread_setaffinity_np(pthread_self(), sizeof processors, &processors), EINVAL);
  CHECK_EQ(pthread_atfork(in_fork, in_fork, in_fork), 0);
  CHECK_EQ(pthread_detach(pthread_self()), 0);
}

#ifdef __wasi__
static void *body(void *unused) { return unused; }
#endif

TEST(threads_are_refused) {
#ifdef __wasi__
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, body, NULL), EAGAIN);
  CHECK_EQ(pthread_join(pthread_self(), NULL), EDEADLK);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
#ifndef __wasi__
  if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
    return 2;
#endif
  RUN(every_exec_looks_for_the_file_first);
  RUN(no_process_can_be_made);
  RUN(spawning_says_so_in_its_result);
  RUN(waiting_with_usage);
  RUN(namespaces_are_roots);
  RUN(there_is_no_terminal_to_lead);
  RUN(the_process_leads_its_own_group);
  RUN(signals_to_groups_and_threads);
  RUN(the_only_thread);
  RUN(threads_are_refused);
  return T_END();
}
