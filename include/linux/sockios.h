/* linux/sockios.h - requests on sockets, beside those of sys/ioctl.h. */
#ifndef _LINUX_SOCKIOS_H
#define _LINUX_SOCKIOS_H

#include <sys/ioctl.h>

/* Bytes that wait to be read; bytes not yet taken by the host. */
#define SIOCINQ FIONREAD
#define SIOCOUTQ TIOCOUTQ
#define SIOCOUTQNSD 0x894B

#endif
