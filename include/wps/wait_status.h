/* wps/wait_status.h - what waitpid() stores: shared by sys/wait.h and stdlib.h, as POSIX asks. */
#ifndef _WPS_WAIT_STATUS_H
#define _WPS_WAIT_STATUS_H

/* waitpid() options. */
#define WNOHANG 1
#define WUNTRACED 2

/* The low 7 bits hold the signal (0: exited, 0x7f: stopped), the next byte the exit status. */
#define WEXITSTATUS(status) (((status) >> 8) & 0xff)
#define WTERMSIG(status) ((status) & 0x7f)
#define WSTOPSIG(status) WEXITSTATUS(status)
#define WIFEXITED(status) (WTERMSIG(status) == 0)
#define WIFSIGNALED(status) (WTERMSIG(status) != 0 && WTERMSIG(status) != 0x7f)
#define WIFSTOPPED(status) (((status) & 0xff) == 0x7f)
#define WIFCONTINUED(status) ((status) == 0xffff)
#define WCOREDUMP(status) ((status) & 0x80)

#endif
