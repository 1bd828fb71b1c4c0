/* libintl.h - translated messages, gettext(3), of which there are none. libc has no such header. */
#ifndef _LIBINTL_H
#define _LIBINTL_H

#include <wps/defs.h>

#define __USE_GNU_GETTEXT 1
#define __GNU_GETTEXT_SUPPORTED_REVISION(major) ((major) == 0 ? 1 : -1)

__WPS_BEGIN

/* gettext(3): the message itself. */
char *gettext(const char *__message) __attribute__((__format_arg__(1)));
char *dgettext(const char *__domain, const char *__message) __attribute__((__format_arg__(2)));
char *dcgettext(const char *__domain, const char *__message, int __category)
	__attribute__((__format_arg__(2)));

/* ngettext(3): the first for 1, else the second. */
char *ngettext(const char *__one, const char *__many, unsigned long __count)
	__attribute__((__format_arg__(1))) __attribute__((__format_arg__(2)));
char *dngettext(const char *__domain, const char *__one, const char *__many, unsigned long __count)
	__attribute__((__format_arg__(2))) __attribute__((__format_arg__(3)));
char *dcngettext(const char *__domain, const char *__one, const char *__many, unsigned long __count,
	int __category) __attribute__((__format_arg__(2))) __attribute__((__format_arg__(3)));

/* textdomain(3): keeps the domain (NULL only asks), which changes nothing; the domain, or NULL: ENOMEM.
 * bindtextdomain(3), bind_textdomain_codeset(3): the folder or encoding, which is not kept; NULL with
 * EINVAL for an empty domain. */
char *textdomain(const char *__domain);
char *bindtextdomain(const char *__domain, const char *__folder);
char *bind_textdomain_codeset(const char *__domain, const char *__encoding);

__WPS_END

#endif
