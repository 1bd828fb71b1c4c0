/* ucontext.h - switching between contexts, which WebAssembly has no way to do. libc has no such header. */
#ifndef _UCONTEXT_H
#define _UCONTEXT_H

#include <sys/ucontext.h>
#include <wps/defs.h>

#ifdef __WPS_XSI
__WPS_BEGIN

/* getcontext(3), setcontext(3), swapcontext(3): -1 with ENOSYS. makecontext(3): nothing. */
int getcontext(ucontext_t *__context);
int setcontext(const ucontext_t *__context);
int swapcontext(ucontext_t *__restrict __from, const ucontext_t *__restrict __to);
void makecontext(ucontext_t *__context, void (*__function)(void), int __count, ...);

__WPS_END
#endif

#endif
