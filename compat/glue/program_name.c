/*
 * The name the program was started with, for err(), warn(), error() and syslog().
 *
 * wasi-libc declares musl's __progname and program_invocation_name but never sets them. Which
 * call has the arguments depends on the libc, so both are weak references: whichever one the
 * libc's start code uses is linked already when main() takes arguments.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern char *__progname, *__progname_full;

typedef struct {
  uint8_t *ptr;
  size_t len;
} string;

typedef struct {
  string *ptr;
  size_t len;
} string_list;

/* wasi-libc on wasip1, and on wasip2 as far as it is built on the adapter. */
__attribute__((weak)) uint16_t __wasi_args_sizes_get(size_t *count, size_t *size);
__attribute__((weak)) uint16_t __wasi_args_get(uint8_t **argv, uint8_t *text);
/* wasi-libc on wasip2 proper. */
__attribute__((weak)) void environment_get_arguments(string_list *to);

const char *__wps_program_name(void);

static char *first_argument(void) {
  if (environment_get_arguments) {
    string_list list = {NULL, 0};
    environment_get_arguments(&list);
    if (list.len && list.ptr)
      return strndup((const char *)list.ptr[0].ptr, list.ptr[0].len);
  } else if (__wasi_args_sizes_get && __wasi_args_get) {
    size_t count = 0, size = 0;
    if (__wasi_args_sizes_get(&count, &size) == 0 && count && size) {
      uint8_t **argv = calloc(count, sizeof *argv);
      uint8_t *text = malloc(size);
      char *first = NULL;
      if (argv && text && __wasi_args_get(argv, text) == 0)
        first = strdup((const char *)argv[0]);
      free(argv);
      free(text);
      return first;
    }
  }
  return NULL;
}

/* The last part of the program's path; "program" when it cannot be known. Never NULL. */
const char *__wps_program_name(void) {
  if (!__progname) {
    char *full = first_argument();
    if (!full || !*full)
      full = "program";
    __progname_full = full;
    char *slash = strrchr(full, '/');
    __progname = slash ? slash + 1 : full;
  }
  return __progname;
}
