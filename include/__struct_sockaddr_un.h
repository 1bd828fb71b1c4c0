/* Stands in for wasi-libc's fragment of the same name, which has no path. */
#ifndef __wasilibc___struct_sockaddr_un_h
#define __wasilibc___struct_sockaddr_un_h

#include <__typedef_sa_family_t.h>

/* unix(7): a path ended by NUL or by the address length; a first byte of 0 makes the name
 * abstract. Names exist within the process only. */
struct sockaddr_un {
	sa_family_t sun_family;
	char sun_path[108];
};

#endif
