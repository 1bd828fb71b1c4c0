/*
 * wps/checked.h - libc's calls on files, bound to functions of the compat archive that check pointers
 * (EFAULT, where libc's would trap) and know the numbers that dup() gives for libc's files and folders.
 *
 * Each header that has some of them asks for its part after libc's own: a part is read once, and there
 * is no guard around them all. A program that defines one of these functions itself keeps its own.
 */
#include <wps/defs.h>

#if defined _WPS_FCNTL_H && !defined _WPS_CHECKED_FCNTL
#define _WPS_CHECKED_FCNTL
__WPS_BEGIN
int openat(int __folder, const char *__path, int __flags, ...) __WPS_SYMBOL(__wps_openat);
int posix_fadvise(int __fd, off_t __offset, off_t __length, int __advice)
	__WPS_SYMBOL(__wps_posix_fadvise);
int posix_fallocate(int __fd, off_t __offset, off_t __length)
	__WPS_SYMBOL(__wps_posix_fallocate);
__WPS_END
#endif

#if defined _WPS_UNISTD_H && !defined _WPS_CHECKED_UNISTD
#define _WPS_CHECKED_UNISTD
__WPS_BEGIN
int faccessat(int __folder, const char *__path, int __mode, int __flags)
	__WPS_SYMBOL(__wps_faccessat);
long fpathconf(int __fd, int __name) __WPS_SYMBOL(__wps_fpathconf);
int linkat(int __old_folder, const char *__old, int __new_folder, const char *__new, int __flags)
	__WPS_SYMBOL(__wps_linkat);
ssize_t readlinkat(int __folder, const char *__restrict __path, char *__restrict __to, size_t __size)
	__WPS_SYMBOL(__wps_readlinkat);
int symlinkat(const char *__target, int __folder, const char *__path)
	__WPS_SYMBOL(__wps_symlinkat);
#if defined __WPS_MISC || defined __WPS_GNU
int getentropy(void *__to, size_t __size) __WPS_SYMBOL(__wps_getentropy);
#endif
__WPS_END
#endif

#if defined _WPS_SYS_STAT_H && !defined _WPS_CHECKED_SYS_STAT
#define _WPS_CHECKED_SYS_STAT
__WPS_BEGIN
int fstatat(int __folder, const char *__restrict __path, struct stat *__restrict __to, int __flags)
	__WPS_SYMBOL(__wps_fstatat);
int mkdirat(int __folder, const char *__path, mode_t __mode) __WPS_SYMBOL(__wps_mkdirat);
int futimens(int __fd, const struct timespec __times[2]) __WPS_SYMBOL(__wps_futimens);
int utimensat(int __folder, const char *__path, const struct timespec __times[2], int __flags)
	__WPS_SYMBOL(__wps_utimensat);
__WPS_END
#endif

#if defined _WPS_STDIO_H && !defined _WPS_CHECKED_STDIO
#define _WPS_CHECKED_STDIO
__WPS_BEGIN
#ifdef __WPS_POSIX
int renameat(int __old_folder, const char *__old, int __new_folder, const char *__new)
	__WPS_SYMBOL(__wps_renameat);
#endif
__WPS_END
#endif

#if defined _WPS_SYS_TIME_H && !defined _WPS_CHECKED_SYS_TIME
#define _WPS_CHECKED_SYS_TIME
__WPS_BEGIN
int utimes(const char *__path, const struct timeval __times[2]) __WPS_SYMBOL(__wps_utimes);
__WPS_END
#endif

#if defined _WPS_DIRENT_H && !defined _WPS_CHECKED_DIRENT
#define _WPS_CHECKED_DIRENT
__WPS_BEGIN
DIR *fdopendir(int __fd) __WPS_SYMBOL(__wps_fdopendir);
int closedir(DIR *__folder) __WPS_SYMBOL(__wps_closedir);
int dirfd(DIR *__folder) __WPS_SYMBOL(__wps_dirfd);
__WPS_END
#endif

#if defined _WPS_SYS_STATVFS_H && !defined _WPS_CHECKED_SYS_STATVFS
#define _WPS_CHECKED_SYS_STATVFS
__WPS_BEGIN
int statvfs(const char *__restrict __path, struct statvfs *__restrict __to)
	__WPS_SYMBOL(__wps_statvfs);
int fstatvfs(int __fd, struct statvfs *__to) __WPS_SYMBOL(__wps_fstatvfs);
__WPS_END
#endif

#if defined _WPS_UTIME_H && !defined _WPS_CHECKED_UTIME
#define _WPS_CHECKED_UTIME
__WPS_BEGIN
int utime(const char *__path, const struct utimbuf *__times) __WPS_SYMBOL(__wps_utime);
__WPS_END
#endif

#if defined _WPS_SYS_UTSNAME_H && !defined _WPS_CHECKED_SYS_UTSNAME
#define _WPS_CHECKED_SYS_UTSNAME
__WPS_BEGIN
int uname(struct utsname *__to) __WPS_SYMBOL(__wps_uname);
__WPS_END
#endif
