/* linux/in.h - the kernel's name of netinet/in.h. */
#ifndef _LINUX_IN_H
#define _LINUX_IN_H
#include <linux/types.h>
#include <netinet/in.h>
#endif
