/* Numbers that Linux fixes, compared with its own headers by the native run. resolver(3),
 * resolv.conf(5), netdevice(7). */
#include "../t.h"
#include <net/if.h>
#include <resolv.h>

#define IS(name, value) CHECK_EQ(name, value)

#ifndef RES_NOAAAA /* Newer than some C libraries. */
#define RES_NOAAAA 0x8000000
#endif

TEST(options_of_the_resolver) {
  IS(RES_INIT, 0x1); IS(RES_DEBUG, 0x2); IS(RES_USEVC, 0x8); IS(RES_IGNTC, 0x20);
  IS(RES_RECURSE, 0x40); IS(RES_DEFNAMES, 0x80); IS(RES_STAYOPEN, 0x100); IS(RES_DNSRCH, 0x200);
  IS(RES_DEFAULT, 0x2c0); IS(RES_ROTATE, 0x4000); IS(RES_USE_EDNS0, 0x100000);
  IS(RES_SNGLKUP, 0x200000); IS(RES_SNGLKUPREOP, 0x400000); IS(RES_USE_DNSSEC, 0x800000);
  IS(RES_TRUSTAD, 0x4000000); IS(RES_NOTLDQUERY, 0x1000000); IS(RES_NORELOAD, 0x2000000);
  IS(RES_NOAAAA, 0x8000000);
#ifdef __wasi__ /* Which glibc has and warns of. */
  IS(RES_AAONLY, 0x4); IS(RES_PRIMARY, 0x10); IS(RES_NOALIASES, 0x1000);
#endif
}

TEST(limits_of_the_resolver) {
  IS(RES_DFLRETRY, 2); IS(RES_MAXRETRY, 5); IS(RES_TIMEOUT, 5); IS(RES_MAXNDOTS, 15);
  IS(RES_MAXRETRANS, 30); IS(RES_MAXTIME, 65535);
}

TEST(flags_of_interfaces) {
  IS(IFF_UP, 0x1); IS(IFF_BROADCAST, 0x2); IS(IFF_DEBUG, 0x4); IS(IFF_LOOPBACK, 0x8);
  IS(IFF_POINTOPOINT, 0x10); IS(IFF_NOTRAILERS, 0x20); IS(IFF_RUNNING, 0x40); IS(IFF_NOARP, 0x80);
  IS(IFF_PROMISC, 0x100); IS(IFF_ALLMULTI, 0x200); IS(IFF_MASTER, 0x400); IS(IFF_SLAVE, 0x800);
  IS(IFF_MULTICAST, 0x1000); IS(IFF_PORTSEL, 0x2000); IS(IFF_AUTOMEDIA, 0x4000);
  IS(IFF_DYNAMIC, 0x8000);
#ifdef __wasi__ /* Which Linux has in a header of its own. */
  IS(IFF_LOWER_UP, 0x10000); IS(IFF_DORMANT, 0x20000); IS(IFF_ECHO, 0x40000);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(options_of_the_resolver);
  RUN(limits_of_the_resolver);
  RUN(flags_of_interfaces);
  return T_END();
}
