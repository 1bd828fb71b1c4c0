/* Sockets: making, naming, connecting, ending. */

static void do_socket(num slot, num domain, num type, num protocol)
{
	vacate(slot);
	opened("socket", slot, socket((int)domain, (int)type, (int)protocol));
	limit(slots[slot]);
	end();
}

static void do_socketpair(num slot, num other, num domain, num type, num protocol)
{
	int pair[2] = { -1, -1 };
	vacate(slot);
	vacate(other);
	int made = socketpair((int)domain, (int)type, (int)protocol, pair);
	opened("socketpair", slot, made ? -1 : pair[0]);
	slots[other] = pair[1];
	limit(pair[0]);
	limit(pair[1]);
	end();
}

static void do_bind(num socket, num form, num of)
{
	struct sockaddr_storage address;
	socklen_t length = make_address(&address, form, of);
	result("bind", bind(fd(socket), (struct sockaddr *)&address, length));
	note_port(socket);
	end();
}

static void do_connect(num socket, num form, num of)
{
	struct sockaddr_storage address;
	socklen_t length = make_address(&address, form, of);
	result("connect", connect(fd(socket), (struct sockaddr *)&address, length));
	settle();
	note_port(socket);
	end();
}

static void do_listen(num socket, num backlog)
{
	result("listen", listen(fd(socket), (int)backlog));
	note_port(socket);
	end();
}

static void do_accept(num socket, num slot, num flags, num room)
{
	struct sockaddr_storage address;
	socklen_t length = (socklen_t)room;
	vacate(slot);
	memset(&address, 0xee, sizeof address);
	int made = accept4(fd(socket), (struct sockaddr *)&address, &length, (int)flags);
	opened("accept", slot, made);
	if (made >= 0)
		show_address(&address, length, (socklen_t)room);
	limit(made);
	end();
}

static void do_getsockname(num socket, num room)
{
	struct sockaddr_storage address;
	socklen_t length = (socklen_t)room;
	memset(&address, 0xee, sizeof address);
	int told = getsockname(fd(socket), (struct sockaddr *)&address, &length);
	result("getsockname", told);
	if (!told)
		show_address(&address, length, (socklen_t)room);
	end();
}

static void do_getpeername(num socket, num room)
{
	struct sockaddr_storage address;
	socklen_t length = (socklen_t)room;
	memset(&address, 0xee, sizeof address);
	int told = getpeername(fd(socket), (struct sockaddr *)&address, &length);
	result("getpeername", told);
	if (!told)
		show_address(&address, length, (socklen_t)room);
	end();
}

static void do_shutdown(num socket, num how)
{
	result("shutdown", shutdown(fd(socket), (int)how));
	settle();
	end();
}

static void do_close(num slot)
{
	result("close", close(fd(slot)));
	if (slot >= 0 && slot < SLOTS)
		slots[slot] = -1;
	settle();
	end();
}

/* Reads a TCP socket empty, so that closing it sends no reset. */
static void do_drain(num socket)
{
	num sum = 0;
	ssize_t got;
	while ((got = recv(fd(socket), data, ROOM, MSG_DONTWAIT)) > 0)
		sum += got;
	result("drain", got);
	out(" after %lld", sum);
	end();
}

/* The same, where it is known that Linux has lost something. */
static void do_flush(num socket)
{
	while (recv(fd(socket), data, ROOM, MSG_DONTWAIT) > 0)
		continue;
	out("flush: ok");
	end();
}

static void do_dup(num of, num slot)
{
	vacate(slot);
	opened("dup", slot, dup(fd(of)));
	end();
}

static void do_dup2(num of, num slot)
{
	int made = dup2(fd(of), fd(slot));
	result("dup2", made < 0 ? -1 : made == fd(slot) ? 0 : 1);
	settle();
	end();
}

static void do_dup3(num of, num slot, num flags)
{
	int made = dup3(fd(of), fd(slot), (int)flags);
	result("dup3", made < 0 ? -1 : made == fd(slot) ? 0 : 1);
	settle();
	end();
}

static void do_dupfd(num of, num slot, num command, num from)
{
	vacate(slot);
	opened("dupfd", slot, fcntl(fd(of), (int)command, (int)from));
	end();
}

static const struct name status_names[] = {
	NAME(O_NONBLOCK), NAME(O_APPEND), NAME(O_ASYNC),
};

static void do_getfl(num file)
{
	int flags = fcntl(fd(file), F_GETFL);
	out("getfl:");
	if (flags < 0) {
		error_name(errno);
	} else {
		int mode = flags & O_ACCMODE;
		out(mode == O_RDONLY ? " r" : mode == O_WRONLY ? " w" : mode == O_RDWR ? " rw" : " ?");
		bits(flags & (O_NONBLOCK | O_APPEND | O_ASYNC), status_names, 3);
	}
	end();
}

