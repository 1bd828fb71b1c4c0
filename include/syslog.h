/* syslog.h - system log, to stderr here. libc has no such header. */
#ifndef _SYSLOG_H
#define _SYSLOG_H

#include <stdarg.h>
#include <wps/defs.h>

/* Priorities, most urgent first. */
#define LOG_EMERG 0
#define LOG_ALERT 1
#define LOG_CRIT 2
#define LOG_ERR 3
#define LOG_WARNING 4
#define LOG_NOTICE 5
#define LOG_INFO 6
#define LOG_DEBUG 7
#define LOG_PRIMASK 7
#define LOG_PRI(priority) ((priority) & LOG_PRIMASK)
#define LOG_MAKEPRI(facility, priority) ((facility) | (priority))

/* Sets of priorities for setlogmask(). */
#define LOG_MASK(priority) (1 << (priority))
#define LOG_UPTO(priority) ((1 << ((priority) + 1)) - 1)

/* Facilities. */
#define LOG_KERN (0 << 3)
#define LOG_USER (1 << 3)
#define LOG_MAIL (2 << 3)
#define LOG_DAEMON (3 << 3)
#define LOG_AUTH (4 << 3)
#define LOG_SYSLOG (5 << 3)
#define LOG_LPR (6 << 3)
#define LOG_NEWS (7 << 3)
#define LOG_UUCP (8 << 3)
#define LOG_CRON (9 << 3)
#define LOG_AUTHPRIV (10 << 3)
#define LOG_FTP (11 << 3)
#define LOG_LOCAL0 (16 << 3)
#define LOG_LOCAL1 (17 << 3)
#define LOG_LOCAL2 (18 << 3)
#define LOG_LOCAL3 (19 << 3)
#define LOG_LOCAL4 (20 << 3)
#define LOG_LOCAL5 (21 << 3)
#define LOG_LOCAL6 (22 << 3)
#define LOG_LOCAL7 (23 << 3)
#define LOG_NFACILITIES 24
#define LOG_FACMASK 0x3f8
#define LOG_FAC(priority) (((priority) & LOG_FACMASK) >> 3)

/* openlog() options. */
#define LOG_PID 0x01
#define LOG_CONS 0x02
#define LOG_ODELAY 0x04
#define LOG_NDELAY 0x08
#define LOG_NOWAIT 0x10
#define LOG_PERROR 0x20

#ifdef __WPS_MISC
#define _PATH_LOG "/dev/log"
#endif

#ifdef SYSLOG_NAMES
/* Names of priorities and facilities, for a program that defines SYSLOG_NAMES (glibc, BSD). */
#define INTERNAL_NOPRI 0x10
#define INTERNAL_MARK LOG_MAKEPRI(LOG_NFACILITIES << 3, 0)
typedef struct _code {
	const char *c_name;
	int c_val;
} CODE;
static const CODE prioritynames[] __attribute__((__unused__)) = {
	{ "alert", LOG_ALERT }, { "crit", LOG_CRIT }, { "debug", LOG_DEBUG },
	{ "emerg", LOG_EMERG }, { "err", LOG_ERR }, { "error", LOG_ERR }, { "info", LOG_INFO },
	{ "none", INTERNAL_NOPRI }, { "notice", LOG_NOTICE }, { "panic", LOG_EMERG },
	{ "warn", LOG_WARNING }, { "warning", LOG_WARNING }, { 0, -1 }
};
static const CODE facilitynames[] __attribute__((__unused__)) = {
	{ "auth", LOG_AUTH }, { "authpriv", LOG_AUTHPRIV }, { "cron", LOG_CRON },
	{ "daemon", LOG_DAEMON }, { "ftp", LOG_FTP }, { "kern", LOG_KERN }, { "lpr", LOG_LPR },
	{ "mail", LOG_MAIL }, { "mark", INTERNAL_MARK }, { "news", LOG_NEWS },
	{ "security", LOG_AUTH }, { "syslog", LOG_SYSLOG }, { "user", LOG_USER },
	{ "uucp", LOG_UUCP }, { "local0", LOG_LOCAL0 }, { "local1", LOG_LOCAL1 },
	{ "local2", LOG_LOCAL2 }, { "local3", LOG_LOCAL3 }, { "local4", LOG_LOCAL4 },
	{ "local5", LOG_LOCAL5 }, { "local6", LOG_LOCAL6 }, { "local7", LOG_LOCAL7 }, { 0, -1 }
};
#endif

__WPS_BEGIN

/* POSIX openlog(): the name, options and facility of later messages; name is kept by pointer. */
void openlog(const char *__name, int __options, int __facility);

/* POSIX closelog(): back to the start. */
void closelog(void);

/* POSIX setlogmask(): the priorities to let through (0: no change); the former set. */
int setlogmask(int __mask);

/* POSIX syslog(): a message as printf() makes it, and %m for the text of errno, on stderr. */
void syslog(int __priority, const char *__format, ...) __attribute__((__format__(__printf__, 2, 3)));

#ifdef __WPS_MISC
/* syslog(3): the same with a list of arguments. */
void vsyslog(int __priority, const char *__format, va_list __arguments)
	__attribute__((__format__(__printf__, 2, 0)));
#endif

__WPS_END

#endif
