/* Readiness: poll, select and epoll. */

static const struct name poll_names[] = {
	NAME(POLLIN), NAME(POLLPRI), NAME(POLLOUT), NAME(POLLERR), NAME(POLLHUP), NAME(POLLNVAL),
	NAME(POLLRDHUP), NAME(POLLRDBAND), NAME(POLLWRBAND),
};

/* POLLRDNORM is POLLIN elsewhere, and POLLWRNORM is POLLOUT. */
static long without_norm(short events)
{
	if (events & POLLRDNORM)
		events = (short)((events & ~POLLRDNORM) | POLLIN);
	if (events & POLLWRNORM)
		events = (short)((events & ~POLLWRNORM) | POLLOUT);
	return events;
}

static void show_poll(struct pollfd *asked, int count, num timeout)
{
	int ready = poll(asked, (nfds_t)count, (int)timeout);
	result("poll", ready);
	for (int i = 0; i < count && ready > 0; i++)
		bits(without_norm(asked[i].revents), poll_names, sizeof poll_names / sizeof *poll_names);
	end();
}

static void do_poll(num timeout, num file, num events)
{
	struct pollfd asked = { fd(file), (short)events, 0 };
	show_poll(&asked, 1, timeout);
}

static void do_poll2(num timeout, num file, num events, num file2, num events2)
{
	struct pollfd asked[2] = {
		{ fd(file), (short)events, 0 },
		{ fd(file2), (short)events2, 0 },
	};
	show_poll(asked, 2, timeout);
}

static void do_poll3(
	num timeout, num file, num events, num file2, num events2, num file3, num events3)
{
	struct pollfd asked[3] = {
		{ fd(file), (short)events, 0 },
		{ fd(file2), (short)events2, 0 },
		{ fd(file3), (short)events3, 0 },
	};
	show_poll(asked, 3, timeout);
}

#define TO_READ 1

#define TO_WRITE 2

#define TO_EXCEPT 4

/* select() on two descriptors, each in the sets that its bits name. */
static void do_select(num timeout, num file, num bits1, num file2, num bits2)
{
	fd_set sets[3];
	int files[2] = { fd(file), fd(file2) };
	num wanted[2] = { bits1, bits2 };
	int end_of_set = 0;
	struct timeval time = { 0, timeout * 1000 };
	for (int s = 0; s < 3; s++) {
		FD_ZERO(&sets[s]);
		for (int i = 0; i < 2; i++)
			if (wanted[i] >> s & 1 && files[i] >= 0 && files[i] < FD_SETSIZE) {
				FD_SET(files[i], &sets[s]);
				if (files[i] >= end_of_set)
					end_of_set = files[i] + 1;
			}
	}
	int ready = select(end_of_set, &sets[0], &sets[1], &sets[2], &time);
	result("select", ready);
	for (int i = 0; i < 2 && ready > 0; i++) {
		out(i ? "/" : " ");
		for (int s = 0; s < 3; s++)
			if (wanted[i] && files[i] >= 0 && files[i] < FD_SETSIZE
				&& FD_ISSET(files[i], &sets[s]))
				out("%c", "rwx"[s]);
	}
	end();
}

static void do_epoll_create(num slot, num flags)
{
	vacate(slot);
	opened("epoll_create", slot, epoll_create1((int)flags));
	end();
}

static void do_epoll_ctl(num set, num action, num file, num events)
{
	struct epoll_event event = { .events = (uint32_t)events, .data.u64 = (uint64_t)file };
	result("epoll_ctl", epoll_ctl(fd(set), (int)action, fd(file), &event));
	end();
}

static const struct name epoll_names[] = {
	NAME(EPOLLIN), NAME(EPOLLPRI), NAME(EPOLLOUT), NAME(EPOLLERR), NAME(EPOLLHUP),
	NAME(EPOLLRDHUP), NAME(EPOLLRDNORM), NAME(EPOLLRDBAND), NAME(EPOLLWRNORM),
	NAME(EPOLLWRBAND), NAME(EPOLLMSG),
};

/* The events are shown in the order of their slots. */
static void do_epoll_wait(num set, num most, num timeout)
{
	struct epoll_event events[SLOTS];
	int ready = epoll_wait(fd(set), events, (int)most, (int)timeout);
	result("epoll_wait", ready);
	for (num slot = 0; slot < SLOTS; slot++)
		for (int i = 0; i < ready; i++)
			if (events[i].data.u64 == (uint64_t)slot) {
				out(" %lld", slot);
				bits((long)events[i].events, epoll_names,
					sizeof epoll_names / sizeof *epoll_names);
			}
	end();
}
