/*
 * An echo server over TCP and UDP, as simple programs are: one process, descriptors that do not block. Not a
 * c-test: tests/soak.rs starts it, tells which event loop to use by its argument, poll or epoll, and treats it
 * badly. It writes "port N" for both. A connection whose first byte is '?' is told how many pages of memory the
 * program has (0 natively, where nobody compares them).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 2048 };

static struct pollfd fds[MOST];
static nfds_t count;
static int set = -1, listener, datagrams, full;
/* What connections that take nothing have not been sent yet. */
static struct {
    char *data;
    size_t size;
} unsent[MOST];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int fd, short events) {
    if (count == MOST) fail("too many descriptors");
    fds[count] = (struct pollfd){.fd = fd, .events = events};
    unsent[count].data = NULL;
    unsent[count++].size = 0;
    if (set < 0) return;
    struct epoll_event event = {.events = (uint32_t)events, .data.fd = fd};
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void ask(nfds_t at, short events) {
    if (fds[at].events == events) return;
    fds[at].events = events;
    if (set < 0) return;
    struct epoll_event event = {.events = (uint32_t)events, .data.fd = fds[at].fd};
    if (epoll_ctl(set, EPOLL_CTL_MOD, fds[at].fd, &event)) fail("epoll_ctl");
}

static void drop(nfds_t at) {
    close(fds[at].fd);
    free(unsent[at].data);
    fds[at] = fds[--count];
    unsent[at] = unsent[count];
    if (full) ask(0, POLLIN);
    full = 0;
}

static void accept_all(void) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) watch(fd, POLLIN);
    if (errno == EMFILE || errno == ENFILE) {
        /* Until a descriptor is free. */
        full = 1;
        ask(0, 0);
    } else if (errno != EAGAIN && errno != ECONNABORTED)
        fail("accept4");
}

/* Returns whether the connection goes on. */
static int serve(nfds_t at) {
    static char data[16384];
    int fd = fds[at].fd;
    ssize_t n;
    if (unsent[at].size) {
        n = send(fd, unsent[at].data, unsent[at].size, 0);
        if (n < 0) return errno == EAGAIN;
        unsent[at].size -= (size_t)n;
        memmove(unsent[at].data, unsent[at].data + n, unsent[at].size);
        if (!unsent[at].size) ask(at, POLLIN);
        return 1;
    }
    n = recv(fd, data, sizeof data, 0);
    if (n < 0) return errno == EAGAIN;
    if (n == 0) return 0;
    if (data[0] == '?') {
        size_t pages = 0;
#ifdef __wasm__
        pages = __builtin_wasm_memory_size(0);
#endif
        n = snprintf(data, sizeof data, "%zu\n", pages);
    }
    ssize_t sent = send(fd, data, (size_t)n, 0);
    if (sent < 0 && errno != EAGAIN) return 0;
    if (sent < 0) sent = 0;
    if (sent == n) return 1;
    unsent[at].size = (size_t)(n - sent);
    free(unsent[at].data);
    unsent[at].data = malloc(unsent[at].size);
    if (!unsent[at].data) fail("malloc");
    memcpy(unsent[at].data, data + sent, unsent[at].size);
    ask(at, POLLOUT);
    return 1;
}

static void serve_datagram(void) {
    static char data[65536];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t n = recvfrom(datagrams, data, sizeof data, 0, (struct sockaddr *)&from, &length);
    if (n >= 0) sendto(datagrams, data, (size_t)n, 0, (struct sockaddr *)&from, length);
}

/* Puts what is ready into revents of its entry. */
static void wait_for_some(void) {
    static struct epoll_event events[64];
    int found;
    if (set < 0) {
        if (poll(fds, count, -1) < 0) fail("poll");
        return;
    }
    for (nfds_t i = 0; i < count; i++) fds[i].revents = 0;
    found = epoll_wait(set, events, 64, -1);
    if (found < 0) fail("epoll_wait");
    while (found-- > 0)
        for (nfds_t i = 0; i < count; i++)
            if (fds[i].fd == events[found].data.fd) fds[i].revents = (short)events[found].events;
}

static int bound(int type, in_port_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = port};
    int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0) fail("socket");
    if (bind(fd, (struct sockaddr *)&address, sizeof address)) return close(fd), -1;
    return fd;
}

int main(int argc, char **argv) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (argc != 2) return 2;
    signal(SIGPIPE, SIG_IGN);
    if (!strcmp(argv[1], "epoll") && (set = epoll_create1(0)) < 0) fail("epoll_create1");
    do {
        listener = bound(SOCK_STREAM, 0);
        if (listener < 0 || getsockname(listener, (struct sockaddr *)&address, &length)) fail("bind");
        /* The same port may be somebody's over UDP. */
        datagrams = bound(SOCK_DGRAM, address.sin_port);
    } while (datagrams < 0 && !close(listener));
    if (listen(listener, 4096)) fail("listen");
    watch(listener, POLLIN);
    watch(datagrams, POLLIN);
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        wait_for_some();
        for (nfds_t i = count; i-- > 2;)
            if (fds[i].revents && !serve(i)) drop(i);
        if (fds[1].revents) serve_datagram();
        if (fds[0].revents) accept_all();
    }
}
