/* dlfcn.h - libc's header, and GNU's additions. Loading is refused: dlerror() says so. */
#include_next <dlfcn.h>
#ifndef _WPS_DLFCN_H
#define _WPS_DLFCN_H

#include <wps/defs.h>

__WPS_BEGIN

/* POSIX dlopen(), dlsym(): NULL. dlclose(): -1; no handle was ever given out.
 * dlerror(): the text of the last failure once, then NULL. */
void *dlopen(const char *__path, int __mode);
void *dlsym(void *__restrict __handle, const char *__restrict __name);
int dlclose(void *__handle);
char *dlerror(void);

#ifdef __WPS_MISC
/* What dladdr() tells. */
typedef struct {
	const char *dli_fname;
	void *dli_fbase;
	const char *dli_sname;
	void *dli_saddr;
} Dl_info;

/* dladdr(3): 0; addresses have no names here. */
int dladdr(const void *__address, Dl_info *__info);
#endif

#ifdef __WPS_GNU
/* dlsym(3), dlinfo(3): NULL and -1; dlerror() tells why. */
void *dlvsym(void *__restrict __handle, const char *__restrict __name,
	const char *__restrict __version);
int dlinfo(void *__restrict __handle, int __request, void *__restrict __info);
#endif

__WPS_END

#endif
