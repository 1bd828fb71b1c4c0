/* utmpx.h - who is logged in, of which there is no record. libc has no such header. */
#ifndef _UTMPX_H
#define _UTMPX_H

#include <wps/defs.h>

#define __NEED_pid_t
#define __NEED_time_t
#define __NEED_suseconds_t
#define __NEED_struct_timeval
#include <bits/alltypes.h>

/* utmpx(5): one record. */
struct utmpx {
	short ut_type;
	pid_t ut_pid;
	char ut_line[32];
	char ut_id[4];
	char ut_user[32];
	char ut_host[256];
	struct {
		short __e_termination;
		short __e_exit;
	} ut_exit;
	int ut_session;
	struct timeval ut_tv;
	int ut_addr_v6[4];
	char __room[20];
};

/* ut_type */
#define EMPTY 0
#define RUN_LVL 1
#define BOOT_TIME 2
#define NEW_TIME 3
#define OLD_TIME 4
#define INIT_PROCESS 5
#define LOGIN_PROCESS 6
#define USER_PROCESS 7
#define DEAD_PROCESS 8

__WPS_BEGIN

/* POSIX getutxent(), getutxid(), getutxline(), pututxline(): NULL with ENOENT, as where the record's
 * file is missing. setutxent(), endutxent(): nothing. */
struct utmpx *getutxent(void);
struct utmpx *getutxid(const struct utmpx *__entry);
struct utmpx *getutxline(const struct utmpx *__entry);
struct utmpx *pututxline(const struct utmpx *__entry);
void setutxent(void);
void endutxent(void);

#ifdef __WPS_GNU
#define _PATH_UTMPX "/var/run/utmp"
#define _PATH_WTMPX "/var/log/wtmp"

/* glibc utmpxname(): 0; no other file is read. updwtmpx(): nothing. */
int utmpxname(const char *__path);
void updwtmpx(const char *__path, const struct utmpx *__entry);
#endif

__WPS_END

#endif
