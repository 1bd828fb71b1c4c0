/* sys/sysmacros.h - the parts of a device number, makedev(3). libc has no such header. */
#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H

/* Linux's split of 64 bits: 32 of major, 32 of minor. */
#define major(device) ((unsigned)((((device) >> 31 >> 1) & 0xfffff000) | (((device) >> 8) & 0x00000fff)))
#define minor(device) ((unsigned)((((device) >> 12) & 0xffffff00) | ((device) & 0x000000ff)))
#define makedev(major_number, minor_number)                                              \
	((((major_number) & 0xfffff000ULL) << 32) | (((major_number) & 0x00000fffULL) << 8) | \
	 (((minor_number) & 0xffffff00ULL) << 12) | ((minor_number) & 0x000000ffULL))

#endif
