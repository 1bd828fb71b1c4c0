/* sched.h - libc's header; scheduling and processors, of which one is told. */
#include_next <sched.h>
#ifndef _WPS_SCHED_H
#define _WPS_SCHED_H

#include <wps/defs.h>

#define __NEED_size_t
#define __NEED_pid_t
#define __NEED_time_t
#define __NEED_struct_timespec
#include <bits/alltypes.h>

#define SCHED_OTHER 0
#define SCHED_FIFO 1
#define SCHED_RR 2
#ifdef __WPS_GNU
#define SCHED_BATCH 3
#define SCHED_ISO 4
#define SCHED_IDLE 5
#define SCHED_DEADLINE 6
#define SCHED_RESET_ON_FORK 0x40000000
#endif

__WPS_BEGIN

/* POSIX: policies and priorities of one's own process, which change nothing but what is read back;
 * 0 or the value, or -1: EINVAL, EPERM (real-time policies), ESRCH. */
int sched_get_priority_max(int __policy);
int sched_get_priority_min(int __policy);
int sched_getparam(pid_t __pid, struct sched_param *__param);
int sched_setparam(pid_t __pid, const struct sched_param *__param);
int sched_getscheduler(pid_t __pid);
int sched_setscheduler(pid_t __pid, int __policy, const struct sched_param *__param);
int sched_rr_get_interval(pid_t __pid, struct timespec *__interval);

#ifdef __WPS_GNU
/* A set of processors, cpu_set(3). libc's pthread.h knows the structure by this name. */
#define CPU_SETSIZE 1024
typedef struct cpu_set_t {
	unsigned long __bits[CPU_SETSIZE / (8 * sizeof(unsigned long))];
} cpu_set_t;

#define __WPS_CPU_WORDBITS (8 * sizeof(unsigned long))
#define __WPS_CPU_IN(cpu, size) ((size_t)(cpu) / 8 < (size))
#define __WPS_CPU_WORD(cpu, set) (((unsigned long *)(set))[(size_t)(cpu) / __WPS_CPU_WORDBITS])
#define __WPS_CPU_BIT(cpu) (1UL << ((size_t)(cpu) % __WPS_CPU_WORDBITS))
#define CPU_ZERO_S(size, set) ((void)__builtin_memset((set), 0, (size)))
#define CPU_SET_S(cpu, size, set) \
	((void)(__WPS_CPU_IN(cpu, size) ? (__WPS_CPU_WORD(cpu, set) |= __WPS_CPU_BIT(cpu)) : 0))
#define CPU_CLR_S(cpu, size, set) \
	((void)(__WPS_CPU_IN(cpu, size) ? (__WPS_CPU_WORD(cpu, set) &= ~__WPS_CPU_BIT(cpu)) : 0))
#define CPU_ISSET_S(cpu, size, set) \
	(__WPS_CPU_IN(cpu, size) && (__WPS_CPU_WORD(cpu, set) & __WPS_CPU_BIT(cpu)) != 0)
#define CPU_COUNT_S(size, set) __wps_cpu_count((size), (set))
#define CPU_EQUAL_S(size, left, right) (__builtin_memcmp((left), (right), (size)) == 0)
#define CPU_ZERO(set) CPU_ZERO_S(sizeof(cpu_set_t), set)
#define CPU_SET(cpu, set) CPU_SET_S(cpu, sizeof(cpu_set_t), set)
#define CPU_CLR(cpu, set) CPU_CLR_S(cpu, sizeof(cpu_set_t), set)
#define CPU_ISSET(cpu, set) CPU_ISSET_S(cpu, sizeof(cpu_set_t), set)
#define CPU_COUNT(set) CPU_COUNT_S(sizeof(cpu_set_t), set)
#define CPU_EQUAL(left, right) CPU_EQUAL_S(sizeof(cpu_set_t), left, right)
#define CPU_ALLOC_SIZE(count) \
	(((size_t)(count) + __WPS_CPU_WORDBITS - 1) / __WPS_CPU_WORDBITS * sizeof(unsigned long))

