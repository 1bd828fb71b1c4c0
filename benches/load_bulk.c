/* As many bytes as one TCP connection carries, in either direction. */
#include "load.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Larger than what the servers use, to be the lighter end. */
#define PIECE (256 * 1024)
#define PATTERN 256

static char data[PIECE];
static char pattern[PIECE + PATTERN];

static void prepare(void) {
    for (size_t i = 0; i < sizeof pattern; i++) pattern[i] = (char)i;
}

void load_sink(const struct wanted *wanted, struct found *found) {
    int fd = connect_to(wanted->port), warm = 1;
    uint64_t start = now(), end = start + wanted->warm, sent = 0, at_start = 0, counted;
    prepare();
    for (;;) {
        ssize_t n = send(fd, pattern + sent % PATTERN, PIECE, MSG_NOSIGNAL);
        if (n <= 0) fail("send");
        sent += (uint64_t)n;
        found->operations++;
        if (now() < end || (!warm && found->operations < wanted->least)) continue;
        if (!warm) break;
        warm = 0;
        at_start = sent;
        start = begin(wanted, found);
        end = start + wanted->time;
    }
    /* Only what the server has taken counts, so the time ends when it has said how much. */
    shutdown(fd, SHUT_WR);
    receive_all(fd, &counted, sizeof counted);
    end_since(start, wanted, found);
    if (counted != sent) wrong("the server took another number of bytes");
    found->bytes = sent - at_start;
    close(fd);
}

void load_source(const struct wanted *wanted, struct found *found) {
    int fd = connect_to(wanted->port), warm = 1;
    uint64_t start = now(), end = start + wanted->warm, taken = 0, at_start = 0;
    prepare();
    for (;;) {
        ssize_t n = recv(fd, data, PIECE, 0);
        if (n <= 0) wrong("the server closed the connection");
        /* All of it only where nothing is measured: comparing costs as much as receiving. */
        size_t compared = wanted->time && n > 64 ? 64 : (size_t)n;
        if (memcmp(data, pattern + taken % PATTERN, compared)) wrong("other bytes came");
        taken += (uint64_t)n;
        found->operations++;
        if (now() < end || (!warm && found->operations < wanted->least)) continue;
        if (!warm) break;
        warm = 0;
        at_start = taken;
        start = begin(wanted, found);
        end = start + wanted->time;
    }
    end_since(start, wanted, found);
    found->bytes = taken - at_start;
    close(fd);
}
