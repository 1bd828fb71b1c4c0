/* time.h - libc's header; time zones (UTC only) and timers. */
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif
#include_next <time.h>
#ifndef _WPS_TIME_H
#define _WPS_TIME_H

#include <wps/defs.h>

#define __NEED_clock_t
#include <bits/alltypes.h>

/* POSIX says a million; libc counts nanoseconds. */
#undef CLOCKS_PER_SEC
#define CLOCKS_PER_SEC ((clock_t)1000000)

__WPS_BEGIN

/* C clock(): processor time, in microseconds. Bound to a symbol of its own. */
clock_t clock(void) __WPS_SYMBOL(__wps_clock);

#ifdef __WPS_POSIX
/* clock_gettime(2). CLOCK_MONOTONIC counts from a day before the program's start. Linux's other
 * names for the two clocks that there are: */
#define CLOCK_REALTIME_COARSE CLOCK_REALTIME
#define CLOCK_MONOTONIC_COARSE CLOCK_MONOTONIC
#define CLOCK_MONOTONIC_RAW CLOCK_MONOTONIC
#define CLOCK_BOOTTIME CLOCK_MONOTONIC

/* Processor time: what the program did not sleep since its start. Programs that name it measure
 * their sleeps. */
extern const struct __clockid __wps_processor_clock;
#define CLOCK_PROCESS_CPUTIME_ID (&__wps_processor_clock)
#define CLOCK_THREAD_CPUTIME_ID (&__wps_processor_clock)

/* POSIX clock_getcpuclockid(): that clock, for the process itself; 0, or ESRCH, EFAULT. */
int clock_getcpuclockid(pid_t __pid, clockid_t *__clock);

/* POSIX tzset(): the zone is always UTC, whatever TZ says. */
void tzset(void);
extern char *tzname[2];

/* POSIX clock_settime(): -1 with EPERM. */
int clock_settime(clockid_t __clock, const struct timespec *__time);

struct sigevent;

/* POSIX timer_create(): a timer that sends a signal (NULL: SIGALRM) at a blocking call. 0 and the
 * timer, or -1: EINVAL (clock, notification by thread), EAGAIN, ENOTSUP. */
int timer_create(clockid_t __clock, struct sigevent *__restrict __event,
	timer_t *__restrict __timer);

/* POSIX timer_settime(), timer_gettime(), timer_delete(): as timerfd's; 0, or -1: EINVAL. */
int timer_settime(timer_t __timer, int __flags, const struct itimerspec *__restrict __new,
	struct itimerspec *__restrict __old);
int timer_gettime(timer_t __timer, struct itimerspec *__current);
int timer_delete(timer_t __timer);

/* POSIX timer_getoverrun(): how many expiries the last signal stood for beyond the first. */
int timer_getoverrun(timer_t __timer);
#endif

#ifdef __WPS_XSI
/* POSIX: seconds west of UTC, and whether there is summer time: 0. */
extern int daylight;
extern long timezone;
#endif

#ifdef __WPS_MISC
/* stime(2): -1 with EPERM. */
int stime(const time_t *__time);
#endif

__WPS_END

#endif
