/* setsockopt() and fcntl() with what the compiler sees, with what it does not, and through a pointer:
 * the same calls, though this library's headers choose among several functions. */
#include "../t.h"

static int get(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) ? -errno : value;
}

/* The first subtest: nothing but a switch was set in the program before. */
TEST(a_switch_first_and_then_others) {
  int listener = t_listener(AF_INET), on = 1, idle = 77, client, fd;
  REQUIRE_OK(listener);
  CHECK_OK(setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  CHECK_OK(setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on));
  CHECK_OK(setsockopt(listener, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle));
  client = t_client(listener);
  REQUIRE_OK(client);
  REQUIRE_OK(fd = accept(listener, NULL, NULL));
  CHECK(get(fd, IPPROTO_TCP, TCP_NODELAY) > 0);
  CHECK_EQ(get(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
  CHECK_EQ(get(fd, IPPROTO_TCP, TCP_KEEPIDLE), 77);
}

TEST(setsockopt_in_three_ways) {
  int (*pointer)(int, int, int, const void *, socklen_t) = setsockopt;
  int level = (int)t_hide(SOL_SOCKET), name = (int)t_hide(SO_REUSEADDR), on = 1, off = 0;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  CHECK_EQ(get(fd, SOL_SOCKET, SO_REUSEADDR), 1);
  CHECK_OK(setsockopt(fd, level, name, &off, sizeof off));
  CHECK_EQ(get(fd, SOL_SOCKET, SO_REUSEADDR), 0);
  CHECK_OK(pointer(fd, level, name, &on, sizeof on));
  CHECK_EQ(get(fd, SOL_SOCKET, SO_REUSEADDR), 1);
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &off, sizeof off));
  CHECK_EQ(get(fd, SOL_SOCKET, SO_REUSEADDR), 0);
}

TEST(fcntl_in_three_ways) {
  int (*pointer)(int, int, ...) = fcntl;
  int get_flags = (int)t_hide(F_GETFL), fd = socket(AF_INET, SOCK_STREAM, 0), copy;
  REQUIRE_OK(fd);
  CHECK_OK(fcntl(fd, F_SETFL, O_NONBLOCK));
  CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
  CHECK(fcntl(fd, get_flags) & O_NONBLOCK);
  CHECK(pointer(fd, get_flags) & O_NONBLOCK);
  CHECK_OK(fcntl(fd, (int)t_hide(F_SETFL), 0));
  CHECK(!(fcntl(fd, F_GETFL, 0) & O_NONBLOCK));
  CHECK_OK(fcntl(fd, F_SETFD, FD_CLOEXEC));
  CHECK_EQ(pointer(fd, F_GETFD), FD_CLOEXEC);
  CHECK_OK(pointer(fd, F_SETFD, 0));
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
  REQUIRE_OK(copy = fcntl(fd, F_DUPFD, 0));
  CHECK_OK(fcntl(copy, F_SETFL, O_NONBLOCK));
  CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
  CHECK_ERRNO(fcntl(-1, F_GETFL), EBADF);
  CHECK_ERRNO(fcntl(-1, get_flags), EBADF);
  CHECK_ERRNO(fcntl(9999, F_SETFD, 0), EBADF);
}

/* Old programs declare the calls themselves, without prototypes, after the headers too. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wdeprecated-non-prototype"
#endif
extern int setsockopt();
extern int getsockopt();

TEST(declared_again_without_prototypes) {
  extern int setsockopt();
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  REQUIRE_OK(fd);
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, (socklen_t)sizeof on));
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, (socklen_t)sizeof on));
  CHECK_EQ(get(fd, SOL_SOCKET, SO_REUSEADDR), 1);
  CHECK_EQ(get(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
}
#pragma GCC diagnostic pop

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_switch_first_and_then_others);
  RUN(setsockopt_in_three_ways);
  RUN(fcntl_in_three_ways);
  RUN(declared_again_without_prototypes);
  return T_END();
}
