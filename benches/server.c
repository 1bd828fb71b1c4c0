/*
 * server - what the benchmarks measure: one program for Linux, for wasi-libc, and for this library.
 *
 *     server SERVICE [LOOP [CHUNK [BATCH [BUSY_POLL]]]]
 *
 * SERVICE is one of
 *     echo      sends back what comes, over TCP
 *     direct    the same by calls for the busy connections alone, without an event loop
 *     spin      the same, and asks them for much longer before it waits
 *     answers   answers each request of 64 bytes with eight pieces of 512
 *     relay     sends what comes on one of two connections out on the other
 *     lines     sends back line by line, by stdio, on one connection at a time
 *     sink      takes what comes in pieces of CHUNK bytes, and tells how much at the end of it
 *     source    sends pieces of CHUNK bytes for as long as the peer takes them
 *     udp-echo, udp-sink, udp-source: the same with datagrams; see udp.h
 * LOOP is how it waits: poll, select or epoll. BATCH is how many datagrams it moves with one call,
 * where there are such calls. BUSY_POLL is for SO_BUSY_POLL, in microseconds.
 *
 * It writes "port N" to its standard error when it can be reached, on 127.0.0.1.
 */
#include "server.h"

#include "loop.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int open_server(int type) {
    int fd = socket(AF_INET, type, 0);
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0) fail("socket");
    if (bind(fd, (struct sockaddr *)&address, sizeof address)) fail("bind");
    if (type == SOCK_STREAM && listen(fd, 4096)) fail("listen");
    if (fcntl(fd, F_SETFL, O_NONBLOCK)) fail("fcntl");
    return fd;
}

void announce(int fd) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length)) fail("getsockname");
    fprintf(stderr, "port %d\n", ntohs(address.sin_port));
}

void set_busy_poll(int fd, const struct options *options) {
    if (!options->busy_poll) return;
#ifdef SO_BUSY_POLL
    if (setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL, &options->busy_poll, sizeof options->busy_poll))
        fail("SO_BUSY_POLL");
#else
    (void)fd;
    fail("SO_BUSY_POLL is not there");
#endif
}

static int number(int argc, char **argv, int at, int otherwise) {
    return argc > at ? atoi(argv[at]) : otherwise;
}

int main(int argc, char **argv) {
    struct options options;
    if (argc < 2) {
        fprintf(stderr, "usage: server SERVICE [LOOP [CHUNK [BATCH [BUSY_POLL]]]]\n");
        return 2;
    }
    options.service = argv[1];
    options.loop = argc > 2 ? argv[2] : "poll";
    options.chunk = (size_t)number(argc, argv, 3, 65536);
    options.batch = number(argc, argv, 4, 1);
    options.busy_poll = number(argc, argv, 5, 0);
    if (!serve_tcp(&options) && !serve_udp(&options))
        fprintf(stderr, "there is no service called %s\n", options.service);
    return 1;
}
