/* asm/types.h - the old name of linux/types.h. */
#ifndef _ASM_TYPES_H
#define _ASM_TYPES_H
#include <linux/types.h>
#endif
