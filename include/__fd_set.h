/* Stands in for wasi-libc's fragment of the same name: the FD_* macros over a bitmap. */
#ifndef __wasilibc___fd_set_h
#define __wasilibc___fd_set_h

#include <__typedef_fd_set.h>

/* Bits in one word of an fd_set. */
#define NFDBITS 32

/* select(2). fd must be below the capacity of the set: FD_SETSIZE, or more if the program
 * allocated more words; as on Linux it is not checked. */
#define __WPS_FD_WORD(fd, set) ((set)->fds_bits[(unsigned)(fd) / 32U])
#define __WPS_FD_BIT(fd) (1UL << ((unsigned)(fd) % 32U))
#define FD_SET(fd, set) ((void)(__WPS_FD_WORD(fd, set) |= __WPS_FD_BIT(fd)))
#define FD_CLR(fd, set) ((void)(__WPS_FD_WORD(fd, set) &= ~__WPS_FD_BIT(fd)))
#define FD_ISSET(fd, set) ((__WPS_FD_WORD(fd, set) & __WPS_FD_BIT(fd)) != 0)
#define FD_ZERO(set) ((void)__builtin_memset((set), 0, sizeof(fd_set)))
#define FD_COPY(from, to) ((void)__builtin_memcpy((to), (from), sizeof(fd_set)))

#endif
