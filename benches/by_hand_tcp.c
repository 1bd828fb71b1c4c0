/* The services over TCP. */
#include "by_hand.h"

#include <string.h>

/* What accept gives. */
typedef tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t accepted;

static const struct options *options;
static tcp_borrow_tcp_socket_t listener;
static poll_borrow_pollable_t at_listener;

static void open_listener(void) {
    network_error_code_t error;
    network_ip_socket_address_t address = loopback();
    network_borrow_network_t network =
        network_borrow_network(instance_network_instance_network());
    tcp_own_tcp_socket_t socket;
    if (!tcp_create_socket_create_tcp_socket(NETWORK_IP_ADDRESS_FAMILY_IPV4, &socket, &error))
        fail("create-tcp-socket", error);
    listener = tcp_borrow_tcp_socket(socket);
    at_listener = poll_borrow_pollable(tcp_method_tcp_socket_subscribe(listener));
    if (!tcp_method_tcp_socket_start_bind(listener, network, &address, &error))
        fail("start-bind", error);
    while (!tcp_method_tcp_socket_finish_bind(listener, &error)) {
        if (error != NETWORK_ERROR_CODE_WOULD_BLOCK) fail("finish-bind", error);
        poll_method_pollable_block(at_listener);
    }
    if (!tcp_method_tcp_socket_start_listen(listener, &error)) fail("start-listen", error);
    while (!tcp_method_tcp_socket_finish_listen(listener, &error)) {
        if (error != NETWORK_ERROR_CODE_WOULD_BLOCK) fail("finish-listen", error);
        poll_method_pollable_block(at_listener);
    }
    if (!tcp_method_tcp_socket_local_address(listener, &address, &error))
        fail("local-address", error);
    announce(address);
}

static accepted accept_one(void) {
    network_error_code_t error;
    accepted connection;
    while (!tcp_method_tcp_socket_accept(listener, &connection, &error)) {
        if (error == NETWORK_ERROR_CODE_WOULD_BLOCK)
            poll_method_pollable_block(at_listener);
        else if (error != NETWORK_ERROR_CODE_CONNECTION_ABORTED)
            fail("accept", error);
    }
    return connection;
}

/* The host forgets what has children only after them. */
static void drop(const accepted *connection) {
    streams_input_stream_drop_own(connection->f1);
    streams_output_stream_drop_own(connection->f2);
    tcp_tcp_socket_drop_own(connection->f0);
}

/* Whatever ended a stream, it is the end of the connection. */
static bool ended(streams_stream_error_t error) {
    if (error.tag == STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED)
        io_error_error_drop_own(error.val.last_operation_failed);
    return false;
}

/* Reads something, waiting for it: false at the end. Needs no pollable. */
static bool read_waiting(const accepted *connection, size_t most, wasip2_list_u8_t *data) {
    streams_stream_error_t error;
    forget_lists();
    if (streams_method_input_stream_blocking_read(streams_borrow_input_stream(connection->f1), most,
                                                  data, &error))
        return true;
    return ended(error);
}

/* Writes all of it, waiting for room where there is none: false when the peer is gone. */
static bool write_all(const accepted *connection, const uint8_t *data, size_t length) {
    streams_borrow_output_stream_t out = streams_borrow_output_stream(connection->f2);
    streams_stream_error_t error;
    while (length > 0) {
        wasip2_list_u8_t piece = {(uint8_t *)data, length};
        uint64_t permit;
        if (!streams_method_output_stream_check_write(out, &permit, &error)) return ended(error);
        if (permit == 0) {
            poll_own_pollable_t room = streams_method_output_stream_subscribe(out);
            poll_method_pollable_block(poll_borrow_pollable(room));
            poll_pollable_drop_own(room);
            continue;
        }
        if (piece.len > permit) piece.len = (size_t)permit;
        if (!streams_method_output_stream_write(out, &piece, &error)) return ended(error);
        data += piece.len;
        length -= piece.len;
    }
    return true;
}

/* The connection's end is looked at when the next one is there: the peer has ended the first before
 * it began the second, so there is nothing to wait for. */
