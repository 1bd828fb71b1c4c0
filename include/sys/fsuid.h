/* sys/fsuid.h - the user for file access, setfsuid(2). libc has no such header. */
#ifndef _SYS_FSUID_H
#define _SYS_FSUID_H

#include <wps/defs.h>

#define __NEED_uid_t
#define __NEED_gid_t
#include <bits/alltypes.h>

__WPS_BEGIN

/* setfsuid(2), setfsgid(2): the former one, which is the fixed user's and does not change. */
int setfsuid(uid_t __user);
int setfsgid(gid_t __group);

__WPS_END

#endif
