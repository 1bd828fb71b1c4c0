/* An event loop over poll(), select() or epoll, which the servers of the benchmarks share. */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

/* Descriptors are small numbers; this is more than the largest benchmark opens. */
#define LOOP_MAX_FDS 16384

struct loop {
    /* Makes the loop ready for use. */
    void (*open)(void);
    /* Watches fd, which is not watched yet, for LOOP_READ or LOOP_WRITE. */
    void (*add)(int fd, int what);
    /* Stops watching fd. To be called before it is closed. */
    void (*remove)(int fd);
    /* Waits, and stores the descriptors that are ready. Returns how many. */
    int (*wait)(int ready[LOOP_MAX_FDS]);
};

/* The loop called "poll", "select" or "epoll"; ends the program where there is none. */
const struct loop *loop_named(const char *name);

/* Ends the program with a message and what errno says. */
_Noreturn void fail(const char *what);

#endif
