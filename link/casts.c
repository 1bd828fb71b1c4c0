/*
 * Linked by --wps-casts, before the archives: what they do by asking a function pointer for its
 * type is not needed, and would find one type only, where every function may be called by any.
 */

typedef void (*handler_t)(int, void *, void *);

int __wps_call_handler(void *handler, int signo, void *info, void *context, int wants_info);

int __wps_call_handler(void *handler, int signo, void *info, void *context, int wants_info) {
  (void)wants_info;
  ((handler_t)handler)(signo, info, context);
  return 1;
}
