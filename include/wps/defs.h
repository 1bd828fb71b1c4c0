/* wps/defs.h - what every overlay header needs: which names to show, linkage, symbol names. */
#ifndef _WPS_DEFS_H
#define _WPS_DEFS_H

#include <features.h>

/*
 * Feature tests, decided as libc's features.h decides them: _DEFAULT_SOURCE means _BSD_SOURCE,
 * and a compiler in a GNU mode with no macro set gets _BSD_SOURCE and _XOPEN_SOURCE 700.
 *   __WPS_POSIX  POSIX.1-2008 names     __WPS_XSI   X/Open names too
 *   __WPS_MISC   BSD and SysV names     __WPS_GNU   Linux and GNU names
 */
#if defined(_GNU_SOURCE)
#define __WPS_GNU 1
#endif
#if defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
#define __WPS_MISC 1
#endif
#if defined(__WPS_MISC) || defined(_XOPEN_SOURCE)
#define __WPS_XSI 1
#endif
#if defined(__WPS_XSI) || defined(_POSIX_SOURCE) || defined(_POSIX_C_SOURCE)
#define __WPS_POSIX 1
#endif

#ifdef __cplusplus
#define __WPS_BEGIN extern "C" {
#define __WPS_END }
#else
#define __WPS_BEGIN
#define __WPS_END
#endif

/* The linker symbol of a function whose data layout differs from libc's of the same name. */
#define __WPS_SYMBOL(name) __asm__(#name)

#define __WPS_NORETURN __attribute__((__noreturn__))
#define __WPS_PRINTF(format, first) __attribute__((__format__(__printf__, format, first)))

#endif
