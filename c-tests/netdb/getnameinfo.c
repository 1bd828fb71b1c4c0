/* getnameinfo. POSIX getnameinfo(), getnameinfo(3); ideas: libuv test-getnameinfo, CPython
 * test_socket. */
#include "../t.h"

#include <netdb.h>

static char host[NI_MAXHOST], service[NI_MAXSERV];

static int name_of(struct t_addr addr, int flags) {
  strcpy(host, "unset");
  strcpy(service, "unset");
  return getnameinfo(&addr.sa.any, addr.len, host, sizeof host, service, sizeof service, flags);
}

static struct t_addr v6(const char *text, int port, unsigned scope) {
  struct t_addr addr = t_loopback(AF_INET6, port);
  inet_pton(AF_INET6, text, &addr.sa.in6.sin6_addr);
  addr.sa.in6.sin6_scope_id = scope;
  return addr;
}

TEST(numeric) {
  REQUIRE_EQ(name_of(t_ipv4("127.0.0.1", 8080), NI_NUMERICHOST | NI_NUMERICSERV), 0);
  CHECK_STR(host, "127.0.0.1");
  CHECK_STR(service, "8080");
  REQUIRE_EQ(name_of(t_ipv4("255.1.0.9", 65535), NI_NUMERICHOST | NI_NUMERICSERV), 0);
  CHECK_STR(host, "255.1.0.9");
  CHECK_STR(service, "65535");
  REQUIRE_EQ(name_of(t_loopback(AF_INET6, 1), NI_NUMERICHOST | NI_NUMERICSERV), 0);
  CHECK_STR(host, "::1");
  CHECK_STR(service, "1");
  REQUIRE_EQ(name_of(t_wildcard(AF_INET6, 0), NI_NUMERICHOST | NI_NUMERICSERV), 0);
  CHECK_STR(host, "::");
  CHECK_STR(service, "0");
}

TEST(numeric_v6_forms) {
  static const char *const text[] = {"2001:db8::1:0:0:1", "::ffff:1.2.3.4", "fe80::1",
                                     "1:2:3:4:5:6:7:8", "2001:db8::"};
  for (int i = 0; i < 5; i++) {
    REQUIRE_EQ(name_of(v6(text[i], 5, 0), NI_NUMERICHOST | NI_NUMERICSERV), 0);
    CHECK_STR(host, text[i]);
  }
}

TEST(a_scope_is_shown) {
  REQUIRE_EQ(name_of(v6("fe80::5", 5, 77777), NI_NUMERICHOST | NI_NUMERICSERV), 0);
  CHECK_STR(host, "fe80::5%77777");
}

TEST(service_names) {
  NEEDS_FILE("/etc/services");
  REQUIRE_EQ(name_of(t_loopback(AF_INET, 80), NI_NUMERICHOST), 0);
  CHECK_STR(service, "http");
  REQUIRE_EQ(name_of(t_loopback(AF_INET, 53), NI_NUMERICHOST | NI_DGRAM), 0);
  CHECK_STR(service, "domain");
  REQUIRE_EQ(name_of(t_loopback(AF_INET6, 22), NI_NUMERICHOST), 0);
  CHECK_STR(service, "ssh");
  REQUIRE_EQ(name_of(t_loopback(AF_INET, 54321), NI_NUMERICHOST), 0);
  CHECK_STR(service, "54321");
  REQUIRE_EQ(name_of(t_loopback(AF_INET, 80), NI_NUMERICHOST | NI_NUMERICSERV | NI_DGRAM), 0);
  CHECK_STR(service, "80");
}

TEST(loopback_is_localhost) {
  REQUIRE_EQ(name_of(t_loopback(AF_INET, 80), NI_NUMERICSERV), 0);
  CHECK_STR(host, "localhost");
  REQUIRE_EQ(name_of(t_loopback(AF_INET, 80), NI_NUMERICSERV | NI_NAMEREQD), 0);
  CHECK_STR(host, "localhost");
  REQUIRE_EQ(name_of(t_loopback(AF_INET, 80), NI_NUMERICSERV | NI_NOFQDN), 0);
  CHECK_STR(host, "localhost");
}

