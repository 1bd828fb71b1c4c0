/*
 * The numbers and layouts that the archive was built with, as C sees them. Three kinds: those that
 * wasi-libc fixes, those that Linux fixes, and those of wps/values.h, written out here once more.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define IS(expression, value) \
	_Static_assert((long long)(expression) == (long long)(value), #expression)
#define SIZE(type, bytes) IS(sizeof(type), bytes)
#define AT(type, member, bytes) IS(offsetof(type, member), bytes)

/* wasi-libc's own. */
IS(AF_UNSPEC, 0); IS(AF_INET, 1); IS(AF_INET6, 2); IS(AF_UNIX, 3); IS(PF_UNIX, 3);
IS(SOCK_DGRAM, 5); IS(SOCK_STREAM, 6);
IS(SOL_SOCKET, 0x7fffffff); IS(AT_FDCWD, -2);
IS(F_GETFD, 1); IS(F_SETFD, 2); IS(F_GETFL, 3); IS(F_SETFL, 4); IS(FD_CLOEXEC, 1);
IS(POLLIN, 1); IS(POLLRDNORM, 1); IS(POLLOUT, 2); IS(POLLWRNORM, 2); IS(POLLPRI, 0x200);
IS(POLLERR, 0x1000); IS(POLLHUP, 0x2000); IS(POLLNVAL, 0x4000);
IS(EAGAIN, 6); IS(EINPROGRESS, 26); IS(ENOTSUP, 58);
IS(EOPNOTSUPP, ENOTSUP); IS(EWOULDBLOCK, EAGAIN);

/* Chosen here: wps/values.h. */
IS(AF_AX25, 45); IS(AF_MAX, 46); IS(SOCK_SEQPACKET, 7); IS(SOCK_DCCP, 8);
IS(POLLRDBAND, 0x80); IS(POLLWRBAND, 0x100); IS(POLLMSG, 0x400); IS(POLLRDHUP, 0x800);
IS(ENODATA, 261); IS(ETIME, 262); IS(ENOTBLK, 215); IS(ECOMM, 270);

/* No two poll bits, open flags or socket types may be one. */
IS((POLLIN ^ POLLOUT ^ POLLPRI ^ POLLERR ^ POLLHUP ^ POLLNVAL ^ POLLRDBAND ^ POLLWRBAND ^ POLLMSG ^
    POLLRDHUP), (POLLIN | POLLOUT | POLLPRI | POLLERR | POLLHUP | POLLNVAL | POLLRDBAND |
    POLLWRBAND | POLLMSG | POLLRDHUP));
IS((O_CLOEXEC ^ O_ASYNC ^ O_ACCMODE ^ O_EXEC ^ O_NOFOLLOW ^ O_CREAT ^ O_EXCL ^ O_TRUNC ^ O_DIRECTORY ^
    O_APPEND ^ O_NONBLOCK ^ O_NOCTTY ^ O_SYNC), (O_CLOEXEC | O_ASYNC | O_ACCMODE | O_EXEC | O_NOFOLLOW |
    O_CREAT | O_EXCL | O_TRUNC | O_DIRECTORY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_SYNC));
_Static_assert(SOCK_SEQPACKET != SOCK_DGRAM && SOCK_SEQPACKET != SOCK_STREAM && SOCK_RAW != SOCK_RDM,
	"socket types");

