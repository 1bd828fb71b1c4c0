/*
 * wasi_posix_sockets.h - all functions of libwasi_posix_sockets.a that programs call by name.
 *
 * Programs need the usual headers only. This one lists what the archive defines, for those who want
 * to look, and for compilers: a prototype that differed from the system header's would not compile.
 * It includes the system headers; define _GNU_SOURCE for all of their types. Functions that files
 * have too (close, read, fcntl and so on) stay libc's and are wrapped by the linker.
 */

#ifndef WASI_POSIX_SOCKETS_H
#define WASI_POSIX_SOCKETS_H

/* Generated from src/abi by cbindgen; see docs/ARCHITECTURE.md. Do not edit. */

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <mqueue.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct gaicb;
struct mmsghdr;
struct sigevent;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// `int inet_aton(const char *text, struct in_addr *address)`
//
// inet_aton(3). 1 when the text is an address, else 0.
//
// `text` is a C string, `address` null or writable.
int inet_aton(const char *text, struct in_addr *address);

// `in_addr_t inet_addr(const char *text)`
//
// POSIX inet_addr(). All ones when the text is not an address.
//
// `text` is a C string.
in_addr_t inet_addr(const char *text);

// `in_addr_t inet_network(const char *text)`
//
// inet_network(3): in host byte order; all ones when the text is not a number.
//
// `text` is a C string.
in_addr_t inet_network(const char *text);

// `struct in_addr inet_makeaddr(in_addr_t network, in_addr_t host)`
//
// inet_makeaddr(3), for class A, B and C networks.
struct in_addr inet_makeaddr(in_addr_t network, in_addr_t host);

// `in_addr_t inet_lnaof(struct in_addr address)`
//
// inet_lnaof(3): the host number, in host byte order.
in_addr_t inet_lnaof(struct in_addr address);

// `in_addr_t inet_netof(struct in_addr address)`
//
// inet_netof(3): the network number, in host byte order.
in_addr_t inet_netof(struct in_addr address);

// `char *inet_ntoa(struct in_addr address)`
//
// POSIX inet_ntoa(). The text stays until the next call.
char *inet_ntoa(struct in_addr address);

// `int inet_pton(int family, const char *text, void *address)`
//
// POSIX inet_pton(). 1 when the text is an address, 0 when not, -1 with `EAFNOSUPPORT` for a
// family other than AF_INET and AF_INET6.
//
// `text` is a C string, `address` has 4 or 16 bytes.
int inet_pton(int family, const char *text, void *address);

// `const char *inet_ntop(int family, const void *address, char *text, socklen_t size)`
//
// POSIX inet_ntop(). Null with `EAFNOSUPPORT`, or `ENOSPC` when the text does not fit.
//
// `address` has 4 or 16 bytes, `text` has `size`.
const char *inet_ntop(int family, const void *address, char *text, socklen_t size);

// `int getifaddrs(struct ifaddrs **list)`
//
// getifaddrs(3): the loopback addresses, and the addresses that the host shows datagrams to
// leave from, those of IPv4 first. There is no link-level information. -1 with `ENOMEM`.
//
// `list` is writable.
int getifaddrs(struct ifaddrs **list);

// `void freeifaddrs(struct ifaddrs *list)`
//
// getifaddrs(3). Null is allowed.
//
// The list came from [`getifaddrs`] and is not used any more.
void freeifaddrs(struct ifaddrs *list);

// mq_unlink(3): takes the name away; descriptors keep the queue. Fails with `ENOENT` and mq_open's
// errors of names.
int mq_unlink(const char *name);

// mq_close(3): fails with `EBADF`.
int mq_close(int fd);

// mq_getattr(3): fails with `EBADF`, `EFAULT`.
int mq_getattr(int fd, struct mq_attr *to);

// mq_setattr(3): sets O_NONBLOCK and nothing else. Fails with `EBADF`, `EFAULT`, `EINVAL`.
int mq_setattr(int fd, const struct mq_attr *new_, struct mq_attr *old);

// mq_send(3): fails with `EAGAIN` (O_NONBLOCK), `EMSGSIZE`, `EINVAL` (the priority), `EBADF`,
// `EINTR`, `EFAULT`; `EDEADLK` where the queue is full and nothing could empty it.
int mq_send(int fd, const char *data, size_t length, unsigned int priority);

// mq_timedsend(3): as [`mq_send`], until a time of CLOCK_REALTIME: `ETIMEDOUT`, `EINVAL`.
int mq_timedsend(int fd,
                 const char *data,
                 size_t length,
                 unsigned int priority,
                 const struct timespec *time);

