//! The numbers of `<netdb.h>`, `<sys/socket.h>` and `<netinet/in.h>` that the rules depend on.
//!
//! They are wasi-libc's where it has them; the others are musl's, as in the overlay headers.

#![allow(missing_docs)] // each is documented by getaddrinfo(3), getnameinfo(3) or socket(2)

pub const AF_UNSPEC: i32 = 0;
pub const AF_INET: i32 = 1;
pub const AF_INET6: i32 = 2;
pub const AF_UNIX: i32 = 3;

pub const SOCK_DGRAM: i32 = 5;
pub const SOCK_STREAM: i32 = 6;
pub const SOCK_RAW: i32 = 3;
pub const SOCK_SEQPACKET: i32 = 7;

pub const IPPROTO_TCP: i32 = 6;
pub const IPPROTO_UDP: i32 = 17;
pub const IPPROTO_DCCP: i32 = 33;
pub const IPPROTO_SCTP: i32 = 132;
pub const IPPROTO_UDPLITE: i32 = 136;

pub const AI_PASSIVE: i32 = 0x01;
pub const AI_CANONNAME: i32 = 0x02;
pub const AI_NUMERICHOST: i32 = 0x04;
pub const AI_V4MAPPED: i32 = 0x08;
pub const AI_ALL: i32 = 0x10;
pub const AI_ADDRCONFIG: i32 = 0x20;
pub const AI_IDN: i32 = 0x40;
pub const AI_CANONIDN: i32 = 0x80;
/// Two flags of glibc that have no effect any more and are still let through.
pub const AI_IDN_OBSOLETE: i32 = 0x300;
pub const AI_NUMERICSERV: i32 = 0x400;

pub const NI_NUMERICHOST: i32 = 0x01;
pub const NI_NUMERICSERV: i32 = 0x02;
pub const NI_NOFQDN: i32 = 0x04;
pub const NI_NAMEREQD: i32 = 0x08;
pub const NI_DGRAM: i32 = 0x10;
pub const NI_IDN: i32 = 0x20;
/// Two flags of glibc that have no effect any more and are still let through.
pub const NI_IDN_OBSOLETE: i32 = 0xc0;
pub const NI_NUMERICSCOPE: i32 = 0x100;

pub const NETDB_INTERNAL: i32 = -1;
pub const HOST_NOT_FOUND: i32 = 1;
pub const TRY_AGAIN: i32 = 2;
pub const NO_RECOVERY: i32 = 3;
pub const NO_DATA: i32 = 4;
