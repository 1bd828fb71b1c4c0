/* link.h - what is loaded into the program: nothing, for there is no dynamic linker. libc has no such
 * header. */
#ifndef _LINK_H
#define _LINK_H

#include <dlfcn.h>
#include <elf.h>
#include <wps/defs.h>

#define __NEED_size_t
#include <bits/alltypes.h>

#define ElfW(type) Elf32_##type
#define __ELF_NATIVE_CLASS 32

#ifdef __WPS_GNU
/* One object, dl_iterate_phdr(3). */
struct dl_phdr_info {
	ElfW(Addr) dlpi_addr;
	const char *dlpi_name;
	const ElfW(Phdr) *dlpi_phdr;
	ElfW(Half) dlpi_phnum;
	unsigned long long dlpi_adds;
	unsigned long long dlpi_subs;
	size_t dlpi_tls_modid;
	void *dlpi_tls_data;
};
#endif

/* One object, dlinfo(3). */
struct link_map {
	ElfW(Addr) l_addr;
	char *l_name;
	ElfW(Dyn) *l_ld;
	struct link_map *l_next, *l_prev;
};

#ifdef __WPS_GNU
__WPS_BEGIN

/* dl_iterate_phdr(3): 0, without a call: no object has headers that could be shown. */
int dl_iterate_phdr(int (*__call)(struct dl_phdr_info *, size_t, void *), void *__data);

__WPS_END
#endif

#endif
