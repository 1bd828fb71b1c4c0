/*
 * Sends and ends, in one of the ways a program may end. Not a c-test: conformance/exit.rs runs it
 * and reads what arrives. Arguments: port on 127.0.0.1, number of bytes, size of each send, way.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int fd;
static unsigned char *data;
static size_t total, done;
static unsigned state = 2463534242u;

/* A number below n, the same ones in every run. */
static unsigned below(unsigned n) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % n;
}

static void set(int option, int value) {
  setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
}

static void send_piece(size_t size, int flags) {
  if (size > total - done)
    size = total - done;
  ssize_t n = send(fd, data + done, size, flags);
  if (n <= 0 && size > 0) {
    perror("send");
    _exit(4);
  }
  done += (size_t)n;
}

/* The last piece is sent when everything seems to be over. */
static void send_rest(void) { send_piece(total - done, 0); }

/* Pieces of all sizes, most of them small, with corks and flags coming and going. */
static void send_random(size_t piece) {
  while (done < total) {
    send_piece(1 + below(below(8) ? (unsigned)piece : 3 * (unsigned)piece + 5000),
               below(4) ? 0 : MSG_MORE);
    if (below(10) == 0)
      set(TCP_CORK, (int)below(2));
    if (below(10) == 0)
      set(TCP_NODELAY, (int)below(2));
  }
  switch (total % 5) {
  case 0:
    close(fd);
    break;
  case 1:
    shutdown(fd, SHUT_WR);
    break;
  case 2:
    _exit(0);
  }
}

int main(int argc, char **argv) {
  if (argc != 5)
    return 2;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
  size_t piece = (size_t)atol(argv[3]);
  const char *way = argv[4];
  struct linger linger = {1, 20};
  total = (size_t)atol(argv[2]);
  fd = socket(AF_INET, SOCK_STREAM, 0);
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  if (fd == -1 || connect(fd, (struct sockaddr *)&to, sizeof to) == -1) {
    perror("connect");
    return 3;
  }
  data = malloc(total);
  for (size_t i = 0; i < total; i++)
    data[i] = (unsigned char)(i * 7 + i / 256);
  if (!strcmp(way, "cork"))
    set(TCP_CORK, 1);
  if (!strcmp(way, "linger"))
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  if (!strcmp(way, "random"))
    send_random(piece);
  size_t now = total;
  if (!strcmp(way, "atexit")) {
    atexit(send_rest);
    now = total - total / 2;
  }
  while (done < now)
    send_piece(now - done < piece ? now - done : piece, !strcmp(way, "more") ? MSG_MORE : 0);
  if (!strcmp(way, "exit"))
    exit(0);
  if (!strcmp(way, "_exit"))
    _exit(0);
  if (!strcmp(way, "_Exit"))
    _Exit(0);
  if (!strcmp(way, "close") || !strcmp(way, "linger"))
    close(fd);
  if (!strcmp(way, "shutdown"))
    shutdown(fd, SHUT_WR);
  if (!strcmp(way, "both"))
    shutdown(fd, SHUT_RDWR);
  if (!strcmp(way, "dup"))
    dup2(fd, fd + 1);
  if (!strcmp(way, "two")) {
    dup2(fd, fd + 1);
    close(fd);
    close(fd + 1);
  }
  if (!strcmp(way, "over"))
    dup2(socket(AF_INET, SOCK_DGRAM, 0), fd);
  return 0;
}
