/* Stands in for wasi-libc's fragment of the same name: FD_SETSIZE may be set by the program. */
#ifndef __wasilibc___macro_FD_SETSIZE_h
#define __wasilibc___macro_FD_SETSIZE_h

#ifndef FD_SETSIZE
#define FD_SETSIZE 1024
#endif

#endif
