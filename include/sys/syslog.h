/* sys/syslog.h - the old name of syslog.h. */
#ifndef _WPS_SYS_SYSLOG_H
#define _WPS_SYS_SYSLOG_H
#include <syslog.h>
#endif
