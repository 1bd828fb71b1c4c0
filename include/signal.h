/*
 * signal.h - libc's emulated signals completed: sets, masks, actions and sending to oneself.
 *
 * A handler runs for raise() and kill() of oneself, and for SIGALRM from alarm() or setitimer()
 * at the next call that can block. No signal comes from outside. Fail with -1 and errno; EINVAL
 * means a signal outside 1..64, or SIGKILL and SIGSTOP where they cannot be changed.
 */
#ifndef _WASI_EMULATED_SIGNAL
#define _WASI_EMULATED_SIGNAL
#endif
#include_next <signal.h>
#ifndef _WPS_SIGNAL_H
#define _WPS_SIGNAL_H

#include <wps/defs.h>

#ifdef __WPS_POSIX

#define __NEED_size_t
#define __NEED_pid_t
#define __NEED_uid_t
#define __NEED_time_t
#define __NEED_pthread_t
#define __NEED_pthread_attr_t
#define __NEED_struct_timespec
#define __NEED_sigset_t
#include <bits/alltypes.h>

/* Real-time signals are numbers like the others here; 32 and 33 are not for programs. */
#define SIGRTMIN 34
#define SIGRTMAX 64

/* sigprocmask() operations. */
#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

/* As SIG_IGN and SIG_ERR a function of its own: any small number may be a function here. */
#define SIG_HOLD (__SIG_HOLD)

/* sa_flags, sigaction(2). */
#define SA_NOCLDSTOP 1
#define SA_NOCLDWAIT 2
#define SA_SIGINFO 4
#define SA_RESTORER 0x04000000
#define SA_ONSTACK 0x08000000
#define SA_RESTART 0x10000000
#define SA_NODEFER 0x40000000
#define SA_RESETHAND 0x80000000
#ifdef __WPS_MISC
#define SA_NOMASK SA_NODEFER
#define SA_ONESHOT SA_RESETHAND
#define SA_INTERRUPT 0x20000000
#endif

/* si_code. */
#define SI_USER 0
#define SI_KERNEL 128
#define SI_QUEUE (-1)
#define SI_TIMER (-2)
#define SI_MESGQ (-3)
#define SI_ASYNCIO (-4)
#define SI_SIGIO (-5)
#define SI_TKILL (-6)
#define ILL_ILLOPC 1
#define ILL_ILLOPN 2
#define ILL_ILLADR 3
#define ILL_ILLTRP 4
#define ILL_PRVOPC 5
#define ILL_PRVREG 6
#define ILL_COPROC 7
#define ILL_BADSTK 8
#define FPE_INTDIV 1
#define FPE_INTOVF 2
#define FPE_FLTDIV 3
#define FPE_FLTOVF 4
#define FPE_FLTUND 5
#define FPE_FLTRES 6
#define FPE_FLTINV 7
#define FPE_FLTSUB 8
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2
#define BUS_ADRALN 1
#define BUS_ADRERR 2
#define BUS_OBJERR 3
#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_DUMPED 3
#define CLD_TRAPPED 4
#define CLD_STOPPED 5
#define CLD_CONTINUED 6
#define POLL_IN 1
#define POLL_OUT 2
#define POLL_MSG 3
#define POLL_ERR 4
#define POLL_PRI 5
#define POLL_HUP 6

union sigval {
	int sival_int;
	void *sival_ptr;
};

/* What a SA_SIGINFO handler gets: Linux's 128 bytes; which part counts depends on si_code. The
 * times are of Linux's size, not libc's 64 bit clock_t, which would move everything. */
typedef struct {
	int si_signo;
	int si_errno;
	int si_code;
	union {
		char __room[116];
		struct {
			pid_t __pid;
			uid_t __uid;
			union sigval __value;
		} __sent;
		struct {
			int __id;
			int __overrun;
			union sigval __value;
		} __timer;
		struct {
			pid_t __pid;
			uid_t __uid;
			int __status;
			long __utime;
			long __stime;
		} __child;
		struct {
			void *__address;
		} __fault;
		struct {
			long __band;
			int __fd;
		} __io;
	} __si;
} siginfo_t;
#define si_pid __si.__sent.__pid
#define si_uid __si.__sent.__uid
#define si_value __si.__sent.__value
#define si_int si_value.sival_int
#define si_ptr si_value.sival_ptr
#define si_timerid __si.__timer.__id
#define si_overrun __si.__timer.__overrun
#define si_status __si.__child.__status
#define si_utime __si.__child.__utime
#define si_stime __si.__child.__stime
#define si_addr __si.__fault.__address
#define si_band __si.__io.__band
#define si_fd __si.__io.__fd

/* What sigaction() sets: one handler or the other, by SA_SIGINFO. */
struct sigaction {
	union {
		void (*__plain)(int);
		void (*__info)(int, siginfo_t *, void *);
	} __handler;
	sigset_t sa_mask;
	int sa_flags;
	void (*sa_restorer)(void);
};
#define sa_handler __handler.__plain
#define sa_sigaction __handler.__info

/* sigevent(7): how timer_create() and others would tell. */
struct sigevent {
	union sigval sigev_value;
	int sigev_signo;
	int sigev_notify;
	void (*sigev_notify_function)(union sigval);
	pthread_attr_t *sigev_notify_attributes;
	int __room[11];
};
#define SIGEV_SIGNAL 0
#define SIGEV_NONE 1
#define SIGEV_THREAD 2

