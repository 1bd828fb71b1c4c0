/* stdio over sockets: fdopen(), fprintf(), fgets(), dprintf(), and what closing does.
 * POSIX 2024 fdopen(), dprintf(), "Interaction of file descriptors and standard I/O streams". */
#include "../t.h"

TEST(fgets_reads_lines) {
  int pair[2];
  char line[32];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FILE *in = fdopen(pair[1], "r");
  REQUIRE(in != NULL);
  CHECK_EQ(fileno(in), pair[1]);
  CHECK_EQ(t_send_all(pair[0], "first\nsecond\nlast", 17), 17);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  CHECK_STR(fgets(line, sizeof line, in), "first\n");
  CHECK_STR(fgets(line, sizeof line, in), "second\n");
  CHECK_STR(fgets(line, sizeof line, in), "last");
  CHECK(fgets(line, sizeof line, in) == NULL);
  CHECK(feof(in) && !ferror(in));
  CHECK_EQ(fclose(in), 0);
}

TEST(fprintf_writes) {
  int pair[2];
  char buffer[64] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET6, pair));
  FILE *out = fdopen(pair[0], "w");
  REQUIRE(out != NULL);
  CHECK_EQ(fprintf(out, "%s %d\n", "number", 42), 10);
  CHECK_ERRNO(recv(pair[1], buffer, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(fflush(out), 0);
  CHECK_EQ(t_recv_all(pair[1], buffer, 10), 10);
  CHECK_STR(buffer, "number 42\n");
  CHECK_EQ(fputs("tail", out) >= 0, 1);
  CHECK_EQ(fclose(out), 0);
  memset(buffer, 0, sizeof buffer);
  CHECK_EQ(t_recv_all(pair[1], buffer, 63), 4);
  CHECK_STR(buffer, "tail");
}

/* The usual way of old servers: a stream for each direction over a dup. */
TEST(two_streams_over_one_connection) {
  int pair[2];
  char line[64];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FILE *in = fdopen(pair[1], "r"), *out = fdopen(dup(pair[1]), "w");
  REQUIRE(in != NULL && out != NULL);
  setvbuf(out, NULL, _IOLBF, 0);
  CHECK_EQ(dprintf(pair[0], "GET %s\n", "/index"), 11);
  CHECK_STR(fgets(line, sizeof line, in), "GET /index\n");
  fprintf(out, "200 %zu\n", strlen(line));
  CHECK_EQ(t_recv_all(pair[0], line, 7), 7);
  CHECK_MEM(line, "200 11\n", 7);
  CHECK_EQ(fclose(in), 0);
  fputs("bye\n", out);
  CHECK_EQ(fclose(out), 0);
  CHECK_EQ(t_recv_all(pair[0], line, 64), 4);
  CHECK_MEM(line, "bye\n", 4);
}

TEST(dprintf_goes_out_at_once) {
  int pair[2];
  char buffer[16] = "";
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  CHECK_EQ(dprintf(pair[0], "%05d", 77), 5);
  CHECK_EQ(t_recv_all(pair[1], buffer, 5), 5);
  CHECK_STR(buffer, "00077");
}

TEST(read_and_write_mode) {
  int pair[2];
  char line[16];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FILE *stream = fdopen(pair[0], "r+");
  REQUIRE(stream != NULL);
  CHECK(fputs("question\n", stream) >= 0);
  CHECK_EQ(fflush(stream), 0);
  CHECK_EQ(t_recv_all(pair[1], line, 9), 9);
  CHECK_EQ(t_send_all(pair[1], "answer\n", 7), 7);
  CHECK_STR(fgets(line, sizeof line, stream), "answer\n");
  CHECK_EQ(fclose(stream), 0);
  CHECK_EQ(recv(pair[1], line, 1, 0), 0);
}

TEST(not_seekable) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FILE *stream = fdopen(pair[0], "r");
  REQUIRE(stream != NULL);
  CHECK_ERRNO(ftell(stream), ESPIPE);
  CHECK_ERRNO(fseek(stream, 0, SEEK_SET), ESPIPE);
  CHECK_EQ(fclose(stream), 0);
}

