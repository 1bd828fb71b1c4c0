/* threads.h, and the scheduling and attributes of pthread.h, of a program with one thread. */
#include "../t.h"
#include <pthread.h>
#include <sched.h>
#include <threads.h>

static int called;

static void once(void) { called++; }

TEST(locks) {
  mtx_t plain, recursive;
  struct timespec past = {1, 0};
  REQUIRE_EQ(mtx_init(&plain, mtx_timed), thrd_success);
  CHECK_EQ(mtx_lock(&plain), thrd_success);
  CHECK_EQ(mtx_trylock(&plain), thrd_busy);
  CHECK_EQ(mtx_timedlock(&plain, &past), thrd_timedout);
  CHECK_EQ(mtx_unlock(&plain), thrd_success);
  CHECK_EQ(mtx_trylock(&plain), thrd_success);
  CHECK_EQ(mtx_unlock(&plain), thrd_success);
  mtx_destroy(&plain);
  REQUIRE_EQ(mtx_init(&recursive, mtx_recursive), thrd_success);
  CHECK_EQ(mtx_lock(&recursive), thrd_success);
  CHECK_EQ(mtx_lock(&recursive), thrd_success);
  CHECK_EQ(mtx_unlock(&recursive), thrd_success);
  CHECK_EQ(mtx_unlock(&recursive), thrd_success);
  mtx_destroy(&recursive);
#ifdef __wasi__ /* elsewhere the thread waits for itself */
  CHECK_EQ(mtx_init(&plain, mtx_plain), thrd_success);
  CHECK_EQ(mtx_lock(&plain), thrd_success);
  CHECK_EQ(mtx_lock(&plain), thrd_error);
#endif
}

TEST(conditions) {
  mtx_t mutex;
  cnd_t condition;
  struct timespec past = {1, 0};
  REQUIRE_EQ(mtx_init(&mutex, mtx_plain), thrd_success);
  REQUIRE_EQ(cnd_init(&condition), thrd_success);
  CHECK_EQ(cnd_signal(&condition), thrd_success);
  CHECK_EQ(cnd_broadcast(&condition), thrd_success);
  CHECK_EQ(mtx_lock(&mutex), thrd_success);
  CHECK_EQ(cnd_timedwait(&condition, &mutex, &past), thrd_timedout);
#ifdef __wasi__ /* elsewhere the thread waits for ever */
  CHECK_EQ(cnd_wait(&condition, &mutex), thrd_error);
#endif
  CHECK_EQ(mtx_unlock(&mutex), thrd_success);
  cnd_destroy(&condition);
}

TEST(values_and_once) {
  tss_t key;
  once_flag flag = ONCE_FLAG_INIT;
  int value = 7;
  REQUIRE_EQ(tss_create(&key, NULL), thrd_success);
  CHECK(tss_get(key) == NULL);
  CHECK_EQ(tss_set(key, &value), thrd_success);
  CHECK(tss_get(key) == &value);
  tss_delete(key);
  call_once(&flag, once);
  call_once(&flag, once);
  CHECK_EQ(called, 1);
  thrd_yield();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  CHECK_EQ(pthread_yield(), 0);
#pragma GCC diagnostic pop
}

#ifdef __wasi__
static int run(void *argument) { return argument != NULL; }
#endif

TEST(there_is_one_thread) {
  void *result;
  CHECK_EQ(pthread_tryjoin_np(pthread_self(), &result), EBUSY);
#ifdef __wasi__
  thrd_t thread;
  struct timespec past = {1, 0};
  CHECK_EQ(pthread_timedjoin_np(pthread_self(), &result, &past), EDEADLK);
  CHECK_EQ(thrd_create(&thread, run, NULL), thrd_error);
  CHECK_EQ(thrd_join(thrd_current(), NULL), thrd_error);
  CHECK_EQ(thrd_detach(thrd_current()), thrd_success);
#endif
}

