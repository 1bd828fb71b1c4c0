/* The same calls with pointers that lead nowhere: 0, or beyond the end of memory. */

static void do_bad_read(num file, num place, num length)
{
	clear();
	if (!stuck("read", fd(file), POLLIN, length))
		result("read", read(fd(file), at(place), (size_t)length));
	end();
}

static void do_bad_write(num file, num place, num length)
{
	memset(data, 1, sizeof data);
	if (!stuck("write", fd(file), POLLOUT, length))
		result("write", write(fd(file), at(place), (size_t)length));
	end();
}

static void do_bad_pread(num file, num place, num length, num offset)
{
	clear();
	result("pread", pread(fd(file), at(place), (size_t)length, (off_t)offset));
	end();
}

static void do_bad_pwrite(num file, num place, num length, num offset)
{
	memset(data, 1, sizeof data);
	result("pwrite", pwrite(fd(file), at(place), (size_t)length, (off_t)offset));
	end();
}

/* Parts at two places; the count may be anything, the array itself may be bad. */
static void do_bad_readv(num file, num array, num count, num place, num length, num place2)
{
	struct iovec parts[4] = { { at(place), (size_t)length }, { at(place2), 8 } };
	clear();
	if (!stuck("readv", fd(file), POLLIN, 0))
		result("readv", readv(fd(file), array == 1 ? parts : at(array), (int)count));
	end();
}

static void do_bad_writev(num file, num array, num count, num place, num length, num place2)
{
	struct iovec parts[4] = { { at(place), (size_t)length }, { at(place2), 8 } };
	memset(data, 1, sizeof data);
	if (!stuck("writev", fd(file), POLLOUT, 0))
		result("writev", writev(fd(file), array == 1 ? parts : at(array), (int)count));
	end();
}

static void do_bad_send(num socket, num place, num length, num flags)
{
	memset(data, 1, sizeof data);
	result("send", send(fd(socket), at(place), (size_t)length, (int)flags));
	settle();
	end();
}

static void do_bad_recv(num socket, num place, num length, num flags)
{
	clear();
	result("recv", recv(fd(socket), at(place), (size_t)length, (int)flags));
	end();
}

static void do_bad_sendto(num socket, num place, num length, num address, num size)
{
	memset(data, 0, sizeof data);
	result("sendto",
		sendto(fd(socket), at(place), (size_t)length, 0, at(address), (socklen_t)size));
	settle();
	end();
}

static void do_bad_recvfrom(num socket, num place, num length, num address, num size)
{
	socklen_t room = 16;
	clear();
	result("recvfrom", recvfrom(fd(socket), at(place), (size_t)length, MSG_DONTWAIT,
		at(address), size == 1 ? &room : at(size)));
	end();
}

static void do_bad_message(
	num receive, num socket, num message, num name, num parts, num count, num control, num place)
{
	struct iovec part = { at(place), 8 };
	struct msghdr header;
	memset(data, 0, sizeof data);
	memset(&header, 0, sizeof header);
	header.msg_name = at(name);
	header.msg_namelen = name ? 16 : 0;
	header.msg_iov = parts == 1 ? &part : at(parts);
	header.msg_iovlen = (unsigned)count;
	header.msg_control = control == 1 ? data + 64 : at(control);
	header.msg_controllen = control ? 24 : 0;
	struct msghdr *given = message == 1 ? &header : at(message);
	if (receive)
		result("recvmsg", recvmsg(fd(socket), given, MSG_DONTWAIT));
	else
		result("sendmsg", sendmsg(fd(socket), given, MSG_DONTWAIT));
	settle();
	end();
}

static void do_bad_name(num which, num socket, num address, num size)
{
	socklen_t room = 16;
	socklen_t *given = size == 1 ? &room : at(size);
	int file = fd(socket);
	clear();
	if (which == 0)
		result("getsockname", getsockname(file, at(address), given));
	else if (which == 1)
		result("getpeername", getpeername(file, at(address), given));
	else {
		int made = accept4(file, at(address), given, SOCK_NONBLOCK);
		result("accept", made < 0 ? -1 : 0);
		if (made >= 0)
			close(made);
	}
	settle();
	end();
}

static void do_bad_bind(num socket, num address, num size)
{
	memset(data, 0, sizeof data);
	((struct sockaddr *)data)->sa_family = AF_INET;
	result("bind", bind(fd(socket), at(address), (socklen_t)size));
	end();
}

static void do_bad_connect(num socket, num address, num size)
{
	memset(data, 0, sizeof data);
	((struct sockaddr *)data)->sa_family = AF_UNSPEC;
	result("connect", connect(fd(socket), at(address), (socklen_t)size));
	settle();
	end();
}

