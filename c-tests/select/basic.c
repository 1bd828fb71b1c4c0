/* The rules of select(): counts, cleared bits, timeouts, errors. select(2), POSIX select(); ideas:
 * LTP select01..04, wasi-libc sockets-select-connecting-rw. */
#include "../t.h"

#include <sys/select.h>

static int bits(const fd_set *set) {
  int count = 0;
  for (int fd = 0; fd < FD_SETSIZE; fd++)
    count += FD_ISSET(fd, set) != 0;
  return count;
}

TEST(the_count_is_over_all_three_sets) {
  int one[2], two[2];
  fd_set in, out, except;
  REQUIRE_OK(t_tcp_pair(AF_INET, one));
  REQUIRE_OK(t_tcp_pair(AF_INET, two));
  REQUIRE_EQ(send(one[0], "x", 1, 0), 1);
  REQUIRE(t_wait(one[1], POLLIN));
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_ZERO(&except);
  for (int i = 0; i < 2; i++) {
    FD_SET(one[i], &in);
    FD_SET(two[i], &in);
    FD_SET(one[i], &except);
  }
  FD_SET(one[1], &out);
  FD_SET(two[0], &out);
  struct timeval limit = {5, 0};
  CHECK_EQ(select(FD_SETSIZE, &in, &out, &except, &limit), 3);
  CHECK_EQ(bits(&in), 1);
  CHECK(FD_ISSET(one[1], &in));
  CHECK_EQ(bits(&out), 2);
  CHECK(FD_ISSET(one[1], &out) && FD_ISSET(two[0], &out));
  CHECK_EQ(bits(&except), 0);
}

TEST(a_timeout_empties_the_sets) {
  int pair[2];
  fd_set in, except;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&in);
  FD_ZERO(&except);
  FD_SET(pair[0], &in);
  FD_SET(pair[1], &in);
  FD_SET(pair[1], &except);
  struct timeval limit = {0, 60000};
  long long start = t_now_ms();
  CHECK_EQ(select(pair[0] > pair[1] ? pair[0] + 1 : pair[1] + 1, &in, NULL, &except, &limit), 0);
  CHECK(t_now_ms() - start >= 59);
  CHECK_EQ(bits(&in), 0);
  CHECK_EQ(bits(&except), 0);
}

/* Linux writes back the time that was left. */
TEST(the_time_left_is_written_back) {
  int pair[2];
  fd_set in;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&in);
  FD_SET(pair[0], &in);
  struct timeval limit = {0, 20000};
  CHECK_EQ(select(pair[0] + 1, &in, NULL, NULL, &limit), 0);
  CHECK_EQ(limit.tv_sec, 0);
  CHECK_EQ(limit.tv_usec, 0);
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  FD_SET(pair[0], &in);
  limit.tv_sec = 500;
  CHECK_EQ(select(pair[0] + 1, &in, NULL, NULL, &limit), 1);
  CHECK(limit.tv_sec <= 500 && limit.tv_sec > 400);
  CHECK(limit.tv_usec >= 0 && limit.tv_usec < 1000000);
}

TEST(no_timeout_waits_for_ever) {
  int peer = peer_open(), listener = t_listener(AF_INET);
  fd_set in;
  FD_ZERO(&in);
  FD_SET(listener, &in);
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "connect 0 127.0.0.1 %d", t_port(listener)));
  CHECK_EQ(select(listener + 1, &in, NULL, NULL, NULL), 1);
  CHECK(FD_ISSET(listener, &in));
  CHECK_OK(accept(listener, NULL, NULL));
}

TEST(without_sets_it_sleeps) {
  fd_set none, empty;
  struct timeval limit = {0, 60000};
  long long start = t_now_ms();
  CHECK_EQ(select(0, NULL, NULL, NULL, &limit), 0);
  CHECK(t_now_ms() - start >= 59);
  FD_ZERO(&none);
  FD_ZERO(&empty);
  limit = (struct timeval){0, 30000};
  start = t_now_ms();
  CHECK_EQ(select(100, &none, &empty, NULL, &limit), 0);
  CHECK(t_now_ms() - start >= 29);
  limit = (struct timeval){0, 0};
  CHECK_EQ(select(0, NULL, NULL, NULL, &limit), 0);
}

