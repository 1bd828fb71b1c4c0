/* AF_NETLINK, NETLINK_ROUTE: dumps of links, addresses and routes, and what is refused. */
#include "../t.h"
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/epoll.h>
#ifndef __wasi__
#include <grp.h>
#endif

static unsigned sequence;

struct request {
  struct nlmsghdr head;
  union {
    struct rtgenmsg any;
    struct ifinfomsg link;
    struct ifaddrmsg address;
    struct rtmsg route;
  };
  char more[64];
};

static int bound(unsigned groups) {
  struct sockaddr_nl own = {.nl_family = AF_NETLINK, .nl_groups = groups};
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd >= 0 && bind(fd, (struct sockaddr *)&own, sizeof own))
    return -1;
  return fd;
}

static struct request request_for(int type, int flags, size_t size) {
  struct request request;
  memset(&request, 0, sizeof request);
  request.head.nlmsg_len = NLMSG_LENGTH(size);
  request.head.nlmsg_type = (unsigned short)type;
  request.head.nlmsg_flags = (unsigned short)(NLM_F_REQUEST | flags);
  request.head.nlmsg_seq = ++sequence;
  return request;
}

static void attach(struct request *request, int type, const void *data, size_t size) {
  struct rtattr *attribute = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->head.nlmsg_len));
  attribute->rta_type = (unsigned short)type;
  attribute->rta_len = (unsigned short)RTA_LENGTH(size);
  memcpy(RTA_DATA(attribute), data, size);
  request->head.nlmsg_len = NLMSG_ALIGN(request->head.nlmsg_len) + RTA_SPACE(size);
}

static ssize_t ask(int fd, const struct request *request) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  return sendto(fd, request, request->head.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel);
}

/* As dnsmasq does it: first how long, then the whole. */
static ssize_t next(int fd, char *to, size_t size) {
  struct sockaddr_nl from;
  struct iovec part = {to, 0};
  struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1};
  ssize_t length = recvmsg(fd, &message, MSG_PEEK | MSG_TRUNC);
  if (!CHECK(length > 0 && (size_t)length <= size))
    return -1;
  CHECK(message.msg_flags & MSG_TRUNC);
  part.iov_len = size;
  message.msg_namelen = sizeof from;
  message.msg_flags = 0;
  CHECK_EQ(recvmsg(fd, &message, 0), length);
  CHECK_EQ(message.msg_flags & MSG_TRUNC, 0);
  CHECK_EQ(message.msg_namelen, sizeof from);
  CHECK_EQ(from.nl_family, AF_NETLINK);
  CHECK_EQ(from.nl_pid, 0);
  return length;
}

/* Hands each message of a dump to a function, until NLMSG_DONE. */
static int dump(int fd, const struct request *request, void (*each)(struct nlmsghdr *)) {
  static char answer[65536] __attribute__((aligned(8)));
  struct sockaddr_nl own;
  socklen_t size = sizeof own;
  int count = 0;
  if (!CHECK_OK(getsockname(fd, (struct sockaddr *)&own, &size)) ||
      !CHECK_EQ(ask(fd, request), request->head.nlmsg_len))
    return -1;
  for (;;) {
    int length = (int)next(fd, answer, sizeof answer);
    if (length < 0)
      return -1;
    struct nlmsghdr *head = (struct nlmsghdr *)answer;
    for (; NLMSG_OK(head, length); head = NLMSG_NEXT(head, length)) {
      CHECK_EQ(head->nlmsg_seq, request->head.nlmsg_seq);
      CHECK_EQ(head->nlmsg_pid, own.nl_pid);
      CHECK(head->nlmsg_flags & NLM_F_MULTI);
      if (head->nlmsg_type == NLMSG_DONE)
        return count;
      count++;
      each(head);
    }
  }
}

static struct rtattr *find(struct rtattr *attribute, int length, int type) {
  for (; RTA_OK(attribute, length); attribute = RTA_NEXT(attribute, length))
    if (attribute->rta_type == type)
      return attribute;
  return NULL;
}

static int loopbacks;

static void see_link(struct nlmsghdr *head) {
  struct ifinfomsg *link = NLMSG_DATA(head);
  CHECK_EQ(head->nlmsg_type, RTM_NEWLINK);
  struct rtattr *name = find(IFLA_RTA(link), (int)IFLA_PAYLOAD(head), IFLA_IFNAME);
  if (!CHECK(name != NULL))
    return;
  CHECK_EQ(if_nametoindex(RTA_DATA(name)), link->ifi_index);
  CHECK(find(IFLA_RTA(link), (int)IFLA_PAYLOAD(head), IFLA_MTU) != NULL);
  if (strcmp(RTA_DATA(name), "lo") == 0) {
    loopbacks++;
    CHECK(link->ifi_flags & IFF_LOOPBACK);
    CHECK_EQ(link->ifi_type, 772);
  }
}

