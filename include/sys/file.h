/* sys/file.h - libc's header; flock() comes from the compat archive. */
#include <fcntl.h>
#include_next <sys/file.h>
#ifndef _WPS_SYS_FILE_H
#define _WPS_SYS_FILE_H

#include <wps/defs.h>

__WPS_BEGIN
/* flock(2): LOCK_SH, LOCK_EX, LOCK_UN, with LOCK_NB or not. 0, for there is no other process,
 * or -1: EBADF, EINVAL. */
int flock(int __fd, int __operation);
__WPS_END

#endif
