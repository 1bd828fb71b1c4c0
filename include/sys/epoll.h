/* sys/epoll.h - epoll(7), with Linux's numbers. libc has no such header. */
#ifndef _SYS_EPOLL_H
#define _SYS_EPOLL_H

#include <stdint.h>
#include <fcntl.h>
#include <wps/defs.h>

#define __NEED_time_t
#define __NEED_struct_timespec
#define __NEED_sigset_t
#include <bits/alltypes.h>

/* epoll_create1() flag: FD_CLOEXEC on the new descriptor. */
#define EPOLL_CLOEXEC O_CLOEXEC

/*
 * Event bits: Linux's, which programs assert, and which are not wasi-libc's POLL* bits.
 * An enumeration and macros both, as programs use either.
 */
enum EPOLL_EVENTS {
	EPOLLIN = 0x001,
	EPOLLPRI = 0x002,
	EPOLLOUT = 0x004,
	EPOLLERR = 0x008,
	EPOLLHUP = 0x010,
	EPOLLNVAL = 0x020,
	EPOLLRDNORM = 0x040,
	EPOLLRDBAND = 0x080,
	EPOLLWRNORM = 0x100,
	EPOLLWRBAND = 0x200,
	EPOLLMSG = 0x400,
	EPOLLRDHUP = 0x2000,
	EPOLLEXCLUSIVE = 1 << 28,
	EPOLLWAKEUP = 1 << 29,
	EPOLLONESHOT = 1 << 30,
	EPOLLET = (int)(1U << 31)
};
#define EPOLLIN 0x001
#define EPOLLPRI 0x002
#define EPOLLOUT 0x004
#define EPOLLERR 0x008
#define EPOLLHUP 0x010
#define EPOLLNVAL 0x020
#define EPOLLRDNORM 0x040
#define EPOLLRDBAND 0x080
#define EPOLLWRNORM 0x100
#define EPOLLWRBAND 0x200
#define EPOLLMSG 0x400
#define EPOLLRDHUP 0x2000
#define EPOLLEXCLUSIVE (1U << 28)
#define EPOLLWAKEUP (1U << 29)
#define EPOLLONESHOT (1U << 30)
#define EPOLLET (1U << 31)

/* epoll_ctl() operations. */
#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3

typedef union epoll_data {
	void *ptr;
	int fd;
	uint32_t u32;
	uint64_t u64;
} epoll_data_t;

/* 16 bytes with data at 8: packed on x86-64 Linux only, and so natural here. */
struct epoll_event {
	uint32_t events;
	epoll_data_t data;
};

__WPS_BEGIN

/* epoll_create(2): a new set; size is ignored but must be above 0. The descriptor, or -1:
 * EINVAL, EMFILE, ENOMEM. */
int epoll_create(int __size);

/* epoll_create1(2): a new set; flags is 0 or EPOLL_CLOEXEC. Errors as epoll_create(). */
int epoll_create1(int __flags);

/* epoll_ctl(2): adds, changes or removes the interest in fd. 0, or -1: EBADF, EEXIST, EINVAL,
 * ELOOP (a cycle or more than 5 levels), ENOENT, ENOMEM, EPERM (fd cannot be waited on),
 * EFAULT. event may be NULL for EPOLL_CTL_DEL. */
int epoll_ctl(int __epfd, int __op, int __fd, struct epoll_event *__event);

/* epoll_wait(2): waits at most timeout milliseconds (-1: for ever) and stores up to max
 * events. How many, 0 at the timeout, or -1: EBADF, EFAULT, EINTR, EINVAL (max < 1, not a set). */
int epoll_wait(int __epfd, struct epoll_event *__events, int __max, int __timeout);

/* epoll_pwait(2): epoll_wait() with the signal mask set to *mask (NULL: as it is) meanwhile. */
int epoll_pwait(int __epfd, struct epoll_event *__events, int __max, int __timeout,
	const sigset_t *__mask);

/* epoll_pwait2(2): epoll_pwait() with a timeout in nanoseconds; NULL waits for ever. */
int epoll_pwait2(int __epfd, struct epoll_event *__events, int __max,
	const struct timespec *__timeout, const sigset_t *__mask);

__WPS_END

#endif
