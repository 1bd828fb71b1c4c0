/*
 * fcntl.h - libc's header with Linux's numbers: flags of open(2), commands of fcntl(2); duplication,
 * locks, owners, splice, and what else libc leaves out.
 *
 * open(), openat() and creat() take either numbers (wasi-libc's always say how a file is accessed, in
 * bits that Linux does not use), fcntl() is bound to a symbol of its own: so objects that were
 * compiled without this overlay keep libc's numbers.
 */
/* Clang would take libc's declaration, which names another symbol, for the address of fcntl(). */
#define fcntl __wps_fcntl
#include_next <fcntl.h>
#undef fcntl
#ifndef _WPS_FCNTL_H
#define _WPS_FCNTL_H

#include <wps/defs.h>
#include <wps/values.h>

#define __NEED_mode_t
#define __NEED_off_t
#define __NEED_pid_t
#define __NEED_size_t
#define __NEED_ssize_t
#define __NEED_struct_iovec
#include <bits/alltypes.h>

/* open(2): how the file is accessed, a field of two bits. */
#undef O_ACCMODE
#undef O_RDONLY
#undef O_WRONLY
#undef O_RDWR
#define O_ACCMODE 3
#define O_RDONLY 0
#define O_WRONLY 1
#define O_RDWR 2

/* open(2): flags. O_NOCTTY has no effect, for no terminal becomes the program's. */
#undef O_CREAT
#undef O_EXCL
#undef O_NOCTTY
#undef O_TRUNC
#undef O_APPEND
#undef O_NONBLOCK
#undef O_DSYNC
#undef O_DIRECTORY
#undef O_NOFOLLOW
#undef O_CLOEXEC
#undef O_SYNC
#undef O_RSYNC
#define O_CREAT 0100
#define O_EXCL 0200
#define O_NOCTTY 0400
#define O_TRUNC 01000
#define O_APPEND 02000
#define O_NONBLOCK 04000
#define O_DSYNC 010000
#define O_DIRECTORY 0200000
#define O_NOFOLLOW 0400000
#define O_CLOEXEC 02000000
#define O_SYNC 04010000
#define O_RSYNC O_SYNC

/* POSIX's, which glibc has not: for looking up and executing only. The number is that of O_PATH. */
#undef O_SEARCH
#undef O_EXEC
#define O_SEARCH 010000000
#define O_EXEC 010000000

/* fcntl(2) commands. */
#undef F_DUPFD
#undef F_DUPFD_CLOEXEC
#undef F_GETLK
#undef F_SETLK
#undef F_SETLKW
#define F_DUPFD 0
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7
#define F_SETOWN 8
#define F_GETOWN 9
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#define F_OFD_SETLKW 38
#define F_DUPFD_CLOEXEC 1030

/* posix_fadvise(), which is bound to a symbol of its own. */
#undef POSIX_FADV_RANDOM
#undef POSIX_FADV_SEQUENTIAL
#define POSIX_FADV_RANDOM 1
#define POSIX_FADV_SEQUENTIAL 2

/* struct flock (libc's): l_type. */
#undef F_RDLCK
#undef F_WRLCK
#undef F_UNLCK
#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2

__WPS_BEGIN

/* POSIX fcntl(): the value asked for or 0, or -1: EBADF, EINVAL (command or argument), EMFILE
 * (F_DUPFD), EFAULT, ESRCH (F_SETOWN to another process). Locks always succeed: there is no other
 * process. SIGIO is never sent: owner, signal and O_ASYNC are only read back. */
int fcntl(int __fd, int __command, ...) __WPS_SYMBOL(__wps_fcntl);

#if defined __clang__ && !defined __cplusplus
/* The same, chosen by the compiler where it sees that the command is one of these: most programs use
 * no other, and are linked without what they need. The name alone still means the function above. */
int fcntl(int __fd, int __command, ...)
	__attribute__((__overloadable__,
		__enable_if__(__command >= F_GETFD && __command <= F_SETFL, "")))
	__asm__("__wps_fcntl_flags");
