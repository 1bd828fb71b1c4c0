/* Requests over TCP connections that stay, among others that lie idle; and over new ones. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LARGEST 65536
/* How many idle connections are opened at a time: fewer than fit into the server's backlog. */
#define STEP 500

struct client {
    int fd;
    int other; /* the far end of a relay, where the request comes out and the answer is sent; else -1 */
    size_t passed; /* how much of the request has come out there */
    size_t got;
    uint64_t asked;  /* when */
    uint64_t number; /* of the request; it stands at its beginning */
};

static char request[LARGEST];
static char expected[LARGEST];
static int echoed;

static void ask(struct client *client) {
    client->number++;
    client->got = client->passed = 0;
    memcpy(request, &client->number, sizeof client->number);
}

/* Compares the length bytes that came at place got of an answer. */
static void check(const struct client *client, const char *data, size_t got, size_t length) {
    if (!echoed) {
        if (memcmp(data, expected + got, length)) wrong("an answer has other bytes");
        return;
    }
    memcpy(request, &client->number, sizeof client->number);
    if (memcmp(data, request + got, length)) wrong("an echo has other bytes");
}

static void prepare(const struct wanted *wanted) {
    if (wanted->size > LARGEST || wanted->answer > LARGEST || wanted->size < 8)
        wrong("requests and answers have 8 to 65536 bytes");
    for (size_t i = 0; i < LARGEST; i++) request[i] = (char)(i * 7);
    /* For a server of lines, whole lines: they are of 256 bytes. */
    request[wanted->size - 1] = '\n';
    /* What the server's service "answers" sends: eight pieces, each of one letter. */
    for (size_t i = 0; i < wanted->answer; i++)
        expected[i] = (char)('a' + i * 8 / wanted->answer);
    echoed = wanted->size == wanted->answer;
}

/* Opens connections and has one exchange on each, so that the server knows all of them. */
static void open_clients(const struct wanted *wanted, struct client *clients, int count, int relayed) {
    static char data[LARGEST];
    for (int first = 0; first < count; first += STEP) {
        int last = first + STEP < count ? first + STEP : count;
        for (int i = first; i < last; i++) {
            clients[i].fd = connect_to(wanted->port);
            clients[i].other = relayed ? connect_to(wanted->port) : -1;
            ask(&clients[i]);
            send_all(clients[i].fd, request, wanted->size);
        }
        for (int i = first; i < last; i++) {
            if (relayed) {
                receive_all(clients[i].other, data, wanted->size);
                send_all(clients[i].other, data, wanted->size);
            }
            receive_all(clients[i].fd, data, wanted->answer);
            check(&clients[i], data, 0, wanted->answer);
        }
    }
}

static void send_next(const struct wanted *wanted, struct client *client) {
    ask(client);
    client->asked = now();
    send_all(client->fd, request, wanted->size);
}

/* What has come on one end of a client: up to length bytes, of which got have come before. */
static size_t receive(const struct client *client, int fd, size_t got, size_t length, int flags) {
    static char data[LARGEST];
    ssize_t n = recv(fd, data, length - got, flags);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n <= 0) wrong("the server closed a connection");
    check(client, data, got, (size_t)n);
    return (size_t)n;
}

/* Takes what has come for a client. Returns whether its answer is complete. */
static int take(const struct wanted *wanted, struct client *client, int flags) {
    client->got += receive(client, client->fd, client->got, wanted->answer, flags);
    return client->got == wanted->answer;
}

/* At the far end of a relay: sends the request back once all of it has come. */
static void pass_back(const struct wanted *wanted, struct client *client, int flags) {
    if (client->passed == wanted->size) return;
    client->passed += receive(client, client->other, client->passed, wanted->size, flags);
    if (client->passed < wanted->size) return;
    memcpy(request, &client->number, sizeof client->number);
    send_all(client->other, request, wanted->size);
}

/* The connections of load_echo: they stay from one run to the next. */
static struct client *busy;
static int set;

