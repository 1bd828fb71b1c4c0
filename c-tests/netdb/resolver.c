/* The resolver over the network, against a name server that says what the test wants.
 * resolver(3). The server is the helper process, on a loopback address that no other test uses: it
 * needs one port for both UDP and TCP. */
#include "../t.h"
#include "../t_peer.h"

#include <arpa/nameser.h>
#include <fcntl.h>
#include <netdb.h>
#include <resolv.h>
#include <signal.h>
#include <time.h>

#define QUESTION "04686f7374076578616d706c650000010001"
#define RECORD "c00c000100010000003c0004c0000207"

/* Makes the helper's UDP socket 1 the only name server, at a port where its socket 2 listens for
 * TCP: the port, or -1. The TCP port is the one that may be hard to get. */
static int use_helper(int peer) {
  int port = peer == -1 ? -1 : (int)peer_number(peer, "listen 2 127.53.0.53");
  if (port <= 0 || peer_number(peer, "udp 1 127.53.0.53 %d", port) != port || res_init() != 0)
    return -1;
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  server.sin_addr.s_addr = inet_addr("127.53.0.53");
  _res.nscount = 1;
  _res.nsaddr_list[0] = server;
  _res.retry = 2;
  _res.retrans = 5;
  return port;
}

static int ask(unsigned char *answer, int size) {
  h_errno = 0;
  return res_query("host.example", C_IN, T_A, answer, size);
}

TEST(an_answer_comes_back_whole) {
  unsigned char answer[512], address[4] = {192, 0, 2, 7};
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  REQUIRE_EQ(peer_start(peer, "dns 1 81800001000100000000" QUESTION RECORD), 0);
  /* The helper sends a forged answer first, with another number and 192.0.2.6. */
  REQUIRE_EQ(ask(answer, sizeof answer), 46);
  CHECK_MEM(answer + 42, address, 4);
  CHECK_EQ(t_number(peer_answer(peer)), 30);
  close(peer);
}

TEST(a_small_buffer_takes_the_start_of_the_answer) {
  unsigned char answer[64];
  memset(answer, 0xee, sizeof answer);
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  REQUIRE_EQ(peer_start(peer, "dns 1 81800001000000000000" QUESTION), 0);
  h_errno = 0;
  CHECK_EQ(res_query("host.example", C_IN, T_A, answer, 30), -1);
  CHECK_EQ(h_errno, NO_DATA);
  CHECK_EQ(answer[30], 0xee);
  close(peer);
}

static void refused(const char *command, int error) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  /* Resolvers ask again after some answers. */
  for (int i = 0; i < 6; i++)
    REQUIRE_EQ(peer_start(peer, "%s", command), 0);
  CHECK_EQ(ask(answer, sizeof answer), -1);
  CHECK_EQ(h_errno, error);
  close(peer);
}

TEST(no_such_name) { refused("dns 1 81830001000000000000" QUESTION, HOST_NOT_FOUND); }

TEST(no_such_record) { refused("dns 1 81800001000000000000" QUESTION, NO_DATA); }

TEST(the_server_cannot_tell) { refused("dns 1 81820001000000000000" QUESTION, TRY_AGAIN); }

TEST(an_answer_that_was_cut_is_fetched_over_tcp) {
  unsigned char answer[512], address[4] = {192, 0, 2, 7};
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  REQUIRE_EQ(peer_start(peer, "dns 1 83800001000000000000" QUESTION), 0);
  REQUIRE_EQ(peer_start(peer, "dnstcp 3 2 81800001000100000000" QUESTION RECORD), 0);
  REQUIRE_EQ(ask(answer, sizeof answer), 46);
  CHECK_MEM(answer + 42, address, 4);
  close(peer);
}

TEST(a_silent_server_is_given_up) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  _res.retry = 1;
  _res.retrans = 1;
  CHECK_EQ(ask(answer, sizeof answer), -1);
  CHECK_EQ(h_errno, TRY_AGAIN);
  close(peer);
}

