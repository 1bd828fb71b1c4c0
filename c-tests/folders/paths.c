/* Relative and absolute paths, and the current folder. */
#include "../t.h"
#include <dirent.h>
#include <sys/stat.h>

static char start[PATH_MAX];

static void make(const char *name, const char *text) {
  int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  CHECK_OK(fd);
  CHECK_EQ(write(fd, text, strlen(text)), (long long)strlen(text));
  CHECK_OK(close(fd));
}

static int is_there(const char *name) { return access(name, F_OK) == 0; }

static const char *below_start(const char *name) {
  static char path[2 * PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", start, name);
  return path;
}

static int is_current(const char *path) {
  char now[PATH_MAX];
  return CHECK(getcwd(now, sizeof now) == now) && CHECK_STR(now, path);
}

static int same_file(const char *a, const char *b) {
  struct stat first, second;
  return CHECK_OK(stat(a, &first)) && CHECK_OK(stat(b, &second)) &&
         CHECK_EQ(first.st_ino, second.st_ino) && CHECK_EQ(first.st_size, second.st_size);
}

TEST(the_current_folder_has_an_absolute_path) {
  CHECK(start[0] == '/' && start[1] != '\0');
  make("here", "abc");
  same_file("here", below_start("here"));
  same_file(".", start);
  make(below_start("there"), "de");
  same_file("there", below_start("there"));
  CHECK_OK(unlink("there"));
  CHECK_OK(unlink(below_start("here")));
}

TEST(getcwd_says_what_is_wrong) {
  char small[2];
  CHECK(getcwd(small, sizeof small) == NULL && errno == ERANGE);
  CHECK(getcwd(small, 0) == NULL && errno == EINVAL);
  CHECK(getcwd(NULL, 2) == NULL && errno == ERANGE);
  char *made = getcwd(NULL, 0);
  CHECK_STR(made, start);
  free(made);
  made = getcwd(NULL, PATH_MAX);
  CHECK_STR(made, start);
  free(made);
  char exact[PATH_MAX];
  CHECK(getcwd(exact, strlen(start) + 1) == exact);
  CHECK(getcwd(exact, strlen(start)) == NULL && errno == ERANGE);
}

TEST(real_paths) {
  char real[PATH_MAX];
  make("file", "x");
  REQUIRE_OK(mkdir("sub", 0700));
  REQUIRE_OK(symlink("../file", "sub/link"));
  CHECK_STR(realpath("file", real), below_start("file"));
  CHECK_STR(realpath("./sub/../file", real), below_start("file"));
  CHECK_STR(realpath("sub/link", real), below_start("file"));
  CHECK_STR(realpath(".", real), start);
  CHECK_STR(realpath("/", real), "/");
  char absolute[2 * PATH_MAX];
  snprintf(absolute, sizeof absolute, "%s//sub/.//link", start);
  CHECK_STR(realpath(absolute, real), below_start("file"));
  CHECK(realpath("absent", real) == NULL && errno == ENOENT);
  CHECK(realpath("file/x", real) == NULL && errno == ENOTDIR);
  CHECK_OK(unlink("sub/link"));
  CHECK_OK(rmdir("sub"));
  CHECK_OK(unlink("file"));
}

TEST(another_folder) {
  REQUIRE_OK(mkdir("sub", 0700));
  REQUIRE_OK(mkdir("sub/in", 0700));
  make("sub/in/file", "x");
  CHECK_OK(chdir("sub"));
  is_current(below_start("sub"));
  CHECK(is_there("in/file") && is_there("./in/../in/file") && !is_there("sub"));
  CHECK(is_there("../sub/in/file") && is_there(below_start("sub/in/file")));
  CHECK_OK(chdir("in/"));
  is_current(below_start("sub/in"));
  make("more", "y");
  CHECK_OK(chdir("../.."));
  is_current(start);
  CHECK(is_there("sub/in/more"));
  CHECK_OK(chdir(below_start("sub/./in")));
  is_current(below_start("sub/in"));
  CHECK_OK(unlink("more"));
  CHECK_OK(unlink("file"));
  CHECK_OK(chdir(start));
  CHECK_OK(rmdir("sub/in"));
  CHECK_OK(rmdir("sub"));
}

static void make_link(void) {
  REQUIRE_OK(mkdir("one", 0700));
  REQUIRE_OK(mkdir("one/two", 0700));
  REQUIRE_OK(symlink("one/two", "link"));
  make("one/beside", "x");
}

static void remove_link(void) {
  CHECK_OK(unlink("link"));
  CHECK_OK(unlink("one/beside"));
  CHECK_OK(rmdir("one/two"));
  CHECK_OK(rmdir("one"));
}

TEST(a_link_leads_to_the_folder_itself) {
  make_link();
  CHECK_OK(chdir("link"));
  is_current(below_start("one/two"));
  CHECK(is_there("../beside"));
  CHECK_OK(chdir(start));
  remove_link();
}

/* Two dots lead to the folder above the one that the link leads to. */
TEST(from_a_link_to_the_folder_above) {
  make_link();
  CHECK(is_there("link/../beside") && !is_there("link/../link"));
  remove_link();
}

TEST(the_root) {
  make("file", "x");
  CHECK_OK(chdir("/"));
  is_current("/");
  CHECK(is_there(below_start("file")) && is_there(below_start("file") + 1));
  CHECK(!is_there("file"));
  CHECK_OK(chdir(".."));
  is_current("/");
  CHECK_OK(chdir(start + 1));
  is_current(start);
  CHECK_OK(unlink("file"));
}

TEST(chdir_says_what_is_wrong) {
  make("file", "x");
  CHECK_ERRNO(chdir("absent"), ENOENT);
  CHECK_ERRNO(chdir(""), ENOENT);
  CHECK_ERRNO(chdir("file"), ENOTDIR);
  CHECK_ERRNO(chdir("file/"), ENOTDIR);
  CHECK_ERRNO(chdir("/wps-absent"), ENOENT);
  CHECK_ERRNO(chdir((const char *)-1), EFAULT);
  is_current(start);
  CHECK_OK(unlink("file"));
}

TEST(folders_above_are_folders) {
  struct stat status;
  char path[PATH_MAX], text[8];
  strcpy(path, start);
  for (char *slash; (slash = strrchr(path, '/')) != NULL;) {
    slash[slash == path] = '\0';
    CHECK_OK(stat(path, &status));
    CHECK(S_ISDIR(status.st_mode));
    CHECK_OK(lstat(path, &status));
    CHECK(S_ISDIR(status.st_mode));
    CHECK_OK(access(path, F_OK));
    CHECK_OK(access(path, X_OK));
    CHECK_ERRNO(mkdir(path, 0700), EEXIST);
    CHECK_ERRNO(readlink(path, text, sizeof text), EINVAL);
    CHECK_ERRNO(open(path, O_WRONLY), EISDIR);
    CHECK_ERRNO(open(path, O_CREAT | O_EXCL | O_WRONLY, 0600), EEXIST);
    CHECK_ERRNO(symlink("x", path), EEXIST);
    if (slash == path)
      break;
  }
}

/* mkdir -p, as programs have it. */
TEST(every_folder_of_a_path_can_be_made) {
  char path[2 * PATH_MAX];
  snprintf(path, sizeof path, "%s/p/q/r", start);
  for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
    *slash = '\0';
    CHECK(mkdir(path, 0700) == 0 || errno == EEXIST);
  }
  CHECK_OK(mkdir(path, 0700));
  CHECK(is_there("p/q/r"));
  CHECK_OK(rmdir("p/q/r"));
  CHECK_OK(rmdir("p/q"));
  CHECK_OK(rmdir("p"));
}

