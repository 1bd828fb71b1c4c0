/* The rules of poll() itself: ignored and bad descriptors, timeouts, duplicates, levels. poll(2),
 * POSIX poll(); ideas: LTP poll01..04, wasi-libc poll-badfd, gVisor PollLevelTriggered, Nfds. */
#include "../t.h"

TEST(negative_descriptors_are_ignored) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[3] = {{-1, POLLIN | POLLOUT, 77}, {pair[0], POLLOUT, 77}, {INT_MIN, POLLIN, 77}};
  CHECK_EQ(poll(p, 3, 1000), 1);
  CHECK_EQ(p[0].revents, 0);
  CHECK_EQ(p[1].revents, POLLOUT);
  CHECK_EQ(p[2].revents, 0);
  CHECK_EQ(poll(p, 1, 0), 0);
}

TEST(only_ignored_descriptors_wait_for_the_timeout) {
  struct pollfd p[2] = {{-1, POLLIN, 77}, {-5, POLLIN, 77}};
  long long start = t_now_ms();
  CHECK_EQ(poll(p, 2, 60), 0);
  CHECK(t_now_ms() - start >= 59);
  CHECK_EQ(p[0].revents, 0);
  CHECK_EQ(p[1].revents, 0);
}

TEST(nothing_to_wait_for_sleeps) {
  struct pollfd p;
  long long start = t_now_ms();
  CHECK_EQ(poll(NULL, 0, 60), 0);
  CHECK(t_now_ms() - start >= 59);
  start = t_now_ms();
  CHECK_EQ(poll(&p, 0, 30), 0);
  CHECK(t_now_ms() - start >= 29);
  CHECK_EQ(poll(NULL, 0, 0), 0);
}

TEST(a_closed_descriptor_is_pollnval) {
  int fd = t_bound(AF_INET, SOCK_STREAM);
  REQUIRE_OK(fd);
  CHECK_OK(close(fd));
  struct pollfd p = {fd, POLLIN, 0};
  CHECK_EQ(poll(&p, 1, -1), 1);
  CHECK_EQ(p.revents, POLLNVAL);
  p.events = 0;
  CHECK_EQ(poll(&p, 1, -1), 1);
  CHECK_EQ(p.revents, POLLNVAL);
  p.fd = 4000;
  CHECK_EQ(poll(&p, 1, 0), 1);
  CHECK_EQ(p.revents, POLLNVAL);
  p.fd = INT_MAX;
  CHECK_EQ(poll(&p, 1, 0), 1);
  CHECK_EQ(p.revents, POLLNVAL);
}

TEST(pollnval_beside_others) {
  int pair[2], idle[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_tcp_pair(AF_INET, idle));
  int gone = dup(pair[0]);
  CHECK_OK(close(gone));
  struct pollfd p[4] = {
      {pair[0], POLLOUT, 0}, {gone, POLLIN | POLLOUT, 0}, {-1, POLLIN, 0}, {idle[0], POLLIN, 0}};
  CHECK_EQ(poll(p, 4, -1), 2);
  CHECK_EQ(p[0].revents, POLLOUT);
  CHECK_EQ(p[1].revents, POLLNVAL);
  CHECK_EQ(p[2].revents, 0);
  CHECK_EQ(p[3].revents, 0);
}

TEST(old_revents_are_overwritten) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[2] = {{pair[0], POLLIN, -1}, {pair[1], POLLIN, -1}};
  CHECK_EQ(poll(p, 2, 0), 0);
  CHECK_EQ(p[0].revents, 0);
  CHECK_EQ(p[1].revents, 0);
  CHECK_EQ(p[0].events, POLLIN);
  CHECK_EQ(p[0].fd, pair[0]);
}

TEST(bad_arguments) {
  struct pollfd p = {-1, 0, 0};
  CHECK_ERRNO(poll(t_hide_pointer(0), 1, 0), EFAULT);
  CHECK_ERRNO(poll(t_hide_pointer(UINTPTR_MAX - 4095), 3, 0), EFAULT);
  CHECK_ERRNO(poll(&p, (nfds_t)t_hide(-1), 0), EINVAL);
}

TEST(zero_timeout_returns_at_once) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p = {pair[0], POLLIN, 0};
  for (int i = 0; i < 1000; i++)
    REQUIRE_EQ(poll(&p, 1, 0), 0);
}

TEST(the_timeout_is_waited_for) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[2] = {{pair[0], POLLIN, 0}, {pair[1], POLLRDHUP, 0}};
  static const int limits[] = {1, 10, 50, 120};
  for (int i = 0; i < 4; i++) {
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    CHECK_EQ(poll(p, 2, limits[i]), 0);
    clock_gettime(CLOCK_MONOTONIC, &b);
    long long us = (b.tv_sec - a.tv_sec) * 1000000LL + (b.tv_nsec - a.tv_nsec) / 1000;
    CHECK(us >= limits[i] * 1000LL);
  }
}

