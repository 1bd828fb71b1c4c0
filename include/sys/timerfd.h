/* sys/timerfd.h - timerfd_create(2). libc has no such header. */
#ifndef _SYS_TIMERFD_H
#define _SYS_TIMERFD_H

#include <fcntl.h>
#include <time.h>
#include <wps/defs.h>

#define __NEED_time_t
#define __NEED_clockid_t
#define __NEED_struct_timespec
#include <bits/alltypes.h>

/* timerfd_create() flags. */
#define TFD_CLOEXEC O_CLOEXEC
#define TFD_NONBLOCK O_NONBLOCK

/* timerfd_settime() flags. CANCEL_ON_SET never cancels: no one sets the clock. */
#define TFD_TIMER_ABSTIME 1
#define TFD_TIMER_CANCEL_ON_SET 2

struct itimerspec;

__WPS_BEGIN

/* timerfd_create(2): a timer that is read as a descriptor: 8 bytes, how often it expired since
 * the last read. clock is CLOCK_REALTIME or CLOCK_MONOTONIC (pointers in wasi-libc, hence
 * clockid_t). The descriptor, or -1: EINVAL, EMFILE, ENOMEM. */
int timerfd_create(clockid_t __clock, int __flags);

/* timerfd_settime(2): arms (it_value not 0) or disarms; times in seconds and nanoseconds.
 * *old, if not NULL, gets the former setting. 0, or -1: EBADF, EFAULT, EINVAL. */
int timerfd_settime(int __fd, int __flags, const struct itimerspec *__new,
	struct itimerspec *__old);

/* timerfd_gettime(2): time left until the next expiry (0: disarmed) and the period.
 * 0, or -1: EBADF, EFAULT, EINVAL (not a timer). */
int timerfd_gettime(int __fd, struct itimerspec *__current);

__WPS_END

#endif