static void do_setfl(num file, num flags)
{
	result("setfl", fcntl(fd(file), F_SETFL, (int)flags));
	end();
}

static void do_getfd(num file)
{
	result("getfd", fcntl(fd(file), F_GETFD));
	end();
}

static void do_setfd(num file, num flags)
{
	result("setfd", fcntl(fd(file), F_SETFD, (int)flags));
	end();
}

/* fcntl() commands whose argument and result are numbers. */
static void do_fcntl(num file, num command, num argument)
{
	result("fcntl", fcntl(fd(file), (int)command, (int)argument));
	end();
}

/* ioctl() requests with a pointer to a number. */
static void do_ioctl(num file, num request, num value)
{
	int number = (int)value;
	int done = ioctl(fd(file), (unsigned)request, &number);
	result("ioctl", done);
	if (!done)
		out(" %d", number);
	settle();
	end();
}

static void do_isatty(num file)
{
	int answer = isatty(fd(file));
	result("isatty", answer ? answer : -1);
	end();
}

static const struct name type_names[] = {
	NAME(SOCK_STREAM), NAME(SOCK_DGRAM), NAME(SOCK_SEQPACKET),
};

static const struct name family_names[] = {
	NAME(AF_INET), NAME(AF_INET6), NAME(AF_UNIX),
};

/* What getsockopt() tells, as bytes; what has other numbers elsewhere by its name. */
static void do_getsockopt(num socket, num level, num name, num room)
{
	socklen_t length = (socklen_t)room;
	unsigned char value[256];
	memset(value, 0xee, sizeof value);
	int done = getsockopt(fd(socket), (int)level, (int)name, value, &length);
	result("getsockopt", done);
	if (!done) {
		int number;
		memcpy(&number, value, sizeof number);
		int number_differs = level == SOL_SOCKET
			&& (name == SO_ERROR || name == SO_TYPE || name == SO_DOMAIN);
		out(" /%u", (unsigned)length);
		if (number_differs && length < 4) {
			out(" cut");
		} else if (level == SOL_SOCKET && name == SO_ERROR && length == 4) {
			error_name(number);
		} else if (level == SOL_SOCKET && name == SO_TYPE && length == 4) {
			for (size_t i = 0; i < 3; i++)
				out("%s", type_names[i].value == number ? type_names[i].name : " ");
		} else if (level == SOL_SOCKET && name == SO_DOMAIN && length == 4) {
			for (size_t i = 0; i < 3; i++)
				out("%s", family_names[i].value == number ? family_names[i].name : " ");
		} else if (length == 4) {
			out(" %d", number);
		} else {
			for (size_t i = 0; i < length && i < sizeof value; i++)
				out(" %02x", value[i]);
		}
		for (size_t i = length < 256 ? length : 256; i < sizeof value; i++)
			if (value[i] != 0xee) {
				out(" wrote at %zu", i);
				break;
			}
	}
	end();
}

/* setsockopt() with a number, of which `length` bytes are given. */
static void do_setsockopt(num socket, num level, num name, num value, num length)
{
	int number[32] = { (int)value };
	result("setsockopt", setsockopt(fd(socket), (int)level, (int)name, number, (socklen_t)length));
	settle();
	end();
}

static void do_set_linger(num socket, num on, num seconds, num length)
{
	struct linger linger = { (int)on, (int)seconds };
	result("linger", setsockopt(fd(socket), SOL_SOCKET, SO_LINGER, &linger, (socklen_t)length));
	end();
}

static void do_get_linger(num socket)
{
	struct linger linger = { -1, -1 };
	socklen_t length = sizeof linger;
	result("linger", getsockopt(fd(socket), SOL_SOCKET, SO_LINGER, &linger, &length));
	out(" %d %d", linger.l_onoff, linger.l_linger);
	end();
}

static void do_set_time(num socket, num name, num seconds, num microseconds)
{
	struct timeval time = { (time_t)seconds, (suseconds_t)microseconds };
	result("time", setsockopt(fd(socket), SOL_SOCKET, (int)name, &time, sizeof time));
	end();
}

static void do_get_time(num socket, num name)
{
	struct timeval time = { -1, -1 };
	socklen_t length = sizeof time;
	int done = getsockopt(fd(socket), SOL_SOCKET, (int)name, &time, &length);
	result("time", done);
	if (!done)
		out(" %lld %lld", (num)time.tv_sec, (num)time.tv_usec);
	end();
}
