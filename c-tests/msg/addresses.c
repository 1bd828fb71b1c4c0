/* Addresses that do not fit: their length and family, on each kind of socket. */
#include "../t.h"
#include <stddef.h>
#include <sys/un.h>

/* An address of each family with the port of somebody who listens (or reads). */
static union {
  struct sockaddr any;
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
  struct sockaddr_un un;
  struct sockaddr_storage storage;
} at;

static void v4(int port) {
  memset(&at, 0, sizeof at);
  at.in.sin_family = AF_INET;
  at.in.sin_port = htons((uint16_t)port);
  at.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static void v6(int port) {
  memset(&at, 0, sizeof at);
  at.in6.sin6_family = AF_INET6;
  at.in6.sin6_port = htons((uint16_t)port);
  at.in6.sin6_addr = in6addr_loopback;
}

static void other(int family) {
  memset(&at, 0, sizeof at);
  at.any.sa_family = (sa_family_t)family;
}

static int connecting(int domain, int type, socklen_t length) {
  int fd = socket(domain, type, 0), result = connect(fd, &at.any, length), error = errno;
  close(fd);
  errno = error;
  return result;
}

static int binding(int domain, int type, socklen_t length) {
  int fd = socket(domain, type, 0), result = bind(fd, &at.any, length), error = errno;
  close(fd);
  errno = error;
  return result;
}

static ssize_t sending(int domain, socklen_t length) {
  int fd = socket(domain, SOCK_DGRAM, 0);
  ssize_t result = sendto(fd, "x", 1, 0, &at.any, length);
  int error = errno;
  close(fd);
  errno = error;
  return result;
}

TEST(a_length_counts_before_the_family) {
  v4(9);
  CHECK_ERRNO(binding(AF_INET6, SOCK_STREAM, 16), EINVAL);
  CHECK_ERRNO(binding(AF_INET6, SOCK_DGRAM, 28), EAFNOSUPPORT);
  CHECK_ERRNO(binding(AF_UNIX, SOCK_STREAM, 16), EINVAL);
  CHECK_ERRNO(connecting(AF_INET6, SOCK_STREAM, 16), EINVAL);
  CHECK_ERRNO(connecting(AF_INET6, SOCK_STREAM, 28), EAFNOSUPPORT);
  CHECK_ERRNO(connecting(AF_UNIX, SOCK_STREAM, 16), EINVAL);
  CHECK_ERRNO(connecting(AF_UNIX, SOCK_DGRAM, 16), EINVAL);
  v6(9);
  CHECK_ERRNO(binding(AF_INET, SOCK_STREAM, 16), EAFNOSUPPORT);
  CHECK_ERRNO(connecting(AF_INET, SOCK_STREAM, 16), EAFNOSUPPORT);
  CHECK_ERRNO(connecting(AF_INET, SOCK_DGRAM, 16), EAFNOSUPPORT);
  CHECK_ERRNO(connecting(AF_INET, SOCK_DGRAM, 15), EINVAL);
  CHECK_ERRNO(connecting(AF_INET6, SOCK_STREAM, 23), EINVAL);
  CHECK_ERRNO(connecting(AF_INET6, SOCK_DGRAM, 23), EINVAL);
  CHECK_OK(connecting(AF_INET6, SOCK_DGRAM, 24));
  CHECK_OK(connecting(AF_INET6, SOCK_DGRAM, 128));
  CHECK_ERRNO(connecting(AF_INET6, SOCK_DGRAM, 129), EINVAL);
  CHECK_ERRNO(connecting(AF_INET6, SOCK_DGRAM, (socklen_t)-1), EINVAL);
}

TEST(destinations) {
  int reader = t_bound(AF_INET, SOCK_DGRAM), reader6 = t_bound(AF_INET6, SOCK_DGRAM);
  v4(t_port(reader));
  CHECK_EQ(sending(AF_INET, 16), 1);
  CHECK_EQ(sending(AF_INET, 128), 1);
  CHECK_EQ(sending(AF_INET6, 16), 1);
  CHECK_EQ(sending(AF_INET6, 128), 1);
  CHECK_ERRNO(sending(AF_INET, 15), EINVAL);
  CHECK_ERRNO(sending(AF_INET6, 15), EINVAL);
  CHECK_ERRNO(sending(AF_INET, 129), EINVAL);
  CHECK_ERRNO(sending(AF_UNIX, 16), EINVAL);
  v6(t_port(reader6));
  CHECK_EQ(sending(AF_INET6, 24), 1);
  CHECK_ERRNO(sending(AF_INET6, 23), EINVAL);
  CHECK_ERRNO(sending(AF_INET, 28), EAFNOSUPPORT);
  CHECK_ERRNO(sending(AF_INET, 15), EINVAL);
  /* What is neither is EAFNOSUPPORT for IPv4, EINVAL for IPv6. */
  other(AF_UNIX);
  CHECK_ERRNO(sending(AF_INET, 28), EAFNOSUPPORT);
  CHECK_ERRNO(sending(AF_INET6, 28), EINVAL);
  /* And none at all an IPv4 address, or the peer. */
  other(AF_UNSPEC);
  CHECK_ERRNO(sending(AF_INET, 16), EINVAL);
  CHECK_ERRNO(sending(AF_INET6, 28), EDESTADDRREQ);
  CHECK_ERRNO(sending(AF_INET6, 2), EDESTADDRREQ);
  CHECK_ERRNO(sending(AF_INET6, 1), EINVAL);
}

TEST(an_ipv4_address_on_an_ipv6_socket) {
  int reader = t_bound(AF_INET, SOCK_DGRAM), fd = socket(AF_INET6, SOCK_DGRAM, 0);
  int only = socket(AF_INET6, SOCK_DGRAM, 0);
  char got[4];
  v4(t_port(reader));
  REQUIRE_OK(connect(fd, &at.any, sizeof at.in));
  struct t_addr peer = t_remote(fd), own = t_local(fd);
  CHECK_EQ(peer.sa.any.sa_family, AF_INET6);
  CHECK(IN6_IS_ADDR_V4MAPPED(&peer.sa.in6.sin6_addr));
  CHECK(IN6_IS_ADDR_V4MAPPED(&own.sa.in6.sin6_addr));
  CHECK_EQ(t_addr_port(&peer), t_port(reader));
  CHECK_EQ(send(fd, "ab", 2, 0), 2);
  CHECK_EQ(sendto(fd, "cd", 2, 0, &at.any, sizeof at.in), 2);
  CHECK(t_wait(reader, POLLIN));
  CHECK_EQ(recv(reader, got, sizeof got, 0), 2);
  CHECK_EQ(recv(reader, got, sizeof got, 0), 2);
  REQUIRE_OK(t_set_int(only, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  CHECK_ERRNO(connect(only, &at.any, sizeof at.in), EAFNOSUPPORT);
  CHECK_ERRNO(sendto(only, "x", 1, 0, &at.any, sizeof at.in), ENETUNREACH);
}

/* TCP looks at no address of a send, but takes it over from the program. */
TEST(a_stream_looks_at_none) {
  int pair[2];
  char got[8];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  v6(9);
  CHECK_EQ(sendto(pair[0], "a", 1, 0, &at.any, 28), 1);
  CHECK_EQ(sendto(pair[0], "b", 1, 0, &at.any, 1), 1);
  CHECK_EQ(sendto(pair[0], "c", 1, 0, &at.any, 0), 1);
  CHECK_ERRNO(sendto(pair[0], "d", 1, 0, &at.any, 129), EINVAL);
  CHECK_ERRNO(sendto(pair[0], "e", 1, 0, &at.any, (socklen_t)-1), EINVAL);
  CHECK_EQ(recv(pair[1], got, 3, MSG_WAITALL), 3);
  CHECK_MEM(got, "abc", 3);
  CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  CHECK_ERRNO(sendto(pair[0], "x", 1, 0, &at.any, 28), EISCONN);
}

/* sendmsg() cuts an address that is too long. */
TEST(names_of_messages) {
  struct iovec part = {"x", 1};
  struct msghdr message = {.msg_name = &at, .msg_iov = &part, .msg_iovlen = 1};
  int reader = t_bound(AF_INET, SOCK_DGRAM), fd = socket(AF_INET, SOCK_DGRAM, 0);
  v4(t_port(reader));
  message.msg_namelen = 4000;
  CHECK_EQ(sendmsg(fd, &message, 0), 1);
  message.msg_namelen = (socklen_t)-1;
  CHECK_ERRNO(sendmsg(fd, &message, 0), EINVAL);
  message.msg_namelen = 15;
  CHECK_ERRNO(sendmsg(fd, &message, 0), EINVAL);
  message.msg_namelen = 0;
  CHECK_ERRNO(sendmsg(fd, &message, 0), EDESTADDRREQ);
}

/* Nobody is at port 0, but a program learns so from which address it would send. */
static void port_zero(int domain, struct t_addr to, const char *own) {
  char text[INET6_ADDRSTRLEN];
  int fd = socket(domain, SOCK_DGRAM, 0);
  REQUIRE_OK(t_connect(fd, to));
  struct t_addr name = t_local(fd);
  CHECK(t_addr_port(&name) != 0);
  inet_ntop(domain, domain == AF_INET ? (void *)&name.sa.in.sin_addr : &name.sa.in6.sin6_addr, text,
            sizeof text);
  CHECK_STR(text, own);
  CHECK_EQ(t_remote(fd).len, 0);
  CHECK_ERRNO(getpeername(fd, &name.sa.any, &name.len), ENOTCONN);
  if (domain == to.sa.any.sa_family)
    CHECK_EQ(send(fd, "x", 1, 0), 1);
  else
    CHECK_ERRNO(send(fd, "x", 1, 0), EINVAL);
  CHECK_ERRNO(sendto(fd, "x", 1, 0, &to.sa.any, to.len), EINVAL);
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  CHECK_OK(connect(fd, &none, sizeof none));
  CHECK_EQ(t_port(fd), 0);
  int reader = t_bound(to.sa.any.sa_family, SOCK_DGRAM);
  CHECK_OK(t_connect(fd, t_local(reader)));
  CHECK_EQ(t_remote_port(fd), t_port(reader));
}

TEST(connecting_to_port_zero) {
  port_zero(AF_INET, t_loopback(AF_INET, 0), "127.0.0.1");
  port_zero(AF_INET, t_wildcard(AF_INET, 0), "127.0.0.1");
  port_zero(AF_INET6, t_loopback(AF_INET6, 0), "::1");
  port_zero(AF_INET6, t_loopback(AF_INET, 0), "::ffff:127.0.0.1");
}

TEST(an_ipv6_address_leaves_nothing_to_ipv4) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0), any = socket(AF_INET6, SOCK_DGRAM, 0);
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 0);
  CHECK_OK(t_bind(fd, t_loopback(AF_INET6, 0)));
  CHECK_EQ(t_get_int(fd, IPPROTO_IPV6, IPV6_V6ONLY), 1);
  CHECK_ERRNO(t_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0), EINVAL);
  CHECK_OK(t_bind(any, t_wildcard(AF_INET6, 0)));
  CHECK_EQ(t_get_int(any, IPPROTO_IPV6, IPV6_V6ONLY), 0);
  CHECK_ERRNO(t_set_int(any, IPPROTO_IPV6, IPV6_V6ONLY, 1), EINVAL);
}

