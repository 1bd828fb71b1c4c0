/*
 * Says what becomes of the network: one line for each call, "CALL ok" or "CALL" and the error.
 *
 *     calls [name to look up]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *name(int error) {
  switch (error) {
  case EACCES:
    return "EACCES";
  case ECONNREFUSED:
    return "ECONNREFUSED";
  default:
    return strerror(error);
  }
}

/* A host may refuse the socket or its first use; a program meets one error either way. */
static int said(const char *call, int fd, int result) {
  printf("%s %s\n", call, fd == -1 || result == -1 ? name(errno) : "ok");
  return result;
}

static struct sockaddr_in loopback(in_port_t port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = port;
  return address;
}

static int use(const char *call, int type, int (*step)(int fd, const struct sockaddr *, socklen_t)) {
  struct sockaddr_in address = loopback(0);
  int fd = socket(AF_INET, type, 0);
  said(call, fd, fd == -1 ? -1 : step(fd, (struct sockaddr *)&address, sizeof address));
  return fd;
}

static int do_listen(int fd, const struct sockaddr *address, socklen_t length) {
  return bind(fd, address, length) == -1 ? -1 : listen(fd, 4);
}

static int do_listen_unbound(int fd, const struct sockaddr *address, socklen_t length) {
  (void)address;
  (void)length;
  return listen(fd, 4);
}

/* To a port that nobody listens on: refused by the machine when the host lets it through. */
static int do_connect(int fd, const struct sockaddr *address, socklen_t length) {
  struct sockaddr_in self;
  socklen_t size = sizeof self;
  int other = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = loopback(htons(1));
  int result, error;
  if (other != -1 && bind(other, address, length) == 0 &&
      getsockname(other, (struct sockaddr *)&self, &size) == 0)
    to = self;
  result = connect(fd, (struct sockaddr *)&to, sizeof to);
  error = errno;
  if (other != -1)
    close(other);
  errno = error;
  return result;
}

static int do_connect_later(int fd, const struct sockaddr *address, socklen_t length) {
  struct pollfd one = {fd, POLLOUT, 0};
  int error = 0;
  socklen_t size = sizeof error;
  if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
    return -1;
  if (do_connect(fd, address, length) == 0)
    return 0;
  if (errno != EINPROGRESS)
    return -1;
  if (poll(&one, 1, 30000) != 1 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
    return -1;
  errno = error;
  return error ? -1 : 0;
}

/* A datagram to oneself. */
static int do_sendto(int fd, const struct sockaddr *address, socklen_t length) {
  struct sockaddr_in self;
  socklen_t size = sizeof self;
  char back;
  if (bind(fd, address, length) == -1 || getsockname(fd, (struct sockaddr *)&self, &size) == -1)
    return -1;
  if (sendto(fd, "x", 1, 0, (struct sockaddr *)&self, size) == -1)
    return -1;
  return recv(fd, &back, 1, 0) == 1 ? 0 : -1;
}

static int do_sendto_unbound(int fd, const struct sockaddr *address, socklen_t length) {
  struct sockaddr_in to = loopback(htons(9));
  (void)address;
  (void)length;
  return (int)sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to);
}

static void look_up(const char *call, const char *host) {
  struct addrinfo *found;
  int error = getaddrinfo(host, "80", NULL, &found);
  if (error == 0)
    freeaddrinfo(found);
  printf("%s %s\n", call,
         error == 0                                   ? "ok"
         : error == EAI_FAIL                          ? "EAI_FAIL"
         : error == EAI_SYSTEM && errno == EACCES     ? "EAI_SYSTEM EACCES"
                                                      : gai_strerror(error));
}

int main(int argc, char **argv) {
  int ends[2];
  char back = 0;
  use("bind", SOCK_STREAM, bind);
  use("listen", SOCK_STREAM, do_listen);
  use("listen-unbound", SOCK_STREAM, do_listen_unbound);
  use("connect", SOCK_STREAM, do_connect);
  use("connect-later", SOCK_STREAM, do_connect_later);
  use("udp-bind", SOCK_DGRAM, bind);
  use("udp-sendto", SOCK_DGRAM, do_sendto);
  use("udp-sendto-unbound", SOCK_DGRAM, do_sendto_unbound);
  look_up("numeric", "127.0.0.1");
  look_up("localhost", "localhost");
  if (argc > 1)
    look_up("name", argv[1]);
  said("socketpair", 0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  said("pair-write", 0, (int)write(ends[0], "y", 1));
  said("pair-read", 0, (int)read(ends[1], &back, 1));
  printf("end %c\n", back);
  return 0;
}