// mq_receive(3): the length of the message. Fails with `EAGAIN` (O_NONBLOCK), `EMSGSIZE` (less room
// than mq_msgsize), `EBADF`, `EINTR`, `EFAULT`; `EDEADLK` where the queue is empty and nothing could
// fill it.
ssize_t mq_receive(int fd,
                   char *to,
                   size_t length,
                   unsigned int *priority);

// mq_timedreceive(3): as [`mq_receive`], until a time of CLOCK_REALTIME: `ETIMEDOUT`, `EINVAL`.
ssize_t mq_timedreceive(int fd,
                        char *to,
                        size_t length,
                        unsigned int *priority,
                        const struct timespec *time);

// mq_notify(3): 0 for null, which asks for nothing any more. `ENOSYS` for all else: no other
// process could send what the program would be notified of. `EBADF`.
int mq_notify(int fd, const struct sigevent *event);

// `unsigned int if_nametoindex(const char *name)`
//
// POSIX if_nametoindex(). 0 with `ENODEV` when there is no such interface.
//
// `name` is a C string.
uint32_t if_nametoindex(const char *name);

// `char *if_indextoname(unsigned int index, char *name)`
//
// POSIX if_indextoname(); `name` has IF_NAMESIZE bytes. Null with `ENXIO` when there is no such
// interface.
//
// `name` has IF_NAMESIZE bytes.
char *if_indextoname(uint32_t index, char *name);

// `struct if_nameindex *if_nameindex(void)`
//
// POSIX if_nameindex(): an array that ends with index 0 and a null name. Null with `ENOBUFS`.
struct if_nameindex *if_nameindex(void);

// `void if_freenameindex(struct if_nameindex *array)`
//
// POSIX if_freenameindex(). Null is allowed.
//
// The array came from [`if_nameindex`] and is not used any more.
void if_freenameindex(struct if_nameindex *array);

// `struct hostent *gethostent(void)`
//
// gethostent(3): the next line of `/etc/hosts`, null after the last.
struct hostent *gethostent(void);

// `int gethostent_r(struct hostent *entry, char *buffer, size_t size, struct hostent **result,
// int *error)`
//
// gethostent_r(3). 0; `ENOENT` after the last line; `ERANGE` when the buffer is too small, and
// the line is offered again.
//
// As in C: the buffer has `size` bytes.
int gethostent_r(struct hostent *entry,
                 char *buffer,
                 size_t size,
                 struct hostent **result,
                 int *error);

// `void sethostent(int stay_open)`
//
// gethostent(3): back to the first line.
void sethostent(int _stay_open);

// `void endhostent(void)`
//
// gethostent(3): ends the walk.
void endhostent(void);

// `struct hostent *gethostbyname(const char *name)`
//
// gethostbyname(3), IPv4 only. Null with `h_errno` set: `HOST_NOT_FOUND`, `NO_DATA`,
// `TRY_AGAIN`, `NO_RECOVERY`, or `NETDB_INTERNAL` with errno.
//
// `name` is a C string.
struct hostent *gethostbyname(const char *name);

// `struct hostent *gethostbyname2(const char *name, int family)`
//
// gethostbyname2(3). As [`gethostbyname`], for either family.
//
// `name` is a C string.
struct hostent *gethostbyname2(const char *name, int family);

// `struct hostent *gethostbyaddr(const void *address, socklen_t length, int family)`
//
// gethostbyaddr(3). Null with `h_errno` set.
//
// `address` points at `length` bytes.
struct hostent *gethostbyaddr(const void *address, socklen_t length, int family);

// `int gethostbyname_r(const char *name, struct hostent *entry, char *buffer, size_t size,
// struct hostent **result, int *error)`
//
// gethostbyname_r(3). 0, with `*result` null when nothing was found; `ERANGE` when the buffer
// is too small, `EAGAIN` when the resolver did not answer.
//
// As in C: the buffer has `size` bytes.
int gethostbyname_r(const char *name,
                    struct hostent *entry,
                    char *buffer,
                    size_t size,
                    struct hostent **result,
                    int *error);

// `int gethostbyname2_r(const char *name, int family, struct hostent *entry, char *buffer,
// size_t size, struct hostent **result, int *error)`
//
// gethostbyname2_r(3). As [`gethostbyname_r`], for either family (`EAFNOSUPPORT`).
//
// As in C: the buffer has `size` bytes.
int gethostbyname2_r(const char *name,
                     int family,
                     struct hostent *entry,
                     char *buffer,
                     size_t size,
                     struct hostent **result,
                     int *error);

// `int gethostbyaddr_r(const void *address, socklen_t length, int family, struct hostent *entry,
// char *buffer, size_t size, struct hostent **result, int *error)`
//
// gethostbyaddr_r(3). As [`gethostbyname_r`].
//
// As in C: `address` points at `length` bytes, the buffer has `size`.
int gethostbyaddr_r(const void *address,
                    socklen_t length,
                    int family,
                    struct hostent *entry,
                    char *buffer,
                    size_t size,
                    struct hostent **result,
                    int *error);