static void serve_connections(void) {
    accepted before, now;
    bool any = false;
    wasip2_list_u8_t data;
    for (;; before = now, any = true) {
        now = accept_one();
        if (read_waiting(&now, options->chunk, &data)) write_all(&now, data.ptr, data.len);
        if (!any) continue;
        while (read_waiting(&before, options->chunk, &data)) continue;
        drop(&before);
    }
}

/* The same as a server with an event loop has to wait: for another connection as well. */
static bool read_among(const accepted *connection, poll_own_pollable_t *more, size_t most,
                       wasip2_list_u8_t *data) {
    streams_borrow_input_stream_t in = streams_borrow_input_stream(connection->f1);
    streams_stream_error_t error;
    for (;;) {
        poll_borrow_pollable_t both[2] = {at_listener};
        poll_list_borrow_pollable_t list = {both, 2};
        wasip2_list_u32_t ready;
        forget_lists();
        if (!streams_method_input_stream_read(in, most, data, &error)) return ended(error);
        if (data->len > 0) return true;
        /* Data often comes with the connection; only what has to be waited for needs this. */
        if (!more->__handle) *more = streams_method_input_stream_subscribe(in);
        both[1] = poll_borrow_pollable(*more);
        forget_lists();
        poll_poll(&list, &ready);
    }
}

static void serve_among(const accepted *connection) {
    poll_own_pollable_t more = {0};
    wasip2_list_u8_t data;
    while (read_among(connection, &more, options->chunk, &data))
        if (!write_all(connection, data.ptr, data.len)) break;
    if (more.__handle) poll_pollable_drop_own(more);
}

static void sink(const accepted *connection) {
    streams_borrow_input_stream_t in = streams_borrow_input_stream(connection->f1);
    poll_own_pollable_t more = streams_method_input_stream_subscribe(in);
    streams_stream_error_t error;
    wasip2_list_u8_t data;
    uint64_t taken = 0;
    for (;;) {
        forget_lists();
        if (!streams_method_input_stream_read(in, options->chunk, &data, &error)) break;
        taken += data.len;
        if (data.len == 0) poll_method_pollable_block(poll_borrow_pollable(more));
    }
    if (error.tag == STREAMS_STREAM_ERROR_CLOSED)
        write_all(connection, (const uint8_t *)&taken, sizeof taken);
    ended(error);
    poll_pollable_drop_own(more);
}

/* What the load generator expects. */
static uint8_t pattern[1 << 20];

static void source(const accepted *connection) {
    streams_borrow_output_stream_t out = streams_borrow_output_stream(connection->f2);
    poll_own_pollable_t room = streams_method_output_stream_subscribe(out);
    streams_stream_error_t error;
    uint64_t sent = 0, permit;
    while (streams_method_output_stream_check_write(out, &permit, &error)) {
        wasip2_list_u8_t data = {pattern + sent % 256, options->chunk};
        if (permit == 0) {
            poll_method_pollable_block(poll_borrow_pollable(room));
            continue;
        }
        if (data.len > permit) data.len = (size_t)permit;
        if (!streams_method_output_stream_write(out, &data, &error)) break;
        sent += data.len;
    }
    ended(error);
    poll_pollable_drop_own(room);
}

static void serve_each(void (*serve)(const accepted *connection)) {
    for (;;) {
        accepted connection = accept_one();
        serve(&connection);
        drop(&connection);
    }
}

void serve_tcp(const struct options *given) {
    void (*serve)(const accepted *connection) = NULL;
    options = given;
    if (!strcmp(options->service, "connect-poll")) serve = serve_among;
    if (!strcmp(options->service, "sink")) serve = sink;
    if (!strcmp(options->service, "source")) serve = source;
    if (!serve && strcmp(options->service, "connect")) return;
    /* The pattern goes on behind what is sent first. */
    if (options->chunk > sizeof pattern - 256) wrong("the pieces are too large");
    for (size_t i = 0; i < sizeof pattern; i++) pattern[i] = (uint8_t)i;
    open_listener();
    if (serve)
        serve_each(serve);
    else
        serve_connections();
}
