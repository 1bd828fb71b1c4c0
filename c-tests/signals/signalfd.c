/* Signals as data: signalfd(2), which is refused here as by a kernel without it. */
#include "../t.h"
#include <signal.h>
#include <sys/signalfd.h>

TEST(signals_cannot_be_read) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
#ifdef __wasi__
  CHECK_ERRNO(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), ENOSYS);
#else
  REQUIRE_OK(sigprocmask(SIG_BLOCK, &set, NULL));
  int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  REQUIRE_OK(fd);
  struct signalfd_siginfo info;
  CHECK_ERRNO(read(fd, &info, sizeof info), EAGAIN);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(read(fd, &info, sizeof info), sizeof info);
  CHECK_EQ(info.ssi_signo, SIGUSR1);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(signals_cannot_be_read);
  return T_END();
}
