/* sys/msg.h - System V message queues, which are refused. libc has no such header. */
#ifndef _SYS_MSG_H
#define _SYS_MSG_H

#include <sys/ipc.h>
#include <wps/defs.h>

#define __NEED_size_t
#define __NEED_ssize_t
#define __NEED_pid_t
#define __NEED_time_t
#include <bits/alltypes.h>

#define MSG_NOERROR 010000

typedef unsigned long msgqnum_t;
typedef unsigned long msglen_t;

struct msqid_ds {
	struct ipc_perm msg_perm;
	time_t msg_stime;
	time_t msg_rtime;
	time_t msg_ctime;
	unsigned long msg_cbytes;
	msgqnum_t msg_qnum;
	msglen_t msg_qbytes;
	pid_t msg_lspid;
	pid_t msg_lrpid;
};

__WPS_BEGIN

/* POSIX msgget(), msgsnd(), msgrcv(), msgctl(): -1 with ENOSYS. */
int msgget(key_t __key, int __flags);
int msgsnd(int __id, const void *__message, size_t __size, int __flags);
ssize_t msgrcv(int __id, void *__message, size_t __size, long __type, int __flags);
int msgctl(int __id, int __command, struct msqid_ds *__data);

__WPS_END

#endif
