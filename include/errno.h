/* errno.h - libc's errors, and the names of Linux's others, so that programs compile. */
#include_next <errno.h>
#ifndef _WPS_ERRNO_H
#define _WPS_ERRNO_H

#include <wps/defs.h>
#include <wps/values.h>

/*
 * POSIX and Linux names that wasi-libc lacks, for programs that test for them; no function here
 * fails with one, but socket(), which gives ESOCKTNOSUPPORT and EPFNOSUPPORT where Linux does.
 */
/* Linux's number is free. */
#ifndef EBADFD
#define EBADFD 77
#endif
#ifndef EREMCHG
#define EREMCHG 78
#endif
#ifndef ELIBACC
#define ELIBACC 79
#endif
#ifndef ELIBBAD
#define ELIBBAD 80
#endif
#ifndef ELIBSCN
#define ELIBSCN 81
#endif
#ifndef ELIBMAX
#define ELIBMAX 82
#endif
#ifndef ELIBEXEC
#define ELIBEXEC 83
#endif
#ifndef ERESTART
#define ERESTART 85
#endif
#ifndef ESTRPIPE
#define ESTRPIPE 86
#endif
#ifndef EUSERS
#define EUSERS 87
#endif
#ifndef ESOCKTNOSUPPORT
#define ESOCKTNOSUPPORT 94
#endif
#ifndef EPFNOSUPPORT
#define EPFNOSUPPORT 96
#endif
#ifndef ESHUTDOWN
#define ESHUTDOWN 108
#endif
#ifndef ETOOMANYREFS
#define ETOOMANYREFS 109
#endif
#ifndef EHOSTDOWN
#define EHOSTDOWN 112
#endif
#ifndef EUCLEAN
#define EUCLEAN 117
#endif
#ifndef ENOTNAM
#define ENOTNAM 118
#endif
#ifndef ENAVAIL
#define ENAVAIL 119
#endif
#ifndef EISNAM
#define EISNAM 120
#endif
#ifndef EREMOTEIO
#define EREMOTEIO 121
#endif
#ifndef ENOMEDIUM
#define ENOMEDIUM 123
#endif
#ifndef EMEDIUMTYPE
#define EMEDIUMTYPE 124
#endif
#ifndef ENOKEY
#define ENOKEY 126
#endif
#ifndef EKEYEXPIRED
#define EKEYEXPIRED 127
#endif
#ifndef EKEYREVOKED
#define EKEYREVOKED 128
#endif
#ifndef EKEYREJECTED
#define EKEYREJECTED 129
#endif
#ifndef ERFKILL
#define ERFKILL 132
#endif
#ifndef EHWPOISON
#define EHWPOISON 133
#endif
/* Linux's number is taken. */
#ifndef ENOTBLK
#define ENOTBLK __WPS_ERRNO(15)
#endif
#ifndef ECHRNG
#define ECHRNG __WPS_ERRNO(44)
#endif
#ifndef EL2NSYNC
#define EL2NSYNC __WPS_ERRNO(45)
#endif
#ifndef EL3HLT
#define EL3HLT __WPS_ERRNO(46)
#endif
#ifndef EL3RST
#define EL3RST __WPS_ERRNO(47)
#endif
#ifndef ELNRNG
#define ELNRNG __WPS_ERRNO(48)
#endif
#ifndef EUNATCH
#define EUNATCH __WPS_ERRNO(49)
#endif
#ifndef ENOCSI
#define ENOCSI __WPS_ERRNO(50)
#endif
#ifndef EL2HLT
#define EL2HLT __WPS_ERRNO(51)
#endif
#ifndef EBADE
#define EBADE __WPS_ERRNO(52)
#endif
#ifndef EBADR
#define EBADR __WPS_ERRNO(53)
#endif
#ifndef EXFULL
#define EXFULL __WPS_ERRNO(54)
#endif
#ifndef ENOANO
#define ENOANO __WPS_ERRNO(55)
#endif
#ifndef EBADRQC
#define EBADRQC __WPS_ERRNO(56)
#endif
#ifndef EBADSLT
#define EBADSLT __WPS_ERRNO(57)
#endif
#ifndef EBFONT
#define EBFONT __WPS_ERRNO(59)
#endif
#ifndef ENOSTR
#define ENOSTR __WPS_ERRNO(60)
#endif
#ifndef ENODATA
#define ENODATA __WPS_ERRNO(61)
#endif
#ifndef ETIME
#define ETIME __WPS_ERRNO(62)
#endif
#ifndef ENOSR
#define ENOSR __WPS_ERRNO(63)
#endif
#ifndef ENONET
#define ENONET __WPS_ERRNO(64)
#endif
#ifndef ENOPKG
#define ENOPKG __WPS_ERRNO(65)
#endif
#ifndef EREMOTE
#define EREMOTE __WPS_ERRNO(66)
#endif
#ifndef EADV
#define EADV __WPS_ERRNO(68)
#endif
#ifndef ESRMNT
#define ESRMNT __WPS_ERRNO(69)
#endif
#ifndef ECOMM
#define ECOMM __WPS_ERRNO(70)
#endif
#ifndef EDOTDOT
#define EDOTDOT __WPS_ERRNO(73)
#endif
#ifndef ENOTUNIQ
#define ENOTUNIQ __WPS_ERRNO(76)
#endif
#ifndef EDEADLOCK
#define EDEADLOCK EDEADLK
#endif

#endif