TEST(no_server_is_there) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  peer_run(peer, "close 1");
  CHECK_EQ(ask(answer, sizeof answer), -1);
  CHECK_EQ(h_errno, TRY_AGAIN);
  close(peer);
}

TEST(a_query_made_by_hand_is_sent) {
  unsigned char query[64], answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  REQUIRE_EQ(res_mkquery(QUERY, "host.example", C_IN, T_A, NULL, 0, NULL, query, sizeof query), 30);
  REQUIRE_EQ(peer_start(peer, "dns 1 81800001000100000000" QUESTION RECORD), 0);
  CHECK_EQ(res_send(query, 30, answer, sizeof answer), 46);
  CHECK_MEM(answer, query, 2);
  close(peer);
}

TEST(a_name_and_its_domain) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  REQUIRE_EQ(peer_start(peer, "dns 1 81800001000100000000" QUESTION RECORD), 0);
  CHECK_EQ(res_querydomain("host", "example", C_IN, T_A, answer, sizeof answer), 46);
  close(peer);
}

TEST(what_is_no_name_is_not_asked) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  h_errno = 0;
  CHECK_EQ(res_query("a..b", C_IN, T_A, answer, sizeof answer), -1);
  CHECK_EQ(h_errno, NO_RECOVERY);
  close(peer);
}

/* The calls that take a state of their own ask the server that stands in it. */
TEST(a_state_of_ones_own) {
  unsigned char query[64], answer[512];
  struct __res_state own = {0};
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  struct sockaddr_in server = _res.nsaddr_list[0];
  REQUIRE_OK(res_init());
  REQUIRE_OK(res_ninit(&own));
  own.nscount = 1;
  own.nsaddr_list[0] = server;
  own.retry = 2;
  own.retrans = 5;
  for (int i = 0; i < 4; i++)
    REQUIRE_EQ(peer_start(peer, "dns 1 81800001000100000000" QUESTION RECORD), 0);
  own.res_h_errno = 12345;
  CHECK_EQ(res_nquery(&own, "host.example", C_IN, T_A, answer, sizeof answer), 46);
  CHECK_EQ(own.res_h_errno, 12345);
  CHECK_EQ(res_nsearch(&own, "host.example", C_IN, T_A, answer, sizeof answer), 46);
  CHECK_EQ(res_nquerydomain(&own, "host", "example", C_IN, T_A, answer, sizeof answer), 46);
  REQUIRE_EQ(
      res_nmkquery(&own, QUERY, "host.example", C_IN, T_A, NULL, 0, NULL, query, sizeof query), 30);
  CHECK_EQ(res_nsend(&own, query, 30, answer, sizeof answer), 46);
  CHECK_MEM(answer, query, 2);
  /* What failed stands in the state too: here the server says that there is no such name. */
  REQUIRE_EQ(peer_start(peer, "dns 1 81830001000000000000" QUESTION), 0);
  CHECK_EQ(res_nquery(&own, "host.example", C_IN, T_A, answer, sizeof answer), -1);
  CHECK_EQ(own.res_h_errno, HOST_NOT_FOUND);
  CHECK_EQ(own._vcsock, -1);
  CHECK_EQ(own._u._ext.nssocks[0], -1);
  res_nclose(&own);
  close(peer);
}

TEST(a_search_adds_the_domains_of_the_state) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  strcpy(_res.defdname, "example");
  _res.dnsrch[0] = _res.defdname;
  _res.dnsrch[1] = NULL;
  REQUIRE_EQ(peer_start(peer, "dns 1 81800001000100000000" QUESTION RECORD), 0);
  CHECK_EQ(res_search("host", C_IN, T_A, answer, sizeof answer), 46);
  close(peer);
}

/* The options of the state, resolver(3): over TCP at once; without a second try over TCP. */
TEST(usevc_asks_over_tcp_at_once) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  CHECK(_res.options & RES_INIT);
  _res.options |= RES_USEVC;
  REQUIRE_EQ(peer_start(peer, "dnstcp 3 2 81800001000100000000" QUESTION RECORD), 0);
  CHECK_EQ(ask(answer, sizeof answer), 46);
  _res.options &= ~(unsigned long)RES_USEVC;
  close(peer);
}

