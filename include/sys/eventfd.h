/*
 * sys/eventfd.h - eventfd(2). Replaces libc's header: libc declares the functions without
 * having them, and its EFD_CLOEXEC is 0.
 */
#ifndef _SYS_EVENTFD_H
#define _SYS_EVENTFD_H

#include <stdint.h>
#include <fcntl.h>
#include <wps/defs.h>

typedef uint64_t eventfd_t;

/* eventfd() flags. A semaphore's read takes 1 and leaves the rest. */
#define EFD_SEMAPHORE 1
#define EFD_CLOEXEC O_CLOEXEC
#define EFD_NONBLOCK O_NONBLOCK

__WPS_BEGIN

/* eventfd(2): a descriptor over a 64 bit counter; reads and writes are 8 bytes, host order.
 * The descriptor, or -1: EINVAL (unknown flag), EMFILE, ENOMEM. */
int eventfd(unsigned int __initial, int __flags);

/* eventfd_read(3): takes the counter (or 1 from a semaphore). 0, or -1: errors as read(2). */
int eventfd_read(int __fd, eventfd_t *__value);

/* eventfd_write(3): adds to the counter. 0, or -1: errors as write(2). */
int eventfd_write(int __fd, eventfd_t __value);

__WPS_END

#endif
