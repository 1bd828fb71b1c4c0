/* In an object of its own, so that only a reference to it (from <sys/un.h>) brings AF_UNIX into
 * the program. */

int __wps_socket_unix(int kind, int protocol, int nonblocking, int close_on_exec);

extern int (*const __wps_unix)(int, int, int, int);
int (*const __wps_unix)(int, int, int, int) = __wps_socket_unix;
