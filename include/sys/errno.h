/* sys/errno.h - the old name of errno.h, without libc's warning. */
#ifndef _WPS_SYS_ERRNO_H
#define _WPS_SYS_ERRNO_H
#include <errno.h>
#endif
