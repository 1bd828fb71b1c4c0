/*
 * resolv.h - the resolver as far as it goes here, resolver(3): queries over UDP to the servers
 * in an /etc/resolv.conf that the program can open, and the text forms of domain names.
 */
#ifndef _RESOLV_H
#define _RESOLV_H

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/types.h>
#include <wps/defs.h>
#include <wps/files.h>

#define MAXNS 3
#define MAXDFLSRCH 3
#define MAXDNSRCH 6
#define MAXRESOLVSORT 10
#define LOCALDOMAINPARTS 2
#define RES_TIMEOUT 5
#define RES_MAXNDOTS 15
#define RES_MAXRETRANS 30
#define RES_MAXRETRY 5
#define RES_DFLRETRY 2
#define RES_MAXTIME 65535
#define _PATH_RESCONF "/etc/resolv.conf"

/* The state of a resolver, glibc's. Seconds for retrans. A server with an IPv6 address has no family in
 * nsaddr_list and its address in _u._ext.nsaddrs. */
struct __res_state {
	int retrans;
	int retry;
	unsigned long options;
	int nscount;
	struct sockaddr_in nsaddr_list[MAXNS];
	unsigned short id;
	char *dnsrch[MAXDNSRCH + 1];
	char defdname[256];
	unsigned long pfcode;
	unsigned ndots : 4;
	unsigned nsort : 4;
	unsigned ipv6_unavail : 1;
	unsigned unused : 23;
	struct {
		struct in_addr addr;
		uint32_t mask;
	} sort_list[MAXRESOLVSORT];
	void *__state;
	void *__unused;
	int res_h_errno;
	int _vcsock;
	unsigned _flags;
	union {
		char pad[60];
		struct {
			uint16_t nscount;
			uint16_t nsmap[MAXNS];
			int nssocks[MAXNS];
			uint16_t nscount6;
			uint16_t nsinit;
			struct sockaddr_in6 *nsaddrs[MAXNS];
			unsigned __unused[4];
		} _ext;
	} _u;
};
#define nsaddr nsaddr_list[0]
typedef struct __res_state *res_state;

/* options, resolv.conf(5). */
#define RES_INIT 0x00000001
#define RES_DEBUG 0x00000002
#define RES_AAONLY 0x00000004
#define RES_USEVC 0x00000008
#define RES_PRIMARY 0x00000010
#define RES_IGNTC 0x00000020
#define RES_RECURSE 0x00000040
#define RES_DEFNAMES 0x00000080
#define RES_STAYOPEN 0x00000100
#define RES_DNSRCH 0x00000200
#define RES_NOALIASES 0x00001000
#define RES_ROTATE 0x00004000
#define RES_USE_EDNS0 0x00100000
#define RES_SNGLKUP 0x00200000
#define RES_SNGLKUPREOP 0x00400000
#define RES_USE_DNSSEC 0x00800000
#define RES_NOTLDQUERY 0x01000000
#define RES_NORELOAD 0x02000000
#define RES_TRUSTAD 0x04000000
#define RES_NOAAAA 0x08000000
#define RES_DEFAULT (RES_RECURSE | RES_DEFNAMES | RES_DNSRCH)

__WPS_BEGIN

/* The resolver's state, which res_init() fills. */
struct __res_state *__res_state(void);
#define _res (*__res_state())

/* resolver(3) res_init(): reads /etc/resolv.conf if it can. 0. */
int res_init(void);

/* resolver(3) res_query(), res_search(): ask for records of a class and type; the answer's
 * bytes, at most size of them stored, or -1 with h_errno set. search adds the domains. */
int res_query(const char *__name, int __class, int __type, unsigned char *__answer, int __size);
int res_search(const char *__name, int __class, int __type, unsigned char *__answer, int __size);

/* resolver(3) res_querydomain(): res_query() for name.domain. */
int res_querydomain(const char *__name, const char *__domain, int __class, int __type,
	unsigned char *__answer, int __size);

/* resolver(3) res_mkquery(): makes a query; its bytes, or -1. res_send(): sends one; the
 * answer's bytes, or -1. */
int res_mkquery(int __op, const char *__name, int __class, int __type,
	const unsigned char *__data, int __length, const unsigned char *__unused,
	unsigned char *__query, int __size);
int res_send(const unsigned char *__query, int __length, unsigned char *__answer, int __size);

/* resolver(3), the forms with a state of the caller's. */
int res_ninit(res_state __state);
void res_nclose(res_state __state);
int res_nquery(res_state __state, const char *__name, int __class, int __type,
	unsigned char *__answer, int __size);
int res_nsearch(res_state __state, const char *__name, int __class, int __type,
	unsigned char *__answer, int __size);
int res_nmkquery(res_state __state, int __op, const char *__name, int __class, int __type,
	const unsigned char *__data, int __length, const unsigned char *__unused,
	unsigned char *__query, int __size);
int res_nquerydomain(res_state __state, const char *__name, const char *__domain, int __class,
	int __type, unsigned char *__answer, int __size);
int res_nsend(res_state __state, const unsigned char *__query, int __length,
	unsigned char *__answer, int __size);

/* resolver(3) dn_comp(): a name in wire form, compressed against earlier ones; its bytes, or -1
 * (no room). dn_expand(): the text of a name in a message; the bytes it took there, or -1.
 * dn_skipname(): the bytes of a name, or -1. */
int dn_comp(const char *__name, unsigned char *__wire, int __size, unsigned char **__names,
	unsigned char **__last);
int dn_expand(const unsigned char *__message, const unsigned char *__end,
	const unsigned char *__from, char *__name, int __size);
int dn_skipname(const unsigned char *__from, const unsigned char *__end);

__WPS_END

#endif
