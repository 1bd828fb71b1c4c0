/* wordexp.h - POSIX word expansion. libc has no such header. */
#ifndef _WORDEXP_H
#define _WORDEXP_H

#include <wps/defs.h>

#define __NEED_size_t
#include <bits/alltypes.h>

#define WRDE_DOOFFS 1
#define WRDE_APPEND 2
#define WRDE_NOCMD 4
#define WRDE_REUSE 8
#define WRDE_SHOWERR 16
#define WRDE_UNDEF 32

#define WRDE_NOSYS (-1)
#define WRDE_NOSPACE 1
#define WRDE_BADCHAR 2
#define WRDE_BADVAL 3
#define WRDE_CMDSUB 4
#define WRDE_SYNTAX 5

typedef struct {
	size_t we_wordc;
	char **we_wordv;
	size_t we_offs;
} wordexp_t;

__WPS_BEGIN

/* POSIX wordexp(): words as a shell makes them: tilde, variables, quotes, file names; commands and
 * arithmetic are refused. 0, or WRDE_NOSPACE, WRDE_BADCHAR, WRDE_BADVAL, WRDE_CMDSUB,
 * WRDE_SYNTAX. */
int wordexp(const char *__restrict __text, wordexp_t *__restrict __words, int __flags);

/* POSIX wordfree(): frees the words. */
void wordfree(wordexp_t *__words);

__WPS_END

#endif
