/*
 * sys/socket.h - libc's header completed: messages, control data, socket pairs, all options,
 * and on wasip1 every call, where libc declares accept, send, recv and shutdown only.
 *
 * Fail with -1 and errno; EBADF (not open) and ENOTSOCK (not a socket) are not repeated below.
 */
#include_next <sys/socket.h>
#ifndef _WPS_SYS_SOCKET_H
#define _WPS_SYS_SOCKET_H

#include <wps/defs.h>
#include <wps/socket_values.h>

#define __NEED_size_t
#define __NEED_ssize_t
#define __NEED_socklen_t
#define __NEED_pid_t
#define __NEED_uid_t
#define __NEED_gid_t
#define __NEED_time_t
#define __NEED_struct_timespec
#define __NEED_struct_iovec
#include <bits/alltypes.h>

/* The head of one control message; cmsg_len counts this head and its data, without padding. */
struct cmsghdr {
	socklen_t cmsg_len;
	int cmsg_level;
	int cmsg_type;
};

/* cmsg(3). The buffer holds heads and data, each padded to the size of a size_t (4). */
#define CMSG_ALIGN(length) (((length) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_LEN(length) (CMSG_ALIGN(sizeof(struct cmsghdr)) + (length))
#define CMSG_SPACE(length) (CMSG_ALIGN(sizeof(struct cmsghdr)) + CMSG_ALIGN(length))
#define CMSG_DATA(head) ((unsigned char *)((struct cmsghdr *)(head) + 1))
#define CMSG_FIRSTHDR(message)                                      \
	((size_t)(message)->msg_controllen >= sizeof(struct cmsghdr) \
	     ? (struct cmsghdr *)(message)->msg_control              \
	     : (struct cmsghdr *)0)
#define CMSG_NXTHDR(message, head) __wps_cmsg_next((message), (head))

/* The control message after head, or NULL when no whole head is left in the buffer. */
static __inline struct cmsghdr *__wps_cmsg_next(
	const struct msghdr *__message, const struct cmsghdr *__head)
{
	size_t __at = (size_t)((const char *)__head - (const char *)__message->msg_control);
	size_t __left = (size_t)__message->msg_controllen - __at;
	size_t __step = CMSG_ALIGN((size_t)__head->cmsg_len);

	if (__head->cmsg_len < sizeof(struct cmsghdr) || __step < __head->cmsg_len ||
	    __left < sizeof(struct cmsghdr) || __step > __left - sizeof(struct cmsghdr))
		return (struct cmsghdr *)0;
	return (struct cmsghdr *)((char *)__message->msg_control + __at + __step);
}

__WPS_BEGIN

/* POSIX socket(): a new socket; type may carry SOCK_NONBLOCK and SOCK_CLOEXEC. The descriptor,
 * or -1: EAFNOSUPPORT, EINVAL (type), EPROTONOSUPPORT, EMFILE, ENOMEM, EACCES (no network). */
int socket(int __domain, int __type, int __protocol);

#if defined __clang__ && !defined __cplusplus
/* The same, chosen by the compiler where it sees that the type is SOCK_STREAM: a program that opens
 * no other sockets is linked without UDP. The name alone still means the function above. */