TEST(a_zero_timeout_polls) {
  int pair[2];
  fd_set in;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i < 200; i++) {
    struct timeval zero = {0, 0};
    FD_ZERO(&in);
    FD_SET(pair[0], &in);
    REQUIRE_EQ(select(pair[0] + 1, &in, NULL, NULL, &zero), 0);
  }
}

TEST(descriptors_from_nfds_on_are_not_looked_at) {
  int one[2], low, high;
  fd_set out;
  REQUIRE_OK(t_tcp_pair(AF_INET, one));
  low = one[0] < one[1] ? one[0] : one[1];
  high = one[0] < one[1] ? one[1] : one[0];
  FD_ZERO(&out);
  FD_SET(low, &out);
  FD_SET(high, &out);
  struct timeval zero = {0, 0};
  CHECK_EQ(select(high, NULL, &out, NULL, &zero), 1);
  CHECK(FD_ISSET(low, &out));
}

TEST(bad_arguments) {
  int pair[2];
  fd_set in;
  struct timeval zero = {0, 0}, bad = {-1, 0}, worse = {0, -1};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&in);
  CHECK_ERRNO(select((int)t_hide(-1), &in, NULL, NULL, &zero), EINVAL);
  CHECK_ERRNO(select(1, &in, NULL, NULL, &bad), EINVAL);
  CHECK_ERRNO(select(1, &in, NULL, NULL, &worse), EINVAL);
  FD_SET(pair[1], &in);
  CHECK_OK(close(pair[1]));
  CHECK_ERRNO(select(pair[1] + 1, &in, NULL, NULL, &zero), EBADF);
  CHECK(FD_ISSET(pair[1], &in));
  CHECK_ERRNO(select(pair[1] + 1, NULL, NULL, &in, &zero), EBADF);
  fd_set *nowhere = t_hide_pointer(UINTPTR_MAX - 4095);
  CHECK_ERRNO(select(10, nowhere, NULL, NULL, &zero), EFAULT);
  CHECK_ERRNO(select(10, NULL, NULL, nowhere, &zero), EFAULT);
}

/* Linux carries whole seconds over instead of refusing them. */
TEST(microseconds_above_a_second) {
  int pair[2];
  fd_set out;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&out);
  FD_SET(pair[0], &out);
  struct timeval limit = {0, 2500000};
  CHECK_EQ(select(pair[0] + 1, NULL, &out, NULL, &limit), 1);
}

TEST(readable_at_eof_and_on_a_waiting_connection) {
  int pair[2], listener = t_listener(AF_INET);
  fd_set in;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(t_client(listener));
  CHECK_OK(close(pair[0]));
  REQUIRE(t_wait(listener, POLLIN) && t_wait(pair[1], POLLIN));
  FD_ZERO(&in);
  FD_SET(pair[1], &in);
  FD_SET(listener, &in);
  CHECK_EQ(select(FD_SETSIZE, &in, NULL, NULL, NULL), 2);
  CHECK(FD_ISSET(pair[1], &in) && FD_ISSET(listener, &in));
}

TEST(a_refused_connect_is_readable_and_writable) {
  int gone = t_bound(AF_INET, SOCK_STREAM), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct t_addr name = t_local(gone);
  fd_set in, out;
  CHECK_OK(close(gone));
  CHECK_ERRNO(t_connect(fd, name), EINPROGRESS);
  REQUIRE(t_wait(fd, POLLERR));
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(fd, &in);
  FD_SET(fd, &out);
  CHECK_EQ(select(fd + 1, &in, &out, NULL, NULL), 2);
  CHECK(FD_ISSET(fd, &in) && FD_ISSET(fd, &out));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
}

