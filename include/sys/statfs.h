/* sys/statfs.h - statfs(2). libc has statvfs() only. */
#ifndef _SYS_STATFS_H
#define _SYS_STATFS_H

#include <sys/statvfs.h>
#include <wps/defs.h>

#define __NEED_fsblkcnt_t
#define __NEED_fsfilcnt_t
#include <bits/alltypes.h>

/* The number of a file system. */
typedef struct {
	int __val[2];
} fsid_t;

/* Sizes in blocks of f_bsize bytes. */
struct statfs {
	unsigned long f_type;
	unsigned long f_bsize;
	fsblkcnt_t f_blocks;
	fsblkcnt_t f_bfree;
	fsblkcnt_t f_bavail;
	fsfilcnt_t f_files;
	fsfilcnt_t f_ffree;
	fsid_t f_fsid;
	unsigned long f_namelen;
	unsigned long f_frsize;
	unsigned long f_flags;
	unsigned long f_spare[4];
};

__WPS_BEGIN

/* statfs(2): -1 with ENOSYS, for WASI tells nothing of file systems, or errors of looking for the
 * file. */
int statfs(const char *__path, struct statfs *__result);
int fstatfs(int __fd, struct statfs *__result);

#if defined(_LARGEFILE64_SOURCE) || defined(__WPS_GNU)
#define statfs64 statfs
#define fstatfs64 fstatfs
#endif

__WPS_END

#endif
