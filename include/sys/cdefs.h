/* sys/cdefs.h - BSD's words for C++ linkage and old compilers. libc has no such header. */
#ifndef _SYS_CDEFS_H
#define _SYS_CDEFS_H

#include <features.h>

#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif

#define __THROW
#define __P(arguments) arguments
#define __PMT(arguments) arguments
#define __CONCAT(left, right) left##right
#define __STRING(text) #text
#define __ptr_t void *
#define __nonnull(parameters) __attribute__((__nonnull__ parameters))
#define __wur __attribute__((__warn_unused_result__))

#endif
