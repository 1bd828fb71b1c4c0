/* Numbers that Linux fixes, compared with its own headers by the native run. syslog(3), mmap(2). */
#include "../t.h"
#include <sys/mman.h>
#ifndef __wasi__ /* What Linux has in a header of its own. */
#include <linux/mman.h>
#endif
#include <syslog.h>

#define IS(name, value) CHECK_EQ(name, value)

TEST(levels_of_messages) {
  IS(LOG_EMERG, 0); IS(LOG_ALERT, 1); IS(LOG_CRIT, 2); IS(LOG_ERR, 3); IS(LOG_WARNING, 4);
  IS(LOG_NOTICE, 5); IS(LOG_INFO, 6); IS(LOG_DEBUG, 7); IS(LOG_PRIMASK, 7);
  CHECK_EQ(LOG_PRI(LOG_DAEMON | LOG_ERR), LOG_ERR);
  CHECK_EQ(LOG_MAKEPRI(LOG_USER, LOG_ERR), LOG_USER | LOG_ERR);
  CHECK_EQ(LOG_MASK(LOG_ERR), 8);
  CHECK_EQ(LOG_UPTO(LOG_ERR), 15);
}

TEST(senders_of_messages) {
  IS(LOG_KERN, 0); IS(LOG_USER, 8); IS(LOG_MAIL, 16); IS(LOG_DAEMON, 24); IS(LOG_NFACILITIES, 24);
  IS(LOG_AUTH, 32); IS(LOG_SYSLOG, 40); IS(LOG_LPR, 48); IS(LOG_NEWS, 56); IS(LOG_UUCP, 64);
  IS(LOG_CRON, 72); IS(LOG_AUTHPRIV, 80); IS(LOG_FTP, 88); IS(LOG_LOCAL0, 128);
  IS(LOG_LOCAL1, 136); IS(LOG_LOCAL2, 144); IS(LOG_LOCAL3, 152); IS(LOG_LOCAL4, 160);
  IS(LOG_LOCAL5, 168); IS(LOG_LOCAL6, 176); IS(LOG_LOCAL7, 184); IS(LOG_FACMASK, 1016);
  CHECK_EQ(LOG_FAC(LOG_LOCAL7 | LOG_ERR), 23);
}

TEST(options_of_openlog) {
  IS(LOG_PID, 0x1); IS(LOG_CONS, 0x2); IS(LOG_ODELAY, 0x4); IS(LOG_NDELAY, 0x8);
  IS(LOG_NOWAIT, 0x10); IS(LOG_PERROR, 0x20);
}

TEST(flags_of_mmap) {
  IS(MAP_FILE, 0x0); IS(MAP_SHARED, 0x1); IS(MAP_PRIVATE, 0x2); IS(MAP_SHARED_VALIDATE, 0x3);
  IS(MAP_TYPE, 0xf); IS(MAP_FIXED, 0x10); IS(MAP_ANON, 0x20); IS(MAP_ANONYMOUS, 0x20);
  IS(MAP_GROWSDOWN, 0x100); IS(MAP_DENYWRITE, 0x800); IS(MAP_EXECUTABLE, 0x1000);
  IS(MAP_LOCKED, 0x2000); IS(MAP_NORESERVE, 0x4000); IS(MAP_POPULATE, 0x8000);
  IS(MAP_NONBLOCK, 0x10000); IS(MAP_STACK, 0x20000); IS(MAP_HUGETLB, 0x40000);
  IS(MAP_SYNC, 0x80000); IS(MAP_FIXED_NOREPLACE, 0x100000);
  CHECK(MAP_FAILED == t_hide_pointer((uintptr_t)-1));
}

TEST(sizes_of_huge_pages) {
  IS(MAP_HUGE_SHIFT, 0x1a); IS(MAP_HUGE_MASK, 0x3f); IS(MAP_HUGE_16KB, 0x38000000);
  IS(MAP_HUGE_64KB, 0x40000000); IS(MAP_HUGE_512KB, 0x4c000000); IS(MAP_HUGE_1MB, 0x50000000);
  IS(MAP_HUGE_2MB, 0x54000000); IS(MAP_HUGE_8MB, 0x5c000000); IS(MAP_HUGE_16MB, 0x60000000);
  IS(MAP_HUGE_32MB, 0x64000000); IS(MAP_HUGE_256MB, 0x70000000); IS(MAP_HUGE_512MB, 0x74000000);
  IS(MAP_HUGE_1GB, 0x78000000); IS(MAP_HUGE_2GB, 0x7c000000); IS(MAP_HUGE_16GB, 0x88000000);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(levels_of_messages);
  RUN(senders_of_messages);
  RUN(options_of_openlog);
  RUN(flags_of_mmap);
  RUN(sizes_of_huge_pages);
  return T_END();
}
