/*
 * unistd.h - libc's header; descriptors, processes and identity that it hides.
 *
 * pipe, dup and their kin are in the core archive, the rest in the compat archive. Fail with -1
 * and errno. A process is alone here: it has no children, no terminal and one fixed user.
 */
#ifndef _WASI_EMULATED_GETPID
#define _WASI_EMULATED_GETPID
#endif
#include_next <unistd.h>
#ifndef _WPS_UNISTD_H
#define _WPS_UNISTD_H

#include <wps/defs.h>

#define __NEED_size_t
#define __NEED_ssize_t
#define __NEED_uid_t
#define __NEED_gid_t
#define __NEED_off_t
#define __NEED_pid_t
#define __NEED_intptr_t
#define __NEED_useconds_t
#include <bits/alltypes.h>

/* libc's macro turns lseek(fd, 0, SEEK_CUR) into a call that knows nothing of sockets. */
#undef lseek

__WPS_BEGIN

/* POSIX pipe(): ends[0] reads what ends[1] writes; within the process. 0, or -1: EFAULT, EMFILE. */
int pipe(int __ends[2]);

/* POSIX dup(), dup2(): another number for the same open file. It, or -1: EBADF, EMFILE. */
int dup(int __fd);
int dup2(int __fd, int __to);

/* POSIX pipe2(), dup3(): with O_CLOEXEC and, for pipe2(), O_NONBLOCK; EINVAL for other flags, and
 * from dup3() if both numbers are equal. */
int pipe2(int __ends[2], int __flags);
int dup3(int __fd, int __to, int __flags);

/* POSIX chown(), fchown(), lchown(), fchownat(): 0 for the fixed user, who owns every file, or -1:
 * EPERM, and the errors of looking for the file. */
int chown(const char *__path, uid_t __owner, gid_t __group);
int fchown(int __fd, uid_t __owner, gid_t __group);
int lchown(const char *__path, uid_t __owner, gid_t __group);
int fchownat(int __dir, const char *__path, uid_t __owner, gid_t __group, int __flags);

/* POSIX fchdir(): -1 with ENOSYS, or EBADF; libc does not know the path of a descriptor. */
int fchdir(int __fd);

/* POSIX alarm(): SIGALRM after so many seconds (0: never), delivered at a blocking call. The
 * seconds that were left of the one before, or 0. */
unsigned int alarm(unsigned int __seconds);

/* POSIX pause(): sleeps until a signal handler has run; -1 with EINTR. */
int pause(void);

/* POSIX fork(), exec*(): -1 with ENOSYS; execve() looks first and may give ENOENT or EACCES. */
pid_t fork(void);
pid_t _Fork(void);
int execve(const char *__path, char *const __argv[], char *const __environment[]);
int execv(const char *__path, char *const __argv[]);
int execvp(const char *__file, char *const __argv[]);
int execl(const char *__path, const char *__arg, ...);
int execle(const char *__path, const char *__arg, ...);
int execlp(const char *__file, const char *__arg, ...);
int fexecve(int __fd, char *const __argv[], char *const __environment[]);

/* POSIX getppid(), getpgrp(), getpgid(), getsid(): 1 for the parent; the caller's own group and
 * session. ESRCH for another process. */
pid_t getppid(void);
pid_t getpgrp(void);
pid_t getpgid(pid_t __pid);
pid_t getsid(pid_t __pid);

/* POSIX setpgid(), setsid(): into a group or session of one's own; 0 and its number. EPERM for
 * another group, a group's or session's leader; ESRCH, EINVAL. */
int setpgid(pid_t __pid, pid_t __group);
pid_t setsid(void);

/* POSIX ttyname(), ttyname_r(): no terminal has a name. NULL, or the error: EBADF, ENOTTY. */
char *ttyname(int __fd);
int ttyname_r(int __fd, char *__name, size_t __size);

/* POSIX tcgetpgrp(), tcsetpgrp(): -1 with ENOTTY. */
pid_t tcgetpgrp(int __fd);
int tcsetpgrp(int __fd, pid_t __group);

/* POSIX getuid() and kin: the fixed user, who is not root. They do not fail. */
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);

/* POSIX getgroups(): how many supplementary groups, with room for them stored; or -1: EINVAL. */
int getgroups(int __room, gid_t __groups[]);

/* POSIX setuid() and kin: 0 for the user or group one already is, or -1: EPERM. */
int setuid(uid_t __user);
int seteuid(uid_t __user);
int setgid(gid_t __group);
int setegid(gid_t __group);

