/* Addresses as text and as numbers. inet(3), inet_pton(3), inet_ntop(3), byteorder(3). */
#include "../t.h"

TEST(pton_v4) {
  unsigned char out[4];
  static const char *const bad[] = {"",         "1.2.3",    "1.2.3.4.5", "256.1.1.1",
                                    "1.2.3.4 ", " 1.2.3.4", "1..2.3",    "0x1.2.3.4",
                                    "1.2.3.a",  "::1",      "1.2.3."};
  static const unsigned char want[4] = {192, 0, 2, 255};
  CHECK_EQ(inet_pton(AF_INET, "192.0.2.255", out), 1);
  CHECK_MEM(out, want, 4);
  for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK_EQ(inet_pton(AF_INET, bad[i], out), 0);
}

TEST(pton_v6) {
  unsigned char out[16];
  static const char *const good[] = {"::",
                                     "::1",
                                     "1::",
                                     "2001:DB8::ff",
                                     "1:2:3:4:5:6:7:8",
                                     "::ffff:1.2.3.4",
                                     "1:2:3:4:5:6:1.2.3.4"};
  static const char *const bad[] = {"",      ":",       ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
                                    "::1::", "12345::", "g::", "1.2.3.4",       "::1.2.3"};
  for (unsigned i = 0; i < sizeof good / sizeof *good; i++)
    CHECK_EQ(inet_pton(AF_INET6, good[i], out), 1);
  for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK_EQ(inet_pton(AF_INET6, bad[i], out), 0);
  CHECK_EQ(inet_pton(AF_INET6, "::1", out), 1);
  CHECK_MEM(out, &in6addr_loopback, 16);
  CHECK_ERRNO(inet_pton(77, "1.2.3.4", out), EAFNOSUPPORT);
}

TEST(ntop) {
  static const char *const text[] = {
      "::", "::1", "2001:db8::1", "1:0:0:2::3", "::ffff:10.0.0.1", "fe80::1:2:3:4"};
  unsigned char address[16];
  char buffer[INET6_ADDRSTRLEN];
  for (unsigned i = 0; i < sizeof text / sizeof *text; i++) {
    CHECK_EQ(inet_pton(AF_INET6, text[i], address), 1);
    CHECK_STR(inet_ntop(AF_INET6, address, buffer, sizeof buffer), text[i]);
  }
  CHECK_EQ(inet_pton(AF_INET, "10.20.30.40", address), 1);
  CHECK_STR(inet_ntop(AF_INET, address, buffer, 12), "10.20.30.40");
  errno = 0;
  CHECK(inet_ntop(AF_INET, address, buffer, 11) == NULL);
  CHECK_EQ(errno, ENOSPC);
  errno = 0;
  CHECK(inet_ntop(AF_INET6, &in6addr_loopback, buffer, 3) == NULL);
  CHECK_EQ(errno, ENOSPC);
  errno = 0;
  CHECK(inet_ntop(77, address, buffer, sizeof buffer) == NULL);
  CHECK_EQ(errno, EAFNOSUPPORT);
}

TEST(aton_takes_the_old_forms) {
  static const struct {
    const char *text;
    uint32_t address;
  } good[] = {{"1.2.3.4", 0x01020304}, {"127.1", 0x7f000001},      {"1.2.3", 0x01020003},
              {"0x7f.1", 0x7f000001},  {"2130706433", 0x7f000001}, {"010.0.0.1", 0x08000001}};
  struct in_addr out;
  for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
    CHECK_EQ(inet_aton(good[i].text, &out), 1);
    CHECK_EQ(ntohl(out.s_addr), good[i].address);
  }
  CHECK_EQ(inet_aton("1.2.3.256", &out), 0);
  CHECK_EQ(inet_aton("1.2.3.4.5", &out), 0);
  CHECK_EQ(inet_aton("host", &out), 0);
  CHECK_EQ(inet_aton("", &out), 0);
}

TEST(addr_and_ntoa) {
  struct in_addr address = {inet_addr("10.9.8.7")};
  CHECK_EQ(ntohl(address.s_addr), 0x0a090807);
  CHECK_STR(inet_ntoa(address), "10.9.8.7");
  CHECK_EQ(inet_addr("no address"), INADDR_NONE);
  CHECK_EQ(inet_addr("255.255.255.255"), INADDR_NONE);
}

TEST(byte_order) {
  uint16_t port = htons(0x1234);
  uint32_t address = htonl(0x01020304);
  static const unsigned char two[] = {0x12, 0x34}, four[] = {1, 2, 3, 4};
  CHECK_MEM(&port, two, 2);
  CHECK_MEM(&address, four, 4);
  CHECK_EQ(ntohs(port), 0x1234);
  CHECK_EQ(ntohl(address), 0x01020304);
}

TEST(kinds_of_v6_addresses) {
  struct in6_addr a;
  inet_pton(AF_INET6, "::ffff:1.2.3.4", &a);
  CHECK(IN6_IS_ADDR_V4MAPPED(&a));
  CHECK(!IN6_IS_ADDR_LOOPBACK(&a));
  inet_pton(AF_INET6, "fe80::1", &a);
  CHECK(IN6_IS_ADDR_LINKLOCAL(&a));
  inet_pton(AF_INET6, "ff02::1", &a);
  CHECK(IN6_IS_ADDR_MULTICAST(&a));
  CHECK(IN6_IS_ADDR_UNSPECIFIED(&in6addr_any));
  CHECK(IN6_IS_ADDR_LOOPBACK(&in6addr_loopback));
  CHECK(IN6_ARE_ADDR_EQUAL(&in6addr_any, &(struct in6_addr)IN6ADDR_ANY_INIT));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(pton_v4);
  RUN(pton_v6);
  RUN(ntop);
  RUN(aton_takes_the_old_forms);
  RUN(addr_and_ntoa);
  RUN(byte_order);
  RUN(kinds_of_v6_addresses);
  return T_END();
}
