/* What every call of `cargo xtask fuzz linux` needs: descriptors by slot, data that can be told
 * apart, and results as text that is the same on every system. A blank line ends a piece; a short
 * program gets the pieces that it uses. */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

typedef long long num;

#define SLOTS 24

static int slots[SLOTS];

static char line[16384];

static size_t used;

/* Ends a line of results. */
static void end(void);

/* Adds to the line; errno stays. */
__attribute__((format(printf, 1, 2))) static void out(const char *format, ...)
{
	int kept = errno;
	va_list list;
	va_start(list, format);
	int more = vsnprintf(line + used, sizeof line - used, format, list);
	va_end(list);
	if (more > 0)
		used += (size_t)more;
	if (used >= sizeof line)
		used = sizeof line - 1;
	errno = kept;
}

struct name {
	const char *name;
	long value;
};

#define NAME(constant) { #constant, (long)constant }

static const struct name error_names[] = {
	NAME(E2BIG), NAME(EACCES), NAME(EADDRINUSE), NAME(EADDRNOTAVAIL), NAME(EAFNOSUPPORT),
	NAME(EAGAIN), NAME(EALREADY), NAME(EBADF), NAME(EBADMSG), NAME(EBUSY), NAME(ECANCELED),
	NAME(ECONNABORTED), NAME(ECONNREFUSED), NAME(ECONNRESET), NAME(EDESTADDRREQ), NAME(EDOM),
	NAME(EEXIST), NAME(EFAULT), NAME(EFBIG), NAME(EHOSTUNREACH), NAME(EINPROGRESS), NAME(EINTR),
	NAME(EINVAL), NAME(EIO), NAME(EISCONN), NAME(EISDIR), NAME(ELOOP), NAME(EMFILE), NAME(EMLINK),
	NAME(EMSGSIZE), NAME(ENAMETOOLONG), NAME(ENETUNREACH), NAME(ENFILE), NAME(ENOBUFS),
	NAME(ENODEV), NAME(ENOENT), NAME(ENOMEM), NAME(ENOPROTOOPT), NAME(ENOSPC), NAME(ENOSYS),
	NAME(ENOTCONN), NAME(ENOTDIR), NAME(ENOTEMPTY), NAME(ENOTSOCK), NAME(ENOTTY), NAME(ENXIO),
	NAME(EOPNOTSUPP), NAME(EOVERFLOW), NAME(EPERM), NAME(EPIPE), NAME(EPROTO),
	NAME(EPROTONOSUPPORT), NAME(EPROTOTYPE), NAME(ERANGE), NAME(EROFS), NAME(ESPIPE),
	NAME(ESRCH), NAME(ETIMEDOUT), NAME(ETOOMANYREFS), NAME(ETXTBSY), NAME(EXDEV),
	NAME(ESOCKTNOSUPPORT), NAME(EPFNOSUPPORT), NAME(ENODATA), NAME(ENOSTR), NAME(ECHILD),
};

static void error_name(int error)
{
	for (size_t i = 0; i < sizeof error_names / sizeof *error_names; i++)
		if (error_names[i].value == error) {
			out(" %s", error_names[i].name);
			return;
		}
	out(" error %d", error);
}

/* The names of the bits that are set. */
static void bits(long value, const struct name *names, size_t count)
{
	const char *between = " ";
	for (size_t i = 0; i < count; i++)
		if (names[i].value && (value & names[i].value) == names[i].value) {
			out("%s%s", between, names[i].name);
			value &= ~names[i].value;
			between = "|";
		}
	if (value)
		out("%s%#lx", between, value);
	else if (*between == ' ')
		out(" 0");
}

static void result(const char *call, num value)
{
	out("%s:", call);
	if (value == -1)
		error_name(errno);
	else
		out(" %lld", value);
}

#define ROOM (1 << 18)

static unsigned char data[ROOM + 64];

/* The descriptor in a slot; numbers that are no slot are meant as they are. */
static int fd(num slot)
{
	return slot >= 0 && slot < SLOTS ? slots[slot] : (int)slot;
}

/* Empties a slot that is to be filled. What a TCP socket has not read would make it send a reset. */
static void vacate(num slot)
{
	if (slots[slot] >= 0) {
		while (recv(slots[slot], data, sizeof data, MSG_DONTWAIT) > 0)
			continue;
		close(slots[slot]);
	}
	slots[slot] = -1;
}

/* How long what was sent may take to arrive, in microseconds. */
static num settling;

static void settle(void)
{
	if (settling)
		usleep((useconds_t)settling);
}

static num be_slow;

/* `settle`: the network may take so long from now on. */
static void do_settle(num microseconds)
{
	settling = microseconds * (be_slow ? be_slow : 1);
	out("settle: ok");
	end();
}

/* No call may block for ever. */
static void limit(int socket)
{
	struct timeval time = { 0, 20000 };
	if (settling > 2000)
		time = (struct timeval){ settling / 100000, settling * 10 % 1000000 };
	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
	setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

/* The outcome of a call that opens a descriptor. */
static void opened(const char *call, num slot, int opened)
{
	if (opened >= 0)
		out("%s: ok", call);
	else
		result(call, -1);
	slots[slot] = opened;
}

/* Whether a call on what is no socket would block; then it is left out. */
static int stuck(const char *call, int file, short events, num length)
{
	int type;
	socklen_t room = sizeof type;
	struct stat status;
	int flags = fcntl(file, F_GETFL);
	if (flags < 0 || flags & O_NONBLOCK || !getsockopt(file, SOL_SOCKET, SO_TYPE, &type, &room))
		return 0;
	if (!fstat(file, &status) && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
		return 0;
	struct pollfd ask = { file, events, 0 };
	if (poll(&ask, 1, 0) == 1 && !(events == POLLOUT && length > 4096))
		return 0;
	out("%s: would block", call);
	return 1;
}

static uint32_t written;

/* The next `length` bytes to send: no two places in what is sent look alike. */
static void fill(num length)
{
	for (num i = 0; i < length && i < ROOM; i++) {
		data[i] = (unsigned char)(written * 2654435761u >> 24);
		written++;
	}
}

static void clear(void)
{
	memset(data, 0xee, sizeof data);
}

/* Tells what was received: `length` bytes of the `room` that there was. */
static void received(num length, num room)
{
	uint32_t hash = 2166136261u;
	if (length > room)
		length = room;
	for (num i = 0; i < length; i++)
		hash = (hash ^ data[i]) * 16777619u;
	if (length > 0)
		out(" #%08x", (unsigned)hash);
	for (num i = length < 0 ? 0 : length; i < ROOM + 64; i++)
		if (data[i] != 0xee) {
			out(" and wrote at %lld", i);
			break;
		}
}

/* Where a bad pointer leads. 1 is a good one. */
static void *at(num place)
{
	return place == 1 ? data : (void *)(intptr_t)place;
}