/* Linux's, on every libc, wasip1's MSG_* included. */
IS(O_RDONLY, 0); IS(O_WRONLY, 1); IS(O_RDWR, 2); IS(O_ACCMODE, 3); IS(O_CREAT, 0x40); IS(O_EXCL, 0x80);
IS(O_NOCTTY, 0x100); IS(O_TRUNC, 0x200); IS(O_APPEND, 0x400); IS(O_NONBLOCK, 0x800); IS(O_DSYNC, 0x1000);
IS(O_ASYNC, 0x2000); IS(O_DIRECTORY, 0x10000); IS(O_NOFOLLOW, 0x20000); IS(O_CLOEXEC, 0x80000);
IS(O_SYNC, 0x101000); IS(POSIX_FADV_RANDOM, 1); IS(POSIX_FADV_SEQUENTIAL, 2);
IS(F_DUPFD, 0); IS(F_GETLK, 5); IS(F_SETLK, 6); IS(F_SETLKW, 7); IS(F_SETOWN, 8); IS(F_GETOWN, 9);
IS(F_SETSIG, 10); IS(F_GETSIG, 11); IS(F_SETOWN_EX, 15); IS(F_GETOWN_EX, 16); IS(F_DUPFD_CLOEXEC, 1030);
IS(FIONREAD, 0x541b); IS(FIONBIO, 0x5421); IS(SOCK_NONBLOCK, O_NONBLOCK); IS(SOCK_CLOEXEC, O_CLOEXEC);
IS(RUSAGE_SELF, 0); IS(RUSAGE_CHILDREN, -1); IS(RUSAGE_THREAD, 1); IS(CLOCKS_PER_SEC, 1000000);
IS(SHUT_RD, 0); IS(SHUT_WR, 1); IS(SHUT_RDWR, 2);
IS(MSG_OOB, 1); IS(MSG_PEEK, 2); IS(MSG_DONTROUTE, 4); IS(MSG_CTRUNC, 8); IS(MSG_TRUNC, 0x20);
IS(MSG_DONTWAIT, 0x40); IS(MSG_EOR, 0x80); IS(MSG_WAITALL, 0x100); IS(MSG_ERRQUEUE, 0x2000);
IS(MSG_NOSIGNAL, 0x4000); IS(MSG_MORE, 0x8000); IS(MSG_WAITFORONE, 0x10000);
IS(MSG_FASTOPEN, 0x20000000); IS(MSG_CMSG_CLOEXEC, 0x40000000);
IS(SCM_RIGHTS, 1); IS(SCM_CREDENTIALS, 2);
IS(SO_REUSEADDR, 2); IS(SO_ERROR, 4); IS(SO_BROADCAST, 6); IS(SO_KEEPALIVE, 9); IS(SO_LINGER, 13);
IS(SO_REUSEPORT, 15); IS(SO_PEERCRED, 17); IS(SO_RCVLOWAT, 18); IS(SO_ACCEPTCONN, 30);
IS(SO_PROTOCOL, 38); IS(SO_DOMAIN, 39); IS(SO_BUSY_POLL, 46); IS(SO_RCVTIMEO, 66); IS(SO_SNDTIMEO, 67);
IS(IPPROTO_TCP, 6); IS(IPPROTO_UDP, 17); IS(IPPROTO_IPV6, 41); IS(IPPROTO_ICMPV6, 58);
IS(IP_TOS, 1); IS(IP_TTL, 2); IS(IP_PKTINFO, 8); IS(IP_RECVERR, 11); IS(IP_ADD_MEMBERSHIP, 35);
IS(IPV6_V6ONLY, 26); IS(IPV6_UNICAST_HOPS, 16); IS(IPV6_RECVPKTINFO, 49); IS(IPV6_TCLASS, 67);
IS(TCP_NODELAY, 1); IS(TCP_CORK, 3); IS(TCP_KEEPIDLE, 4); IS(TCP_QUICKACK, 12); IS(TCP_USER_TIMEOUT, 18);
IS(EPOLLIN, 1); IS(EPOLLPRI, 2); IS(EPOLLOUT, 4); IS(EPOLLERR, 8); IS(EPOLLHUP, 0x10);
IS(EPOLLRDHUP, 0x2000); IS(EPOLLONESHOT, 1 << 30); IS(EPOLLET, 1U << 31); IS(EPOLL_CTL_MOD, 3);
IS(EPOLL_CLOEXEC, O_CLOEXEC); IS(EFD_CLOEXEC, O_CLOEXEC); IS(TFD_NONBLOCK, O_NONBLOCK);
IS(EFD_SEMAPHORE, 1); IS(TFD_TIMER_ABSTIME, 1);
IS(SIOCGIFCONF, 0x8912); IS(SIOCGIFADDR, 0x8915); IS(IFF_UP, 1); IS(IFF_LOOPBACK, 8);
IS(AI_PASSIVE, 1); IS(AI_NUMERICSERV, 0x400); IS(NI_DGRAM, 0x10); IS(EAI_NONAME, -2);
IS(EAI_SYSTEM, -11); IS(EAI_OVERFLOW, -12); IS(HOST_NOT_FOUND, 1); IS(NI_MAXHOST, 1025);
IS(SIGTERM, 15); IS(SIGPIPE, 13); IS(SA_RESTART, 0x10000000); IS(SIG_SETMASK, 2); IS(RLIMIT_NOFILE, 7);

