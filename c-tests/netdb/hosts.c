/* The old host calls and h_errno. gethostbyname(3), gethostbyaddr(3); nothing leaves the machine.
 */
#include "../t.h"

#include <netdb.h>

static int is_loopback(const struct hostent *h) {
  static const unsigned char loopback[4] = {127, 0, 0, 1};
  if (!h || h->h_addrtype != AF_INET || h->h_length != 4 || !h->h_name || !h->h_aliases)
    return 0;
  for (char **a = h->h_addr_list; *a; a++)
    if (memcmp(*a, loopback, 4) == 0)
      return 1;
  return 0;
}

TEST(localhost_by_name) {
  struct hostent *h = gethostbyname("localhost");
  REQUIRE(h != NULL);
  CHECK(is_loopback(h));
  CHECK_STR(h->h_name, "localhost");
  CHECK(h->h_addr == h->h_addr_list[0]);
}

TEST(numeric_names) {
  struct hostent *h = gethostbyname("10.1.2.3");
  static const unsigned char address[4] = {10, 1, 2, 3};
  REQUIRE(h != NULL);
  CHECK_STR(h->h_name, "10.1.2.3");
  CHECK_EQ(h->h_length, 4);
  CHECK_MEM(h->h_addr_list[0], address, 4);
  CHECK(h->h_addr_list[1] == NULL);
  CHECK(is_loopback(gethostbyname("127.1")));
}

TEST(by_name_and_family) {
  struct hostent *h = gethostbyname2("::1", AF_INET6);
  REQUIRE(h != NULL);
  CHECK_EQ(h->h_addrtype, AF_INET6);
  CHECK_EQ(h->h_length, 16);
  CHECK_MEM(h->h_addr_list[0], &in6addr_loopback, 16);
  CHECK(is_loopback(gethostbyname2("localhost", AF_INET)));
  h_errno = 0;
  CHECK(gethostbyname2("127.0.0.1", AF_INET6) == NULL);
  CHECK_EQ(h_errno, HOST_NOT_FOUND);
}

TEST(bad_numbers_are_not_found) {
  h_errno = 0;
  CHECK(gethostbyname("256.256.256.256") == NULL);
  CHECK_EQ(h_errno, HOST_NOT_FOUND);
  h_errno = 0;
  CHECK(gethostbyname("::1") == NULL);
  CHECK_EQ(h_errno, HOST_NOT_FOUND);
}

TEST(localhost_by_address) {
  unsigned char address[4] = {127, 0, 0, 1};
  struct hostent *h = gethostbyaddr(address, 4, AF_INET);
  REQUIRE(h != NULL);
  CHECK_STR(h->h_name, "localhost");
  CHECK(is_loopback(h));
}

TEST(bad_addresses) {
  unsigned char address[16] = {127, 0, 0, 1};
  CHECK(gethostbyaddr(address, 3, AF_INET) == NULL);
  CHECK(gethostbyaddr(address, 4, 77) == NULL);
  CHECK(gethostbyaddr(address, 4, AF_INET6) == NULL);
}

TEST(reentrant_by_name) {
  struct hostent entry, *h = NULL;
  char buffer[1024];
  int error = -5;
  CHECK_EQ(gethostbyname_r("localhost", &entry, buffer, sizeof buffer, &h, &error), 0);
  REQUIRE(h == &entry);
  CHECK(is_loopback(h));
  CHECK(h->h_name >= buffer && h->h_name < buffer + sizeof buffer);
  CHECK((char *)h->h_addr_list >= buffer && (char *)h->h_addr_list < buffer + sizeof buffer);
  h = &entry;
  CHECK_EQ(gethostbyname_r("localhost", &entry, buffer, 8, &h, &error), ERANGE);
  CHECK(h == NULL);
  h = &entry;
  CHECK_EQ(gethostbyname_r("256.256.256.256", &entry, buffer, sizeof buffer, &h, &error), 0);
  CHECK(h == NULL);
  CHECK_EQ(error, HOST_NOT_FOUND);
  CHECK_EQ(gethostbyname2_r("::1", AF_INET6, &entry, buffer, sizeof buffer, &h, &error), 0);
  REQUIRE(h == &entry);
  CHECK_EQ(h->h_length, 16);
}

TEST(reentrant_by_address) {
  struct hostent entry, *h = NULL;
  unsigned char address[4] = {127, 0, 0, 1};
  char buffer[1024];
  int error = -5;
  CHECK_EQ(gethostbyaddr_r(address, 4, AF_INET, &entry, buffer, sizeof buffer, &h, &error), 0);
  REQUIRE(h == &entry);
  CHECK_STR(h->h_name, "localhost");
  CHECK_EQ(gethostbyaddr_r(address, 4, AF_INET, &entry, buffer, 8, &h, &error), ERANGE);
}

TEST(growing_the_buffer_until_it_fits) {
  struct hostent entry, *h = NULL;
  int error, result;
  size_t size = 1;
  char *buffer = malloc(size);
  while ((result = gethostbyname_r("localhost", &entry, buffer, size, &h, &error)) == ERANGE) {
    REQUIRE(size < 100000);
    free(buffer);
    buffer = malloc(size *= 2);
  }
  CHECK_EQ(result, 0);
  CHECK(is_loopback(h));
  free(buffer);
}

TEST(every_error_has_a_text) {
  static const int errors[] = {HOST_NOT_FOUND, TRY_AGAIN, NO_RECOVERY, NO_DATA};
  for (int i = 0; i < 4; i++) {
    REQUIRE(hstrerror(errors[i]) != NULL);
    CHECK(strlen(hstrerror(errors[i])) > 5);
    CHECK(i == 0 || strcmp(hstrerror(errors[i]), hstrerror(errors[i - 1])) != 0);
  }
  CHECK(hstrerror(12345) != NULL && *hstrerror(12345));
  h_errno = TRY_AGAIN;
  CHECK_EQ(h_errno, TRY_AGAIN);
  herror("herror prints this to standard error");
}

TEST(the_list_of_hosts_ends) {
  int n = 0;
  struct hostent *h;
  sethostent(1);
  while ((h = gethostent()) != NULL && n < 100000) {
    CHECK(h->h_name && *h->h_name);
    CHECK(h->h_length == 4 || h->h_length == 16);
    n++;
  }
  CHECK(n < 100000);
  endhostent();
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(localhost_by_name);
  RUN(numeric_names);
  RUN(by_name_and_family);
  RUN(bad_numbers_are_not_found);
  RUN(localhost_by_address);
  RUN(bad_addresses);
  RUN(reentrant_by_name);
  RUN(reentrant_by_address);
  RUN(growing_the_buffer_until_it_fits);
  RUN(every_error_has_a_text);
  RUN(the_list_of_hosts_ends);
  return T_END();
}
