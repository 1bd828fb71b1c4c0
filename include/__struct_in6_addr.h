/* Stands in for wasi-libc's fragment of the same name: adds the 16 and 32 bit views. */
#ifndef __wasilibc___struct_in6_addr_h
#define __wasilibc___struct_in6_addr_h

/* POSIX <netinet/in.h>: an IPv6 address in network byte order. */
struct in6_addr {
	union {
		unsigned char __s6_bytes[16];
		unsigned short __s6_halves[8];
		unsigned int __s6_words[4];
	} __s6;
};
#define s6_addr __s6.__s6_bytes
#define s6_addr16 __s6.__s6_halves
#define s6_addr32 __s6.__s6_words

#endif
