/* limits.h - libc's header, and the limits it leaves out. */
#include_next <limits.h>
#ifndef _WPS_LIMITS_H
#define _WPS_LIMITS_H

#include <wps/defs.h>

#ifdef __WPS_POSIX
/* A write of at most so many bytes to a pipe is not mixed with others. */
#ifndef PIPE_BUF
#define PIPE_BUF 4096
#endif
#ifndef LOGIN_NAME_MAX
#define LOGIN_NAME_MAX 256
#endif
#ifndef HOST_NAME_MAX
#define HOST_NAME_MAX 255
#endif
#ifndef LINE_MAX
#define LINE_MAX 4096
#endif
#ifndef IOV_MAX
#define IOV_MAX 1024
#endif
#ifndef SEM_VALUE_MAX
#define SEM_VALUE_MAX 0x7fffffff
#endif
#ifndef BC_BASE_MAX
#define BC_BASE_MAX 99
#define BC_DIM_MAX 2048
#define BC_SCALE_MAX 99
#define BC_STRING_MAX 1000
#endif
#ifndef EXPR_NEST_MAX
#define EXPR_NEST_MAX 32
#endif
#endif

#endif
