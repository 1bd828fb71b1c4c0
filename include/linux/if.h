/* linux/if.h - the kernel's name of net/if.h. */
#ifndef _LINUX_IF_H
#define _LINUX_IF_H
#include <net/if.h>
#endif
