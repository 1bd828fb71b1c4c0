/*
 * stdio.h - libc's header; temporary files and pipes to programs.
 *
 * libc declares tmpnam and tmpfile as deprecated and does not have them, so its declarations
 * are given other names while they pass.
 */
#ifndef _WPS_STDIO_H
#define tmpnam __wps_libc_tmpnam
#define tmpfile __wps_libc_tmpfile
#endif
#include_next <stdio.h>
#ifndef _WPS_STDIO_H
#define _WPS_STDIO_H
#undef tmpnam
#undef tmpfile

#include <wps/defs.h>

#define __NEED_FILE
#define __NEED_size_t
#include <bits/alltypes.h>

/* C tmpnam(): the room for a name, and how many differ at least. */
#ifndef L_tmpnam
#define L_tmpnam 20
#endif
#ifndef TMP_MAX
#define TMP_MAX 10000
#endif

__WPS_BEGIN

/* C tmpfile(): a file that is gone when closed; in $TMPDIR, /tmp or the working folder. NULL:
 * errors of open(). */
FILE *tmpfile(void);

#if defined(_LARGEFILE64_SOURCE) || defined(__WPS_GNU)
#define tmpfile64 tmpfile
#endif

/* C tmpnam(): a name in L_tmpnam bytes (NULL: static) that was free, or NULL. */
char *tmpnam(char *__name);

#ifdef __WPS_POSIX
/* POSIX popen(): NULL with ENOSYS. pclose(): closes the stream; -1 with ECHILD. */
FILE *popen(const char *__command, const char *__mode);
int pclose(FILE *__stream);

/* POSIX flockfile() and kin: nothing to do for a single thread; ftrylockfile() gives 0. */
void flockfile(FILE *__stream);
int ftrylockfile(FILE *__stream);
void funlockfile(FILE *__stream);
#endif

#ifdef __WPS_XSI
#ifndef P_tmpdir
#define P_tmpdir "/tmp"
#endif
/* POSIX tempnam(): a name that was free, for free(), or NULL: ENOMEM. */
char *tempnam(const char *__folder, const char *__prefix);
#endif

__WPS_END

#include <wps/checked.h>

#endif
