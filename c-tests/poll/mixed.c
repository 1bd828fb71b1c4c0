/* Sockets, files, standard input and in-process objects in one poll(). poll(2): regular files are
 * always ready; pipe(7), unix(7) for the ends of pipes and pairs. */
#include "../t.h"

#include <sys/un.h>

static const char *const scratch = "poll-mixed.tmp";

TEST(a_regular_file_is_always_ready) {
  int fd = open(scratch, O_RDWR | O_CREAT | O_TRUNC, 0600);
  REQUIRE_OK(fd);
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, -1), POLLIN | POLLOUT);
  CHECK_EQ(t_poll(fd, POLLIN, -1), POLLIN);
  CHECK_EQ(t_poll(fd, POLLOUT, 0), POLLOUT);
  CHECK_EQ(t_poll(fd, 0, 10), 0);
  CHECK_OK(close(fd));
  CHECK_EQ(t_poll(fd, POLLIN, 0), POLLNVAL);
  CHECK_OK(unlink(scratch));
}

TEST(a_file_and_a_socket_together) {
  int fd = open(scratch, O_RDWR | O_CREAT | O_TRUNC, 0600), pair[2];
  REQUIRE_OK(fd);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[3] = {{pair[0], POLLIN, 0}, {fd, POLLIN, 0}, {pair[1], POLLIN | POLLOUT, 0}};
  CHECK_EQ(poll(p, 3, -1), 2);
  CHECK_EQ(p[0].revents, 0);
  CHECK_EQ(p[1].revents, POLLIN);
  CHECK_EQ(p[2].revents, POLLOUT);
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  REQUIRE(t_wait(pair[0], POLLIN));
  CHECK_EQ(poll(p, 3, -1), 3);
  CHECK_EQ(p[0].revents, POLLIN);
  CHECK_OK(unlink(scratch));
}

TEST(standard_output_is_writable) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[3] = {
      {STDOUT_FILENO, POLLOUT, 0}, {pair[0], POLLIN, 0}, {STDERR_FILENO, POLLOUT, 0}};
  CHECK_EQ(poll(p, 3, T_LIMIT_MS) > 0, 1);
  CHECK_EQ((p[0].revents | p[2].revents) & POLLOUT, POLLOUT);
  CHECK_EQ(p[1].revents, 0);
}

/* The test runner gives no input: standard input is at its end, which counts as readable. */
TEST(standard_input_at_its_end_is_readable) {
  int pair[2];
  char byte;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[2] = {{STDIN_FILENO, POLLIN, 0}, {pair[0], POLLIN, 0}};
  CHECK_EQ(poll(p, 2, T_LIMIT_MS), 1);
  CHECK(p[0].revents & (POLLIN | POLLHUP));
  CHECK_EQ(p[1].revents, 0);
  CHECK_EQ(read(STDIN_FILENO, &byte, 1), 0);
}

TEST(a_pipe_and_a_socket_together) {
  int ends[2], pair[2];
  char byte;
  REQUIRE_OK(pipe(ends));
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  struct pollfd p[3] = {{pair[0], POLLIN, 0}, {ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}};
  CHECK_EQ(poll(p, 3, T_LIMIT_MS), 1);
  CHECK_EQ(p[2].revents, POLLOUT);
  REQUIRE_EQ(write(ends[1], "x", 1), 1);
  CHECK_EQ(poll(p, 2, T_LIMIT_MS), 1);
  CHECK_EQ(p[0].revents, 0);
  CHECK_EQ(p[1].revents, POLLIN);
  REQUIRE_EQ(send(pair[1], "y", 1, 0), 1);
  REQUIRE(t_wait(pair[0], POLLIN));
  CHECK_EQ(poll(p, 2, T_LIMIT_MS), 2);
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  CHECK_EQ(poll(p, 2, T_LIMIT_MS), 1);
  CHECK_EQ(p[0].revents, POLLIN);
  CHECK_EQ(p[1].revents, 0);
}

