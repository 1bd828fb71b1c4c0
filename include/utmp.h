/* utmp.h - who is logged in, of which there is no record. libc has no such header. */
#ifndef _UTMP_H
#define _UTMP_H

#include <paths.h>
#include <utmpx.h>
#include <wps/defs.h>

#define UT_LINESIZE 32
#define UT_NAMESIZE 32
#define UT_HOSTSIZE 256
#define UT_UNKNOWN 0
#ifndef _PATH_UTMP
#define _PATH_UTMP "/var/run/utmp"
#endif
#ifndef _PATH_WTMP
#define _PATH_WTMP "/var/log/wtmp"
#endif
#define UTMP_FILE _PATH_UTMP
#define WTMP_FILE _PATH_WTMP
#define UTMP_FILENAME _PATH_UTMP
#define WTMP_FILENAME _PATH_WTMP

/* How a process ended. */
struct exit_status {
	short e_termination;
	short e_exit;
};

/* lastlog(8): the last login of a user. */
struct lastlog {
	int ll_time;
	char ll_line[UT_LINESIZE];
	char ll_host[UT_HOSTSIZE];
};

/* utmp(5): one record, laid out as struct utmpx. */
struct utmp {
	short ut_type;
	pid_t ut_pid;
	char ut_line[UT_LINESIZE];
	char ut_id[4];
	char ut_user[UT_NAMESIZE];
	char ut_host[UT_HOSTSIZE];
	struct exit_status ut_exit;
	int ut_session;
	struct timeval ut_tv;
	int ut_addr_v6[4];
	char __room[20];
};
#define ut_name ut_user
#ifndef _NO_UT_TIME
#define ut_time ut_tv.tv_sec
#endif
#define ut_xtime ut_tv.tv_sec
#define ut_addr ut_addr_v6[0]

__WPS_BEGIN

/* getutent(3) and kin: NULL, or -1, with ENOENT, as where the record's file is missing. setutent(3),
 * endutent(3): nothing. utmpname(3): 0; no other file is read. */
struct utmp *getutent(void);
struct utmp *getutid(const struct utmp *__entry);
struct utmp *getutline(const struct utmp *__entry);
struct utmp *pututline(const struct utmp *__entry);
void setutent(void);
void endutent(void);
int utmpname(const char *__path);
int getutent_r(struct utmp *__buffer, struct utmp **__result);
int getutid_r(const struct utmp *__entry, struct utmp *__buffer, struct utmp **__result);
int getutline_r(const struct utmp *__entry, struct utmp *__buffer, struct utmp **__result);

/* login(3), updwtmp(3), logwtmp(3): nothing, for there is nothing to write to. logout(3): 0, the line
 * was not found. */
void login(const struct utmp *__entry);
int logout(const char *__line);
void logwtmp(const char *__line, const char *__name, const char *__host);
void updwtmp(const char *__path, const struct utmp *__entry);

__WPS_END

#endif