// `const char *hstrerror(int code)`
//
// hstrerror(3): the text of an `h_errno` value. Never null.
const char *hstrerror(int code);

// `void herror(const char *prefix)`
//
// herror(3): prints the text of `h_errno` to standard error, after `prefix` and a colon unless
// that is null or empty.
//
// `prefix` is null or a C string.
void herror(const char *prefix);

// `struct netent *getnetbyname(const char *name)`
//
// POSIX getnetbyname(). Null when there is no such network.
//
// `name` is a C string.
struct netent *getnetbyname(const char *name);

// `struct netent *getnetbyaddr(uint32_t network, int family)`
//
// POSIX getnetbyaddr(), `network` in host byte order. Null when there is no such network.
struct netent *getnetbyaddr(uint32_t network, int family);

// `struct netent *getnetent(void)`
//
// POSIX getnetent(): the next line of `/etc/networks`, null after the last.
struct netent *getnetent(void);

// `int getnetbyname_r(const char *name, struct netent *entry, char *buffer, size_t size, struct
// netent **result, int *error)`
//
// getnetbyname_r(3). 0, with `*result` null and `*error` set when nothing was found; `ERANGE`.
//
// As in C: the buffer has `size` bytes.
int getnetbyname_r(const char *name,
                   struct netent *entry,
                   char *buffer,
                   size_t size,
                   struct netent **result,
                   int *error);

// `int getnetbyaddr_r(uint32_t network, int family, struct netent *entry, char *buffer, size_t
// size, struct netent **result, int *error)`
//
// getnetbyaddr_r(3), `network` in host byte order. As [`getnetbyname_r`].
//
// As in C: the buffer has `size` bytes.
int getnetbyaddr_r(uint32_t network,
                   int family,
                   struct netent *entry,
                   char *buffer,
                   size_t size,
                   struct netent **result,
                   int *error);

// `int getnetent_r(struct netent *entry, char *buffer, size_t size, struct netent **result, int
// *error)`
//
// getnetent_r(3). 0; `ENOENT` after the last line, `ERANGE`.
//
// As in C: the buffer has `size` bytes.
int getnetent_r(struct netent *entry,
                char *buffer,
                size_t size,
                struct netent **result,
                int *error);

// `void setnetent(int stay_open)`
//
// POSIX setnetent(): back to the first line.
void setnetent(int _stay_open);

// `void endnetent(void)`
//
// POSIX endnetent(): ends the walk.
void endnetent(void);

// `int getaddrinfo_a(int mode, struct gaicb *list[], int count, struct sigevent *event)`
//
// getaddrinfo_a(3). There is no second thread: each request is complete when the call returns,
// in either mode. A notification by signal or thread is refused with `EAI_SYSTEM`, `ENOTSUP`.
//
// As in C: `list` has `count` pointers, each null or to a request.
int getaddrinfo_a(int mode, struct gaicb **list, int count, struct sigevent *event);

// `int gai_error(struct gaicb *request)`
//
// getaddrinfo_a(3): what getaddrinfo would have returned for the request.
//
// The request has been through [`getaddrinfo_a`].
int gai_error(struct gaicb *request);

// `int gai_cancel(struct gaicb *request)`
//
// getaddrinfo_a(3). Requests are complete before they can be cancelled: `EAI_ALLDONE`.
int gai_cancel(struct gaicb *_request);

// `int gai_suspend(const struct gaicb *const list[], int count, const struct timespec *limit)`
//
// getaddrinfo_a(3). Nothing is ever under way: `EAI_ALLDONE`.
int gai_suspend(const struct gaicb *const *_list, int _count, const struct timespec *_limit);

// `struct servent *getservbyname(const char *name, const char *protocol)`
//
// POSIX getservbyname(). A null protocol means any; null when there is no such service.
//
// The arguments are C strings, `protocol` perhaps null.
struct servent *getservbyname(const char *name, const char *protocol);

// `struct servent *getservbyport(int port, const char *protocol)`
//
// POSIX getservbyport(), `port` in network byte order. Null when there is no such service.
//
// `protocol` is null or a C string.
struct servent *getservbyport(int port, const char *protocol);

// `int getservbyname_r(const char *name, const char *protocol, struct servent *entry, char
// *buffer, size_t size, struct servent **result)`
//
// getservbyname_r(3). 0, with `*result` null when nothing was found; `ERANGE`.
//
// As in C: the buffer has `size` bytes.
int getservbyname_r(const char *name,
                    const char *protocol,
                    struct servent *entry,
                    char *buffer,
                    size_t size,
                    struct servent **result);

