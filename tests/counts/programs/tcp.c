/* One TCP connection: what each call on it costs. */
#include "count.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

static char data[1 << 17];
static int client, server;

/* The client sends `size` bytes, which then wait at the server. */
static void arrives(size_t size) {
    // With the acknowledgement of what came before: Nagle's algorithm would wait for it.
    CHECK(send(server, data, 1, 0) == 1);
    drain(client, 1);
    CHECK(send(client, data, size, 0) == (ssize_t)size);
    settle();
}

static void receiving(const char *kind) {
    char name[64];
    for (int i = 0; i < 10; i++) {
        arrives(1000);
        snprintf(name, sizeof name, "recv, 1,000 B there, %s", kind);
        COUNT(name, 1) { CHECK(recv(server, data, sizeof data, 0) == 1000); }
    }
    for (int i = 0; i < 5; i++) {
        arrives(1000);
        struct iovec parts[2] = {{data, 300}, {data + 5000, 2000}};
        snprintf(name, sizeof name, "readv in two parts, 1,000 B there, %s", kind);
        COUNT(name, 1) { CHECK(readv(server, parts, 2) == 1000); }
        arrives(1000);
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 1};
        parts[0].iov_len = 2000;
        snprintf(name, sizeof name, "recvmsg in one part, 1,000 B there, %s", kind);
        COUNT(name, 1) { CHECK(recvmsg(server, &message, 0) == 1000); }
    }
}

static void reading_ahead(void) {
    for (int i = 0; i < 10; i++) {
        arrives(1000);
        COUNT("recv MSG_PEEK of 1,000 B, then recv", 1) {
            CHECK(recv(server, data, sizeof data, MSG_PEEK) == 1000);
            CHECK(recv(server, data, sizeof data, 0) == 1000);
        }
        arrives(1000);
        int there = 0;
        COUNT("FIONREAD of 1,000 B, then recv", 1) {
            CHECK(ioctl(server, FIONREAD, &there) == 0 && there == 1000);
            CHECK(recv(server, data, sizeof data, 0) == 1000);
        }
        struct pollfd one = {.fd = server, .events = POLLIN};
        arrives(1000);
        COUNT("poll of one fd with 1,000 B, then recv", 1) {
            CHECK(poll(&one, 1, -1) == 1);
            CHECK(recv(server, data, sizeof data, 0) == 1000);
        }
    }
    for (int i = 0; i < 10; i++) {
        struct pollfd one = {.fd = server, .events = POLLIN};
        arrives(60000);
        COUNT("poll of one fd with 60,000 B, then recv", 1) {
            CHECK(poll(&one, 1, -1) == 1);
            CHECK(recv(server, data, sizeof data, 0) == 60000);
        }
    }
    for (int i = 0; i < 10; i++) {
        struct pollfd one = {.fd = server, .events = POLLIN};
        arrives(65536);
        COUNT("16 times poll of one fd and recv of 4,096 B, 65,536 B there", 1) {
            for (int piece = 0; piece < 16; piece++) {
                CHECK(poll(&one, 1, -1) == 1);
                CHECK(recv(server, data, 4096, 0) == 4096);
            }
        }
        arrives(60000);
        COUNT("3 times poll of one fd and recv of 20,000 B, 60,000 B there", 1) {
            for (int piece = 0; piece < 3; piece++) {
                CHECK(poll(&one, 1, -1) == 1);
                CHECK(recv(server, data, 20000, 0) == 20000);
            }
        }
    }
}

static void sending(void) {
    struct iovec parts[3] = {{data, 100}, {data + 500, 400}, {data + 1500, 1000}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};
    for (int i = 0; i < 10; i++) {
        COUNT("send of 100 B", 1) { CHECK(send(server, data, 100, 0) == 100); }
        drain(client, 100);
        COUNT("send of 65,536 B", 1) { CHECK(send(server, data, 65536, 0) == 65536); }
        drain(client, 65536);
        /* A flush point: these are not to be one burst. */
        poll(NULL, 0, 0);
        COUNT("writev of three parts, 1,500 B", 1) { CHECK(writev(server, parts, 3) == 1500); }
        drain(client, 1500);
        poll(NULL, 0, 0);
        COUNT("sendmsg of three parts, 1,500 B", 1) { CHECK(sendmsg(server, &message, 0) == 1500); }
        drain(client, 1500);
    }
}

