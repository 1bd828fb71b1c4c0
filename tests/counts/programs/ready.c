/* Servers' loops: what one turn costs, with few and with many descriptors. */
#include "count.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

enum { IDLE = 1000, HOT = 8, TURNS = 40 };

static char data[1000];
static int client[HOT], server[HOT], idle[IDLE];

static void requests(int count) {
    for (int i = 0; i < count; i++) {
        CHECK(send(client[i], data, 64, 0) == 64);
    }
    settle();
}

static void answers(int count) {
    for (int i = 0; i < count; i++) {
        drain(client[i], 64);
    }
}

static void answer(int fd) {
    CHECK(recv(fd, data, sizeof data, 0) == 64);
    CHECK(send(fd, data, 64, 0) == 64);
}

static int add(int set, int fd, unsigned bits) {
    struct epoll_event event = {.events = EPOLLIN | bits, .data.fd = fd};
    return epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
}

/* One connection in a set: wait, recv, send. */
static void one_in_epoll(const char *name, unsigned bits) {
    int set = epoll_create1(0);
    CHECK(add(set, server[0], bits) == 0);
    struct epoll_event event;
    for (int i = 0; i < 10; i++) {
        requests(1);
        begin();
        CHECK(epoll_wait(set, &event, 1, -1) == 1);
        answer(event.data.fd);
        end(name, 1);
        answers(1);
    }
    for (int i = 0; i < 5; i++) {
        COUNT("epoll_wait of one idle fd, timeout 0", 1) {
            CHECK(epoll_wait(set, &event, 1, 0) == 0);
        }
    }
    close(set);
}

static void one_in_poll(void) {
    struct pollfd one = {.fd = server[0], .events = POLLIN};
    fd_set bits;
    for (int i = 0; i < 10; i++) {
        requests(1);
        begin();
        CHECK(poll(&one, 1, -1) == 1);
        answer(one.fd);
        end("echo turn, poll of 1", 1);
        answers(1);
        requests(1);
        FD_ZERO(&bits);
        FD_SET(server[0], &bits);
        begin();
        CHECK(select(server[0] + 1, &bits, NULL, NULL, NULL) == 1);
        answer(server[0]);
        end("echo turn, select of 1", 1);
        answers(1);
    }
}

/* Answers what is ready; returns how many of the busy ones were. */
static void many_in_epoll(const char *name, unsigned bits) {
    struct epoll_event events[HOT];
    int set = epoll_create1(0);
    for (int i = 0; i < HOT; i++) {
        CHECK(add(set, server[i], bits) == 0);
    }
    for (int i = 0; i < IDLE; i++) {
        CHECK(add(set, idle[i], bits) == 0);
    }
    for (int turn = 0; turn < TURNS; turn++) {
        requests(HOT);
        int waiting = 0;
        begin();
        for (int done = 0; done < HOT; waiting++) {
            int count = epoll_wait(set, events, HOT, -1);
            CHECK(count > 0);
            for (int i = 0; i < count; i++, done++) {
                answer(events[i].data.fd);
            }
        }
        end(turn == 0 ? "first turn of the next" : name, HOT);
        CHECK(turn == 0 || waiting > 0);
        answers(HOT);
    }
    close(set);
}

static void many_in_poll(void) {
    static struct pollfd all[HOT + IDLE];
    for (int i = 0; i < HOT + IDLE; i++) {
        all[i] = (struct pollfd){.fd = i < HOT ? server[i] : idle[i - HOT], .events = POLLIN};
    }
    for (int turn = 0; turn < TURNS; turn++) {
        requests(HOT);
        begin();
        for (int done = 0; done < HOT;) {
            CHECK(poll(all, HOT + IDLE, -1) > 0);
            for (int i = 0; i < HOT + IDLE; i++) {
                if (all[i].revents != 0) {
                    answer(all[i].fd);
                    done++;
                }
            }
        }
        end(turn == 0 ? "first turn of the next" : "8 echoes among 1,000 idle, poll", HOT);
        answers(HOT);
    }
}

int main(void) {
    int listening = listener();
    for (int i = 0; i < HOT; i++) {
        client[i] = connected(listening, &server[i]);
        nonblocking(server[i]);
    }
    one_in_epoll("echo turn, epoll of 1, level", 0);
    one_in_epoll("echo turn, epoll of 1, edge", EPOLLET);
    one_in_poll();
    for (int i = 0; i < IDLE; i++) {
        idle[i] = bound(SOCK_DGRAM);
    }
    many_in_epoll("8 echoes among 1,000 idle, epoll level", 0);
    many_in_epoll("8 echoes among 1,000 idle, epoll edge", EPOLLET);
    many_in_poll();
    return 0;
}
