/* Addresses: made from forms, and shown with abstract ports. */

enum form {
	NOWHERE,
	LOOP4,
	OTHER4,
	ANY4,
	LOOP6,
	ANY6,
	MAPPED,
	FOREIGN4,
	UNSPEC,
	SHORT4,
	SHORT6,
	LONG4,
	FAMILY99,
	PATH,
	ABSTRACT,
	UNNAMED,
	LONGPATH
};

static in_port_t slot_ports[SLOTS];

static in_port_t port_of(int socket)
{
	struct sockaddr_storage name;
	socklen_t length = sizeof name;
	memset(&name, 0, sizeof name);
	if (getsockname(socket, (struct sockaddr *)&name, &length))
		return 0;
	if (name.ss_family == AF_INET)
		return ((struct sockaddr_in *)&name)->sin_port;
	return name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port : 0;
}

/* The port that the socket in a slot has, or last had; -1 is port 0, -2 one that is closed. */
static in_port_t slot_port(num slot)
{
	if (slot < 0 || slot >= SLOTS)
		return slot == -2 ? htons(1) : 0;
	in_port_t now = slots[slot] >= 0 ? port_of(slots[slot]) : 0;
	if (now)
		slot_ports[slot] = now;
	return slot_ports[slot];
}

/* Notes the port of a socket that may have got one just now. */
static void note_port(num slot)
{
	int kept = errno;
	slot_port(slot);
	errno = kept;
}

/* An address of a form; the port is that of the slot `of`, which is also the name of a path. */
static socklen_t make_address(struct sockaddr_storage *address, num form, num of)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
	struct sockaddr_un *local = (struct sockaddr_un *)address;
	memset(address, 0, sizeof *address);
	if (form == PATH || form == ABSTRACT || form == UNNAMED || form == LONGPATH) {
		local->sun_family = AF_UNIX;
		char *path = local->sun_path + (form == ABSTRACT);
		if (form == UNNAMED)
			return offsetof(struct sockaddr_un, sun_path);
		if (form == LONGPATH) {
			memset(path, 'a', sizeof local->sun_path);
			return sizeof *local;
		}
		int length = snprintf(path, 32, "fuzz-%d", (int)of);
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
	}
	if (form == LOOP6 || form == ANY6 || form == MAPPED || form == SHORT6) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = slot_port(of);
		if (form == MAPPED)
			inet_pton(AF_INET6, "::ffff:127.0.0.1", &v6->sin6_addr);
		else if (form != ANY6)
			v6->sin6_addr = in6addr_loopback;
		return form == SHORT6 ? 20 : sizeof *v6;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = slot_port(of);
	if (form == FOREIGN4)
		v4->sin_addr.s_addr = htonl(0xcb007101);
	else if (form != ANY4)
		v4->sin_addr.s_addr = htonl(form == OTHER4 ? 0x7f000002 : INADDR_LOOPBACK);
	if (form == UNSPEC)
		v4->sin_family = AF_UNSPEC;
	if (form == FAMILY99)
		v4->sin_family = 99;
	return form == SHORT4 ? 8 : form == LONG4 ? sizeof *address : sizeof *v4;
}

static in_port_t ports[256];

static size_t port_count;

/* The first port that is shown is p1, the second p2. */
static void show_port(in_port_t port)
{
	size_t i = 0;
	if (ntohs(port) <= 1) {
		out(":%d", ntohs(port));
		return;
	}
	while (i < port_count && ports[i] != port)
		i++;
	if (i == port_count && port_count < sizeof ports / sizeof *ports)
		ports[port_count++] = port;
	out(":p%zu", i + 1);
}

/* Shows an address that a call stored, for which there were `room` bytes. */
static void show_address(const struct sockaddr_storage *address, socklen_t length, socklen_t room)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
	const struct sockaddr_un *local = (const struct sockaddr_un *)address;
	char text[INET6_ADDRSTRLEN];
	out(" /%u", (unsigned)length);
	for (size_t i = room < length ? room : length; i < sizeof *address; i++)
		if (((const unsigned char *)address)[i] != 0xee) {
			out(" wrote at %zu", i);
			break;
		}
	if (!length || length > room || length < sizeof(sa_family_t))
		return;
	switch (address->ss_family) {
	case AF_INET:
		out(" %s", inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text));
		show_port(v4->sin_port);
		break;
	case AF_INET6:
		out(" %s", inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text));
		show_port(v6->sin6_port);
		break;
	case AF_UNIX:
		length -= offsetof(struct sockaddr_un, sun_path);
		if (!length)
			out(" unnamed");
		else if (local->sun_path[0])
			out(" path %.*s", (int)length, local->sun_path);
		else if (length == 6)
			out(" automatic");
		else
			out(" @%.*s", (int)length - 1, local->sun_path + 1);
		break;
	case AF_UNSPEC:
		out(" unspecified");
		break;
	default:
		out(" family %d", address->ss_family);
	}
}
