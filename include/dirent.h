/* dirent.h - libc's header, with calls that check pointers and know copies of descriptors. */
#include_next <dirent.h>
#ifndef _WPS_DIRENT_H
#define _WPS_DIRENT_H

#include <wps/checked.h>

#endif
