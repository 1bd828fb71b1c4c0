/* mqueue.h: queues of messages, shared by name within the program. */
#include "../t.h"
#include <mqueue.h>
#include <signal.h>
#include <sys/epoll.h>

static char name[64];

static mqd_t open_queue(int flags, long most, long size) {
  struct mq_attr attributes = {0};
  attributes.mq_maxmsg = most;
  attributes.mq_msgsize = size;
  return mq_open(name, flags, 0600, &attributes);
}

TEST(names) {
  char slashes[64];
  snprintf(slashes, sizeof slashes, "/wps/q-%d", (int)getpid());
  CHECK_ERRNO(mq_open(name, O_RDWR), ENOENT);
  CHECK_ERRNO(mq_open("", O_RDWR), EINVAL);
  CHECK_ERRNO(mq_open("/", O_RDWR), ENOENT);
  CHECK_ERRNO(mq_open(name + 1, O_RDWR | O_CREAT, 0600, NULL), EINVAL);
  CHECK_ERRNO(mq_open(slashes, O_RDWR | O_CREAT, 0600, NULL), EACCES);
  char longest[260];
  memset(longest, 'x', sizeof longest);
  longest[0] = '/';
  longest[257] = 0;
  CHECK_ERRNO(mq_open(longest, O_RDWR | O_CREAT, 0600, NULL), ENAMETOOLONG);
  mqd_t queue = open_queue(O_RDWR | O_CREAT | O_EXCL, 3, 16);
  REQUIRE_OK(queue);
  CHECK_ERRNO(open_queue(O_RDWR | O_CREAT | O_EXCL, 3, 16), EEXIST);
  CHECK_EQ(fcntl(queue, F_GETFD), FD_CLOEXEC);
  CHECK_OK(mq_unlink(name));
  CHECK_ERRNO(mq_unlink(name), ENOENT);
  CHECK_OK(mq_send(queue, "still there", 11, 0));
  CHECK_OK(mq_close(queue));
  CHECK_ERRNO(mq_close(queue), EBADF);
}

TEST(sizes) {
  struct mq_attr attributes;
  CHECK_ERRNO(open_queue(O_RDWR | O_CREAT, 0, 16), EINVAL);
  CHECK_ERRNO(open_queue(O_RDWR | O_CREAT, 3, 0), EINVAL);
  CHECK_ERRNO(open_queue(O_RDWR | O_CREAT, -1, 16), EINVAL);
  mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0600, NULL);
  REQUIRE_OK(queue);
  CHECK_OK(mq_getattr(queue, &attributes));
  CHECK_EQ(attributes.mq_flags, 0);
  CHECK_EQ(attributes.mq_maxmsg, 10);
  CHECK_EQ(attributes.mq_msgsize, 8192);
  CHECK_EQ(attributes.mq_curmsgs, 0);
  CHECK_OK(mq_unlink(name));
  CHECK_ERRNO(mq_getattr(0, &attributes), EBADF);
}

TEST(order_and_bounds) {
  char text[64];
  unsigned priority = 0;
  mqd_t queue = open_queue(O_RDWR | O_CREAT | O_NONBLOCK, 4, 16);
  REQUIRE_OK(queue);
  CHECK_ERRNO(mq_receive(queue, text, sizeof text, NULL), EAGAIN);
  CHECK_ERRNO(mq_receive(queue, text, 15, NULL), EMSGSIZE);
  CHECK_ERRNO(mq_send(queue, "more than sixteen", 17, 0), EMSGSIZE);
  CHECK_ERRNO(mq_send(queue, "", 0, 32768), EINVAL);
  CHECK_OK(mq_send(queue, "first", 5, 1));
  CHECK_OK(mq_send(queue, "urgent", 6, 9));
  CHECK_OK(mq_send(queue, "second", 6, 1));
  CHECK_OK(mq_send(queue, "", 0, 9));
  CHECK_ERRNO(mq_send(queue, "full", 4, 9), EAGAIN);
  CHECK_EQ(mq_receive(queue, text, sizeof text, &priority), 6);
  CHECK_EQ(priority, 9);
  CHECK_MEM(text, "urgent", 6);
  CHECK_EQ(mq_receive(queue, text, sizeof text, &priority), 0);
  CHECK_EQ(mq_receive(queue, text, sizeof text, &priority), 5);
  CHECK_MEM(text, "first", 5);
  CHECK_EQ(mq_receive(queue, text, sizeof text, NULL), 6);
  CHECK_MEM(text, "second", 6);
  CHECK_OK(mq_unlink(name));
}

