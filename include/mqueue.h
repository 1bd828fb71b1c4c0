/*
 * mqueue.h - libc's header, whose functions libc lacks. The program's own parts share queues by name;
 * descriptors of queues can be polled, as on Linux.
 */
#include_next <mqueue.h>
#ifndef _WPS_MQUEUE_H
#define _WPS_MQUEUE_H

#include <fcntl.h>
#include <sys/types.h>
#include <wps/defs.h>

__WPS_BEGIN

/* POSIX mq_open(): O_CREAT makes a queue, followed by a mode and attributes (NULL: 10 messages of 8192
 * bytes, the most that there can be). The descriptor, or -1: ENOENT, EEXIST (O_EXCL), EINVAL (a name
 * without a slash before it, attributes), EACCES (another slash), ENAMETOOLONG, EMFILE, ENOMEM,
 * EFAULT. */
mqd_t mq_open(const char *__name, int __flags, ...);

/* POSIX mq_close(): 0, or -1: EBADF. mq_unlink(): 0, or -1: ENOENT and mq_open's errors of names. */
int mq_close(mqd_t __queue);
int mq_unlink(const char *__name);

/* POSIX mq_getattr(), mq_setattr(): setattr changes O_NONBLOCK alone. 0, or -1: EBADF, EFAULT,
 * EINVAL. */
int mq_getattr(mqd_t __queue, struct mq_attr *__attributes);
int mq_setattr(mqd_t __queue, const struct mq_attr *__restrict __new,
	struct mq_attr *__restrict __old);

/* POSIX mq_send(): the priority is below 32768. 0, or -1: EAGAIN (O_NONBLOCK), EMSGSIZE, EINVAL, EBADF,
 * EINTR, EFAULT; EDEADLK where it would wait and nothing could make room. mq_timedsend(): until a
 * time of CLOCK_REALTIME; ETIMEDOUT. */
int mq_send(mqd_t __queue, const char *__data, size_t __length, unsigned __priority);
int mq_timedsend(mqd_t __queue, const char *__data, size_t __length, unsigned __priority,
	const struct timespec *__time);

/* POSIX mq_receive(): the oldest message of the highest priority; the room is at least mq_msgsize. Its
 * length, or -1: as mq_send(). */
ssize_t mq_receive(mqd_t __queue, char *__data, size_t __length, unsigned *__priority);
ssize_t mq_timedreceive(mqd_t __queue, char *__restrict __data, size_t __length,
	unsigned *__restrict __priority, const struct timespec *__restrict __time);

/* POSIX mq_notify(): 0 for NULL; -1 with ENOSYS for an event. */
int mq_notify(mqd_t __queue, const struct sigevent *__event);

__WPS_END

#endif
