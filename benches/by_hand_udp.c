/* The services over UDP. The sockets are not connected: each datagram has its address. */
#include "by_hand.h"
#include "udp.h"

#include <string.h>

/* The most that check-send permits in wasmtime. */
#define MOST 16

static const struct options *options;
static udp_borrow_incoming_datagram_stream_t in;
static udp_borrow_outgoing_datagram_stream_t out;
static poll_borrow_pollable_t readable, writable;

static void open_socket(void) {
    network_error_code_t error;
    network_ip_socket_address_t address = loopback();
    network_borrow_network_t network =
        network_borrow_network(instance_network_instance_network());
    udp_own_udp_socket_t created;
    udp_borrow_udp_socket_t socket;
    udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t streams;
    if (!udp_create_socket_create_udp_socket(NETWORK_IP_ADDRESS_FAMILY_IPV4, &created, &error))
        fail("create-udp-socket", error);
    socket = udp_borrow_udp_socket(created);
    if (!udp_method_udp_socket_start_bind(socket, network, &address, &error))
        fail("start-bind", error);
    while (!udp_method_udp_socket_finish_bind(socket, &error)) {
        poll_own_pollable_t bound = udp_method_udp_socket_subscribe(socket);
        if (error != NETWORK_ERROR_CODE_WOULD_BLOCK) fail("finish-bind", error);
        poll_method_pollable_block(poll_borrow_pollable(bound));
        poll_pollable_drop_own(bound);
    }
    if (!udp_method_udp_socket_stream(socket, NULL, &streams, &error)) fail("stream", error);
    in = udp_borrow_incoming_datagram_stream(streams.f0);
    out = udp_borrow_outgoing_datagram_stream(streams.f1);
    readable = poll_borrow_pollable(udp_method_incoming_datagram_stream_subscribe(in));
    writable = poll_borrow_pollable(udp_method_outgoing_datagram_stream_subscribe(out));
    if (!udp_method_udp_socket_local_address(socket, &address, &error))
        fail("local-address", error);
    announce(address);
}

/* A batch, or a part of one; waits for the first. */
static udp_list_incoming_datagram_t receive(void) {
    udp_list_incoming_datagram_t came;
    network_error_code_t error;
    for (;;) {
        forget_lists();
        if (!udp_method_incoming_datagram_stream_receive(in, (uint64_t)options->batch, &came,
                                                         &error))
            fail("receive", error);
        if (came.len > 0) return came;
        poll_method_pollable_block(readable);
    }
}

/* Sends all of them, waiting for room where there is none. */
static void transmit(udp_outgoing_datagram_t *datagrams, size_t count) {
    network_error_code_t error;
    while (count > 0) {
        udp_list_outgoing_datagram_t list = {datagrams, count};
        uint64_t permit, sent = 0;
        if (!udp_method_outgoing_datagram_stream_check_send(out, &permit, &error))
            fail("check-send", error);
        if (list.len > permit) list.len = (size_t)permit;
        if (list.len > 0 && !udp_method_outgoing_datagram_stream_send(out, &list, &sent, &error))
            fail("send", error);
        if (sent == 0) poll_method_pollable_block(writable);
        datagrams += sent;
        count -= (size_t)sent;
    }
}

static void address_to(udp_outgoing_datagram_t *datagram, const udp_ip_socket_address_t *peer) {
    datagram->remote_address.is_some = true;
    datagram->remote_address.val = *peer;
}

static void report(const udp_ip_socket_address_t *peer, struct udp_head answer) {
    udp_outgoing_datagram_t datagram = {.data = {(uint8_t *)&answer, sizeof answer}};
    answer.kind = UDP_REPORT;
    address_to(&datagram, peer);
    transmit(&datagram, 1);
}

static struct udp_head head_of(const udp_incoming_datagram_t *datagram) {
    struct udp_head head = {0};
    if (datagram->data.len >= sizeof head) memcpy(&head, datagram->data.ptr, sizeof head);
    return head;
}

static void echo(udp_list_incoming_datagram_t came) {
    udp_outgoing_datagram_t answers[MOST];
    for (size_t i = 0; i < came.len; i++) {
        answers[i].data = came.ptr[i].data;
        address_to(&answers[i], &came.ptr[i].remote_address);
    }
    transmit(answers, came.len);
}

static void sink(udp_list_incoming_datagram_t came) {
    static uint64_t taken;
    for (size_t i = 0; i < came.len; i++) {
        struct udp_head head = head_of(&came.ptr[i]);
        if (head.kind == UDP_DATA && came.ptr[i].data.len == options->chunk) {
            taken++;
            continue;
        }
        if (head.kind == UDP_START) taken = 0;
        head.number = taken;
        report(&came.ptr[i].remote_address, head);
        /* The generator waits for the answer; what is left of this batch came before. */
        break;
    }
}

/* Sends for so many milliseconds to one peer. */
static struct udp_head burst(struct udp_head start, const udp_ip_socket_address_t *peer) {
    static uint8_t data[MOST][UDP_LARGEST];
    udp_outgoing_datagram_t datagrams[MOST];
    uint64_t began = monotonic_clock_now(), limit = start.number * 1000000U;
    for (int i = 0; i < options->batch; i++) {
        datagrams[i].data = (wasip2_list_u8_t){data[i], options->chunk};
        address_to(&datagrams[i], peer);
    }
    start.number = start.time = 0;
    while (start.time < limit) {
        /* The clock is looked at once in 64 datagrams, so that it does not weigh. */
        for (int done = 0; done < UDP_BATCH; done += options->batch) {
            for (int i = 0; i < options->batch; i++) {
                struct udp_head next = {UDP_DATA, start.round, start.number++, 0};
                memcpy(data[i], &next, sizeof next);
            }
            transmit(datagrams, (size_t)options->batch);
        }
        start.time = monotonic_clock_now() - began;
    }
    return start;
}

static void source(udp_list_incoming_datagram_t came) {
    static struct udp_head last;
    udp_ip_socket_address_t peer = came.ptr[0].remote_address;
    struct udp_head head = head_of(&came.ptr[0]);
    if (head.kind == UDP_START && head.round != last.round) last = burst(head, &peer);
    report(&peer, last);
}

static const struct {
    const char *name;
    void (*serve)(udp_list_incoming_datagram_t came);
} services[] = {
    {"udp-echo", echo},
    {"udp-sink", sink},
    {"udp-source", source},
};

void serve_udp(const struct options *given) {
    size_t service = 0, number = sizeof services / sizeof *services;
    options = given;
    while (service < number && strcmp(services[service].name, options->service)) service++;
    if (service == number) return;
    if (options->batch < 1 || options->batch > MOST || options->chunk > UDP_LARGEST ||
        options->chunk < sizeof(struct udp_head))
        wrong("such datagrams or batches are not provided for");
    open_socket();
    for (;;) services[service].serve(receive());
}
