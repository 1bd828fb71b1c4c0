/* A timer signal interrupts blocking calls. signal(7) "Interruption of system calls", setitimer(2),
 * alarm(2). The timers are periodic: a tick that comes before the call does not leave it blocked.
 */
#include "../t.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>

static volatile sig_atomic_t ticks;

static void on_tick(int signal) {
  (void)signal;
  ticks++;
}

static void on_tick_with_flags(int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_tick;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, NULL);
}

/* A tick after `ms` and every `ms` from then on; 0 stops it. */
static int tick_every(int ms) {
  struct itimerval timer = {{ms / 1000, ms % 1000 * 1000}, {ms / 1000, ms % 1000 * 1000}};
  ticks = 0;
  return setitimer(ITIMER_REAL, &timer, NULL);
}

#define INTERRUPTED(call)                                                                          \
  do {                                                                                             \
    on_tick_with_flags(0);                                                                         \
    CHECK_OK(tick_every(30));                                                                      \
    CHECK_ERRNO(call, EINTR);                                                                      \
    CHECK(ticks >= 1);                                                                             \
    CHECK_OK(tick_every(0));                                                                       \
  } while (0)

TEST(poll_is_interrupted) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p = {pair[0], POLLIN, 0};
  INTERRUPTED(poll(&p, 1, -1));
  INTERRUPTED(poll(&p, 1, 100000));
  INTERRUPTED(poll(NULL, 0, -1));
  INTERRUPTED(ppoll(&p, 1, NULL, NULL));
}

/* poll, select and epoll_wait are never restarted, whatever SA_RESTART says. */
TEST(waiting_calls_are_not_restarted) {
  int pair[2], set = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN};
  fd_set in;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[0], &e));
  struct pollfd p = {pair[0], POLLIN, 0};
  on_tick_with_flags(SA_RESTART);
  CHECK_OK(tick_every(30));
  CHECK_ERRNO(poll(&p, 1, -1), EINTR);
  FD_ZERO(&in);
  FD_SET(pair[0], &in);
  CHECK_ERRNO(select(pair[0] + 1, &in, NULL, NULL, NULL), EINTR);
  CHECK(FD_ISSET(pair[0], &in));
  CHECK_ERRNO(epoll_wait(set, &e, 1, -1), EINTR);
  CHECK(ticks >= 3);
  CHECK_OK(tick_every(0));
}

TEST(select_is_interrupted) {
  int pair[2];
  fd_set in;
  struct timeval limit = {100, 0};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FD_ZERO(&in);
  FD_SET(pair[0], &in);
  INTERRUPTED(select(pair[0] + 1, &in, NULL, NULL, NULL));
  INTERRUPTED(select(pair[0] + 1, &in, NULL, NULL, &limit));
  INTERRUPTED(select(0, NULL, NULL, NULL, NULL));
  INTERRUPTED(pselect(pair[0] + 1, &in, NULL, NULL, NULL, NULL));
}

TEST(epoll_wait_is_interrupted) {
  int pair[2], set = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  INTERRUPTED(epoll_wait(set, &e, 1, -1));
  CHECK_OK(epoll_ctl(set, EPOLL_CTL_ADD, pair[0], &e));
  INTERRUPTED(epoll_wait(set, &e, 1, -1));
  INTERRUPTED(epoll_pwait(set, &e, 1, -1, NULL));
}

TEST(receiving_is_interrupted) {
  int pair[2], udp = t_bound(AF_INET, SOCK_DGRAM), ends[2], local[2];
  char byte;
  struct iovec part = {&byte, 1};
  struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(pipe(ends));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
  INTERRUPTED(recv(pair[0], &byte, 1, 0));
  INTERRUPTED(read(pair[0], &byte, 1));
  INTERRUPTED(readv(pair[0], &part, 1));
  INTERRUPTED(recvmsg(pair[0], &m, 0));
  INTERRUPTED(recvfrom(udp, &byte, 1, 0, NULL, NULL));
  INTERRUPTED(read(ends[0], &byte, 1));
  INTERRUPTED(recv(local[0], &byte, 1, 0));
}

