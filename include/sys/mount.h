/* sys/mount.h - mount(2), which is refused. libc has no such header. */
#ifndef _SYS_MOUNT_H
#define _SYS_MOUNT_H

#include <sys/ioctl.h>
#include <wps/defs.h>

#define MS_RDONLY 1
#define MS_NOSUID 2
#define MS_NODEV 4
#define MS_NOEXEC 8
#define MS_REMOUNT 32
#define MS_BIND 4096
#define MS_MOVE 8192
#define MS_REC 16384
#define MS_PRIVATE (1 << 18)
#define MNT_FORCE 1
#define MNT_DETACH 2

__WPS_BEGIN

/* mount(2), umount(2): -1 with EPERM. */
int mount(const char *__source, const char *__target, const char *__type, unsigned long __flags,
	const void *__data);
int umount(const char *__target);
int umount2(const char *__target, int __flags);

__WPS_END

#endif
