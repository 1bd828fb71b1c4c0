/* netinet/in.h - libc's header; addresses with all their views, and every protocol number. */
#include_next <netinet/in.h>
#ifndef _WPS_NETINET_IN_H
#define _WPS_NETINET_IN_H

#include <wps/defs.h>
#include <sys/socket.h>

/* The initialisers of in6_addr, which is a union here (see __struct_in6_addr.h). */
#undef IN6ADDR_ANY_INIT
#undef IN6ADDR_LOOPBACK_INIT
#define IN6ADDR_ANY_INIT { { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } } }
#define IN6ADDR_LOOPBACK_INIT { { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } } }

/* Protocols (IANA); libc has IP, ICMP, TCP, UDP, IPV6 and RAW. socket() takes 0, TCP, UDP. */
#define IPPROTO_HOPOPTS 0
#define IPPROTO_IGMP 2
#define IPPROTO_IPIP 4
#define IPPROTO_EGP 8
#define IPPROTO_PUP 12
#define IPPROTO_IDP 22
#define IPPROTO_TP 29
#define IPPROTO_DCCP 33
#define IPPROTO_ROUTING 43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_RSVP 46
#define IPPROTO_GRE 47
#define IPPROTO_ESP 50
#define IPPROTO_AH 51
#define IPPROTO_ICMPV6 58
#define IPPROTO_NONE 59
#define IPPROTO_DSTOPTS 60
#define IPPROTO_MTP 92
#define IPPROTO_BEETPH 94
#define IPPROTO_ENCAP 98
#define IPPROTO_PIM 103
#define IPPROTO_COMP 108
#define IPPROTO_L2TP 115
#define IPPROTO_SCTP 132
#define IPPROTO_MH 135
#define IPPROTO_UDPLITE 136
#define IPPROTO_MPLS 137
#define IPPROTO_ETHERNET 143
#define IPPROTO_MPTCP 262
#define IPPROTO_MAX 263

/* Options newer than libc's list, ip(7) and ipv6(7). */
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef IP_PROTOCOL
#define IP_PROTOCOL 52
#endif
#ifndef IPV6_FLOWINFO
#define IPV6_FLOWINFO 11
#endif
#ifndef IPV6_FLOWLABEL_MGR
#define IPV6_FLOWLABEL_MGR 32
#endif
#ifndef IPV6_FLOWINFO_SEND
#define IPV6_FLOWINFO_SEND 33
#endif

#ifdef __WPS_MISC
/* Port numbers, from BSD's netinet/in.h. */
#ifndef IPPORT_USERRESERVED
#define IPPORT_USERRESERVED 5000
#endif
enum {
	IPPORT_ECHO = 7,
	IPPORT_DISCARD = 9,
	IPPORT_SYSTAT = 11,
	IPPORT_DAYTIME = 13,
	IPPORT_NETSTAT = 15,
	IPPORT_FTP = 21,
	IPPORT_TELNET = 23,
	IPPORT_SMTP = 25,
	IPPORT_TIMESERVER = 37,
	IPPORT_NAMESERVER = 42,
	IPPORT_WHOIS = 43,
	IPPORT_MTP = 57,
	IPPORT_TFTP = 69,
	IPPORT_RJE = 77,
	IPPORT_FINGER = 79,
	IPPORT_TTYLINK = 87,
	IPPORT_SUPDUP = 95,
	IPPORT_EXECSERVER = 512,
	IPPORT_LOGINSERVER = 513,
	IPPORT_CMDSERVER = 514,
	IPPORT_EFSSERVER = 520,
	IPPORT_BIFFUDP = 512,
	IPPORT_WHOSERVER = 513,
	IPPORT_ROUTESERVER = 520
};
#endif

#endif
