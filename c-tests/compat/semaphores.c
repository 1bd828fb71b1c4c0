/* semaphore.h: semaphores within one thread, whose signal handlers post. */
#include "../t.h"
#include <semaphore.h>
#include <signal.h>

static sem_t posted;

static void post(int signo) {
  (void)signo;
  sem_post(&posted);
}

static void nothing(int signo) { (void)signo; }

static void handle(void (*handler)(int), int flags) {
  struct sigaction action = {0};
  action.sa_handler = handler;
  action.sa_flags = flags;
  CHECK_OK(sigaction(SIGALRM, &action, NULL));
}

static void alarm_in_ms(int ms) {
  struct itimerval timer = {{0, 0}, {0, ms * 1000}};
  CHECK_OK(setitimer(ITIMER_REAL, &timer, NULL));
}

static struct timespec in_ms(clockid_t clock, int ms) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_sec += ms / 1000;
  time.tv_nsec += ms % 1000 * 1000000L;
  time.tv_sec += time.tv_nsec / 1000000000L;
  time.tv_nsec %= 1000000000L;
  return time;
}

TEST(counting) {
  sem_t sem;
  int value = -1;
  CHECK_ERRNO(sem_init(&sem, 0, SEM_VALUE_MAX + 1u), EINVAL);
  REQUIRE_OK(sem_init(&sem, 0, 2));
  CHECK_OK(sem_wait(&sem));
  CHECK_OK(sem_trywait(&sem));
  CHECK_ERRNO(sem_trywait(&sem), EAGAIN);
  CHECK_OK(sem_post(&sem));
  CHECK_OK(sem_getvalue(&sem, &value));
  CHECK_EQ(value, 1);
  CHECK_OK(sem_destroy(&sem));
  REQUIRE_OK(sem_init(&sem, 1, SEM_VALUE_MAX));
  CHECK_ERRNO(sem_post(&sem), EOVERFLOW);
  CHECK_OK(sem_destroy(&sem));
}

TEST(waiting_until_a_time) {
  sem_t sem;
  struct timespec past = {1, 0}, bad = {0, 1000000000}, before = {-1, 0};
  REQUIRE_OK(sem_init(&sem, 0, 1));
  /* The time is looked at first, but does not matter where there is something to take. */
  CHECK_ERRNO(sem_timedwait(&sem, &bad), EINVAL);
  CHECK_OK(sem_timedwait(&sem, &past));
  CHECK_ERRNO(sem_timedwait(&sem, &past), ETIMEDOUT);
  CHECK_ERRNO(sem_timedwait(&sem, &before), ETIMEDOUT);
  struct timespec soon = in_ms(CLOCK_REALTIME, 30), now;
  CHECK_ERRNO(sem_timedwait(&sem, &soon), ETIMEDOUT);
  clock_gettime(CLOCK_REALTIME, &now);
  CHECK(now.tv_sec > soon.tv_sec || (now.tv_sec == soon.tv_sec && now.tv_nsec >= soon.tv_nsec));
  soon = in_ms(CLOCK_MONOTONIC, 30);
  CHECK_ERRNO(sem_clockwait(&sem, CLOCK_MONOTONIC, &soon), ETIMEDOUT);
  clock_gettime(CLOCK_MONOTONIC, &now);
  CHECK(now.tv_sec > soon.tv_sec || (now.tv_sec == soon.tv_sec && now.tv_nsec >= soon.tv_nsec));
  CHECK_ERRNO(sem_clockwait(&sem, CLOCK_PROCESS_CPUTIME_ID, &soon), EINVAL);
}

