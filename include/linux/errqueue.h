/* linux/errqueue.h - what IP_RECVERR and MSG_ERRQUEUE tell, ip(7). */
#ifndef _LINUX_ERRQUEUE_H
#define _LINUX_ERRQUEUE_H

#include <linux/types.h>
#include <sys/socket.h>
#include <time.h>

struct sock_extended_err {
	__u32 ee_errno;
	__u8 ee_origin;
	__u8 ee_type;
	__u8 ee_code;
	__u8 ee_pad;
	__u32 ee_info;
	__u32 ee_data;
};

/* ee_origin. */
#define SO_EE_ORIGIN_NONE 0
#define SO_EE_ORIGIN_LOCAL 1
#define SO_EE_ORIGIN_ICMP 2
#define SO_EE_ORIGIN_ICMP6 3
#define SO_EE_ORIGIN_TXSTATUS 4
#define SO_EE_ORIGIN_TIMESTAMPING SO_EE_ORIGIN_TXSTATUS
#define SO_EE_ORIGIN_ZEROCOPY 5
#define SO_EE_ORIGIN_TXTIME 6
#define SO_EE_CODE_ZEROCOPY_COPIED 1

/* Who reported the error: the address that follows the structure. */
#define SO_EE_OFFENDER(error) ((struct sockaddr *)((struct sock_extended_err *)(error) + 1))

#endif
