/* sys/unistd.h - the old name of unistd.h. */
#ifndef _WPS_SYS_UNISTD_H
#define _WPS_SYS_UNISTD_H
#include <unistd.h>
#endif
