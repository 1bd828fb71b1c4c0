/* sys/ipc.h - System V keys and permissions. libc has no such header. */
#ifndef _SYS_IPC_H
#define _SYS_IPC_H

#include <wps/defs.h>

#define __NEED_uid_t
#define __NEED_gid_t
#define __NEED_mode_t
#define __NEED_key_t
#include <bits/alltypes.h>

#define IPC_CREAT 01000
#define IPC_EXCL 02000
#define IPC_NOWAIT 04000
#define IPC_RMID 0
#define IPC_SET 1
#define IPC_STAT 2
#define IPC_PRIVATE ((key_t)0)

struct ipc_perm {
	key_t __key;
	uid_t uid;
	gid_t gid;
	uid_t cuid;
	gid_t cgid;
	mode_t mode;
	int __seq;
};

__WPS_BEGIN

/* POSIX ftok(): a key from a file and 8 bits. -1: errors of stat(). */
key_t ftok(const char *__path, int __id);

__WPS_END

#endif
