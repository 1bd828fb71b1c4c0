/* getaddrinfo and freeaddrinfo. POSIX getaddrinfo(), getaddrinfo(3), RFC 3493; ideas: wasi-libc
 * getaddrinfo-flags, NetBSD no_serv_v4, luasocket test_getaddrinfo. No name is looked up that would
 * leave the machine. */
#include "../t.h"

#include <netdb.h>

static struct addrinfo *found;

static int look_up(const char *host, const char *service, int flags, int family, int type,
                   int protocol) {
  struct addrinfo hints;
  memset(&hints, 0, sizeof hints);
  hints.ai_flags = flags;
  hints.ai_family = family;
  hints.ai_socktype = type;
  hints.ai_protocol = protocol;
  found = NULL;
  return getaddrinfo(host, service, &hints, &found);
}

static int count(void) {
  int n = 0;
  for (struct addrinfo *a = found; a; a = a->ai_next)
    n++;
  return n;
}

/* The entry as "address port", or "?". */
static const char *text(const struct addrinfo *a) {
  static char line[80];
  char address[INET6_ADDRSTRLEN];
  if (!a)
    return "nothing";
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)a->ai_addr;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a->ai_addr;
  if (a->ai_family != a->ai_addr->sa_family)
    return "?";
  if (a->ai_family == AF_INET && a->ai_addrlen == sizeof *v4)
    snprintf(line, sizeof line, "%s %d", inet_ntop(AF_INET, &v4->sin_addr, address, sizeof address),
             ntohs(v4->sin_port));
  else if (a->ai_family == AF_INET6 && a->ai_addrlen == sizeof *v6)
    snprintf(line, sizeof line, "%s %d",
             inet_ntop(AF_INET6, &v6->sin6_addr, address, sizeof address), ntohs(v6->sin6_port));
  else
    return "?";
  return line;
}

/* Whether some entry reads so. */
static int has(const char *wanted) {
  for (struct addrinfo *a = found; a; a = a->ai_next)
    if (strcmp(text(a), wanted) == 0)
      return 1;
  return 0;
}

TEST(numeric_v4) {
  REQUIRE_EQ(look_up("127.0.0.1", "8080", 0, AF_UNSPEC, SOCK_STREAM, 0), 0);
  CHECK_EQ(count(), 1);
  CHECK_STR(text(found), "127.0.0.1 8080");
  CHECK_EQ(found->ai_socktype, SOCK_STREAM);
  CHECK_EQ(found->ai_protocol, IPPROTO_TCP);
  CHECK(found->ai_canonname == NULL);
  freeaddrinfo(found);
}

TEST(numeric_v6) {
  REQUIRE_EQ(look_up("2001:db8::17", "53", 0, AF_INET6, SOCK_DGRAM, 0), 0);
  CHECK_EQ(count(), 1);
  CHECK_STR(text(found), "2001:db8::17 53");
  CHECK_EQ(found->ai_protocol, IPPROTO_UDP);
  freeaddrinfo(found);
}

TEST(without_hints) {
  found = NULL;
  REQUIRE_EQ(getaddrinfo("127.0.0.1", "80", NULL, &found), 0);
  CHECK(has("127.0.0.1 80"));
  CHECK(count() >= 2);
  freeaddrinfo(found);
}

