/* The services over UDP. */
#include "loop.h"
#include "server.h"
#include "udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

static const struct options *options;
static int sock;
static char data[UDP_BATCH][UDP_LARGEST];
static size_t lengths[UDP_BATCH];
static struct sockaddr_in peers[UDP_BATCH];

#ifndef WITHOUT_LINUX_CALLS
static struct iovec vectors[UDP_BATCH];
static struct mmsghdr messages[UDP_BATCH];

static void prepare(int index, size_t length) {
    vectors[index].iov_base = data[index];
    vectors[index].iov_len = length;
    messages[index].msg_hdr.msg_name = &peers[index];
    messages[index].msg_hdr.msg_namelen = sizeof peers[index];
    messages[index].msg_hdr.msg_iov = &vectors[index];
    messages[index].msg_hdr.msg_iovlen = 1;
}
#endif

/* Receives a datagram, or a batch. Returns how many there were, 0 when it would wait. */
static int receive(void) {
    int count = 0;
    if (options->batch == 1) {
        socklen_t size = sizeof peers[0];
        ssize_t n =
            recvfrom(sock, data[0], UDP_LARGEST, 0, (struct sockaddr *)&peers[0], &size);
        if (n < 0 && errno != EAGAIN) fail("recvfrom");
        if (n >= 0) lengths[count++] = (size_t)n;
        return count;
    }
#ifndef WITHOUT_LINUX_CALLS
    for (int i = 0; i < options->batch; i++) prepare(i, UDP_LARGEST);
    count = recvmmsg(sock, messages, (unsigned)options->batch, 0, NULL);
    if (count < 0 && errno != EAGAIN) fail("recvmmsg");
    for (int i = 0; i < count; i++) lengths[i] = messages[i].msg_len;
#endif
    return count < 0 ? 0 : count;
}

/* Sends the first count datagrams, waiting for room where there is none. */
static void transmit(int count) {
    int sent = 0;
    while (sent < count) {
        int n = -1;
        if (options->batch == 1) {
            const struct sockaddr *peer = (const struct sockaddr *)&peers[sent];
            if (sendto(sock, data[sent], lengths[sent], 0, peer, sizeof peers[sent]) >= 0) n = 1;
        }
#ifndef WITHOUT_LINUX_CALLS
        else {
            for (int i = sent; i < count; i++) prepare(i, lengths[i]);
            n = sendmmsg(sock, messages + sent, (unsigned)(count - sent), 0);
        }
#endif
        if (n > 0) {
            sent += n;
        } else if (errno == EAGAIN) {
            struct pollfd room = {.fd = sock, .events = POLLOUT};
            if (poll(&room, 1, -1) < 0) fail("poll");
        } else {
            fail("sending");
        }
    }
}

static void report(struct udp_head question, uint64_t number, uint64_t time) {
    question.kind = UDP_REPORT;
    question.number = number;
    question.time = time;
    memcpy(data[0], &question, sizeof question);
    lengths[0] = sizeof question;
    transmit(1);
}

static void sink(int count) {
    static uint64_t taken;
    for (int i = 0; i < count; i++) {
        struct udp_head head;
        memcpy(&head, data[i], sizeof head);
        if (head.kind == UDP_DATA && lengths[i] == options->chunk) {
            taken++;
            continue;
        }
        if (head.kind == UDP_START) taken = 0;
        peers[0] = peers[i];
        report(head, taken, 0);
        /* The generator waits for the answer; what is left of this batch came before. */
        break;
    }
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

static void source(int count) {
    static struct udp_head last;
    static uint64_t sent, took;
    struct udp_head head;
    (void)count;
    memcpy(&head, data[0], sizeof head);
    if (head.kind == UDP_START && head.round != last.round) {
        uint64_t start = now();
        last = head;
        sent = took = 0;
        for (int i = 0; i < UDP_BATCH; i++) {
            peers[i] = peers[0];
            lengths[i] = options->chunk;
        }
        while (took < last.number * 1000000U) {
            /* The clock is looked at once in 64 datagrams, so that it does not weigh. */
            for (int done = 0; done < UDP_BATCH; done += options->batch) {
                for (int i = 0; i < options->batch; i++) {
                    struct udp_head next = {UDP_DATA, last.round, sent++, 0};
                    memcpy(data[i], &next, sizeof next);
                }
                transmit(options->batch);
            }
            took = now() - start;
        }
    }
    report(last, sent, took);
}

static const struct {
    const char *name;
    void (*serve)(int count);
} services[] = {
    {"udp-echo", transmit},
    {"udp-sink", sink},
    {"udp-source", source},
};

int serve_udp(const struct options *given) {
    static int ready[LOOP_MAX_FDS];
    const struct loop *loop;
    size_t service = 0, number = sizeof services / sizeof *services;
    options = given;
    while (service < number && strcmp(services[service].name, options->service)) service++;
    if (service == number) return 0;
    if (options->batch < 1 || options->batch > UDP_BATCH || options->chunk > UDP_LARGEST ||
        options->chunk < sizeof(struct udp_head)) {
        fprintf(stderr, "such datagrams or batches are not provided for\n");
        exit(1);
    }

    sock = open_server(SOCK_DGRAM);
    loop = loop_named(options->loop);
    loop->open();
    loop->add(sock, LOOP_READ);
    announce(sock);
    for (;;) {
        int count;
        loop->wait(ready);
        while ((count = receive()) > 0) services[service].serve(count);
    }
}
