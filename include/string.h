/* string.h - libc's header, and GNU's names of errors. */
#include_next <string.h>
#ifndef _WPS_STRING_H
#define _WPS_STRING_H

#include <wps/defs.h>

#ifdef __WPS_GNU
__WPS_BEGIN

/* strerror(3): the text and the name of an error, NULL for an unknown number. */
const char *strerrordesc_np(int __error);
const char *strerrorname_np(int __error);

/* strsignal(3): "HUP" and "Hangup" for SIGHUP; NULL for none. */
const char *sigabbrev_np(int __signal);
const char *sigdescr_np(int __signal);

__WPS_END
#endif

#endif
