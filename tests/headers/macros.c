/*
 * What the headers define as macros and inline functions, used and checked. Runs over the overlay
 * without any archive, and natively, where the same must hold.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>

#ifdef __wasi__
/* sys/un.h asks for the AF_UNIX part of the archive, which is not linked here. */
int (*const __wps_unix)(int, int, int, int) = 0;
extern const struct __wps_files { int unused; } __wps_files;
const struct __wps_files __wps_files = {0};
#endif

static int failures;

static void check(int good, const char *what, int line)
{
	if (good)
		return;
	fprintf(stderr, "macros.c:%d: %s\n", line, what);
	++failures;
}
#define CHECK(condition) check((condition) != 0, #condition, __LINE__)

static void fd_sets(void)
{
	fd_set set, copy;
	int fd, count = 0;

	memset(&set, 0xff, sizeof set);
	FD_ZERO(&set);
	for (fd = 0; fd < FD_SETSIZE; ++fd)
		count += FD_ISSET(fd, &set) != 0;
	CHECK(count == 0);
	FD_SET(0, &set);
	FD_SET(31, &set);
	FD_SET(32, &set);
	FD_SET(FD_SETSIZE - 1, &set);
	FD_SET(31, &set);
	copy = set;
	for (fd = 0; fd < FD_SETSIZE; ++fd)
		count += FD_ISSET(fd, &copy) != 0;
	CHECK(count == 4);
	FD_CLR(31, &set);
	FD_CLR(5, &set);
	CHECK(!FD_ISSET(31, &set) && FD_ISSET(32, &set) && FD_ISSET(0, &set));
	CHECK(FD_ISSET(31, &copy));
}

/* Programs allocate sets of more than FD_SETSIZE bits by hand, as libevent does. */
static void long_fd_sets(void)
{
	size_t bytes = (5000 + NFDBITS - 1) / NFDBITS * sizeof(fd_mask);
	fd_set *set = calloc(1, bytes);

	CHECK(set != NULL);
	if (set == NULL)
		return;
	FD_SET(4999, set);
	CHECK(FD_ISSET(4999, set) && !FD_ISSET(4998, set));
	CHECK((((fd_mask *)set)[4999 / NFDBITS] & ((fd_mask)1 << (4999 % NFDBITS))) != 0);
	free(set);
}

static void control_messages(void)
{
	union {
		char bytes[CMSG_SPACE(3) + CMSG_SPACE(sizeof(int) * 2)];
		struct cmsghdr align;
	} buffer;
	struct msghdr message;
	struct cmsghdr *head;
	int fds[2] = { 7, 8 }, count = 0;

	memset(&buffer, 0, sizeof buffer);
	memset(&message, 0, sizeof message);
	CHECK(CMSG_FIRSTHDR(&message) == NULL);
	message.msg_control = buffer.bytes;
	message.msg_controllen = sizeof buffer.bytes;
	head = CMSG_FIRSTHDR(&message);
	CHECK((char *)head == buffer.bytes);
	head->cmsg_len = CMSG_LEN(3);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(head), "abc", 3);
	head = CMSG_NXTHDR(&message, head);
	CHECK((char *)head == buffer.bytes + CMSG_SPACE(3));
	if (head == NULL)
		return;
	head->cmsg_len = CMSG_LEN(sizeof fds);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(head), fds, sizeof fds);
	for (head = CMSG_FIRSTHDR(&message); head != NULL; head = CMSG_NXTHDR(&message, head))
		++count;
	CHECK(count == 2);
	/* A length that runs past the buffer, or back, ends the walk. */
	head = CMSG_FIRSTHDR(&message);
	head->cmsg_len = sizeof buffer + 100;
	CHECK(CMSG_NXTHDR(&message, head) == NULL);
	head->cmsg_len = (socklen_t)-1;
	CHECK(CMSG_NXTHDR(&message, head) == NULL);
	head->cmsg_len = 0;
	CHECK(CMSG_NXTHDR(&message, head) == NULL);
}

