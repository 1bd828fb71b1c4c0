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

#ifdef __WPS_GNU
#include <sched.h>

/* pthread_setname_np(3): a name of at most 15 bytes; 0, or ERANGE, ESRCH. */
int pthread_setname_np(pthread_t __target, const char *__name);
int pthread_getname_np(pthread_t __target, char *__name, size_t __size);

/* pthread_setaffinity_np(3): as sched_setaffinity(), but returns the error. */
int pthread_setaffinity_np(pthread_t __target, size_t __size, const cpu_set_t *__set);
int pthread_getaffinity_np(pthread_t __target, size_t __size, cpu_set_t *__set);
#endif

__WPS_END

#endif
