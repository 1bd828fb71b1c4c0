/* sys/ucontext.h - a program's context, which WebAssembly shows nobody. libc has no such header. */
#ifndef _SYS_UCONTEXT_H
#define _SYS_UCONTEXT_H

#include <signal.h>
#include <wps/defs.h>

#ifdef __WPS_XSI
/* What SA_SIGINFO handlers get a pointer to, which is NULL here. */
typedef struct {
	unsigned long __room[8];
} mcontext_t;

typedef struct ucontext_t {
	unsigned long uc_flags;
	struct ucontext_t *uc_link;
	stack_t uc_stack;
	mcontext_t uc_mcontext;
	sigset_t uc_sigmask;
} ucontext_t;
#endif

#endif
