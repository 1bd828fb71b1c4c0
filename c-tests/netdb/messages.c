/* Domain names inside messages. resolver(3); no network. */
#include "../t.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

/* A header, www.a at 12, a pointer to it at 19, the root at 21, mail and a pointer to .a at 22. */
static const unsigned char message[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 'w', 'w', 'w', 1, 'a', 0,
    0xc0, 12, 0, 4, 'm', 'a', 'i', 'l', 0xc0, 16,
};
#define END (message + sizeof message)

static int expand(int at, char *name, int size) {
  return dn_expand(message, END, message + at, name, size);
}

TEST(names_are_expanded) {
  char name[300];
  CHECK_EQ(expand(12, name, sizeof name), 7);
  CHECK_STR(name, "www.a");
  CHECK_EQ(expand(19, name, sizeof name), 2);
  CHECK_STR(name, "www.a");
  CHECK_EQ(expand(21, name, sizeof name), 1);
  CHECK_STR(name, "");
  CHECK_EQ(expand(22, name, sizeof name), 7);
  CHECK_STR(name, "mail.a");
}

TEST(expanding_needs_room) {
  char name[6];
  CHECK_EQ(expand(12, name, 6), 7);
  CHECK_ERRNO(expand(12, name, 5), EMSGSIZE);
  CHECK_ERRNO(expand(12, name, 0), EMSGSIZE);
}

TEST(special_characters_are_escaped) {
  static const unsigned char odd[] = {5, 'a', '.', '\\', 200, ' ', 0};
  char name[64];
  CHECK_EQ(dn_expand(odd, odd + sizeof odd, odd, name, sizeof name), 7);
  CHECK_STR(name, "a\\.\\\\\\200\\032");
}

TEST(malformed_names_are_refused) {
  static const unsigned char bad[][4] = {
      {0xc0, 0, 0, 0},      /* points at itself */
      {0xc0, 2, 0xc0, 0},   /* two that point at each other */
      {0xc0, 99, 0, 0},     /* points out of the message */
      {3, 'a', 'b', 'c'},   /* no end */
      {1, 'a', 0xc0, 0},    /* a circle with a label in it */
      {0x80, 0, 0, 0},      /* a length of no known kind */
      {60, 'a', 0, 0},      /* a label longer than the message */
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    char name[300];
    CHECK_ERRNO(dn_expand(bad[i], bad[i] + 4, bad[i], name, sizeof name), EMSGSIZE);
  }
}

TEST(names_are_skipped) {
  CHECK_EQ(dn_skipname(message + 12, END), 7);
  CHECK_EQ(dn_skipname(message + 19, END), 2);
  CHECK_EQ(dn_skipname(message + 21, END), 1);
  CHECK_EQ(dn_skipname(message + 22, END), 7);
  CHECK_EQ(dn_skipname(message + 12, message + 15), -1);
  CHECK_EQ(dn_skipname(END, END), -1);
}

TEST(names_are_compressed) {
  unsigned char to[200] = {0}, *at = to + 12, *names[6] = {to, NULL};
  unsigned char **last = names + 6;
  int size = dn_comp("mail.example.org", at, 100, names, last);
  REQUIRE_EQ(size, 18);
  CHECK(names[1] == to + 12 && names[2] == NULL);
  at += size;
  size = dn_comp("www.EXAMPLE.org", at, 100, names, last);
  REQUIRE_EQ(size, 6);
  CHECK_MEM(at, "\3www\xc0\x11", 6);
  CHECK(names[2] == at && names[3] == NULL);
  at += size;
  size = dn_comp("example.org", at, 100, names, last);
  REQUIRE_EQ(size, 2);
  CHECK_MEM(at, "\xc0\x11", 2);
  CHECK(names[3] == NULL);
}

TEST(compressing_without_a_list) {
  unsigned char to[20];
  CHECK_EQ(dn_comp("a.b", to, sizeof to, NULL, NULL), 5);
  CHECK_MEM(to, "\1a\1b", 5);
  CHECK_EQ(dn_comp("a.b.", to, sizeof to, NULL, NULL), 5);
  CHECK_EQ(dn_comp(".", to, sizeof to, NULL, NULL), 1);
  CHECK_ERRNO(dn_comp("a.b", to, 4, NULL, NULL), EMSGSIZE);
  CHECK_EQ(dn_comp("a..b", to, sizeof to, NULL, NULL), -1);
}

TEST(a_query_has_the_form_of_rfc_1035) {
  unsigned char query[64];
  static const unsigned char want[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 2, 'b', 'c', 0, 0, 15, 0, 1};
  REQUIRE_EQ(res_mkquery(QUERY, "a.bc", C_IN, T_MX, NULL, 0, NULL, query, sizeof query), 22);
  CHECK_MEM(query + 2, want, sizeof want);
}

TEST(a_query_needs_a_name_and_room) {
  unsigned char query[64];
  CHECK_EQ(res_mkquery(QUERY, "a.bc", C_IN, T_A, NULL, 0, NULL, query, 21), -1);
  CHECK_EQ(res_mkquery(QUERY, "a..bc", C_IN, T_A, NULL, 0, NULL, query, sizeof query), -1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(names_are_expanded);
  RUN(expanding_needs_room);
  RUN(special_characters_are_escaped);
  RUN(malformed_names_are_refused);
  RUN(names_are_skipped);
  RUN(names_are_compressed);
  RUN(compressing_without_a_list);
  RUN(a_query_has_the_form_of_rfc_1035);
  RUN(a_query_needs_a_name_and_room);
  return T_END();
}
