/*
 * setjmp.h - libc's header, and the forms of setjmp that libc declares but lacks.
 *
 * The compiler must see the call of setjmp itself, so the other two are macros around it, and it
 * must be told to make exceptions of it: -mllvm -wasm-enable-sjlj.
 */
#include_next <setjmp.h>
#ifndef _WPS_SETJMP_H
#define _WPS_SETJMP_H

#include <wps/defs.h>

__WPS_BEGIN

#ifdef __WPS_XSI
/* POSIX.1-2001 _setjmp(), _longjmp(): without the signal mask. libc declares _longjmp(). */
#undef _setjmp
#define _setjmp(buffer) setjmp(buffer)
#endif

#ifdef __WPS_POSIX
/* Saves the signal mask in the buffer if save is not 0; siglongjmp() restores it then. */
void __wps_sigsetjmp(struct __jmp_buf_tag *__buffer, int __save);

/* POSIX sigsetjmp(), siglongjmp(): with the signal mask. libc declares siglongjmp(). */
#undef sigsetjmp
#define sigsetjmp(buffer, save) (__wps_sigsetjmp((buffer), (save)), setjmp(buffer))
#endif

__WPS_END

#endif