TEST(igntc_keeps_an_answer_that_was_cut) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  _res.options |= RES_IGNTC;
  REQUIRE_EQ(peer_start(peer, "dns 1 83800001000100000000" QUESTION RECORD), 0);
  CHECK_EQ(ask(answer, sizeof answer), 46);
  _res.options &= ~(unsigned long)RES_IGNTC;
  close(peer);
}

TEST(recursion_is_asked_for_by_an_option) {
  unsigned char query[64];
  REQUIRE_OK(res_init());
  CHECK(_res.options & RES_RECURSE);
  CHECK_EQ(res_mkquery(QUERY, "host.example", C_IN, T_A, NULL, 0, NULL, query, sizeof query), 30);
  CHECK_EQ(query[2] & 1, 1);
  _res.options &= ~(unsigned long)RES_RECURSE;
  CHECK_EQ(res_mkquery(QUERY, "host.example", C_IN, T_A, NULL, 0, NULL, query, sizeof query), 30);
  CHECK_EQ(query[2] & 1, 0);
  _res.options |= RES_RECURSE | RES_TRUSTAD;
  CHECK_EQ(query[3], 0);
  CHECK_EQ(res_mkquery(QUERY, "host.example", C_IN, T_A, NULL, 0, NULL, query, sizeof query), 30);
  CHECK_EQ(query[2] & 1, 1);
  CHECK_EQ(query[3], 0x20);
  _res.options &= ~(unsigned long)RES_TRUSTAD;
}

TEST(a_search_without_domains) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  CHECK_EQ(_res.options & RES_DEFAULT, RES_DEFAULT);
  strcpy(_res.defdname, "example");
  _res.dnsrch[0] = _res.defdname;
  _res.dnsrch[1] = NULL;
  _res.options &= ~(unsigned long)(RES_DEFNAMES | RES_DNSRCH);
  REQUIRE_EQ(peer_start(peer, "dns 1 81800001000100000000" "04686f73740000010001" RECORD), 0);
  CHECK_EQ(res_search("host", C_IN, T_A, answer, sizeof answer), 38);
  _res.options |= RES_DEFAULT;
  close(peer);
}

/* The servers take turns: of two queries, each comes to another. */
TEST(rotate_asks_the_servers_in_turn) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  /* Another helper process, so that both wait at once. */
  int other = peer_open();
  int port = other == -1 ? -1 : (int)peer_number(other, "udp 1 127.53.0.53");
  REQUIRE(port > 0);
  _res.nsaddr_list[1] = _res.nsaddr_list[0];
  _res.nsaddr_list[1].sin_port = htons((uint16_t)port);
  _res.nscount = 2;
  _res.options |= RES_ROTATE;
  REQUIRE_EQ(peer_start(peer, "dns 1 81800001000100000000" QUESTION RECORD), 0);
  REQUIRE_EQ(peer_start(other, "dns 1 81800001000100000000" QUESTION RECORD), 0);
  CHECK_EQ(ask(answer, sizeof answer), 46);
  CHECK_EQ(ask(answer, sizeof answer), 46);
  CHECK_EQ(t_number(peer_answer(peer)), 30);
  CHECK_EQ(t_number(peer_answer(other)), 30);
  _res.options &= ~(unsigned long)RES_ROTATE;
  close(peer);
  close(other);
}

/* Handlers run while the server is silent: here only they make it answer. */
static volatile sig_atomic_t asking, answered_by_handler;
static int helper;

static void on_alarm(int signal) {
  (void)signal;
  if (!asking || answered_by_handler)
    return;
  answered_by_handler = 1;
  peer_start(helper, "dns 1 81800001000100000000" QUESTION RECORD);
}

