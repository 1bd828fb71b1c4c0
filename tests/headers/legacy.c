/* What old programs declare themselves, before or after the header; must be K&R clean. */
extern int errno;
#include <errno.h>
extern int errno;
#include <netdb.h>
extern int h_errno;
#include <unistd.h>
extern char **environ;
extern char *optarg;
extern int optind, opterr;
#include <time.h>
extern long timezone;
#include <signal.h>
#include <sys/types.h>

int last_error(void);
int last_error(void)
{
	errno = 0;
	h_errno = HOST_NOT_FOUND;
	return errno + h_errno + (environ == 0) + (optarg == 0) + optind + opterr + (timezone != 0);
}
