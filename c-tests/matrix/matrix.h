/*
 * The matrix of waits: each call that waits x sets of 1, 2, 3 and 100 x each interest x each event x what already
 * holds x before the wait and during it. The event is told by the first wait that sleeps, and where a wait need not
 * sleep, because something else holds, by one of those that follow.
 *
 * A program includes this and says how it waits: enter() makes the set, told() waits, leave() ends it. The events
 * are rows of a table, the other dimensions are loops.
 */
#include "events.h"

/* The members of the largest set. */
enum { MOST = 100 };

/* The cell that is being looked at. */
static int interest, size, late;

/* The other members, which nothing happens to; the first ones of them in each set. */
static int others[MOST - 1];

/* Of the program that includes this: makes a set of `tested` and `size - 1` others; waits and returns what is told
 * of `tested`, 0 for nothing, -1 for an error or when others are told of; ends the set. */
static int enter(void);
static int told(int ms);
static void leave(void);
/* What it can say of these conditions. */
static int visible(int conditions);
/* Whether it tells conditions once, and again only when something happens. */
static int is_edge(void);

static const char *cell(void) {
  static char text[160];
  snprintf(text, sizeof text, "%s, set of %d, interest %#x, %s, %s the wait", event->name, size, interest,
           states[state], during ? "during" : "before");
  return text;
}

/* Waits until exactly that is told: whether it was by the first wait, or, where something holds already and so no
 * wait sleeps, by one of those that follow. Of several conditions a system may find some a moment earlier. */
static int is_told(int before, int want) {
  int got = told(T_LIMIT_MS);
  for (long long until = t_now_ms() + T_LIMIT_MS;
       got > 0 && got != want && (got & before) == before && !(got & ~want) && t_now_ms() < until;)
    got = told(T_LIMIT_MS);
  if (got != want)
    CELL_FAIL("%s: told %#x, expected %#x (errno %s)", cell(), got, want, t_errno_name(got == -1 ? errno : 0));
  return got == want;
}

static void try(void) {
  tested = prepare();
  if (tested == -1) {
    CELL_FAIL("%s: cannot prepare it (%s)", cell(), t_errno_name(errno));
    return;
  }
  int before = visible(held[state]), after = visible(held[state] | event->adds);
  if (enter() == -1) {
    CELL_FAIL("%s: cannot make the set (%s)", cell(), t_errno_name(errno));
  } else {
    /* What holds already is told first; an edge is used up by that. */
    int ok = event == &connected || event == &refused || !before || is_told(0, before);
    if (ok && is_edge())
      before = 0;
    if (ok && happen() == -1)
      CELL_FAIL("%s: cannot make it happen (%s)", cell(), t_errno_name(errno));
    else if (ok && after && (after != before || !is_edge()) && !(is_edge() && after == visible(held[state])))
      is_told(before, after);
    else if (ok && !after && !during) {
      int got = told(NOTHING_MS);
      if (got != 0)
        CELL_FAIL("%s: told %#x of nothing (errno %s)", cell(), got, t_errno_name(got == -1 ? errno : 0));
    }
    if (ok)
      happened();
    leave();
  }
  close(tested);
}

static const int interests[] = {IN, OUT, IN | OUT, RDHUP, 0};
static const int sizes[] = {1, 3, 2, MOST};

/* How many of these sizes there is time for: a host that takes milliseconds to look at the largest set would take
 * minutes for all of them. */
static int sizes_tried(void) {
  enum { LOOKS = 10, MOST_MS = 3 };
  struct pollfd p[MOST - 1];
  for (int i = 0; i < MOST - 1; i++)
    p[i] = (struct pollfd){others[i], POLLIN, 0};
  long long before = t_now_ms();
  for (int i = 0; i < LOOKS; i++)
    poll(p, MOST - 1, 0);
  return t_now_ms() - before > LOOKS * MOST_MS ? 1 : sizeof sizes / sizeof *sizes;
}

/* Members of all kinds that stay as they are. */
static int make_others(void) {
  for (int i = 0; i < MOST - 1; i++) {
    int pair[2];
    switch (i % 5) {
    case 0:
      if (t_tcp_pair(AF_INET, pair) == -1)
        return -1;
      others[i] = pair[1];
      break;
    case 1:
      others[i] = t_bound(AF_INET, SOCK_DGRAM);
      break;
    case 2:
      others[i] = t_listener(AF_INET);
      break;
    case 3:
      if (pipe(pair) == -1)
        return -1;
      others[i] = pair[0];
      break;
    default:
      if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
        return -1;
      others[i] = pair[0];
    }
    if (others[i] == -1)
      return -1;
  }
  return 0;
}

/* All cells of an event. */
static void matrix(const struct event *one) {
  REQUIRE_OK(begin(one));
  REQUIRE_OK(make_others());
  int tried = sizes_tried();
  for (int s = 0; s < tried; s++)
    for (size_t i = 0; i < sizeof interests / sizeof *interests; i++)
      for (state = IDLE; state <= CONNECTING; state++)
        for (during = 0; during < 2; during++) {
          size = sizes[s], interest = interests[i];
          if (!(one->states & STATE(state)) || (during && !one->order))
            continue;
          late = !late;
          if (visible(BROKEN) || !interest)
            try();
        }
}
