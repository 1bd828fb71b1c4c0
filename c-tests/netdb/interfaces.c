/* Interfaces: what holds on every machine, that is the loopback interface. getifaddrs(3),
 * if_nametoindex(3), if_nameindex(3), netdevice(7). */
#include "../t.h"

#include <ifaddrs.h>
#include <net/if.h>

/* The name of the loopback interface; empty when there is none. */
static const char *loopback_name(void) {
  static char name[IF_NAMESIZE];
  struct ifaddrs *list, *a;
  name[0] = 0;
  if (getifaddrs(&list) == -1)
    return name;
  for (a = list; a; a = a->ifa_next)
    if (a->ifa_flags & IFF_LOOPBACK)
      snprintf(name, sizeof name, "%s", a->ifa_name);
  freeifaddrs(list);
  return name;
}

TEST(the_loopback_interface_is_listed) {
  struct ifaddrs *list, *a;
  int v4 = 0;
  REQUIRE_OK(getifaddrs(&list));
  REQUIRE(list != NULL);
  for (a = list; a; a = a->ifa_next) {
    REQUIRE(a->ifa_name && *a->ifa_name);
    CHECK(strlen(a->ifa_name) < IF_NAMESIZE);
    if (!(a->ifa_flags & IFF_LOOPBACK) || !a->ifa_addr || a->ifa_addr->sa_family != AF_INET)
      continue;
    const struct sockaddr_in *in = (const struct sockaddr_in *)a->ifa_addr;
    const struct sockaddr_in *mask = (const struct sockaddr_in *)a->ifa_netmask;
    if (ntohl(in->sin_addr.s_addr) != INADDR_LOOPBACK)
      continue;
    v4++;
    CHECK(a->ifa_flags & IFF_UP);
    REQUIRE(mask != NULL);
    CHECK_EQ(ntohl(mask->sin_addr.s_addr), 0xff000000);
  }
  CHECK_EQ(v4, 1);
  freeifaddrs(list);
}

TEST(index_and_name) {
  const char *name = loopback_name();
  char back[IF_NAMESIZE];
  unsigned index = if_nametoindex(name);
  REQUIRE(*name != 0);
  CHECK(index > 0);
  REQUIRE(if_indextoname(index, back) == back);
  CHECK_STR(back, name);
}

TEST(unknown_interfaces) {
  char back[IF_NAMESIZE];
  errno = 0;
  CHECK_EQ(if_nametoindex("no-such-if"), 0);
  CHECK_EQ(errno, ENODEV);
  errno = 0;
  CHECK(if_indextoname(999999, back) == NULL);
  CHECK_EQ(errno, ENXIO);
  errno = 0;
  CHECK(if_indextoname(0, back) == NULL);
  CHECK_EQ(errno, ENXIO);
}

TEST(the_list_of_interfaces) {
  struct if_nameindex *list = if_nameindex();
  const char *name = loopback_name();
  int seen = 0;
  REQUIRE(list != NULL);
  for (struct if_nameindex *i = list; i->if_index || i->if_name; i++) {
    CHECK_EQ(if_nametoindex(i->if_name), i->if_index);
    seen += strcmp(i->if_name, name) == 0;
  }
  CHECK_EQ(seen, 1);
  if_freenameindex(list);
}

TEST(ioctl_of_one_interface) {
  struct ifreq request;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  memset(&request, 0, sizeof request);
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", loopback_name());
  REQUIRE_OK(ioctl(fd, SIOCGIFFLAGS, &request));
  CHECK(request.ifr_flags & IFF_LOOPBACK);
  CHECK(request.ifr_flags & IFF_UP);
  REQUIRE_OK(ioctl(fd, SIOCGIFADDR, &request));
  CHECK_EQ(request.ifr_addr.sa_family, AF_INET);
  CHECK_EQ(ntohl(((struct sockaddr_in *)&request.ifr_addr)->sin_addr.s_addr), INADDR_LOOPBACK);
  REQUIRE_OK(ioctl(fd, SIOCGIFINDEX, &request));
  CHECK_EQ(request.ifr_ifindex, if_nametoindex(loopback_name()));
  REQUIRE_OK(ioctl(fd, SIOCGIFNETMASK, &request));
  CHECK_EQ(ntohl(((struct sockaddr_in *)&request.ifr_netmask)->sin_addr.s_addr), 0xff000000);
  REQUIRE_OK(ioctl(fd, SIOCGIFMTU, &request));
  CHECK(request.ifr_mtu > 0);
  strcpy(request.ifr_name, "no-such-if");
  CHECK_ERRNO(ioctl(fd, SIOCGIFFLAGS, &request), ENODEV);
}

TEST(ioctl_of_all_interfaces) {
  struct ifreq requests[64];
  struct ifconf conf = {.ifc_len = sizeof requests, .ifc_req = requests};
  int fd = socket(AF_INET, SOCK_DGRAM, 0), seen = 0;
  REQUIRE_OK(ioctl(fd, SIOCGIFCONF, &conf));
  REQUIRE(conf.ifc_len > 0 && conf.ifc_len <= (int)sizeof requests);
  CHECK_EQ(conf.ifc_len % (int)sizeof(struct ifreq), 0);
  for (int i = 0; i < conf.ifc_len / (int)sizeof(struct ifreq); i++)
    seen += strcmp(requests[i].ifr_name, loopback_name()) == 0;
  CHECK(seen >= 1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(the_loopback_interface_is_listed);
  RUN(index_and_name);
  RUN(unknown_interfaces);
  RUN(the_list_of_interfaces);
  RUN(ioctl_of_one_interface);
  RUN(ioctl_of_all_interfaces);
  return T_END();
}
