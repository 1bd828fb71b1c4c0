/* sys/statvfs.h - libc's header, with calls that check pointers. */
#include_next <sys/statvfs.h>
#ifndef _WPS_SYS_STATVFS_H
#define _WPS_SYS_STATVFS_H

#include <wps/checked.h>

#endif
