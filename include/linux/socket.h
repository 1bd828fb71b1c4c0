/* linux/socket.h - the kernel's room for an address of any family. */
#ifndef _LINUX_SOCKET_H
#define _LINUX_SOCKET_H

#include <sys/socket.h>

#define _K_SS_MAXSIZE 128
#define __kernel_sockaddr_storage sockaddr_storage
typedef unsigned short __kernel_sa_family_t;

#endif
