/* sys/xattr.h - extended attributes, which WASI lacks: -1 with ENOTSUP. */
#ifndef _SYS_XATTR_H
#define _SYS_XATTR_H

#include <wps/defs.h>

#define __NEED_size_t
#define __NEED_ssize_t
#include <bits/alltypes.h>

#define XATTR_CREATE 1
#define XATTR_REPLACE 2

__WPS_BEGIN

/* getxattr(2): by path, without following a link, by descriptor. */
ssize_t getxattr(const char *__path, const char *__name, void *__value, size_t __size);
ssize_t lgetxattr(const char *__path, const char *__name, void *__value, size_t __size);
ssize_t fgetxattr(int __fd, const char *__name, void *__value, size_t __size);

/* listxattr(2). */
ssize_t listxattr(const char *__path, char *__list, size_t __size);
ssize_t llistxattr(const char *__path, char *__list, size_t __size);
ssize_t flistxattr(int __fd, char *__list, size_t __size);

/* setxattr(2). */
int setxattr(const char *__path, const char *__name, const void *__value, size_t __size, int __flags);
int lsetxattr(const char *__path, const char *__name, const void *__value, size_t __size, int __flags);
int fsetxattr(int __fd, const char *__name, const void *__value, size_t __size, int __flags);

/* removexattr(2). */
int removexattr(const char *__path, const char *__name);
int lremovexattr(const char *__path, const char *__name);
int fremovexattr(int __fd, const char *__name);

__WPS_END

#endif
