/* AF_UNIX sockets by path and by abstract name, within the process. unix(7), bind(2), connect(2);
 * ideas: LTP bind03, gVisor socket_unix_unbound_*, socket_unix_abstract. */
#include "../t.h"

#include <stddef.h>
#include <sys/stat.h>
#include <sys/un.h>

static char buffer[1000];

static struct sockaddr_un path_name(const char *path) {
  struct sockaddr_un name;
  memset(&name, 0, sizeof name);
  name.sun_family = AF_UNIX;
  strcpy(name.sun_path, path);
  return name;
}

/* An abstract name of the process: a zero byte and text. Returns its length. */
static socklen_t abstract_name(struct sockaddr_un *name, const char *text) {
  memset(name, 0, sizeof *name);
  name->sun_family = AF_UNIX;
  int n =
      snprintf(name->sun_path + 1, sizeof name->sun_path - 1, "wps-%ld-%s", (long)getpid(), text);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
}

static int bind_path(int fd, const char *path) {
  struct sockaddr_un name = path_name(path);
  return bind(fd, (struct sockaddr *)&name, sizeof name);
}

static int connect_path(int fd, const char *path) {
  struct sockaddr_un name = path_name(path);
  return connect(fd, (struct sockaddr *)&name, sizeof name);
}

static int listening(int type, const char *path) {
  int fd = socket(AF_UNIX, type, 0);
  unlink(path);
  return fd != -1 && bind_path(fd, path) == 0 && listen(fd, 8) == 0 ? fd : -1;
}

TEST(a_stream_by_path) {
  static const int kinds[] = {SOCK_STREAM, SOCK_SEQPACKET};
  for (int k = 0; k < 2; k++) {
    int listener = listening(kinds[k], "a.sock"), client = socket(AF_UNIX, kinds[k], 0), server;
    REQUIRE_OK(listener);
    CHECK_EQ(t_get_int(listener, SOL_SOCKET, SO_ACCEPTCONN), 1);
    REQUIRE_OK(connect_path(client, "a.sock"));
    REQUIRE_EQ(send(client, "before accept", 13, 0), 13);
    REQUIRE_OK(server = accept(listener, NULL, NULL));
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 13);
    REQUIRE_EQ(send(server, "answer", 6, 0), 6);
    CHECK_EQ(recv(client, buffer, sizeof buffer, 0), 6);
    CHECK_OK(close(client));
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    CHECK_OK(unlink("a.sock"));
  }
}

TEST(the_names_of_the_ends) {
  int listener = listening(SOCK_STREAM, "b.sock"), client = socket(AF_UNIX, SOCK_STREAM, 0), server;
  struct sockaddr_un name;
  socklen_t len = sizeof name, full = offsetof(struct sockaddr_un, sun_path) + 7;
  REQUIRE_OK(listener);
  CHECK_OK(getsockname(listener, (struct sockaddr *)&name, &len));
  CHECK_EQ(len, full);
  CHECK_STR(name.sun_path, "b.sock");
  CHECK_ERRNO(getpeername(listener, (struct sockaddr *)&name, &len), ENOTCONN);
  REQUIRE_OK(connect_path(client, "b.sock"));
  memset(&name, 0x55, sizeof name);
  len = sizeof name;
  REQUIRE_OK(server = accept(listener, (struct sockaddr *)&name, &len));
  CHECK_EQ(len, sizeof(sa_family_t));
  CHECK_EQ(name.sun_family, AF_UNIX);
  len = sizeof name;
  CHECK_OK(getpeername(client, (struct sockaddr *)&name, &len));
  CHECK_EQ(len, full);
  CHECK_STR(name.sun_path, "b.sock");
  len = sizeof name;
  CHECK_OK(getsockname(server, (struct sockaddr *)&name, &len));
  CHECK_EQ(len, full);
  len = sizeof name;
  CHECK_OK(getsockname(client, (struct sockaddr *)&name, &len));
  CHECK_EQ(len, sizeof(sa_family_t));
  CHECK_OK(unlink("b.sock"));
}