TEST(one_direction) {
  char text[16];
  mqd_t in = open_queue(O_RDONLY | O_CREAT, 2, 16), out = mq_open(name, O_WRONLY);
  REQUIRE_OK(in);
  REQUIRE_OK(out);
  CHECK_EQ(fcntl(in, F_GETFL) & O_ACCMODE, O_RDONLY);
  CHECK_EQ(fcntl(out, F_GETFL) & O_ACCMODE, O_WRONLY);
  CHECK_ERRNO(mq_send(in, "x", 1, 0), EBADF);
  CHECK_ERRNO(mq_receive(out, text, sizeof text, NULL), EBADF);
  CHECK_OK(mq_send(out, "x", 1, 0));
  CHECK_EQ(mq_receive(in, text, sizeof text, NULL), 1);
  CHECK_OK(mq_unlink(name));
}

TEST(readiness) {
  char text[16];
  mqd_t queue = open_queue(O_RDWR | O_CREAT, 1, 16);
  REQUIRE_OK(queue);
  int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = queue};
  REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, queue, &event));
  CHECK_EQ(t_poll(queue, POLLIN | POLLOUT, 0), POLLOUT);
  CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
  CHECK_OK(mq_send(queue, "x", 1, 0));
  CHECK_EQ(t_poll(queue, POLLIN | POLLOUT, 0), POLLIN);
  CHECK_EQ(epoll_wait(set, &event, 1, 0), 1);
  CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
  CHECK_EQ(mq_receive(queue, text, sizeof text, NULL), 1);
  CHECK_EQ(t_poll(queue, POLLIN | POLLOUT, 0), POLLOUT);
  CHECK_OK(mq_unlink(name));
}

static mqd_t from_handler;

static void send_one(int signo) {
  (void)signo;
  mq_send(from_handler, "signal", 6, 0);
}

TEST(waiting) {
  char text[16];
  struct timespec past = {1, 0}, bad = {0, -1}, soon, now;
  mqd_t queue = open_queue(O_RDWR | O_CREAT, 1, 16);
  REQUIRE_OK(queue);
  CHECK_ERRNO(mq_timedreceive(queue, text, sizeof text, NULL, &past), ETIMEDOUT);
  CHECK_ERRNO(mq_timedreceive(queue, text, sizeof text, NULL, &bad), EINVAL);
  clock_gettime(CLOCK_REALTIME, &soon);
  soon.tv_sec += 1;
  from_handler = queue;
  struct sigaction action = {0};
  action.sa_handler = send_one;
  action.sa_flags = SA_RESTART;
  CHECK_OK(sigaction(SIGALRM, &action, NULL));
  struct itimerval timer = {{0, 0}, {0, 20000}};
  CHECK_OK(setitimer(ITIMER_REAL, &timer, NULL));
  CHECK_EQ(mq_receive(queue, text, sizeof text, NULL), 6);
  CHECK_OK(mq_send(queue, "full", 4, 0));
  CHECK_ERRNO(mq_timedsend(queue, "more", 4, 0, &past), ETIMEDOUT);
  CHECK_ERRNO(mq_timedsend(queue, "more", 4, 0, &soon), ETIMEDOUT);
  clock_gettime(CLOCK_REALTIME, &now);
  CHECK(now.tv_sec > soon.tv_sec || (now.tv_sec == soon.tv_sec && now.tv_nsec >= soon.tv_nsec));
#ifdef __wasi__ /* on Linux it waits for ever */
  CHECK_ERRNO(mq_send(queue, "more", 4, 0), EDEADLK);
#endif
  CHECK_OK(mq_unlink(name));
}

TEST(flags) {
  char text[16];
  struct mq_attr attributes = {0}, old;
  mqd_t queue = open_queue(O_RDWR | O_CREAT, 1, 16);
  REQUIRE_OK(queue);
  attributes.mq_flags = O_NONBLOCK;
  attributes.mq_maxmsg = 7;
  CHECK_OK(mq_setattr(queue, &attributes, &old));
  CHECK_EQ(old.mq_flags, 0);
  CHECK_EQ(old.mq_maxmsg, 1);
  CHECK_OK(mq_getattr(queue, &old));
  CHECK_EQ(old.mq_flags, O_NONBLOCK);
  CHECK_EQ(old.mq_maxmsg, 1);
  CHECK_ERRNO(mq_receive(queue, text, sizeof text, NULL), EAGAIN);
  CHECK_OK(mq_notify(queue, NULL));
#ifdef __wasi__ /* no other process sends */
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
  CHECK_ERRNO(mq_notify(queue, &event), ENOSYS);
#endif
  CHECK_OK(mq_unlink(name));
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
  snprintf(name, sizeof name, "/wps-q-%d", (int)getpid());
  RUN(names);
  RUN(sizes);
  RUN(order_and_bounds);
  RUN(one_direction);
  RUN(readiness);
  RUN(waiting);
  RUN(flags);
  return T_END();
}
