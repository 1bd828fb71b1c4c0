/* MQTT 3.1.1: one client publishes, many are subscribed. A broker's fan-out. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define TOPIC "bench"
#define HEADER (2 + 2 + sizeof TOPIC - 1)
/* How many messages are on the way. */
#define WINDOW 8

struct subscriber {
    int fd;
    size_t got;      /* bytes of the message that is coming in */
    uint64_t number; /* of that message */
};

static char message[256];
static size_t length;
/* When each of the last messages was published, and how many subscribers still wait for it. */
static uint64_t published[WINDOW];
static int missing[WINDOW];

static int client(int port, int number) {
    unsigned char hello[32], answer[4];
    int fd = connect_to(port), n;
    /* CONNECT: protocol MQTT, level 4, a clean session, no keep-alive, a name. */
    n = snprintf((char *)hello + 14, sizeof hello - 14, "load%d", number);
    memcpy(hello, "\x10\x00\x00\x04MQTT\x04\x02\x00\x00\x00\x00", 14);
    hello[1] = (unsigned char)(12 + n);
    hello[13] = (unsigned char)n;
    send_all(fd, hello, 14 + (size_t)n);
    receive_all(fd, answer, 4);
    if (answer[0] != 0x20 || answer[3] != 0) wrong("the broker refuses a connection");
    return fd;
}

static void subscribe(int fd) {
    unsigned char answer[5], question[] = "\x82\x0a\x00\x01\x00\x05" TOPIC; /* QoS 0: its NUL */
    send_all(fd, question, sizeof question);
    receive_all(fd, answer, 5);
    if (answer[0] != 0x90 || answer[4] != 0) wrong("the broker refuses a subscription");
}

static void prepare(const struct wanted *wanted) {
    if (wanted->size < 8 || wanted->size > 100) wrong("messages have 8 to 100 bytes");
    memset(message, 'x', sizeof message);
    memcpy(message, "\x30\x00\x00\x05" TOPIC, HEADER);
    message[1] = (char)(HEADER - 2 + wanted->size);
    length = HEADER + wanted->size;
}

static void publish(int fd, uint64_t number, int subscribers) {
    published[number % WINDOW] = now();
    missing[number % WINDOW] = subscribers;
    memcpy(message + HEADER, &number, sizeof number);
    send_all(fd, message, length);
}

/* Takes what has come for a subscriber, and counts its messages. */
static void take(struct subscriber *subscriber, struct found *found) {
    static char data[65536];
    ssize_t n = recv(subscriber->fd, data, sizeof data, 0);
    if (n <= 0) wrong("the broker closed a connection");
    for (size_t at = 0; at < (size_t)n;) {
        size_t left = (size_t)n - at, part = length - subscriber->got;
        if (part > left) part = left;
        memcpy(message + HEADER, &subscriber->number, sizeof subscriber->number);
        if (memcmp(data + at, message + subscriber->got, part)) wrong("a message has other bytes");
        subscriber->got += part;
        at += part;
        if (subscriber->got < length) break;
        latency_add(now() - published[subscriber->number % WINDOW]);
        missing[subscriber->number % WINDOW]--;
        subscriber->got = 0;
        subscriber->number++;
        found->operations++;
    }
}

void load_mqtt(const struct wanted *wanted, struct found *found) {
    static struct epoll_event events[512];
    struct subscriber *subscribers = calloc((size_t)wanted->busy + 1, sizeof *subscribers);
    int set = epoll_create1(0), publisher, warm = 1;
    uint64_t next = 0, start, end;
    if (!subscribers || set < 0) fail("setting up");
    prepare(wanted);
    for (int i = 0; i < wanted->busy; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &subscribers[i]};
        subscribers[i].fd = client(wanted->port, i);
        subscribe(subscribers[i].fd);
        if (epoll_ctl(set, EPOLL_CTL_ADD, subscribers[i].fd, &event)) fail("epoll_ctl");
    }
    publisher = client(wanted->port, wanted->busy);
    start = now();
    end = start + wanted->warm;
    for (;;) {
        int count;
        while (missing[next % WINDOW] == 0) {
            publish(publisher, next, wanted->busy);
            next++;
        }
        count = epoll_wait(set, events, 512, 60000);
        if (count <= 0) wrong("the broker does not deliver");
        for (int i = 0; i < count; i++) take(events[i].data.ptr, found);
        if (now() < end || (!warm && found->operations < wanted->least)) continue;
        if (!warm) break;
        warm = 0;
        start = begin(wanted, found);
        end = start + wanted->time;
    }
    end_since(start, wanted, found);
    found->bytes = found->operations * wanted->size;
}
