/* Stands in for wasi-libc's fragment of the same name, which is too small for sockaddr_un. */
#ifndef __wasilibc___struct_sockaddr_storage_h
#define __wasilibc___struct_sockaddr_storage_h

#include <__typedef_sa_family_t.h>

/* POSIX <sys/socket.h>: room and alignment for every address. 128 bytes, as on Linux. */
struct sockaddr_storage {
	__attribute__((__aligned__(__BIGGEST_ALIGNMENT__))) sa_family_t ss_family;
	char __ss_data[126];
};

#endif
