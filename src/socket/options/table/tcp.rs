//! IPPROTO_TCP: tcp(7), `<linux/tcp.h>`.

use crate::errno::Errno;
use crate::socket::options::HostKey;
use crate::socket::options::rule::Rule::*;
use crate::socket::options::rule::{
    Flag, Length, OWN, Row, Special, TCP, empty, host, only, range, refused, rows,
};

const NONE: Errno = Errno::ENOPROTOOPT;

rows! {
    TCP_NODELAY = 1 [TCP] Int 0 Switch(Flag::NoDelay);
        Acted "tcp(7)" "Small writes are handed to the host at once instead of being gathered. WASI cannot turn the host's own delay off."
    TCP_MAXSEG = 2 [TCP] Int 536 Special(Special::MaxSegment);
        Emulated "tcp(7)" "The host chooses its segments."
    TCP_CORK = 3 [TCP] Int 0 Switch(Flag::Cork);
        Acted "tcp(7)" "What is written while it is on is held back until it is turned off or a buffer is full."
    TCP_KEEPIDLE = 4 [TCP] Int 7200 host(HostKey::KeepIdle, 1, 32767);
        Real "tcp(7)" "In seconds."
    TCP_KEEPINTVL = 5 [TCP] Int 75 host(HostKey::KeepInterval, 1, 32767);
        Real "tcp(7)" "In seconds."
    TCP_KEEPCNT = 6 [TCP] Int 9 host(HostKey::KeepCount, 1, 127);
        Real "tcp(7)" "Probes before the connection is given up."
    TCP_SYNCNT = 7 [TCP] Int 6 range(1, 127);
        Emulated "tcp(7)" "The host decides how often it tries to connect."
    TCP_LINGER2 = 8 [TCP] Int 60 Special(Special::Linger2);
        Emulated "tcp(7)" "How long a closed connection waits for its peer is the host's affair. At most 120 s, as on Linux."
    TCP_DEFER_ACCEPT = 9 [TCP | OWN] Int 0 Special(Special::DeferAccept);
        Emulated "tcp(7)" "An optimisation: accept() returns before data is there. Seconds are rounded to retransmissions as on Linux."
    TCP_WINDOW_CLAMP = 10 [TCP] Int 0 Special(Special::WindowClamp);
        Emulated "tcp(7)" "The host chooses its window."
    TCP_INFO = 11 [TCP] Int 0 Special(Special::Info);
        ReadOnly "tcp(7)" "tcpi_state is true; every figure that WASI does not tell is 0."
    TCP_QUICKACK = 12 [TCP | OWN] Int 1 Bool;
        Emulated "tcp(7)" "The host decides when it acknowledges. Linux too takes it for a hint."
    TCP_CONGESTION = 13 [TCP] Free 0 Special(Special::Congestion);
        Refused "tcp(7)" "WASI does not tell the algorithm. No name is available: ENOENT."
    TCP_MD5SIG = 14 [TCP] Int 0 refused(NONE, NONE);
        Refused "tcp(7)" "Segments would leave unsigned."
    TCP_THIN_LINEAR_TIMEOUTS = 16 [TCP] Int 0 range(0, 1);
        Emulated "linux/tcp.h" "The host retransmits as it likes."
    TCP_THIN_DUPACK = 17 [TCP] Int 0 Special(Special::ThinDupack);
        Emulated "linux/tcp.h" "Linux checks it (0 or 1) and no longer does anything."
    TCP_USER_TIMEOUT = 18 [TCP] Int 0 range(0, i32::MAX);
        Emulated "tcp(7)" "The host decides when it gives a connection up. Keep-alive, which is real, finds dead peers."
    TCP_REPAIR = 19 [TCP] Int 0 refused(NONE, Errno::EPERM);
        Refused "linux/tcp.h" "Linux allows it to privileged processes only."
    TCP_REPAIR_QUEUE = 20 [TCP] Int 0 refused(Errno::EINVAL, Errno::EPERM);
        Refused "linux/tcp.h" "Linux allows it to privileged processes only."
    TCP_QUEUE_SEQ = 21 [TCP] Int 0 refused(Errno::EINVAL, Errno::EINVAL);
        Refused "linux/tcp.h" "Only for sockets under repair, which there are none of."
    TCP_REPAIR_OPTIONS = 22 [TCP] Int 0 refused(NONE, Errno::EINVAL);
        Refused "linux/tcp.h" "Only for sockets under repair, which there are none of."
    TCP_FASTOPEN = 23 [TCP | OWN] Int 0 Special(Special::FastOpen);
        Emulated "tcp(7)" "An optimisation: connections are opened the ordinary way."
    TCP_TIMESTAMP = 24 [TCP] Int 0 refused(NONE, Errno::EPERM);
        Refused "linux/tcp.h" "The host's clock is not told; setting it needs a socket under repair."
    TCP_NOTSENT_LOWAT = 25 [TCP] Int 0 Any;
        Emulated "tcp(7)" "How much the host queues is its affair."
    TCP_CC_INFO = 26 [TCP] Int 0 refused(NONE, NONE);
        Refused "linux/tcp.h" "WASI does not tell."
    TCP_SAVE_SYN = 27 [TCP] Int 0 only(0, 2, NONE);
        Refused "linux/tcp.h" "WASI does not show the packets."
    TCP_SAVED_SYN = 28 [TCP] Int 0 refused(NONE, NONE);
        Refused "linux/tcp.h" "WASI does not show the packets."
    TCP_REPAIR_WINDOW = 29 [TCP] Int 0 refused(Errno::EINVAL, Errno::EPERM);
        Refused "linux/tcp.h" "Linux allows it to privileged processes only."
    TCP_FASTOPEN_CONNECT = 30 [TCP | OWN] Int 0 Special(Special::FastOpenConnect);
        Emulated "tcp(7)" "An optimisation: connect() shakes hands the ordinary way."
    TCP_ULP = 31 [TCP] Free 0 Special(Special::UpperLayer);
        Refused "linux/tcp.h" "The host has no protocol (TLS) to put on top: ENOENT for every name."
    TCP_MD5SIG_EXT = 32 [TCP] Int 0 refused(NONE, NONE);
        Refused "linux/tcp.h" "Segments would leave unsigned."
    TCP_FASTOPEN_KEY = 33 [TCP] Free 0 empty(Errno::EINVAL);
        Refused "linux/tcp.h" "There are no fast-open cookies."
    TCP_FASTOPEN_NO_COOKIE = 34 [TCP] Int 0 range(0, 1);
        Emulated "linux/tcp.h" "An optimisation: connections are opened the ordinary way."
    TCP_ZEROCOPY_RECEIVE = 35 [TCP] Int 0 refused(NONE, NONE);
        Refused "linux/tcp.h" "A component cannot map the host's pages."
    TCP_INQ = 36 [TCP] Int 0 only(0, 1, NONE);
        Refused "linux/tcp.h" "The host does not tell how much is queued."
    TCP_TX_DELAY = 37 [TCP] Int 0 only(0, i32::MAX, NONE);
        Refused "linux/tcp.h" "The delay would not happen."
}
