/* What the datagrams of the benchmarks hold: how server and generator talk over UDP. */
#ifndef BENCH_UDP_H
#define BENCH_UDP_H

#include <stdint.h>

enum {
    /* Payload; number counts up from 0. */
    UDP_DATA = 1,
    /* To a sink: start counting; to a source: send for number milliseconds, then report. */
    UDP_START,
    /* To a sink: how many came since UDP_START? */
    UDP_ASK,
    /* The answer to both. number: how many; time: how long it took, in nanoseconds (source). */
    UDP_REPORT,
};

/* Begins every datagram but those that are echoed; both ends are this machine. */
struct udp_head {
    uint32_t kind;
    uint32_t round; /* chosen by the generator, and repeated in answers to it */
    uint64_t number;
    uint64_t time;
};

/* The largest datagram, and the most that one call moves. */
#define UDP_LARGEST 1472
#define UDP_BATCH 64

#endif
