/* What Rust cannot define: an exported allocator, errno's address, the link check, and
 * constants a program may replace. Only declarations that hold for every supported libc are
 * used, because one archive serves them all. */

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

void *__wps_cabi_realloc(void *old, size_t old_size, size_t align, size_t size);

/* The attribute exports it from the component's core module; Rust's no_mangle does not. */
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size,
                                                                size_t align, size_t size) {
    return __wps_cabi_realloc(old, old_size, align, size);
}

int *__wps_errno(void) { return &errno; }

/* The lowest number of a socket. A program may define its own. */
__attribute__((weak)) const int __wps_fd_base = 256;

int __wps_fd_base_value(void) { return __wps_fd_base; }

/* A link without the flags of share/wps/wps.cfg would send close(socket) to libc. Only with
 * those flags does this reference become __wrap_..., which stands below. */
void link_with_clang_config_wps_cfg(void);
void __wrap_link_with_clang_config_wps_cfg(void) {}
/* Kept even though nothing reads it: a reference that is left out is not checked. */
__attribute__((used)) static void (*const needs_flags)(void) = link_with_clang_config_wps_cfg;

/* wasm-ld lets __real_NAME stand for libc's function only if that has been loaded from the
 * archive, which a reference to NAME itself brings about; without one, an invalid module comes
 * out. The table is never used and not kept. Functions that take a path are not in it: nothing
 * but the program and libc's own functions call them, which bring them about themselves, and with
 * them comes what every close() would then have to do (see files.c). */
typedef void function(void);
extern function *const __wps_wrapped[];
function *const __wps_wrapped[] = {
    (function *)_Exit,           (function *)clock_nanosleep,
    (function *)clock_gettime,   (function *)clock_getres,
    (function *)close,           (function *)fcntl,
    (function *)fdatasync,       (function *)fstat,
    (function *)fsync,           (function *)ftruncate,
    (function *)ioctl,           (function *)isatty,
    (function *)lseek,           (function *)read,
    (function *)readv,           (function *)write,
    (function *)pread,           (function *)pwrite,
};

/* Files by their path, in programs that include a header whose functions need them (files.c). */
extern const struct __wps_files __wps_files __attribute__((weak));
int __wps_open_if_linked(const char *path) {
    return &__wps_files ? __wps_files.open_to_read(path) : -1;
}
int __wps_stat_if_linked(int folder, const char *path, struct stat *to, int flags) {
    if (!&__wps_files) {
        errno = ENOENT;
        return -1;
    }
    return __wps_files.stat(folder, path, to, flags);
}

/* libc's table of the folders that the host gave, in programs that open files. */
void __wasilibc_populate_preopens(void) __attribute__((weak));
void __wps_folders_if_linked(void);
void __wps_folders_if_linked(void) {
    if (__wasilibc_populate_preopens) {
        __wasilibc_populate_preopens();
    }
}

/* A program that opens files has this of libc with them. What is there already cannot be made by
 * bind(2) of an AF_UNIX socket. errno stays as it was. */
int its_access(const char *, int) __asm__("access") __attribute__((weak));
void __wps_keep_quiet(int quiet);
int __wps_exists_if_linked(const char *path) {
    int saved = errno, found = 0;
    if (its_access) {
        __wps_keep_quiet(1);
        found = its_access(path, F_OK) == 0;
        __wps_keep_quiet(0);
        errno = saved;
    }
    return found;
}

/* AF_UNIX, in programs that include <sys/un.h> (see unix.c). */
extern int (*const __wps_unix)(int, int, int, int) __attribute__((weak));
int __wps_socket_unix_if_linked(int kind, int protocol, int nonblocking, int close_on_exec) {
    return &__wps_unix ? __wps_unix(kind, protocol, nonblocking, close_on_exec) : -EAFNOSUPPORT;
}

/* AF_NETLINK, in programs that include <linux/netlink.h> (see netlink.c). */
extern int (*const __wps_netlink)(int, int, int, int) __attribute__((weak));
int __wps_socket_netlink_if_linked(int kind, int protocol, int nonblocking, int close_on_exec) {
    return &__wps_netlink ? __wps_netlink(kind, protocol, nonblocking, close_on_exec)
                          : -EAFNOSUPPORT;
}

/* Clock ids are addresses in wasi-libc; the third is processor_time.c's, if that is linked. Old
 * programs write Linux's numbers, where no object is. */
extern const int __wps_processor_clock __attribute__((weak));
int __wps_clock_kind(const void *clock) {
    static const char kinds[] = {1, 2, 3, 3, 2, 1, 2, 2};
    if ((size_t)clock < sizeof kinds) {
        return kinds[(size_t)clock];
    }
    return clock == CLOCK_REALTIME                                        ? 1
           : clock == CLOCK_MONOTONIC                                     ? 2
           : &__wps_processor_clock && clock == &__wps_processor_clock ? 3
                                                                          : 0;
}

/* Only a program that calls getpid itself has it linked; 42 is what wasi-libc's own tells. */
int its_getpid(void) __asm__("getpid") __attribute__((weak));
int __wps_process_id(void) { return its_getpid ? its_getpid() : 42; }

/* Runs at exit and when main returns, before libc flushes its own streams; a stream may write
 * to a socket (fdopen, or dup2 over 1), so they are flushed here first. The reference is weak:
 * a program without stdio has nothing to flush. */
void __wps_finish(void);
void __stdio_exit(void) __attribute__((weak));
__attribute__((destructor)) static void finish(void) {
    if (__stdio_exit) {
        __stdio_exit();
    }
    __wps_finish();
}
