/*
 * wps/values.h - every number this project had to choose itself.
 *
 * Everything else in these headers is either wasi-libc's number or, where wasi-libc has none,
 * Linux's generic one. The names below are those whose Linux number means something else in
 * wasi-libc. The Rust side has the same table; tests/headers/values.c compares both.
 */
#ifndef _WPS_VALUES_H
#define _WPS_VALUES_H

/* Address families: wasi-libc has AF_INET 1, AF_INET6 2, AF_UNIX 3; AX.25's 3 is taken. */
#define __WPS_AF_AX25 45
#define __WPS_AF_MAX 46

/* Socket types: wasi-libc has SOCK_DGRAM 5 and SOCK_STREAM 6. */
#define __WPS_SOCK_SEQPACKET 7
#define __WPS_SOCK_DCCP 8

/* poll() bits: wasi-libc has IN 1, OUT 2, PRI 0x200, ERR 0x1000, HUP 0x2000, NVAL 0x4000. */
#define __WPS_POLLRDBAND 0x0080
#define __WPS_POLLWRBAND 0x0100
#define __WPS_POLLMSG 0x0400
#define __WPS_POLLRDHUP 0x0800

/* errno: wasi-libc has 1 to 76. Linux's number where that is above 76, else 200 + Linux's. */
#define __WPS_ERRNO(linux_number) (200 + (linux_number))

#endif
