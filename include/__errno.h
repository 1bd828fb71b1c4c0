/*
 * Stands in for wasi-libc's fragment of the same name: errno as a macro over a function, so that
 * the `extern int errno;` of old programs declares that function again and nothing else. libc's
 * own declaration is thread-local, with which theirs would be an error, before it or after it.
 */
#ifndef __wasilibc___errno_h
#define __wasilibc___errno_h

#ifdef __cplusplus
extern "C" {
#endif

/* libc's variable, under a name that no program has. */
extern __thread int __wps_errno_object __asm__("errno");

/* Where errno is. */
static __inline int *__wps_errno(void)
{
	return &__wps_errno_object;
}
#define errno (*__wps_errno())

#ifdef __cplusplus
}
#endif

#endif
