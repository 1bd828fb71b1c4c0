/* malloc.h - libc's header, and aligned allocation that it hides. */
#include_next <malloc.h>
#ifndef _WPS_MALLOC_H
#define _WPS_MALLOC_H

#include <wps/defs.h>

__WPS_BEGIN

/* memalign(3): alignment is a power of 2; for free(), or NULL: EINVAL, ENOMEM. valloc(3): by pages;
 * pvalloc(3): whole pages. */
void *memalign(size_t __alignment, size_t __size);
void *valloc(size_t __size);
void *pvalloc(size_t __size);

__WPS_END

#endif
