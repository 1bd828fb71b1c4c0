/* The parts of a DNS message, resolver(3)'s ns_ family: an answer with one question and two records. */
#include "../t.h"

#include <arpa/nameser.h>
#include <resolv.h>

/* host.example A? with an answer of 60 s, 192.0.2.7, and an authority: example NS a.example. */
static const unsigned char message[] = {
    0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 1, 0, 0, 4, 'h', 'o', 's', 't', 7, 'e', 'x', 'a', 'm',
    'p', 'l', 'e', 0, 0, 1, 0, 1, /* answer, at 30 */ 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192,
    0, 2, 7, /* authority, at 46 */ 0xc0, 17, 0, 2, 0, 1, 0, 1, 0, 0, 0, 4, 1, 'a', 0xc0, 17,
};

TEST(numbers_in_network_order) {
  unsigned char bytes[4];
  ns_put16(0x1234, bytes);
  CHECK(bytes[0] == 0x12 && bytes[1] == 0x34);
  CHECK_EQ(ns_get16(bytes), 0x1234);
  ns_put32(0x89abcdef, bytes);
  CHECK(bytes[0] == 0x89 && bytes[3] == 0xef);
  CHECK_EQ(ns_get32(bytes), 0x89abcdef);
}

TEST(a_message_is_taken_apart) {
  ns_msg handle;
  REQUIRE_OK(ns_initparse(message, sizeof message, &handle));
  CHECK_EQ(ns_msg_id(handle), 0x1234);
  CHECK_EQ(ns_msg_getflag(handle, ns_f_qr), 1);
  CHECK_EQ(ns_msg_getflag(handle, ns_f_rcode), ns_r_noerror);
  CHECK_EQ(ns_msg_count(handle, ns_s_qd), 1);
  CHECK_EQ(ns_msg_count(handle, ns_s_an), 1);
  CHECK_EQ(ns_msg_count(handle, ns_s_ns), 1);
  CHECK_EQ(ns_msg_count(handle, ns_s_ar), 0);
  ns_rr record;
  REQUIRE_OK(ns_parserr(&handle, ns_s_an, 0, &record));
  CHECK_STR(ns_rr_name(record), "host.example");
  CHECK_EQ(ns_rr_type(record), ns_t_a);
  CHECK_EQ(ns_rr_class(record), ns_c_in);
  CHECK_EQ(ns_rr_ttl(record), 60);
  REQUIRE_EQ(ns_rr_rdlen(record), 4);
  CHECK_MEM(ns_rr_rdata(record), message + 42, 4);
  REQUIRE_OK(ns_parserr(&handle, ns_s_ns, 0, &record));
  CHECK_STR(ns_rr_name(record), "example");
  CHECK_ERRNO(ns_parserr(&handle, ns_s_an, 1, &record), ENODEV);
}

TEST(messages_that_end_too_soon) {
  ns_msg handle;
  CHECK_ERRNO(ns_initparse(message, 11, &handle), EMSGSIZE);
  CHECK_ERRNO(ns_initparse(message, sizeof message - 1, &handle), EMSGSIZE);
  CHECK_ERRNO(ns_skiprr(message + 30, message + 40, ns_s_an, 1), EMSGSIZE);
}

TEST(records_are_skipped) {
  const unsigned char *end = message + sizeof message;
  CHECK_EQ(ns_skiprr(message + 12, end, ns_s_qd, 1), 18);
  CHECK_EQ(ns_skiprr(message + 30, end, ns_s_an, 2), 16 + 16);
}

TEST(names_are_uncompressed) {
  char name[NS_MAXDNAME];
  const unsigned char *end = message + sizeof message;
  CHECK_EQ(ns_name_uncompress(message, end, message + 58, name, sizeof name), 4);
  CHECK_STR(name, "a.example");
  CHECK_ERRNO(ns_name_uncompress(message, end, message + 58, name, 3), EMSGSIZE);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(numbers_in_network_order);
  RUN(a_message_is_taken_apart);
  RUN(messages_that_end_too_soon);
  RUN(records_are_skipped);
  RUN(names_are_uncompressed);
  return T_END();
}
