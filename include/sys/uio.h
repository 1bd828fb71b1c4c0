/* sys/uio.h - libc's header; readv and writev on sockets take all parts in one call. */
#include_next <sys/uio.h>
#ifndef _WPS_SYS_UIO_H
#define _WPS_SYS_UIO_H

#include <wps/defs.h>

__WPS_BEGIN

/* POSIX readv(), writev(): read(2) and write(2) over count parts (at most IOV_MAX, 1024); on a
 * datagram socket one datagram. Bytes moved, or -1: EINVAL (count) and errors as read, write. */
ssize_t readv(int __fd, const struct iovec *__parts, int __count);
ssize_t writev(int __fd, const struct iovec *__parts, int __count);

__WPS_END

#endif
