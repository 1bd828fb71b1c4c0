/*
 * threads.h - libc's header, most of whose functions libc lacks. There is one thread: its locks work,
 * and waiting for another thread is an error.
 */
#include_next <threads.h>
#ifndef _WPS_THREADS_H
#define _WPS_THREADS_H

#include <wps/defs.h>

__WPS_BEGIN

/* C thrd_create(), thrd_join(): thrd_error. thrd_detach(): thrd_success for the only thread. */
int thrd_create(thrd_t *__created, thrd_start_t __start, void *__argument);
int thrd_join(thrd_t __target, int *__result);
int thrd_detach(thrd_t __target);

/* C thrd_exit(): ends the only thread, and so the process, with status 0. thrd_yield(): nothing. */
__WPS_NORETURN void thrd_exit(int __result);
void thrd_yield(void);

/* C call_once(): calls the function the first time. */
void call_once(once_flag *__flag, void (*__function)(void));

/* C mtx_*(): thrd_success; thrd_busy (trylock), thrd_timedout (timedlock, by TIME_UTC), or thrd_error
 * where the thread would wait for itself. */
int mtx_init(mtx_t *__mutex, int __type);
void mtx_destroy(mtx_t *__mutex);
int mtx_lock(mtx_t *__mutex);
int mtx_timedlock(mtx_t *__restrict __mutex, const struct timespec *__restrict __time);
int mtx_trylock(mtx_t *__mutex);
int mtx_unlock(mtx_t *__mutex);

/* C cnd_*(): nobody waits for a signal, so thrd_success; nobody could send one, so cnd_wait() is
 * thrd_error and cnd_timedwait() ends in thrd_timedout. */
int cnd_init(cnd_t *__condition);
void cnd_destroy(cnd_t *__condition);
int cnd_signal(cnd_t *__condition);
int cnd_broadcast(cnd_t *__condition);
int cnd_wait(cnd_t *__condition, mtx_t *__mutex);
int cnd_timedwait(cnd_t *__restrict __condition, mtx_t *__restrict __mutex,
	const struct timespec *__restrict __time);

/* C tss_*(): the thread's own values, of 128 keys. thrd_success or thrd_error; the value, at first
 * NULL. */
int tss_create(tss_t *__key, tss_dtor_t __destructor);
void tss_delete(tss_t __key);
int tss_set(tss_t __key, void *__value);
void *tss_get(tss_t __key);

__WPS_END

#endif
