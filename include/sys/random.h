/* sys/random.h - libc's header, and getrandom(2). */
#include_next <sys/random.h>
#ifndef _WPS_SYS_RANDOM_H
#define _WPS_SYS_RANDOM_H

#include <wps/defs.h>

#define __NEED_size_t
#define __NEED_ssize_t
#include <bits/alltypes.h>

#define GRND_NONBLOCK 1
#define GRND_RANDOM 2
#define GRND_INSECURE 4

__WPS_BEGIN

/* getrandom(2): fills the buffer from the host. size, or -1: EFAULT, EINVAL (flags). */
ssize_t getrandom(void *__buffer, size_t __size, unsigned int __flags);

__WPS_END

#endif
