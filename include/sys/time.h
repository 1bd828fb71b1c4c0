/* sys/time.h - libc's header, and interval timers. Brings time.h in, as the BSDs' does: an old
 * program that takes time() from here would otherwise call it undeclared, as returning int, and
 * WebAssembly traps at a call of another type than the function's. */
#include_next <sys/time.h>
#ifndef _WPS_SYS_TIME_H
#define _WPS_SYS_TIME_H

#include <sys/select.h>
#include <time.h>
#include <wps/defs.h>

#define __NEED_time_t
#define __NEED_suseconds_t
#define __NEED_struct_timeval
#include <bits/alltypes.h>

/* setitimer() clocks. */
#define ITIMER_REAL 0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF 2

/* Seconds and microseconds; it_value 0 is disarmed. */
struct itimerval {
	struct timeval it_interval;
	struct timeval it_value;
};

__WPS_BEGIN

/* POSIX getitimer(): the time left and the period. 0, or -1: EFAULT, EINVAL. */
int getitimer(int __which, struct itimerval *__current);

/* POSIX setitimer(): ITIMER_REAL sends SIGALRM, whose handler runs at the next blocking call. 0,
 * or -1: EINVAL (the other two, as the host shows no processor time; times), EFAULT. */
int setitimer(int __which, const struct itimerval *__restrict __new,
	struct itimerval *__restrict __old);

#ifdef __WPS_MISC
/* futimes(3), lutimes(3): access and modification times. 0, or -1: as futimens, utimensat. */
int futimes(int __fd, const struct timeval __times[2]);
int lutimes(const char *__path, const struct timeval __times[2]);

/* settimeofday(2), adjtime(3): -1 with EPERM; WASI cannot set the clock. */
int settimeofday(const struct timeval *__time, const struct timezone *__zone);
int adjtime(const struct timeval *__delta, struct timeval *__old);
#endif

__WPS_END

#include <wps/checked.h>

#endif