TEST(links) {
  int fd = bound(0);
  REQUIRE_OK(fd);
  struct request request = request_for(RTM_GETLINK, NLM_F_DUMP, sizeof request.link);
  loopbacks = 0;
  CHECK(dump(fd, &request, see_link) >= 1);
  CHECK_EQ(loopbacks, 1);
  /* Nothing more comes by itself. */
  CHECK_EQ(t_poll(fd, POLLIN | POLLOUT, 0), POLLOUT);
}

static int known, unknown;

static void see_address(struct nlmsghdr *head) {
  struct ifaddrmsg *address = NLMSG_DATA(head);
  struct ifaddrs *list = NULL;
  char name[IF_NAMESIZE] = "";
  CHECK_EQ(head->nlmsg_type, RTM_NEWADDR);
  struct rtattr *own = find(IFA_RTA(address), (int)IFA_PAYLOAD(head), IFA_ADDRESS);
  struct rtattr *local = find(IFA_RTA(address), (int)IFA_PAYLOAD(head), IFA_LOCAL);
  CHECK_EQ(local != NULL, address->ifa_family == AF_INET);
  if (!CHECK(own != NULL) || !CHECK_OK(getifaddrs(&list)))
    return;
  CHECK(if_indextoname(address->ifa_index, name) != NULL);
  int found = 0;
  for (struct ifaddrs *i = list; i; i = i->ifa_next) {
    if (!i->ifa_addr || i->ifa_addr->sa_family != address->ifa_family || strcmp(i->ifa_name, name))
      continue;
    if (address->ifa_family == AF_INET)
      found |= !memcmp(&((struct sockaddr_in *)i->ifa_addr)->sin_addr, RTA_DATA(own), 4);
    else
      found |= !memcmp(&((struct sockaddr_in6 *)i->ifa_addr)->sin6_addr, RTA_DATA(own), 16);
  }
  freeifaddrs(list);
  known += found;
  unknown += !found;
}

TEST(addresses) {
  int fd = bound(0);
  REQUIRE_OK(fd);
  struct request request = request_for(RTM_GETADDR, NLM_F_DUMP, sizeof request.any);
  known = unknown = 0;
  int all = dump(fd, &request, see_address);
  CHECK(all >= 1);
  CHECK_EQ(known, all);
  CHECK_EQ(unknown, 0);
  request = request_for(RTM_GETADDR, NLM_F_DUMP, sizeof request.address);
  request.address.ifa_family = AF_INET;
  int v4 = dump(fd, &request, see_address);
  request = request_for(RTM_GETADDR, NLM_F_DUMP, sizeof request.address);
  request.address.ifa_family = AF_INET6;
  int v6 = dump(fd, &request, see_address);
  CHECK(v4 >= 1);
  CHECK_EQ(v4 + v6, all);
}

static int local_routes;

static void see_route(struct nlmsghdr *head) {
  struct rtmsg *route = NLMSG_DATA(head);
  CHECK_EQ(head->nlmsg_type, RTM_NEWROUTE);
  struct rtattr *to = find(RTM_RTA(route), (int)RTM_PAYLOAD(head), RTA_DST);
  CHECK_EQ(to == NULL, route->rtm_dst_len == 0);
  unsigned loopback = htonl(INADDR_LOOPBACK);
  if (to && route->rtm_family == AF_INET && route->rtm_type == RTN_LOCAL)
    local_routes += !memcmp(RTA_DATA(to), &loopback, 4);
}

TEST(routes) {
  int fd = bound(0);
  REQUIRE_OK(fd);
  struct request request = request_for(RTM_GETROUTE, NLM_F_DUMP, sizeof request.route);
  local_routes = 0;
  CHECK(dump(fd, &request, see_route) >= 1);
  CHECK_EQ(local_routes, 1);
  /* The way to one address. */
  char answer[4096] __attribute__((aligned(8)));
  unsigned loopback = htonl(INADDR_LOOPBACK);
  request = request_for(RTM_GETROUTE, 0, sizeof request.route);
  request.route.rtm_family = AF_INET;
  request.route.rtm_dst_len = 32;
  attach(&request, RTA_DST, &loopback, sizeof loopback);
  REQUIRE_EQ(ask(fd, &request), request.head.nlmsg_len);
  REQUIRE(next(fd, answer, sizeof answer) > 0);
  struct nlmsghdr *head = (struct nlmsghdr *)answer;
  REQUIRE_EQ(head->nlmsg_type, RTM_NEWROUTE);
  struct rtmsg *route = NLMSG_DATA(head);
  CHECK_EQ(route->rtm_type, RTN_LOCAL);
  struct rtattr *link = find(RTM_RTA(route), (int)RTM_PAYLOAD(head), RTA_OIF);
  REQUIRE(link != NULL);
  CHECK_EQ(*(unsigned *)RTA_DATA(link), if_nametoindex("lo"));
}

