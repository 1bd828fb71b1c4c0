/*
 * pthread.h - libc's header for a single thread: locks work, new threads are refused.
 *
 * libc of 2024 makes pthread_create() and kin an error of the compiler unless asked not to.
 */
#ifndef _WASI_EMULATED_PTHREAD
#define _WASI_EMULATED_PTHREAD
#endif
#include_next <pthread.h>
#ifndef _WPS_PTHREAD_H
#define _WPS_PTHREAD_H

#include <signal.h>
#include <wps/defs.h>

/* Where libc's header was read before and not asked. */
#undef pthread_create
#undef pthread_join
#undef pthread_detach

__WPS_BEGIN

/* POSIX pthread_create(): EAGAIN. pthread_join(), pthread_detach(): ESRCH. */
int pthread_create(pthread_t *__restrict __created, const pthread_attr_t *__restrict __attributes,
	void *(*__start)(void *), void *__restrict __argument);
int pthread_join(pthread_t __target, void **__result);
int pthread_detach(pthread_t __target);

/* POSIX pthread_exit(): ends the only thread, and so the process, with status 0. */
__WPS_NORETURN void pthread_exit(void *__result);

/* POSIX pthread_cancel(): marks a thread; libc acts on it for none. 0, or ESRCH. */
int pthread_cancel(pthread_t __target);

/* POSIX pthread_atfork(): 0; nothing forks. */
int pthread_atfork(void (*__prepare)(void), void (*__parent)(void), void (*__child)(void));

/* POSIX pthread_setschedparam(), pthread_getschedparam(): policy and priority of the only thread, as
 * sched_setscheduler(); 0, or EPERM (real-time policies), EINVAL, ESRCH. pthread_setschedprio(): 0
 * for priority 0, else EINVAL. */
int pthread_setschedparam(pthread_t __target, int __policy, const struct sched_param *__param);
int pthread_getschedparam(pthread_t __target, int *__restrict __policy,
	struct sched_param *__restrict __param);
int pthread_setschedprio(pthread_t __target, int __priority);

/* POSIX pthread_attr_*(): scheduling of threads to come, kept and read back. 0, or EINVAL; ENOTSUP for
 * PTHREAD_SCOPE_PROCESS, as with glibc. */
int pthread_attr_setscope(pthread_attr_t *__attributes, int __scope);
int pthread_attr_getscope(const pthread_attr_t *__restrict __attributes, int *__restrict __scope);
int pthread_attr_setinheritsched(pthread_attr_t *__attributes, int __inherit);
int pthread_attr_getinheritsched(const pthread_attr_t *__restrict __attributes,
	int *__restrict __inherit);
int pthread_attr_setschedpolicy(pthread_attr_t *__attributes, int __policy);
int pthread_attr_getschedpolicy(const pthread_attr_t *__restrict __attributes,
	int *__restrict __policy);
int pthread_attr_setschedparam(pthread_attr_t *__restrict __attributes,
	const struct sched_param *__restrict __param);
int pthread_attr_getschedparam(const pthread_attr_t *__restrict __attributes,
	struct sched_param *__restrict __param) __WPS_SYMBOL(__wps_attr_getschedparam);

/* POSIX pthread_setconcurrency(): a hint, kept and read back; 0, or EINVAL. */
int pthread_setconcurrency(int __level);
int pthread_getconcurrency(void);

/* POSIX pthread_getcpuclockid(): CLOCK_THREAD_CPUTIME_ID for the only thread; 0, or ESRCH. */
int pthread_getcpuclockid(pthread_t __target, clockid_t *__clock);

/* POSIX: priority ceilings, of which locks here have none: EINVAL; of attributes 1, and 0 or
 * ENOTSUP, EINVAL. */
int pthread_mutex_getprioceiling(const pthread_mutex_t *__restrict __mutex,
	int *__restrict __ceiling);
int pthread_mutex_setprioceiling(pthread_mutex_t *__restrict __mutex, int __ceiling,
	int *__restrict __old);
int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *__restrict __attributes,
	int *__restrict __ceiling);
int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *__attributes, int __ceiling);

#ifdef __WPS_GNU
#include <sched.h>

/* pthread_getattr_np(3): the only thread's stack; 0, or ESRCH. pthread_getattr_default_np(3): the
 * attributes of threads to come, kept and read back; 0, or EINVAL (a stack's address). */
int pthread_getattr_np(pthread_t __target, pthread_attr_t *__attributes);
int pthread_getattr_default_np(pthread_attr_t *__attributes);
int pthread_setattr_default_np(const pthread_attr_t *__attributes);

/* pthread_tryjoin_np(3): EBUSY for the only thread; pthread_timedjoin_np(3): EDEADLK. Else ESRCH. */
#undef pthread_tryjoin_np
#undef pthread_timedjoin_np
int pthread_tryjoin_np(pthread_t __target, void **__result);
int pthread_timedjoin_np(pthread_t __target, void **__result, const struct timespec *__time);

/* pthread_attr_setaffinity_np(3): 0 for a set with processor 0, else EINVAL. */
int pthread_attr_setaffinity_np(pthread_attr_t *__attributes, size_t __size, const cpu_set_t *__set);
int pthread_attr_getaffinity_np(const pthread_attr_t *__attributes, size_t __size, cpu_set_t *__set);

/* pthread_yield(3): sched_yield(). */
int pthread_yield(void);

/* pthread_setname_np(3): a name of at most 15 bytes; 0, or ERANGE, ESRCH. */
int pthread_setname_np(pthread_t __target, const char *__name);
int pthread_getname_np(pthread_t __target, char *__name, size_t __size);

/* pthread_setaffinity_np(3): as sched_setaffinity(), but returns the error. */
int pthread_setaffinity_np(pthread_t __target, size_t __size, const cpu_set_t *__set);
int pthread_getaffinity_np(pthread_t __target, size_t __size, cpu_set_t *__set);
#endif

__WPS_END

#endif
