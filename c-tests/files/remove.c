/* The three ways to delete: unlink, unlinkat, remove, of files and of the paths of sockets. */
#include "../t.h"
#include <sys/stat.h>
#include <sys/un.h>

static void make(const char *name) {
  int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK_OK(fd);
  close(fd);
}

TEST(files_and_folders) {
  make("gone");
  CHECK_OK(unlinkat(AT_FDCWD, "gone", 0));
  CHECK_ERRNO(unlinkat(AT_FDCWD, "gone", 0), ENOENT);
  make("gone");
  CHECK_OK(remove("gone"));
  CHECK_ERRNO(remove("gone"), ENOENT);
  CHECK_OK(mkdir("folder", 0700));
  CHECK_OK(unlinkat(AT_FDCWD, "folder", AT_REMOVEDIR));
  CHECK_OK(mkdir("folder", 0700));
  CHECK_OK(remove("folder"));
  CHECK_ERRNO(rmdir("folder"), ENOENT);
}

/* A path stays taken until it is deleted, in any of these ways. */
static void frees(int (*deletes)(const char *)) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "taken"};
  struct sockaddr *name = (struct sockaddr *)&address;
  unlink("taken");
  int a = socket(AF_UNIX, SOCK_STREAM, 0), b = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_OK(bind(a, name, sizeof address));
  CHECK_ERRNO(bind(b, name, sizeof address), EADDRINUSE);
  CHECK_OK(deletes("taken"));
  CHECK_OK(bind(b, name, sizeof address));
  CHECK_OK(deletes("taken"));
  close(a);
  close(b);
}

static int from_here(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

TEST(the_path_of_a_socket) {
  frees(unlink);
  frees(from_here);
  frees(remove);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(files_and_folders);
  RUN(the_path_of_a_socket);
  return T_END();
}
