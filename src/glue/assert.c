/* What assert() calls when it fails. libc's own formats its message with fprintf, and some versions
 * of libc assert in close and write: every program would carry printf along. In an object of its
 * own, so that a program may define it. */

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

_Noreturn void __assert_fail(const char *, const char *, int, const char *);

_Noreturn void __assert_fail(const char *what, const char *file, int line, const char *function) {
    char digits[12], *number = digits + sizeof digits;
    *--number = '\0';
    do {
        *--number = (char)('0' + line % 10);
    } while ((line /= 10) > 0);
    const char *parts[] = {
        "Assertion failed: ", what, " (", file, ": ", function, ": ", number, ")\n",
    };
    enum { COUNT = sizeof parts / sizeof *parts };
    struct iovec vectors[COUNT];
    for (int i = 0; i < COUNT; i++) {
        vectors[i] = (struct iovec){(void *)parts[i], strlen(parts[i])};
    }
    /* Nobody is left to be told that it failed. */
    ssize_t ignored = writev(STDERR_FILENO, vectors, COUNT);
    (void)ignored;
    abort();
}
