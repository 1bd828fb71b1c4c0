/* sys/socketvar.h - the BSD name that some programs include for sys/socket.h. */
#ifndef _WPS_SYS_SOCKETVAR_H
#define _WPS_SYS_SOCKETVAR_H
#include <sys/socket.h>
#endif
