/* err.h - BSD's messages about errors. libc declares them; the compat archive has them. */
#include_next <err.h>
#ifndef _WPS_ERR_H
#define _WPS_ERR_H

#include <stdarg.h>
#include <wps/defs.h>

__WPS_BEGIN

/* err(3): "program: message: text of errno" on stderr; the x forms without errno's text; err*
 * and verr* exit with status. */
void warn(const char *__format, ...) __WPS_PRINTF(1, 2);
void vwarn(const char *__format, va_list __arguments) __WPS_PRINTF(1, 0);
void warnx(const char *__format, ...) __WPS_PRINTF(1, 2);
void vwarnx(const char *__format, va_list __arguments) __WPS_PRINTF(1, 0);
__WPS_NORETURN void err(int __status, const char *__format, ...) __WPS_PRINTF(2, 3);
__WPS_NORETURN void verr(int __status, const char *__format, va_list __arguments) __WPS_PRINTF(2, 0);
__WPS_NORETURN void errx(int __status, const char *__format, ...) __WPS_PRINTF(2, 3);
__WPS_NORETURN void verrx(int __status, const char *__format, va_list __arguments) __WPS_PRINTF(2, 0);

__WPS_END

#endif