TEST(any_negative_timeout_is_for_ever) {
  int peer = peer_open(), listener = t_listener(AF_INET);
  struct pollfd p = {listener, POLLIN, 0};
  static const int timeouts[] = {-1, -2, INT_MIN};
  for (int i = 0; i < 3; i++) {
    REQUIRE_OK(peer_start(peer, "pause 40"));
    REQUIRE_OK(peer_start(peer, "connect %d 127.0.0.1 %d", i, t_port(listener)));
    CHECK_EQ(poll(&p, 1, timeouts[i]), 1);
    CHECK_EQ(p.revents, POLLIN);
    CHECK_OK(accept(listener, NULL, NULL));
    REQUIRE(peer_answer(peer));
    REQUIRE(peer_answer(peer));
  }
}

TEST(data_wakes_a_waiting_poll) {
  int peer = peer_open(), listener = t_listener(AF_INET), pair[2], fd;
  char byte;
  REQUIRE(peer_run(peer, "connect 1 127.0.0.1 %d", t_port(listener)));
  REQUIRE_OK(fd = accept(listener, NULL, NULL));
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[3] = {{pair[0], POLLIN, 0}, {fd, POLLIN, 0}, {listener, POLLIN, 0}};
  for (int i = 0; i < 5; i++) {
    REQUIRE_OK(peer_start(peer, "pause 20"));
    REQUIRE_OK(peer_start(peer, "text 1 a"));
    CHECK_EQ(poll(p, 3, T_LIMIT_MS), 1);
    CHECK_EQ(p[0].revents, 0);
    CHECK_EQ(p[1].revents, POLLIN);
    CHECK_EQ(p[2].revents, 0);
    CHECK_EQ(recv(fd, &byte, 1, 0), 1);
  }
}

TEST(the_same_descriptor_twice) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[0], POLLIN));
  int copy = dup(pair[0]);
  struct pollfd p[5] = {{pair[0], POLLIN, 0},
                        {pair[0], POLLIN | POLLOUT, 0},
                        {pair[0], POLLOUT, 0},
                        {copy, POLLIN, 0},
                        {pair[0], 0, 9}};
  CHECK_EQ(poll(p, 5, 1000), 4);
  CHECK_EQ(p[0].revents, POLLIN);
  CHECK_EQ(p[1].revents, POLLIN | POLLOUT);
  CHECK_EQ(p[2].revents, POLLOUT);
  CHECK_EQ(p[3].revents, POLLIN);
  CHECK_EQ(p[4].revents, 0);
}

TEST(the_right_one_of_300) {
  enum { COUNT = 300 };
  static struct pollfd p[COUNT];
  char byte;
  for (int i = 0; i < COUNT; i++) {
    p[i].fd = t_bound(AF_INET, SOCK_DGRAM);
    p[i].events = POLLIN;
    REQUIRE_OK(p[i].fd);
  }
  CHECK_EQ(poll(p, COUNT, 0), 0);
  int from = t_bound(AF_INET, SOCK_DGRAM);
  static const int chosen[] = {0, 299, 150, 7};
  for (int k = 0; k < 4; k++) {
    struct t_addr to = t_local(p[chosen[k]].fd);
    REQUIRE_EQ(sendto(from, "x", 1, 0, &to.sa.any, to.len), 1);
    CHECK_EQ(poll(p, COUNT, T_LIMIT_MS), 1);
    for (int i = 0; i < COUNT; i++)
      CHECK_EQ(p[i].revents, i == chosen[k] ? POLLIN : 0);
    CHECK_EQ(recv(p[chosen[k]].fd, &byte, 1, 0), 1);
  }
}

TEST(several_ready_are_all_counted) {
  int listener = t_listener(AF_INET), pair[2], udp = t_bound(AF_INET, SOCK_DGRAM);
  REQUIRE_OK(t_tcp_pair(AF_INET6, pair));
  struct t_addr to = t_local(udp);
  REQUIRE_EQ(sendto(udp, "u", 1, 0, &to.sa.any, to.len), 1);
  REQUIRE_EQ(send(pair[0], "t", 1, 0), 1);
  CHECK_OK(t_client(listener));
  REQUIRE(t_wait(udp, POLLIN) && t_wait(pair[1], POLLIN) && t_wait(listener, POLLIN));
  struct pollfd p[3] = {
      {listener, POLLIN | POLLOUT, 0}, {pair[1], POLLIN | POLLOUT, 0}, {udp, POLLIN | POLLOUT, 0}};
  CHECK_EQ(poll(p, 3, -1), 3);
  CHECK_EQ(p[0].revents, POLLIN);
  CHECK_EQ(p[1].revents, POLLIN | POLLOUT);
  CHECK_EQ(p[2].revents, POLLIN | POLLOUT);
}

