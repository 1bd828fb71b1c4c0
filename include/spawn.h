/* spawn.h - starting programs, which WASI cannot. libc has no such header. */
#ifndef _SPAWN_H
#define _SPAWN_H

#include <sched.h>
#include <wps/defs.h>

#define __NEED_mode_t
#define __NEED_pid_t
#define __NEED_sigset_t
#include <bits/alltypes.h>

#define POSIX_SPAWN_RESETIDS 0x01
#define POSIX_SPAWN_SETPGROUP 0x02
#define POSIX_SPAWN_SETSIGDEF 0x04
#define POSIX_SPAWN_SETSIGMASK 0x08
#define POSIX_SPAWN_SETSCHEDPARAM 0x10
#define POSIX_SPAWN_SETSCHEDULER 0x20
#ifdef __WPS_GNU
#define POSIX_SPAWN_USEVFORK 0x40
#define POSIX_SPAWN_SETSID 0x80
#endif

typedef struct {
	int __room[84];
} posix_spawnattr_t;

typedef struct {
	int __room[20];
} posix_spawn_file_actions_t;

__WPS_BEGIN

/* POSIX posix_spawn(), posix_spawnp(): ENOSYS. */
int posix_spawn(pid_t *__restrict __pid, const char *__restrict __path,
	const posix_spawn_file_actions_t *__actions,
	const posix_spawnattr_t *__restrict __attributes, char *const __argv[],
	char *const __environment[]);
int posix_spawnp(pid_t *__restrict __pid, const char *__restrict __file,
	const posix_spawn_file_actions_t *__actions,
	const posix_spawnattr_t *__restrict __attributes, char *const __argv[],
	char *const __environment[]);

/* POSIX posix_spawnattr_*(): checked, kept and read back; there is no process to have them. 0, or
 * EINVAL (flags, policy), EFAULT. */
int posix_spawnattr_init(posix_spawnattr_t *__attributes);
int posix_spawnattr_destroy(posix_spawnattr_t *__attributes);
int posix_spawnattr_setflags(posix_spawnattr_t *__attributes, short __flags);
int posix_spawnattr_getflags(const posix_spawnattr_t *__restrict __attributes,
	short *__restrict __flags);
int posix_spawnattr_setpgroup(posix_spawnattr_t *__attributes, pid_t __group);
int posix_spawnattr_getpgroup(const posix_spawnattr_t *__restrict __attributes,
	pid_t *__restrict __group);
int posix_spawnattr_setsigmask(posix_spawnattr_t *__restrict __attributes,
	const sigset_t *__restrict __set);
int posix_spawnattr_getsigmask(const posix_spawnattr_t *__restrict __attributes,
	sigset_t *__restrict __set);
int posix_spawnattr_setsigdefault(posix_spawnattr_t *__restrict __attributes,
	const sigset_t *__restrict __set);
int posix_spawnattr_getsigdefault(const posix_spawnattr_t *__restrict __attributes,
	sigset_t *__restrict __set);
int posix_spawnattr_setschedpolicy(posix_spawnattr_t *__attributes, int __policy);
int posix_spawnattr_getschedpolicy(const posix_spawnattr_t *__restrict __attributes,
	int *__restrict __policy);
int posix_spawnattr_setschedparam(posix_spawnattr_t *__restrict __attributes,
	const struct sched_param *__restrict __param);
int posix_spawnattr_getschedparam(const posix_spawnattr_t *__restrict __attributes,
	struct sched_param *__restrict __param);

/* POSIX posix_spawn_file_actions_*(): 0; nothing is kept. EBADF: a negative descriptor. */
int posix_spawn_file_actions_init(posix_spawn_file_actions_t *__actions);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *__actions);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *__restrict __actions, int __fd,
	const char *__restrict __path, int __flags, mode_t __mode);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *__actions, int __fd);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *__actions, int __fd, int __to);

#ifdef __WPS_MISC
/* glibc's: the same. */
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *__restrict __actions,
	const char *__restrict __path);
int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *__actions, int __fd);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *__actions, int __from);
int posix_spawn_file_actions_addtcsetpgrp_np(posix_spawn_file_actions_t *__actions, int __fd);
#endif

__WPS_END

#endif
