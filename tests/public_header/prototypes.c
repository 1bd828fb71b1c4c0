/*
 * The system headers, then the library's own list of prototypes: a C compiler refuses a second
 * declaration of a function that is not compatible with the first, so this file compiles only if
 * both say the same. It is not run.
 */
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <mqueue.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <poll.h>
#include <resolv.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <wasi_posix_sockets.h>
/* Twice, for the guard. */
#include <wasi_posix_sockets.h>

/* A type of the library's own in place of libc's would be refused here. */
int (*const uses_sockaddr)(int, const struct sockaddr *, socklen_t) = connect;
ssize_t (*const uses_msghdr)(int, const struct msghdr *, int) = sendmsg;
int (*const uses_pollfd)(struct pollfd *, nfds_t, int) = poll;
int (*const uses_epoll_event)(int, struct epoll_event *, int, int) = epoll_wait;
int (*const uses_itimerspec)(int, struct itimerspec *) = timerfd_gettime;
