/* error.h - GNU's messages about errors, error(3). libc has no such header. */
#ifndef _ERROR_H
#define _ERROR_H

#include <wps/defs.h>

__WPS_BEGIN

/* error(3): "program: message: text of number" on stderr (no text for 0); exits with status
 * unless that is 0. error_at_line() adds "file:line:". */
void error(int __status, int __number, const char *__format, ...) __WPS_PRINTF(3, 4);
void error_at_line(int __status, int __number, const char *__file, unsigned int __line,
	const char *__format, ...) __WPS_PRINTF(5, 6);

/* error(3): how many messages there were; one per line of a file; what prints the program. */
extern unsigned int error_message_count;
extern int error_one_per_line;
extern void (*error_print_progname)(void);

__WPS_END

#endif