#define CPU_AND_S(size, to, left, right) __WPS_CPU_EACH(size, to, left, right, &)
#define CPU_OR_S(size, to, left, right) __WPS_CPU_EACH(size, to, left, right, |)
#define CPU_XOR_S(size, to, left, right) __WPS_CPU_EACH(size, to, left, right, ^)
#define CPU_AND(to, left, right) CPU_AND_S(sizeof(cpu_set_t), to, left, right)
#define CPU_OR(to, left, right) CPU_OR_S(sizeof(cpu_set_t), to, left, right)
#define CPU_XOR(to, left, right) CPU_XOR_S(sizeof(cpu_set_t), to, left, right)
/* Word by word, so that the result may be one of the two sets. */
#define __WPS_CPU_EACH(size, to, left, right, operation)                                       \
	(__extension__({                                                                       \
		unsigned long *__wps_to = (unsigned long *)(to);                               \
		const unsigned long *__wps_left = (const unsigned long *)(left);               \
		const unsigned long *__wps_right = (const unsigned long *)(right);             \
		size_t __wps_word, __wps_words = (size) / sizeof(unsigned long);               \
		for (__wps_word = 0; __wps_word < __wps_words; ++__wps_word)                   \
			__wps_to[__wps_word] = __wps_left[__wps_word] operation __wps_right[__wps_word]; \
	}))
#define CPU_ALLOC(count) __sched_cpualloc(count)
#define CPU_FREE(set) __sched_cpufree(set)

/* CPU_ALLOC(3), CPU_FREE(3): an empty set for so many processors, or NULL: ENOMEM. */
cpu_set_t *__sched_cpualloc(size_t __count);
void __sched_cpufree(cpu_set_t *__set);

/* How many processors are in a set of size bytes. */
static __inline int __wps_cpu_count(size_t __size, const void *__set)
{
	const unsigned long *__word = (const unsigned long *)__set;
	int __count = 0;
	for (__size /= sizeof *__word; __size > 0; --__size)
		__count += __builtin_popcountl(*__word++);
	return __count;
}

/* sched_getaffinity(2): processor 0, and how many bytes were written. sched_setaffinity(2): 0
 * if the set has processor 0. -1: EINVAL, ESRCH. sched_getcpu(3): 0. */
int sched_getaffinity(pid_t __pid, size_t __size, cpu_set_t *__set);
int sched_setaffinity(pid_t __pid, size_t __size, const cpu_set_t *__set);
int sched_getcpu(void);

/* getcpu(2): processor 0 and node 0; either pointer may be NULL. 0, or -1: EFAULT. */
int getcpu(unsigned int *__processor, unsigned int *__node);

/* What clone, unshare and setns are asked for. */
#define CLONE_NEWTIME 0x00000080
#define CLONE_VM 0x00000100
#define CLONE_FS 0x00000200
#define CLONE_FILES 0x00000400
#define CLONE_SIGHAND 0x00000800
#define CLONE_VFORK 0x00004000
#define CLONE_PARENT 0x00008000
#define CLONE_THREAD 0x00010000
#define CLONE_NEWNS 0x00020000
#define CLONE_SYSVSEM 0x00040000
#define CLONE_SETTLS 0x00080000
#define CLONE_PARENT_SETTID 0x00100000
#define CLONE_CHILD_CLEARTID 0x00200000
#define CLONE_CHILD_SETTID 0x01000000
#define CLONE_NEWCGROUP 0x02000000
#define CLONE_NEWUTS 0x04000000
#define CLONE_NEWIPC 0x08000000
#define CLONE_NEWUSER 0x10000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
#define CLONE_IO 0x80000000

/* clone(2): -1 with ENOSYS, as fork. */
int clone(int (*__function)(void *), void *__stack, int __flags, void *__argument, ...);

/* unshare(2), setns(2): -1 with EPERM. */
int unshare(int __flags);
int setns(int __fd, int __type);
#endif

__WPS_END

#endif
