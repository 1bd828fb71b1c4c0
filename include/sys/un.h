/* sys/un.h - AF_UNIX addresses with a path (see __struct_sockaddr_un.h), and SUN_LEN. */
#include_next <sys/un.h>
#ifndef _WPS_SYS_UN_H
#define _WPS_SYS_UN_H

#include <wps/defs.h>

/* Refers to the part of the library that has AF_UNIX sockets: a program that includes this
 * header nowhere is linked without it, and its socket(AF_UNIX) is EAFNOSUPPORT. */
__WPS_BEGIN
extern int (*const __wps_unix)(int, int, int, int);
__WPS_END
static int (*const *const __wps_unix_wanted)(int, int, int, int)
	__attribute__((__used__)) = &__wps_unix;

#ifdef __WPS_MISC
#include <stddef.h>
#include <string.h>
/* unix(7): the length of an address whose path ends with NUL, without that NUL. */
#undef SUN_LEN
#define SUN_LEN(address) (offsetof(struct sockaddr_un, sun_path) + strlen((address)->sun_path))
#endif

#endif
