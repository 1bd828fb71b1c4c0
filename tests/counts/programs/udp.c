/* Datagrams: one by one, and many. */
#include "count.h"
#include <poll.h>

enum { MANY = 64, BATCH = 16 };

static char data[2000], rooms[BATCH][2000];
static int here, there;
static struct sockaddr_in to_here, to_there;

static void arrive(int count, size_t size) {
    for (int i = 0; i < count; i++) {
        CHECK(sendto(there, data, size, 0, (struct sockaddr *)&to_here, sizeof to_here) ==
              (ssize_t)size);
    }
    settle();
}

static void batch(struct mmsghdr *messages, struct iovec *parts, void *name, size_t size) {
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){rooms[i], size};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}};
        messages[i].msg_hdr.msg_name = name;
        messages[i].msg_hdr.msg_namelen = name != NULL ? sizeof to_there : 0;
    }
}

static void receiving(void) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    struct pollfd one = {.fd = here, .events = POLLIN};
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    for (int round = 0; round < 5; round++) {
        arrive(MANY, 100);
        begin();
        for (int i = 0; i < MANY; i++) {
            CHECK(recvfrom(here, data, sizeof data, 0, (struct sockaddr *)&from, &length) == 100);
        }
        end("recvfrom, 64 datagrams of 100 B there", MANY);
        arrive(1, 1000);
        COUNT("recvfrom, one datagram of 1,000 B there", 1) {
            CHECK(recvfrom(here, data, sizeof data, 0, NULL, NULL) == 1000);
        }
        COUNT("recvfrom of nothing (EAGAIN)", 1) {
            CHECK(recvfrom(here, data, sizeof data, 0, NULL, NULL) == -1 && errno == EAGAIN);
        }
        arrive(1, 1000);
        COUNT("poll, then recvfrom of one datagram of 1,000 B", 1) {
            CHECK(poll(&one, 1, -1) == 1);
            CHECK(recvfrom(here, data, sizeof data, 0, NULL, NULL) == 1000);
        }
        arrive(BATCH, 100);
        batch(messages, parts, &from, 2000);
        COUNT("recvmmsg of 16, 100 B each", BATCH) {
            CHECK(recvmmsg(here, messages, BATCH, 0, NULL) == BATCH);
        }
    }
}

static void sending(void) {
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    for (int round = 0; round < 5; round++) {
        COUNT("sendto of 1,000 B", 1) {
            CHECK(sendto(here, data, 1000, 0, (struct sockaddr *)&to_there, sizeof to_there) ==
                  1000);
        }
        drain(there, 1000);
        begin();
        for (int i = 0; i < MANY; i++) {
            CHECK(sendto(here, data, 64, 0, (struct sockaddr *)&to_there, sizeof to_there) == 64);
        }
        end("64 times sendto of 64 B", MANY);
        for (int i = 0; i < MANY; i++) {
            drain(there, 64);
        }
        batch(messages, parts, &to_there, 64);
        COUNT("sendmmsg of 16, 64 B each", BATCH) {
            CHECK(sendmmsg(here, messages, BATCH, 0) == BATCH);
        }
        for (int i = 0; i < BATCH; i++) {
            drain(there, 64);
        }
    }
    CHECK(connect(here, (struct sockaddr *)&to_there, sizeof to_there) == 0);
    for (int round = 0; round < 5; round++) {
        COUNT("send on a connected socket, 1,000 B", 1) {
            CHECK(send(here, data, 1000, 0) == 1000);
        }
        drain(there, 1000);
        batch(messages, parts, NULL, 64);
        COUNT("sendmmsg of 16 on a connected socket, 64 B each", BATCH) {
            CHECK(sendmmsg(here, messages, BATCH, 0) == BATCH);
        }
        for (int i = 0; i < BATCH; i++) {
            drain(there, 64);
        }
    }
}

int main(void) {
    here = bound(SOCK_DGRAM);
    there = bound(SOCK_DGRAM);
    nonblocking(here);
    to_here = name_of(here);
    to_there = name_of(there);
    receiving();
    sending();
    return 0;
}
