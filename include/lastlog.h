/* lastlog.h - see utmp.h. */
#include <utmp.h>