TEST(attributes_are_kept) {
  pthread_attr_t attributes;
  struct sched_param param = {.sched_priority = 0};
  int value = 77;
  REQUIRE_EQ(pthread_attr_init(&attributes), 0);
  CHECK_EQ(pthread_attr_getscope(&attributes, &value), 0);
  CHECK_EQ(value, PTHREAD_SCOPE_SYSTEM);
  CHECK_EQ(pthread_attr_setscope(&attributes, PTHREAD_SCOPE_SYSTEM), 0);
  CHECK_EQ(pthread_attr_setscope(&attributes, PTHREAD_SCOPE_PROCESS), ENOTSUP);
  CHECK_EQ(pthread_attr_setscope(&attributes, 9), EINVAL);
  CHECK_EQ(pthread_attr_getinheritsched(&attributes, &value), 0);
  CHECK_EQ(value, PTHREAD_INHERIT_SCHED);
  CHECK_EQ(pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED), 0);
  CHECK_EQ(pthread_attr_setinheritsched(&attributes, 9), EINVAL);
  CHECK_EQ(pthread_attr_getinheritsched(&attributes, &value), 0);
  CHECK_EQ(value, PTHREAD_EXPLICIT_SCHED);
  CHECK_EQ(pthread_attr_getschedpolicy(&attributes, &value), 0);
  CHECK_EQ(value, SCHED_OTHER);
  CHECK_EQ(pthread_attr_setschedpolicy(&attributes, SCHED_RR), 0);
  CHECK_EQ(pthread_attr_setschedpolicy(&attributes, SCHED_BATCH), EINVAL);
  CHECK_EQ(pthread_attr_getschedpolicy(&attributes, &value), 0);
  CHECK_EQ(value, SCHED_RR);
  CHECK_EQ(pthread_attr_setschedparam(&attributes, &param), EINVAL);
  param.sched_priority = 7;
  CHECK_EQ(pthread_attr_setschedparam(&attributes, &param), 0);
  param.sched_priority = 0;
  CHECK_EQ(pthread_attr_getschedparam(&attributes, &param), 0);
  CHECK_EQ(param.sched_priority, 7);
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(0, &set);
  CHECK_EQ(pthread_attr_setaffinity_np(&attributes, sizeof set, &set), 0);
  CHECK_EQ(pthread_attr_getaffinity_np(&attributes, sizeof set, &set), 0);
  CHECK(CPU_ISSET(0, &set));
  CHECK_EQ(pthread_attr_destroy(&attributes), 0);
}

TEST(attributes_of_threads_to_come) {
  pthread_attr_t attributes;
  size_t size = 0;
  void *stack = NULL;
  REQUIRE_EQ(pthread_getattr_default_np(&attributes), 0);
  CHECK_EQ(pthread_attr_setstacksize(&attributes, 1 << 20), 0);
  CHECK_EQ(pthread_setattr_default_np(&attributes), 0);
  REQUIRE_EQ(pthread_getattr_default_np(&attributes), 0);
  CHECK_EQ(pthread_attr_getstacksize(&attributes, &size), 0);
  CHECK_EQ(size, 1 << 20);
  REQUIRE_EQ(pthread_getattr_np(pthread_self(), &attributes), 0);
  CHECK_EQ(pthread_attr_getstack(&attributes, &stack, &size), 0);
  char *here = (char *)&size;
  CHECK(here >= (char *)stack && here < (char *)stack + size);
}

TEST(scheduling) {
  struct sched_param param = {.sched_priority = 5};
  int policy = 77;
  clockid_t clock;
  struct timespec time;
  CHECK_EQ(pthread_setschedparam(pthread_self(), SCHED_RR, &param), EPERM);
  CHECK_EQ(pthread_setschedparam(pthread_self(), 99, &param), EINVAL);
  param.sched_priority = 0;
  CHECK_EQ(pthread_setschedparam(pthread_self(), SCHED_OTHER, &param), 0);
  CHECK_EQ(pthread_getschedparam(pthread_self(), &policy, &param), 0);
  CHECK_EQ(policy, SCHED_OTHER);
  CHECK_EQ(param.sched_priority, 0);
  CHECK_EQ(pthread_setschedprio(pthread_self(), 0), 0);
  CHECK_EQ(pthread_setschedprio(pthread_self(), 1), EINVAL);
  CHECK_EQ(pthread_getconcurrency(), 0);
  CHECK_EQ(pthread_setconcurrency(-1), EINVAL);
  CHECK_EQ(pthread_setconcurrency(3), 0);
  CHECK_EQ(pthread_getconcurrency(), 3);
  REQUIRE_EQ(pthread_getcpuclockid(pthread_self(), &clock), 0);
  CHECK_OK(clock_gettime(clock, &time));
}

TEST(ceilings) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutexattr_t attributes;
  int ceiling = 77;
  CHECK_EQ(pthread_mutex_getprioceiling(&mutex, &ceiling), EINVAL);
  CHECK_EQ(pthread_mutex_setprioceiling(&mutex, 3, &ceiling), EINVAL);
  REQUIRE_EQ(pthread_mutexattr_init(&attributes), 0);
  CHECK_EQ(pthread_mutexattr_getprioceiling(&attributes, &ceiling), 0);
  CHECK_EQ(ceiling, 1);
  CHECK_EQ(pthread_mutexattr_setprioceiling(&attributes, 1), 0);
  CHECK_EQ(pthread_mutexattr_setprioceiling(&attributes, 0), EINVAL);
  CHECK_EQ(pthread_mutexattr_setprioceiling(&attributes, 100), EINVAL);
#ifdef __wasi__
  CHECK_EQ(pthread_mutexattr_setprioceiling(&attributes, 7), ENOTSUP);
#endif
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
#ifndef __wasi__
  if (geteuid() == 0 && setuid(65534))
    return 2;
#endif
  RUN(locks);
  RUN(conditions);
  RUN(values_and_once);
  RUN(there_is_one_thread);
  RUN(attributes_are_kept);
  RUN(attributes_of_threads_to_come);
  RUN(scheduling);
  RUN(ceilings);
  return T_END();
}
