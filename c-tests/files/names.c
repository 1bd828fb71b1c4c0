/* What is wrong with names, and in which order that is told. unlinkat(2), rename(2), link(2), rmdir(2). */
#include "../t.h"

#include <sys/stat.h>

static int file, folder;

static void make(void) {
  REQUIRE_OK(mkdir("names", 0755));
  REQUIRE_OK(folder = open("names", O_RDONLY | O_DIRECTORY));
  REQUIRE_OK(file = openat(folder, "file", O_RDWR | O_CREAT, 0644));
}

static void clean(void) {
  close(file);
  close(folder);
  unlink("names/file");
  CHECK_OK(rmdir("names"));
}

TEST(no_name_goes_before_the_folder) {
  make();
  int numbers[] = {file, folder, 99};
  struct stat status;
  for (int i = 0; i < 3; i++) {
    CHECK_ERRNO(openat(numbers[i], "", O_RDONLY), ENOENT);
    CHECK_ERRNO(unlinkat(numbers[i], "", 0), ENOENT);
    CHECK_ERRNO(mkdirat(numbers[i], "", 0755), ENOENT);
    CHECK_ERRNO(fstatat(numbers[i], "", &status, 0), ENOENT);
  }
  CHECK_ERRNO(openat(file, "x", O_RDONLY), ENOTDIR);
  CHECK_ERRNO(openat(99, "x", O_RDONLY), EBADF);
  clean();
}

TEST(the_first_of_two_names_goes_first) {
  make();
  CHECK_ERRNO(renameat(folder, "none/x", 99, "y"), ENOENT);
  CHECK_ERRNO(renameat(folder, "none/x", file, "y"), ENOENT);
  CHECK_ERRNO(renameat(file, "x", 99, "y"), ENOTDIR);
  CHECK_ERRNO(renameat(file, "x", file, ""), ENOTDIR);
  CHECK_ERRNO(renameat(folder, "none", file, "y"), ENOTDIR);
  CHECK_ERRNO(renameat(folder, "file", file, "y"), ENOTDIR);
  CHECK_ERRNO(renameat(folder, "file", 99, "y"), EBADF);
  CHECK_ERRNO(renameat(folder, "file", folder, "none/y"), ENOENT);
  CHECK_ERRNO(linkat(folder, "none", file, "y", 0), ENOENT);
  CHECK_ERRNO(linkat(folder, "none", folder, "file/y", 0), ENOENT);
  CHECK_ERRNO(linkat(folder, "file", folder, "file/y", 0), ENOTDIR);
  CHECK_ERRNO(linkat(folder, "file", 99, "y", 0), EBADF);
  CHECK_ERRNO(linkat(folder, "file", folder, "file", 0), EEXIST);
  clean();
}

TEST(a_folder_by_itself_is_not_removed) {
  make();
  REQUIRE_OK(mkdir("names/inner", 0755));
  CHECK_ERRNO(rmdir("names/inner/."), EINVAL);
  CHECK_ERRNO(rmdir("names/inner/.//"), EINVAL);
  CHECK_ERRNO(rmdir("names/inner/.."), ENOTEMPTY);
  CHECK_ERRNO(rmdir("names/none/."), ENOENT);
  CHECK_ERRNO(remove("names/inner/.."), ENOTEMPTY);
  CHECK_ERRNO(rmdir("names/file/"), ENOTDIR);
  CHECK_ERRNO(rmdir("names/none/"), ENOENT);
  CHECK_ERRNO(rmdir("names//"), ENOTEMPTY);
  CHECK_ERRNO(unlink("names/inner/."), EISDIR);
  CHECK_OK(rmdir("names/inner/"));
  REQUIRE_OK(mkdir("names/inner/", 0755));
  CHECK_OK(remove("names/inner//"));
  struct stat status;
  CHECK_OK(stat("names/.", &status));
  CHECK(S_ISDIR(status.st_mode));
  clean();
}

TEST(what_is_no_folder_has_nothing_in_it) {
  make();
  struct stat status;
  CHECK_ERRNO(stat("names/file/.", &status), ENOTDIR);
  CHECK_ERRNO(rmdir("names/file/."), ENOTDIR);
  CHECK_ERRNO(rmdir("names/file/.."), ENOTDIR);
  CHECK_ERRNO(mkdir("names/none/.", 0755), ENOENT);
  clean();
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(no_name_goes_before_the_folder);
  RUN(the_first_of_two_names_goes_first);
  RUN(a_folder_by_itself_is_not_removed);
  RUN(what_is_no_folder_has_nothing_in_it);
  return T_END();
}
