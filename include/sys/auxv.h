/* sys/auxv.h - the auxiliary vector, which WASI does not pass. libc has no such header. */
#ifndef _SYS_AUXV_H
#define _SYS_AUXV_H

#include <wps/defs.h>

#define AT_NULL 0
#define AT_PAGESZ 6
#define AT_HWCAP 16
#define AT_CLKTCK 17
#define AT_SECURE 23
#define AT_RANDOM 25
#define AT_HWCAP2 26

__WPS_BEGIN

/* getauxval(3): 0 with ENOENT. */
unsigned long getauxval(unsigned long __type);

__WPS_END

#endif
