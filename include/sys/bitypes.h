/* sys/bitypes.h - an old name of sys/types.h for the sized integers. */
#ifndef _WPS_SYS_BITYPES_H
#define _WPS_SYS_BITYPES_H
#include <sys/types.h>
#endif
