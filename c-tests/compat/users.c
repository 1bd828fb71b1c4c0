/* Users beyond the common calls: files of users, the older names of the user one is, and what a
 * program may ask about its own trustworthiness. Natively without privileges. */
#include "../t.h"
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>

TEST(walking_with_a_buffer) {
  struct passwd user, *found = NULL;
  struct group group, *group_found = NULL;
  char buffer[4096];
  int own = 0, result = 0;
  setpwent();
  for (int i = 0; i < 10000; i++) {
    result = getpwent_r(&user, buffer, sizeof buffer, &found);
    if (result)
      break;
    own += user.pw_uid == getuid();
    CHECK(found == &user);
  }
  CHECK_EQ(result, ENOENT);
  CHECK(found == NULL);
  CHECK(own >= 1);
  setpwent();
  CHECK_EQ(getpwent_r(&user, buffer, 3, &found), ERANGE);
  endpwent();
  own = 0;
  setgrent();
  for (int i = 0; i < 10000; i++) {
    result = getgrent_r(&group, buffer, sizeof buffer, &group_found);
    if (result)
      break;
    own += group.gr_gid == getgid();
  }
  CHECK_EQ(result, ENOENT);
  CHECK(own >= 1);
  endgrent();
}

TEST(a_group_by_name_with_a_buffer) {
  struct group group, *found = NULL;
  char buffer[4096], name[100];
  struct group *mine = getgrgid(getgid());
  REQUIRE(mine != NULL);
  snprintf(name, sizeof name, "%s", mine->gr_name);
  CHECK_EQ(getgrnam_r(name, &group, buffer, sizeof buffer, &found), 0);
  CHECK(found == &group && group.gr_gid == getgid());
  CHECK_EQ(getgrnam_r(name, &group, buffer, 3, &found), ERANGE);
  CHECK_EQ(getgrnam_r("no such group", &group, buffer, sizeof buffer, &found), 0);
  CHECK(found == NULL);
}

TEST(users_that_every_system_has) {
  struct passwd *user = getpwnam("root");
  REQUIRE(user != NULL);
  CHECK_EQ(user->pw_uid, 0);
  CHECK_EQ(user->pw_gid, 0);
  CHECK_STR(user->pw_dir, "/root");
  user = getpwnam("nobody");
  REQUIRE(user != NULL);
  CHECK_EQ(user->pw_uid, 65534);
  user = getpwuid(0);
  REQUIRE(user != NULL);
  CHECK_STR(user->pw_name, "root");
  struct group *group = getgrnam("root");
  REQUIRE(group != NULL);
  CHECK_EQ(group->gr_gid, 0);
  CHECK(group->gr_mem[0] == NULL);
  CHECK(getgrnam("nogroup") != NULL || getgrnam("nobody") != NULL);
  group = getgrgid(65534);
  REQUIRE(group != NULL);
  int roots = 0, nobodies = 0;
  setpwent();
  while ((user = getpwent()) != NULL) {
    roots += strcmp(user->pw_name, "root") == 0;
    nobodies += strcmp(user->pw_name, "nobody") == 0;
  }
  endpwent();
  CHECK_EQ(roots, 1);
  CHECK_EQ(nobodies, 1);
}

TEST(writing_a_user) {
  FILE *file = tmpfile();
  REQUIRE(file != NULL);
  struct passwd user = {.pw_name = (char *)"ann",
                        .pw_passwd = (char *)"x",
                        .pw_uid = 7,
                        .pw_gid = 8,
                        .pw_gecos = (char *)"Ann",
                        .pw_dir = (char *)"/home/ann",
                        .pw_shell = (char *)"/bin/sh"};
  CHECK_EQ(putpwent(&user, file), 0);
  rewind(file);
  char line[100] = "";
  CHECK(fgets(line, sizeof line, file) != NULL);
  CHECK_STR(line, "ann:x:7:8:Ann:/home/ann:/bin/sh\n");
  fclose(file);
}

TEST(passwords_are_not_shown) {
#ifdef __wasi__ /* natively it depends on how the machine keeps its users */
  errno = 0;
  CHECK(getspnam("root") == NULL);
  CHECK_EQ(errno, EACCES);
#endif
}

TEST(changing_only_to_what_one_is) {
  uid_t me = getuid();
  gid_t group = getgid();
  CHECK_OK(setregid((gid_t)-1, (gid_t)-1));
  CHECK_OK(setregid(group, group));
  CHECK_ERRNO(setregid(0, (gid_t)-1), EPERM);
  CHECK_EQ(setfsuid(0), (int)me);
  CHECK_EQ(setfsuid(me), (int)me);
  CHECK_EQ(setfsgid(0), (int)group);
  CHECK_EQ(setfsgid(group), (int)group);
}

TEST(the_name_of_the_user) {
  char name[64] = "";
#ifdef __wasi__
  CHECK_EQ(getlogin_r(name, sizeof name), 0);
  CHECK_STR(name, "wasi");
  CHECK_STR(getlogin(), "wasi");
  CHECK_STR(cuserid(name), "wasi");
  CHECK_EQ(getlogin_r(name, 2), ERANGE);
#else
  /* A process without a terminal has no login name. */
  int result = getlogin_r(name, sizeof name);
  CHECK(result == 0 ? *name != 0 : *name == 0);
#endif
}

TEST(the_environment_is_trusted) {
  CHECK_OK(setenv("WPS_STATUS", "set", 1));
#ifdef __wasi__
  /* Natively the program has just dropped its privileges. */
  CHECK_STR(secure_getenv("WPS_STATUS"), "set");
  CHECK_EQ(issetugid(), 0);
#endif
  CHECK(secure_getenv("WPS_NOT_SET") == NULL);
}

TEST(an_unknown_auxiliary_value) {
  errno = 0;
  CHECK_EQ(getauxval(0x7ffffff), 0);
  CHECK_EQ(errno, ENOENT);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
#ifndef __wasi__
  if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
    return 2;
#endif
  RUN(walking_with_a_buffer);
  RUN(a_group_by_name_with_a_buffer);
  RUN(users_that_every_system_has);
  RUN(writing_a_user);
  RUN(passwords_are_not_shown);
  RUN(changing_only_to_what_one_is);
  RUN(the_name_of_the_user);
  RUN(the_environment_is_trusted);
  RUN(an_unknown_auxiliary_value);
  return T_END();
}
