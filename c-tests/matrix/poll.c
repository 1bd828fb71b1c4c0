/* The matrix of waits by poll() and ppoll(). */
#include "matrix.h"

static int with_ppoll;
static struct pollfd set[MOST];
static int place;

/* The member in question stands at the end as often as at the start. */
static int enter(void) {
  place = late ? size - 1 : 0;
  for (int i = 0, k = 0; i < size; i++)
    set[i] = i == place ? (struct pollfd){tested, (short)interest, 0} : (struct pollfd){others[k++], POLLIN, 0};
  return 0;
}

static int told(int ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  int n = with_ppoll ? ppoll(set, (nfds_t)size, &time, NULL) : poll(set, (nfds_t)size, ms);
  return n == -1 || n > 1 || (n == 1 && !set[place].revents) ? -1 : n ? set[place].revents : 0;
}

static void leave(void) {}

static int visible(int conditions) { return conditions & (interest | FAILED); }

static int is_edge(void) { return 0; }

static void by(int ppoll_too, const struct event *one) {
  with_ppoll = ppoll_too;
  matrix(one);
}

TEST(poll_data) { by(0, &data); }
TEST(poll_end) { by(0, &end); }
TEST(poll_reset) { by(0, &reset); }
TEST(poll_room) { by(0, &room); }
TEST(poll_connection) { by(0, &connection); }
TEST(poll_datagram) { by(0, &datagram); }
TEST(poll_refusal) { by(0, &refusal); }
TEST(poll_connected) { by(0, &connected); }
TEST(poll_refused) { by(0, &refused); }
TEST(ppoll_data) { by(1, &data); }
TEST(ppoll_end) { by(1, &end); }
TEST(ppoll_reset) { by(1, &reset); }
TEST(ppoll_room) { by(1, &room); }
TEST(ppoll_connection) { by(1, &connection); }
TEST(ppoll_datagram) { by(1, &datagram); }
TEST(ppoll_refusal) { by(1, &refusal); }
TEST(ppoll_connected) { by(1, &connected); }
TEST(ppoll_refused) { by(1, &refused); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(poll_data);
  RUN(poll_end);
  RUN(poll_reset);
  RUN(poll_room);
  RUN(poll_connection);
  RUN(poll_datagram);
  RUN(poll_refusal);
  RUN(poll_connected);
  RUN(poll_refused);
  RUN(ppoll_data);
  RUN(ppoll_end);
  RUN(ppoll_reset);
  RUN(ppoll_room);
  RUN(ppoll_connection);
  RUN(ppoll_datagram);
  RUN(ppoll_refusal);
  RUN(ppoll_connected);
  RUN(ppoll_refused);
  return T_END();
}
