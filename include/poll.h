/* poll.h - libc's poll() bits, the ones it lacks, and ppoll() in every mode that shows it. */
#include_next <poll.h>
#ifndef _WPS_POLL_H
#define _WPS_POLL_H

#include <wps/defs.h>
#include <wps/values.h>

/* Urgent data; libc has it since 2026. Never reported: WASI has no urgent data. */
#ifndef POLLPRI
#define POLLPRI 0x0200
#endif

/* poll(2). RDBAND, WRBAND and MSG are accepted and never reported. */
#undef POLLRDBAND
#undef POLLWRBAND
#define POLLRDBAND __WPS_POLLRDBAND
#define POLLWRBAND __WPS_POLLWRBAND

#ifdef __WPS_MISC
#undef POLLMSG
#undef POLLRDHUP
#define POLLMSG __WPS_POLLMSG
/* The peer has shut down its writing half, or this end its reading half. */
#define POLLRDHUP __WPS_POLLRDHUP

#define __NEED_time_t
#define __NEED_struct_timespec
#define __NEED_sigset_t
#include <bits/alltypes.h>

__WPS_BEGIN
/*
 * ppoll(2): poll() with a timeout in seconds and nanoseconds (NULL: for ever) and with the
 * signal mask set to *mask (NULL: as it is) while it waits. Returns how many entries have
 * revents, 0 at the timeout, or -1: EFAULT, EINTR, EINVAL (timeout out of range), ENOMEM.
 */
int ppoll(struct pollfd *__fds, nfds_t __count, const struct timespec *__timeout,
	const sigset_t *__mask);
__WPS_END
#endif

#endif
