/* linux/if_ether.h - the kernel's name of netinet/if_ether.h. */
#ifndef _LINUX_IF_ETHER_H
#define _LINUX_IF_ETHER_H
#include <netinet/if_ether.h>
#endif
