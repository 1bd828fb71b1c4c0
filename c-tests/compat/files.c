/* Files: owners, masks, locks, temporary files, mapped memory. */
#include "../t.h"
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

static int make(const char *name, const char *text) {
  int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (fd >= 0 && write(fd, text, strlen(text)) < 0)
    return -1;
  return fd;
}

TEST(owners) {
  int fd = make("owned", "x");
  REQUIRE_OK(fd);
  uid_t me = geteuid();
  gid_t group = getegid();
  CHECK_OK(chown("owned", me, group));
  CHECK_OK(chown("owned", (uid_t)-1, (gid_t)-1));
  CHECK_OK(fchown(fd, me, (gid_t)-1));
  CHECK_OK(lchown("owned", me, group));
  CHECK_OK(fchownat(AT_FDCWD, "owned", me, group, 0));
  CHECK_ERRNO(chown("not there", me, group), ENOENT);
  CHECK_ERRNO(lchown("not there", me, group), ENOENT);
  CHECK_ERRNO(fchown(9999, me, group), EBADF);
  CHECK_ERRNO(chown(t_hide_pointer((uintptr_t)-8), me, group), EFAULT);
#ifdef __wasi__
  CHECK_ERRNO(chown("owned", 0, 0), EPERM);
  CHECK_ERRNO(fchown(fd, 77, (gid_t)-1), EPERM);
#endif
  CHECK_OK(unlink("owned"));
}

TEST(the_mask_is_remembered) {
  mode_t before = umask(027);
  CHECK(before <= 0777);
  CHECK_EQ(umask(07777), 027);
  CHECK_EQ(umask(before), 0777);
}

TEST(special_files) {
  unlink("node");
  CHECK_OK(mknod("node", S_IFREG | 0600, 0));
  CHECK_ERRNO(mknod("node", S_IFREG | 0600, 0), EEXIST);
  CHECK_ERRNO(mkfifo("node", 0600), EEXIST);
  CHECK_OK(unlink("node"));
#ifdef __wasi__
  CHECK_ERRNO(mkfifo("fifo", 0600), EPERM);
  CHECK_ERRNO(mknod("device", S_IFCHR | 0600, 0), EPERM);
  CHECK_OK(chroot("/"));
  CHECK_ERRNO(chroot("."), EPERM);
#endif
  CHECK_ERRNO(chroot("not there"), ENOENT);
}

TEST(locks) {
  int fd = make("locked", "x");
  REQUIRE_OK(fd);
  CHECK_OK(flock(fd, LOCK_EX));
  CHECK_OK(flock(fd, LOCK_SH | LOCK_NB));
  CHECK_OK(flock(fd, LOCK_UN));
  CHECK_ERRNO(flock(fd, 77), EINVAL);
  CHECK_ERRNO(flock(9999, LOCK_EX), EBADF);
  CHECK_OK(lockf(fd, F_LOCK, 0));
  CHECK_OK(lockf(fd, F_TEST, 0));
  CHECK_OK(lockf(fd, F_TLOCK, 0));
  CHECK_OK(lockf(fd, F_ULOCK, 0));
  CHECK_ERRNO(lockf(fd, 77, 0), EINVAL);
  CHECK_ERRNO(lockf(9999, F_LOCK, 0), EBADF);
  CHECK_OK(unlink("locked"));
}

TEST(mkstemp_makes_new_files) {
  char a[] = "tXXXXXX", b[] = "tXXXXXX", c[] = "tXXXXXX.txt", d[] = "short", e[] = "dXXXXXX";
  int one = mkstemp(a), two = mkstemp(b), three = mkstemps(c, 4);
  CHECK(one >= 0 && two >= 0 && three >= 0);
  CHECK(strcmp(a, b) != 0);
  CHECK(strstr(a, "XXX") == NULL);
  CHECK_STR(c + 7, ".txt");
  CHECK_EQ(write(one, "data", 4), 4);
  CHECK_EQ(lseek(one, 0, SEEK_SET), 0);
  char got[5] = "";
  CHECK_EQ(read(one, got, 4), 4);
  CHECK_STR(got, "data");
  CHECK_ERRNO(mkstemp(d), EINVAL);
  CHECK_ERRNO(mkstemps(a, 100), EINVAL);
  REQUIRE(mkdtemp(e) == e);
  CHECK_OK(rmdir(e));
  char gone[] = "no such folder/XXXXXX";
  CHECK_ERRNO(mkstemp(gone), ENOENT);
  int four = mkostemp(strcpy(a + 0, "tXXXXXX"), O_APPEND);
  CHECK(four >= 0);
  CHECK((fcntl(four, F_GETFL) & O_APPEND) != 0);
  unlink(a);
  unlink(b);
  unlink(c);
}