/* POSIX sysconf(): a limit, or -1 (errno kept: none; EINVAL: unknown name). Bound to a symbol of its
 * own, for libc knows nothing of the descriptors and counts the memory wrongly. */
long sysconf(int __name) __WPS_SYMBOL(__wps_sysconf);

/* POSIX gethostname(): $HOSTNAME, an /etc/hostname that can be opened, or "localhost", with NUL,
 * in size bytes. 0, or -1: ENAMETOOLONG. */
int gethostname(char *__name, size_t __size);

/* POSIX getlogin(), getlogin_r(): the fixed user's name, or NULL or an error: ERANGE. */
char *getlogin(void);
int getlogin_r(char *__name, size_t __size);

#ifdef __WPS_XSI
/* POSIX lockf(): see fcntl.h. */
int lockf(int __fd, int __command, off_t __length);

/* POSIX setreuid(), setregid(): (uid_t)-1 leaves; else as setuid(). */
int setreuid(uid_t __ruid, uid_t __euid);
int setregid(gid_t __ruid, gid_t __euid);

/* POSIX nice(): the new value, which changes nothing else; -1 with EPERM to lower it. */
int nice(int __increment);

/* POSIX sync(): nothing; WASI cannot flush all files at once. */
void sync(void);

/* POSIX setpgrp(): one's own number. */
pid_t setpgrp(void);
#endif

#ifdef __WPS_MISC
/* vfork(2): as fork(). */
pid_t vfork(void);

/* vhangup(2): -1 with EPERM. brk(2): -1 with ENOMEM; memory comes from malloc(). */
int vhangup(void);
int brk(void *__end);

/* chroot(2): 0 for "/", which changes nothing, or -1: EPERM, or errors of looking for the path. */
int chroot(const char *__path);

/* getdtablesize(3): how many descriptors there may be. */
int getdtablesize(void);

/* sethostname(2), setdomainname(2): -1 with EPERM. getdomainname(2): "(none)". */
int sethostname(const char *__name, size_t __length);
int getdomainname(char *__name, size_t __size);
int setdomainname(const char *__name, size_t __length);

/* getpass(3): asks on stderr and reads a line of up to 127 bytes from stdin, which shows what is
 * typed. NULL at the end of input. */
char *getpass(const char *__prompt);

/* daemon(3): stays in the foreground, in a session of its own and, unless keep_folder, in "/";
 * stdin, stdout and stderr are left alone, so that messages are seen. 0. */
int daemon(int __keep_folder, int __keep_stdio);

/* setgroups(2): 0 for one's own group or none, or -1: EPERM, EINVAL, EFAULT. As in grp.h. */
int setgroups(size_t __count, const gid_t *__groups);

/* closefrom(3): closes every descriptor from this number on. close_range(2): a range; 0, or -1:
 * EINVAL. getwd(3): the working folder in PATH_MAX bytes, or NULL: EINVAL. */
void closefrom(int __first);
int close_range(unsigned int __first, unsigned int __last, int __flags);
char *getwd(char *__path);

/* issetugid(3): 0. */
int issetugid(void);

/* execvpe(3): as execvp(). */
int execvpe(const char *__file, char *const __argv[], char *const __environment[]);

/* syscall(2): the numbers of sys/syscall.h; -1 with ENOSYS for others. */
long syscall(long __number, ...);
#endif

#ifdef __WPS_GNU
/* setresuid(2), getresuid(2) and the same for groups: as setreuid(), getuid(). */
int setresuid(uid_t __ruid, uid_t __euid, uid_t __suid);
int setresgid(gid_t __ruid, gid_t __euid, gid_t __suid);
int getresuid(uid_t *__ruid, uid_t *__euid, uid_t *__suid);
int getresgid(gid_t *__ruid, gid_t *__euid, gid_t *__suid);

/* get_current_dir_name(3): the working folder, for free(). NULL: ENOMEM. */
char *get_current_dir_name(void);

/* euidaccess(3): access(). */
int euidaccess(const char *__path, int __mode);
int eaccess(const char *__path, int __mode);

/* copy_file_range(2): copies a part of length bytes between files at their own positions. Bytes, 0
 * at the end, or -1: EXDEV (offsets given), EBADF, EINVAL, EISDIR, EIO. */
ssize_t copy_file_range(int __in, off_t *__in_offset, int __out, off_t *__out_offset,
	size_t __length, unsigned int __flags);

/* gettid(2): getpid(). */
pid_t gettid(void);

/* syncfs(2): as fsync(); EBADF. */
int syncfs(int __fd);

#define lockf64 lockf
#define truncate64 truncate
#endif

__WPS_END

#include <wps/checked.h>

#endif
