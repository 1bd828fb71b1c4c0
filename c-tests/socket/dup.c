/* dup(), dup2(), dup3() of sockets: one open file description behind several numbers.
 * dup(2), POSIX 2024 "Open file description"; ideas: wasi-libc sockets-dup, LTP dup*. */
#include "../t.h"

#define SCRATCH "dup.tmp"

TEST(bytes_through_either_number) {
  int pair[2];
  char buffer[8] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int copy = dup(pair[1]);
  REQUIRE_OK(copy);
  CHECK(copy != pair[1]);
  REQUIRE_EQ(t_send_all(pair[0], "abcd", 4), 4);
  CHECK_EQ(t_recv_all(pair[1], buffer, 2), 2);
  CHECK_EQ(t_recv_all(copy, buffer + 2, 2), 2);
  CHECK_STR(buffer, "abcd");
  CHECK_EQ(send(copy, "x", 1, 0), 1);
  CHECK_EQ(send(pair[1], "y", 1, 0), 1);
  CHECK_EQ(t_recv_all(pair[0], buffer, 2), 2);
  CHECK_MEM(buffer, "xy", 2);
}

TEST(peeked_bytes_are_shared) {
  int pair[2];
  char buffer[8] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int copy = dup(pair[1]);
  REQUIRE_OK(copy);
  REQUIRE_EQ(t_send_all(pair[0], "abcd", 4), 4);
  REQUIRE(t_wait_bytes(pair[1], 4));
  CHECK_EQ(recv(pair[1], buffer, 4, MSG_PEEK), 4);
  CHECK_EQ(recv(copy, buffer, 3, 0), 3);
  CHECK_EQ(recv(pair[1], buffer, 8, 0), 1);
  CHECK_EQ(buffer[0], 'd');
}

TEST(nonblock_is_shared) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  int copy = dup(fd);
  REQUIRE_OK(copy);
  CHECK_OK(t_set_nonblock(fd, 1));
  CHECK_EQ(fcntl(copy, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  CHECK_OK(t_set_nonblock(copy, 0));
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
}

TEST(options_and_address_are_shared) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE_OK(fd);
  int copy = dup(fd);
  REQUIRE_OK(copy);
  CHECK_OK(t_set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1));
  CHECK_EQ(t_get_int(copy, SOL_SOCKET, SO_KEEPALIVE), 1);
  CHECK_OK(t_bind(copy, t_loopback(AF_INET, 0)));
  CHECK(t_port(fd) != 0);
  CHECK_EQ(t_port(fd), t_port(copy));
  CHECK_OK(listen(fd, 4));
  CHECK_EQ(t_get_int(copy, SOL_SOCKET, SO_ACCEPTCONN), 1);
}

TEST(close_of_one_leaves_the_other) {
  int pair[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET6, pair));
  int copy = dup(pair[0]);
  REQUIRE_OK(copy);
  CHECK_OK(close(pair[0]));
  CHECK_ERRNO(send(pair[0], "x", 1, 0), EBADF);
  CHECK_EQ(send(copy, "x", 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  CHECK_EQ(c, 'x');
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_OK(close(copy));
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
}

TEST(shutdown_is_of_the_connection) {
  int pair[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int copy = dup(pair[0]);
  REQUIRE_OK(copy);
  CHECK_OK(shutdown(copy, SHUT_WR));
  CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
}

TEST(copy_of_a_listener_accepts) {
  int listener = t_listener(AF_INET);
  REQUIRE_OK(listener);
  int copy = dup(listener);
  REQUIRE_OK(copy);
  int client = t_client(listener);
  REQUIRE_OK(client);
  CHECK_OK(close(listener));
  int server = accept(copy, NULL, NULL);
  CHECK_OK(server);
  CHECK_OK(t_client(copy));
  CHECK_OK(accept(copy, NULL, NULL));
}

TEST(dup_takes_the_lowest_number) {
  int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE(a >= 0 && b >= 0);
  CHECK_OK(close(a));
  CHECK_EQ(dup(b), a);
  CHECK_EQ(dup(b), b + 1);
}

TEST(dup2_to_itself) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(dup2(fd, fd), fd);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
}

TEST(dup2_clears_cloexec) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(dup2(fd, fd + 5), fd + 5);
  CHECK_EQ(fcntl(fd + 5, F_GETFD), 0);
}

TEST(dup2_closes_the_target) {
  int one[2], two[2];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, one));
  REQUIRE_OK(t_tcp_pair(AF_INET, two));
  CHECK_EQ(dup2(one[0], two[0]), two[0]);
  CHECK_EQ(recv(two[1], &c, 1, 0), 0);
  CHECK_EQ(send(two[0], "z", 1, 0), 1);
  CHECK_EQ(recv(one[1], &c, 1, 0), 1);
  CHECK_EQ(c, 'z');
}

