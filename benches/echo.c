/* echo - a plain echo server on poll(): what size a program of this kind has. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

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
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fds[count].fd = fd;
    fds[count++].events = POLLIN;
}

/* Returns whether the connection goes on. */
static int echo(int fd) {
    static char data[65536];
    ssize_t n = recv(fd, data, sizeof data, 0);
    if (n < 0 && errno == EAGAIN) return 1;
    return n > 0 && send(fd, data, (size_t)n, 0) == n;
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (listener < 0) fail("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    address.sin_port = htons((unsigned short)atoi(argc > 1 ? argv[1] : "7"));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address)) fail("bind");
    if (listen(listener, 64)) fail("listen");
    add(listener);
    for (;;) {
        if (poll(fds, count, -1) < 0) fail("poll");
        for (nfds_t i = count; i-- > 1;) {
            if (!fds[i].revents || echo(fds[i].fd)) continue;
            close(fds[i].fd);
            fds[i] = fds[--count];
        }
        if (fds[0].revents && count < MAX_FDS) {
            int fd = accept(listener, NULL, NULL);
            if (fd >= 0) add(fd);
        }
    }
}