// `int getservbyport_r(int port, const char *protocol, struct servent *entry, char *buffer,
// size_t size, struct servent **result)`
//
// getservbyport_r(3). 0, with `*result` null when nothing was found; `ERANGE`.
//
// As in C: the buffer has `size` bytes.
int getservbyport_r(int port,
                    const char *protocol,
                    struct servent *entry,
                    char *buffer,
                    size_t size,
                    struct servent **result);

// `struct servent *getservent(void)`
//
// POSIX getservent(): the next line of `/etc/services`, null after the last.
struct servent *getservent(void);

// `int getservent_r(struct servent *entry, char *buffer, size_t size, struct servent **result)`
//
// getservent_r(3). 0; `ENOENT` after the last line, `ERANGE`.
//
// As in C: the buffer has `size` bytes.
int getservent_r(struct servent *entry, char *buffer, size_t size, struct servent **result);

// `void setservent(int stay_open)`
//
// POSIX setservent(): back to the first line.
void setservent(int _stay_open);

// `void endservent(void)`
//
// POSIX endservent(): ends the walk.
void endservent(void);

// `struct protoent *getprotobyname(const char *name)`
//
// POSIX getprotobyname(). Null when there is no such protocol.
//
// `name` is a C string.
struct protoent *getprotobyname(const char *name);

// `struct protoent *getprotobynumber(int number)`
//
// POSIX getprotobynumber(). Null when there is no such protocol.
struct protoent *getprotobynumber(int number);

// `int getprotobyname_r(const char *name, struct protoent *entry, char *buffer, size_t size,
// struct protoent **result)`
//
// getprotobyname_r(3). 0, with `*result` null when nothing was found; `ERANGE`.
//
// As in C: the buffer has `size` bytes.
int getprotobyname_r(const char *name,
                     struct protoent *entry,
                     char *buffer,
                     size_t size,
                     struct protoent **result);

// `int getprotobynumber_r(int number, struct protoent *entry, char *buffer, size_t size, struct
// protoent **result)`
//
// getprotobynumber_r(3). 0, with `*result` null when nothing was found; `ERANGE`.
//
// As in C: the buffer has `size` bytes.
int getprotobynumber_r(int number,
                       struct protoent *entry,
                       char *buffer,
                       size_t size,
                       struct protoent **result);

// `struct protoent *getprotoent(void)`
//
// POSIX getprotoent(): the next line of `/etc/protocols`, null after the last.
struct protoent *getprotoent(void);

// `int getprotoent_r(struct protoent *entry, char *buffer, size_t size, struct protoent
// **result)`
//
// getprotoent_r(3). 0; `ENOENT` after the last line, `ERANGE`.
//
// As in C: the buffer has `size` bytes.
int getprotoent_r(struct protoent *entry, char *buffer, size_t size, struct protoent **result);

// `void setprotoent(int stay_open)`
//
// POSIX setprotoent(): back to the first line.
void setprotoent(int _stay_open);

// `void endprotoent(void)`
//
// POSIX endprotoent(): ends the walk.
void endprotoent(void);

// `int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct
// addrinfo **list)`
//
// POSIX getaddrinfo(). Returns 0 or an `EAI_` number; with `EAI_SYSTEM`, errno tells more.
//
// As in C: the strings end with a null byte, `hints` is null or a structure.
int getaddrinfo(const char *node,
                const char *service,
                const struct addrinfo *hints,
                struct addrinfo **list);

// `void freeaddrinfo(struct addrinfo *list)`
//
// POSIX freeaddrinfo(). A part of a list may be freed alone; null is allowed.
//
// The list came from [`getaddrinfo`] and is not used any more.
void freeaddrinfo(struct addrinfo *list);

// `const char *gai_strerror(int code)`
//
// POSIX gai_strerror(). Never null.
const char *gai_strerror(int code);

// `int getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t
// host_size, char *service, socklen_t service_size, int flags)`
//
// POSIX getnameinfo(). Returns 0 or an `EAI_` number.
//
// As in C: the pointers have room for so many bytes.
int getnameinfo(const struct sockaddr *address,
                socklen_t length,
                char *host,
                socklen_t host_size,
                char *service,
                socklen_t service_size,
                int flags);

// `struct ether_addr *ether_aton_r(const char *text, struct ether_addr *address)`
//
// ether_aton(3). `address`, or null when the text is not one.
//
// `text` is a C string, `address` has six bytes.
struct ether_addr *ether_aton_r(const char *text, struct ether_addr *address);

// `struct ether_addr *ether_aton(const char *text)`
//
// ether_aton(3). As [`ether_aton_r`]; the address stays until the next call.
//
// `text` is a C string.
struct ether_addr *ether_aton(const char *text);

