/* Making epoll sets and what epoll_ctl refuses. epoll_create(2), epoll_ctl(2); ideas: LTP
 * epoll_create02, epoll_create1_01/02, epoll_ctl02, epoll_ctl06, epoll_wait02..04. */
#include "../t.h"

#include <sys/epoll.h>

static int control(int set, int op, int fd, uint32_t events) {
  struct epoll_event e = {.events = events, .data.fd = fd};
  return epoll_ctl(set, op, fd, &e);
}

TEST(create) {
  CHECK_ERRNO(epoll_create(0), EINVAL);
  CHECK_ERRNO(epoll_create(-1), EINVAL);
  int set = epoll_create(1);
  REQUIRE_OK(set);
  CHECK_EQ(fcntl(set, F_GETFD), 0);
  CHECK_OK(close(set));
  CHECK_ERRNO(close(set), EBADF);
}

TEST(create1) {
  CHECK_ERRNO(epoll_create1(-1), EINVAL);
  CHECK_ERRNO(epoll_create1(EPOLL_CLOEXEC << 1), EINVAL);
  int set = epoll_create1(0), on_exec = epoll_create1(EPOLL_CLOEXEC);
  CHECK_EQ(fcntl(set, F_GETFD), 0);
  CHECK_EQ(fcntl(on_exec, F_GETFD), FD_CLOEXEC);
}

TEST(add_twice) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_OK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN));
  CHECK_ERRNO(control(set, EPOLL_CTL_ADD, fd, EPOLLIN), EEXIST);
  CHECK_OK(control(set, EPOLL_CTL_DEL, fd, 0));
  CHECK_OK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN));
}

TEST(unknown_members) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_ERRNO(control(set, EPOLL_CTL_MOD, fd, EPOLLIN), ENOENT);
  CHECK_ERRNO(control(set, EPOLL_CTL_DEL, fd, 0), ENOENT);
}

TEST(bad_descriptors) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM), gone = dup(fd);
  CHECK_OK(close(gone));
  CHECK_ERRNO(control(-1, EPOLL_CTL_ADD, fd, EPOLLIN), EBADF);
  CHECK_ERRNO(control(gone, EPOLL_CTL_ADD, fd, EPOLLIN), EBADF);
  CHECK_ERRNO(control(set, EPOLL_CTL_ADD, gone, EPOLLIN), EBADF);
  CHECK_ERRNO(control(set, EPOLL_CTL_ADD, -1, EPOLLIN), EBADF);
  CHECK_ERRNO(control(set, EPOLL_CTL_DEL, gone, EPOLLIN), EBADF);
}

TEST(bad_arguments) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_ERRNO(control(set, 77, fd, EPOLLIN), EINVAL);
  CHECK_ERRNO(control(set, EPOLL_CTL_ADD, set, EPOLLIN), EINVAL);
  CHECK_ERRNO(control(fd, EPOLL_CTL_ADD, fd, EPOLLIN), EINVAL);
  CHECK_ERRNO(control(fd, EPOLL_CTL_ADD, set, EPOLLIN), EINVAL);
  CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, fd, NULL), EFAULT);
  CHECK_OK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN));
  CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_MOD, fd, NULL), EFAULT);
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL));
}

TEST(regular_files_are_refused) {
  int set = epoll_create1(0), fd = open("epoll-control.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
  REQUIRE_OK(fd);
  CHECK_ERRNO(control(set, EPOLL_CTL_ADD, fd, EPOLLIN), EPERM);
  CHECK_OK(unlink("epoll-control.tmp"));
}

TEST(exclusive_has_rules) {
  int set = epoll_create1(0), inner = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM);
  CHECK_ERRNO(control(set, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT), EINVAL);
  CHECK_ERRNO(control(set, EPOLL_CTL_ADD, inner, EPOLLIN | EPOLLEXCLUSIVE), EINVAL);
  CHECK_OK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE));
  CHECK_ERRNO(control(set, EPOLL_CTL_MOD, fd, EPOLLIN), EINVAL);
  CHECK_ERRNO(control(set, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLEXCLUSIVE), EINVAL);
  CHECK_OK(control(set, EPOLL_CTL_DEL, fd, 0));
}

TEST(exclusive_reports_events) {
  int set = epoll_create1(0), pair[2];
  struct epoll_event e;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(control(set, EPOLL_CTL_ADD, pair[1], EPOLLIN | EPOLLEXCLUSIVE));
  CHECK_EQ(epoll_wait(set, &e, 1, 0), 0);
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.events, EPOLLIN);
  CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
}

TEST(wait_refuses_bad_arguments) {
  int set = epoll_create1(0), fd = t_bound(AF_INET, SOCK_DGRAM);
  struct epoll_event e[2];
  CHECK_ERRNO(epoll_wait(set, e, 0, 0), EINVAL);
  CHECK_ERRNO(epoll_wait(set, e, (int)t_hide(-1), 0), EINVAL);
  CHECK_ERRNO(epoll_wait(set, e, (int)t_hide(INT_MAX), 0), EINVAL);
  CHECK_ERRNO(epoll_wait(fd, e, 2, 0), EINVAL);
  CHECK_ERRNO(epoll_wait(-1, e, 2, 0), EBADF);
  CHECK_ERRNO(epoll_wait(4000, e, 2, 0), EBADF);
  CHECK_OK(control(set, EPOLL_CTL_ADD, fd, EPOLLOUT));
  CHECK_ERRNO(epoll_wait(set, t_hide_pointer(0), 2, 0), EFAULT);
  CHECK_EQ(epoll_wait(set, e, 2, 0), 1);
}

TEST(an_epoll_set_is_no_file) {
  int set = epoll_create1(0);
  char byte;
  CHECK_ERRNO(read(set, &byte, 1), EINVAL);
  CHECK_ERRNO(write(set, &byte, 1), EINVAL);
  CHECK_ERRNO(recv(set, &byte, 1, 0), ENOTSOCK);
}

TEST(modify_takes_effect_at_once) {
  int set = epoll_create1(0), pair[2];
  struct epoll_event e = {.events = EPOLLOUT, .data.u64 = 1};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &e));
  CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.events, EPOLLOUT);
  CHECK_EQ(e.data.u64, 1);
  e.events = EPOLLIN;
  e.data.u64 = 2;
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_MOD, pair[1], &e));
  CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.events, EPOLLIN);
  CHECK_EQ(e.data.u64, 2);
  e.events = 0;
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_MOD, pair[1], &e));
  CHECK_EQ(epoll_wait(set, &e, 1, 10), 0);
  e.events = EPOLLIN | EPOLLOUT;
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_MOD, pair[1], &e));
  CHECK_EQ(epoll_wait(set, &e, 1, T_LIMIT_MS), 1);
  CHECK_EQ(e.events, EPOLLIN | EPOLLOUT);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(create);
  RUN(create1);
  RUN(add_twice);
  RUN(unknown_members);
  RUN(bad_descriptors);
  RUN(bad_arguments);
  RUN(regular_files_are_refused);
  RUN(exclusive_has_rules);
  RUN(exclusive_reports_events);
  RUN(wait_refuses_bad_arguments);
  RUN(an_epoll_set_is_no_file);
  RUN(modify_takes_effect_at_once);
  return T_END();
}
