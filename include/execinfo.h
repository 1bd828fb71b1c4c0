/* execinfo.h - backtraces, which WebAssembly does not show to programs. */
#ifndef _EXECINFO_H
#define _EXECINFO_H

#include <wps/defs.h>

__WPS_BEGIN

/* backtrace(3): 0 frames. */
int backtrace(void **__frames, int __room);

/* backtrace(3): the frames' names, of which there are none, in one block for free(), or NULL. */
char **backtrace_symbols(void *const *__frames, int __count);

/* backtrace(3): writes the names to a descriptor. */
void backtrace_symbols_fd(void *const *__frames, int __count, int __fd);

__WPS_END

#endif
