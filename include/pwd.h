/* pwd.h - users: those of an /etc/passwd that can be opened, else the one fixed user. */
#ifndef _PWD_H
#define _PWD_H

#include <stdio.h>
#include <wps/defs.h>

#define __NEED_size_t
#define __NEED_uid_t
#define __NEED_gid_t
#define __NEED_FILE
#include <bits/alltypes.h>

#define NSS_BUFLEN_PASSWD 1024

struct passwd {
	char *pw_name;
	char *pw_passwd;
	uid_t pw_uid;
	gid_t pw_gid;
	char *pw_gecos;
	char *pw_dir;
	char *pw_shell;
};

__WPS_BEGIN

/* POSIX getpwnam(), getpwuid(): the user in a static entry, or NULL: not found (errno kept). */
struct passwd *getpwnam(const char *__name);
struct passwd *getpwuid(uid_t __user);

/* POSIX getpwnam_r(), getpwuid_r(): 0 (*result NULL: not found) or the error: ERANGE. */
int getpwnam_r(const char *__name, struct passwd *__entry, char *__buffer, size_t __size,
	struct passwd **__result);
int getpwuid_r(uid_t __user, struct passwd *__entry, char *__buffer, size_t __size,
	struct passwd **__result);

#ifdef __WPS_XSI
/* POSIX: walk the users; NULL at the end. */
void setpwent(void);
void endpwent(void);
struct passwd *getpwent(void);
#endif

#ifdef __WPS_MISC
/* getpwent_r(3): getpwent() into the caller's memory; 0, ENOENT at the end, ERANGE. */
int getpwent_r(struct passwd *__entry, char *__buffer, size_t __size, struct passwd **__result);

/* fgetpwent(3): the next user of an open file; NULL with ENOENT at its end. putpwent(3): writes
 * one; 0, or -1: EINVAL and errors of writing. */
struct passwd *fgetpwent(FILE *__stream);
int putpwent(const struct passwd *__entry, FILE *__stream);
#endif

__WPS_END

#endif
