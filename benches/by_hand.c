/*
 * by_hand - limits for the benchmarks: what the host gives when nothing stands in between.
 *
 *     by_hand SERVICE [CHUNK [BATCH]]
 *
 * The same services as in server.c for the same load generator, but by WASI's own functions, and by
 * as few of them as do the work: no descriptors, no event loop, no options, and one connection at a
 * time. Not a way to write a server; it shows what a sockets layer could reach at most.
 *
 * SERVICE is one of
 *     connect       one echo on each connection, until its end
 *     connect-poll  the same, but waits for the listener and the connection together
 *     sink          takes what comes in pieces of CHUNK bytes, and tells how much at the end of it
 *     source        sends pieces of CHUNK bytes for as long as the peer takes them
 *     udp-echo, udp-sink, udp-source: the same with datagrams, BATCH with a call; see udp.h
 */
#include "by_hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for the most that one call hands over: 16 datagrams of up to 64 KiB, or so many bytes read. */
#define LISTS (2u << 20)
static _Alignas(4096) uint8_t lists[LISTS];
size_t lists_used;

/* Whether the host's lists are for by_hand, not for wasi-libc, which frees them. */
static bool ours;

/* Takes the place of wasi-libc's: nothing is allocated, nothing is freed. */
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size,
                                                                size_t align, size_t size) {
    size_t at;
    if (!ours) {
        if (size == 0) return (void *)align;
        return realloc(old, size);
    }
    /* Lists from the host never grow. */
    (void)old_size;
    at = (lists_used + align - 1) & ~(align - 1);
    if (size > LISTS || at > LISTS - size) __builtin_trap();
    lists_used = at + size;
    return lists + at;
}

_Noreturn void fail(const char *what, network_error_code_t code) {
    fprintf(stderr, "by_hand: %s: error %d of wasi:sockets\n", what, (int)code);
    exit(1);
}

_Noreturn void wrong(const char *what) {
    fprintf(stderr, "by_hand: %s\n", what);
    exit(1);
}

network_ip_socket_address_t loopback(void) {
    network_ip_socket_address_t address;
    memset(&address, 0, sizeof address);
    address.tag = NETWORK_IP_SOCKET_ADDRESS_IPV4;
    address.val.ipv4.address = (network_ipv4_address_t){127, 0, 0, 1};
    return address;
}

void announce(network_ip_socket_address_t address) {
    fprintf(stderr, "port %d\n", (int)address.val.ipv4.port);
}

int main(int argc, char **argv) {
    struct options options;
    if (argc < 2) {
        fprintf(stderr, "usage: by_hand SERVICE [CHUNK [BATCH]]\n");
        return 2;
    }
    options.service = argv[1];
    options.chunk = argc > 2 ? strtoul(argv[2], NULL, 10) : 65536;
    options.batch = argc > 3 ? atoi(argv[3]) : 16;
    ours = true;
    serve_tcp(&options);
    serve_udp(&options);
    fprintf(stderr, "there is no service called %s\n", options.service);
    return 1;
}
