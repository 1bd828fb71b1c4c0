/* Ten thousand connections, one after the other: the same descriptor numbers each time, and no
 * memory gained. */
#include "../t.h"

#define COUNT 10000

/* The memory of this process in bytes: linear memory on wasm, the data segment natively. */
static long long memory_used(void) {
#ifdef __wasi__
  return (long long)__builtin_wasm_memory_size(0) * 65536;
#else
  long long pages = 0, total;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file) {
    if (fscanf(file, "%lld %*d %*d %*d %*d %lld", &total, &pages) != 2)
      pages = 0;
    fclose(file);
  }
  return pages * sysconf(_SC_PAGESIZE);
#endif
}

TEST(ten_thousand_connections) {
  int listener = t_listener(AF_INET), first_client = -1, first_server = -1;
  long long memory = 0;
  REQUIRE_OK(listener);
  for (int i = 0; i < COUNT; i++) {
    char c = 0;
    int client = t_client(listener);
    REQUIRE_OK(client);
    int server = accept(listener, NULL, NULL);
    REQUIRE_OK(server);
    if (i == 0) {
      first_client = client;
      first_server = server;
    }
    REQUIRE_EQ(client, first_client);
    REQUIRE_EQ(server, first_server);
    REQUIRE_EQ(send(client, "x", 1, 0), 1);
    REQUIRE_EQ(recv(server, &c, 1, 0), 1);
    REQUIRE_EQ(c, 'x');
    /* The client ends first on every other one, the server on the rest. */
    REQUIRE_OK(close(i & 1 ? client : server));
    REQUIRE_EQ(recv(i & 1 ? server : client, &c, 1, 0), 0);
    REQUIRE_OK(close(i & 1 ? server : client));
    if (i == COUNT / 10)
      memory = memory_used();
  }
  CHECK(memory_used() - memory <= 128 * 1024);
}

TEST(ten_thousand_with_poll_and_peek) {
  int listener = t_listener(AF_INET);
  long long memory = 0;
  REQUIRE_OK(listener);
  int client = t_client(listener), server = accept(listener, NULL, NULL), highest = server;
  REQUIRE(client >= 0 && server >= 0);
  CHECK_OK(close(client));
  CHECK_OK(close(server));
  for (int i = 0; i < COUNT / 4; i++) {
    char buffer[4];
    REQUIRE_OK(client = t_client(listener));
    REQUIRE(t_wait(listener, POLLIN));
    REQUIRE_OK(server = accept4(listener, NULL, NULL, SOCK_NONBLOCK));
    REQUIRE(server <= highest && client <= highest);
    REQUIRE_EQ(send(client, "peek", 4, 0), 4);
    REQUIRE(t_wait(server, POLLIN));
    REQUIRE_EQ(recv(server, buffer, 2, MSG_PEEK), 2);
    REQUIRE_OK(close(server));
    REQUIRE_OK(close(client));
    if (i == COUNT / 40)
      memory = memory_used();
  }
  CHECK(memory_used() - memory <= 128 * 1024);
}

TEST(refused_connects) {
  struct t_addr to;
  int dead = t_nobody(AF_INET, &to);
  long long memory = 0;
  REQUIRE_OK(dead);
  for (int i = 0; i < 2000; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE_EQ(fd, dead + 1);
    REQUIRE_ERRNO(t_connect(fd, to), ECONNREFUSED);
    REQUIRE_ERRNO(t_connect(fd, to), ECONNREFUSED);
    REQUIRE_OK(close(fd));
    if (i == 200)
      memory = memory_used();
  }
  CHECK(memory_used() - memory <= 128 * 1024);
}

TEST(a_thousand_dups) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  for (int i = 0; i < 1000; i++) {
    int copy = dup(pair[0]), other = fcntl(pair[0], F_DUPFD, 0);
    REQUIRE(copy >= 0 && other > copy);
    REQUIRE_EQ(dup2(copy, other), other);
    REQUIRE_OK(close(copy));
    REQUIRE_OK(close(other));
  }
  CHECK_EQ(send(pair[0], "x", 1, 0), 1);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(ten_thousand_connections);
  RUN(ten_thousand_with_poll_and_peek);
  RUN(refused_connects);
  RUN(a_thousand_dups);
  return T_END();
}
