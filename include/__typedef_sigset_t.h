/* Stands in for wasi-libc's fragment of the same name, whose one byte cannot hold SIGTERM. */
#ifndef __wasilibc___typedef_sigset_t_h
#define __wasilibc___typedef_sigset_t_h

/* Signals 1 to 64; signal n is bit (n - 1) % 32 of word (n - 1) / 32. */
typedef struct __wps_sigset {
	unsigned long __bits[2];
} sigset_t;

#endif