TEST(without_service_the_port_is_zero) {
  REQUIRE_EQ(look_up("127.0.0.1", NULL, 0, AF_INET, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "127.0.0.1 0");
  freeaddrinfo(found);
}

TEST(one_entry_per_socket_type) {
  int stream = 0, datagram = 0;
  REQUIRE_EQ(look_up("127.0.0.1", "80", 0, AF_UNSPEC, 0, 0), 0);
  for (struct addrinfo *a = found; a; a = a->ai_next) {
    CHECK_STR(text(a), "127.0.0.1 80");
    stream += a->ai_socktype == SOCK_STREAM && a->ai_protocol == IPPROTO_TCP;
    datagram += a->ai_socktype == SOCK_DGRAM && a->ai_protocol == IPPROTO_UDP;
  }
  CHECK_EQ(stream, 1);
  CHECK_EQ(datagram, 1);
  CHECK(count() == 2 || count() == 3);
  freeaddrinfo(found);
}

TEST(the_protocol_hint_chooses_the_type) {
  REQUIRE_EQ(look_up("127.0.0.1", "80", 0, AF_UNSPEC, 0, IPPROTO_UDP), 0);
  CHECK_EQ(count(), 1);
  CHECK_EQ(found->ai_socktype, SOCK_DGRAM);
  freeaddrinfo(found);
  REQUIRE_EQ(look_up("127.0.0.1", "80", 0, AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP), 0);
  CHECK_EQ(count(), 1);
  freeaddrinfo(found);
}

TEST(passive_means_every_address) {
  REQUIRE_EQ(look_up(NULL, "8080", AI_PASSIVE, AF_INET, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "0.0.0.0 8080");
  freeaddrinfo(found);
  REQUIRE_EQ(look_up(NULL, "8080", AI_PASSIVE, AF_INET6, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), ":: 8080");
  freeaddrinfo(found);
  REQUIRE_EQ(look_up(NULL, "8080", AI_PASSIVE, AF_UNSPEC, SOCK_STREAM, 0), 0);
  CHECK_EQ(count(), 2);
  CHECK(has("0.0.0.0 8080") && has(":: 8080"));
  freeaddrinfo(found);
}

TEST(not_passive_means_loopback) {
  REQUIRE_EQ(look_up(NULL, "0", 0, AF_INET, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "127.0.0.1 0");
  freeaddrinfo(found);
  REQUIRE_EQ(look_up(NULL, "0", 0, AF_INET6, SOCK_DGRAM, 0), 0);
  CHECK_STR(text(found), "::1 0");
  freeaddrinfo(found);
  REQUIRE_EQ(look_up(NULL, "80", 0, AF_UNSPEC, SOCK_STREAM, 0), 0);
  CHECK_EQ(count(), 2);
  CHECK(has("127.0.0.1 80") && has("::1 80"));
  freeaddrinfo(found);
}

/* With a host name, AI_PASSIVE changes nothing. */
TEST(passive_with_a_host) {
  REQUIRE_EQ(look_up("127.0.0.1", "80", AI_PASSIVE, AF_UNSPEC, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "127.0.0.1 80");
  freeaddrinfo(found);
}

TEST(the_results_bind_and_connect_as_given) {
  REQUIRE_EQ(look_up(NULL, "0", AI_PASSIVE, AF_INET, SOCK_STREAM, 0), 0);
  int listener = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  char port[8];
  CHECK_OK(bind(listener, found->ai_addr, found->ai_addrlen));
  CHECK_OK(listen(listener, 5));
  freeaddrinfo(found);
  snprintf(port, sizeof port, "%d", t_port(listener));
  REQUIRE_EQ(look_up("localhost", port, 0, AF_INET, SOCK_STREAM, 0), 0);
  int client = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  CHECK_OK(connect(client, found->ai_addr, found->ai_addrlen));
  freeaddrinfo(found);
  CHECK_OK(accept(listener, NULL, NULL));
}

TEST(localhost_is_the_loopback_address) {
  REQUIRE_EQ(look_up("localhost", "80", 0, AF_INET, SOCK_STREAM, 0), 0);
  CHECK(has("127.0.0.1 80"));
  freeaddrinfo(found);
  REQUIRE_EQ(look_up("LocalHost", "80", 0, AF_INET, SOCK_STREAM, 0), 0);
  CHECK(has("127.0.0.1 80"));
  freeaddrinfo(found);
  REQUIRE_EQ(look_up("localhost", "80", 0, AF_UNSPEC, SOCK_STREAM, 0), 0);
  for (struct addrinfo *a = found; a; a = a->ai_next)
    CHECK(strcmp(text(a), "127.0.0.1 80") == 0 || strcmp(text(a), "::1 80") == 0);
  freeaddrinfo(found);
}

TEST(nothing_asked) {
  CHECK_EQ(look_up(NULL, NULL, 0, AF_UNSPEC, 0, 0), EAI_NONAME);
  CHECK_EQ(getaddrinfo(NULL, NULL, NULL, &found), EAI_NONAME);
}

TEST(numerichost_takes_no_names) {
  CHECK_EQ(look_up("localhost", "80", AI_NUMERICHOST, AF_UNSPEC, SOCK_STREAM, 0), EAI_NONAME);
  CHECK_EQ(look_up("256.1.1.1", "80", AI_NUMERICHOST, AF_UNSPEC, SOCK_STREAM, 0), EAI_NONAME);
  CHECK_EQ(look_up("1.2.3.4.5", "80", AI_NUMERICHOST, AF_UNSPEC, SOCK_STREAM, 0), EAI_NONAME);
  CHECK_EQ(look_up("::1::", "80", AI_NUMERICHOST, AF_UNSPEC, SOCK_STREAM, 0), EAI_NONAME);
  REQUIRE_EQ(look_up("::1", "80", AI_NUMERICHOST, AF_UNSPEC, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "::1 80");
  freeaddrinfo(found);
}

TEST(numericserv_takes_no_names) {
  CHECK_EQ(look_up("127.0.0.1", "http", AI_NUMERICSERV, AF_UNSPEC, SOCK_STREAM, 0), EAI_NONAME);
  REQUIRE_EQ(look_up("127.0.0.1", "81", AI_NUMERICSERV, AF_UNSPEC, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "127.0.0.1 81");
  freeaddrinfo(found);
}

TEST(services_by_name) {
  NEEDS_FILE("/etc/services");
  REQUIRE_EQ(look_up("127.0.0.1", "http", 0, AF_INET, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "127.0.0.1 80");
  freeaddrinfo(found);
  REQUIRE_EQ(look_up("127.0.0.1", "domain", 0, AF_INET, SOCK_DGRAM, 0), 0);
  CHECK_STR(text(found), "127.0.0.1 53");
  CHECK_EQ(found->ai_protocol, IPPROTO_UDP);
  freeaddrinfo(found);
  REQUIRE_EQ(look_up("127.0.0.1", "domain", 0, AF_INET, 0, 0), 0);
  CHECK_EQ(count(), 2);
  freeaddrinfo(found);
  REQUIRE_EQ(look_up(NULL, "ssh", AI_PASSIVE, AF_INET, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "0.0.0.0 22");
  freeaddrinfo(found);
}

TEST(unknown_services) {
  CHECK_EQ(look_up("127.0.0.1", "no-such-service", 0, AF_INET, SOCK_STREAM, 0), EAI_SERVICE);
  CHECK_EQ(look_up("127.0.0.1", "no-such-service", 0, AF_INET, 0, 0), EAI_SERVICE);
  CHECK_EQ(look_up("127.0.0.1", "80x", 0, AF_INET, SOCK_STREAM, 0), EAI_SERVICE);
}

TEST(bad_hints) {
  int result = look_up("127.0.0.1", "80", 0, 77, SOCK_STREAM, 0);
  CHECK_EQ(result, EAI_FAMILY);
  CHECK_EQ(look_up("127.0.0.1", "80", 0, AF_UNIX, SOCK_STREAM, 0), EAI_FAMILY);
  CHECK_EQ(look_up("127.0.0.1", "80", 0x40000000, AF_INET, SOCK_STREAM, 0), EAI_BADFLAGS);
  CHECK_EQ(look_up(NULL, "80", AI_CANONNAME, AF_INET, SOCK_STREAM, 0), EAI_BADFLAGS);
  result = look_up("127.0.0.1", "80", 0, AF_INET, 77, 0);
  CHECK(result == EAI_SOCKTYPE || result == EAI_SERVICE);
  result = look_up("127.0.0.1", "80", 0, AF_INET, SOCK_STREAM, IPPROTO_UDP);
  CHECK(result == EAI_SOCKTYPE || result == EAI_SERVICE);
}

TEST(the_wrong_family_for_an_address) {
  int result = look_up("::1", "80", 0, AF_INET, SOCK_STREAM, 0);
  CHECK(result == EAI_ADDRFAMILY || result == EAI_NONAME);
  result = look_up("127.0.0.1", "80", 0, AF_INET6, SOCK_STREAM, 0);
  CHECK(result == EAI_ADDRFAMILY || result == EAI_NONAME);
}

TEST(v4mapped) {
  REQUIRE_EQ(look_up("127.0.0.1", "80", AI_V4MAPPED, AF_INET6, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "::ffff:127.0.0.1 80");
  freeaddrinfo(found);
  REQUIRE_EQ(look_up("::1", "80", AI_V4MAPPED | AI_ALL, AF_INET6, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "::1 80");
  freeaddrinfo(found);
  REQUIRE_EQ(look_up("127.0.0.1", "80", AI_V4MAPPED, AF_INET, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "127.0.0.1 80");
  freeaddrinfo(found);
  REQUIRE_EQ(look_up("::ffff:1.2.3.4", "80", 0, AF_UNSPEC, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "::ffff:1.2.3.4 80");
  freeaddrinfo(found);
}

TEST(old_spellings_of_v4) {
  static const char *const spellings[] = {"127.1", "0x7f000001", "127.0.1", "0177.0.0.1",
                                          "2130706433"};
  for (int i = 0; i < 5; i++) {
    REQUIRE_EQ(look_up(spellings[i], "80", AI_NUMERICHOST, AF_UNSPEC, SOCK_STREAM, 0), 0);
    CHECK_STR(text(found), "127.0.0.1 80");
    freeaddrinfo(found);
  }
}

TEST(scopes) {
  REQUIRE_EQ(look_up("fe80::1%7", "80", AI_NUMERICHOST, AF_INET6, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "fe80::1 80");
  CHECK_EQ(((struct sockaddr_in6 *)found->ai_addr)->sin6_scope_id, 7);
  freeaddrinfo(found);
  CHECK_EQ(look_up("fe80::1%no-such-if", "80", AI_NUMERICHOST, AF_INET6, SOCK_STREAM, 0),
           EAI_NONAME);
}

TEST(addrconfig_with_an_address) {
  REQUIRE_EQ(look_up("127.0.0.1", "80", AI_ADDRCONFIG, AF_UNSPEC, SOCK_STREAM, 0), 0);
  CHECK_STR(text(found), "127.0.0.1 80");
  freeaddrinfo(found);
}

TEST(the_canonical_name_is_in_the_first_entry) {
  REQUIRE_EQ(look_up("127.0.0.1", "80", AI_CANONNAME, AF_UNSPEC, 0, 0), 0);
  CHECK_STR(found->ai_canonname, "127.0.0.1");
  for (struct addrinfo *a = found->ai_next; a; a = a->ai_next)
    CHECK(a->ai_canonname == NULL);
  freeaddrinfo(found);
  REQUIRE_EQ(look_up("localhost", "80", AI_CANONNAME, AF_INET, SOCK_STREAM, 0), 0);
  CHECK_STR(found->ai_canonname, "localhost");
  freeaddrinfo(found);
}

/* Plain names are the same in every form. */
TEST(names_of_other_alphabets) {
  int flags = AI_CANONNAME | AI_IDN | AI_CANONIDN;
  REQUIRE_EQ(look_up("localhost", "80", flags, AF_INET, SOCK_STREAM, 0), 0);
  CHECK_STR(found->ai_canonname, "localhost");
  freeaddrinfo(found);
}

/* POSIX: any sublist may be freed by itself. */
TEST(parts_of_a_list_can_be_freed) {
  REQUIRE_EQ(look_up(NULL, "80", AI_PASSIVE, AF_UNSPEC, 0, 0), 0);
  struct addrinfo *rest = found->ai_next;
  REQUIRE(rest != NULL);
  found->ai_next = NULL;
  freeaddrinfo(found);
  CHECK(rest->ai_addrlen >= sizeof(struct sockaddr_in));
  CHECK(rest->ai_addr->sa_family == rest->ai_family);
  freeaddrinfo(rest);
}

static size_t heap_end(void) {
#ifdef __wasi__
  return __builtin_wasm_memory_size(0) * 65536;
#else
  return (size_t)sbrk(0);
#endif
}

TEST(a_thousand_lookups_do_not_grow_the_heap) {
  size_t settled = 0;
  for (int i = 0; i < 1100; i++) {
    REQUIRE_EQ(look_up("localhost", "80", AI_CANONNAME, AF_INET, 0, 0), 0);
    freeaddrinfo(found);
    REQUIRE_EQ(look_up("::1", "53", 0, AF_UNSPEC, 0, 0), 0);
    freeaddrinfo(found);
    if (i == 100)
      settled = heap_end();
  }
  CHECK_EQ(heap_end(), settled);
}

TEST(every_error_has_a_text) {
  static const int errors[] = {EAI_AGAIN,  EAI_BADFLAGS, EAI_FAIL,     EAI_FAMILY, EAI_MEMORY,
                               EAI_NONAME, EAI_SERVICE,  EAI_SOCKTYPE, EAI_SYSTEM, EAI_OVERFLOW};
  for (int i = 0; i < 10; i++) {
    REQUIRE(gai_strerror(errors[i]) != NULL);
    CHECK(strlen(gai_strerror(errors[i])) > 3);
    for (int k = 0; k < i; k++)
      CHECK(errors[i] != errors[k]);
  }
  CHECK(gai_strerror(-12345) != NULL && *gai_strerror(-12345));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(numeric_v4);
  RUN(numeric_v6);
  RUN(without_hints);
  RUN(without_service_the_port_is_zero);
  RUN(one_entry_per_socket_type);
  RUN(the_protocol_hint_chooses_the_type);
  RUN(passive_means_every_address);
  RUN(not_passive_means_loopback);
  RUN(passive_with_a_host);
  RUN(the_results_bind_and_connect_as_given);
  RUN(localhost_is_the_loopback_address);
  RUN(nothing_asked);
  RUN(numerichost_takes_no_names);
  RUN(numericserv_takes_no_names);
  RUN(services_by_name);
  RUN(unknown_services);
  RUN(bad_hints);
  RUN(the_wrong_family_for_an_address);
  RUN(v4mapped);
  RUN(old_spellings_of_v4);
  RUN(scopes);
  RUN(addrconfig_with_an_address);
  RUN(the_canonical_name_is_in_the_first_entry);
  RUN(names_of_other_alphabets);
  RUN(parts_of_a_list_can_be_freed);
  RUN(a_thousand_lookups_do_not_grow_the_heap);
  RUN(every_error_has_a_text);
  return T_END();
}