TEST(the_level_stays_until_the_last_byte) {
  int pair[2];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "12345", 5, 0), 5);
  REQUIRE(t_wait_bytes(pair[1], 5));
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(t_poll(pair[1], POLLIN | POLLOUT, 1000), POLLIN | POLLOUT);
    CHECK_EQ(t_poll(pair[1], POLLIN | POLLOUT, 1000), POLLIN | POLLOUT);
    CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
    CHECK_EQ(byte, '1' + i);
  }
  CHECK_EQ(t_poll(pair[1], POLLIN | POLLOUT, 1000), POLLOUT);
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), 0);
}

TEST(rdnorm_and_wrnorm_mirror_in_and_out) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(t_poll(pair[0], POLLRDNORM, 0), 0);
  CHECK_EQ(t_poll(pair[0], POLLWRNORM, 0), POLLWRNORM);
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[0], POLLIN));
  CHECK_EQ(t_poll(pair[0], POLLRDNORM, 0), POLLRDNORM);
  CHECK_EQ(t_poll(pair[0], POLLRDNORM | POLLIN | POLLWRNORM | POLLOUT, 0),
           POLLRDNORM | POLLIN | POLLWRNORM | POLLOUT);
  CHECK_EQ(t_poll(pair[0], POLLPRI | POLLRDBAND, 0), 0);
}

TEST(udp_states) {
  int fresh = socket(AF_INET, SOCK_DGRAM, 0), pair[2];
  char byte;
  CHECK_EQ(t_poll(fresh, POLLIN | POLLOUT | POLLRDHUP | POLLPRI, 0), POLLOUT);
  CHECK_EQ(t_poll(t_bound(AF_INET6, SOCK_DGRAM), POLLIN | POLLOUT | POLLRDHUP, 0), POLLOUT);
  CHECK_EQ(t_poll(fresh, 0, 0), 0);
  CHECK_EQ(t_poll(fresh, POLLIN, 20), 0);
  REQUIRE_OK(t_udp_pair(AF_INET, pair));
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLOUT | POLLRDHUP, 0), POLLOUT);
  for (int i = 0; i < 2; i++)
    REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  for (int i = 0; i < 2; i++) {
    REQUIRE(t_wait(pair[1], POLLIN));
    CHECK_EQ(t_poll(pair[1], POLLIN | POLLOUT, 0), POLLIN | POLLOUT);
    CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
  }
  CHECK_EQ(t_poll(pair[1], POLLIN | POLLOUT, 0), POLLOUT);
  CHECK_OK(shutdown(pair[0], SHUT_RD));
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLOUT | POLLRDHUP, 0), POLLIN | POLLOUT | POLLRDHUP);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLOUT | POLLRDHUP, 0),
           POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
}

TEST(closing_one_of_two_descriptors_keeps_the_other_pollable) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  int copy = dup(pair[1]);
  CHECK_OK(close(pair[1]));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK(t_wait(copy, POLLIN));
  CHECK_EQ(t_poll(pair[1], POLLIN, 0), POLLNVAL);
}

TEST(a_reused_number_is_the_new_socket) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_OK(close(pair[1]));
  int fd;
  do
    REQUIRE_OK(fd = socket(AF_INET, SOCK_DGRAM, 0));
  while (fd < pair[1]);
  CHECK_EQ(fd, pair[1]);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, 0), POLLOUT);
}

/* Bits about urgent data and messages: a TCP socket that is readable and writable has none. */
TEST(bits_that_a_socket_never_has) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[1], POLLIN));
  struct pollfd p = {pair[1], POLLPRI | POLLRDBAND | POLLWRBAND | POLLMSG, 77};
  CHECK_EQ(poll(&p, 1, 0), 0);
  CHECK_EQ(p.revents, 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(negative_descriptors_are_ignored);
  RUN(only_ignored_descriptors_wait_for_the_timeout);
  RUN(nothing_to_wait_for_sleeps);
  RUN(a_closed_descriptor_is_pollnval);
  RUN(pollnval_beside_others);
  RUN(old_revents_are_overwritten);
  RUN(bad_arguments);
  RUN(zero_timeout_returns_at_once);
  RUN(the_timeout_is_waited_for);
  RUN(any_negative_timeout_is_for_ever);
  RUN(data_wakes_a_waiting_poll);
  RUN(the_same_descriptor_twice);
  RUN(the_right_one_of_300);
  RUN(several_ready_are_all_counted);
  RUN(the_level_stays_until_the_last_byte);
  RUN(rdnorm_and_wrnorm_mirror_in_and_out);
  RUN(bits_that_a_socket_never_has);
  RUN(udp_states);
  RUN(closing_one_of_two_descriptors_keeps_the_other_pollable);
  RUN(a_reused_number_is_the_new_socket);
  return T_END();
}