TEST(an_idle_pipe_does_not_hide_network_data) {
  int ends[2], peer = peer_open(), listener = t_listener(AF_INET), fd;
  REQUIRE_OK(pipe(ends));
  REQUIRE(peer_run(peer, "connect 0 127.0.0.1 %d", t_port(listener)));
  REQUIRE_OK(fd = accept(listener, NULL, NULL));
  struct pollfd p[2] = {{ends[0], POLLIN, 0}, {fd, POLLIN, 0}};
  REQUIRE_OK(peer_start(peer, "pause 50"));
  REQUIRE_OK(peer_start(peer, "text 0 hello"));
  CHECK_EQ(poll(p, 2, -1), 1);
  CHECK_EQ(p[0].revents, 0);
  CHECK_EQ(p[1].revents, POLLIN);
}

TEST(an_idle_pipe_alone_waits_for_the_timeout) {
  int ends[2], pair[2];
  REQUIRE_OK(pipe(ends));
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  struct pollfd p[3] = {{ends[0], POLLIN, 0}, {pair[0], POLLIN, 0}, {-1, POLLIN, 0}};
  long long start = t_now_ms();
  CHECK_EQ(poll(p, 3, 60), 0);
  CHECK(t_now_ms() - start >= 59);
}

TEST(states_of_pipe_ends) {
  int ends[2];
  char byte;
  REQUIRE_OK(pipe(ends));
  CHECK_EQ(t_poll(ends[0], POLLIN | POLLOUT | POLLRDHUP, 0), 0);
  CHECK_EQ(t_poll(ends[1], POLLIN | POLLOUT | POLLRDHUP, 0), POLLOUT);
  REQUIRE_EQ(write(ends[1], "x", 1), 1);
  CHECK_EQ(t_poll(ends[0], POLLIN | POLLOUT, 0), POLLIN);
  CHECK_OK(close(ends[1]));
  CHECK_EQ(t_poll(ends[0], POLLIN | POLLOUT | POLLRDHUP, 0), POLLIN | POLLHUP);
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  CHECK_EQ(t_poll(ends[0], POLLIN | POLLOUT | POLLRDHUP, 0), POLLHUP);
  CHECK_EQ(t_poll(ends[0], 0, -1), POLLHUP);
  REQUIRE_OK(pipe(ends));
  CHECK_OK(close(ends[0]));
  CHECK_EQ(t_poll(ends[1], POLLIN | POLLOUT, 0), POLLOUT | POLLERR);
  CHECK_EQ(t_poll(ends[1], 0, -1), POLLERR);
}

TEST(states_of_unconnected_local_sockets) {
  CHECK_EQ(t_poll(socket(AF_UNIX, SOCK_STREAM, 0), POLLIN | POLLOUT | POLLRDHUP, 0),
           POLLOUT | POLLHUP);
  CHECK_EQ(t_poll(socket(AF_UNIX, SOCK_SEQPACKET, 0), POLLIN | POLLOUT | POLLRDHUP, 0),
           POLLOUT | POLLHUP);
  CHECK_EQ(t_poll(socket(AF_UNIX, SOCK_DGRAM, 0), POLLIN | POLLOUT | POLLRDHUP, 0), POLLOUT);
}

