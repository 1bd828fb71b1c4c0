/* sys/resource.h - usage as libc emulates it, limits and priorities by the compat archive. */
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif
#include_next <sys/resource.h>
#ifndef _WPS_SYS_RESOURCE_H
#define _WPS_SYS_RESOURCE_H

#include <wps/defs.h>

#define __NEED_id_t
#define __NEED_pid_t
#include <bits/alltypes.h>

/* A limit; RLIM_INFINITY is none. Seconds, bytes or a count, by resource. */
typedef unsigned long long rlim_t;
struct rlimit {
	rlim_t rlim_cur;
	rlim_t rlim_max;
};
#define RLIM_INFINITY (~0ULL)
#define RLIM_SAVED_CUR RLIM_INFINITY
#define RLIM_SAVED_MAX RLIM_INFINITY

/* Resources, getrlimit(2). */
#define RLIMIT_CPU 0
#define RLIMIT_FSIZE 1
#define RLIMIT_DATA 2
#define RLIMIT_STACK 3
#define RLIMIT_CORE 4
#define RLIMIT_RSS 5
#define RLIMIT_NPROC 6
#define RLIMIT_NOFILE 7
#define RLIMIT_OFILE RLIMIT_NOFILE
#define RLIMIT_MEMLOCK 8
#define RLIMIT_AS 9
#define RLIMIT_LOCKS 10
#define RLIMIT_SIGPENDING 11
#define RLIMIT_MSGQUEUE 12
#define RLIMIT_NICE 13
#define RLIMIT_RTPRIO 14
#define RLIMIT_RTTIME 15
#define RLIMIT_NLIMITS 16
#define RLIM_NLIMITS RLIMIT_NLIMITS

/* getpriority() targets. */
#define PRIO_MIN (-20)
#define PRIO_MAX 20
#define PRIO_PROCESS 0
#define PRIO_PGRP 1
#define PRIO_USER 2

/* getrusage(), which takes libc's numbers too. */
#undef RUSAGE_SELF
#undef RUSAGE_CHILDREN
#undef RUSAGE_THREAD
#define RUSAGE_SELF 0
#define RUSAGE_CHILDREN (-1)
#define RUSAGE_THREAD 1

__WPS_BEGIN

/* POSIX getrlimit(): RLIMIT_NOFILE is the descriptor table's, RLIMIT_STACK the linked stack, AS and
 * DATA 4 GiB, NPROC 1, MEMLOCK 0. 0, or -1: EINVAL (resource), EFAULT. */
int getrlimit(int __resource, struct rlimit *__limit);

/* POSIX setrlimit(): RLIMIT_NOFILE takes effect, the others are read back. 0, or -1: EINVAL, EPERM
 * (above the hard limit), EFAULT. */
int setrlimit(int __resource, const struct rlimit *__limit);

/* POSIX getrusage(): the time not slept since the start as user time, memory in KiB as ru_maxrss, 0 for the
 * rest. 0, or -1: EINVAL, EFAULT. Bound to a symbol of its own: libc's struct rusage is shorter. */
int getrusage(int __who, struct rusage *__usage) __WPS_SYMBOL(__wps_getrusage);

/* POSIX getpriority(), setpriority(): the nice value, which changes nothing else. 0 or it, or -1:
 * EACCES (lower), EINVAL, ESRCH. */
int getpriority(int __which, id_t __who);
int setpriority(int __which, id_t __who, int __value);

#ifdef __WPS_GNU
/* prlimit(2): both at once, for the calling process (pid 0 or its own; else ESRCH). */
int prlimit(pid_t __pid, int __resource, const struct rlimit *__new, struct rlimit *__old);
#define prlimit64 prlimit
#define rlimit64 rlimit
#define rlim64_t rlim_t
#define getrlimit64 getrlimit
#define setrlimit64 setrlimit
#define RLIM64_INFINITY RLIM_INFINITY
#endif

__WPS_END

#endif
