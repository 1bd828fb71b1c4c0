/* sys/wait.h - waiting for children, of which there are none. libc has no such header. */
#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H

#include <signal.h>
#include <wps/defs.h>
#include <wps/wait_status.h>

#define __NEED_pid_t
#define __NEED_id_t
#include <bits/alltypes.h>

#define WSTOPPED 2
#define WEXITED 4
#define WCONTINUED 8
#define WNOWAIT 0x1000000
#ifdef __WPS_GNU
#define __WNOTHREAD 0x20000000
#define __WALL 0x40000000
#define __WCLONE 0x80000000
#endif

/* POSIX waitid(): what id means. */
typedef enum { P_ALL = 0, P_PID = 1, P_PGID = 2, P_PIDFD = 3 } idtype_t;

__WPS_BEGIN

/* POSIX wait(), waitpid(): -1 with ECHILD; fork() never made a child. EINVAL (options). */
pid_t wait(int *__status);
pid_t waitpid(pid_t __pid, int *__status, int __options);

#ifdef __WPS_POSIX
/* POSIX waitid(): -1 with ECHILD, or EINVAL. */
int waitid(idtype_t __type, id_t __id, siginfo_t *__info, int __options);
#endif

#ifdef __WPS_MISC
struct rusage;
/* wait4(2): as wait() and waitpid(). */
pid_t wait3(int *__status, int __options, struct rusage *__usage);
pid_t wait4(pid_t __pid, int *__status, int __options, struct rusage *__usage);
#endif

__WPS_END

#endif