TEST(a_finished_connect_is_writable) {
  int listener = t_listener(AF_INET), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  fd_set in, out;
  CHECK(t_connect(fd, t_local(listener)) == 0 || errno == EINPROGRESS);
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(fd, &in);
  FD_SET(fd, &out);
  CHECK_EQ(select(fd + 1, &in, &out, NULL, NULL), 1);
  CHECK(!FD_ISSET(fd, &in));
  CHECK(FD_ISSET(fd, &out));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

TEST(a_reset_is_readable) {
  int peer = peer_open(), listener = t_listener(AF_INET), fd;
  fd_set in;
  char byte;
  REQUIRE(peer_run(peer, "connect 0 127.0.0.1 %d", t_port(listener)));
  REQUIRE_OK(fd = accept(listener, NULL, NULL));
  REQUIRE(peer_run(peer, "reset 0"));
  FD_ZERO(&in);
  FD_SET(fd, &in);
  CHECK_EQ(select(fd + 1, &in, NULL, NULL, NULL), 1);
  CHECK_ERRNO(recv(fd, &byte, 1, 0), ECONNRESET);
}

/* An unconnected socket is POLLOUT | POLLHUP, which is readable and writable. */
TEST(a_fresh_socket) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  fd_set in, out;
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(fd, &in);
  FD_SET(fd, &out);
  CHECK_EQ(select(fd + 1, &in, &out, NULL, NULL), 2);
}

TEST(datagrams) {
  int pair[2];
  fd_set in, out;
  char byte;
  struct timeval zero = {0, 0};
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(pair[1], &in);
  FD_SET(pair[1], &out);
  CHECK_EQ(select(pair[1] + 1, &in, &out, NULL, &zero), 1);
  CHECK(!FD_ISSET(pair[1], &in));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  FD_SET(pair[1], &in);
  CHECK_EQ(select(pair[1] + 1, &in, NULL, NULL, NULL), 1);
  CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
}

/* rsync and others pass the same descriptors as exceptional: without urgent data there are none. */
TEST(exceptional_conditions_do_not_arise) {
  int pair[2], udp = t_bound(AF_INET, SOCK_DGRAM);
  fd_set except;
  struct timeval limit = {0, 20000};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  REQUIRE(t_wait(pair[1], POLLRDHUP));
  FD_ZERO(&except);
  FD_SET(pair[1], &except);
  FD_SET(udp, &except);
  CHECK_EQ(select(FD_SETSIZE, NULL, NULL, &except, &limit), 0);
  CHECK_EQ(bits(&except), 0);
}

TEST(files_and_sockets_together) {
  int fd = open("select-basic.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600), pair[2];
  fd_set in, out;
  REQUIRE_OK(fd);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(fd, &in);
  FD_SET(pair[0], &in);
  FD_SET(fd, &out);
  FD_SET(pair[0], &out);
  CHECK_EQ(select(FD_SETSIZE, &in, &out, NULL, NULL), 3);
  CHECK(FD_ISSET(fd, &in) && !FD_ISSET(pair[0], &in));
  CHECK(FD_ISSET(fd, &out) && FD_ISSET(pair[0], &out));
  CHECK_OK(unlink("select-basic.tmp"));
}

TEST(pipes_and_sockets_together) {
  int ends[2], pair[2];
  fd_set in;
  REQUIRE_OK(pipe(ends));
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&in);
  FD_SET(ends[0], &in);
  FD_SET(pair[0], &in);
  REQUIRE_EQ(write(ends[1], "x", 1), 1);
  CHECK_EQ(select(FD_SETSIZE, &in, NULL, NULL, NULL), 1);
  CHECK(FD_ISSET(ends[0], &in) && !FD_ISSET(pair[0], &in));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(the_count_is_over_all_three_sets);
  RUN(a_timeout_empties_the_sets);
  RUN(the_time_left_is_written_back);
  RUN(no_timeout_waits_for_ever);
  RUN(without_sets_it_sleeps);
  RUN(a_zero_timeout_polls);
  RUN(descriptors_from_nfds_on_are_not_looked_at);
  RUN(bad_arguments);
  RUN(microseconds_above_a_second);
  RUN(readable_at_eof_and_on_a_waiting_connection);
  RUN(a_refused_connect_is_readable_and_writable);
  RUN(a_finished_connect_is_writable);
  RUN(a_reset_is_readable);
  RUN(a_fresh_socket);
  RUN(datagrams);
  RUN(exceptional_conditions_do_not_arise);
  RUN(files_and_sockets_together);
  RUN(pipes_and_sockets_together);
  return T_END();
}
