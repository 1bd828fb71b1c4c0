//! SOL_SOCKET: socket(7), unix(7), `<asm-generic/socket.h>`.

use crate::errno::Errno;
use crate::socket::options::HostKey;
use crate::socket::options::rule::Rule::*;
use crate::socket::options::rule::{
    ALL, Flag, INET, Length, OWN, Row, Special, TCP, UDP, UNIX, host, only, refused, rows,
};

const MAX: i32 = i32::MAX;
const NONE: Errno = Errno::ENOPROTOOPT;

rows! {
    SO_DEBUG = 1 [ALL] Int 0 only(i32::MIN, MAX, Errno::EACCES);
        Refused "socket(7)" "Linux allows it to privileged processes only; a component is none."
    SO_REUSEADDR = 2 [ALL] Int 0 Switch(Flag::ReuseAddress);
        Emulated "socket(7)" "Kept. WASI hosts on POSIX systems turn it on for every TCP bind already."
    SO_TYPE = 3 [ALL] Int 0 Special(Special::Type);
        ReadOnly "socket(7)" "The socket's own."
    SO_ERROR = 4 [ALL] Int 0 Special(Special::Error);
        ReadOnly "socket(7)" "The pending error, cleared by reading it."
    SO_DONTROUTE = 5 [ALL] Int 0 Bool;
        Emulated "socket(7)" "WASI does not let a program choose a route."
    SO_BROADCAST = 6 [ALL] Int 0 Switch(Flag::Broadcast);
        Emulated "socket(7)" "Kept. WASI cannot turn it on: sending to a broadcast address still fails with EACCES."
    SO_SNDBUF = 7 [ALL] Int 0 Special(Special::SendBuffer);
        Real "socket(7)" "The host's buffer, doubled as Linux reports it; too small or large values are clamped."
    SO_RCVBUF = 8 [ALL] Int 0 Special(Special::ReceiveBuffer);
        Real "socket(7)" "The host's buffer, doubled as Linux reports it; too small or large values are clamped."
    SO_KEEPALIVE = 9 [TCP] Int 0 host(HostKey::KeepAlive, i32::MIN, MAX);
        Real "socket(7)" "The host sends the probes."
    SO_KEEPALIVE = 9 [UDP | UNIX] Int 0 Bool;
        Emulated "socket(7)" "Without effect on these sockets, as on Linux."
    SO_OOBINLINE = 10 [ALL] Int 0 Switch(Flag::OobInline);
        Emulated "socket(7)" "WASI has no urgent data: none is ever seen, in line or not."
    SO_NO_CHECK = 11 [ALL] Int 0 Bool;
        Emulated "asm-generic/socket.h" "The host always computes the checksum."
    SO_PRIORITY = 12 [ALL | OWN] Int 0 Special(Special::Priority);
        Emulated "socket(7)" "WASI has no queueing discipline to tell. 7 and more need a privilege on Linux: EPERM."
    SO_LINGER = 13 [ALL] Int 0 Special(Special::Linger);
        Acted "socket(7)" "close() waits for unsent data for as long; with 0 seconds it discards. WASI cannot send a reset."
    SO_BSDCOMPAT = 14 [ALL] Int 0 Ignored;
        Emulated "socket(7)" "Linux takes it and does nothing."
    SO_REUSEPORT = 15 [INET] Int 0 Switch(Flag::ReusePort);
        Emulated "socket(7)" "Kept. WASI cannot share a port: a second listener still gets EADDRINUSE."
    SO_REUSEPORT = 15 [UNIX] Int 0 only(i32::MIN, MAX, Errno::EOPNOTSUPP);
        Refused "socket(7)" "Linux has it for network sockets only."
    SO_PASSCRED = 16 [UNIX] Int 0 Switch(Flag::PassCredentials);
        Acted "unix(7)" "recvmsg() delivers SCM_CREDENTIALS of the one process there is."
    SO_PASSCRED = 16 [INET] Int 0 refused(Errno::EOPNOTSUPP, Errno::EOPNOTSUPP);
        Refused "unix(7)" "Linux has it for AF_UNIX only."
    SO_PEERCRED = 17 [ALL] Int 0 Special(Special::PeerCredentials);
        ReadOnly "unix(7)" "Of a connected AF_UNIX peer; pid 0 and ids of -1 where there is none, as on Linux."
    SO_RCVLOWAT = 18 [ALL] Int 1 Special(Special::LowWater);
        Acted "socket(7)" "A receive that blocks waits for as many bytes."
    SO_SNDLOWAT = 19 [ALL] Int 1 ReadOnly;
        ReadOnly "socket(7)" "Always 1, as on Linux."
    SO_BINDTODEVICE = 25 [ALL] Free 0 Special(Special::BindToDevice);
        Refused "socket(7)" "WASI shows no devices: ENODEV for every name. Unbinding (an empty name) succeeds."
    SO_ATTACH_FILTER = 26 [ALL] Int 0 Special(Special::AttachFilter);
        Refused "socket(7)" "Packets that a filter should drop would be delivered."
    SO_DETACH_FILTER = 27 [ALL] Int 0 refused(NONE, Errno::ENOENT);
        Refused "socket(7)" "There never is a filter to take away."
    SO_PEERNAME = 28 [ALL] Int 0 Special(Special::PeerName);
        ReadOnly "asm-generic/socket.h" "As getpeername()."
    SO_ACCEPTCONN = 30 [ALL] Int 0 Special(Special::AcceptConn);
        ReadOnly "socket(7)" "Whether the socket listens."
    SO_PEERSEC = 31 [ALL] Int 0 refused(NONE, NONE);
        Refused "unix(7)" "There is no security module to ask."
    SO_SNDBUFFORCE = 32 [ALL] Int 0 refused(NONE, Errno::EPERM);
        Refused "socket(7)" "Linux allows it to privileged processes only."
    SO_RCVBUFFORCE = 33 [ALL] Int 0 refused(NONE, Errno::EPERM);
        Refused "socket(7)" "Linux allows it to privileged processes only."
    SO_PASSSEC = 34 [UNIX] Int 0 Bool;
        Emulated "unix(7)" "There is no security module, so no message is delivered, as on Linux without one."
    SO_PASSSEC = 34 [INET] Int 0 refused(Errno::EOPNOTSUPP, Errno::EOPNOTSUPP);
        Refused "unix(7)" "Linux has it for AF_UNIX only."
    SO_MARK = 36 [ALL] Int 0 refused(NONE, Errno::EPERM);
        Refused "socket(7)" "Linux allows it to privileged processes only."
    SO_PROTOCOL = 38 [ALL] Int 0 Special(Special::Protocol);
        ReadOnly "socket(7)" "IPPROTO_TCP, IPPROTO_UDP, or 0 for AF_UNIX."
    SO_DOMAIN = 39 [ALL] Int 0 Special(Special::Domain);
        ReadOnly "socket(7)" "The socket's own."
    SO_RXQ_OVFL = 40 [ALL] Int 0 Bool;
        Emulated "socket(7)" "The host does not count drops; Linux sends the message only after the first drop."
    SO_WIFI_STATUS = 41 [ALL] Int 0 Bool;
        Emulated "asm-generic/socket.h" "Without effect where there is no such hardware, as on Linux."
    SO_PEEK_OFF = 42 [ALL] Int -1 Special(Special::PeekOffset);
        Refused "socket(7)" "A negative offset (off) is taken; peeking further at each call is not offered."
    SO_NOFCS = 43 [ALL] Int 0 Bool;
        Emulated "asm-generic/socket.h" "Only packet sockets look at it, as on Linux."
    SO_LOCK_FILTER = 44 [ALL] Int 0 Special(Special::LockFilter);
        Emulated "socket(7)" "There never is a filter; once set it cannot be cleared (EPERM), as on Linux."
    SO_SELECT_ERR_QUEUE = 45 [ALL] Int 0 Bool;
        Emulated "asm-generic/socket.h" "There is no error queue to report."
    SO_BUSY_POLL = 46 [ALL] Int 0 Special(Special::BusyPoll);
        Acted "socket(7)" "Microseconds for which a wait asks the socket before it sleeps in the host."
    SO_MAX_PACING_RATE = 47 [ALL] Int -1 Any;
        Emulated "asm-generic/socket.h" "The host paces as it likes."
    SO_BPF_EXTENSIONS = 48 [ALL] Int 0 refused(NONE, NONE);
        Refused "asm-generic/socket.h" "There are no socket filters."
    SO_INCOMING_CPU = 49 [ALL] Int -1 Any;
        Emulated "socket(7)" "A component runs on whichever CPU the host chooses."
    SO_ATTACH_BPF = 50 [ALL] Int 0 refused(NONE, NONE);
        Refused "socket(7)" "Packets that a filter should drop would be delivered."
    SO_ATTACH_REUSEPORT_CBPF = 51 [ALL] Int 0 refused(NONE, NONE);
        Refused "socket(7)" "A port cannot be shared."
    SO_ATTACH_REUSEPORT_EBPF = 52 [ALL] Int 0 refused(NONE, NONE);
        Refused "socket(7)" "A port cannot be shared."
    SO_CNX_ADVICE = 53 [ALL] Int 0 WriteOnly;
        Emulated "asm-generic/socket.h" "A hint about routes, which are the host's affair."
    SO_MEMINFO = 55 [ALL] Int 0 refused(NONE, NONE);
        Refused "asm-generic/socket.h" "The host does not tell what its queues hold."
    SO_INCOMING_NAPI_ID = 56 [ALL] Int 0 ReadOnly;
        ReadOnly "socket(7)" "0: no packet came through a device with such a number."
    SO_COOKIE = 57 [ALL | OWN] Int 0 Special(Special::Cookie);
        ReadOnly "asm-generic/socket.h" "A number that no other socket of the process has."
    SO_PEERGROUPS = 59 [ALL] Int 0 refused(NONE, NONE);
        Refused "asm-generic/socket.h" "There are no groups to tell."
    SO_ZEROCOPY = 60 [INET] Int 0 only(0, 1, Errno::EOPNOTSUPP);
        Refused "asm-generic/socket.h" "Its completions come over the error queue, which WASI lacks: a program would wait for ever."
    SO_ZEROCOPY = 60 [UNIX] Int 0 refused(NONE, Errno::EOPNOTSUPP);
        Refused "asm-generic/socket.h" "Linux has it for network sockets only."
    SO_TXTIME = 61 [ALL] Int 0 refused(NONE, NONE);
        Refused "asm-generic/socket.h" "Packets would leave at once instead of at their time."
    SO_BINDTOIFINDEX = 62 [ALL] Int 0 only(0, MAX, Errno::ENODEV);
        Refused "asm-generic/socket.h" "WASI shows no devices. Unbinding (0) succeeds."
    SO_TIMESTAMP = 63 [UDP | UNIX] Int 0 Deliver(Flag::Timestamp);
        Acted "socket(7)" "When the library took the datagram over from the host; AF_UNIX: when it is received."
    SO_TIMESTAMP = 63 [TCP] Int 0 Bool;
        Emulated "socket(7)" "No message comes with a byte stream: WASI does not tell when its bytes came."
    SO_TIMESTAMPNS = 64 [UDP | UNIX] Int 0 Deliver(Flag::TimestampNs);
        Acted "socket(7)" "When the library took the datagram over from the host; AF_UNIX: when it is received."
    SO_TIMESTAMPNS = 64 [TCP] Int 0 Bool;
        Emulated "socket(7)" "No message comes with a byte stream: WASI does not tell when its bytes came."
    SO_TIMESTAMPING = 65 [ALL] Int 0 only(i32::MIN, MAX, NONE);
        Refused "asm-generic/socket.h" "WASI tells no time of sending or receiving."
    SO_RCVTIMEO = 66 [ALL] Free 0 Special(Special::ReceiveTimeout);
        Acted "socket(7)" "Every receive that blocks, accept() too, keeps to it. Kept to the microsecond."
    SO_SNDTIMEO = 67 [ALL] Free 0 Special(Special::SendTimeout);
        Acted "socket(7)" "Every send that blocks, connect() too, keeps to it. Kept to the microsecond."
    SO_DETACH_REUSEPORT_BPF = 68 [ALL] Int 0 refused(NONE, Errno::EINVAL);
        Refused "asm-generic/socket.h" "There never is a program to take away."
    SO_PREFER_BUSY_POLL = 69 [ALL] Int 0 only(i32::MIN, MAX, Errno::EPERM);
        Refused "asm-generic/socket.h" "Linux allows it to privileged processes only."
    SO_BUSY_POLL_BUDGET = 70 [ALL] Int 0 Special(Special::BusyPollBudget);
        Refused "asm-generic/socket.h" "Linux allows raising it to privileged processes only."
    SO_NETNS_COOKIE = 71 [ALL] Int 0 refused(NONE, NONE);
        Refused "asm-generic/socket.h" "There are no network namespaces to tell apart."
    SO_BUF_LOCK = 72 [ALL] Int 0 Special(Special::BufferLock);
        Emulated "asm-generic/socket.h" "Kept; whether the host resizes a buffer is its affair."
    SO_RESERVE_MEM = 73 [ALL] Int 0 refused(NONE, Errno::EOPNOTSUPP);
        Refused "asm-generic/socket.h" "The host's memory cannot be reserved."
    SO_TXREHASH = 74 [TCP] Int 1 Special(Special::TxRehash);
        Emulated "asm-generic/socket.h" "A hint about routes, which are the host's affair."
    SO_TXREHASH = 74 [UDP | UNIX] Int 1 refused(Errno::EOPNOTSUPP, Errno::EOPNOTSUPP);
        Refused "asm-generic/socket.h" "Linux has it for TCP only."
    SO_RCVMARK = 75 [ALL] Int 0 only(i32::MIN, MAX, NONE);
        Refused "asm-generic/socket.h" "WASI does not tell the mark of a packet."
    SO_PASSPIDFD = 76 [ALL] Int 0 refused(NONE, NONE);
        Refused "asm-generic/socket.h" "There are no process descriptors."
    SO_PEERPIDFD = 77 [ALL] Int 0 refused(NONE, NONE);
        Refused "asm-generic/socket.h" "There are no process descriptors."
}