/* The error that a request is answered with, as a positive number; -1 for no error message. */
static int error_of(int fd, const struct request *request) {
  char answer[4096] __attribute__((aligned(8)));
  if (!CHECK_EQ(ask(fd, request), request->head.nlmsg_len) || next(fd, answer, sizeof answer) < 0)
    return -1;
  struct nlmsghdr *head = (struct nlmsghdr *)answer;
  CHECK_EQ(head->nlmsg_seq, request->head.nlmsg_seq);
  if (head->nlmsg_type != NLMSG_ERROR)
    return -1;
  struct nlmsgerr *error = NLMSG_DATA(head);
  CHECK_EQ(error->msg.nlmsg_seq, request->head.nlmsg_seq);
  CHECK_EQ(error->msg.nlmsg_type, request->head.nlmsg_type);
  return -error->error;
}

TEST(errors) {
  int fd = bound(0);
  REQUIRE_OK(fd);
  struct request request = request_for(RTM_NEWADDR, NLM_F_ACK, sizeof request.address);
  CHECK_EQ(error_of(fd, &request), EPERM);
  request = request_for(RTM_DELLINK, 0, sizeof request.link);
  CHECK_EQ(error_of(fd, &request), EPERM);
  request = request_for(RTM_GETLINK, 0, sizeof request.link);
  request.link.ifi_index = 77777;
  CHECK_EQ(error_of(fd, &request), ENODEV);
  request = request_for(RTM_GETLINK, 0, sizeof request.link);
  CHECK_EQ(error_of(fd, &request), EINVAL);
  request = request_for(RTM_MAX + 100, 0, sizeof request.link);
  CHECK_EQ(error_of(fd, &request), EOPNOTSUPP);
}

TEST(one_link) {
  int fd = bound(0);
  char answer[8192] __attribute__((aligned(8)));
  REQUIRE_OK(fd);
  struct request request = request_for(RTM_GETLINK, NLM_F_ACK, sizeof request.link);
  attach(&request, IFLA_IFNAME, "lo", 3);
  REQUIRE_EQ(ask(fd, &request), request.head.nlmsg_len);
  REQUIRE(next(fd, answer, sizeof answer) > 0);
  see_link((struct nlmsghdr *)answer);
  CHECK_EQ(((struct nlmsghdr *)answer)->nlmsg_flags & NLM_F_MULTI, 0);
  REQUIRE(next(fd, answer, sizeof answer) > 0);
  struct nlmsghdr *head = (struct nlmsghdr *)answer;
  CHECK_EQ(head->nlmsg_type, NLMSG_ERROR);
  CHECK_EQ(((struct nlmsgerr *)NLMSG_DATA(head))->error, 0);
}

TEST(numbers_of_sockets) {
  struct sockaddr_nl own, other;
  socklen_t size = sizeof own;
  int first = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);
  REQUIRE_OK(first);
  CHECK_OK(getsockname(first, (struct sockaddr *)&own, &size));
  CHECK_EQ(size, sizeof own);
  CHECK_EQ(own.nl_family, AF_NETLINK);
  CHECK_EQ(own.nl_pid, 0);
  int second = bound(RTMGRP_LINK);
  REQUIRE_OK(second);
  CHECK_OK(getsockname(second, (struct sockaddr *)&own, &size));
  CHECK(own.nl_pid != 0);
  CHECK_EQ(own.nl_groups, RTMGRP_LINK);
  /* Sending binds. */
  struct request request = request_for(RTM_GETLINK, NLM_F_DUMP, sizeof request.link);
  CHECK_EQ(ask(first, &request), request.head.nlmsg_len);
  CHECK_OK(getsockname(first, (struct sockaddr *)&other, &size));
  CHECK(other.nl_pid != 0 && other.nl_pid != own.nl_pid);
  int third = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  own.nl_groups = 0;
  CHECK_ERRNO(bind(third, (struct sockaddr *)&own, sizeof own), EADDRINUSE);
  own.nl_pid = 123456789;
  CHECK_OK(bind(third, (struct sockaddr *)&own, sizeof own));
  own.nl_pid = 987654321;
  CHECK_ERRNO(bind(third, (struct sockaddr *)&own, sizeof own), EINVAL);
  CHECK_ERRNO(bind(third, (struct sockaddr *)&own, 11), EINVAL);
}