/* Layouts, ILP32 with 64 bit times and offsets. */
SIZE(long, 4); SIZE(time_t, 8); SIZE(off_t, 8); SIZE(struct timeval, 16); SIZE(struct timespec, 16);
SIZE(socklen_t, 4); SIZE(sa_family_t, 2); SIZE(nfds_t, 4);
SIZE(struct sockaddr, 16); AT(struct sockaddr, sa_data, 2);
SIZE(struct sockaddr_in, 16); AT(struct sockaddr_in, sin_port, 2); AT(struct sockaddr_in, sin_addr, 4);
SIZE(struct sockaddr_in6, 28); AT(struct sockaddr_in6, sin6_flowinfo, 4);
AT(struct sockaddr_in6, sin6_addr, 8); AT(struct sockaddr_in6, sin6_scope_id, 24);
SIZE(struct sockaddr_un, 110); AT(struct sockaddr_un, sun_path, 2);
SIZE(struct sockaddr_storage, 128); AT(struct sockaddr_storage, ss_family, 0);
SIZE(struct in6_addr, 16); SIZE(struct in_pktinfo, 12); SIZE(struct in6_pktinfo, 20);
SIZE(struct msghdr, 28); AT(struct msghdr, msg_iovlen, 12); AT(struct msghdr, msg_controllen, 20);
SIZE(struct mmsghdr, 32); SIZE(struct cmsghdr, 12); IS(CMSG_SPACE(4), 16); IS(CMSG_LEN(4), 16);
IS(CMSG_SPACE(5), 20); IS(CMSG_LEN(5), 17);
SIZE(struct ucred, 12); SIZE(struct linger, 8); SIZE(struct pollfd, 8);
SIZE(struct epoll_event, 16); AT(struct epoll_event, data, 8);
SIZE(fd_set, FD_SETSIZE / 8); SIZE(fd_mask, 4); IS(NFDBITS, 32);
IS(sizeof(((fd_set *)0)->fds_bits) / sizeof(((fd_set *)0)->fds_bits[0]), FD_SETSIZE / NFDBITS);
SIZE(sigset_t, 8); SIZE(struct sigaction, 20); AT(struct sigaction, sa_mask, 4);
AT(struct sigaction, sa_flags, 12); SIZE(siginfo_t, 128); AT(siginfo_t, si_pid, 12);
AT(siginfo_t, si_uid, 16); AT(siginfo_t, si_value, 20); AT(siginfo_t, si_status, 20);
SIZE(struct sigevent, 64); SIZE(stack_t, 12);
SIZE(struct flock, 32); AT(struct flock, l_start, 8); SIZE(struct itimerval, 32);
SIZE(struct itimerspec, 32); SIZE(struct rlimit, 16); SIZE(struct rusage, 32 + 14 * 4 + 8 - 8);
SIZE(struct ifreq, 32); AT(struct ifreq, ifr_addr, 16); SIZE(struct ifconf, 8);
SIZE(struct addrinfo, 32); AT(struct addrinfo, ai_addr, 20); AT(struct addrinfo, ai_canonname, 24);
SIZE(struct hostent, 20); SIZE(struct servent, 16); SIZE(struct protoent, 12);
SIZE(struct passwd, 28); SIZE(struct signalfd_siginfo, 128); SIZE(cpu_set_t, 128);
