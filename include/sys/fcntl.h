/* sys/fcntl.h - the old name of fcntl.h, without libc's warning. */
#ifndef _WPS_SYS_FCNTL_H
#define _WPS_SYS_FCNTL_H
#include <fcntl.h>
#endif
