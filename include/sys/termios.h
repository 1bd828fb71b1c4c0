/* sys/termios.h - the old name of termios.h. */
#ifndef _WPS_SYS_TERMIOS_H
#define _WPS_SYS_TERMIOS_H
#include <termios.h>
#endif