TEST(waiting) {
  int fd = bound(RTMGRP_LINK | RTMGRP_IPV4_IFADDR);
  char answer[16384];
  REQUIRE_OK(fd);
  int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  REQUIRE_OK(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
  CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
  CHECK_ERRNO(recv(fd, answer, sizeof answer, MSG_DONTWAIT), EAGAIN);
  struct request request = request_for(RTM_GETLINK, NLM_F_DUMP, sizeof request.link);
  CHECK_EQ(ask(fd, &request), request.head.nlmsg_len);
  CHECK_EQ(epoll_wait(set, &event, 1, T_LIMIT_MS), 1);
  CHECK_EQ(t_poll(fd, POLLIN, 0), POLLIN);
  /* A buffer that is too short loses the rest of one datagram. */
  CHECK_EQ(recv(fd, answer, 20, 0), 20);
}

TEST(options) {
  int fd = bound(0), value = 0;
  socklen_t size = sizeof value;
  REQUIRE_OK(fd);
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size));
  CHECK_EQ(value, SOCK_RAW);
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &size));
  CHECK_EQ(value, AF_NETLINK);
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value, &size));
  CHECK_EQ(value, NETLINK_ROUTE);
  CHECK_OK(getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &size));
  CHECK_EQ(value, 0);
  value = 65536;
  CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof value));
  value = 1;
  CHECK_OK(setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &value, sizeof value));
  value = 0;
  CHECK_OK(getsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &value, &size));
  CHECK_EQ(value, 1);
  CHECK_OK(setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &value, sizeof value));
  CHECK_OK(setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &(int){RTNLGRP_LINK}, sizeof value));
  CHECK_OK(setsockopt(fd, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, &(int){RTNLGRP_LINK}, sizeof value));
  CHECK_ERRNO(setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &(int){0}, sizeof value), EINVAL);
  CHECK_ERRNO(setsockopt(fd, SOL_NETLINK, 99, &value, sizeof value), ENOPROTOOPT);
}

TEST(what_is_refused) {
  struct sockaddr_nl other = {.nl_family = AF_NETLINK, .nl_pid = 77777777};
  struct sockaddr_in inet = {.sin_family = AF_INET};
  struct request request = request_for(RTM_GETLINK, NLM_F_DUMP, sizeof request.link);
  CHECK_ERRNO(socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE), ESOCKTNOSUPPORT);
  CHECK_ERRNO(socket(AF_NETLINK, SOCK_RAW, 99), EPROTONOSUPPORT);
  CHECK_ERRNO(socket(AF_NETLINK, SOCK_RAW, -1), EPROTONOSUPPORT);
  int fd = bound(0);
  REQUIRE_OK(fd);
  CHECK_ERRNO(sendto(fd, &request, request.head.nlmsg_len, 0, (struct sockaddr *)&other, sizeof other),
              EPERM);
  CHECK_ERRNO(connect(fd, (struct sockaddr *)&other, sizeof other), EPERM);
  other.nl_pid = 0;
  other.nl_groups = 1;
  CHECK_ERRNO(sendto(fd, &request, request.head.nlmsg_len, 0, (struct sockaddr *)&other, sizeof other),
              EPERM);
  CHECK_ERRNO(bind(fd, (struct sockaddr *)&inet, sizeof inet), EINVAL);
  CHECK_ERRNO(listen(fd, 1), EOPNOTSUPP);
  CHECK_ERRNO(accept(fd, NULL, NULL), EOPNOTSUPP);
  CHECK_ERRNO(shutdown(fd, SHUT_RDWR), EOPNOTSUPP);
  other.nl_groups = 0;
  CHECK_OK(connect(fd, (struct sockaddr *)&other, sizeof other));
  CHECK_EQ(send(fd, &request, request.head.nlmsg_len, 0), request.head.nlmsg_len);
  /* What is no request is not answered. */
  int quiet = bound(0);
  request.head.nlmsg_flags = NLM_F_DUMP;
  CHECK_EQ(ask(quiet, &request), request.head.nlmsg_len);
  CHECK_EQ(send(quiet, "short", 5, 0), 5);
  request.head.nlmsg_len = 0x7fffffff;
  CHECK_EQ(send(quiet, &request, sizeof request, 0), sizeof request);
  CHECK_EQ(t_poll(quiet, POLLIN, 0), 0);
}

int main(int argc, char **argv) {
  T_BEGIN(argc, argv);
#ifndef __wasi__
  if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
    return 2;
#endif
  RUN(links);
  RUN(addresses);
  RUN(routes);
  RUN(errors);
  RUN(one_link);
  RUN(numbers_of_sockets);
  RUN(waiting);
  RUN(options);
  RUN(what_is_refused);
  return T_END();
}
