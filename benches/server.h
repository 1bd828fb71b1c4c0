/* The server of the benchmarks: what its parts share. */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stddef.h>

/* The command line. */
struct options {
    const char *service; /* what it does: see main() */
    const char *loop;    /* "poll", "select" or "epoll" */
    size_t chunk;        /* bytes per call, TCP; bytes per datagram, UDP */
    int batch;           /* datagrams per call; 1: the plain calls */
    int busy_poll;       /* SO_BUSY_POLL in microseconds; 0: not set */
};

/* Makes a socket of this type on 127.0.0.1 that does not block, and tells the port. */
int open_server(int type);

/* Tells the port that the socket is bound to. */
void announce(int fd);

/* Sets SO_BUSY_POLL if the options ask for it. */
void set_busy_poll(int fd, const struct options *options);

/* Serve TCP or UDP for ever. Both return 0 where there is no such service. */
int serve_tcp(const struct options *options);
int serve_udp(const struct options *options);

#endif
