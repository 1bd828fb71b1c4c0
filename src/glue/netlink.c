/* In an object of its own, so that only a reference to it (from <linux/netlink.h>) brings AF_NETLINK
 * into the program. */

int __wps_socket_netlink(int kind, int protocol, int nonblocking, int close_on_exec);

extern int (*const __wps_netlink)(int, int, int, int);
int (*const __wps_netlink)(int, int, int, int) = __wps_socket_netlink;