TEST(a_path_is_taken_until_it_is_unlinked) {
  int one = socket(AF_UNIX, SOCK_STREAM, 0), two = socket(AF_UNIX, SOCK_STREAM, 0);
  unlink("c.sock");
  REQUIRE_OK(bind_path(one, "c.sock"));
  CHECK_ERRNO(bind_path(two, "c.sock"), EADDRINUSE);
  CHECK_ERRNO(bind_path(one, "other.sock"), EINVAL);
  CHECK_OK(close(one));
  CHECK_ERRNO(bind_path(two, "c.sock"), EADDRINUSE);
  CHECK_OK(unlink("c.sock"));
  CHECK_OK(bind_path(two, "c.sock"));
  CHECK_OK(unlink("c.sock"));
}

TEST(connecting_to_nothing) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0), bound = socket(AF_UNIX, SOCK_STREAM, 0);
  unlink("d.sock");
  CHECK_ERRNO(connect_path(fd, "d.sock"), ENOENT);
  REQUIRE_OK(bind_path(bound, "d.sock"));
  CHECK_ERRNO(connect_path(fd, "d.sock"), ECONNREFUSED);
  CHECK_OK(listen(bound, 1));
  CHECK_OK(connect_path(fd, "d.sock"));
  CHECK_OK(close(bound));
  CHECK_OK(close(fd));
  fd = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_ERRNO(connect_path(fd, "d.sock"), ECONNREFUSED);
  CHECK_OK(unlink("d.sock"));
  CHECK_ERRNO(connect_path(fd, "d.sock"), ENOENT);
}

TEST(connecting_to_the_wrong_kind) {
  int listener = listening(SOCK_STREAM, "e.sock"), fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  REQUIRE_OK(listener);
  CHECK_ERRNO(connect_path(fd, "e.sock"), EPROTOTYPE);
  CHECK_OK(unlink("e.sock"));
}

TEST(bad_addresses) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un name = path_name("f.sock");
  struct t_addr v4 = t_loopback(AF_INET, 0);
  CHECK_ERRNO(bind(fd, (struct sockaddr *)&name, 1), EINVAL);
  CHECK_ERRNO(bind(fd, (struct sockaddr *)&name, sizeof name + 1), EINVAL);
  CHECK_ERRNO(bind(fd, &v4.sa.any, v4.len), EINVAL);
  CHECK_ERRNO(connect(fd, (struct sockaddr *)&name, 2), EINVAL);
  CHECK_ERRNO(connect(fd, &v4.sa.any, v4.len), EINVAL);
  CHECK_ERRNO(listen(fd, 5), EINVAL);
}

TEST(a_path_is_a_file) {
  SKIP_WASM("unix-no-files");
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  struct stat st;
  CHECK_ERRNO(bind_path(fd, "no-such-folder/f.sock"), ENOENT);
  unlink("k.sock");
  REQUIRE_OK(bind_path(fd, "k.sock"));
  CHECK_OK(stat("k.sock", &st));
  CHECK(S_ISSOCK(st.st_mode));
  CHECK_OK(unlink("k.sock"));
}

/* A path may fill sun_path without a terminating zero. */
TEST(the_longest_path) {
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  char text[sizeof name.sun_path + 1];
  memset(name.sun_path, 'p', sizeof name.sun_path);
  memset(text, 'p', sizeof text - 1);
  text[sizeof text - 1] = 0;
  unlink(text);
  REQUIRE_OK(bind(fd, (struct sockaddr *)&name, sizeof name));
  CHECK_OK(unlink(text));
}

TEST(an_abstract_name) {
  struct sockaddr_un name, got;
  socklen_t len = abstract_name(&name, "one"), size = sizeof got;
  int listener = socket(AF_UNIX, SOCK_STREAM, 0), other = socket(AF_UNIX, SOCK_STREAM, 0);
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE_OK(bind(listener, (struct sockaddr *)&name, len));
  CHECK_OK(getsockname(listener, (struct sockaddr *)&got, &size));
  CHECK_EQ(size, len);
  CHECK_MEM(&got, &name, len);
  CHECK_ERRNO(bind(other, (struct sockaddr *)&name, len), EADDRINUSE);
  CHECK_ERRNO(connect(client, (struct sockaddr *)&name, len), ECONNREFUSED);
  CHECK_OK(listen(listener, 4));
  CHECK_OK(connect(client, (struct sockaddr *)&name, len));
  /* The length is part of the name. */
  CHECK_OK(bind(other, (struct sockaddr *)&name, len + 1));
  CHECK_OK(close(listener));
  CHECK_OK(close(other));
  other = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_OK(bind(other, (struct sockaddr *)&name, len));
}