/* Each in a folder that is nowhere. None of them may act on what has that name below the current one. */
TEST(what_is_outside_stays_outside) {
  struct stat status;
  char text[8];
  static const char name[] = "/wps-absent/x";
  CHECK_OK(mkdir("wps-absent", 0700));
  CHECK_ERRNO(open(name, O_CREAT | O_WRONLY, 0600), ENOENT);
  CHECK_ERRNO(mkdir(name, 0700), ENOENT);
  CHECK_ERRNO(symlink("y", name), ENOENT);
  CHECK(fopen(name, "w") == NULL && errno == ENOENT);
  CHECK(!is_there("wps-absent/x") && !is_there("x"));
  make("wps-absent/x", "x");
  make("y", "y");
  CHECK_ERRNO(open(name, O_RDONLY), ENOENT);
  CHECK_ERRNO(stat(name, &status), ENOENT);
  CHECK_ERRNO(access(name, F_OK), ENOENT);
  CHECK_ERRNO(readlink(name, text, sizeof text), ENOENT);
  CHECK_ERRNO(unlink(name), ENOENT);
  CHECK_ERRNO(rmdir("/wps-absent"), ENOENT);
  CHECK_ERRNO(rename(name, "y"), ENOENT);
  CHECK_ERRNO(rename("y", name), ENOENT);
  CHECK_ERRNO(link("y", name), ENOENT);
  CHECK_ERRNO(truncate(name, 0), ENOENT);
  CHECK_ERRNO(utimes(name, NULL), ENOENT);
  CHECK(opendir("/wps-absent") == NULL && errno == ENOENT);
  CHECK(is_there("y") && is_there("wps-absent/x"));
  CHECK_OK(unlink("y"));
  CHECK_OK(unlink("wps-absent/x"));
  CHECK_OK(rmdir("wps-absent"));
}

TEST(paths_that_are_none) {
  struct stat status;
  static char longest[PATH_MAX + 1];
  memset(longest, 'a', PATH_MAX);
  for (int i = 100; i < PATH_MAX; i += 100)
    longest[i] = '/';
  CHECK_ERRNO(open("", O_RDONLY), ENOENT);
  CHECK_ERRNO(open("", O_CREAT | O_WRONLY, 0600), ENOENT);
  CHECK_ERRNO(stat("", &status), ENOENT);
  CHECK_ERRNO(mkdir("", 0700), ENOENT);
  CHECK_ERRNO(unlink(""), ENOENT);
  CHECK_ERRNO(rmdir(""), ENOENT);
  CHECK_ERRNO(access("", F_OK), ENOENT);
  CHECK_ERRNO(rename("", "x"), ENOENT);
  CHECK(opendir("") == NULL && errno == ENOENT);
  CHECK_ERRNO(open(longest, O_RDONLY), ENAMETOOLONG);
  CHECK_ERRNO(stat(longest, &status), ENAMETOOLONG);
  CHECK_ERRNO(mkdir(longest, 0700), ENAMETOOLONG);
  CHECK_ERRNO(chdir(longest), ENAMETOOLONG);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  if (!getcwd(start, sizeof start))
    return 1;
  RUN(the_current_folder_has_an_absolute_path);
  RUN(getcwd_says_what_is_wrong);
  RUN(real_paths);
  RUN(another_folder);
  RUN(a_link_leads_to_the_folder_itself);
  RUN(from_a_link_to_the_folder_above);
  RUN(the_root);
  RUN(chdir_says_what_is_wrong);
  RUN(folders_above_are_folders);
  RUN(every_folder_of_a_path_can_be_made);
  RUN(what_is_outside_stays_outside);
  RUN(paths_that_are_none);
  return T_END();
}
