/* Walking through the databases with the caller's buffer. getservent_r(3), getprotoent_r(3),
 * getnetent_r(3), gethostent_r(3). */
#include "../t.h"

#include <netdb.h>

TEST(services_one_by_one) {
  NEEDS_FILE("/etc/services");
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
  NEEDS_FILE("/etc/services");
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
  NEEDS_FILE("/etc/protocols");
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

TEST(networks_one_by_one) {
  NEEDS_FILE("/etc/networks");
  struct netent entry, *result;
  char buffer[1024];
  int loopback = 0, count = 0, status, error = -7;
  setnetent(0);
  while ((status = getnetent_r(&entry, buffer, sizeof buffer, &result, &error)) == 0) {
    CHECK(result == &entry);
    CHECK_EQ(entry.n_addrtype, AF_INET);
    loopback |= !strcmp(entry.n_name, "loopback") && entry.n_net == 0x7f000000;
    count++;
  }
  CHECK_EQ(status, ENOENT);
  CHECK(result == NULL);
  CHECK(count > 0);
  CHECK(loopback);
  setnetent(0);
  CHECK_EQ(getnetent_r(&entry, buffer, 2, &result, &error), ERANGE);
  CHECK_EQ(getnetent_r(&entry, buffer, sizeof buffer, &result, &error), 0);
  endnetent();
}

TEST(networks_by_name_and_number) {
  NEEDS_FILE("/etc/networks");
  struct netent entry, *result;
  char buffer[1024];
  int error = -7;
  CHECK_EQ(getnetbyname_r("loopback", &entry, buffer, sizeof buffer, &result, &error), 0);
  REQUIRE(result == &entry);
  CHECK_EQ(entry.n_net, 0x7f000000);
  CHECK_EQ(getnetbyaddr_r(0x7f000000, AF_INET, &entry, buffer, sizeof buffer, &result, &error), 0);
  REQUIRE(result == &entry);
  CHECK_STR(entry.n_name, "loopback");
  CHECK_EQ(getnetbyname_r("loopback", &entry, buffer, 2, &result, &error), ERANGE);
  CHECK_EQ(error, NETDB_INTERNAL);
  CHECK(result == NULL);
  CHECK_EQ(getnetbyname_r("no-such-net", &entry, buffer, sizeof buffer, &result, &error), 0);
  CHECK(result == NULL);
  CHECK_EQ(error, HOST_NOT_FOUND);
}

TEST(hosts_one_by_one) {
  struct hostent entry, *result;
  char buffer[1024];
  int localhost = 0, status, error = -7;
  sethostent(0);
  while ((status = gethostent_r(&entry, buffer, sizeof buffer, &result, &error)) == 0) {
    CHECK(result == &entry);
    CHECK(entry.h_addr_list[0] != NULL);
    localhost |= !strcmp(entry.h_name, "localhost");
  }
  CHECK_EQ(status, ENOENT);
  CHECK(result == NULL);
  CHECK(localhost);
  sethostent(0);
  CHECK_EQ(gethostent_r(&entry, buffer, 2, &result, &error), ERANGE);
  CHECK_EQ(gethostent_r(&entry, buffer, sizeof buffer, &result, &error), 0);
  endhostent();
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(services_one_by_one);
  RUN(a_small_buffer_loses_no_service);
  RUN(protocols_one_by_one);
  RUN(networks_one_by_one);
  RUN(networks_by_name_and_number);
  RUN(hosts_one_by_one);
  return T_END();
}
