/* Sending and receiving. */

static void do_send(num socket, num length, num flags)
{
	fill(length);
	result("send", send(fd(socket), data, (size_t)length, (int)flags));
	settle();
	end();
}

static void do_write(num file, num length)
{
	fill(length);
	if (!stuck("write", fd(file), POLLOUT, length))
		result("write", write(fd(file), data, (size_t)length));
	settle();
	end();
}

static void do_writev(num file, num first, num second, num third)
{
	struct iovec parts[3] = {
		{ data, (size_t)first },
		{ data + first, (size_t)second },
		{ data + first + second, (size_t)third },
	};
	fill(first + second + third);
	if (!stuck("writev", fd(file), POLLOUT, first + second + third))
		result("writev", writev(fd(file), parts, third < 0 ? 2 : 3));
	settle();
	end();
}

static void do_sendto(num socket, num length, num flags, num form, num of)
{
	struct sockaddr_storage address;
	socklen_t size = make_address(&address, form, of);
	struct sockaddr *to = form == NOWHERE ? NULL : (struct sockaddr *)&address;
	fill(length);
	result("sendto",
		sendto(fd(socket), data, (size_t)length, (int)flags, to, to ? size : 0));
	settle();
	note_port(socket);
	end();
}

static void do_sendmsg(num socket, num first, num second, num flags, num form, num of)
{
	struct sockaddr_storage address;
	socklen_t size = make_address(&address, form, of);
	struct iovec parts[2] = { { data, (size_t)first }, { data + first, (size_t)second } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	if (form != NOWHERE) {
		message.msg_name = &address;
		message.msg_namelen = size;
	}
	fill(first + second);
	result("sendmsg", sendmsg(fd(socket), &message, (int)flags));
	settle();
	note_port(socket);
	end();
}

/* Three datagrams, or pieces of a stream, at once. */
static void do_sendmmsg(num socket, num length, num count, num flags, num form, num of)
{
	struct sockaddr_storage address;
	socklen_t size = make_address(&address, form, of);
	struct iovec parts[4];
	struct mmsghdr messages[4];
	memset(messages, 0, sizeof messages);
	for (int i = 0; i < 4; i++) {
		parts[i] = (struct iovec){ data + i * length, (size_t)length };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
		if (form != NOWHERE) {
			messages[i].msg_hdr.msg_name = &address;
			messages[i].msg_hdr.msg_namelen = size;
		}
	}
	fill(4 * length);
	int sent = sendmmsg(fd(socket), messages, (unsigned)count, (int)flags);
	result("sendmmsg", sent);
	for (int i = 0; i < sent && i < 4; i++)
		out(" %u", (unsigned)messages[i].msg_len);
	settle();
	note_port(socket);
	end();
}

static void do_recv(num socket, num length, num flags)
{
	clear();
	ssize_t got = recv(fd(socket), data, (size_t)length, (int)flags);
	result("recv", got);
	received(got, length);
	end();
}

static void do_read(num file, num length)
{
	clear();
	if (!stuck("read", fd(file), POLLIN, length)) {
		ssize_t got = read(fd(file), data, (size_t)length);
		result("read", got);
		received(got, length);
	}
	settle();
	end();
}

static void do_readv(num file, num first, num second, num third)
{
	struct iovec parts[3] = {
		{ data, (size_t)first },
		{ data + first, (size_t)second },
		{ data + first + second, (size_t)third },
	};
	clear();
	if (!stuck("readv", fd(file), POLLIN, 0)) {
		ssize_t got = readv(fd(file), parts, third < 0 ? 2 : 3);
		result("readv", got);
		received(got, first + second + (third < 0 ? 0 : third));
	}
	settle();
	end();
}

static void do_recvfrom(num socket, num length, num flags, num room)
{
	struct sockaddr_storage address;
	socklen_t size = (socklen_t)room;
	memset(&address, 0xee, sizeof address);
	clear();
	ssize_t got = recvfrom(fd(socket), data, (size_t)length, (int)flags,
		(struct sockaddr *)&address, &size);
	result("recvfrom", got);
	received(got, length);
	if (got >= 0)
		show_address(&address, size, (socklen_t)room);
	end();
}

static const struct name message_names[] = {
	NAME(MSG_TRUNC), NAME(MSG_CTRUNC), NAME(MSG_EOR), NAME(MSG_OOB), NAME(MSG_ERRQUEUE),
	NAME(MSG_CMSG_CLOEXEC), NAME(MSG_DONTWAIT), NAME(MSG_PEEK), NAME(MSG_WAITALL),
};

/* Shows the control messages; a descriptor that comes with one goes into `slot`. */
static void show_control(struct msghdr *message, num slot)
{
	out(" control");
	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
			size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
			out(" rights %zu", count);
			for (size_t i = 0; i < count; i++) {
				int passed;
				memcpy(&passed, CMSG_DATA(part) + i * sizeof passed, sizeof passed);
				if (!i && slot >= 0)
					slots[slot] = passed;
				else
					close(passed);
			}
		} else if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_CREDENTIALS) {
			out(" credentials %zu", (size_t)part->cmsg_len - CMSG_LEN(0));
		} else {
			out(" %d/%d", part->cmsg_level, part->cmsg_type);
		}
	}
}

