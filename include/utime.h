/* utime.h - libc's header, with calls that check pointers. */
#include_next <utime.h>
#ifndef _WPS_UTIME_H
#define _WPS_UTIME_H

#include <wps/checked.h>

#endif