TEST(would_block_is_an_error_that_clears) {
  int pair[2];
  char line[16];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  REQUIRE_OK(t_set_nonblock(pair[1], 1));
  FILE *in = fdopen(pair[1], "r");
  REQUIRE(in != NULL);
  errno = 0;
  CHECK(fgets(line, sizeof line, in) == NULL);
  CHECK_EQ(errno, EAGAIN);
  CHECK(ferror(in) && !feof(in));
  clearerr(in);
  CHECK_EQ(t_send_all(pair[0], "now\n", 4), 4);
  REQUIRE(t_wait(pair[1], POLLIN));
  CHECK_STR(fgets(line, sizeof line, in), "now\n");
  CHECK_EQ(fclose(in), 0);
}

TEST(fwrite_large) {
  static unsigned char data[300000];
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  t_pattern(data, sizeof data, 0);
  REQUIRE_OK(peer_start(peer, "drain 1"));
  FILE *out = fdopen(fd, "w");
  REQUIRE(out != NULL);
  for (size_t i = 0; i < sizeof data; i += 1000)
    REQUIRE_EQ(fwrite(data + i, 1, 1000, out), 1000);
  CHECK_EQ(fclose(out), 0);
  peer_check_drained(peer, data, sizeof data);
}

TEST(fread_large) {
  static unsigned char data[300000];
  int peer = peer_open(), fd = peer_connection(peer);
  REQUIRE(fd >= 0);
  REQUIRE_OK(peer_start(peer, "write 1 300000"));
  FILE *in = fdopen(fd, "r");
  REQUIRE(in != NULL);
  CHECK_EQ(fread(data, 1, sizeof data, in), sizeof data);
  CHECK_EQ(t_pattern_match(data, sizeof data, 0), sizeof data);
  CHECK_EQ(fclose(in), 0);
}

TEST(fclose_closes_the_socket) {
  int pair[2];
  char c;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FILE *stream = fdopen(pair[0], "w");
  REQUIRE(stream != NULL);
  CHECK_EQ(fclose(stream), 0);
  CHECK_ERRNO(fcntl(pair[0], F_GETFD), EBADF);
  CHECK_EQ(recv(pair[1], &c, 1, 0), 0);
}

TEST(write_to_a_closed_peer_sets_the_error) {
  int pair[2];
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FILE *out = fdopen(pair[0], "w");
  REQUIRE(out != NULL);
  CHECK_OK(shutdown(pair[0], SHUT_WR));
  fputs("lost", out);
  CHECK_ERRNO(fflush(out), EPIPE);
  CHECK(ferror(out));
  fclose(out);
}

TEST(scanf_from_a_socket) {
  int pair[2], a = 0, b = 0;
  REQUIRE_OK(t_tcp_pair(AF_INET, pair));
  FILE *in = fdopen(pair[1], "r");
  REQUIRE(in != NULL);
  CHECK_EQ(dprintf(pair[0], "12 34\n"), 6);
  CHECK_EQ(fscanf(in, "%d %d", &a, &b), 2);
  CHECK(a == 12 && b == 34);
  CHECK_EQ(fclose(in), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(fgets_reads_lines);
  RUN(fprintf_writes);
  RUN(two_streams_over_one_connection);
  RUN(dprintf_goes_out_at_once);
  RUN(read_and_write_mode);
  RUN(not_seekable);
  RUN(would_block_is_an_error_that_clears);
  RUN(fwrite_large);
  RUN(fread_large);
  RUN(fclose_closes_the_socket);
  RUN(write_to_a_closed_peer_sets_the_error);
  RUN(scanf_from_a_socket);
  return T_END();
}
