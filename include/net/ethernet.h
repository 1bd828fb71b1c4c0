/* net/ethernet.h - Ethernet addresses and frame types. */
#ifndef _NET_ETHERNET_H
#define _NET_ETHERNET_H
#include <sys/types.h>
#include <wps/ethernet.h>
#endif