static void answer_after_a_signal(int flags) {
  unsigned char answer[512], address[4] = {192, 0, 2, 7};
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
  struct itimerval often = {{0, 20000}, {0, 20000}}, never = {{0, 0}, {0, 0}};
  sigemptyset(&action.sa_mask);
  REQUIRE_OK(sigaction(SIGALRM, &action, NULL));
  answered_by_handler = 0;
  REQUIRE_OK(setitimer(ITIMER_REAL, &often, NULL));
  asking = 1;
  int got = ask(answer, sizeof answer);
  asking = 0;
  CHECK_OK(setitimer(ITIMER_REAL, &never, NULL));
  REQUIRE_EQ(got, 46);
  CHECK_MEM(answer + 42, address, 4);
  CHECK_EQ(answered_by_handler, 1);
  CHECK_EQ(t_number(peer_answer(helper)), 30);
}

TEST(a_handler_runs_while_the_server_is_silent) {
  helper = peer_open();
  REQUIRE(use_helper(helper) > 0);
  answer_after_a_signal(0);
  answer_after_a_signal(SA_RESTART);
  close(helper);
}

/* What the library or the kernel holds of a connection goes out while a lookup waits: here the server answers
 * only when all of it has come. */
TEST(what_was_sent_before_goes_out_meanwhile) {
  enum { FULL = 64 << 20 };
  static char bytes[1 << 16];
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  _res.retrans = 30;
  _res.retry = 1;
  int listener = t_listener(AF_INET);
  REQUIRE(listener != -1);
  REQUIRE(peer_number(peer, "connect 5 127.0.0.1 %d", t_port(listener)) > 0);
  int fd = accept(listener, NULL, NULL);
  REQUIRE(fd != -1);
  CHECK_OK(fcntl(fd, F_SETFL, O_NONBLOCK));
  /* Large ones until no more fits, then small ones. */
  long long total = 0;
  for (size_t size = sizeof bytes; size > 0; size /= 8)
    for (ssize_t sent; total < FULL && (sent = send(fd, bytes, size, 0)) > 0;)
      total += sent;
  REQUIRE(total < FULL);
  REQUIRE_EQ(peer_start(peer, "read 5 %lld", total), 0);
  REQUIRE_EQ(peer_start(peer, "dns 1 81800001000100000000" QUESTION RECORD), 0);
  CHECK_EQ(ask(answer, sizeof answer), 46);
  CHECK_EQ(t_number(peer_answer(peer)), total);
  close(fd);
  close(listener);
  close(peer);
}

/* Waiting for an answer is no work. */
TEST(waiting_takes_no_processor_time) {
  unsigned char answer[512];
  int peer = peer_open();
  REQUIRE(use_helper(peer) > 0);
  _res.retry = 1;
  _res.retrans = 1;
  clock_t before = clock();
  long long start = t_now_ms();
  CHECK_EQ(ask(answer, sizeof answer), -1);
  long long elapsed = t_now_ms() - start;
  CHECK(elapsed >= 900);
  CHECK((long long)(clock() - before) * 1000 / CLOCKS_PER_SEC < elapsed / 2);
  close(peer);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(an_answer_comes_back_whole);
  RUN(a_small_buffer_takes_the_start_of_the_answer);
  RUN(no_such_name);
  RUN(no_such_record);
  RUN(the_server_cannot_tell);
  RUN(an_answer_that_was_cut_is_fetched_over_tcp);
  RUN(a_silent_server_is_given_up);
  RUN(no_server_is_there);
  RUN(a_query_made_by_hand_is_sent);
  RUN(a_name_and_its_domain);
  RUN(what_is_no_name_is_not_asked);
  RUN(a_state_of_ones_own);
  RUN(a_search_adds_the_domains_of_the_state);
  RUN(usevc_asks_over_tcp_at_once);
  RUN(igntc_keeps_an_answer_that_was_cut);
  RUN(recursion_is_asked_for_by_an_option);
  RUN(a_search_without_domains);
  RUN(rotate_asks_the_servers_in_turn);
  RUN(a_handler_runs_while_the_server_is_silent);
  RUN(what_was_sent_before_goes_out_meanwhile);
  RUN(waiting_takes_no_processor_time);
  return T_END();
}
