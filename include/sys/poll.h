/* sys/poll.h - the old name of poll.h, without libc's warning. */
#ifndef _WPS_SYS_POLL_H
#define _WPS_SYS_POLL_H
#include <poll.h>
#endif