TEST(accept_is_interrupted) {
  int listener = t_listener(AF_INET);
  INTERRUPTED(accept(listener, NULL, NULL));
}

/* A send that has moved something gives the count; only one that has not is EINTR. */
TEST(a_blocked_send_is_interrupted) {
  static char data[65536];
  int pair[2];
  ssize_t n;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  on_tick_with_flags(0);
  CHECK_OK(tick_every(30));
  do
    n = send(pair[0], data, sizeof data, MSG_NOSIGNAL);
  while (n > 0);
  CHECK_EQ(n, -1);
  CHECK_EQ(errno, EINTR);
  CHECK(ticks >= 1);
  CHECK_OK(tick_every(0));
}

TEST(a_blocked_connect_is_interrupted_and_goes_on) {
  int peer = peer_open(), fd = socket(AF_INET, SOCK_STREAM, 0);
  int port = (int)peer_number(peer, "listen 0 127.0.0.1");
  REQUIRE(port > 0);
  REQUIRE(peer_run(peer, "backlog 0 0"));
  REQUIRE(peer_run(peer, "connect 1 127.0.0.1 %d", port));
  REQUIRE(peer_run(peer, "wait 0 in %d", T_LIMIT_MS));
  INTERRUPTED(t_connect(fd, t_loopback(AF_INET, port)));
  REQUIRE(peer_run(peer, "accept 2 0"));
  CHECK(t_wait(fd, POLLOUT));
  CHECK_EQ(t_get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  CHECK_EQ(send(fd, "x", 1, 0), 1);
}

TEST(receiving_is_restarted_with_sa_restart) {
  int peer = peer_open(), listener = t_listener(AF_INET), fd;
  char byte = 0;
  REQUIRE(peer_run(peer, "connect 0 127.0.0.1 %d", t_port(listener)));
  REQUIRE_OK(fd = accept(listener, NULL, NULL));
  on_tick_with_flags(SA_RESTART);
  CHECK_OK(tick_every(20));
  REQUIRE_OK(peer_start(peer, "pause 200"));
  REQUIRE_OK(peer_start(peer, "text 0 x"));
  CHECK_EQ(recv(fd, &byte, 1, 0), 1);
  CHECK_EQ(byte, 'x');
  CHECK(ticks >= 1);
  CHECK_OK(tick_every(0));
}

/* signal(7): with a receive timeout set, the call fails with EINTR even with SA_RESTART. */
TEST(a_receive_timeout_is_not_restarted) {
  int pair[2];
  struct timeval limit = {100, 0};
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  on_tick_with_flags(SA_RESTART);
  CHECK_OK(tick_every(30));
  CHECK_ERRNO(recv(pair[0], &byte, 1, 0), EINTR);
  CHECK_OK(tick_every(0));
}

TEST(signal_restarts) {
  int peer = peer_open(), listener = t_listener(AF_INET);
  signal(SIGALRM, on_tick);
  CHECK_OK(tick_every(20));
  REQUIRE_OK(peer_start(peer, "pause 150"));
  REQUIRE_OK(peer_start(peer, "connect 0 127.0.0.1 %d", t_port(listener)));
  CHECK_OK(accept(listener, NULL, NULL));
  CHECK(ticks >= 1);
  CHECK_OK(tick_every(0));
}

TEST(an_ignored_signal_interrupts_nothing) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  signal(SIGALRM, SIG_IGN);
  CHECK_OK(tick_every(10));
  long long start = t_now_ms();
  CHECK_EQ(t_poll(pair[0], POLLIN, 80), 0);
  CHECK(t_now_ms() - start >= 79);
  CHECK_OK(tick_every(0));
}

TEST(a_blocked_signal_interrupts_nothing) {
  int pair[2];
  sigset_t set, old;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  on_tick_with_flags(0);
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  CHECK_OK(sigprocmask(SIG_BLOCK, &set, &old));
  CHECK_OK(tick_every(10));
  long long start = t_now_ms();
  CHECK_EQ(t_poll(pair[0], POLLIN, 80), 0);
  CHECK(t_now_ms() - start >= 79);
  CHECK_EQ(ticks, 0);
  struct itimerval off = {{0, 0}, {0, 0}};
  CHECK_OK(setitimer(ITIMER_REAL, &off, NULL));
  CHECK_OK(sigprocmask(SIG_SETMASK, &old, NULL));
  CHECK_EQ(ticks, 1);
}