// `char *ether_ntoa_r(const struct ether_addr *address, char *text)`
//
// ether_aton(3). `text`, which has 18 bytes.
//
// `address` has six bytes, `text` 18.
char *ether_ntoa_r(const struct ether_addr *address, char *text);

// `char *ether_ntoa(const struct ether_addr *address)`
//
// ether_aton(3). As [`ether_ntoa_r`]; the text stays until the next call.
//
// `address` has six bytes.
char *ether_ntoa(const struct ether_addr *address);

// poll(2): waits at most `timeout` milliseconds (negative: for ever). Returns how many entries
// have a non-zero `revents`. Fails with `EFAULT`, `EINTR`, `EINVAL`.
int poll(struct pollfd *fds, nfds_t count, int timeout);

// ppoll(2): poll(2) with nanoseconds, and a signal mask for its duration.
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask);

// `int dn_expand(const unsigned char *message, const unsigned char *end, const unsigned char
// *from, char *name, int size)`
//
// resolver(3): the text of a name in a message, the root as an empty string. How many bytes of
// the message stood for it; -1 with `EMSGSIZE`.
//
// As in C: the message reaches to `end`, `name` has `size` bytes.
int dn_expand(const uint8_t *message,
              const uint8_t *end,
              const uint8_t *from,
              char *name,
              int size);

// `int ns_name_uncompress(const unsigned char *message, const unsigned char *end, const unsigned
// char *from, char *name, size_t size)`
//
// As [`dn_expand`], the root as a dot.
//
// As in C: the message reaches to `end`, `name` has `size` bytes.
int ns_name_uncompress(const uint8_t *message,
                       const uint8_t *end,
                       const uint8_t *from,
                       char *name,
                       size_t size);

// `int dn_skipname(const unsigned char *from, const unsigned char *end)`
//
// resolver(3): how many bytes a name takes in a message; -1 with `EMSGSIZE`.
//
// As in C: the message reaches to `end`.
int dn_skipname(const uint8_t *from, const uint8_t *end);

// `int dn_comp(const char *name, unsigned char *wire, int size, unsigned char **names, unsigned
// char **last)`
//
// resolver(3): writes a name, pointing into the message at `names[0]` where that has a name
// with the same end; `names[1]` and on, up to a null, are the names written so far, and the new
// one is added while there is room before `last`. The bytes written, or -1 with `EMSGSIZE`.
//
// As in C: `wire` has `size` bytes and follows the message; the list ends with a null.
int dn_comp(const char *name, uint8_t *wire, int size, uint8_t **names, uint8_t **last);

// `unsigned ns_get16(const unsigned char *from)`
//
// A 16-bit number in network byte order.
//
// Two bytes can be read.
uint32_t ns_get16(const uint8_t *from);

// `unsigned long ns_get32(const unsigned char *from)`
//
// A 32-bit number in network byte order.
//
// Four bytes can be read.
unsigned long ns_get32(const uint8_t *from);

// `void ns_put16(unsigned value, unsigned char *to)`
//
// Writes a 16-bit number in network byte order.
//
// Two bytes can be written.
void ns_put16(uint32_t value, uint8_t *to);

// `void ns_put32(unsigned long value, unsigned char *to)`
//
// Writes a 32-bit number in network byte order.
//
// Four bytes can be written.
void ns_put32(unsigned long value, uint8_t *to);

// `int ns_skiprr(const unsigned char *from, const unsigned char *end, ns_sect section, int
// count)`
//
// How many bytes so many records take; -1 with `EMSGSIZE`.
//
// As in C: the message reaches to `end`.
int ns_skiprr(const uint8_t *from, const uint8_t *end, ns_sect section, int count);

// `int ns_initparse(const unsigned char *message, int length, ns_msg *handle)`
//
// Finds the sections of a message. 0; -1 with `EMSGSIZE` when it is malformed.
//
// As in C: the message has `length` bytes, `handle` is writable.
int ns_initparse(const uint8_t *message, int length, ns_msg *handle);

// `int ns_parserr(ns_msg *handle, ns_sect section, int number, ns_rr *record)`
//
// Reads a record of a section, by number or, with -1, the next one. 0; -1 with `ENODEV` when
// there is none, `EMSGSIZE` when it is malformed.
//
// As in C: the handle was filled by [`ns_initparse`] and its message is still there.
int ns_parserr(ns_msg *handle, ns_sect section, int number, ns_rr *record);

// `int res_mkquery(int op, const char *name, int class, int type, const unsigned char *data, int
// length, const unsigned char *unused, unsigned char *query, int size)`
//
// resolver(3). The length of the query made, or -1: not a plain query, not a name, no room.
//
// As in C: `query` has `size` bytes.
int res_mkquery(int op,
                const char *name,
                int class_,
                int kind,
                const uint8_t *data,
                int length,
                const uint8_t *unused,
                uint8_t *query,
                int size);

