/* sys/vfs.h - the old name of sys/statfs.h. */
#ifndef _WPS_SYS_VFS_H
#define _WPS_SYS_VFS_H
#include <sys/statfs.h>
#endif
