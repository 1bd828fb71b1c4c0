/* Stands in for wasi-libc's fragment of the same name, whose sa_data has no elements. */
#ifndef __wasilibc___struct_sockaddr_h
#define __wasilibc___struct_sockaddr_h

#include <__typedef_sa_family_t.h>

/* POSIX <sys/socket.h>: any address; sa_family tells which. 16 bytes, as in wasi-libc. */
struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

#endif