TEST(a_name_of_the_systems_choice) {
  int one = socket(AF_UNIX, SOCK_DGRAM, 0), two = socket(AF_UNIX, SOCK_DGRAM, 0);
  struct sockaddr_un name = {.sun_family = AF_UNIX}, other = name;
  socklen_t len = sizeof name, other_len = sizeof other;
  REQUIRE_OK(bind(one, (struct sockaddr *)&name, sizeof(sa_family_t)));
  REQUIRE_OK(bind(two, (struct sockaddr *)&other, sizeof(sa_family_t)));
  CHECK_OK(getsockname(one, (struct sockaddr *)&name, &len));
  CHECK_OK(getsockname(two, (struct sockaddr *)&other, &other_len));
  CHECK_EQ(len, sizeof(sa_family_t) + 6);
  CHECK_EQ(name.sun_path[0], 0);
  CHECK(memcmp(&name, &other, len) != 0);
  REQUIRE_EQ(sendto(two, "hi", 2, 0, (struct sockaddr *)&name, len), 2);
  CHECK_EQ(recv(one, buffer, 10, 0), 2);
}

TEST(datagrams_by_path) {
  int to = socket(AF_UNIX, SOCK_DGRAM, 0), from = socket(AF_UNIX, SOCK_DGRAM, 0);
  int anonymous = socket(AF_UNIX, SOCK_DGRAM, 0);
  struct sockaddr_un name = path_name("g.sock"), sender;
  socklen_t len = sizeof sender;
  unlink("g.sock");
  unlink("h.sock");
  REQUIRE_OK(bind_path(to, "g.sock"));
  REQUIRE_OK(bind_path(from, "h.sock"));
  REQUIRE_EQ(sendto(from, "one", 3, 0, (struct sockaddr *)&name, sizeof name), 3);
  CHECK_EQ(recvfrom(to, buffer, 100, 0, (struct sockaddr *)&sender, &len), 3);
  CHECK_EQ(sender.sun_family, AF_UNIX);
  CHECK_STR(sender.sun_path, "h.sock");
  CHECK_EQ(len, offsetof(struct sockaddr_un, sun_path) + 7);
  REQUIRE_EQ(sendto(to, "back", 4, 0, (struct sockaddr *)&sender, len), 4);
  CHECK_EQ(recv(from, buffer, 100, 0), 4);
  /* A sender without a name has an address of length 0. */
  REQUIRE_EQ(sendto(anonymous, "two", 3, 0, (struct sockaddr *)&name, sizeof name), 3);
  len = sizeof sender;
  CHECK_EQ(recvfrom(to, buffer, 100, 0, (struct sockaddr *)&sender, &len), 3);
  CHECK_EQ(len, 0);
  CHECK_ERRNO(send(anonymous, "x", 1, 0), ENOTCONN);
  CHECK_OK(close(to));
  CHECK_ERRNO(sendto(from, "x", 1, 0, (struct sockaddr *)&name, sizeof name), ECONNREFUSED);
  CHECK_OK(unlink("g.sock"));
  CHECK_ERRNO(sendto(from, "x", 1, 0, (struct sockaddr *)&name, sizeof name), ENOENT);
  CHECK_OK(unlink("h.sock"));
}

TEST(connected_datagrams) {
  int to = socket(AF_UNIX, SOCK_DGRAM, 0), from = socket(AF_UNIX, SOCK_DGRAM, 0);
  int other = socket(AF_UNIX, SOCK_DGRAM, 0);
  struct sockaddr_un to_name, from_name;
  socklen_t to_len = abstract_name(&to_name, "to"), from_len = abstract_name(&from_name, "from");
  REQUIRE_OK(bind(to, (struct sockaddr *)&to_name, to_len));
  REQUIRE_OK(bind(from, (struct sockaddr *)&from_name, from_len));
  REQUIRE_OK(connect(from, (struct sockaddr *)&to_name, to_len));
  REQUIRE_EQ(send(from, "hello", 5, 0), 5);
  CHECK_EQ(recv(to, buffer, 100, 0), 5);
  REQUIRE_OK(connect(to, (struct sockaddr *)&from_name, from_len));
  /* `to` now hears only its peer. */
  CHECK_ERRNO(sendto(other, "x", 1, 0, (struct sockaddr *)&to_name, to_len), EPERM);
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  CHECK_OK(connect(to, &none, sizeof none));
  REQUIRE_EQ(sendto(other, "x", 1, 0, (struct sockaddr *)&to_name, to_len), 1);
  CHECK_EQ(recv(to, buffer, 100, 0), 1);
}

