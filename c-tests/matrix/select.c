/* The matrix of waits by select() and pselect(). They know no POLLRDHUP, and tell errors and hang-ups as input, errors
 * as output too. */
#include "matrix.h"

#include <sys/select.h>

static int with_pselect, others_used;

static int enter(void) {
  others_used = size - 1;
  return 0;
}

static int told(int ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  struct timeval left = {ms / 1000, ms % 1000 * 1000};
  fd_set in, out;
  int last = tested, got = 0;
  FD_ZERO(&in);
  FD_ZERO(&out);
  if (interest & IN)
    FD_SET(tested, &in);
  if (interest & OUT)
    FD_SET(tested, &out);
  for (int i = 0; i < others_used; i++) {
    FD_SET(others[i], &in);
    last = others[i] > last ? others[i] : last;
  }
  int n = with_pselect ? pselect(last + 1, &in, &out, NULL, &time, NULL) : select(last + 1, &in, &out, NULL, &left);
  got |= FD_ISSET(tested, &in) && (interest & IN) ? IN : 0;
  got |= FD_ISSET(tested, &out) && (interest & OUT) ? OUT : 0;
  return n <= 0 ? n : n != !!(got & IN) + !!(got & OUT) ? -1 : got;
}

static void leave(void) {}

static int visible(int conditions) {
  return interest & ((conditions & (IN | FAILED) ? IN : 0) | (conditions & (OUT | POLLERR) ? OUT : 0));
}

static int is_edge(void) { return 0; }

static void by(int pselect_too, const struct event *one) {
  with_pselect = pselect_too;
  matrix(one);
}

TEST(select_data) { by(0, &data); }
TEST(select_end) { by(0, &end); }
TEST(select_reset) { by(0, &reset); }
TEST(select_room) { by(0, &room); }
TEST(select_connection) { by(0, &connection); }
TEST(select_datagram) { by(0, &datagram); }
TEST(select_refusal) { by(0, &refusal); }
TEST(select_connected) { by(0, &connected); }
TEST(select_refused) { by(0, &refused); }
TEST(pselect_data) { by(1, &data); }
TEST(pselect_end) { by(1, &end); }
TEST(pselect_reset) { by(1, &reset); }
TEST(pselect_room) { by(1, &room); }
TEST(pselect_connection) { by(1, &connection); }
TEST(pselect_datagram) { by(1, &datagram); }
TEST(pselect_refusal) { by(1, &refusal); }
TEST(pselect_connected) { by(1, &connected); }
TEST(pselect_refused) { by(1, &refused); }

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(select_data);
  RUN(select_end);
  RUN(select_reset);
  RUN(select_room);
  RUN(select_connection);
  RUN(select_datagram);
  RUN(select_refusal);
  RUN(select_connected);
  RUN(select_refused);
  RUN(pselect_data);
  RUN(pselect_end);
  RUN(pselect_reset);
  RUN(pselect_room);
  RUN(pselect_connection);
  RUN(pselect_datagram);
  RUN(pselect_refusal);
  RUN(pselect_connected);
  RUN(pselect_refused);
  return T_END();
}