static void addresses(void)
{
	struct in6_addr any = IN6ADDR_ANY_INIT, loopback = IN6ADDR_LOOPBACK_INIT, mapped;
	struct sockaddr_storage storage;
	struct sockaddr_un local;

	CHECK(IN6_IS_ADDR_UNSPECIFIED(&any) && IN6_IS_ADDR_LOOPBACK(&loopback));
	CHECK(!IN6_ARE_ADDR_EQUAL(&any, &loopback) && IN6_ARE_ADDR_EQUAL(&any, &in6addr_any));
	CHECK(memcmp(&loopback, &in6addr_loopback, sizeof loopback) == 0);
	memset(&mapped, 0, sizeof mapped);
	mapped.s6_addr16[5] = 0xffff;
	mapped.s6_addr32[3] = htonl(INADDR_LOOPBACK);
	CHECK(IN6_IS_ADDR_V4MAPPED(&mapped) && mapped.s6_addr[12] == 127 && mapped.s6_addr[15] == 1);
	CHECK(sizeof storage >= sizeof local && sizeof storage >= 128);
	memset(&local, 0, sizeof local);
	strcpy(local.sun_path, "/tmp/socket");
	CHECK(SUN_LEN(&local) == 2 + strlen("/tmp/socket"));
}

static void statuses(void)
{
	CHECK(WIFEXITED(0x0300) && WEXITSTATUS(0x0300) == 3 && !WIFSIGNALED(0x0300));
	CHECK(WIFSIGNALED(15) && WTERMSIG(15) == 15 && !WIFEXITED(15) && !WIFSTOPPED(15));
	CHECK(WIFSIGNALED(0x8b) && WTERMSIG(0x8b) == 11 && WCOREDUMP(0x8b));
	CHECK(WIFSTOPPED(0x137f) && WSTOPSIG(0x137f) == 0x13 && !WIFSIGNALED(0x137f));
	CHECK(WIFCONTINUED(0xffff) && !WIFEXITED(0xffff) && !WIFSIGNALED(0xffff));
	CHECK(LOG_UPTO(LOG_ERR) == (LOG_MASK(LOG_EMERG) | LOG_MASK(LOG_ALERT) | LOG_MASK(LOG_CRIT) |
		LOG_MASK(LOG_ERR)));
	CHECK(LOG_PRI(LOG_LOCAL3 | LOG_INFO) == LOG_INFO && LOG_FAC(LOG_LOCAL3 | LOG_INFO) == 19);
	CHECK(major(makedev(259, 300000)) == 259 && minor(makedev(259, 300000)) == 300000);
}

static void processors(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CHECK(CPU_COUNT(&set) == 0);
	CPU_SET(0, &set);
	CPU_SET(70, &set);
	CPU_SET(CPU_SETSIZE, &set);
	CHECK(CPU_COUNT(&set) == 2 && CPU_ISSET(70, &set) && !CPU_ISSET(71, &set));
	CPU_CLR(70, &set);
	CHECK(CPU_COUNT(&set) == 1);
}

struct item {
	int number;
	SLIST_ENTRY(item) single;
	LIST_ENTRY(item) list;
	STAILQ_ENTRY(item) queue;
	TAILQ_ENTRY(item) tail;
	CIRCLEQ_ENTRY(item) circle;
};
SLIST_HEAD(singles, item);
LIST_HEAD(lists, item);
STAILQ_HEAD(queues, item);
TAILQ_HEAD(tails, item);
CIRCLEQ_HEAD(circles, item);

