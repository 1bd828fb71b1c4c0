/*
 * netdb.h - names, addresses, services and protocols; one header for every libc.
 *
 * Stands in for libc's header, which wasip1 does not have at all. Structures and numbers are
 * libc's. Functions that return a pointer to static data overwrite it at their next call; the
 * _r forms use the caller's buffer and return 0 or an errno value (ERANGE: buffer too small).
 */
#ifndef _WPS_NETDB_H
#define _WPS_NETDB_H

#ifndef _NETDB_H
#define _NETDB_H
#define _WPS_NETDB_TYPES
#endif

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <wps/defs.h>
#include <wps/files.h>

#define __NEED_size_t
#define __NEED_socklen_t
#include <bits/alltypes.h>

#ifdef _WPS_NETDB_TYPES
/* POSIX <netdb.h>. */
struct addrinfo {
	int ai_flags;
	int ai_family;
	int ai_socktype;
	int ai_protocol;
	socklen_t ai_addrlen;
	struct sockaddr *ai_addr;
	char *ai_canonname;
	struct addrinfo *ai_next;
};

/* Addresses and ports are in network byte order; lists end with NULL. */
struct hostent {
	char *h_name;
	char **h_aliases;
	int h_addrtype;
	int h_length;
	char **h_addr_list;
};

struct servent {
	char *s_name;
	char **s_aliases;
	int s_port;
	char *s_proto;
};

struct protoent {
	char *p_name;
	char **p_aliases;
	int p_proto;
};

/* n_net is in host byte order. */
struct netent {
	char *n_name;
	char **n_aliases;
	int n_addrtype;
	uint32_t n_net;
};
#endif

#undef h_addr
#define h_addr h_addr_list[0]

/* getaddrinfo() flags. */
#define AI_PASSIVE 0x01
#define AI_CANONNAME 0x02
#define AI_NUMERICHOST 0x04
#define AI_V4MAPPED 0x08
#define AI_ALL 0x10
#define AI_ADDRCONFIG 0x20
#define AI_NUMERICSERV 0x400
#ifdef __WPS_GNU
#define AI_IDN 0x40
#define AI_CANONIDN 0x80
#endif

/* getnameinfo() flags. */
#define NI_NUMERICHOST 0x01
#define NI_NUMERICSERV 0x02
#define NI_NOFQDN 0x04
#define NI_NAMEREQD 0x08
#define NI_DGRAM 0x10
#define NI_NUMERICSCOPE 0x100
#ifdef __WPS_GNU
#define NI_IDN 0x20
#endif

/* Results of getaddrinfo() and getnameinfo(). */
#define EAI_BADFLAGS -1
#define EAI_NONAME -2
#define EAI_AGAIN -3
#define EAI_FAIL -4
#define EAI_NODATA -5
#define EAI_FAMILY -6
#define EAI_SOCKTYPE -7
#define EAI_SERVICE -8
#define EAI_ADDRFAMILY -9
#define EAI_MEMORY -10
#define EAI_SYSTEM -11
#define EAI_OVERFLOW -12
#ifdef __WPS_MISC
#define EAI_INPROGRESS -100
#define EAI_CANCELED -101
#define EAI_NOTCANCELED -102
#define EAI_ALLDONE -103
#define EAI_INTR -104
#define EAI_IDN_ENCODE -105

/* Sizes that hold any result of getnameinfo(); glibc's (libc says 255 for the first). */
#undef NI_MAXHOST
#undef NI_MAXSERV
#define NI_MAXHOST 1025
#define NI_MAXSERV 32
#endif

/* Values of h_errno. */
#define HOST_NOT_FOUND 1
#define TRY_AGAIN 2
#define NO_RECOVERY 3
#define NO_DATA 4
#define NO_ADDRESS NO_DATA
#ifdef __WPS_MISC
#define NETDB_INTERNAL -1
#define NETDB_SUCCESS 0
#endif

/* The files that are read if the program can open them; built-in essentials otherwise. */
#ifdef __WPS_MISC
#define _PATH_HEQUIV "/etc/hosts.equiv"
#define _PATH_HOSTS "/etc/hosts"
#define _PATH_NETWORKS "/etc/networks"
#define _PATH_NSSWITCH_CONF "/etc/nsswitch.conf"
#define _PATH_PROTOCOLS "/etc/protocols"
#define _PATH_SERVICES "/etc/services"
#endif

/* Ports below this are for the superuser elsewhere; the host decides here. */
#ifndef IPPORT_RESERVED
#define IPPORT_RESERVED 1024
#endif

__WPS_BEGIN

/* The error of the last gethostby* call: libc's thread-local variable, behind a function for the
 * same reason as errno (see __errno.h). */
extern __thread int __wps_h_errno_object __asm__("h_errno");
static __inline int *__wps_h_errno(void)
{
	return &__wps_h_errno_object;
}
#undef h_errno
#define h_errno (*__wps_h_errno())

/* POSIX getaddrinfo(): addresses for a name or literal and a service or port, in RFC 6724
 * order; a list for freeaddrinfo(). 0 or an EAI_* value (EAI_SYSTEM: see errno). */
int getaddrinfo(const char *__restrict __host, const char *__restrict __service,
	const struct addrinfo *__restrict __hints, struct addrinfo **__restrict __list);