// `int res_nmkquery(res_state state, int op, const char *name, int class, int type, const
// unsigned char *data, int length, const unsigned char *unused, unsigned char *query, int size)`
//
// resolver(3). As [`res_mkquery`].
//
// As in C: `query` has `size` bytes.
int res_nmkquery(struct __res_state *state,
                 int op,
                 const char *name,
                 int class_,
                 int kind,
                 const uint8_t *_data,
                 int _length,
                 const uint8_t *_unused,
                 uint8_t *query,
                 int size);

// `int res_nsend(res_state state, const unsigned char *query, int length, unsigned char *answer,
// int size)`
//
// resolver(3). The length of the answer, of which at most `size` bytes are stored; -1 with
// errno (`ETIMEDOUT`, `ECONNREFUSED`).
//
// As in C: `query` has `length` bytes, `answer` has `size`.
int res_nsend(struct __res_state *state,
              const uint8_t *query,
              int length,
              uint8_t *answer,
              int size);

// `int res_send(const unsigned char *query, int length, unsigned char *answer, int size)`
//
// resolver(3). As [`res_nsend`].
//
// As in C: `query` has `length` bytes, `answer` has `size`.
int res_send(const uint8_t *query, int length, uint8_t *answer, int size);

// `struct __res_state *__res_state(void)`
//
// The state behind `_res` and the calls without an `n`.
struct __res_state *__res_state(void);

// `int res_init(void)`
//
// resolver(3): reads `/etc/resolv.conf` again. 0.
int res_init(void);

// `int res_ninit(res_state state)`
//
// resolver(3). 0, or -1 with `EFAULT`. A state that is in use must be closed first.
//
// `state` points at a `struct __res_state`.
int res_ninit(struct __res_state *state);

// `void res_nclose(res_state state)`
//
// resolver(3): gives back what [`res_ninit`] took.
//
// `state` has been initialised.
void res_nclose(struct __res_state *state);

// `int res_nquery(res_state state, const char *name, int class, int type, unsigned char *answer,
// int size)`
//
// resolver(3). The length of the answer, of which at most `size` bytes are stored; -1 with
// `h_errno`.
//
// As in C: `answer` has `size` bytes.
int res_nquery(struct __res_state *state,
               const char *name,
               int class_,
               int kind,
               uint8_t *answer,
               int size);

// `int res_query(const char *name, int class, int type, unsigned char *answer, int size)`
//
// resolver(3). As [`res_nquery`].
//
// As in C: `answer` has `size` bytes.
int res_query(const char *name, int class_, int kind, uint8_t *answer, int size);

// `int res_nsearch(res_state state, const char *name, int class, int type, unsigned char
// *answer, int size)`
//
// resolver(3). As [`res_nquery`], trying the domains of the search list as well.
//
// As in C: `answer` has `size` bytes.
int res_nsearch(struct __res_state *state,
                const char *name,
                int class_,
                int kind,
                uint8_t *answer,
                int size);

// `int res_search(const char *name, int class, int type, unsigned char *answer, int size)`
//
// resolver(3). As [`res_nsearch`].
//
// As in C: `answer` has `size` bytes.
int res_search(const char *name, int class_, int kind, uint8_t *answer, int size);

// `int res_nquerydomain(res_state state, const char *name, const char *domain, int class, int
// type, unsigned char *answer, int size)`
//
// resolver(3). As [`res_nquery`], for `name.domain`; a null domain stands for none.
//
// As in C: `answer` has `size` bytes.
int res_nquerydomain(struct __res_state *state,
                     const char *name,
                     const char *domain,
                     int class_,
                     int kind,
                     uint8_t *answer,
                     int size);

// `int res_querydomain(const char *name, const char *domain, int class, int type, unsigned char
// *answer, int size)`
//
// resolver(3). As [`res_nquerydomain`].
//
// As in C: `answer` has `size` bytes.
int res_querydomain(const char *name,
                    const char *domain,
                    int class_,
                    int kind,
                    uint8_t *answer,
                    int size);

// epoll_create(2): `size` must be positive, and means nothing else.
int epoll_create(int size);

// epoll_create1(2): `flags` may be EPOLL_CLOEXEC.
int epoll_create1(int flags);

// epoll_ctl(2): adds, changes or removes a registration. Fails with `EBADF`, `EEXIST`, `EINVAL`,
// `ELOOP`, `ENOENT`, `EPERM`, `EFAULT`.
int epoll_ctl(int epfd, int operation, int fd, struct epoll_event *event);

// epoll_wait(2): waits at most `timeout` milliseconds (negative: for ever). Fails with `EBADF`,
// `EFAULT`, `EINTR`, `EINVAL`.
int epoll_wait(int epfd, struct epoll_event *events, int most, int timeout);

