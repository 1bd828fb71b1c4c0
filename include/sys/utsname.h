/* sys/utsname.h - libc's header, with calls that check pointers. */
#include_next <sys/utsname.h>
#ifndef _WPS_SYS_UTSNAME_H
#define _WPS_SYS_UTSNAME_H

#include <wps/checked.h>

#endif
