/* sys/param.h - libc's header; sys/resource.h comes with it, as everywhere else. */
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif
#include_next <sys/param.h>
#ifndef _WPS_SYS_PARAM_H
#define _WPS_SYS_PARAM_H
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#endif
