/*
 * load - asks the servers of the benchmarks as fast as they answer, from one thread.
 *
 *     load KIND PORT [busy=N] [idle=N] [size=BYTES] [answer=BYTES] [warm=MS] [time=MS] [least=N]
 *                [pid=N] [slices=1]
 *
 * KIND is one of those at the end of this file. A fixed number of requests is on the way at any
 * time, so a slower server gets fewer of them. All data that comes back is compared with what
 * should. Prints one line of JSON, or with slices one for each line that it reads, so that several
 * servers can be measured by turns.
 */
#include "load.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

_Noreturn void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

_Noreturn void wrong(const char *what) {
    fprintf(stderr, "load: %s\n", what);
    exit(1);
}

uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

int connect_to(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = 60};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0) fail("socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

void send_all(int fd, const void *data, size_t length) {
    const char *next = data;
    while (length > 0) {
        ssize_t n = send(fd, next, length, MSG_NOSIGNAL);
        if (n <= 0) fail("send");
        next += n;
        length -= (size_t)n;
    }
}

void receive_all(int fd, void *data, size_t length) {
    char *next = data;
    while (length > 0) {
        ssize_t n = recv(fd, next, length, MSG_WAITALL);
        if (n < 0) fail("recv");
        if (n == 0) wrong("the server closed a connection");
        next += n;
        length -= (size_t)n;
    }
}

/* Latencies are counted in classes: 64 of equal width from each power of two to the next. */
#define CLASSES 64

static uint64_t classes[64][CLASSES];

/* Processor time of all threads of the server so far, from the scheduler's account. */
static uint64_t server_time(int pid) {
    char path[300];
    uint64_t total = 0;
    struct dirent *entry;
    DIR *tasks;
    if (!pid) return 0;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    tasks = opendir(path);
    while (tasks && (entry = readdir(tasks))) {
        unsigned long long ran = 0;
        FILE *file;
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, entry->d_name);
        file = fopen(path, "r");
        if (!file) continue;
        if (fscanf(file, "%llu", &ran) == 1) total += ran;
        fclose(file);
    }
    if (tasks) closedir(tasks);
    return total;
}

uint64_t begin(const struct wanted *wanted, struct found *found) {
    memset(classes, 0, sizeof classes);
    memset(found, 0, sizeof *found);
    found->server = server_time(wanted->pid);
    return now();
}

void end_since(uint64_t start, const struct wanted *wanted, struct found *found) {
    uint64_t before = found->server;
    found->time = now() - start;
    found->server = server_time(wanted->pid);
    /* A thread that has ended takes its account with it. */
    found->server = found->server > before ? found->server - before : 0;
}

void latency_add(uint64_t time) {
    int power;
    if (time < CLASSES) time = CLASSES;
    power = 63 - __builtin_clzll(time);
    classes[power][(time >> (power - 6)) % CLASSES]++;
}

uint64_t latency_at(double share) {
    uint64_t total = 0, seen = 0;
    for (int p = 0; p < 64; p++)
        for (int c = 0; c < CLASSES; c++) total += classes[p][c];
    for (int p = 6; p < 64; p++) {
        for (int c = 0; c < CLASSES; c++) {
            seen += classes[p][c];
            if (classes[p][c] && (double)seen >= share * (double)total)
                return ((uint64_t)(CLASSES + c) << (p - 6)) + ((1ULL << (p - 6)) / 2);
        }
    }
    return 0;
}

static const struct {
    const char *name;
    void (*run)(const struct wanted *wanted, struct found *found);
} kinds[] = {
    {"echo", load_echo},         {"hold", load_hold},
    {"connect", load_connect},   {"sink", load_sink},
    {"source", load_source},     {"udp-echo", load_udp_echo},
    {"udp-sink", load_udp_sink}, {"udp-source", load_udp_source},
    {"mqtt", load_mqtt},         {"relay", load_relay},
};

static void read_arguments(int argc, char **argv, struct wanted *wanted) {
    for (int i = 3; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        unsigned long long number;
        if (!value) wrong("an argument is not NAME=NUMBER");
        *value++ = 0;
        number = strtoull(value, NULL, 10);
        if (!strcmp(argv[i], "busy")) wanted->busy = (int)number;
        else if (!strcmp(argv[i], "idle")) wanted->idle = (int)number;
        else if (!strcmp(argv[i], "size")) wanted->size = number;
        else if (!strcmp(argv[i], "answer")) wanted->answer = number;
        else if (!strcmp(argv[i], "warm")) wanted->warm = number * 1000000U;
        else if (!strcmp(argv[i], "time")) wanted->time = number * 1000000U;
        else if (!strcmp(argv[i], "pid")) wanted->pid = (int)number;
        else if (!strcmp(argv[i], "least")) wanted->least = number;
        else if (!strcmp(argv[i], "slices")) wanted->slices = number != 0;
        else wrong("an argument has an unknown name");
    }
}

static void run(size_t kind, const struct wanted *wanted) {
    struct found found = {0};
    kinds[kind].run(wanted, &found);
    printf("{\"operations\":%llu,\"bytes\":%llu,\"nanoseconds\":%llu,\"delivered\":%llu,"
           "\"lost\":%llu,\"server\":%llu,\"p50\":%llu,\"p99\":%llu}\n",
           (unsigned long long)found.operations, (unsigned long long)found.bytes,
           (unsigned long long)found.time, (unsigned long long)found.delivered,
           (unsigned long long)found.lost, (unsigned long long)found.server,
           (unsigned long long)latency_at(0.5),
           (unsigned long long)latency_at(0.99));
    fflush(stdout);
}

/* A line of standard input, of whatever length: false at its end. */
static int next_line(void) {
    int c;
    while ((c = getchar()) != EOF && c != '\n') {}
    return c != EOF;
}

int main(int argc, char **argv) {
    struct wanted wanted = {.busy = 1, .size = 64, .time = 1000000000};
    struct rlimit files;
    if (argc < 3) wrong("usage: load KIND PORT [NAME=NUMBER ...]");
    wanted.port = atoi(argv[2]);
    read_arguments(argc, argv, &wanted);
    if (!wanted.answer) wanted.answer = wanted.size;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        if (strcmp(kinds[kind].name, argv[1])) continue;
        if (!wanted.slices) run(kind, &wanted);
        while (wanted.slices && next_line()) run(kind, &wanted);
        return 0;
    }
    wrong("there is no such kind of load");
}
