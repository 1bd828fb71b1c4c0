/* Walking through services and protocols with the caller's buffer. getservent_r(3),
 * getprotoent_r(3). */
#include "../t.h"

#include <netdb.h>

TEST(services_one_by_one) {
  struct servent entry, *result;
  char buffer[1024];
  int count = 0, ssh = 0, status;
  setservent(0);
  while ((status = getservent_r(&entry, buffer, sizeof buffer, &result)) == 0) {
    CHECK(result == &entry);
    CHECK(entry.s_name[0] && entry.s_proto[0] && entry.s_aliases);
    ssh |= !strcmp(entry.s_name, "ssh") && entry.s_port == htons(22);
    count++;
  }
  CHECK_EQ(status, ENOENT);
  CHECK(result == NULL);
  CHECK(count > 50);
  CHECK(ssh);
  endservent();
}

TEST(a_small_buffer_loses_no_service) {
  struct servent entry, *result;
  char small[2], buffer[1024], first[64];
  setservent(0);
  CHECK_EQ(getservent_r(&entry, buffer, sizeof buffer, &result), 0);
  snprintf(first, sizeof first, "%s", entry.s_name);
  setservent(0);
  CHECK_EQ(getservent_r(&entry, small, sizeof small, &result), ERANGE);
  CHECK_EQ(getservent_r(&entry, buffer, sizeof buffer, &result), 0);
  CHECK_STR(entry.s_name, first);
  endservent();
}

TEST(protocols_one_by_one) {
  struct protoent entry, *result;
  char buffer[1024];
  int tcp = 0, status;
  setprotoent(0);
  while ((status = getprotoent_r(&entry, buffer, sizeof buffer, &result)) == 0)
    tcp |= !strcmp(entry.p_name, "tcp") && entry.p_proto == IPPROTO_TCP;
  CHECK_EQ(status, ENOENT);
  CHECK(tcp);
  endprotoent();
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(services_one_by_one);
  RUN(a_small_buffer_loses_no_service);
  RUN(protocols_one_by_one);
  return T_END();
}