TEST(forms_of_names) {
  REQUIRE_EQ(name_of(t_loopback(AF_INET, 80), NI_NUMERICSERV | NI_IDN), 0);
  CHECK_STR(host, "localhost");
#ifdef NI_NUMERICSCOPE /* glibc has it not */
  REQUIRE_EQ(name_of(t_loopback(AF_INET6, 80), NI_NUMERICHOST | NI_NUMERICSERV | NI_NUMERICSCOPE), 0);
  CHECK_STR(host, "::1");
#endif
}

TEST(either_part_alone) {
  struct t_addr addr = t_loopback(AF_INET, 4711);
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, host, sizeof host, NULL, 0, NI_NUMERICHOST), 0);
  CHECK_STR(host, "127.0.0.1");
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, NULL, 0, service, sizeof service, NI_NUMERICSERV),
           0);
  CHECK_STR(service, "4711");
  strcpy(host, "kept");
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, host, 0, service, sizeof service, NI_NUMERICSERV),
           0);
  CHECK_STR(host, "kept");
}

TEST(buffers_that_are_too_small) {
  NEEDS_FILE("/etc/services");
  struct t_addr addr = t_loopback(AF_INET, 12345);
  int flags = NI_NUMERICHOST | NI_NUMERICSERV;
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, host, 9, NULL, 0, flags), EAI_OVERFLOW);
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, host, 1, NULL, 0, flags), EAI_OVERFLOW);
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, host, 10, NULL, 0, flags), 0);
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, NULL, 0, service, 5, flags), EAI_OVERFLOW);
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, NULL, 0, service, 6, flags), 0);
  addr = t_loopback(AF_INET, 80);
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, NULL, 0, service, 4, 0), EAI_OVERFLOW);
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, host, 9, NULL, 0, 0), EAI_OVERFLOW);
  CHECK_EQ(getnameinfo(&addr.sa.any, addr.len, host, 10, NULL, 0, 0), 0);
}

TEST(bad_addresses) {
  struct t_addr addr = t_loopback(AF_INET, 80), six = t_loopback(AF_INET6, 80);
  addr.len = 8;
  CHECK_EQ(name_of(addr, NI_NUMERICHOST), EAI_FAMILY);
  addr.len = 1;
  CHECK_EQ(name_of(addr, NI_NUMERICHOST), EAI_FAMILY);
  six.len = 16;
  CHECK_EQ(name_of(six, NI_NUMERICHOST), EAI_FAMILY);
  addr = t_loopback(AF_INET, 80);
  addr.sa.any.sa_family = 77;
  CHECK_EQ(name_of(addr, NI_NUMERICHOST), EAI_FAMILY);
}

/* sockaddr_storage's full size as length is common practice. */
TEST(a_longer_length_is_fine) {
  struct t_addr addr = t_loopback(AF_INET, 80);
  addr.len = sizeof addr.sa.storage;
  CHECK_EQ(name_of(addr, NI_NUMERICHOST | NI_NUMERICSERV), 0);
  CHECK_STR(host, "127.0.0.1");
}

TEST(a_name_required_of_a_numeric_answer) {
  CHECK_EQ(name_of(t_loopback(AF_INET, 80), NI_NUMERICHOST | NI_NAMEREQD), EAI_NONAME);
}

TEST(unknown_flags) { CHECK_EQ(name_of(t_loopback(AF_INET, 80), 0x4000), EAI_BADFLAGS); }

TEST(there_and_back) {
  static const char *const hosts[] = {"10.20.30.40", "2001:db8:1::5", "127.0.0.1", "::"};
  for (int i = 0; i < 4; i++) {
    struct addrinfo *found, hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    REQUIRE_EQ(getaddrinfo(hosts[i], "777", &hints, &found), 0);
    CHECK_EQ(getnameinfo(found->ai_addr, found->ai_addrlen, host, sizeof host, service,
                         sizeof service, NI_NUMERICHOST | NI_NUMERICSERV),
             0);
    CHECK_STR(host, hosts[i]);
    CHECK_STR(service, "777");
    freeaddrinfo(found);
  }
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(numeric);
  RUN(numeric_v6_forms);
  RUN(a_scope_is_shown);
  RUN(service_names);
  RUN(loopback_is_localhost);
  RUN(forms_of_names);
  RUN(either_part_alone);
  RUN(buffers_that_are_too_small);
  RUN(bad_addresses);
  RUN(a_longer_length_is_fine);
  RUN(a_name_required_of_a_numeric_answer);
  RUN(unknown_flags);
  RUN(there_and_back);
  return T_END();
}
