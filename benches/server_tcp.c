/* The services over TCP. */
#include "loop.h"
#include "server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECES 8
#define PIECE 512

static const struct options *options;
static const struct loop *loop;
static char data[1 << 20];
static uint64_t taken[LOOP_MAX_FDS];

static void drop(int fd) {
    loop->remove(fd);
    close(fd);
}

/* Whether a receive that returned n leaves the connection as it is: a descriptor may be reported
 * ready when there is nothing after all. */
static int nothing_yet(ssize_t n) {
    return n < 0 && errno == EAGAIN;
}

/* All of it must go. The benchmarks never have so much on the way that a peer's buffer could fill up, but a
 * host may still be busy with the write before. */
static void send_all(int fd, const char *from, size_t length) {
    while (length > 0) {
        struct pollfd room = {.fd = fd, .events = POLLOUT};
        ssize_t n = send(fd, from, length, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN && poll(&room, 1, -1) > 0) continue;
        if (n <= 0) {
            drop(fd);
            return;
        }
        from += n;
        length -= (size_t)n;
    }
}

static void echo(int fd) {
    ssize_t n = recv(fd, data, options->chunk, 0);
    if (nothing_yet(n)) return;
    if (n <= 0)
        drop(fd);
    else
        send_all(fd, data, (size_t)n);
}

static void answers(int fd) {
    char request[64];
    ssize_t n = recv(fd, request, sizeof request, 0);
    if (nothing_yet(n)) return;
    if (n != sizeof request) {
        drop(fd);
        return;
    }
    for (int i = 0; i < PIECES; i++) {
        if (send(fd, data + i * PIECE, PIECE, MSG_NOSIGNAL) == PIECE) continue;
        drop(fd);
        return;
    }
}

/* Connections come in pairs, in the order of accept: what comes on one goes out on the other. */
static int partner[LOOP_MAX_FDS], unpaired = -1;

static void pair(int fd) {
    partner[fd] = unpaired;
    if (unpaired < 0) {
        unpaired = fd;
        return;
    }
    partner[unpaired] = fd;
    unpaired = -1;
}

static void relay(int fd) {
    ssize_t n;
    if (partner[fd] < 0) return;
    n = recv(fd, data, options->chunk, 0);
    if (nothing_yet(n)) return;
    if (n > 0)
        send_all(partner[fd], data, (size_t)n);
    else
        drop(fd);
}

static void sink(int fd) {
    ssize_t n = recv(fd, data, options->chunk, 0);
    if (nothing_yet(n)) return;
    if (n > 0) {
        taken[fd] += (uint64_t)n;
        return;
    }
    if (n == 0) send(fd, &taken[fd], sizeof taken[fd], MSG_NOSIGNAL);
    drop(fd);
}

static void source(int fd) {
    ssize_t n = send(fd, data + taken[fd] % 256, options->chunk, MSG_NOSIGNAL);
    if (n > 0)
        taken[fd] += (uint64_t)n;
    else if (n < 0 && errno != EAGAIN)
        drop(fd);
}

/* The least that host calls can do for a few busy connections among idle ones: those that were ready
 * lately are asked again and again, by hand, and while they are busy nobody else is. No program can
 * live with that; it shows how fast a library's poll() could be at most. */
static int hot[64], hot_count;
/* How many times all of them are asked before a sleep. */
static int rounds;

static int ask(int fd) {
    ssize_t n = recv(fd, data, options->chunk, 0);
    if (nothing_yet(n)) return 0;
    if (n <= 0) {
        for (int i = 0; i < hot_count; i++)
            if (hot[i] == fd) hot[i--] = hot[--hot_count];
        drop(fd);
        return 1;
    }
    send_all(fd, data, (size_t)n);
    return 1;
}

static void direct(int fd) {
    rounds = 16;
    if (hot_count < (int)(sizeof hot / sizeof *hot)) hot[hot_count++] = fd;
    ask(fd);
}

/* The same, and hardly ever asleep: how soon an answer can come at all. */
static void spin(int fd) {
    direct(fd);
    rounds = 512;
}

/* Whether anything came on the hot connections, within a millisecond. */
static int serve_hot(void) {
    struct pollfd entries[sizeof hot / sizeof *hot];
    int found = 0;
    for (int round = 0; round < rounds && !found; round++)
        for (int i = 0; i < hot_count; i++) found += ask(hot[i]);
    if (found || !hot_count) return found;
    for (int i = 0; i < hot_count; i++)
        entries[i] = (struct pollfd){.fd = hot[i], .events = POLLIN};
    return poll(entries, (nfds_t)hot_count, 1) > 0;
}

static const struct {
    const char *name;
    void (*serve)(int fd);
    int what;
} services[] = {
    {"echo", echo, LOOP_READ},
    {"direct", direct, LOOP_READ},
    {"spin", spin, LOOP_READ},
    {"answers", answers, LOOP_READ},
    {"relay", relay, LOOP_READ},
    {"sink", sink, LOOP_READ},
    {"source", source, LOOP_WRITE},
};

static void accept_all(int listener, int what) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        set_busy_poll(fd, options);
        if (fd >= LOOP_MAX_FDS) fail("too many descriptors");
        taken[fd] = 0;
        pair(fd);
        loop->add(fd, what);
    }
    if (errno != EAGAIN && errno != ECONNABORTED) fail("accept4");
}

/* One connection after the other, by stdio: sends back each line by itself. */
_Noreturn static void serve_lines(int listener) {
    static int ready[LOOP_MAX_FDS];
    char *line = NULL;
    size_t room = 0;
    for (;;) {
        int fd, on = 1;
        FILE *in, *out;
        loop->wait(ready);
        fd = accept4(listener, NULL, NULL, 0);
        if (fd < 0) continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        in = fdopen(fd, "r");
        out = fdopen(fd, "w");
        if (!in || !out) fail("fdopen");
        for (ssize_t n; (n = getline(&line, &room, in)) > 0;) {
            fwrite(line, 1, (size_t)n, out);
            if (fflush(out)) break;
        }
        fclose(out);
        fclose(in);
    }
}

int serve_tcp(const struct options *given) {
    static int ready[LOOP_MAX_FDS];
    size_t service = 0, count = sizeof services / sizeof *services;
    int listener;
    options = given;
    while (service < count && strcmp(services[service].name, options->service)) service++;
    if (service == count && strcmp(options->service, "lines")) return 0;

    if (!strcmp(options->service, "answers"))
        for (int i = 0; i < PIECES * PIECE; i++) data[i] = (char)('a' + i / PIECE);
    else
        for (size_t i = 0; i < sizeof data; i++) data[i] = (char)i;
    loop = loop_named(options->loop);
    loop->open();
    listener = open_server(SOCK_STREAM);
    loop->add(listener, LOOP_READ);
    announce(listener);
    if (service == count) serve_lines(listener);
    for (;;) {
        int found;
        while (hot_count && serve_hot()) continue;
        hot_count = 0;
        found = loop->wait(ready);
        for (int i = 0; i < found; i++) {
            if (ready[i] == listener)
                accept_all(listener, services[service].what);
            else
                services[service].serve(ready[i]);
        }
    }
}