TEST(a_full_backlog) {
  int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd, waiting = 0;
  struct sockaddr_un name;
  socklen_t len = abstract_name(&name, "backlog");
  REQUIRE_OK(bind(listener, (struct sockaddr *)&name, len));
  REQUIRE_OK(listen(listener, 1));
  for (;;) {
    REQUIRE_OK(fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    if (connect(fd, (struct sockaddr *)&name, len) == -1)
      break;
    REQUIRE(++waiting < 100);
  }
  CHECK_EQ(errno, EAGAIN);
  CHECK_EQ(waiting, 2);
  CHECK_OK(accept(listener, NULL, NULL));
  CHECK_OK(connect(fd, (struct sockaddr *)&name, len));
}

TEST(clients_are_accepted_in_order) {
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), clients[5];
  struct sockaddr_un name;
  socklen_t len = abstract_name(&name, "order");
  REQUIRE_OK(bind(listener, (struct sockaddr *)&name, len));
  REQUIRE_OK(listen(listener, 10));
  CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
  for (int i = 0; i < 5; i++) {
    char digit = (char)('0' + i);
    REQUIRE_OK(clients[i] = socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE_OK(connect(clients[i], (struct sockaddr *)&name, len));
    REQUIRE_EQ(send(clients[i], &digit, 1, 0), 1);
  }
  for (int i = 0; i < 5; i++) {
    int fd = accept4(listener, NULL, NULL, i % 2 ? SOCK_NONBLOCK : SOCK_CLOEXEC);
    REQUIRE_OK(fd);
    CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, i % 2 ? O_NONBLOCK : 0);
    CHECK_EQ(fcntl(fd, F_GETFD), i % 2 ? 0 : FD_CLOEXEC);
    CHECK_EQ(recv(fd, buffer, 10, 0), 1);
    CHECK_EQ(buffer[0], '0' + i);
  }
  CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
}

TEST(closing_the_listener_resets_those_who_wait) {
  int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un name;
  socklen_t len = abstract_name(&name, "closing");
  REQUIRE_OK(bind(listener, (struct sockaddr *)&name, len));
  REQUIRE_OK(listen(listener, 10));
  REQUIRE_OK(connect(client, (struct sockaddr *)&name, len));
  CHECK_OK(close(listener));
  CHECK_ERRNO(recv(client, buffer, 1, 0), ECONNRESET);
}

TEST(peer_credentials) {
  int pair[2], fresh = socket(AF_UNIX, SOCK_STREAM, 0);
  struct ucred peer;
  socklen_t len = sizeof peer;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  memset(&peer, 0x55, sizeof peer);
  REQUIRE_OK(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &peer, &len));
  CHECK_EQ(len, sizeof peer);
  CHECK_EQ(peer.pid, getpid());
  CHECK_EQ(peer.uid, geteuid());
  CHECK_EQ(peer.gid, getegid());
  REQUIRE_OK(getsockopt(fresh, SOL_SOCKET, SO_PEERCRED, &peer, &len));
  CHECK_EQ(peer.pid, 0);
  CHECK_EQ(peer.uid, (uid_t)-1);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_stream_by_path);
  RUN(the_names_of_the_ends);
  RUN(a_path_is_taken_until_it_is_unlinked);
  RUN(connecting_to_nothing);
  RUN(connecting_to_the_wrong_kind);
  RUN(bad_addresses);
  RUN(a_path_is_a_file);
  RUN(the_longest_path);
  RUN(an_abstract_name);
  RUN(a_name_of_the_systems_choice);
  RUN(datagrams_by_path);
  RUN(connected_datagrams);
  RUN(a_full_backlog);
  RUN(clients_are_accepted_in_order);
  RUN(closing_the_listener_resets_those_who_wait);
  RUN(peer_credentials);
  return T_END();
}