TEST(sleeping_is_interrupted) {
  struct timespec long_time = {100, 0}, left = {0, 0};
  INTERRUPTED(nanosleep(&long_time, &left));
  CHECK(left.tv_sec <= 100 && left.tv_sec > 50);
  INTERRUPTED(pause());
  on_tick_with_flags(0);
  CHECK_OK(tick_every(30));
  CHECK(sleep(100) > 50);
  CHECK_OK(tick_every(0));
}

TEST(data_that_is_there_is_not_held_up) {
  int pair[2];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  on_tick_with_flags(0);
  CHECK_OK(tick_every(10));
  for (int i = 0; i < 200; i++) {
    REQUIRE_EQ(send(pair[0], "x", 1, 0), 1);
    ssize_t n;
    do
      n = recv(pair[1], &byte, 1, 0);
    while (n == -1 && errno == EINTR);
    REQUIRE_EQ(n, 1);
  }
  CHECK_OK(tick_every(0));
}

TEST(alarm_counts_seconds) {
  on_tick_with_flags(0);
  /* A tick of the subtest before may wait for a call that blocks. */
  poll(NULL, 0, 1);
  ticks = 0;
  CHECK_EQ(alarm(100), 0);
  unsigned left = alarm(50);
  CHECK(left > 90 && left <= 100);
  left = alarm(0);
  CHECK(left > 40 && left <= 50);
  CHECK_EQ(alarm(0), 0);
  CHECK_EQ(ticks, 0);
  long long start = t_now_ms();
  CHECK_EQ(alarm(1), 0);
  while (ticks == 0 && t_now_ms() - start < T_LIMIT_MS)
    poll(NULL, 0, 2000);
  CHECK_EQ(ticks, 1);
  CHECK(t_now_ms() - start >= 999);
}

TEST(the_interval_timer_reads_back) {
  struct itimerval timer = {{7, 0}, {100, 0}}, now, old;
  on_tick_with_flags(0);
  CHECK_OK(setitimer(ITIMER_REAL, &timer, NULL));
  CHECK_OK(getitimer(ITIMER_REAL, &now));
  CHECK(now.it_value.tv_sec > 50 && now.it_value.tv_sec <= 100);
  CHECK_EQ(now.it_interval.tv_sec, 7);
  memset(&timer, 0, sizeof timer);
  CHECK_OK(setitimer(ITIMER_REAL, &timer, &old));
  CHECK(old.it_value.tv_sec > 50 && old.it_value.tv_sec <= 100);
  CHECK_OK(getitimer(ITIMER_REAL, &now));
  CHECK_EQ(now.it_value.tv_sec + now.it_value.tv_usec, 0);
  timer.it_value.tv_usec = 1000000;
  CHECK_ERRNO(setitimer(ITIMER_REAL, &timer, NULL), EINVAL);
  CHECK_ERRNO(setitimer((int)t_hide(77), &old, NULL), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(poll_is_interrupted);
  RUN(waiting_calls_are_not_restarted);
  RUN(select_is_interrupted);
  RUN(epoll_wait_is_interrupted);
  RUN(receiving_is_interrupted);
  RUN(accept_is_interrupted);
  RUN(a_blocked_send_is_interrupted);
  RUN(a_blocked_connect_is_interrupted_and_goes_on);
  RUN(receiving_is_restarted_with_sa_restart);
  RUN(a_receive_timeout_is_not_restarted);
  RUN(signal_restarts);
  RUN(an_ignored_signal_interrupts_nothing);
  RUN(a_blocked_signal_interrupts_nothing);
  RUN(sleeping_is_interrupted);
  RUN(data_that_is_there_is_not_held_up);
  RUN(alarm_counts_seconds);
  RUN(the_interval_timer_reads_back);
  return T_END();
}
