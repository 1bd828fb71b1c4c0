/*
 * Calls a signal handler of any of the types that C programs use for one.
 *
 * WebAssembly checks a function's type at every indirect call and traps on a mismatch, while
 * old programs install `void handler()`, `int handler()` or handlers with more parameters than
 * they are passed. Where the compiler can ask a function pointer for its type, each shape is
 * tried in turn. Rust has no such test, hence C.
 */
typedef void (*v0)(void);
typedef void (*v1)(int);
typedef void (*v2)(int, void *);
typedef void (*v3)(int, void *, void *);
typedef int (*i0)(void);
typedef int (*i1)(int);
typedef int (*i2)(int, void *);
typedef int (*i3)(int, void *, void *);

/* Returns 1 when the handler was called, 0 when its type is none of the above. */
int __wps_call_handler(void *handler, int signo, void *info, void *context, int wants_info);

int __wps_call_handler(void *handler, int signo, void *info, void *context, int wants_info) {
#if __has_builtin(__builtin_wasm_test_function_pointer_signature)
#define TRY(type, ...)                                                                             \
  if (__builtin_wasm_test_function_pointer_signature((type)handler)) {                            \
    ((type)handler)(__VA_ARGS__);                                                                  \
    return 1;                                                                                      \
  }
  TRY(v1, signo)
  TRY(v3, signo, info, context)
  TRY(v0)
  TRY(v2, signo, info)
  TRY(i0)
  TRY(i1, signo)
  TRY(i2, signo, info)
  TRY(i3, signo, info, context)
  (void)wants_info;
  return 0;
#else
  if (wants_info)
    ((v3)handler)(signo, info, context);
  else
    ((v1)handler)(signo);
  return 1;
#endif
}
