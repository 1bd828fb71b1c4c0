/* What stays inside the process asks the host for nothing. */
#include "count.h"
#include <netdb.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

static char data[1000];

/* `one` and `other`: the ends of something; a write, the readiness, a read. */
static void ends(const char *name, int one, int other) {
    struct pollfd ready = {.fd = other, .events = POLLIN};
    int set = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, other, &event) == 0);
    char title[64];
    snprintf(title, sizeof title, "%s: write, poll, epoll_wait, read of 1,000 B", name);
    for (int i = 0; i < 5; i++) {
        begin();
        CHECK(write(one, data, 1000) == 1000);
        CHECK(poll(&ready, 1, -1) == 1);
        CHECK(epoll_wait(set, &event, 1, -1) == 1);
        CHECK(read(other, data, 1000) == 1000);
        // The first makes the buffers.
        end(i == 0 ? "first of the next" : title, 1);
    }
    close(set);
}

int main(void) {
    char *volatile copy;
    for (int i = 0; i < 3; i++) {
        COUNT("control: malloc and memcpy of 1,000 B", 1) {
            copy = malloc(1000);
            memcpy(copy, data, 1000);
        }
        free(copy);
    }
    int fds[2];
    CHECK(pipe(fds) == 0);
    ends("pipe", fds[1], fds[0]);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    ends("socketpair", fds[1], fds[0]);
    int counter = eventfd(0, EFD_NONBLOCK);
    struct pollfd ready = {.fd = counter, .events = POLLIN};
    uint64_t value = 1;
    for (int i = 0; i < 5; i++) {
        COUNT("eventfd: write, poll, read", 1) {
            CHECK(write(counter, &value, 8) == 8);
            CHECK(poll(&ready, 1, -1) == 1);
            CHECK(read(counter, &value, 8) == 8);
        }
    }
    struct itimerspec in_a_while = {.it_value = {1000, 0}};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    for (int i = 0; i < 5; i++) {
        COUNT("timerfd_settime", 1) { CHECK(timerfd_settime(timer, 0, &in_a_while, NULL) == 0); }
    }
    for (int i = 0; i < 5; i++) {
        COUNT("getaddrinfo of a number", 1) {
            struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
            CHECK(getaddrinfo("127.0.0.1", "80", &hints, &found) == 0);
            freeaddrinfo(found);
        }
    }
    return 0;
}