int socket(int __domain, int __type, int __protocol)
	__attribute__((__overloadable__,
		__enable_if__((__type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM, "")))
	__asm__("__wps_socket_stream");
#endif

/* POSIX socketpair(): two connected AF_UNIX sockets within the process. 0, or -1:
 * EAFNOSUPPORT, EOPNOTSUPP (a family without pairs), EFAULT, EMFILE, EINVAL, EPROTONOSUPPORT. */
int socketpair(int __domain, int __type, int __protocol, int __pair[2]);

/* POSIX bind(): gives the socket its address; length in bytes. 0, or -1: EACCES, EADDRINUSE,
 * EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL (bound already, wrong length), EFAULT. */
int bind(int __fd, const struct sockaddr *__address, socklen_t __length);

/* POSIX connect(): to a peer, or with AF_UNSPEC away from a datagram peer. 0, or -1:
 * EADDRNOTAVAIL, EAFNOSUPPORT, EALREADY, ECONNREFUSED, EINPROGRESS (O_NONBLOCK), EISCONN,
 * ENETUNREACH, ETIMEDOUT, EACCES, EINVAL, EINTR, EFAULT. */
int connect(int __fd, const struct sockaddr *__address, socklen_t __length);

/* POSIX listen(): backlog is clamped to 1..SOMAXCONN. 0, or -1: EADDRINUSE, EINVAL (connected),
 * EOPNOTSUPP. */
int listen(int __fd, int __backlog);

/* POSIX accept(): the next connection; *length is the room for, then the size of, the peer's
 * address; both pointers may be NULL. The descriptor, or -1: EAGAIN, ECONNABORTED, EINTR,
 * EINVAL (not listening), EMFILE, EOPNOTSUPP, EFAULT. */
int accept(int __fd, struct sockaddr *__restrict __address, socklen_t *__restrict __length);

/* accept4(2): accept() with SOCK_NONBLOCK and SOCK_CLOEXEC for the new descriptor. */
int accept4(int __fd, struct sockaddr *__restrict __address, socklen_t *__restrict __length,
	int __flags);

/* POSIX shutdown(): SHUT_RD, SHUT_WR or SHUT_RDWR. 0, or -1: EINVAL, ENOTCONN. */
int shutdown(int __fd, int __how) __WPS_SYMBOL(__wps_shutdown);

/* POSIX getsockname(): the socket's own address; 0.0.0.0:0 or [::]:0 before bind. 0, or -1:
 * EFAULT, EINVAL (*length negative). */
int getsockname(int __fd, struct sockaddr *__restrict __address, socklen_t *__restrict __length);

/* POSIX getpeername(): the peer's address. 0, or -1: ENOTCONN, EFAULT, EINVAL. */
int getpeername(int __fd, struct sockaddr *__restrict __address, socklen_t *__restrict __length);

/* POSIX send(), sendto(), sendmsg(): write length bytes, to the given address if the socket is
 * not connected. Bytes taken (all of them on a blocking stream), or -1: EAGAIN, ECONNRESET,
 * EDESTADDRREQ, EINTR, EINVAL, EMSGSIZE, ENOTCONN, EOPNOTSUPP, EPIPE, ENETUNREACH, EFAULT. */
ssize_t send(int __fd, const void *__data, size_t __length, int __flags);
ssize_t sendto(int __fd, const void *__data, size_t __length, int __flags,
	const struct sockaddr *__address, socklen_t __address_length);
ssize_t sendmsg(int __fd, const struct msghdr *__message, int __flags);

/* POSIX recv(), recvfrom(), recvmsg(): read up to length bytes or one datagram, with its
 * sender's address. Bytes read, 0 at the end of a stream, or -1: EAGAIN, ECONNREFUSED,
 * ECONNRESET, EINTR, EINVAL, ENOTCONN, EFAULT, EMSGSIZE (more than IOV_MAX parts). */
ssize_t recv(int __fd, void *__data, size_t __length, int __flags);
ssize_t recvfrom(int __fd, void *__restrict __data, size_t __length, int __flags,
	struct sockaddr *__restrict __address, socklen_t *__restrict __address_length);
ssize_t recvmsg(int __fd, struct msghdr *__message, int __flags);

/* POSIX getsockopt(): *length is the room for, then the size of, the value. 0, or -1:
 * ENOPROTOOPT, EOPNOTSUPP (level), EFAULT, EINVAL. */
int getsockopt(int __fd, int __level, int __name, void *__restrict __value,
	socklen_t *__restrict __length);

/* POSIX setsockopt(). 0, or -1: ENOPROTOOPT, EINVAL, EDOM (timeouts), EPERM, EFAULT. */
int setsockopt(int __fd, int __level, int __name, const void *__value, socklen_t __length);

/* Where the compiler sees that the option is one of those that nearly every server sets (SO_REUSEADDR,
 * SO_BROADCAST, SO_REUSEPORT; TCP_NODELAY, TCP_CORK) it calls a function that knows no others: a
 * program that sets no others is linked without them. */
int __wps_setsockopt(int __fd, int __level, int __name, const void *__value, socklen_t __length);
int __wps_setsockopt_switch(int __fd, int __level, int __name, const void *__value,
	socklen_t __length);
#ifdef __OPTIMIZE__
extern __inline __attribute__((__gnu_inline__, __always_inline__)) int setsockopt(int __fd, int __level,
	int __name, const void *__value, socklen_t __length)
{
	if (__builtin_constant_p(__level) && __builtin_constant_p(__name) &&
		((__level == SOL_SOCKET && (__name == 2 || __name == 6 || __name == 15)) ||
			(__level == 6 && (__name == 1 || __name == 3))))
		return __wps_setsockopt_switch(__fd, __level, __name, __value, __length);
	return __wps_setsockopt(__fd, __level, __name, __value, __length);
}
#endif

/* POSIX sockatmark(): 0, for there is no urgent data here, or -1: EINVAL, ENOTTY. */
int sockatmark(int __fd);

#ifdef __WPS_GNU
/* sendmmsg(2), recvmmsg(2): several messages in one call; msg_len gets each one's bytes. How
 * many were moved (at least 1), or -1 with the first one's error. The timeout of recvmmsg is
 * looked at between messages. libc declares both; ucred and mmsghdr are libc's. */
int sendmmsg(int __fd, struct mmsghdr *__messages, unsigned int __count, unsigned int __flags);
int recvmmsg(int __fd, struct mmsghdr *__messages, unsigned int __count, unsigned int __flags,
	struct timespec *__timeout);
#endif

__WPS_END

#endif