// epoll_pwait(2): epoll_wait(2) under a signal mask.
int epoll_pwait(int epfd, struct epoll_event *events, int most, int timeout, const sigset_t *mask);

// epoll_pwait2(2): epoll_pwait(2) with nanoseconds.
int epoll_pwait2(int epfd,
                 struct epoll_event *events,
                 int most,
                 const struct timespec *timeout,
                 const sigset_t *mask);

// eventfd(2): a descriptor over a 64-bit counter that starts at `initial`. Fails with `EINVAL`
// for unknown flags, `EMFILE`.
int eventfd(unsigned int initial, int flags);

// eventfd_read(3): read(2) of the counter, or of 1 from a semaphore. 0, or -1 with the errno of
// read(2); `EBADF` if `fd` is no eventfd.
int eventfd_read(int fd, uint64_t *value);

// eventfd_write(3): write(2) of `value`, which is added to the counter. 0, or -1 with the errno
// of write(2); `EBADF` if `fd` is no eventfd.
int eventfd_write(int fd, uint64_t value);

// select(2) for objects compiled with wasi-libc's own fd_set.
int select(int limit, fd_set *read, fd_set *write, fd_set *except, struct timeval *timeout);

// pselect(2) for objects compiled with wasi-libc's own fd_set. Its one-byte sigset_t carries no
// mask, so none is set.
int pselect(int limit,
            fd_set *read,
            fd_set *write,
            fd_set *except,
            const struct timespec *timeout,
            const sigset_t *_mask);

// sendfile(2): copies up to `count` bytes from the file `from`, at `*offset` (which moves) or at
// its own position, to any file. Fails with `EBADF`, `EINVAL` (`from` is a socket), `EAGAIN`,
// `EFAULT`, and what write(2) fails with.
ssize_t sendfile(int to, int from, off_t *offset, size_t count);

// sendfile64(3): offsets always have 64 bits here.
ssize_t sendfile64(int to, int from, off_t *offset, size_t count);

// splice(2): moves up to `size` bytes between two files of which one is a pipe. Offsets are for
// files only. Fails with `EBADF`, `EINVAL`, `ESPIPE`, `EAGAIN`, `EPIPE` (and SIGPIPE).
ssize_t splice(int from,
               off_t *from_offset,
               int to,
               off_t *to_offset,
               size_t size,
               unsigned int flags);

// tee(2): writes to one pipe what another one holds, which keeps it: up to `size` bytes. 0 at its
// end. Fails with `EBADF`, `EINVAL` (no pipes, or two ends of one), `EAGAIN`, `EPIPE` (and SIGPIPE).
ssize_t tee(int from,
            int to,
            size_t size,
            unsigned int flags);

// vmsplice(2): writes the buffers to a pipe, or fills them from the end that is read. Fails with
// `EBADF` (no pipe), `EINVAL`, `EAGAIN`, `EPIPE` (and SIGPIPE).
ssize_t vmsplice(int fd, const struct iovec *parts, size_t count, unsigned int flags);

// signalfd(2): -1 with `ENOSYS`, as from a kernel without it. Signals of a component reach
// handlers only, when a call would block; programs fall back to those.
int signalfd(int _fd, const sigset_t *_mask, int _flags);

// socket(2): an unbound socket. Fails with `EAFNOSUPPORT`, `EINVAL`, `EPROTONOSUPPORT`,
// `ESOCKTNOSUPPORT`, `EMFILE`, `EPERM` (raw sockets).
int socket(int domain, int kind, int protocol);

// bind(2): gives the socket a local address. Fails with `EACCES`, `EADDRINUSE`,
// `EADDRNOTAVAIL`, `EAFNOSUPPORT`, `EINVAL`, `EBADF`, `ENOTSOCK`, `EFAULT`.
int bind(int fd, const struct sockaddr *addr, socklen_t length);

// listen(2): makes a bound (or, implicitly, any) stream socket take connections.
int listen(int fd, int backlog);

// accept(2): the next connection of a listening socket.
int accept(int fd, struct sockaddr *addr, socklen_t *length);

// accept4(2): accept(2) with SOCK_NONBLOCK and SOCK_CLOEXEC for the new descriptor.
int accept4(int fd, struct sockaddr *addr, socklen_t *length, int flags);

// connect(2): connects a stream socket, or fixes the peer of a datagram socket.
int connect(int fd, const struct sockaddr *addr, socklen_t length);

// shutdown(2) with wasi-libc's SHUT_RD, SHUT_WR and SHUT_RDWR, which are 1, 2 and 3.
int shutdown(int fd, int how);

// getsockname(2): the local address, cut to `*length` bytes, which becomes its full length.
int getsockname(int fd, struct sockaddr *addr, socklen_t *length);

