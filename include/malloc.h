/* malloc.h - libc's header, and aligned allocation that it hides. */
#include_next <malloc.h>
#ifndef _WPS_MALLOC_H
#define _WPS_MALLOC_H

#include <stdio.h>
#include <wps/defs.h>

/* mallopt(3) options. */
#define M_MXFAST 1
#define M_NLBLKS 2
#define M_GRAIN 3
#define M_KEEP 4
#define M_TRIM_THRESHOLD -1
#define M_TOP_PAD -2
#define M_MMAP_THRESHOLD -3
#define M_MMAP_MAX -4
#define M_CHECK_ACTION -5
#define M_PERTURB -6
#define M_ARENA_TEST -7
#define M_ARENA_MAX -8

/* mallinfo(3), mallinfo2(3): bytes. Only arena and uordblks are told, both the whole heap. */
struct mallinfo {
	int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
struct mallinfo2 {
	size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

__WPS_BEGIN

/* mallopt(3): 1; libc's allocator has nothing to tune. malloc_trim(3): 0, for memory is never given
 * back. */
int mallopt(int __option, int __value);
int malloc_trim(size_t __keep);

/* mallinfo(3), mallinfo2(3): see the structures. malloc_stats(3): the heap's size, on stderr.
 * malloc_info(3): the same as XML; 0, or EINVAL
 * (options). */
struct mallinfo mallinfo(void);
struct mallinfo2 mallinfo2(void);
void malloc_stats(void);
int malloc_info(int __options, FILE *__stream);

/* memalign(3): alignment is a power of 2; for free(), or NULL: EINVAL, ENOMEM. valloc(3): by pages;
 * pvalloc(3): whole pages. */
void *memalign(size_t __alignment, size_t __size);
void *valloc(size_t __size);
void *pvalloc(size_t __size);

__WPS_END

#endif
