/* linux/tcp.h - the kernel's name of netinet/tcp.h. */
#ifndef _LINUX_TCP_H
#define _LINUX_TCP_H
#include <linux/types.h>
#include <netinet/tcp.h>
#endif