static void do_bad_getsockopt(num socket, num level, num name, num value, num size)
{
	socklen_t room = 4;
	clear();
	result("getsockopt", getsockopt(fd(socket), (int)level, (int)name, at(value),
		size == 1 ? &room : at(size)));
	end();
}

static void do_bad_setsockopt(num socket, num level, num name, num value, num size)
{
	memset(data, 0, sizeof data);
	result("setsockopt",
		setsockopt(fd(socket), (int)level, (int)name, at(value), (socklen_t)size));
	end();
}

static void do_bad_ioctl(num file, num request, num place)
{
	memset(data, 0, sizeof data);
	result("ioctl", ioctl(fd(file), (unsigned)request, at(place)));
	end();
}

static void do_bad_poll(num array, num count, num timeout)
{
	result("poll", poll(at(array), (nfds_t)count, (int)timeout));
	end();
}

/* The C library looks at the time itself, so that must be a good one. */
static void do_bad_ppoll(num array, num count, num mask)
{
	struct timespec soon = { 0, 1000000 };
	struct pollfd none = { -1, 0, 0 };
	result("ppoll", ppoll(array == 1 ? &none : at(array), (nfds_t)count,
		&soon, at(mask)));
	end();
}

static void do_bad_select(num count, num readers, num writers)
{
	struct timeval soon = { 0, 1000 };
	memset(data, 0, sizeof data);
	result("select", select((int)count, at(readers), at(writers), NULL, &soon));
	end();
}

static void do_bad_epoll_ctl(num set, num action, num file, num event)
{
	memset(data, 0, sizeof data);
	result("epoll_ctl", epoll_ctl(fd(set), (int)action, fd(file), at(event)));
	end();
}

static void do_bad_epoll_wait(num set, num events, num most)
{
	result("epoll_wait", epoll_wait(fd(set), at(events), (int)most, 0));
	end();
}

static void do_bad_pair(num which, num domain, num type, num place)
{
	int *given = at(place);
	memset(data, 0xff, sizeof data);
	int made = which ? pipe2(given, (int)type)
		: socketpair((int)domain, (int)type, 0, given);
	result(which ? "pipe" : "socketpair", made);
	if (!made) {
		close(given[0]);
		close(given[1]);
	}
	end();
}

static void do_bad_settime(num file, num flags, num time, num before)
{
	memset(data, 0, sizeof data);
	result("settime", timerfd_settime(fd(file), (int)flags, at(time),
		before == 1 ? (struct itimerspec *)(data + 256) : at(before)));
	end();
}

static void do_bad_gettime(num file, num place)
{
	result("gettime", timerfd_gettime(fd(file), at(place)));
	end();
}

static void do_bad_stat(num which, num file, num name, num place)
{
	struct stat status;
	struct stat *given = place == 1 ? &status : at(place);
	const char *path = name == 1 ? "." : at(name);
	if (which == 0)
		result("fstat", fstat(fd(file), given));
	else if (which == 1)
		result("stat", stat(path, given));
	else
		result("lstat", lstat(path, given));
	end();
}

static void do_bad_path(num which, num name, num name2)
{
	const char *path = name == 1 ? "a" : at(name);
	const char *path2 = name2 == 1 ? "missing/b" : at(name2);
	static const char *const calls[] = {
		"open", "unlink", "mkdir", "rmdir", "rename", "link", "symlink", "access", "readlink",
		"truncate", "chdir",
	};
	int done = -1;
	switch (which) {
	case 0: done = open(path, O_RDONLY); break;
	case 1: done = unlink(path); break;
	case 2: done = mkdir(path, 0755); break;
	case 3: done = rmdir(path); break;
	case 4: done = rename(path, path2); break;
	case 5: done = link(path, path2); break;
	case 6: done = symlink(path, path2); break;
	case 7: done = access(path, 0); break;
	case 8: done = (int)readlink(path, at(name2), 8); break;
	case 9: done = truncate(path, 0); break;
	default: done = chdir(path);
	}
	result(calls[which < 10 ? which : 10], done);
	end();
}

static void do_bad_nanosleep(num place, num place2)
{
	result("nanosleep", nanosleep(at(place), at(place2)));
	end();
}

static void do_bad_splice(num from, num offset, num to, num offset2)
{
	memset(data, 0, sizeof data);
	result("splice", splice(fd(from), at(offset), fd(to), at(offset2), 8, SPLICE_F_NONBLOCK));
	settle();
	end();
}

static void do_bad_sendfile(num to, num from, num offset)
{
	memset(data, 0, sizeof data);
	if (!stuck("sendfile", fd(to), POLLOUT, 8))
		result("sendfile", sendfile(fd(to), fd(from), at(offset), 8));
	settle();
	end();
}
