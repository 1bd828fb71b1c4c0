/*
 * pthread_exit of the only thread ends the program, as on Linux when the last thread goes.
 *
 * Weak, because some wasi-libcs define it in an object together with other pthread calls, which
 * may be linked for their sake.
 */
#include <stdlib.h>

_Noreturn void pthread_exit(void *value);

__attribute__((weak)) _Noreturn void pthread_exit(void *value) {
  (void)value;
  exit(0);
}
