/*
 * Sends and ends, in one of the ways a program may end. Not a c-test: conformance/exit.rs runs it
 * and reads what arrives. Arguments: port on 127.0.0.1, number of bytes, size of each send, way.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 5)
    return 2;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
  size_t total = (size_t)atol(argv[2]), piece = (size_t)atol(argv[3]);
  const char *way = argv[4];
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  if (fd == -1 || connect(fd, (struct sockaddr *)&to, sizeof to) == -1) {
    perror("connect");
    return 3;
  }
  unsigned char *data = malloc(total);
  for (size_t i = 0; i < total; i++)
    data[i] = (unsigned char)(i * 7 + i / 256);
  for (size_t done = 0; done < total;) {
    size_t size = total - done < piece ? total - done : piece;
    ssize_t n = send(fd, data + done, size, !strcmp(way, "more") ? MSG_MORE : 0);
    if (n <= 0) {
      perror("send");
      return 4;
    }
    done += (size_t)n;
  }
  if (!strcmp(way, "exit"))
    exit(0);
  if (!strcmp(way, "_exit"))
    _exit(0);
  if (!strcmp(way, "close"))
    close(fd);
  if (!strcmp(way, "shutdown"))
    shutdown(fd, SHUT_WR);
  if (!strcmp(way, "dup"))
    dup2(fd, fd + 1);
  return 0;
}
