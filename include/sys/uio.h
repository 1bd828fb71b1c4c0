/* sys/uio.h - libc's header; readv and writev on sockets take all parts in one call. */
#include_next <sys/uio.h>
#ifndef _WPS_SYS_UIO_H
#define _WPS_SYS_UIO_H

#include <wps/defs.h>

#define __NEED_pid_t
#include <bits/alltypes.h>

__WPS_BEGIN

/* POSIX readv(), writev(): read(2) and write(2) over count parts (at most IOV_MAX, 1024); on a
 * datagram socket one datagram. Bytes moved, or -1: EINVAL (count) and errors as read, write. */
ssize_t readv(int __fd, const struct iovec *__parts, int __count);
ssize_t writev(int __fd, const struct iovec *__parts, int __count);

#ifdef __WPS_GNU
/* process_vm_readv(2), process_vm_writev(2): -1 with ENOSYS; there is no other process. */
ssize_t process_vm_readv(pid_t __pid, const struct iovec *__to, unsigned long __to_count,
	const struct iovec *__from, unsigned long __from_count, unsigned long __flags);
ssize_t process_vm_writev(pid_t __pid, const struct iovec *__from, unsigned long __from_count,
	const struct iovec *__to, unsigned long __to_count, unsigned long __flags);
#endif

__WPS_END

#endif