TEST(dup2_errors) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE(fd >= 0 && other >= 0);
  CHECK_ERRNO(dup2(-1, other), EBADF);
  CHECK_ERRNO(dup2(other + 100, other), EBADF);
  CHECK_EQ(t_get_int(other, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
  CHECK_ERRNO(dup2(fd, -1), EBADF);
  CHECK_ERRNO(dup2(fd, INT_MAX), EBADF);
  CHECK_ERRNO(dup(-1), EBADF);
  CHECK_ERRNO(dup(INT_MAX), EBADF);
}

TEST(dup3_flags) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(fd);
  CHECK_EQ(dup3(fd, fd + 3, O_CLOEXEC), fd + 3);
  CHECK_EQ(fcntl(fd + 3, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(dup3(fd, fd + 3, 0), fd + 3);
  CHECK_EQ(fcntl(fd + 3, F_GETFD), 0);
  CHECK_ERRNO(dup3(fd, fd, 0), EINVAL);
  CHECK_ERRNO(dup3(fd, fd + 3, O_NONBLOCK), EINVAL);
  CHECK_ERRNO(dup3(-1, fd, 0), EBADF);
}

/* As inetd does it: the connection becomes stdin. */
TEST(dup2_over_stdin) {
  int pair[2], saved = dup(STDIN_FILENO);
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(dup2(pair[1], STDIN_FILENO), STDIN_FILENO);
  CHECK_OK(close(pair[1]));
  CHECK_EQ(send(pair[0], "i", 1, 0), 1);
  CHECK_EQ(read(STDIN_FILENO, &c, 1), 1);
  CHECK_EQ(c, 'i');
  CHECK_EQ(t_get_int(STDIN_FILENO, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  CHECK_OK(close(pair[0]));
  CHECK_EQ(read(STDIN_FILENO, &c, 1), 0);
  if (saved != -1)
    CHECK_EQ(dup2(saved, STDIN_FILENO), STDIN_FILENO);
  CHECK_ERRNO(t_get_int(STDIN_FILENO, SOL_SOCKET, SO_TYPE), ENOTSOCK);
}

TEST(dup2_over_stdout_and_back) {
  int pair[2], saved = dup(STDOUT_FILENO);
  char buffer[32] = "";
  REQUIRE_OK(saved);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  fflush(stdout);
  int moved = dup2(pair[1], STDOUT_FILENO);
  printf("to the socket\n");
  fflush(stdout);
  ssize_t wrote = write(STDOUT_FILENO, "x", 1);
  int back = dup2(saved, STDOUT_FILENO);
  CHECK_EQ(moved, STDOUT_FILENO);
  CHECK_EQ(wrote, 1);
  CHECK_EQ(back, STDOUT_FILENO);
  CHECK_OK(shutdown(pair[1], SHUT_WR));
  CHECK_EQ(t_recv_all(pair[0], buffer, sizeof buffer - 1), 15);
  CHECK_STR(buffer, "to the socket\nx");
}

TEST(dup2_socket_over_a_file) {
  int pair[2];
  char c = 0;
  int file = open(SCRATCH, O_CREAT | O_TRUNC | O_RDWR, 0600);
  REQUIRE_OK(file);
  CHECK_EQ(write(file, "file", 4), 4);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(dup2(pair[1], file), file);
  CHECK_EQ(send(pair[0], "s", 1, 0), 1);
  CHECK_EQ(read(file, &c, 1), 1);
  CHECK_EQ(c, 's');
  CHECK_ERRNO(lseek(file, 0, SEEK_SET), ESPIPE);
  CHECK_OK(close(file));
  CHECK_ERRNO(read(file, &c, 1), EBADF);
  CHECK_EQ(send(pair[0], "t", 1, 0), 1);
  CHECK_EQ(read(pair[1], &c, 1), 1);
  CHECK_OK(unlink(SCRATCH));
}

TEST(dup2_file_over_a_socket) {
  int pair[2];
  char buffer[8] = "";
  int file = open(SCRATCH, O_CREAT | O_TRUNC | O_RDWR, 0600);
  REQUIRE_OK(file);
  CHECK_EQ(write(file, "file", 4), 4);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(dup2(file, pair[1]), pair[1]);
  CHECK_EQ(recv(pair[0], buffer, 1, 0), 0);
  CHECK_EQ(lseek(pair[1], 1, SEEK_SET), 1);
  CHECK_EQ(read(file, buffer, 8), 3);
  CHECK_MEM(buffer, "ile", 3);
  CHECK_ERRNO(recv(pair[1], buffer, 1, 0), ENOTSOCK);
  CHECK_OK(close(pair[1]));
  CHECK_EQ(lseek(file, 0, SEEK_CUR), 4);
  CHECK_OK(close(file));
  CHECK_OK(unlink(SCRATCH));
}

TEST(hundred_copies) {
  int pair[2], copy[100];
  char c = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i < 100; i++)
    REQUIRE_OK(copy[i] = dup(i ? copy[i - 1] : pair[0]));
  CHECK_OK(close(pair[0]));
  for (int i = 0; i < 99; i++)
    CHECK_OK(close(copy[i]));
  CHECK_ERRNO(recv(pair[1], &c, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(send(copy[99], "l", 1, 0), 1);
  CHECK_OK(close(copy[99]));
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(bytes_through_either_number);
  RUN(peeked_bytes_are_shared);
  RUN(nonblock_is_shared);
  RUN(options_and_address_are_shared);
  RUN(close_of_one_leaves_the_other);
  RUN(shutdown_is_of_the_connection);
  RUN(copy_of_a_listener_accepts);
  RUN(dup_takes_the_lowest_number);
  RUN(dup2_to_itself);
  RUN(dup2_clears_cloexec);
  RUN(dup2_closes_the_target);
  RUN(dup2_errors);
  RUN(dup3_flags);
  RUN(dup2_over_stdin);
  RUN(dup2_over_stdout_and_back);
  RUN(dup2_socket_over_a_file);
  RUN(dup2_file_over_a_socket);
  RUN(hundred_copies);
  return T_END();
}
