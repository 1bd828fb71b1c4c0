/* grp.h - groups: those of an /etc/group that can be opened, else the fixed user's. */
#ifndef _GRP_H
#define _GRP_H

#include <stdio.h>
#include <wps/defs.h>

#define __NEED_size_t
#define __NEED_gid_t
#define __NEED_FILE
#include <bits/alltypes.h>

#define NSS_BUFLEN_GROUP 1024

struct group {
	char *gr_name;
	char *gr_passwd;
	gid_t gr_gid;
	char **gr_mem;
};

__WPS_BEGIN

/* POSIX getgrnam(), getgrgid(): the group in a static entry, or NULL: not found (errno kept). */
struct group *getgrnam(const char *__name);
struct group *getgrgid(gid_t __group);

/* POSIX getgrnam_r(), getgrgid_r(): 0 (*result NULL: not found) or the error: ERANGE. */
int getgrnam_r(const char *__name, struct group *__entry, char *__buffer, size_t __size,
	struct group **__result);
int getgrgid_r(gid_t __group, struct group *__entry, char *__buffer, size_t __size,
	struct group **__result);

#ifdef __WPS_XSI
/* POSIX: walk the groups; NULL at the end. */
void setgrent(void);
void endgrent(void);
struct group *getgrent(void);
#endif

#ifdef __WPS_MISC
/* getgrent_r(3): getgrent() into the caller's memory; 0, ENOENT at the end, ERANGE. */
int getgrent_r(struct group *__entry, char *__buffer, size_t __size, struct group **__result);

/* fgetgrent(3): the next group of an open file; NULL with ENOENT at its end. */
struct group *fgetgrent(FILE *__stream);

/* setgroups(2): 0 for one's own group or none, or -1: EPERM, EINVAL, EFAULT. */
int setgroups(size_t __count, const gid_t *__groups);

/* initgroups(3): 0 for one's own group, or -1: EPERM. */
int initgroups(const char *__user, gid_t __group);

/* getgrouplist(3): a user's groups, `group` first; *count is the room, then how many. It, or -1:
 * no room. */
int getgrouplist(const char *__user, gid_t __group, gid_t *__groups, int *__count);
#endif

__WPS_END

#endif
