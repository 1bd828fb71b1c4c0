/* sys/signal.h - the old name of signal.h, without libc's warning. */
#ifndef _WPS_SYS_SIGNAL_H
#define _WPS_SYS_SIGNAL_H
#include <signal.h>
#endif
