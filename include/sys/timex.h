/* sys/timex.h - libc's header, whose functions libc lacks. The clock is the host's: its state is that of
 * a clock that nobody disciplines, and it cannot be set. */
#include_next <sys/timex.h>
#ifndef _WPS_SYS_TIMEX_H
#define _WPS_SYS_TIMEX_H

#include <wps/defs.h>

/* adjtimex(2): limits and units. */
#define NTP_API 4
#ifndef MOD_STATUS
#define MOD_STATUS ADJ_STATUS
#endif
#define ntp_gettimex ntp_gettime

__WPS_BEGIN

/* adjtimex(2), ntp_adjtime(3): TIME_ERROR, with status STA_UNSYNC, the time, and errors of 16 s. -1: EPERM
 * (to set anything), EFAULT. clock_adjtime(2): the same for CLOCK_REALTIME; EOPNOTSUPP for another. */
int adjtimex(struct timex *__state);
int ntp_adjtime(struct timex *__state);
int clock_adjtime(clockid_t __clock, struct timex *__state);

/* ntp_gettime(3): TIME_ERROR, with the time and errors of 16 s, or -1: EFAULT. */
int ntp_gettime(struct ntptimeval *__time);

__WPS_END

#endif
