/* Brackets around the operations that are counted. The trace of the host's calls has the marks in it
 * (calls for one or two random bytes, which nothing else makes), so it tells which calls were made
 * between them; allocations and copies are counted here.
 *
 * `tests/counts/instrument.rs` rewrites the linked program: every memory.copy adds its length to a
 * counter, and `copied` returns it. */
#ifndef COUNT_H
#define COUNT_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Volatile, so that the compiler does not take the result for known. */
static volatile unsigned long long unknown;
__attribute__((noinline, export_name("wps_count_copied"))) unsigned long long copied(void) {
    return unknown;
}

/* The compiler knows that malloc leaves a program's own variables alone. */
static volatile unsigned long long allocations;

/* The linker is told --wrap for each of these. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *place, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);

void *__wrap_malloc(size_t size) {
    allocations = allocations + 1;
    return __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size) {
    allocations = allocations + 1;
    return __real_calloc(count, size);
}
void *__wrap_realloc(void *place, size_t size) {
    allocations = allocations + 1;
    return __real_realloc(place, size);
}
void *__wrap_aligned_alloc(size_t align, size_t size) {
    allocations = allocations + 1;
    return __real_aligned_alloc(align, size);
}

#define CHECK(condition) check((condition), #condition, __LINE__)
static inline void check(int holds, const char *what, int line) {
    if (!holds) {
        fprintf(stderr, "\n%s:%d: %s (errno %d)\n", __FILE__, line, what, errno);
        exit(1);
    }
}

static unsigned long long allocations_before, copied_before;

static inline void mark(size_t size) {
    unsigned char bytes[2];
    CHECK(getentropy(bytes, size) == 0);
}

static inline void begin(void) {
    mark(1);
    allocations_before = allocations;
    copied_before = copied();
}

/* Ends what `begin` began; `name` did `operations` operations more. */
static inline void end(const char *name, int operations) {
    unsigned long long bytes = copied() - copied_before, calls = allocations - allocations_before;
    mark(2);
    printf("%s\t%d\t%llu\t%llu\n", name, operations, calls, bytes);
}

/* COUNT("name", 1) { ... } counts the block. */
#define COUNT(name, operations)                                                                    \
    for (int once = (begin(), 1); once; end((name), (operations)), once = 0)

/* Lets what was sent over loopback arrive. */
static inline void settle(void) {
    struct timespec moment = {0, 20 * 1000 * 1000};
    nanosleep(&moment, NULL);
}

static inline struct sockaddr_in loopback(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline int bound(int type) {
    int fd = socket(AF_INET, type, 0);
    struct sockaddr_in address = loopback();
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static inline int listener(void) {
    int fd = bound(SOCK_STREAM);
    CHECK(listen(fd, 1024) == 0);
    return fd;
}

static inline struct sockaddr_in name_of(int fd) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    CHECK(getsockname(fd, (struct sockaddr *)&address, &length) == 0);
    return address;
}

/* A client connected to `listening`; its server's end in *server. */
static inline int connected(int listening, int *server) {
    struct sockaddr_in address = name_of(listening);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(client >= 0 && connect(client, (struct sockaddr *)&address, sizeof address) == 0);
    *server = accept(listening, NULL, NULL);
    CHECK(*server >= 0);
    return client;
}

static inline void nonblocking(int fd) {
    CHECK(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0);
}

/* Reads exactly `size` bytes. */
static inline void drain(int fd, size_t size) {
    static char bytes[1 << 20];
    CHECK(size <= sizeof bytes && recv(fd, bytes, size, MSG_WAITALL) == (ssize_t)size);
}

#endif
