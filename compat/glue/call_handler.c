/*
 * Calls a signal handler of any of the types that C programs use for one.
 *
 * WebAssembly checks a function's type at every indirect call and traps on a mismatch, while
 * old programs install `void handler()`, `int handler()` or handlers with more parameters than
 * they are passed. So it is asked which of these the function is. In C, because the types of Rust's
 * functions are checked, and are no such ones.
 */
typedef void (*v0)(void);
typedef void (*v1)(int);
typedef void (*v2)(int, void *);
typedef void (*v3)(int, void *, void *);
typedef int (*i0)(void);
typedef int (*i1)(int);
typedef int (*i2)(int, void *);
typedef int (*i3)(int, void *, void *);

/* 0 when nothing is known, 9 for a type that no handler has. Between, twice the number of parameters, and
 * 1, and 1 more with a result. */
int __wps_handler_shape(void *handler);

/* Returns 1 when the handler was called, 0 when its type is none of the above. */
int __wps_call_handler(void *handler, int signo, void *info, void *context, int wants_info);

int __wps_call_handler(void *handler, int signo, void *info, void *context, int wants_info) {
  int shape = __wps_handler_shape(handler);
  if (shape == 0) {
    shape = wants_info ? 7 : 3;
  }
  switch (shape) {
  case 1:
    ((v0)handler)();
    return 1;
  case 2:
    ((i0)handler)();
    return 1;
  case 3:
    ((v1)handler)(signo);
    return 1;
  case 4:
    ((i1)handler)(signo);
    return 1;
  case 5:
    ((v2)handler)(signo, info);
    return 1;
  case 6:
    ((i2)handler)(signo, info);
    return 1;
  case 7:
    ((v3)handler)(signo, info, context);
    return 1;
  case 8:
    ((i3)handler)(signo, info, context);
    return 1;
  default:
    return 0;
  }
}
