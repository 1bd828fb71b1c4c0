/* sys/stat.h - libc's header, and umask, FIFOs and device nodes. */
#include_next <sys/stat.h>
#ifndef _WPS_SYS_STAT_H
#define _WPS_SYS_STAT_H

#include <wps/defs.h>
#include <wps/files.h>

#define __NEED_mode_t
#define __NEED_dev_t
#include <bits/alltypes.h>

__WPS_BEGIN

/* POSIX umask(): the former mask, 022 at first; WASI files have no modes, so it is remembered only. */
mode_t umask(mode_t __mask);

/* POSIX mkfifo(), mkfifoat(): -1 with EPERM, or EEXIST; WASI has no FIFOs in the file system. */
int mkfifo(const char *__path, mode_t __mode);
int mkfifoat(int __dir, const char *__path, mode_t __mode);

#ifdef __WPS_MISC
/* lchmod(3): -1 with EOPNOTSUPP, as for links on Linux, or errors of looking for the file. */
int lchmod(const char *__path, mode_t __mode);
#endif

#ifdef __WPS_XSI
/* POSIX mknod(), mknodat(): an empty regular file; 0, or -1: EPERM for anything else, EEXIST. */
int mknod(const char *__path, mode_t __mode, dev_t __device);
int mknodat(int __dir, const char *__path, mode_t __mode, dev_t __device);
#endif

__WPS_END

#include <wps/checked.h>

#endif
