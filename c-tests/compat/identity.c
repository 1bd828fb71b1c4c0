/* Who the process is: users, groups, sessions, and what the user database says. */
#include "../t.h"
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>

/* Who the program runs as: 1000 on WASI; natively not root, who may become anybody. */
static uid_t me;
static gid_t my_group;

TEST(the_user_is_not_root) {
  CHECK_EQ(getuid(), me);
  CHECK_EQ(geteuid(), me);
  CHECK_EQ(getgid(), my_group);
  CHECK_EQ(getegid(), my_group);
  uid_t a = 1, b = 2, c = 3;
  REQUIRE_OK(getresuid(&a, &b, &c));
  CHECK(a == me && b == me && c == me);
  REQUIRE_OK(getresgid(&a, &b, &c));
  CHECK(a == my_group && b == my_group && c == my_group);
}

TEST(only_what_changes_nothing_succeeds) {
  CHECK_OK(setuid(me));
  CHECK_OK(setgid(my_group));
  CHECK_OK(seteuid(me));
  CHECK_OK(setegid(my_group));
  CHECK_OK(setreuid((uid_t)-1, me));
  CHECK_OK(setresuid(me, (uid_t)-1, me));
  CHECK_OK(setresgid((gid_t)-1, (gid_t)-1, (gid_t)-1));
  CHECK_ERRNO(setuid(0), EPERM);
  CHECK_ERRNO(setgid(0), EPERM);
  CHECK_ERRNO(seteuid(12345), EPERM);
  CHECK_ERRNO(setegid(12345), EPERM);
  CHECK_ERRNO(setreuid(0, (uid_t)-1), EPERM);
  CHECK_ERRNO(setresuid((uid_t)-1, 0, (uid_t)-1), EPERM);
  CHECK_ERRNO(setresgid(0, 0, 0), EPERM);
  CHECK_ERRNO(setuid((uid_t)-1), EINVAL);
  CHECK_EQ(getuid(), me);
}

TEST(supplementary_groups) {
  gid_t list[64] = {0};
  int count = getgroups(0, NULL);
  CHECK(count >= 0 && count <= 64);
  CHECK_EQ(getgroups(64, list), count);
  CHECK_ERRNO(getgroups((int)t_hide(-1), list), EINVAL);
  list[0] = 4242;
  CHECK_ERRNO(setgroups(1, list), EPERM);
  CHECK_ERRNO(initgroups("nobody", 4242), EPERM);
  CHECK_ERRNO2(setgroups(1 << 20, list), EINVAL, EPERM);
#ifdef __wasi__
  CHECK_EQ(count, 1);
  list[0] = my_group;
  CHECK_OK(setgroups(1, list));
  CHECK_OK(initgroups("wasi", my_group));
  CHECK_OK(setgroups(0, NULL));
  CHECK_EQ(getgroups(0, NULL), 0);
#endif
}

TEST(the_own_user_is_in_the_database) {
  struct passwd *user = getpwuid(getuid());
  REQUIRE(user != NULL);
  CHECK_EQ(user->pw_uid, getuid());
  CHECK(user->pw_name && *user->pw_name);
  CHECK(user->pw_dir && *user->pw_dir == '/');
  CHECK(user->pw_shell != NULL);
  char name[100];
  snprintf(name, sizeof name, "%s", user->pw_name);
  user = getpwnam(name);
  REQUIRE(user != NULL);
  CHECK_EQ(user->pw_uid, getuid());
  struct group *group = getgrgid(getgid());
  REQUIRE(group != NULL);
  CHECK_EQ(group->gr_gid, getgid());
  snprintf(name, sizeof name, "%s", group->gr_name);
  group = getgrnam(name);
  REQUIRE(group != NULL);
  CHECK(group->gr_mem != NULL);
#ifdef __wasi__
  CHECK_STR(getpwuid(1000)->pw_name, "wasi");
  CHECK_STR(getgrgid(1000)->gr_name, "wasi");
  CHECK_STR(getlogin(), "wasi");
#endif
}

TEST(nobody_has_these_names) {
  errno = 0;
  CHECK(getpwnam("no such user") == NULL);
  CHECK(getpwuid(3999999999u) == NULL);
  CHECK(getgrnam("no such group") == NULL);
  CHECK(getgrgid(3999999999u) == NULL);
  CHECK(getpwnam("") == NULL);
  CHECK(getpwnam("root:x") == NULL);
}

TEST(the_calls_with_a_buffer) {
  struct passwd entry, *found = &entry;
  struct group group, *group_found = &group;
  char buffer[2048];
  CHECK_EQ(getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found), 0);
  CHECK(found == &entry);
  CHECK(entry.pw_name >= buffer && entry.pw_name < buffer + sizeof buffer);
  CHECK_EQ(getpwuid_r(getuid(), &entry, buffer, 5, &found), ERANGE);
  CHECK(found == NULL);
  CHECK_EQ(getpwnam_r("no such user", &entry, buffer, sizeof buffer, &found), 0);
  CHECK(found == NULL);
  CHECK_EQ(getgrgid_r(getgid(), &group, buffer + 1, sizeof buffer - 1, &group_found), 0);
  CHECK(group_found == &group);
  CHECK_EQ((uintptr_t)group.gr_mem % sizeof(void *), 0);
  CHECK_EQ(getgrgid_r(getgid(), &group, buffer, 5, &group_found), ERANGE);
  CHECK(group_found == NULL);
}

