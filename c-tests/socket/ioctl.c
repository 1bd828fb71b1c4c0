/* Requests to ioctl(2) on sockets. Those that change interfaces are sent to this library alone, never
 * to the machine that the tests run on. */
#include "../t.h"
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>

TEST(close_on_exec) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
  CHECK_OK(ioctl(fd, FIOCLEX));
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_OK(ioctl(fd, FIONCLEX));
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
}

TEST(nonblocking_and_asynchronous) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, off = 0;
  char c;
  CHECK_OK(ioctl(fd, FIONBIO, &on));
  CHECK_ERRNO(recv(fd, &c, 1, 0), EAGAIN);
  CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
  CHECK_OK(ioctl(fd, FIONBIO, &off));
  CHECK(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
  CHECK_OK(ioctl(fd, FIOASYNC, &on));
  CHECK_OK(ioctl(fd, FIOASYNC, &off));
}

TEST(queues) {
  int pair[2], count = -1;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_OK(ioctl(pair[1], SIOCINQ, &count));
  CHECK_EQ(count, 0);
  CHECK_EQ(send(pair[0], "hello", 5, 0), 5);
  CHECK(t_wait_bytes(pair[1], 5));
  CHECK_OK(ioctl(pair[1], SIOCINQ, &count));
  CHECK_EQ(count, 5);
}

static const char *loopback(void) {
  static char name[IF_NAMESIZE];
  struct if_nameindex *list = if_nameindex();
  snprintf(name, sizeof name, "%s", list ? list->if_name : "lo");
  if_freenameindex(list);
  return name;
}

TEST(more_of_an_interface) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request = {0};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", loopback());
  REQUIRE_OK(ioctl(fd, SIOCGIFINDEX, &request));
  int index = request.ifr_ifindex;
  CHECK_OK(ioctl(fd, SIOCGIFHWADDR, &request));
  CHECK_EQ(request.ifr_hwaddr.sa_family, ARPHRD_LOOPBACK);
  CHECK_OK(ioctl(fd, SIOCGIFMETRIC, &request));
  CHECK_EQ(request.ifr_metric, 0);
  CHECK_OK(ioctl(fd, SIOCGIFTXQLEN, &request));
  CHECK(request.ifr_qlen > 0);
  CHECK_OK(ioctl(fd, SIOCGIFMAP, &request));
  CHECK_OK(ioctl(fd, SIOCGIFBRDADDR, &request));
  CHECK_OK(ioctl(fd, SIOCGIFDSTADDR, &request));
  CHECK_EQ(((struct sockaddr_in *)&request.ifr_dstaddr)->sin_family, AF_INET);
  struct ifreq by_number = {.ifr_ifindex = index};
  CHECK_OK(ioctl(fd, SIOCGIFNAME, &by_number));
  CHECK_STR(by_number.ifr_name, loopback());
  by_number.ifr_ifindex = 999999;
  CHECK_ERRNO(ioctl(fd, SIOCGIFNAME, &by_number), ENODEV);
}

#ifdef __wasi__
TEST(interfaces_cannot_be_changed) {
  static const int requests[] = {
      SIOCADDRT,     SIOCDELRT,      SIOCSIFFLAGS,   SIOCSIFADDR,   SIOCSIFDSTADDR, SIOCSIFBRDADDR,
      SIOCSIFNETMASK, SIOCSIFMETRIC, SIOCSIFMTU,     SIOCSIFNAME,   SIOCSIFHWADDR,  SIOCSIFSLAVE,
      SIOCADDMULTI,  SIOCDELMULTI,   SIOCDIFADDR,    SIOCSIFHWBROADCAST, SIOCSIFTXQLEN, SIOCSIFMAP,
  };
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request = {.ifr_name = "lo"};
  for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
    CHECK_ERRNO(ioctl(fd, requests[i], &request), EPERM);
}

TEST(requests_that_are_not_known) {
  static const int requests[] = {
      SIOCRTMSG,    SIOCGIFMEM,   SIOCSIFMEM,   SIOCGIFENCAP, SIOCSIFENCAP, SIOCSIFLINK,
      SIOCGIFSLAVE, SIOCGIFPFLAGS, SIOCSIFPFLAGS, SIOCGIFCOUNT, SIOCGIFBR,  SIOCSIFBR,
      SIOCETHTOOL,  SIOCDARP,     SIOCGARP,     SIOCSARP,     SIOCGSTAMP,   SIOCGSTAMPNS,
      SIOCSPGRP,    SIOCGPGRP,    FIOSETOWN,    FIOGETOWN,    FIOQSIZE,     SIOCDEVPRIVATE,
      SIOCPROTOPRIVATE,
  };
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  char argument[64] = "lo";
  for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
    CHECK_ERRNO2(ioctl(fd, requests[i], argument), ENOTTY, EOPNOTSUPP);
}
#else
TEST(interfaces_cannot_be_changed) {}
TEST(requests_that_are_not_known) {}
#endif

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(close_on_exec);
  RUN(nonblocking_and_asynchronous);
  RUN(queues);
  RUN(more_of_an_interface);
  RUN(interfaces_cannot_be_changed);
  RUN(requests_that_are_not_known);
  return T_END();
}