TEST(a_handler_posts) {
  REQUIRE_OK(sem_init(&posted, 0, 0));
  handle(post, SA_RESTART);
  alarm_in_ms(20);
  CHECK_OK(sem_wait(&posted));
  handle(nothing, 0);
  alarm_in_ms(20);
  CHECK_ERRNO(sem_wait(&posted), EINTR);
  struct timespec late = in_ms(CLOCK_REALTIME, T_LIMIT_MS);
  alarm_in_ms(20);
  CHECK_ERRNO(sem_timedwait(&posted, &late), EINTR);
  /* With a limit of its own it is not started again. */
  handle(post, SA_RESTART);
  alarm_in_ms(20);
  CHECK_ERRNO(sem_timedwait(&posted, &late), EINTR);
  CHECK_OK(sem_timedwait(&posted, &late));
  CHECK_ERRNO(sem_trywait(&posted), EAGAIN);
}

TEST(nobody_posts) {
#ifdef __wasi__ /* on Linux it waits for ever */
  sem_t sem;
  REQUIRE_OK(sem_init(&sem, 0, 0));
  CHECK_ERRNO(sem_wait(&sem), EDEADLK);
#endif
}

TEST(by_name) {
  char name[64], slashes[64];
  snprintf(name, sizeof name, "/wps-sem-%d", (int)getpid());
  snprintf(slashes, sizeof slashes, "/wps/sem-%d", (int)getpid());
  CHECK(sem_open(name, 0) == SEM_FAILED && errno == ENOENT);
  CHECK(sem_open(slashes, O_CREAT, 0600, 1) == SEM_FAILED && errno == EINVAL);
  CHECK(sem_open("", O_CREAT, 0600, 1) == SEM_FAILED && errno == EINVAL);
  CHECK(sem_open("/", O_CREAT, 0600, 1) == SEM_FAILED && errno == EINVAL);
  CHECK(sem_open(name, O_CREAT, 0600, SEM_VALUE_MAX + 1u) == SEM_FAILED && errno == EINVAL);
  sem_t *sem = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
  REQUIRE(sem != SEM_FAILED);
  CHECK(sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED && errno == EEXIST);
  CHECK(sem_open(name, 0) == sem);
  CHECK_OK(sem_close(sem));
  /* The slash before a name may be left out. */
  sem_t *again = sem_open(name + 1, O_CREAT, 0600, 7);
  REQUIRE(again != SEM_FAILED);
  CHECK_OK(sem_wait(again));
  CHECK_ERRNO(sem_trywait(sem), EAGAIN);
  CHECK_OK(sem_unlink(name));
  CHECK_ERRNO(sem_unlink(name), ENOENT);
  CHECK_ERRNO(sem_unlink(slashes), ENOENT);
  CHECK(sem_open(name, 0) == SEM_FAILED && errno == ENOENT);
  CHECK_OK(sem_close(again));
  CHECK_OK(sem_post(sem));
  CHECK_OK(sem_wait(sem));
  CHECK_OK(sem_close(sem));
}

TEST(bad_pointers) {
#ifdef __wasi__ /* glibc's functions run into the fault */
  sem_t *bad = (sem_t *)-16;
  struct timespec time = {0, 0};
  int value;
  CHECK_ERRNO(sem_init(NULL, 0, 0), EFAULT);
  CHECK_ERRNO(sem_post(bad), EFAULT);
  CHECK_ERRNO(sem_wait(bad), EFAULT);
  CHECK_ERRNO(sem_trywait(NULL), EFAULT);
  CHECK_ERRNO(sem_getvalue(bad, &value), EFAULT);
  CHECK_ERRNO(sem_timedwait(bad, &time), EFAULT);
  CHECK_ERRNO(sem_close(bad), EINVAL);
  CHECK(sem_open((char *)-1, O_CREAT, 0600, 1) == SEM_FAILED && errno == EFAULT);
  CHECK_ERRNO(sem_unlink((char *)-1), EFAULT);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  RUN(counting);
  RUN(waiting_until_a_time);
  RUN(a_handler_posts);
  RUN(nobody_posts);
  RUN(by_name);
  RUN(bad_pointers);
  return T_END();
}
