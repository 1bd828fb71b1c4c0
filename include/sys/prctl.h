/* sys/prctl.h - prctl(2) requests that daemons make. libc has no such header. */
#ifndef _SYS_PRCTL_H
#define _SYS_PRCTL_H

#include <wps/defs.h>

#define PR_SET_PDEATHSIG 1
#define PR_GET_PDEATHSIG 2
#define PR_GET_DUMPABLE 3
#define PR_SET_DUMPABLE 4
#define PR_GET_KEEPCAPS 7
#define PR_SET_KEEPCAPS 8
#define PR_SET_NAME 15
#define PR_GET_NAME 16
#define PR_GET_SECCOMP 21
#define PR_SET_SECCOMP 22
#define PR_CAPBSET_READ 23
#define PR_CAPBSET_DROP 24
#define PR_SET_TIMERSLACK 29
#define PR_GET_TIMERSLACK 30
#define PR_SET_MM 35
#define PR_SET_CHILD_SUBREAPER 36
#define PR_GET_CHILD_SUBREAPER 37
#define PR_SET_NO_NEW_PRIVS 38
#define PR_GET_NO_NEW_PRIVS 39
#define PR_SET_PTRACER 0x59616d61

__WPS_BEGIN

/* prctl(2): NAME works; PDEATHSIG, DUMPABLE, KEEPCAPS, NO_NEW_PRIVS and TIMERSLACK are stored, read
 * back, and change nothing. -1 with EINVAL for others. */
int prctl(int __option, ...);

__WPS_END

#endif