TEST(tmpfile_has_no_name) {
  FILE *file = tmpfile();
  REQUIRE(file != NULL);
  CHECK(fputs("hello", file) >= 0);
  rewind(file);
  char text[10] = "";
  CHECK(fgets(text, sizeof text, file) != NULL);
  CHECK_STR(text, "hello");
  CHECK_EQ(fclose(file), 0);
}

TEST(mapping_memory) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  unsigned char *p =
      mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(p != MAP_FAILED);
  CHECK_EQ((uintptr_t)p % page, 0);
  for (size_t i = 0; i < 3 * page; i += 1000)
    CHECK_EQ(p[i], 0);
  memset(p, 7, 3 * page);
  CHECK_OK(madvise(p + page, page, MADV_DONTNEED));
  CHECK_EQ(p[0], 7);
  CHECK_EQ(p[page], 0);
  CHECK_EQ(p[2 * page], 7);
  CHECK_OK(mprotect(p, 3 * page, PROT_READ | PROT_WRITE));
  CHECK_OK(munmap(p + 2 * page, page));
  CHECK_EQ(p[page - 1], 7);
  CHECK_OK(munmap(p, 2 * page));
  CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  CHECK_EQ(errno, EINVAL);
  CHECK(mmap(NULL, 100, PROT_READ, MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  CHECK_EQ(errno, EINVAL);
  CHECK(mmap(NULL, 100, PROT_READ, MAP_PRIVATE, 9999, 0) == MAP_FAILED);
  CHECK_EQ(errno, EBADF);
  CHECK(mmap(NULL, 100, PROT_READ, MAP_PRIVATE, 0, 1) == MAP_FAILED);
  CHECK_EQ(errno, EINVAL);
  CHECK_ERRNO(munmap(t_hide_pointer(1), page), EINVAL);
}

/* An address that is no page's is refused everywhere; here every other one is, too. */
TEST(an_address_cannot_be_chosen) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  CHECK(mmap(t_hide_pointer(17), 100, PROT_READ, flags, -1, 0) == MAP_FAILED);
  CHECK_EQ(errno, EINVAL);
#ifdef __wasi__
  CHECK(mmap(t_hide_pointer(0x100000), 100, PROT_READ, flags, -1, 0) == MAP_FAILED);
  CHECK_EQ(errno, EINVAL);
#endif
}

