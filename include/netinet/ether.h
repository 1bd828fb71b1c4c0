/* netinet/ether.h - text forms of Ethernet addresses, ether_aton(3). */
#ifndef _NETINET_ETHER_H
#define _NETINET_ETHER_H

#include <netinet/if_ether.h>
#include <wps/defs.h>

__WPS_BEGIN

/* ether_ntoa(3): "x:x:x:x:x:x", lower case without leading zeros; static or in 18 bytes. */
char *ether_ntoa(const struct ether_addr *__address);
char *ether_ntoa_r(const struct ether_addr *__address, char *__text);

/* ether_aton(3): the address (static, or *address), or NULL if text is not one. */
struct ether_addr *ether_aton(const char *__text);
struct ether_addr *ether_aton_r(const char *__text, struct ether_addr *__address);

__WPS_END

#endif
