/* wps/files.h - for headers whose functions read files by their path. */
#ifndef _WPS_FILES_H
#define _WPS_FILES_H

#include <wps/defs.h>

/* Refers to the part of the library that opens files: a program that includes no such header is
 * linked without it, and for getaddrinfo() and its like there is no /etc/hosts then. */
__WPS_BEGIN
extern const struct __wps_files __wps_files;
__WPS_END
static const struct __wps_files *const __wps_files_wanted
	__attribute__((__used__)) = &__wps_files;

#endif