TEST(mapping_files) {
  int fd = make("mapped", "0123456789");
  REQUIRE_OK(fd);
  char *seen = mmap(NULL, 10, PROT_READ, MAP_PRIVATE, fd, 0);
  REQUIRE(seen != MAP_FAILED);
  CHECK_MEM(seen, "0123456789", 10);
  CHECK_EQ(seen[11], 0);
  CHECK_OK(munmap(seen, 10));
  char *shared = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  REQUIRE(shared != MAP_FAILED);
  memcpy(shared + 2, "abc", 3);
  CHECK_OK(msync(shared, 10, MS_SYNC));
  char text[11] = "";
  CHECK_EQ(pread(fd, text, 10, 0), 10);
  CHECK_STR(text, "01abc56789");
  shared[9] = 'z';
  CHECK_OK(munmap(shared, 10));
  CHECK_EQ(pread(fd, text, 10, 0), 10);
  CHECK_STR(text, "01abc5678z");
  /* The file keeps its length though a page was mapped. */
  CHECK_EQ(lseek(fd, 0, SEEK_END), 10);
  char *mine = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  REQUIRE(mine != MAP_FAILED);
  mine[0] = '!';
  CHECK_OK(munmap(mine, 10));
  CHECK_EQ(pread(fd, text, 10, 0), 10);
  CHECK_STR(text, "01abc5678z");
  /* The mapping outlives the descriptor, and is written where the access allows it. */
  int other = open("mapped", O_RDWR);
  shared = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_SHARED, other, 0);
  REQUIRE(shared != MAP_FAILED);
  CHECK_OK(close(other));
  shared[1] = '#';
  CHECK_OK(munmap(shared, 10));
  CHECK_EQ(pread(fd, text, 10, 0), 10);
  CHECK_STR(text, "0#abc5678z");
  other = open("mapped", O_RDONLY);
  CHECK(mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_SHARED, other, 0) == MAP_FAILED);
  CHECK_EQ(errno, EACCES);
  shared = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_PRIVATE, other, 0);
  CHECK(shared != MAP_FAILED);
  CHECK_OK(munmap(shared, 10));
  CHECK_ERRNO(msync((void *)((uintptr_t)shared | 1), 10, MS_SYNC), EINVAL);
  CHECK_OK(unlink("mapped"));
}

TEST(growing_a_mapping) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(p != MAP_FAILED);
  strcpy(p, "kept");
  char *q = mremap(p, page, 5 * page, MREMAP_MAYMOVE);
  REQUIRE(q != MAP_FAILED);
  CHECK_STR(q, "kept");
  CHECK_EQ(q[5 * page - 1], 0);
  CHECK_OK(munmap(q, 5 * page));
}

TEST(what_wasi_does_not_have) {
  char value[16];
  int fd = make("plain", "x");
  CHECK_ERRNO(fchdir(9999), EBADF);
  CHECK_ERRNO(fgetxattr(9999, "user.x", value, sizeof value), EBADF);
#ifdef __wasi__
  struct statfs info;
  CHECK_ERRNO(statfs("plain", &info), ENOSYS);
  CHECK_ERRNO(getxattr("plain", "user.x", value, sizeof value), EOPNOTSUPP);
  CHECK_ERRNO(setxattr("plain", "user.x", "1", 1, 0), EOPNOTSUPP);
  CHECK_ERRNO(listxattr("plain", value, sizeof value), EOPNOTSUPP);
  CHECK_ERRNO(fchdir(fd), ENOSYS);
  CHECK_ERRNO(mlock(value, sizeof value), EPERM);
  CHECK_ERRNO(mprotect(NULL, 4096, PROT_READ), EOPNOTSUPP);
#endif
  struct statfs there;
  CHECK_ERRNO(statfs("not there", &there), ENOENT);
  CHECK_ERRNO(fstatfs(9999, &there), EBADF);
  CHECK_OK(syncfs(fd));
  char *folder = get_current_dir_name();
  CHECK(folder != NULL && *folder != 0);
  free(folder);
  CHECK_OK(eaccess("plain", R_OK));
  CHECK_OK(unlink("plain"));
}

TEST(closing_ranges) {
  int a = socket(AF_INET, SOCK_DGRAM, 0);
  int b = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE_OK(a);
  REQUIRE_EQ(b, a + 1);
  CHECK_OK(close_range((unsigned)b, (unsigned)b, 0));
  CHECK_ERRNO(fcntl(b, F_GETFD), EBADF);
  CHECK_OK(fcntl(a, F_GETFD));
  CHECK_ERRNO(close_range(5, 4, 0), EINVAL);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(owners);
  RUN(the_mask_is_remembered);
  RUN(special_files);
  RUN(locks);
  RUN(mkstemp_makes_new_files);
  RUN(tmpfile_has_no_name);
  RUN(mapping_memory);
  RUN(an_address_cannot_be_chosen);
  RUN(mapping_files);
  RUN(growing_a_mapping);
  RUN(what_wasi_does_not_have);
  RUN(closing_ranges);
  return T_END();
}
