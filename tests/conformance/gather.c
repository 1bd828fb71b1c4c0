/*
 * Sends small pieces and then waits, in one of the ways in which a program may wait, for what
 * never comes. Not a c-test: conformance/gather.rs runs it, reads what arrives meanwhile, and ends
 * it. Arguments: port on 127.0.0.1, number of pieces, their size, 1 for MSG_MORE, way.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned long count;
static char byte;

static int datagram_socket(void) { return socket(AF_INET, SOCK_DGRAM, 0); }

static int listener(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  listen(fd, 1);
  return fd;
}

static int pipe_end(void) {
  int ends[2];
  return pipe(ends) == 0 ? ends[0] : -1;
}

static int far_timer(void) {
  struct itimerspec far = {.it_value = {1000, 0}};
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  timerfd_settime(fd, 0, &far, NULL);
  return fd;
}

/* Goes on receiving, byte by byte, what never ends. */
static void receive_more(int fd, int poll_first) {
  struct pollfd input = {fd, POLLIN, 0};
  for (;;) {
    if (poll_first)
      poll(&input, 1, -1);
    if (recv(fd, &byte, 1, 0) != 1)
      return;
  }
}

static void wait_by(const char *way, int fd) {
  struct timespec far = {1000, 0}, at;
  struct iovec part = {&byte, 1};
  struct pollfd input = {0, POLLIN, 0};
  struct epoll_event event;
  char line[100];
  if (!strcmp(way, "compute"))
    for (;;)
      count++;
  if (!strcmp(way, "clock"))
    for (;;)
      clock_gettime(CLOCK_MONOTONIC, &at);
  if (!strcmp(way, "nanosleep"))
    nanosleep(&far, NULL);
  if (!strcmp(way, "clock_nanosleep")) {
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += 1000;
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, NULL);
  }
  if (!strcmp(way, "sleep"))
    sleep(1000);
  if (!strcmp(way, "usleep"))
    usleep(900000000);
  if (!strcmp(way, "pause"))
    pause();
  if (!strcmp(way, "poll"))
    poll(NULL, 0, -1);
  if (!strcmp(way, "poll_input"))
    poll(&input, 1, -1);
  if (!strcmp(way, "select"))
    select(0, NULL, NULL, NULL, NULL);
  if (!strcmp(way, "epoll"))
    epoll_wait(epoll_create1(0), &event, 1, -1);
  if (!strcmp(way, "read_input"))
    read(0, &byte, 1);
  if (!strcmp(way, "readv_input"))
    readv(0, &part, 1);
  if (!strcmp(way, "fgets"))
    fgets(line, sizeof line, stdin);
  if (!strcmp(way, "recv"))
    recv(datagram_socket(), &byte, 1, 0);
  if (!strcmp(way, "accept"))
    accept(listener(), NULL, NULL);
  if (!strcmp(way, "pipe"))
    read(pipe_end(), &byte, 1);
  if (!strcmp(way, "eventfd"))
    read(eventfd(0, 0), line, 8);
  if (!strcmp(way, "timerfd"))
    read(far_timer(), line, 8);
  if (!strcmp(way, "more_by_recv"))
    receive_more(fd, 0);
  if (!strcmp(way, "more_by_poll"))
    receive_more(fd, 1);
}

int main(int argc, char **argv) {
  if (argc != 6)
    return 2;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
  int pieces = atoi(argv[2]), more = atoi(argv[4]);
  size_t size = (size_t)atol(argv[3]), done = 0;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  if (fd == -1 || connect(fd, (struct sockaddr *)&to, sizeof to) == -1) {
    perror("connect");
    return 3;
  }
  /* What is sent then answers something of which there is more. */
  if (!strncmp(argv[5], "more_", 5) && recv(fd, &byte, 1, 0) != 1)
    return 4;
  for (int i = 0; i < pieces; i++) {
    unsigned char data[1000];
    for (size_t k = 0; k < size; k++, done++)
      data[k] = (unsigned char)(done * 7 + done / 256);
    if (send(fd, data, size, more ? MSG_MORE : 0) != (ssize_t)size) {
      perror("send");
      return 4;
    }
  }
  wait_by(argv[5], fd);
  fprintf(stderr, "%s came back\n", argv[5]);
  return 5;
}
