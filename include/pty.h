/* pty.h - pseudo terminals, of which there are none. libc has no such header. */
#ifndef _PTY_H
#define _PTY_H

#include <sys/ioctl.h>
#include <termios.h>
#include <wps/defs.h>

__WPS_BEGIN

/* openpty(3), forkpty(3): -1 with ENOSYS. login_tty(3): -1 with ENOTTY, EBADF. */
int openpty(int *__main, int *__other, char *__name, const struct termios *__settings,
	const struct winsize *__size);
int forkpty(int *__main, char *__name, const struct termios *__settings,
	const struct winsize *__size);
int login_tty(int __fd);

__WPS_END

#endif
