/*
 * echo - sends back what it gets, over TCP and UDP, with one poll() loop.
 *
 *     echo [host [service]]
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_FDS 1024
#define UDP 0
#define LISTENER 1
#define FIRST_CLIENT 2

static struct pollfd fds[MAX_FDS];
static nfds_t count;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int add(int fd) {
    if (count == MAX_FDS) return -1;
    fds[count].fd = fd;
    fds[count].events = POLLIN;
    fds[count++].revents = 0;
    return 0;
}

static void open_socket(const char *host, const char *service, int type) {
    struct addrinfo hints, *found;
    int error, fd, on = 1;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_socktype = type;
    hints.ai_flags = AI_PASSIVE;
    error = getaddrinfo(host, service, &hints, &found);
    if (error) {
        fprintf(stderr, "echo: %s: %s\n", host, gai_strerror(error));
        exit(1);
    }
    fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (fd < 0) fail("echo: socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, found->ai_addr, found->ai_addrlen)) fail("echo: bind");
    if (type == SOCK_STREAM && listen(fd, 64)) fail("echo: listen");
    freeaddrinfo(found);
    add(fd);
}

static void echo_datagram(void) {
    char data[65536];
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;
    ssize_t n = recvfrom(fds[UDP].fd, data, sizeof data, 0, (struct sockaddr *)&peer, &len);
    if (n >= 0) sendto(fds[UDP].fd, data, (size_t)n, 0, (struct sockaddr *)&peer, len);
}

/* Returns 0 when the connection is over. */
static int echo_stream(int fd) {
    char data[16384];
    ssize_t n = recv(fd, data, sizeof data, 0), sent = 0;
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    while (sent < n) {
        ssize_t more = send(fd, data + sent, (size_t)(n - sent), 0);
        if (more < 0 && errno != EINTR) return 0;
        if (more > 0) sent += more;
    }
    return n != 0;
}

int main(int argc, char **argv) {
    const char *host = argc > 1 ? argv[1] : "127.0.0.1", *service = argc > 2 ? argv[2] : "7007";
    open_socket(host, service, SOCK_DGRAM);
    open_socket(host, service, SOCK_STREAM);
    fprintf(stderr, "echo: listening on %s, port %s\n", host, service);
    for (;;) {
        nfds_t i;
        if (poll(fds, count, -1) < 0) {
            if (errno == EINTR) continue;
            fail("echo: poll");
        }
        for (i = count; i-- > FIRST_CLIENT;) {
            if (!fds[i].revents || echo_stream(fds[i].fd)) continue;
            close(fds[i].fd);
            fds[i] = fds[--count];
        }
        if (fds[UDP].revents) echo_datagram();
        if (fds[LISTENER].revents) {
            int fd = accept(fds[LISTENER].fd, NULL, NULL);
            if (fd >= 0 && add(fd)) close(fd);
        }
    }
}