/* Each walk gives the items' numbers as one decimal number. */
static void queues(void)
{
	struct item item[4];
	struct item *at;
	struct singles singles = SLIST_HEAD_INITIALIZER(singles);
	struct lists lists = LIST_HEAD_INITIALIZER(lists);
	struct queues queues = STAILQ_HEAD_INITIALIZER(queues), more;
	struct tails tails = TAILQ_HEAD_INITIALIZER(tails), others;
	struct circles circles;
	int i, seen;

	CIRCLEQ_INIT(&circles);
	STAILQ_INIT(&more);
	TAILQ_INIT(&others);
	for (i = 0; i < 4; ++i)
		item[i].number = i + 1;

	SLIST_INSERT_HEAD(&singles, &item[0], single);
	SLIST_INSERT_AFTER(&item[0], &item[2], single);
	SLIST_INSERT_AFTER(&item[0], &item[1], single);
	SLIST_INSERT_HEAD(&singles, &item[3], single);
	SLIST_REMOVE(&singles, &item[1], item, single);
	seen = 0;
	SLIST_FOREACH(at, &singles, single)
		seen = seen * 10 + at->number;
	CHECK(seen == 413);
	SLIST_REMOVE_HEAD(&singles, single);
	CHECK(SLIST_FIRST(&singles) == &item[0]);

	LIST_INSERT_HEAD(&lists, &item[1], list);
	LIST_INSERT_BEFORE(&item[1], &item[0], list);
	LIST_INSERT_AFTER(&item[1], &item[3], list);
	LIST_INSERT_AFTER(&item[1], &item[2], list);
	LIST_REMOVE(&item[1], list);
	LIST_REMOVE(&item[3], list);
	seen = 0;
	LIST_FOREACH(at, &lists, list)
		seen = seen * 10 + at->number;
	CHECK(seen == 13);

	STAILQ_INSERT_TAIL(&queues, &item[1], queue);
	STAILQ_INSERT_HEAD(&queues, &item[0], queue);
	STAILQ_INSERT_TAIL(&more, &item[3], queue);
	STAILQ_CONCAT(&queues, &more);
	STAILQ_INSERT_AFTER(&queues, &item[1], &item[2], queue);
	STAILQ_REMOVE(&queues, &item[3], item, queue);
	STAILQ_INSERT_TAIL(&queues, &item[3], queue);
	STAILQ_REMOVE_HEAD(&queues, queue);
	seen = 0;
	STAILQ_FOREACH(at, &queues, queue)
		seen = seen * 10 + at->number;
	CHECK(seen == 234 && STAILQ_EMPTY(&more));

	TAILQ_INSERT_TAIL(&tails, &item[1], tail);
	TAILQ_INSERT_HEAD(&tails, &item[0], tail);
	TAILQ_INSERT_TAIL(&others, &item[3], tail);
	TAILQ_CONCAT(&tails, &others, tail);
	TAILQ_INSERT_BEFORE(&item[3], &item[2], tail);
	seen = 0;
	TAILQ_FOREACH_REVERSE(at, &tails, tails, tail)
		seen = seen * 10 + at->number;
	CHECK(seen == 4321 && TAILQ_LAST(&tails, tails) == &item[3]);
	TAILQ_REMOVE(&tails, &item[3], tail);
	TAILQ_INSERT_AFTER(&tails, &item[0], &item[3], tail);
	TAILQ_REMOVE(&tails, &item[0], tail);
	seen = 0;
	TAILQ_FOREACH(at, &tails, tail)
		seen = seen * 10 + at->number;
	CHECK(seen == 423 && TAILQ_PREV(&item[3], tails, tail) == NULL);

	CIRCLEQ_INSERT_HEAD(&circles, &item[1], circle);
	CIRCLEQ_INSERT_TAIL(&circles, &item[3], circle);
	CIRCLEQ_INSERT_BEFORE(&circles, &item[1], &item[0], circle);
	CIRCLEQ_INSERT_AFTER(&circles, &item[1], &item[2], circle);
	CIRCLEQ_REMOVE(&circles, &item[1], circle);
	seen = 0;
	for (at = circles.cqh_last; at != (void *)&circles; at = at->circle.cqe_prev)
		seen = seen * 10 + at->number;
	CHECK(seen == 431);
}

int main(void)
{
	fd_sets();
	long_fd_sets();
	control_messages();
	addresses();
	statuses();
	processors();
	queues();
	return failures == 0 ? 0 : 1;
}
