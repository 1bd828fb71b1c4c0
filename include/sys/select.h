/*
 * sys/select.h - select() and pselect() over the bitmap fd_set that Linux programs expect.
 *
 * libc's header of this name is not used: its fd_set is a counted list of descriptors. The two
 * functions are bound to symbols of their own, so that objects compiled without this overlay
 * keep reaching the plain names with libc's layout.
 */
#ifndef _WPS_SYS_SELECT_H
#define _WPS_SYS_SELECT_H

#ifndef _SYS_SELECT_H
#define _SYS_SELECT_H
#endif

#include <wps/defs.h>

#define __NEED_size_t
#define __NEED_time_t
#define __NEED_suseconds_t
#define __NEED_struct_timeval
#define __NEED_struct_timespec
#define __NEED_sigset_t
#include <bits/alltypes.h>

#include <__fd_set.h>

__WPS_BEGIN

/*
 * POSIX select(): waits until a descriptor below nfds in one of the sets is ready, at most
 * timeout (seconds and microseconds; NULL: for ever; reduced by the time waited, as on Linux),
 * and leaves only the ready ones in the sets. NULL sets are empty. Returns how many bits are
 * set, 0 at the timeout, or -1: EBADF (a closed descriptor), EINTR, EINVAL (nfds or timeout
 * negative or out of range), EFAULT, ENOMEM.
 */
int select(int __nfds, fd_set *__restrict __read, fd_set *__restrict __write,
	fd_set *__restrict __errors, struct timeval *__restrict __timeout)
	__WPS_SYMBOL(__wps_select_bitmap);

/*
 * POSIX pselect(): select() with seconds and nanoseconds, which are never changed, and with
 * the signal mask set to *mask (NULL: as it is) while it waits. Returns and errors as select().
 */
int pselect(int __nfds, fd_set *__restrict __read, fd_set *__restrict __write,
	fd_set *__restrict __errors, const struct timespec *__restrict __timeout,
	const sigset_t *__restrict __mask) __WPS_SYMBOL(__wps_pselect_bitmap);

__WPS_END

#endif
