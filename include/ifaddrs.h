/* ifaddrs.h - getifaddrs(3). libc's declarations, documented. */
#include_next <ifaddrs.h>
#ifndef _WPS_IFADDRS_H
#define _WPS_IFADDRS_H

#include <wps/defs.h>

__WPS_BEGIN

/* getifaddrs(3): the interfaces that WASI lets one know: loopback, and what binding reveals.
 * 0 and a list for freeifaddrs(), or -1: ENOMEM. */
int getifaddrs(struct ifaddrs **__list);

/* getifaddrs(3): frees a whole list; NULL is allowed. */
void freeifaddrs(struct ifaddrs *__list);

__WPS_END

#endif
