/*
 * A host that gives no network: every attempt says EACCES, and nothing traps.
 * wps-run: --no-network
 */
#include "../t.h"

static const int families[] = {AF_INET, AF_INET6};
static const int types[] = {SOCK_STREAM, SOCK_DGRAM};

/* Some hosts refuse the socket, others its first use of the network. */
#define CHECK_DENIED(fd, call) ((fd) == -1 ? CHECK_EQ(errno, EACCES) : CHECK_ERRNO(call, EACCES))

TEST(bind_is_denied) {
  for (int f = 0; f < 2; f++)
    for (int t = 0; t < 2; t++) {
      int fd = socket(families[f], types[t], 0);
      CHECK_DENIED(fd, t_bind(fd, t_loopback(families[f], 0)));
    }
}

TEST(listen_is_denied) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_DENIED(fd, listen(fd, 1));
}

TEST(connect_is_denied) {
  for (int f = 0; f < 2; f++) {
    int fd = socket(families[f], SOCK_STREAM, 0);
    CHECK_DENIED(fd, t_connect(fd, t_loopback(families[f], 9)));
  }
}

TEST(nonblocking_connect_is_denied) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd == -1) {
    CHECK_EQ(errno, EACCES);
    return;
  }
  if (t_connect(fd, t_loopback(AF_INET, 9)) == -1 && errno == EINPROGRESS) {
    CHECK(t_wait(fd, POLLERR));
    CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), EACCES);
  } else
    CHECK_EQ(errno, EACCES);
}

TEST(sendto_is_denied) {
  struct t_addr to = t_loopback(AF_INET, 9);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_DENIED(fd, sendto(fd, "x", 1, 0, &to.sa.any, to.len));
}

TEST(the_program_lives) {
  for (int i = 0; i < 1000; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd != -1)
      CHECK_OK(close(fd));
  }
  CHECK_EQ(poll(NULL, 0, 1), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(bind_is_denied);
  RUN(listen_is_denied);
  RUN(connect_is_denied);
  RUN(nonblocking_connect_is_denied);
  RUN(sendto_is_denied);
  RUN(the_program_lives);
  return T_END();
}
