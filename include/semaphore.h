/*
 * semaphore.h - libc's header, whose functions libc lacks. Semaphores work within the program's only
 * thread: a signal handler may post while the program waits.
 */
#include_next <semaphore.h>
#ifndef _WPS_SEMAPHORE_H
#define _WPS_SEMAPHORE_H

#include <limits.h>
#include <sys/types.h>
#include <wps/defs.h>

/* POSIX.1-2001, before limits.h had it alone. */
#ifndef SEM_VALUE_MAX
#define SEM_VALUE_MAX 0x7fffffff
#endif

__WPS_BEGIN

/* POSIX sem_init(): shared is kept, for there is one process. 0, or -1: EINVAL (value). sem_destroy(),
 * sem_getvalue(): 0. All of them: EFAULT. */
int sem_init(sem_t *__semaphore, int __shared, unsigned __value);
int sem_destroy(sem_t *__semaphore);
int sem_getvalue(sem_t *__restrict __semaphore, int *__restrict __value);

/* POSIX sem_post(): one more; may be called by signal handlers. 0, or -1: EOVERFLOW. */
int sem_post(sem_t *__semaphore);

/* POSIX sem_wait(): one less, waiting for it while a timer is set whose handler may post. 0, or -1:
 * EDEADLK (nothing can), EINTR. sem_trywait(): EAGAIN. sem_timedwait(): until a time of
 * CLOCK_REALTIME; ETIMEDOUT, EINVAL. */
int sem_wait(sem_t *__semaphore);
int sem_trywait(sem_t *__semaphore);
int sem_timedwait(sem_t *__restrict __semaphore, const struct timespec *__restrict __time);

/* POSIX sem_open(): the semaphore of that name within the program; O_CREAT makes it, followed by a mode
 * and a value. SEM_FAILED: ENOENT, EEXIST (O_EXCL), EINVAL (name, value), ENOMEM. sem_close(): 0, or
 * -1: EINVAL. sem_unlink(): 0, or -1: ENOENT. */
sem_t *sem_open(const char *__name, int __flags, ...);
int sem_close(sem_t *__semaphore);
int sem_unlink(const char *__name);

#ifdef __WPS_GNU
/* POSIX.1-2024 sem_clockwait(): sem_timedwait() by CLOCK_REALTIME or CLOCK_MONOTONIC. */
#define __NEED_clockid_t
#include <bits/alltypes.h>
int sem_clockwait(sem_t *__restrict __semaphore, clockid_t __clock,
	const struct timespec *__restrict __time);
#endif

__WPS_END

#endif