TEST(states_of_connected_local_sockets) {
  static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET};
  enum { ALL = POLLIN | POLLOUT | POLLRDHUP | POLLPRI };
  for (int t = 0; t < 2; t++) {
    int pair[2];
    char byte;
    REQUIRE_OK(socketpair(AF_UNIX, types[t], 0, pair));
    CHECK_EQ(t_poll(pair[0], ALL, 0), POLLOUT);
    REQUIRE_EQ(write(pair[1], "x", 1), 1);
    CHECK_EQ(t_poll(pair[0], ALL, 0), POLLIN | POLLOUT);
    CHECK_OK(close(pair[1]));
    CHECK_EQ(t_poll(pair[0], ALL, 0), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
    CHECK_EQ(read(pair[0], &byte, 1), 1);
    CHECK_EQ(t_poll(pair[0], ALL, 0), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);

    REQUIRE_OK(socketpair(AF_UNIX, types[t], 0, pair));
    CHECK_OK(shutdown(pair[0], SHUT_WR));
    CHECK_EQ(t_poll(pair[0], ALL, 0), POLLOUT);
    CHECK_EQ(t_poll(pair[1], ALL, 0), POLLIN | POLLOUT | POLLRDHUP);
    CHECK_OK(shutdown(pair[1], SHUT_WR));
    CHECK_EQ(t_poll(pair[0], ALL, 0), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);

    REQUIRE_OK(socketpair(AF_UNIX, types[t], 0, pair));
    CHECK_OK(shutdown(pair[0], SHUT_RD));
    CHECK_EQ(t_poll(pair[0], ALL, 0), POLLIN | POLLOUT | POLLRDHUP);
    CHECK_EQ(t_poll(pair[1], ALL, 0), POLLOUT);

    REQUIRE_OK(socketpair(AF_UNIX, types[t], 0, pair));
    REQUIRE_EQ(write(pair[0], "x", 1), 1);
    CHECK_OK(close(pair[1]));
    CHECK_EQ(t_poll(pair[0], ALL, 0), POLLIN | POLLOUT | POLLRDHUP | POLLHUP | POLLERR);
    CHECK_ERRNO(read(pair[0], &byte, 1), ECONNRESET);
    CHECK_EQ(t_poll(pair[0], ALL, 0), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  }
}

TEST(states_of_local_datagram_pairs) {
  int pair[2];
  char byte;
  REQUIRE_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLOUT | POLLRDHUP, 0), POLLOUT);
  REQUIRE_EQ(write(pair[1], "x", 1), 1);
  CHECK_OK(close(pair[1]));
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLOUT | POLLRDHUP, 0), POLLIN | POLLOUT);
  CHECK_EQ(read(pair[0], &byte, 1), 1);
  CHECK_EQ(t_poll(pair[0], POLLIN | POLLOUT | POLLRDHUP, 0), POLLOUT);
}

TEST(a_local_listener) {
  int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  socklen_t len = sizeof name;
  /* An address of only the family asks for a name of the system's choice. */
  CHECK_OK(bind(listener, (struct sockaddr *)&name, sizeof(sa_family_t)));
  CHECK_OK(listen(listener, 4));
  CHECK_OK(getsockname(listener, (struct sockaddr *)&name, &len));
  CHECK_EQ(t_poll(listener, POLLIN | POLLOUT | POLLRDHUP, 0), 0);
  CHECK_OK(connect(client, (struct sockaddr *)&name, len));
  CHECK_EQ(t_poll(listener, POLLIN | POLLOUT | POLLRDHUP, 0), POLLIN);
  CHECK_EQ(t_poll(client, POLLIN | POLLOUT, 0), POLLOUT);
  CHECK_OK(accept(listener, NULL, NULL));
  CHECK_EQ(t_poll(listener, POLLIN | POLLOUT | POLLRDHUP, 0), 0);
}

/* inetd's way: a socket in the place of standard input. The last one: nothing puts it back. */
TEST(standard_input_can_be_a_socket) {
  int pair[2];
  char byte;
  /* What was known of the old one must be forgotten. */
  struct pollfd before = {STDIN_FILENO, POLLIN, 0};
  CHECK(poll(&before, 1, 0) >= 0);
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_EQ(dup2(pair[0], STDIN_FILENO), STDIN_FILENO);
  struct pollfd p[2] = {{STDIN_FILENO, POLLIN, 0}, {pair[1], POLLIN, 0}};
  CHECK_EQ(poll(p, 2, 10), 0);
  REQUIRE_EQ(send(pair[1], "x", 1, 0), 1);
  CHECK_EQ(poll(p, 2, -1), 1);
  CHECK_EQ(p[0].revents, POLLIN);
  CHECK_EQ(read(STDIN_FILENO, &byte, 1), 1);
  REQUIRE_EQ(write(STDIN_FILENO, "y", 1), 1);
  CHECK_EQ(poll(p, 2, T_LIMIT_MS), 1);
  CHECK_EQ(p[1].revents, POLLIN);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(a_regular_file_is_always_ready);
  RUN(a_file_and_a_socket_together);
  RUN(standard_output_is_writable);
  RUN(standard_input_at_its_end_is_readable);
  RUN(a_pipe_and_a_socket_together);
  RUN(an_idle_pipe_does_not_hide_network_data);
  RUN(an_idle_pipe_alone_waits_for_the_timeout);
  RUN(states_of_pipe_ends);
  RUN(states_of_unconnected_local_sockets);
  RUN(states_of_connected_local_sockets);
  RUN(states_of_local_datagram_pairs);
  RUN(a_local_listener);
  RUN(standard_input_can_be_a_socket);
  return T_END();
}
