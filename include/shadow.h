/* shadow.h - password ageing, which is never there. libc has no such header. */
#ifndef _SHADOW_H
#define _SHADOW_H

#include <wps/defs.h>

#define __NEED_size_t
#include <bits/alltypes.h>

#define SHADOW "/etc/shadow"

/* Times in days. */
struct spwd {
	char *sp_namp;
	char *sp_pwdp;
	long sp_lstchg;
	long sp_min;
	long sp_max;
	long sp_warn;
	long sp_inact;
	long sp_expire;
	unsigned long sp_flag;
};

__WPS_BEGIN

/* getspnam(3): NULL with EACCES; no program may read /etc/shadow as the fixed user. */
struct spwd *getspnam(const char *__name);

__WPS_END

#endif