TEST(walking_the_users) {
  int own = 0, count = 0;
  setpwent();
  for (struct passwd *user; count < 10000 && (user = getpwent()) != NULL; count++)
    own += user->pw_uid == getuid();
  CHECK(own >= 1);
  int again = 0;
  setpwent();
  while (again < 10000 && getpwent())
    again++;
  CHECK_EQ(again, count);
  endpwent();
  own = 0;
  setgrent();
  for (struct group *group; (group = getgrent()) != NULL;)
    own += group->gr_gid == getgid();
  CHECK(own >= 1);
  endgrent();
  gid_t groups[64] = {0};
  int room = 64;
  CHECK(getgrouplist("nobody", 77, groups, &room) >= 1);
  CHECK_EQ(groups[0], 77);
  room = 0;
  CHECK_EQ(getgrouplist("nobody", 77, groups, &room), -1);
  CHECK(room >= 1);
}

TEST(reading_a_database_of_ones_own) {
  FILE *file = tmpfile();
  REQUIRE(file != NULL);
  fputs("# a comment\n\nann:x:7:8:Ann A.:/home/ann:/bin/sh\nbroken line\nbob::9:9::/:\n", file);
  rewind(file);
  struct passwd *user = fgetpwent(file);
  REQUIRE(user != NULL);
  CHECK_STR(user->pw_name, "ann");
  CHECK_EQ(user->pw_uid, 7);
  CHECK_EQ(user->pw_gid, 8);
  CHECK_STR(user->pw_gecos, "Ann A.");
  CHECK_STR(user->pw_dir, "/home/ann");
  CHECK_STR(user->pw_shell, "/bin/sh");
  user = fgetpwent(file);
  REQUIRE(user != NULL);
  CHECK_STR(user->pw_name, "bob");
  CHECK_STR(user->pw_passwd, "");
  CHECK_STR(user->pw_shell, "");
  CHECK(fgetpwent(file) == NULL);
  rewind(file);
  fputs("staff:x:50:ann,bob,carl\nempty:x:51:\n", file);
  fflush(file);
  rewind(file);
  struct group *group = fgetgrent(file);
  REQUIRE(group != NULL);
  CHECK_STR(group->gr_name, "staff");
  REQUIRE(group->gr_mem[0] && group->gr_mem[1] && group->gr_mem[2]);
  CHECK_STR(group->gr_mem[0], "ann");
  CHECK_STR(group->gr_mem[2], "carl");
  CHECK(group->gr_mem[3] == NULL);
  group = fgetgrent(file);
  REQUIRE(group != NULL);
  CHECK(group->gr_mem[0] == NULL);
  fclose(file);
}

TEST(the_process_and_its_session) {
  CHECK(getpid() > 1);
  CHECK_EQ(getpid(), getpid());
  CHECK(getppid() >= 0);
  CHECK_EQ(getpgid(0), getpgrp());
  CHECK_EQ(getpgid(getpid()), getpgrp());
  CHECK(getsid(0) >= 0);
  CHECK_ERRNO(getpgid(0x7ffffff0), ESRCH);
  CHECK_ERRNO(getsid(0x7ffffff0), ESRCH);
  CHECK_ERRNO(setpgid(0, -1), EINVAL);
  CHECK_ERRNO(setpgid(0x7ffffff0, 0), ESRCH);
  if (getpgrp() != getpid()) {
    CHECK_EQ(setsid(), getpid());
    CHECK_EQ(getsid(0), getpid());
    CHECK_EQ(getpgrp(), getpid());
  }
  CHECK_ERRNO(setsid(), EPERM);
}

TEST(there_are_no_children) {
  int status;
  CHECK_ERRNO(wait(&status), ECHILD);
  CHECK_ERRNO(waitpid(-1, &status, WNOHANG), ECHILD);
  CHECK_ERRNO(waitpid(-1, &status, 0x4000), EINVAL);
  siginfo_t info;
  CHECK_ERRNO(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), ECHILD);
  CHECK_ERRNO(waitid(P_ALL, 0, &info, 0), EINVAL);
}

TEST(programs_cannot_be_started) {
  char *const argv[] = {"x", NULL};
  CHECK_ERRNO(execv("./no such program", argv), ENOENT);
  CHECK_ERRNO(execl("./no such program", "x", (char *)NULL), ENOENT);
#ifdef __wasi__
  CHECK_ERRNO(fork(), ENOSYS);
  CHECK_ERRNO(vfork(), ENOSYS);
  CHECK_ERRNO(execvp("sh", argv), ENOSYS);
  CHECK_ERRNO(execv(".", argv), ENOSYS);
  CHECK_EQ(system(NULL), 0);
  CHECK_ERRNO(system("true"), ENOSYS);
  CHECK(popen("true", "r") == NULL);
  CHECK_EQ(errno, ENOSYS);
  CHECK_OK(daemon(1, 0));
  CHECK_EQ(getsid(0), getpid());
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
#ifdef __wasi__
  me = my_group = 1000;
#else
  if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
    return 2;
  me = geteuid();
  my_group = getegid();
#endif
  RUN(the_user_is_not_root);
  RUN(only_what_changes_nothing_succeeds);
  RUN(supplementary_groups);
  RUN(the_own_user_is_in_the_database);
  RUN(nobody_has_these_names);
  RUN(the_calls_with_a_buffer);
  RUN(walking_the_users);
  RUN(reading_a_database_of_ones_own);
  RUN(the_process_and_its_session);
  RUN(there_are_no_children);
  RUN(programs_cannot_be_started);
  return T_END();
}
