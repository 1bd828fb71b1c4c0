/* sys/syscall.h - the calls that syscall() knows; every other number is ENOSYS. */
#include_next <sys/syscall.h>
#ifndef _WPS_SYS_SYSCALL_H
#define _WPS_SYS_SYSCALL_H

/* Linux's asm-generic numbers. */
#define SYS_getpid 172
#define SYS_gettid 178
#define SYS_getrandom 278
#define __NR_getpid SYS_getpid
#define __NR_gettid SYS_gettid
#define __NR_getrandom SYS_getrandom

#endif
