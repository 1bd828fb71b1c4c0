/* sys/sendfile.h - sendfile(2). libc has no such header. */
#ifndef _SYS_SENDFILE_H
#define _SYS_SENDFILE_H

#include <unistd.h>
#include <wps/defs.h>

#define __NEED_size_t
#define __NEED_ssize_t
#define __NEED_off_t
#include <bits/alltypes.h>

__WPS_BEGIN

/* sendfile(2): copies up to count bytes from the file in to the descriptor out, from *offset
 * (which is moved) or, if NULL, from the file's position. Bytes written, or -1: EAGAIN, EBADF,
 * EFAULT, EINVAL, EIO, ENOTCONN, EPIPE, ECONNRESET. */
ssize_t sendfile(int __out, int __in, off_t *__offset, size_t __count);

#if defined(_LARGEFILE64_SOURCE) || defined(__WPS_GNU)
/* sendfile64(3): the same; off_t always has 64 bits here. */
ssize_t sendfile64(int __out, int __in, off_t *__offset, size_t __count);
#endif

__WPS_END

#endif