static void open_all(const struct wanted *wanted, int relayed) {
    struct client *idle = calloc((size_t)wanted->idle + 1, sizeof *idle);
    busy = calloc((size_t)wanted->busy + 1, sizeof *busy);
    set = epoll_create1(0);
    if (!idle || !busy || set < 0) fail("setting up");
    prepare(wanted);
    open_clients(wanted, idle, wanted->idle, relayed);
    open_clients(wanted, busy, wanted->busy, relayed);
    for (int i = 0; i < wanted->busy; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &busy[i]};
        if (epoll_ctl(set, EPOLL_CTL_ADD, busy[i].fd, &event)) fail("epoll_ctl");
        if (relayed && epoll_ctl(set, EPOLL_CTL_ADD, busy[i].other, &event)) fail("epoll_ctl");
    }
}

static void exchange(const struct wanted *wanted, struct found *found, int relayed) {
    static struct epoll_event events[512];
    uint64_t start, end;
    int warm = 1;
    if (!busy) open_all(wanted, relayed);
    for (int i = 0; i < wanted->busy; i++) send_next(wanted, &busy[i]);
    start = now();
    end = start + wanted->warm;
    for (;;) {
        int count = epoll_wait(set, events, 512, 60000);
        if (count < 0) fail("epoll_wait");
        if (count == 0) wrong("the server does not answer");
        for (int i = 0; i < count; i++) {
            struct client *client = events[i].data.ptr;
            if (relayed) pass_back(wanted, client, MSG_DONTWAIT);
            if (!take(wanted, client, relayed ? MSG_DONTWAIT : 0)) continue;
            latency_add(now() - client->asked);
            found->operations++;
            send_next(wanted, client);
        }
        if (now() < end || (!warm && found->operations < wanted->least)) continue;
        if (!warm) break;
        warm = 0;
        start = begin(wanted, found);
        end = start + wanted->time;
    }
    end_since(start, wanted, found);
    found->bytes = found->operations * wanted->answer;
    /* What is still on the way. */
    for (int i = 0; i < wanted->busy; i++) {
        while (relayed && busy[i].passed < wanted->size) pass_back(wanted, &busy[i], 0);
        while (!take(wanted, &busy[i], 0)) continue;
    }
}

void load_echo(const struct wanted *wanted, struct found *found) {
    exchange(wanted, found, 0);
}

void load_relay(const struct wanted *wanted, struct found *found) {
    exchange(wanted, found, 1);
}

/* Opens idle connections, says so, and holds them until its standard input ends. */
void load_hold(const struct wanted *wanted, struct found *found) {
    struct client *idle = calloc((size_t)wanted->idle + 1, sizeof *idle);
    if (!idle) fail("setting up");
    prepare(wanted);
    open_clients(wanted, idle, wanted->idle, 0);
    fprintf(stderr, "held\n");
    while (getchar() != EOF) {}
    found->operations = (uint64_t)wanted->idle;
}

/* A connection from one of many addresses of this machine: each has its own ports, of which a
 * closed connection blocks one for a while. */
static int connect_from(int port, uint64_t number) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) fail("socket");
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(number % 200) + 1);
    if (bind(fd, (struct sockaddr *)&address, sizeof address)) fail("bind");
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    return fd;
}

void load_connect(const struct wanted *wanted, struct found *found) {
    static char data[LARGEST];
    struct client client = {0};
    uint64_t start = now(), end = start + wanted->warm;
    int warm = 1;
    prepare(wanted);
    for (;;) {
        uint64_t before = now();
        if (before >= end && (warm || found->operations >= wanted->least)) {
            if (!warm) break;
            warm = 0;
            start = before = begin(wanted, found);
            end = start + wanted->time;
        }
        client.fd = connect_from(wanted->port, client.number);
        ask(&client);
        send_all(client.fd, request, wanted->size);
        receive_all(client.fd, data, wanted->answer);
        check(&client, data, 0, wanted->answer);
        close(client.fd);
        latency_add(now() - before);
        found->operations++;
    }
    end_since(start, wanted, found);
    found->bytes = found->operations * wanted->answer;
}
