/* Datagrams: echoed, flooded, or received from a server that floods. */
#include "load.h"
#include "udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

/* How many datagrams are on their way to be echoed: they fit into any socket's buffer. */
#define WINDOW 16

static int sock = -1;
static char data[UDP_BATCH][UDP_LARGEST];
static struct iovec vectors[UDP_BATCH];
static struct mmsghdr messages[UDP_BATCH];
/* Numbers the bursts and the questions, of all runs. */
static uint32_t round_number;

static void wait_at_most(long microseconds) {
    struct timeval patience = {.tv_sec = 0, .tv_usec = microseconds};
    if (setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience))
        fail("SO_RCVTIMEO");
}

static void prepare(const struct wanted *wanted) {
    struct sockaddr_in server = {.sin_family = AF_INET};
    if (wanted->size > UDP_LARGEST || wanted->size < sizeof(struct udp_head))
        wrong("datagrams have 24 to 1472 bytes");
    server.sin_port = htons((uint16_t)wanted->port);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (sock >= 0) close(sock);
    sock = socket(AF_INET, SOCK_DGRAM, 0);
    if (sock < 0 || connect(sock, (struct sockaddr *)&server, sizeof server)) fail("socket");
    for (int i = 0; i < UDP_BATCH; i++) {
        memset(data[i], 0, sizeof data[i]);
        vectors[i] = (struct iovec){data[i], wanted->size};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
    }
}

static void transmit(int count) {
    for (int sent = 0; sent < count;) {
        int n = sendmmsg(sock, messages + sent, (unsigned)(count - sent), 0);
        if (n <= 0) fail("sendmmsg");
        sent += n;
    }
}

static void put(int index, struct udp_head head) {
    memcpy(data[index], &head, sizeof head);
}

/* Sends a question until it is answered: it may be dropped where the server is flooded. */
static struct udp_head question(struct udp_head head) {
    for (int tries = 0; tries < 2000; tries++) {
        struct udp_head answer;
        if (send(sock, &head, sizeof head, 0) < 0) fail("send");
        wait_at_most(30000);
        while (recv(sock, &answer, sizeof answer, 0) >= (ssize_t)sizeof answer)
            if (answer.kind == UDP_REPORT && answer.round == head.round) return answer;
    }
    wrong("the server does not answer");
}

static void flood(const struct wanted *wanted, uint64_t time, uint64_t least, struct found *found) {
    uint64_t start = begin(wanted, found), sent = 0;
    do {
        for (int i = 0; i < UDP_BATCH; i++)
            put(i, (struct udp_head){UDP_DATA, 0, sent + (uint64_t)i, 0});
        transmit(UDP_BATCH);
        sent += UDP_BATCH;
    } while (now() - start < time || sent < least);
    end_since(start, wanted, found);
    found->bytes = sent * wanted->size;
}

void load_udp_sink(const struct wanted *wanted, struct found *found) {
    uint64_t sent;
    prepare(wanted);
    flood(wanted, wanted->warm, 1, found);
    question((struct udp_head){UDP_START, ++round_number, 0, 0});
    flood(wanted, wanted->time, wanted->least, found);
    sent = found->bytes / wanted->size;
    found->operations = question((struct udp_head){UDP_ASK, ++round_number, 0, 0}).number;
    if (found->operations > sent) wrong("the server took more datagrams than there were");
    found->lost = sent - found->operations;
    found->bytes = found->operations * wanted->size;
}

/* One burst of the server; what it says about it. */
static struct udp_head receive_burst(const struct wanted *wanted, uint32_t round, uint64_t time,
                                     struct found *found) {
    static const char zeros[UDP_LARGEST];
    struct udp_head start = {UDP_START, round, time / 1000000U, 0}, head;
    uint64_t next = 0;
    found->delivered = 0;
    wait_at_most(500000);
    if (send(sock, &start, sizeof start, 0) < 0) fail("send");
    for (int silent = 0;;) {
        int count;
        for (int i = 0; i < UDP_BATCH; i++) vectors[i].iov_len = UDP_LARGEST;
        count = recvmmsg(sock, messages, UDP_BATCH, MSG_WAITFORONE, NULL);
        if (count <= 0) {
            /* Its report was dropped, or the start; it reports again when asked again. */
            if (++silent > 100) wrong("the server does not send");
            if (send(sock, &start, sizeof start, 0) < 0) fail("send");
            continue;
        }
        for (int i = 0; i < count; i++) {
            memcpy(&head, data[i], sizeof head);
            if (head.round != round) continue;
            if (head.kind == UDP_REPORT) return head;
            if (messages[i].msg_len != wanted->size) wrong("a datagram has another size");
            if (head.number < next) wrong("datagrams came in another order");
            if (memcmp(data[i] + sizeof head, zeros, wanted->size - sizeof head))
                wrong("a datagram has other bytes");
            next = head.number + 1;
            found->delivered++;
        }
    }
}

void load_udp_source(const struct wanted *wanted, struct found *found) {
    struct udp_head report;
    uint64_t start;
    prepare(wanted);
    if (wanted->warm) receive_burst(wanted, ++round_number, wanted->warm, found);
    start = begin(wanted, found);
    report = receive_burst(wanted, ++round_number, wanted->time ? wanted->time : 20000000, found);
    end_since(start, wanted, found);
    if (found->delivered > report.number) wrong("more datagrams came than were sent");
    found->operations = report.number;
    found->time = report.time;
    found->bytes = found->operations * wanted->size;
}

void load_udp_echo(const struct wanted *wanted, struct found *found) {
    uint64_t next = 0, start = now(), end = start + wanted->warm;
    int warm = 1, free_places = WINDOW;
    prepare(wanted);
    wait_at_most(100000);
    for (;;) {
        int count;
        for (int i = 0; i < free_places; i++) {
            put(i, (struct udp_head){UDP_DATA, 0, next++, now()});
            vectors[i].iov_len = wanted->size;
        }
        transmit(free_places);
        for (int i = 0; i < WINDOW; i++) vectors[i].iov_len = UDP_LARGEST;
        count = recvmmsg(sock, messages, WINDOW, MSG_WAITFORONE, NULL);
        if (count <= 0) {
            /* Nothing for a long time: what was on the way is lost. */
            if ((found->lost += WINDOW) > 1000 * WINDOW) wrong("the server does not answer");
            free_places = WINDOW;
            continue;
        }
        free_places = count;
        for (int i = 0; i < count; i++) {
            struct udp_head head;
            memcpy(&head, data[i], sizeof head);
            if (messages[i].msg_len != wanted->size || head.kind != UDP_DATA || head.number >= next)
                wrong("an echo has other bytes");
            latency_add(now() - head.time);
            found->operations++;
        }
        if (now() < end || (!warm && found->operations < wanted->least)) continue;
        if (!warm) break;
        warm = 0;
        start = begin(wanted, found);
        end = start + wanted->time;
    }
    end_since(start, wanted, found);
    found->bytes = found->operations * wanted->size;
}
