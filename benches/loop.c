#include "loop.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
/* wasi-libc has no epoll; the benchmark's build says so. */
#ifndef WITHOUT_LINUX_CALLS
#include <sys/epoll.h>
#endif

_Noreturn void fail(const char *what) {
    perror(what);
    exit(1);
}

/* poll(): a dense array, and where in it each descriptor stands. */

static struct pollfd polled[LOOP_MAX_FDS];
static int place[LOOP_MAX_FDS];
static int polled_count;

static void poll_open(void) {}

static void poll_add(int fd, int what) {
    if (fd >= LOOP_MAX_FDS) fail("poll: too many descriptors");
    place[fd] = polled_count;
    polled[polled_count].fd = fd;
    polled[polled_count].events = what == LOOP_READ ? POLLIN : POLLOUT;
    polled[polled_count++].revents = 0;
}

static void poll_remove(int fd) {
    struct pollfd last = polled[--polled_count];
    polled[place[fd]] = last;
    place[last.fd] = place[fd];
}

static int poll_wait(int ready[LOOP_MAX_FDS]) {
    int found = 0, left = poll(polled, (nfds_t)polled_count, -1);
    if (left < 0) fail("poll");
    for (int i = 0; left > 0 && i < polled_count; i++) {
        if (!polled[i].revents) continue;
        ready[found++] = polled[i].fd;
        left--;
    }
    return found;
}

/* select() */

static fd_set reading, writing;
static int highest = -1;
static unsigned char watched[LOOP_MAX_FDS];

static void select_open(void) {
    FD_ZERO(&reading);
    FD_ZERO(&writing);
}

static void select_add(int fd, int what) {
    if (fd >= FD_SETSIZE || fd >= LOOP_MAX_FDS) fail("select: FD_SETSIZE is too small");
    if (what == LOOP_READ)
        FD_SET(fd, &reading);
    else
        FD_SET(fd, &writing);
    watched[fd] = (unsigned char)what;
    if (fd > highest) highest = fd;
}

static void select_remove(int fd) {
    FD_CLR(fd, &reading);
    FD_CLR(fd, &writing);
    watched[fd] = 0;
    while (highest >= 0 && !watched[highest]) highest--;
}

static int select_wait(int ready[LOOP_MAX_FDS]) {
    /* Static: libc's lists of them are larger than what a stack should hold. */
    static fd_set in, out;
    int found = 0, left;
    in = reading;
    out = writing;
    left = select(highest + 1, &in, &out, NULL, NULL);
    if (left < 0) fail("select");
    for (int fd = 0; left > 0 && fd <= highest; fd++) {
        if (!FD_ISSET(fd, &in) && !FD_ISSET(fd, &out)) continue;
        ready[found++] = fd;
        left--;
    }
    return found;
}

/* epoll, level-triggered */

#ifndef WITHOUT_LINUX_CALLS
static int set;

static void epoll_open(void) {
    set = epoll_create1(0);
    if (set < 0) fail("epoll_create1");
}

static void epoll_add(int fd, int what) {
    struct epoll_event event = {.events = what == LOOP_READ ? EPOLLIN : EPOLLOUT};
    event.data.fd = fd;
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void epoll_remove(int fd) {
    if (epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL)) fail("epoll_ctl");
}

static int epoll_ready(int ready[LOOP_MAX_FDS]) {
    static struct epoll_event events[512];
    int found = epoll_wait(set, events, 512, -1);
    if (found < 0) fail("epoll_wait");
    for (int i = 0; i < found; i++) ready[i] = events[i].data.fd;
    return found;
}
#endif

static const struct {
    const char *name;
    struct loop loop;
} loops[] = {
    {"poll", {poll_open, poll_add, poll_remove, poll_wait}},
    {"select", {select_open, select_add, select_remove, select_wait}},
#ifndef WITHOUT_LINUX_CALLS
    {"epoll", {epoll_open, epoll_add, epoll_remove, epoll_ready}},
#endif
};

const struct loop *loop_named(const char *name) {
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++)
        if (!strcmp(loops[i].name, name)) return &loops[i].loop;
    fprintf(stderr, "there is no loop called %s here\n", name);
    exit(1);
}
