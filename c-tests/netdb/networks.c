/* Networks of the classes of old, and requests that are resolved together. */
#include "../t.h"

#include <netdb.h>
#ifndef __wasi__
#include <pthread.h>

static void *leave(void *nothing) { pthread_exit(nothing); }
#endif

TEST(numbers_of_networks) {
  CHECK_EQ(inet_network("127"), 127);
  CHECK_EQ(inet_network("10.1"), 0x0a01);
  CHECK_EQ(inet_network("192.0.2.7"), 0xc0000207);
  CHECK_EQ(inet_network("0x0a.010"), 0x0a08);
  CHECK_EQ(inet_network("256"), INADDR_NONE);
  CHECK_EQ(inet_network("words"), INADDR_NONE);
}

TEST(an_address_of_two_parts) {
  struct in_addr a = inet_makeaddr(127, 1);
  CHECK_EQ(ntohl(a.s_addr), 0x7f000001);
  CHECK_EQ(inet_netof(a), 127);
  CHECK_EQ(inet_lnaof(a), 1);
  a = inet_makeaddr(0xac10, 0x0203);
  CHECK_EQ(ntohl(a.s_addr), 0xac100203);
  CHECK_EQ(inet_netof(a), 0xac10);
  CHECK_EQ(inet_lnaof(a), 0x0203);
  a = inet_makeaddr(0xc00002, 7);
  CHECK_EQ(ntohl(a.s_addr), 0xc0000207);
  CHECK_EQ(inet_netof(a), 0xc00002);
  CHECK_EQ(inet_lnaof(a), 7);
}

TEST(the_list_of_networks) {
  int count = 0, again = 0;
  setnetent(1);
  for (struct netent *net; count < 1000 && (net = getnetent()) != NULL; count++)
    CHECK(net->n_name && *net->n_name && net->n_addrtype == AF_INET);
  setnetent(0);
  while (again < 1000 && getnetent())
    again++;
  endnetent();
  CHECK_EQ(again, count);
}

TEST(a_network_by_name_and_number) {
  struct netent *net = getnetbyname("loopback");
#ifdef __wasi__
  REQUIRE(net != NULL);
#endif
  if (net) {
    CHECK_STR(net->n_name, "loopback");
    CHECK_EQ(net->n_addrtype, AF_INET);
    uint32_t number = net->n_net;
    net = getnetbyaddr(number, AF_INET);
    REQUIRE(net != NULL);
    CHECK_STR(net->n_name, "loopback");
  }
  CHECK(getnetbyname("no-such-network") == NULL);
  CHECK(getnetbyaddr(0x7b7b7b00, AF_INET) == NULL);
}

TEST(requests_in_a_list) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
  struct gaicb good = {.ar_name = "127.0.0.1", .ar_service = "80", .ar_request = &hints};
  struct gaicb bad = {.ar_name = "not a number", .ar_request = &hints};
  struct gaicb *list[] = {&good, NULL, &bad};
  REQUIRE_EQ(getaddrinfo_a(GAI_WAIT, list, 3, NULL), 0);
  CHECK_EQ(gai_error(&good), 0);
  CHECK_EQ(gai_error(&bad), EAI_NONAME);
  REQUIRE(good.ar_result != NULL);
  struct sockaddr_in *to = (struct sockaddr_in *)good.ar_result->ai_addr;
  CHECK_EQ(ntohs(to->sin_port), 80);
  CHECK_EQ(ntohl(to->sin_addr.s_addr), INADDR_LOOPBACK);
  CHECK_EQ(gai_cancel(&good), EAI_ALLDONE);
  const struct gaicb *done[] = {&good};
  CHECK_EQ(gai_suspend(done, 1, NULL), EAI_ALLDONE);
  freeaddrinfo(good.ar_result);
}

TEST(requests_without_waiting) {
  struct addrinfo hints = {.ai_flags = AI_NUMERICHOST};
  struct gaicb one = {.ar_name = "::1", .ar_request = &hints};
  struct gaicb *list[] = {&one};
  const struct gaicb *same[] = {&one};
  REQUIRE_EQ(getaddrinfo_a(GAI_NOWAIT, list, 1, NULL), 0);
  /* One long wait, not many short ones: in glibc, where a wait times out at the moment at which the
     request ends, the thread that resolves goes on to use the waiter's dead stack. */
  for (long long end = t_now_ms() + T_LIMIT_MS; gai_error(&one) == EAI_INPROGRESS;) {
    REQUIRE(t_now_ms() < end);
    gai_suspend(same, 1, &(struct timespec){.tv_sec = T_LIMIT_MS / 1000});
  }
  CHECK_EQ(gai_error(&one), 0);
  REQUIRE(one.ar_result != NULL);
  CHECK_EQ(one.ar_result->ai_family, AF_INET6);
  freeaddrinfo(one.ar_result);
  CHECK_EQ(getaddrinfo_a(77, list, 1, NULL), EAI_SYSTEM);
  CHECK_EQ(errno, EINVAL);
}

int main(int argc, char **argv) {
#ifndef __wasi__
  /* glibc resolves in a thread that outlives the subtest, and which opens a library when it ends:
     the harness would take that descriptor for a forgotten one. So the library is opened now. */
  pthread_t thread;
  if (pthread_create(&thread, NULL, leave, NULL) == 0)
    pthread_join(thread, NULL);
#endif
  T_BEGIN(argc, argv);
  RUN(numbers_of_networks);
  RUN(an_address_of_two_parts);
  RUN(the_list_of_networks);
  RUN(a_network_by_name_and_number);
  RUN(requests_in_a_list);
  RUN(requests_without_waiting);
  return T_END();
}