// getpeername(2): the peer's address, or `ENOTCONN`.
int getpeername(int fd, struct sockaddr *addr, socklen_t *length);

// getsockopt(2): reads an option; see docs/OPTIONS.md for what each does here.
int getsockopt(int fd, int level, int name, void *value, socklen_t *length);

// setsockopt(2): sets an option; see docs/OPTIONS.md for what each does here.
int setsockopt(int fd, int level, int name, const void *value, socklen_t length);

// send(2): sends on a connected socket. Returns how many bytes were taken: all of them, on a
// blocking stream socket.
ssize_t send(int fd, const void *data, size_t size, int flags);

// sendto(2): send(2), to an address if the socket is a datagram socket.
ssize_t sendto(int fd,
               const void *data,
               size_t size,
               int flags,
               const struct sockaddr *addr,
               socklen_t length);

// recv(2): receives from a socket.
ssize_t recv(int fd, void *data, size_t size, int flags);

// recvfrom(2): recv(2), and who sent it.
ssize_t recvfrom(int fd,
                 void *data,
                 size_t size,
                 int flags,
                 struct sockaddr *addr,
                 socklen_t *length);

// sockatmark(3): there is never urgent data, so never at its mark. What is no stream socket is
// `ENOTTY` (POSIX), `EBADF`.
int sockatmark(int fd);

// sendmmsg(2): sends up to `count` messages; returns how many went, and fails only if the first
// did not go.
int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, unsigned int flags);

// recvmmsg(2): receives up to `count` messages. `timeout` is looked at after each message only,
// as on Linux; MSG_WAITFORONE stops waiting after the first.
int recvmmsg(int fd,
             struct mmsghdr *messages,
             unsigned int count,
             unsigned int flags,
             struct timespec *timeout);

// sendmsg(2): one message from several buffers, with a destination and control data
// (SCM_RIGHTS within the process). More than IOV_MAX buffers are `EMSGSIZE`.
ssize_t sendmsg(int fd, const struct msghdr *message, int flags);

// recvmsg(2): one message into several buffers, with its sender, control data and `msg_flags`.
ssize_t recvmsg(int fd, struct msghdr *message, int flags);

// socketpair(2): two connected sockets of AF_UNIX, within the process. `kind` is SOCK_STREAM,
// SOCK_DGRAM or SOCK_SEQPACKET, with SOCK_NONBLOCK and SOCK_CLOEXEC; `pair` gets the two
// numbers. Fails with `EAFNOSUPPORT`, `EOPNOTSUPP` (AF_INET and AF_INET6), `EINVAL`,
// `EPROTONOSUPPORT`, `EFAULT`, `EMFILE`.
int socketpair(int domain, int kind, int protocol, int *pair);

// gettimeofday(2): CLOCK_REALTIME in microseconds, and Linux's own time zone, which is 0. Either
// pointer may be null. Fails with `EFAULT`.
int gettimeofday(struct timeval *time, void *zone);

// timerfd_create(2): a timer that is read as a descriptor; disarmed. `clock` is CLOCK_REALTIME
// or CLOCK_MONOTONIC. Fails with `EINVAL` for other clocks and flags, `EMFILE`.
int timerfd_create(clockid_t clock, int flags);

// timerfd_settime(2): arms the timer for `new`'s value (relative, or with TFD_TIMER_ABSTIME a
// time of its clock) and from then on every `new`'s interval; a value of 0 disarms. Expiries
// that were not read are forgotten. `old`, if not null, gets what timerfd_gettime(2) would have
// told. Fails with `EBADF`, `EFAULT`, `EINVAL`.
//
// An absolute time of CLOCK_REALTIME is converted here: setting that clock later does not move
// the timer.
int timerfd_settime(int fd, int flags, const struct itimerspec *new_, struct itimerspec *old);

// timerfd_gettime(2): the time until the next expiry (0 while disarmed) and the interval. Fails
// with `EBADF`, `EFAULT`, `EINVAL` (not a timer).
int timerfd_gettime(int fd, struct itimerspec *to);

// preadv(2): pread(2) into `count` buffers; `ESPIPE` on a socket.
ssize_t preadv(int fd, const struct iovec *parts, int count, off_t offset);

// pwritev(2): pwrite(2) from `count` buffers; `ESPIPE` on a socket.
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset);

// pipe(2): `ends` gets the number to read from and the number to write to. Fails with `EFAULT`,
// `EMFILE`.
int pipe(int *ends);

// pipe2(2): pipe(2) with O_NONBLOCK and O_CLOEXEC for both ends. Other flags are `EINVAL`;
// packet mode (O_DIRECT) is one of them. wasi-libc's number of O_NONBLOCK is taken too.
int pipe2(int *ends, int flags);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* WASI_POSIX_SOCKETS_H */
