/* The matrix of waits, for the calls that wait themselves: each event, before the call and during it, in each state
 * of the descriptor, ends the call as it should. */
#include "events.h"

/* A call, and what it comes to: what it returns, or the number of its error below 0. */
struct call {
  const char *name;
  long (*make)(void);
};

static char room_for[65536];

static long outcome(ssize_t result) { return result == -1 ? -errno : result; }

static long by_recv(void) { return outcome(recv(tested, room_for, sizeof room_for, 0)); }
static long by_read(void) { return outcome(read(tested, room_for, sizeof room_for)); }
static long by_peek(void) { return outcome(recv(tested, room_for, sizeof room_for, MSG_PEEK)); }
static long by_waitall(void) { return outcome(recv(tested, room_for, 10, MSG_WAITALL)); }
static long by_peeking_waitall(void) { return outcome(recv(tested, room_for, 10, MSG_PEEK | MSG_WAITALL)); }

static long by_readv(void) {
  struct iovec parts[2] = {{room_for, 4}, {room_for + 4, 1000}};
  return outcome(readv(tested, parts, 2));
}

static long by_recvmsg(void) {
  struct iovec part = {room_for, sizeof room_for};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  return outcome(recvmsg(tested, &message, 0));
}

static long by_send(void) { return outcome(send(tested, room_for, 10, MSG_NOSIGNAL)); }
static long by_write(void) { return outcome(write(tested, room_for, sizeof room_for)); }

static long by_accept(void) {
  int fd = accept(tested, NULL, NULL);
  close(fd);
  return fd == -1 ? -errno : 0;
}

/* A call on a connect that is under way joins in. */
static long by_connect(void) {
  struct t_addr at = t_remote(tested);
  if (!at.len)
    at = t_local(listener);
  int result = t_set_nonblock(tested, 0) == -1 ? -1 : t_connect(tested, at);
  return result == -1 && errno != EISCONN ? -errno : 0;
}

static const struct call reads[] = {
    {"recv", by_recv},       {"read", by_read},
    {"readv", by_readv},     {"recvmsg", by_recvmsg},
    {"a look", by_peek},     {"recv of all", by_waitall},
    {"a look at all", by_peeking_waitall},
};
static const struct call sends[] = {{"send", by_send}};
static const struct call writes[] = {{"write", by_write}};
static const struct call accepts[] = {{"accept", by_accept}};
static const struct call connects[] = {{"connect", by_connect}};

/* Each call in each of the states, one time without and one time with a limit on how long it may wait. */
static void each(const struct event *one, const struct call *calls, int count, int in, long want) {
  REQUIRE_OK(begin(one));
  for (int c = 0; c < count; c++)
    for (state = IDLE; state <= CONNECTING; state++)
      for (int limited = 0; limited < 2; limited++)
        for (during = 0; during < 2; during++) {
          if (!(in & STATE(state)) || (during && !event->order))
            continue;
          struct timeval limit = {T_LIMIT_MS / 1000, 0};
          tested = prepare();
          REQUIRE(tested != -1);
          if (limited) {
            REQUIRE_OK(setsockopt(tested, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
            REQUIRE_OK(setsockopt(tested, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
          }
          REQUIRE_OK(happen());
          long got = calls[c].make();
          if (got != want)
            CELL_FAIL("%s: %s, %s, %s the call%s: %ld (%s), expected %ld", event->name, calls[c].name, states[state],
                      during ? "during" : "before", limited ? ", limited" : "", got,
                      t_errno_name(got < 0 ? (int)-got : 0), want);
          happened();
          close(tested);
        }
}

#define EACH(event, calls, in, want) each(event, calls, sizeof calls / sizeof *calls, in, want)

TEST(data_ends_a_receive) { EACH(&data, reads, STATE(IDLE) | STATE(FULL), 10); }
TEST(the_end_ends_a_receive) { EACH(&end, reads, STATE(IDLE) | STATE(FULL), 0); }
TEST(a_reset_ends_a_receive) { EACH(&reset, reads, STATE(IDLE) | STATE(FULL), -ECONNRESET); }
TEST(a_datagram_ends_a_receive) { EACH(&datagram, reads, STATE(DATAGRAMS), 10); }
TEST(a_refusal_ends_a_receive) { EACH(&refusal, reads, STATE(ALONE), -ECONNREFUSED); }
TEST(room_ends_a_send) {
  EACH(&room, sends, STATE(FULL) | STATE(FULL_UNREAD), 10);
  EACH(&room, writes, STATE(FULL) | STATE(FULL_UNREAD), sizeof room_for);
}
/* Only of what is not gathered: a few bytes count as sent. */
TEST(a_reset_ends_a_send) { EACH(&reset, writes, STATE(FULL), -ECONNRESET); }
TEST(a_connection_ends_an_accept) { EACH(&connection, accepts, STATE(LISTENING), 0); }
TEST(a_connect_ends) {
  EACH(&connected, connects, STATE(CONNECTING), 0);
  EACH(&refused, connects, STATE(CONNECTING), -ECONNREFUSED);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(data_ends_a_receive);
  RUN(the_end_ends_a_receive);
  RUN(a_reset_ends_a_receive);
  RUN(a_datagram_ends_a_receive);
  RUN(a_refusal_ends_a_receive);
  RUN(room_ends_a_send);
  RUN(a_reset_ends_a_send);
  RUN(a_connection_ends_an_accept);
  RUN(a_connect_ends);
  return T_END();
}
