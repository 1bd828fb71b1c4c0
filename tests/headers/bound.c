/* Uses each function that the headers bind to a symbol of its own; bound_symbols looks at them. */
#include <sys/resource.h>
#include <sys/select.h>
#include <unistd.h>

int use(fd_set *set, struct timeval *timeout, struct timespec *limit, struct rusage *usage)
{
	return select(1, set, set, set, timeout) + pselect(1, set, set, set, limit, 0) +
		getrusage(RUSAGE_SELF, usage) + (int)lseek(0, 0, SEEK_CUR) + (int)sysconf(_SC_OPEN_MAX);
}