/* The first burst of a connection is not known for one; from the second on it is. */
static void bursts(void) {
    for (int round = 0; round < 6; round++) {
        CHECK(send(client, data, 100, 0) == 100);
        settle();
        begin();
        CHECK(recv(server, data, sizeof data, 0) == 100);
        for (int i = 0; i < 8; i++) {
            CHECK(send(server, data, 512, 0) == 512);
        }
        CHECK(recv(server, data, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
        end(round == 0 ? "first: recv, 8 sends of 512 B, recv of nothing"
                       : "then: recv, 8 sends of 512 B, recv of nothing",
            1);
        drain(client, 8 * 512);
    }
    for (int round = 0; round < 5; round++) {
        begin();
        for (int i = 0; i < 7; i++) {
            CHECK(send(server, data, 512, MSG_MORE) == 512);
        }
        CHECK(send(server, data, 512, 0) == 512);
        end("7 sends of 512 B with MSG_MORE, one without", 1);
        drain(client, 8 * 512);
    }
}

static void nothing_to_do(void) {
    struct pollfd one = {.fd = server, .events = POLLIN};
    struct pollfd out = {.fd = server, .events = POLLOUT};
    int flag = 1, error;
    socklen_t length = sizeof error;
    struct sockaddr_in address;
    for (int i = 0; i < 10; i++) {
        COUNT("recv of nothing (EAGAIN)", 1) {
            CHECK(recv(server, data, 100, 0) == -1 && errno == EAGAIN);
        }
        COUNT("poll of one idle fd, timeout 0", 1) { CHECK(poll(&one, 1, 0) == 0); }
        COUNT("poll of one idle fd, 1 ms", 1) { CHECK(poll(&one, 1, 1) == 0); }
        COUNT("poll of one fd for POLLOUT", 1) { CHECK(poll(&out, 1, -1) == 1); }
        COUNT("setsockopt TCP_NODELAY", 1) {
            CHECK(setsockopt(server, IPPROTO_TCP, 1, &flag, sizeof flag) == 0);
        }
        COUNT("getsockopt SO_ERROR", 1) {
            CHECK(getsockopt(server, SOL_SOCKET, SO_ERROR, &error, &length) == 0);
        }
        COUNT("fcntl F_GETFL", 1) { CHECK(fcntl(server, F_GETFL) >= 0); }
        socklen_t size = sizeof address;
        COUNT("getpeername", 1) {
            CHECK(getpeername(server, (struct sockaddr *)&address, &size) == 0);
        }
        size = sizeof address;
        COUNT("getsockname", 1) {
            CHECK(getsockname(server, (struct sockaddr *)&address, &size) == 0);
        }
    }
}

static void connections(int listening) {
    struct sockaddr_in address = name_of(listening);
    nonblocking(listening);
    for (int i = 0; i < 5; i++) {
        COUNT("accept of nothing (EAGAIN)", 1) {
            CHECK(accept(listening, NULL, NULL) == -1 && errno == EAGAIN);
        }
    }
    for (int i = 0; i < 10; i++) {
        int fd = -1, other = -1;
        COUNT("socket", 1) { fd = socket(AF_INET, SOCK_STREAM, 0); }
        nonblocking(fd);
        /* What the host has not yet sent of the last connections is asked about until it has. */
        settle();
        COUNT("connect, non-blocking (EINPROGRESS)", 1) {
            CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == -1);
        }
        struct pollfd one = {.fd = fd, .events = POLLOUT};
        int error = -1;
        socklen_t length = sizeof error;
        settle();
        COUNT("poll for POLLOUT once connected, then SO_ERROR", 1) {
            CHECK(poll(&one, 1, -1) == 1);
            CHECK(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0);
        }
        COUNT("accept, connection there", 1) { other = accept(listening, NULL, NULL); }
        CHECK(other >= 0);
        COUNT("close, nothing unsent", 1) { CHECK(close(other) == 0); }
        close(fd);
        fd = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
        settle();
        COUNT("accept with the peer's name", 1) {
            socklen_t size = sizeof address;
            other = accept(listening, (struct sockaddr *)&(struct sockaddr_in){0}, &size);
        }
        /* Elsewhere a first sleep is put off by asking on; this peer waits for no answer. */
        one = (struct pollfd){.fd = other, .events = POLLIN};
        CHECK(send(fd, data, 20000, 0) == 20000);
        settle();
        CHECK(recv(other, data, sizeof data, 0) == 20000);
        COUNT("poll of one new fd after 20,000 B without an answer, 1 ms", 1) {
            CHECK(poll(&one, 1, 1) == 0);
        }
        close(other);
        close(fd);
    }
}

int main(void) {
    int listening = listener();
    client = connected(listening, &server);
    receiving("blocking");
    nonblocking(server);
    receiving("non-blocking");
    sending();
    reading_ahead();
    bursts();
    nothing_to_do();
    connections(listening);
    return 0;
}