/* A path that fills sun_path has its null byte behind that, which counts. */
TEST(the_whole_of_sun_path) {
  char name[200];
  socklen_t length = sizeof name;
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0), client = socket(AF_UNIX, SOCK_DGRAM, 0);
  other(AF_UNIX);
  memset(at.un.sun_path, 'w', sizeof at.un.sun_path);
  memset(name, 0, sizeof name);
  memcpy(name, at.un.sun_path, sizeof at.un.sun_path);
  unlink(name);
  REQUIRE_OK(bind(fd, &at.any, sizeof at.un));
  unlink(name);
  memset(name, 'x', sizeof name);
  REQUIRE_OK(getsockname(fd, (struct sockaddr *)name, &length));
  CHECK_EQ(length, offsetof(struct sockaddr_un, sun_path) + 109);
  CHECK_EQ(name[length - 2], 'w');
  CHECK_EQ(name[length - 1], 0);
  CHECK_EQ(name[length], 'x');
  length = sizeof at.un;
  memset(name, 'x', sizeof name);
  REQUIRE_OK(getsockname(fd, (struct sockaddr *)name, &length));
  CHECK_EQ(length, sizeof at.un + 1);
  CHECK_EQ(name[sizeof at.un], 'x');
  CHECK_ERRNO(bind(client, &at.any, sizeof at.un + 1), EINVAL);
  CHECK_ERRNO(connect(client, &at.any, sizeof at.un + 1), EINVAL);
  CHECK_ERRNO(sendto(client, "x", 1, 0, &at.any, sizeof at.un + 1), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_length_counts_before_the_family);
  RUN(destinations);
  RUN(an_ipv4_address_on_an_ipv6_socket);
  RUN(a_stream_looks_at_none);
  RUN(names_of_messages);
  RUN(connecting_to_port_zero);
  RUN(an_ipv6_address_leaves_nothing_to_ipv4);
  RUN(the_whole_of_sun_path);
  return T_END();
}
