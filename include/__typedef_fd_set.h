/* Stands in for wasi-libc's fragment of the same name: fd_set as Linux has it. */
#ifndef __wasilibc___typedef_fd_set_h
#define __wasilibc___typedef_fd_set_h

#include <__macro_FD_SETSIZE.h>

/*
 * A bitmap in words of unsigned long: descriptor n is bit n % 32 of word n / 32. Programs copy
 * it, allocate it by hand and raise FD_SETSIZE before inclusion (-DFD_SETSIZE=4096), so the
 * words and their order are part of the interface. wasi-libc's own is a counted list of ints.
 */
typedef struct {
	unsigned long fds_bits[(FD_SETSIZE + 31) / 32];
} fd_set;

/* One word of an fd_set; the BSD name. */
typedef unsigned long fd_mask;

/* The other spelling of the member, which glibc uses in strict modes. */
#define __fds_bits fds_bits

#endif
