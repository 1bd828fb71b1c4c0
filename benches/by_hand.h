/* The limits of the benchmarks: what their parts share. */
#ifndef BENCH_BY_HAND_H
#define BENCH_BY_HAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wasi/wasip2.h>

/* The command line. */
struct options {
    const char *service;
    size_t chunk; /* bytes per call, TCP; bytes per datagram, UDP */
    int batch;    /* datagrams per call */
};

/* Ends the program with a message: what the host answered, an error-code of wasi:sockets. */
_Noreturn void fail(const char *what, network_error_code_t code);
/* The same where the host has no part in it. */
_Noreturn void wrong(const char *what);

/* Where the host puts the next list that it hands over. What stood there is gone. */
extern size_t lists_used;
static inline void forget_lists(void) {
    lists_used = 0;
}

/* 127.0.0.1, any port. */
network_ip_socket_address_t loopback(void);

/* Tells the port. */
void announce(network_ip_socket_address_t address);

/* Serve TCP or UDP for ever. Both return where there is no such service. */
void serve_tcp(const struct options *options);
void serve_udp(const struct options *options);

#endif
