/* Handlers that do not come back, and handlers that write to a pipe: the two ways in which old
 * programs end a wait. sigsetjmp(3), signal-safety(7). */
#include "../t.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/select.h>

static volatile sig_atomic_t jumping, wake_end, failed_writes;
static sigjmp_buf back;

static int handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  return sigaction(signal, &action, NULL);
}

static int is_blocked(int signal) {
  sigset_t set;
  sigprocmask(SIG_BLOCK, NULL, &set);
  return sigismember(&set, signal);
}

static void on_alarm_jump(int signal) {
  (void)signal;
  if (jumping) {
    jumping = 0;
    siglongjmp(back, 7);
  }
}

static void ticks(int ms) {
  struct itimerval timer = {{0, ms * 1000}, {0, ms * 1000}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

static int tcp[2], listener, udp, connecting, full_port;

static void block_in(int which) {
  struct pollfd p = {tcp[0], POLLIN, 0};
  char byte;
  if (which == 0)
    recv(tcp[0], &byte, 1, 0);
  else if (which == 1)
    poll(&p, 1, -1);
  else if (which == 2)
    accept(listener, NULL, NULL);
  else if (which == 3)
    recvfrom(udp, &byte, 1, 0, NULL, NULL);
  else if (which == 4)
    select(0, NULL, NULL, NULL, NULL);
  else
    t_connect(connecting, t_loopback(AF_INET, full_port));
}

/* Blocks in a call until the handler jumps away: what sigsetjmp gave then, 0 when the call came
 * back by itself. */
__attribute__((noinline)) static int jumped_out_of(int which) {
  int value = sigsetjmp(back, 1);
  if (value == 0) {
    jumping = 1;
    ticks(20);
    block_in(which);
    jumping = 0;
  }
  ticks(0);
  return value;
}

/* netcat's and many old programs' timeout: longjmp out of the handler in the middle of a call. */
TEST(jumping_out_of_a_blocking_call) {
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, tcp));
  REQUIRE_OK(listener = t_listener(AF_INET));
  REQUIRE_OK(udp = t_bound(AF_INET, SOCK_DGRAM));
  REQUIRE_OK(handle(SIGALRM, on_alarm_jump, 0));
  for (int which = 0; which < 5; which++) {
    CHECK_EQ(jumped_out_of(which), 7);
    CHECK_EQ(is_blocked(SIGALRM), 0);
  }
  /* Everything still works. */
  REQUIRE_EQ(send(tcp[1], "x", 1, 0), 1);
  CHECK_EQ(recv(tcp[0], &byte, 1, 0), 1);
  struct t_addr me = t_local(udp);
  REQUIRE_EQ(sendto(udp, "y", 1, 0, &me.sa.any, me.len), 1);
  CHECK_EQ(recv(udp, &byte, 1, 0), 1);
  CHECK_OK(t_client(listener));
  CHECK_OK(accept(listener, NULL, NULL));
}

TEST(jumping_out_of_a_connect) {
  int peer = peer_open();
  REQUIRE_OK(connecting = socket(AF_INET, SOCK_STREAM, 0));
  full_port = (int)peer_number(peer, "listen 0 127.0.0.1");
  REQUIRE(full_port > 0);
  REQUIRE(peer_run(peer, "backlog 0 0"));
  REQUIRE(peer_run(peer, "connect 1 127.0.0.1 %d", full_port));
  REQUIRE(peer_run(peer, "wait 0 in %d", T_LIMIT_MS));
  REQUIRE_OK(handle(SIGALRM, on_alarm_jump, 0));
  CHECK_EQ(jumped_out_of(5), 7);
  CHECK_OK(close(connecting));
}

static void on_wake(int signal) {
  (void)signal;
  int saved = errno;
  if (write(wake_end, "w", 1) != 1)
    failed_writes++;
  errno = saved;
}

/* The self-pipe trick: the handler writes, the loop's poll over pipe and sockets wakes up. */
TEST(a_self_pipe) {
  int ends[2], pair[2], woken = 0;
  char byte;
  REQUIRE_OK(pipe2(ends, O_NONBLOCK));
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  wake_end = ends[1];
  REQUIRE_OK(handle(SIGALRM, on_wake, SA_RESTART));
  struct itimerval once = {{0, 0}, {0, 40000}};
  CHECK_OK(setitimer(ITIMER_REAL, &once, NULL));
  struct pollfd p[2] = {{pair[0], POLLIN, 0}, {ends[0], POLLIN, 0}};
  for (int i = 0; i < 3 && !woken; i++) {
    int n = poll(p, 2, -1);
    if (n == -1) {
      CHECK_EQ(errno, EINTR);
      continue;
    }
    woken = n == 1 && p[1].revents == POLLIN && p[0].revents == 0;
  }
  CHECK(woken);
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  CHECK_EQ(byte, 'w');
  /* The same with raise, before the poll. */
  CHECK_EQ(raise(SIGALRM), 0);
  CHECK_EQ(poll(p, 2, -1), 1);
  CHECK_EQ(p[1].revents, POLLIN);
  CHECK_EQ(failed_writes, 0);
}

/* The forms that leave the mask alone. */
TEST(jumps_of_old) {
  static jmp_buf place;
  static volatile int times;
  times = 0;
  int value = _setjmp(place);
  if (value == 0) {
    times++;
    _longjmp(place, 5);
  }
  CHECK_EQ(value, 5);
  CHECK_EQ(times, 1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(jumping_out_of_a_blocking_call);
  RUN(jumping_out_of_a_connect);
  RUN(a_self_pipe);
  RUN(jumps_of_old);
  return T_END();
}