#endif

#ifdef __WPS_MISC

#define O_ASYNC 020000
#define O_NDELAY O_NONBLOCK
#define O_FSYNC O_SYNC
#define FAPPEND O_APPEND
#define FFSYNC O_FSYNC
#define FASYNC O_ASYNC
#define FNONBLOCK O_NONBLOCK
#define FNDELAY O_NDELAY
#ifndef O_LARGEFILE
#define O_LARGEFILE 0
#endif

#define F_SETSIG 10
#define F_GETSIG 11
#define F_SETLEASE 1024
#define F_GETLEASE 1025
#define F_NOTIFY 1026
#define F_SETPIPE_SZ 1031
#define F_GETPIPE_SZ 1032
#define F_ADD_SEALS 1033
#define F_GET_SEALS 1034
#define F_SEAL_SEAL 0x0001
#define F_SEAL_SHRINK 0x0002
#define F_SEAL_GROW 0x0004
#define F_SEAL_WRITE 0x0008

/* lockf() commands, and access() modes as unistd.h has them. */
#undef F_ULOCK
#undef F_LOCK
#undef F_TLOCK
#undef F_TEST
#define F_ULOCK 0
#define F_LOCK 1
#define F_TLOCK 2
#define F_TEST 3

/* POSIX lockf(): locks length bytes at the position; always 0 on an open file, or -1: EBADF,
 * EINVAL. */
int lockf(int __fd, int __command, off_t __length);

#endif

#ifdef __WPS_GNU

#define F_SETOWN_EX 15
#define F_GETOWN_EX 16
#define F_OWNER_TID 0
#define F_OWNER_PID 1
#define F_OWNER_PGRP 2
#define F_GETLK64 F_GETLK
#define F_SETLK64 F_SETLK
#define F_SETLKW64 F_SETLKW
#define flock64 flock
#define lockf64 lockf

/* F_SETOWN_EX's argument. */
struct f_owner_ex {
	int type;
	pid_t pid;
};

/* splice() flags. */
#define SPLICE_F_MOVE 1
#define SPLICE_F_NONBLOCK 2
#define SPLICE_F_MORE 4
#define SPLICE_F_GIFT 8

/* fallocate() modes. */
#define FALLOC_FL_KEEP_SIZE 1
#define FALLOC_FL_PUNCH_HOLE 2

/* sync_file_range() flags. */
#define SYNC_FILE_RANGE_WAIT_BEFORE 1
#define SYNC_FILE_RANGE_WRITE 2
#define SYNC_FILE_RANGE_WAIT_AFTER 4

/* fallocate(2): extends a file, for mode 0. 0, or -1: EOPNOTSUPP (other modes), EBADF, EINVAL,
 * EFBIG, ENOSPC. */
int fallocate(int __fd, int __mode, off_t __offset, off_t __length);

/* splice(2): moves up to length bytes from in to out, one of which is a pipe. Bytes moved, 0 at
 * the end, or -1: EAGAIN, EBADF, EINVAL (no pipe), ESPIPE (offset on a pipe). */
ssize_t splice(int __in, off_t *__in_offset, int __out, off_t *__out_offset, size_t __length,
	unsigned int __flags);

/* tee(2): copies up to length bytes between pipes without consuming them; as splice(). */
ssize_t tee(int __in, int __out, size_t __length, unsigned int __flags);

/* readahead(2), sync_file_range(2): 0, or -1: EBADF, EINVAL. */
ssize_t readahead(int __fd, off_t __offset, size_t __length);
int sync_file_range(int __fd, off_t __offset, off_t __length, unsigned int __flags);

/* vmsplice(2): memory into a pipe; as writev(). */
ssize_t vmsplice(int __fd, const struct iovec *__parts, size_t __count, unsigned int __flags);

#endif

__WPS_END

#include <wps/checked.h>

#endif
