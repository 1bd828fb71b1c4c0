/* arpa/inet.h - libc's header, and the functions it leaves out in 2024. */
#include_next <arpa/inet.h>
#ifndef _WPS_ARPA_INET_H
#define _WPS_ARPA_INET_H

#include <wps/defs.h>

#define __NEED_size_t
#include <bits/alltypes.h>

__WPS_BEGIN

/* POSIX inet_addr(): "a.b.c.d" and the shorter and hexadecimal forms, in network byte order;
 * INADDR_NONE if it is none. inet_network(): the same in host byte order. */
in_addr_t inet_addr(const char *__text);
in_addr_t inet_network(const char *__text);

/* inet_aton(3): 1 and *address, or 0 if text is no address. */
int inet_aton(const char *__text, struct in_addr *__address);

/* POSIX inet_ntoa(): dotted decimal in a static buffer. */
char *inet_ntoa(struct in_addr __address);

/* inet_makeaddr(3): an address of a classful network and a host number; its two parts. All in
 * host byte order but the address. */
struct in_addr inet_makeaddr(in_addr_t __network, in_addr_t __host);
in_addr_t inet_lnaof(struct in_addr __address);
in_addr_t inet_netof(struct in_addr __address);

/* POSIX inet_pton(): 1, 0 if text is no address of the family, or -1: EAFNOSUPPORT.
 * inet_ntop(): text in size bytes, or NULL: EAFNOSUPPORT, ENOSPC. */
int inet_pton(int __family, const char *__restrict __text, void *__restrict __address);
const char *inet_ntop(int __family, const void *__restrict __address, char *__restrict __text,
	socklen_t __size);

__WPS_END

#endif
