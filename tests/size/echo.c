/*
 * A plain echo server, of what every libc with sockets has: one poll() loop over TCP connections on
 * 127.0.0.1. Its size is compared with the same program on wasi-libc's own sockets.
 *
 *     echo [port]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_FDS 1024

static struct pollfd fds[MAX_FDS];
static nfds_t count;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void add(int fd) {
    if (count == MAX_FDS) {
        close(fd);
        return;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fds[count].fd = fd;
    fds[count++].events = POLLIN;
}

/* Returns 0 when the connection is over. */
static int echo(int fd) {
    char data[16384];
    ssize_t n = recv(fd, data, sizeof data, 0);
    if (n < 0) return errno == EAGAIN;
    return n > 0 && send(fd, data, (size_t)n, 0) == n;
}

int main(int argc, char **argv) {
    struct sockaddr_in address;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(argc > 1 ? atoi(argv[1]) : 7007);
    if (fd < 0) fail("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on)) fail("setsockopt");
    if (bind(fd, (struct sockaddr *)&address, sizeof address)) fail("bind");
    if (listen(fd, 128)) fail("listen");
    add(fd);
    fprintf(stderr, "listening on port %d\n", ntohs(address.sin_port));
    for (;;) {
        if (poll(fds, count, -1) < 0 && errno != EINTR) fail("poll");
        for (nfds_t i = count; i-- > 1;) {
            if (!fds[i].revents || echo(fds[i].fd)) continue;
            close(fds[i].fd);
            fds[i] = fds[--count];
        }
        if (fds[0].revents && (fd = accept(fds[0].fd, NULL, NULL)) >= 0) add(fd);
    }
}