/* POSIX freeaddrinfo(): frees a whole list; NULL is allowed. */
void freeaddrinfo(struct addrinfo *__list);

/* POSIX getnameinfo(): name and service of an address, lengths in bytes with the NUL.
 * 0 or an EAI_* value (EAI_OVERFLOW: a buffer is too small). */
int getnameinfo(const struct sockaddr *__restrict __address, socklen_t __length,
	char *__restrict __host, socklen_t __host_size, char *__restrict __service,
	socklen_t __service_size, int __flags);

/* POSIX gai_strerror(): the text of an EAI_* value. */
const char *gai_strerror(int __error);

/* POSIX.1-2001 gethostbyname(), gethostbyaddr(): IPv4 addresses of a name; names of an address
 * of length bytes. NULL with h_errno set. */
struct hostent *gethostbyname(const char *__name);
struct hostent *gethostbyaddr(const void *__address, socklen_t __length, int __family);

/* POSIX sethostent(), gethostent(), endhostent(): walk /etc/hosts; NULL at its end. */
void sethostent(int __stay_open);
void endhostent(void);
struct hostent *gethostent(void);

/* POSIX: walk and search /etc/networks, which is seldom there; NULL: not found. Networks are
 * in host byte order. */
void setnetent(int __stay_open);
void endnetent(void);
struct netent *getnetent(void);
struct netent *getnetbyname(const char *__name);
struct netent *getnetbyaddr(uint32_t __network, int __family);

/* POSIX: walk and search /etc/services; port in network byte order, protocol NULL: any.
 * NULL: not found. */
void setservent(int __stay_open);
void endservent(void);
struct servent *getservent(void);
struct servent *getservbyname(const char *__name, const char *__protocol);
struct servent *getservbyport(int __port, const char *__protocol);

/* POSIX: walk and search /etc/protocols; NULL: not found. */
void setprotoent(int __stay_open);
void endprotoent(void);
struct protoent *getprotoent(void);
struct protoent *getprotobyname(const char *__name);
struct protoent *getprotobynumber(int __number);

#ifdef __WPS_MISC
/* gethostbyname(3): prints prefix and the text of h_errno to stderr; that text. */
void herror(const char *__prefix);
const char *hstrerror(int __error);

/* gethostbyname(3), GNU forms: *result is NULL when nothing was found, *error gets h_errno. */
struct hostent *gethostbyname2(const char *__name, int __family);
int gethostbyname_r(const char *__name, struct hostent *__entry, char *__buffer,
	size_t __size, struct hostent **__result, int *__error);
int gethostbyname2_r(const char *__name, int __family, struct hostent *__entry,
	char *__buffer, size_t __size, struct hostent **__result, int *__error);
int gethostbyaddr_r(const void *__address, socklen_t __length, int __family,
	struct hostent *__entry, char *__buffer, size_t __size, struct hostent **__result,
	int *__error);

/* gethostent_r(3): as gethostent(), ENOENT at the end. */
int gethostent_r(struct hostent *__entry, char *__buffer, size_t __size,
	struct hostent **__result, int *__error);

/* getnetent_r(3): *result is NULL when nothing was found, *error gets h_errno. */
int getnetent_r(struct netent *__entry, char *__buffer, size_t __size,
	struct netent **__result, int *__error);
int getnetbyname_r(const char *__name, struct netent *__entry, char *__buffer,
	size_t __size, struct netent **__result, int *__error);
int getnetbyaddr_r(uint32_t __network, int __family, struct netent *__entry,
	char *__buffer, size_t __size, struct netent **__result, int *__error);

/* getservent_r(3), getprotoent_r(3): *result is NULL when nothing was found. */
int getservbyname_r(const char *__name, const char *__protocol, struct servent *__entry,
	char *__buffer, size_t __size, struct servent **__result);
int getservbyport_r(int __port, const char *__protocol, struct servent *__entry,
	char *__buffer, size_t __size, struct servent **__result);
int getservent_r(struct servent *__entry, char *__buffer, size_t __size,
	struct servent **__result);
int getprotoent_r(struct protoent *__entry, char *__buffer, size_t __size,
	struct protoent **__result);
int getprotobyname_r(const char *__name, struct protoent *__entry, char *__buffer,
	size_t __size, struct protoent **__result);
int getprotobynumber_r(int __number, struct protoent *__entry, char *__buffer,
	size_t __size, struct protoent **__result);
#endif

#ifdef __WPS_GNU
/* One request of getaddrinfo_a(3). */
struct gaicb {
	const char *ar_name;
	const char *ar_service;
	const struct addrinfo *ar_request;
	struct addrinfo *ar_result;
	int __return;
	int __room[5];
};
#define GAI_WAIT 0
#define GAI_NOWAIT 1

struct sigevent;
struct timespec;

/* getaddrinfo_a(3): all requests at once, complete on return in either mode. 0 or an EAI_* value:
 * EAI_SYSTEM with ENOTSUP for a notification. gai_error(): a request's result. gai_cancel(),
 * gai_suspend(): EAI_ALLDONE. */
int getaddrinfo_a(int __mode, struct gaicb *__list[], int __count, struct sigevent *__event);
int gai_error(struct gaicb *__request);
int gai_cancel(struct gaicb *__request);
int gai_suspend(const struct gaicb *const __list[], int __count, const struct timespec *__timeout);
#endif

__WPS_END

#endif