static void do_recvmsg(num socket, num first, num second, num flags, num control, num slot)
{
	struct sockaddr_storage address;
	_Alignas(size_t) char room[256];
	struct iovec parts[2] = { { data, (size_t)first }, { data + first, (size_t)second } };
	struct msghdr message = {
		.msg_name = &address,
		.msg_namelen = sizeof address,
		.msg_iov = parts,
		.msg_iovlen = 2,
		.msg_control = room,
		/* Room for so many descriptors: headers have other sizes elsewhere. */
		.msg_controllen = control ? CMSG_LEN((size_t)(control - 1) * sizeof(int)) : 0,
	};
	if (slot >= 0)
		vacate(slot);
	memset(&address, 0xee, sizeof address);
	clear();
	ssize_t got = recvmsg(fd(socket), &message, (int)flags);
	result("recvmsg", got);
	if (got >= 0) {
		received(got, first + second);
		show_address(&address, message.msg_namelen, sizeof address);
		bits(message.msg_flags, message_names, sizeof message_names / sizeof *message_names);
		size_t told = message.msg_controllen;
		if (told) {
			message.msg_controllen = told < sizeof room ? told : sizeof room;
			show_control(&message, slot);
		}
	}
	end();
}

static void do_recvmmsg(num socket, num length, num count, num flags)
{
	struct iovec parts[4];
	struct mmsghdr messages[4];
	struct timespec soon = { 0, 1000000 };
	memset(messages, 0, sizeof messages);
	for (int i = 0; i < 4; i++) {
		parts[i] = (struct iovec){ data + i * length, (size_t)length };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	clear();
	int got = recvmmsg(fd(socket), messages, (unsigned)count, (int)flags | MSG_DONTWAIT, &soon);
	result("recvmmsg", got);
	for (int i = 0; i < got && i < 4; i++) {
		out(" %u", (unsigned)messages[i].msg_len);
		bits(messages[i].msg_hdr.msg_flags, message_names,
			sizeof message_names / sizeof *message_names);
	}
	received(got < 0 ? 0 : ROOM, ROOM);
	end();
}

/* One byte, or several, with a descriptor. */
static void do_send_rights(num socket, num length, num flags, num passed, num copies)
{
	_Alignas(size_t) char room[CMSG_SPACE(8 * sizeof(int))];
	struct iovec part = { data, (size_t)length };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = CMSG_SPACE((size_t)copies * sizeof(int)),
	};
	memset(room, 0, sizeof room);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN((size_t)copies * sizeof(int));
	for (int i = 0; i < copies; i++) {
		int number = fd(passed);
		memcpy(CMSG_DATA(header) + (size_t)i * sizeof number, &number, sizeof number);
	}
	fill(length);
	result("send_rights", sendmsg(fd(socket), &message, (int)flags));
	end();
}