/* sigaltstack(2): recorded; handlers run on the one stack. */
typedef struct sigaltstack {
	void *ss_sp;
	int ss_flags;
	size_t ss_size;
} stack_t;
#define SS_ONSTACK 1
#define SS_DISABLE 2
#ifndef MINSIGSTKSZ
#define MINSIGSTKSZ 2048
#define SIGSTKSZ 8192
#endif

__WPS_BEGIN

/* Never called: its address is SIG_HOLD. */
void __SIG_HOLD(int __signal);

/* POSIX sigaction(): sets, if new is not NULL, and tells what a signal does. 0, or -1: EINVAL. */
int sigaction(int __signal, const struct sigaction *__restrict __new,
	struct sigaction *__restrict __old);

/* POSIX signal(): the former handler, or SIG_ERR: EINVAL. raise(): 0, after any handler ran. */
void (*signal(int __signal, void (*__handler)(int)))(int);
int raise(int __signal);

/* POSIX kill(): to oneself (or 0, one's group): 0, after any handler ran; signal 0 only asks. -1:
 * EINVAL, EPERM (process 1), ESRCH (any other, and -1). */
int kill(pid_t __pid, int __signal);

/* POSIX sigemptyset() and kin: 0 (sigismember: 0 or 1), or -1: EINVAL. */
int sigemptyset(sigset_t *__set);
int sigfillset(sigset_t *__set);
int sigaddset(sigset_t *__set, int __signal);
int sigdelset(sigset_t *__set, int __signal);
int sigismember(const sigset_t *__set, int __signal);

/* POSIX sigprocmask(), pthread_sigmask(): change, if set is not NULL, and tell the mask; what is
 * unblocked and pending is delivered. 0, or -1 with EINVAL; pthread_sigmask() returns the error. */
int sigprocmask(int __how, const sigset_t *__restrict __set, sigset_t *__restrict __old);
int pthread_sigmask(int __how, const sigset_t *__restrict __set, sigset_t *__restrict __old);

/* POSIX pthread_kill(): raise(). 0, EINVAL or ESRCH. */
int pthread_kill(pthread_t __target, int __signal);

/* POSIX sigpending(): what came while blocked. 0. */
int sigpending(sigset_t *__set);

/* POSIX sigsuspend(): the mask *set until a handler has run; -1 with EINTR. */
int sigsuspend(const sigset_t *__set);

/* POSIX sigwait() and kin: take a signal of the set that is pending or that a timer sends, at
 * most *timeout. sigwait() returns 0 or an error; the others the signal, or -1: EAGAIN (time is
 * up), EINTR, EINVAL. */
int sigwait(const sigset_t *__restrict __set, int *__restrict __signal);
int sigwaitinfo(const sigset_t *__restrict __set, siginfo_t *__restrict __info);
int sigtimedwait(const sigset_t *__restrict __set, siginfo_t *__restrict __info,
	const struct timespec *__restrict __timeout);

/* POSIX sigqueue(): kill() with a value for si_value; at most 64 real-time ones wait, then EAGAIN. */
int sigqueue(pid_t __pid, int __signal, const union sigval __value);

#ifdef __WPS_XSI
/* POSIX killpg(): kill() of one's own group. */
int killpg(pid_t __group, int __signal);

/* POSIX sigaltstack(): recorded. 0, or -1: EINVAL, ENOMEM (too small). */
int sigaltstack(const stack_t *__restrict __new, stack_t *__restrict __old);

/* POSIX siginterrupt(): clears or sets SA_RESTART. 0, or -1: EINVAL. */
int siginterrupt(int __signal, int __flag);
#endif

#ifdef __WPS_MISC
/* POSIX.1-2001, System V: block, unblock, ignore; wait for one; set a handler or SIG_HOLD. 0, the
 * former handler or SIG_HOLD, or -1 and SIG_ERR with EINVAL; sigpause() -1 with EINTR. */
int sighold(int __signal);
int sigrelse(int __signal);
int sigignore(int __signal);
int sigpause(int __signal);
void (*sigset(int __signal, void (*__handler)(int)))(int);

/* psiginfo(3): what a signal was, on stderr, after the prefix. */
void psiginfo(const siginfo_t *__info, const char *__prefix);

/* sigvec(3): masks of the signals 1 to 32 as ints; the former mask. */
#define sigmask(signal) ((int)(1U << ((signal) - 1)))
int sigblock(int __mask);
int sigsetmask(int __mask);
int siggetmask(void);
#endif

#ifdef __WPS_GNU
/* sysv_signal(3): signal() whose handler is forgotten when it runs. */
void (*sysv_signal(int __signal, void (*__handler)(int)))(int);
void (*__sysv_signal(int __signal, void (*__handler)(int)))(int);

/* tgkill(2): raise(), for one's own numbers. 0, or -1: EINVAL, ESRCH. */
int tgkill(pid_t __process, pid_t __number, int __signal);

/* sigsetops(3): 1 if empty; the union and the intersection of two sets. */
int sigisemptyset(const sigset_t *__set);
int sigorset(sigset_t *__set, const sigset_t *__left, const sigset_t *__right);
int sigandset(sigset_t *__set, const sigset_t *__left, const sigset_t *__right);
#endif

__WPS_END

#endif

#endif
