/* Services and protocols: only entries that every /etc/services and /etc/protocols has.
 * getservent(3), getservent_r(3), getprotoent(3). */
#include "../t.h"

#include <netdb.h>

TEST(service_by_name) {
  NEEDS_FILE("/etc/services");
  static const struct {
    const char *name, *protocol;
    int port;
  } known[] = {{"http", "tcp", 80}, {"domain", "udp", 53}, {"domain", "tcp", 53},
               {"ssh", "tcp", 22},  {"https", "tcp", 443}, {"smtp", "tcp", 25},
               {"ntp", "udp", 123}, {"telnet", "tcp", 23}, {"ftp", "tcp", 21},
               {"tftp", "udp", 69}, {"pop3", "tcp", 110},  {"syslog", "udp", 514}};
  for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
    struct servent *s = getservbyname(known[i].name, known[i].protocol);
    REQUIRE(s != NULL);
    CHECK_STR(s->s_name, known[i].name);
    CHECK_STR(s->s_proto, known[i].protocol);
    CHECK_EQ(ntohs((uint16_t)s->s_port), known[i].port);
    CHECK(s->s_aliases != NULL);
  }
}

TEST(service_by_name_of_any_protocol) {
  NEEDS_FILE("/etc/services");
  struct servent *s = getservbyname("http", NULL);
  REQUIRE(s != NULL);
  CHECK_EQ(ntohs((uint16_t)s->s_port), 80);
}

TEST(service_by_alias) {
  NEEDS_FILE("/etc/services");
  struct servent *s = getservbyname("www", "tcp");
  REQUIRE(s != NULL);
  CHECK_STR(s->s_name, "http");
}

TEST(unknown_services) {
  CHECK(getservbyname("no-such-service", "tcp") == NULL);
  CHECK(getservbyname("http", "no-such-protocol") == NULL);
  CHECK(getservbyname("http", "sctp") == NULL);
  CHECK(getservbyport(htons(65500), "tcp") == NULL);
  CHECK(getservbyport(htons(80), "no-such-protocol") == NULL);
}

TEST(service_by_port) {
  NEEDS_FILE("/etc/services");
  struct servent *s = getservbyport(htons(80), "tcp");
  REQUIRE(s != NULL);
  CHECK_STR(s->s_name, "http");
  s = getservbyport(htons(53), NULL);
  REQUIRE(s != NULL);
  CHECK_STR(s->s_name, "domain");
  s = getservbyport(htons(123), "udp");
  REQUIRE(s != NULL);
  CHECK_STR(s->s_name, "ntp");
}

TEST(reentrant_services) {
  NEEDS_FILE("/etc/services");
  struct servent entry, *s = NULL;
  char buffer[1024];
  CHECK_EQ(getservbyname_r("http", "tcp", &entry, buffer, sizeof buffer, &s), 0);
  REQUIRE(s == &entry);
  CHECK_STR(s->s_name, "http");
  CHECK(s->s_name >= buffer && s->s_name < buffer + sizeof buffer);
  CHECK_EQ(getservbyport_r(htons(443), "tcp", &entry, buffer, sizeof buffer, &s), 0);
  REQUIRE(s == &entry);
  CHECK_STR(s->s_name, "https");
  CHECK_EQ(getservbyname_r("http", "tcp", &entry, buffer, 2, &s), ERANGE);
  CHECK(s == NULL);
  CHECK_EQ(getservbyname_r("no-such-service", "tcp", &entry, buffer, sizeof buffer, &s), 0);
  CHECK(s == NULL);
}

TEST(the_list_of_services) {
  NEEDS_FILE("/etc/services");
  struct servent *s;
  for (int round = 0; round < 2; round++) {
    int http = 0, n = 0;
    setservent(1);
    while ((s = getservent()) != NULL && n++ < 100000) {
      CHECK(s->s_name && *s->s_name && s->s_proto && *s->s_proto);
      http += strcmp(s->s_name, "http") == 0 && strcmp(s->s_proto, "tcp") == 0;
    }
    CHECK_EQ(http, 1);
    endservent();
  }
}

TEST(protocol_by_name) {
  NEEDS_FILE("/etc/protocols");
  static const struct {
    const char *name;
    int number;
  } known[] = {{"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP},   {"icmp", IPPROTO_ICMP},
               {"ip", IPPROTO_IP},   {"ipv6", IPPROTO_IPV6}, {"ipv6-icmp", IPPROTO_ICMPV6}};
  for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
    struct protoent *p = getprotobyname(known[i].name);
    REQUIRE(p != NULL);
    CHECK_STR(p->p_name, known[i].name);
    CHECK_EQ(p->p_proto, known[i].number);
    p = getprotobynumber(known[i].number);
    REQUIRE(p != NULL);
    CHECK_STR(p->p_name, known[i].name);
  }
}

TEST(protocol_by_alias) {
  NEEDS_FILE("/etc/protocols");
  struct protoent *p = getprotobyname("UDP");
  REQUIRE(p != NULL);
  CHECK_STR(p->p_name, "udp");
  CHECK_EQ(p->p_proto, 17);
}

TEST(unknown_protocols) {
  CHECK(getprotobyname("no-such-protocol") == NULL);
  CHECK(getprotobynumber(250) == NULL);
  CHECK(getprotobynumber(-1) == NULL);
}

TEST(reentrant_protocols) {
  NEEDS_FILE("/etc/protocols");
  struct protoent entry, *p = NULL;
  char buffer[1024];
  CHECK_EQ(getprotobyname_r("tcp", &entry, buffer, sizeof buffer, &p), 0);
  REQUIRE(p == &entry);
  CHECK_EQ(p->p_proto, 6);
  CHECK_EQ(getprotobynumber_r(17, &entry, buffer, sizeof buffer, &p), 0);
  REQUIRE(p == &entry);
  CHECK_STR(p->p_name, "udp");
  CHECK_EQ(getprotobyname_r("tcp", &entry, buffer, 2, &p), ERANGE);
  CHECK_EQ(getprotobyname_r("no-such-protocol", &entry, buffer, sizeof buffer, &p), 0);
  CHECK(p == NULL);
}

TEST(the_list_of_protocols) {
  NEEDS_FILE("/etc/protocols");
  struct protoent *p;
  int tcp = 0, n = 0;
  setprotoent(1);
  while ((p = getprotoent()) != NULL && n++ < 100000)
    tcp += strcmp(p->p_name, "tcp") == 0;
  CHECK_EQ(tcp, 1);
  endprotoent();
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(service_by_name);
  RUN(service_by_name_of_any_protocol);
  RUN(service_by_alias);
  RUN(unknown_services);
  RUN(service_by_port);
  RUN(reentrant_services);
  RUN(the_list_of_services);
  RUN(protocol_by_name);
  RUN(protocol_by_alias);
  RUN(unknown_protocols);
  RUN(reentrant_protocols);
  RUN(the_list_of_protocols);
  return T_END();
}
