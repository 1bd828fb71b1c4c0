/* Pipes, eventfd, timerfd. */

static void do_pipe(num slot, num other, num flags)
{
	int ends[2] = { -1, -1 };
	vacate(slot);
	vacate(other);
	int made = pipe2(ends, (int)flags);
	opened("pipe", slot, made ? -1 : ends[0]);
	slots[other] = ends[1];
	end();
}

static void do_eventfd(num slot, num value, num flags)
{
	vacate(slot);
	opened("eventfd", slot, eventfd((unsigned)value, (int)flags));
	end();
}

/* Writes a number of 8 bytes; -2 is the largest that may be written. */
static void do_add(num file, num value)
{
	uint64_t number = (uint64_t)value;
	struct pollfd ask = { fd(file), POLLOUT, 0 };
	int flags = fcntl(fd(file), F_GETFL);
	/* A counter that is nearly full has room for 1, which is all that POLLOUT says. */
	if (flags >= 0 && !(flags & O_NONBLOCK) && (poll(&ask, 1, 0) != 1 || value != 1))
		out("add: would block");
	else
		result("add", write(fd(file), &number, sizeof number));
	end();
}

/* Reads a number of 8 bytes. */
static void do_take(num file, num length)
{
	uint64_t number[4] = { 0 };
	if (!stuck("take", fd(file), POLLIN, length)) {
		ssize_t got = read(fd(file), number, (size_t)length);
		result("take", got);
		if (got == 8)
			out(" %llu", (unsigned long long)number[0]);
	}
	end();
}

static void do_timerfd(num slot, num clock, num flags)
{
	vacate(slot);
	opened("timerfd", slot, timerfd_create((clockid_t)clock, (int)flags));
	end();
}

/* Arms a timer; what it was set to before is shown in hours. A time of 1 ns is over at once. */
static void do_settime(num file, num flags, num seconds, num nanoseconds, num interval)
{
	struct itimerspec time = { { (time_t)interval, 0 }, { (time_t)seconds, (long)nanoseconds } };
	struct itimerspec before = { { -1, -1 }, { -1, -1 } };
	int done = timerfd_settime(fd(file), (int)flags, &time, &before);
	result("settime", done);
	if (!done)
		out(" was %lld every %lld", (num)(before.it_value.tv_sec + 60) / 3600,
			(num)before.it_interval.tv_sec);
	usleep(2000);
	end();
}

static void do_gettime(num file)
{
	struct itimerspec time = { { -1, -1 }, { -1, -1 } };
	int done = timerfd_gettime(fd(file), &time);
	result("gettime", done);
	if (!done)
		out(" %lld every %lld", (num)(time.it_value.tv_sec + 60) / 3600,
			(num)time.it_interval.tv_sec);
	end();
}

static void do_splice(num from, num to, num length, num flags)
{
	result("splice", splice(fd(from), NULL, fd(to), NULL, (size_t)length,
		(unsigned)flags | SPLICE_F_NONBLOCK));
	settle();
	end();
}

static void do_tee(num from, num to, num length)
{
	result("tee", tee(fd(from), fd(to), (size_t)length, SPLICE_F_NONBLOCK));
	end();
}

/* Not from a file to itself: where both meet, what is read may be before or after what is written. */
static int onto_itself(num to, num from)
{
	struct stat one, other;
	return !fstat(fd(to), &one) && !fstat(fd(from), &other) && S_ISREG(one.st_mode)
		&& one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static void do_sendfile(num to, num from, num offset, num length)
{
	off_t place = (off_t)offset;
	if (onto_itself(to, from)) {
		out("sendfile: onto itself");
	} else if (!stuck("sendfile", fd(to), POLLOUT, length)) {
		ssize_t sent = sendfile(fd(to), fd(from), offset < 0 ? NULL : &place, (size_t)length);
		result("sendfile", sent);
		if (offset >= 0)
			out(" at %lld", (num)place);
	}
	settle();
	end();
}
