/* The load generator of the benchmarks: what its parts share. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stddef.h>
#include <stdint.h>

/* What the command line asks for. */
struct wanted {
    int port;        /* of the server, on 127.0.0.1 */
    int busy;        /* connections, or clients, that are used */
    int idle;        /* connections beside them that lie idle */
    size_t size;     /* bytes of a request or a datagram */
    size_t answer;   /* bytes of an answer */
    uint64_t warm;   /* nanoseconds before measuring */
    uint64_t time;   /* nanoseconds of measuring */
    uint64_t least;  /* measure until there were so many operations, too */
    int pid;         /* the server's process, to ask how much processor time it used; 0: unknown */
    int slices;      /* measure once for each line of standard input, on the same connections */
};

/* What was found. */
struct found {
    uint64_t operations;
    uint64_t bytes;
    uint64_t time;      /* nanoseconds */
    uint64_t delivered; /* datagrams that arrived, where that is not the number of operations */
    uint64_t lost;      /* datagrams that did not come back */
    uint64_t server;    /* processor time of the server in that time, nanoseconds */
};

/* Each runs one kind of load, and leaves the server with nothing to do. They may run again. They end
 * the program with a message when the data is wrong. */
void load_echo(const struct wanted *wanted, struct found *found);
void load_relay(const struct wanted *wanted, struct found *found);
void load_hold(const struct wanted *wanted, struct found *found);
void load_connect(const struct wanted *wanted, struct found *found);
void load_sink(const struct wanted *wanted, struct found *found);
void load_source(const struct wanted *wanted, struct found *found);
void load_udp_echo(const struct wanted *wanted, struct found *found);
void load_udp_sink(const struct wanted *wanted, struct found *found);
void load_udp_source(const struct wanted *wanted, struct found *found);
void load_mqtt(const struct wanted *wanted, struct found *found);

/* Ends the program with a message, and with what errno says. */
_Noreturn void fail(const char *what);
/* The same where errno has no part in it. */
_Noreturn void wrong(const char *what);

/* Monotonic time in nanoseconds. */
uint64_t now(void);

/* Begins to measure: forgets what was counted while warming up. Returns the time. */
uint64_t begin(const struct wanted *wanted, struct found *found);
/* Ends it: fills in the times. */
void end_since(uint64_t start, const struct wanted *wanted, struct found *found);

/* A blocking TCP connection with TCP_NODELAY. Reads fail after a long time rather than hang. */
int connect_to(int port);
/* All of it, or the end of the program. */
void send_all(int fd, const void *data, size_t length);
void receive_all(int fd, void *data, size_t length);

/* Counts one operation that took so many nanoseconds. */
void latency_add(uint64_t time);
/* The time that this share of operations did not exceed, to about 1 %; 0 when none was counted. */
uint64_t latency_at(double share);

#endif
