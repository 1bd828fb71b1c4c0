/* stdlib.h - libc's header; temporary files and what BSD and POSIX have besides. */
#include_next <stdlib.h>
#ifndef _WPS_STDLIB_H
#define _WPS_STDLIB_H

#include <wps/defs.h>

#define __NEED_size_t
#include <bits/alltypes.h>

__WPS_BEGIN

/* C system(): 0 for NULL (no shell), else -1 with ENOSYS. */
int system(const char *__command);

#ifdef __WPS_POSIX
#include <wps/wait_status.h>

/* POSIX mkstemp(), mkdtemp(): make a file (open for both, mode 600) or folder from a template
 * that ends in XXXXXX. The descriptor, or -1; the name, or NULL: EEXIST, EINVAL, and errors of
 * open() and mkdir(). */
int mkstemp(char *__template);
char *mkdtemp(char *__template);

/* mkostemp(3): mkstemp() with flags for open(). */
int mkostemp(char *__template, int __flags);
#endif

#ifdef __WPS_XSI
/* POSIX posix_openpt(): -1 with ENOSYS. grantpt(), unlockpt(), ptsname(): -1 or NULL with ENOTTY,
 * EBADF; there are no terminals. */
int posix_openpt(int __flags);
int grantpt(int __fd);
int unlockpt(int __fd);
char *ptsname(int __fd);
#endif

#ifdef __WPS_MISC
/* mktemp(3): a name that was free; an empty string if there is none. */
char *mktemp(char *__template);

/* mkstemps(3), mkostemps(3): the template ends in XXXXXX and a suffix of so many bytes. */
int mkstemps(char *__template, int __suffix);
int mkostemps(char *__template, int __suffix, int __flags);

/* memalign(3): alignment is a power of 2; for free(), or NULL: ENOMEM. valloc(3): by pages. */
void *memalign(size_t __alignment, size_t __size);
void *valloc(size_t __size);

/* reallocarray(3): realloc(count * size), or NULL with ENOMEM if that overflows. */
void *reallocarray(void *__memory, size_t __count, size_t __size);

/* qsort_r(3): qsort() with an argument for the comparison. */
void qsort_r(void *__base, size_t __count, size_t __size,
	int (*__compare)(const void *, const void *, void *), void *__argument);

#if defined(_LARGEFILE64_SOURCE) || defined(__WPS_GNU)
#define mkstemp64 mkstemp
#define mkostemp64 mkostemp
#define mkstemps64 mkstemps
#define mkostemps64 mkostemps
#endif

/* getloadavg(3): -1; the load is not known. */
int getloadavg(double *__averages, int __count);
#endif

__WPS_END

#endif
