/* sys/mman.h - libc's header, with the emulation it asks for switched on. */
#ifndef _WASI_EMULATED_MMAN
#define _WASI_EMULATED_MMAN
#endif
#include_next <sys/mman.h>
