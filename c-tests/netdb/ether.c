/* Ethernet addresses as text. ether_aton(3). */
#include "../t.h"

#include <netinet/ether.h>

TEST(text_becomes_an_address) {
  static const unsigned char want[6] = {0, 0x11, 0x22, 0xaa, 0xbb, 0xcc};
  struct ether_addr address;
  struct ether_addr *found = ether_aton("00:11:22:aa:BB:cc");
  REQUIRE(found != NULL);
  CHECK_MEM(found, want, 6);
  CHECK(ether_aton_r("0:11:22:aa:bb:cc", &address) == &address);
  CHECK_MEM(&address, want, 6);
}

TEST(other_text_does_not) {
  static const char *const bad[] = {"", "1:2:3:4:5", "1:2:3:4:5:", "123:2:3:4:5:6", "g:1:1:1:1:1",
                                    "1-2-3-4-5-6"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    CHECK(ether_aton(bad[i]) == NULL);
}

TEST(an_address_becomes_text) {
  static const struct ether_addr address = {{0, 1, 0x0f, 0x10, 0xab, 0xff}};
  char text[18];
  CHECK_STR(ether_ntoa(&address), "0:1:f:10:ab:ff");
  CHECK(ether_ntoa_r(&address, text) == text);
  CHECK_STR(text, "0:1:f:10:ab:ff");
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(text_becomes_an_address);
  RUN(other_text_does_not);
  RUN(an_address_becomes_text);
  return T_END();
}
