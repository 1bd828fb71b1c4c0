/* netpacket/packet.h - packet(7) addresses. libc's header, which lacks its socket.h. */
#ifndef _WPS_NETPACKET_PACKET_H
#define _WPS_NETPACKET_PACKET_H
#include <sys/socket.h>
#include_next <netpacket/packet.h>
#endif
