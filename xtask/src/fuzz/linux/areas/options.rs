//! Socket options. Those that docs/OPTIONS.md lists as refused are left out.

use super::{common, local, tcp};
use crate::fuzz::linux::generate::{Kind, Maker};

const ALL: &[Kind] = &[
    Kind::Tcp,
    Kind::TcpListener,
    Kind::TcpStream,
    Kind::Udp,
    Kind::Local,
    Kind::LocalStream,
    Kind::LocalDatagram,
    Kind::LocalPacket,
];
/// Options whose value is a number.
const NUMBERS: &[(&str, &[&str])] = &[
    (
        "SOL_SOCKET",
        &[
            "SO_REUSEADDR",
            "SO_TYPE",
            "SO_ERROR",
            "SO_DONTROUTE",
            "SO_BROADCAST",
            "SO_SNDBUF",
            "SO_RCVBUF",
            "SO_KEEPALIVE",
            "SO_OOBINLINE",
            "SO_PRIORITY",
            "SO_REUSEPORT",
            "SO_PASSCRED",
            "SO_RCVLOWAT",
            "SO_SNDLOWAT",
            "SO_ACCEPTCONN",
            "SO_PROTOCOL",
            "SO_DOMAIN",
            "SO_TIMESTAMP",
            "SO_TIMESTAMPNS",
            "222",
        ],
    ),
    (
        "IPPROTO_IP",
        &[
            "IP_TOS",
            "IP_TTL",
            "IP_MTU_DISCOVER",
            "IP_FREEBIND",
            "IP_MULTICAST_LOOP",
            "IP_MULTICAST_ALL",
            "222",
        ],
    ),
    (
        "IPPROTO_IPV6",
        &[
            "IPV6_V6ONLY",
            "IPV6_UNICAST_HOPS",
            "IPV6_MULTICAST_LOOP",
            "IPV6_TCLASS",
            "IPV6_DONTFRAG",
            "IPV6_MTU_DISCOVER",
            "199",
        ],
    ),
    (
        "IPPROTO_TCP",
        &[
            "TCP_NODELAY",
            "TCP_CORK",
            "TCP_KEEPIDLE",
            "TCP_KEEPINTVL",
            "TCP_KEEPCNT",
            "TCP_SYNCNT",
            "TCP_LINGER2",
            "TCP_QUICKACK",
            "TCP_USER_TIMEOUT",
            "TCP_FASTOPEN_CONNECT",
            "TCP_NOTSENT_LOWAT",
            "199",
        ],
    ),
    (
        "IPPROTO_UDP",
        &["UDP_CORK", "UDP_NO_CHECK6_TX", "UDP_NO_CHECK6_RX", "199"],
    ),
];

pub fn start(g: &mut Maker) {
    common::network(g);
    for _ in 0..2 {
        socket(g);
    }
    tcp::connection(g);
    local::pair(g);
}

fn socket(g: &mut Maker) {
    let (domain, kind, what) = g.random.weighted(&[
        (2, ("AF_INET", "SOCK_STREAM", Kind::Tcp)),
        (1, ("AF_INET6", "SOCK_STREAM", Kind::Tcp)),
        (2, ("AF_INET", "SOCK_DGRAM", Kind::Udp)),
        (1, ("AF_INET6", "SOCK_DGRAM", Kind::Udp)),
        (1, ("AF_UNIX", "SOCK_STREAM", Kind::Local)),
    ]);
    let slot = g.fill(what);
    g.call("socket", &[&slot, domain, kind, "0"]);
}

pub fn step(g: &mut Maker) {
    let socket_slot = g.some(ALL);
    let levels: &[usize] = match g.kind(&socket_slot) {
        Some(Kind::Tcp | Kind::TcpListener | Kind::TcpStream) => &[0, 0, 1, 2, 3, 3],
        Some(Kind::Udp) => &[0, 0, 1, 2, 4],
        _ => &[0],
    };
    // A level that the socket has not got is fault enough.
    let fitting = g.random.chance(90);
    let (level, names) = if fitting {
        NUMBERS[levels[g.random.below(levels.len())]]
    } else {
        NUMBERS[g.random.below(NUMBERS.len())]
    };
    let name = g.one(names);
    match g.random.below(100) {
        0..40 => {
            let value = g.one(&[
                "0",
                "1",
                "1",
                "2",
                "-1",
                "3",
                "42",
                "64",
                "127",
                "128",
                "255",
                "256",
                "1000",
                "4096",
                "65536",
                "32767",
                "32768",
                "0x7fffffff",
                "-0x80000000",
            ]);
            let odd = usize::from(fitting && level != "IPPROTO_IPV6");
            let length = g.random.weighted(&[
                (20, "4"),
                (odd, "0"),
                (odd, "1"),
                (odd, "3"),
                (odd, "8"),
                (odd, "-1"),
                (odd, "100"),
            ]);
            // How much a buffer may hold at most is set up on each machine.
            let value = match name.as_str() {
                "SO_RCVLOWAT" | "SO_RCVBUF" | "SO_SNDBUF" => g.one(&["0", "1", "4096", "65536"]),
                _ => value,
            };
            g.call("setsockopt", &[&socket_slot, level, &name, &value, length]);
            g.call("getsockopt", &[&socket_slot, level, &name, "4"]);
        }
        40..75 => {
            let odd = usize::from(fitting && level != "IPPROTO_IPV6");
            let room = g.random.weighted(&[
                (10, "4"),
                (odd, "0"),
                (odd, "1"),
                (odd, "2"),
                (odd, "8"),
                (odd, "-1"),
                (odd, "256"),
            ]);
            g.call("getsockopt", &[&socket_slot, level, &name, room]);
        }
        75..79 => {
            let (on, seconds) = (g.one(&["0", "1", "5"]), g.one(&["0", "1", "30"]));
            let length = g.one(&["8", "8", "8", "4", "12"]);
            // A linger that closes at once sends a reset on Linux: it is taken back.
            g.call("set_linger", &[&socket_slot, &on, &seconds, &length]);
            g.call("get_linger", &[&socket_slot]);
            g.call("set_linger", &[&socket_slot, "0", "0", "8"]);
        }
        79..83 => {
            let name = g.one(&["SO_RCVTIMEO", "SO_SNDTIMEO"]);
            let seconds = g.one(&["0", "0", "1", "-1"]);
            let microseconds = g.one(&["20000", "500000", "1000000", "-1", "0"]);
            g.call("set_time", &[&socket_slot, &name, &seconds, &microseconds]);
            g.call("get_time", &[&socket_slot, &name]);
            // Nothing may block for long.
            g.call("set_time", &[&socket_slot, &name, "0", "20000"]);
        }
        83..86 => socket(g),
        86..88 => tcp::connection(g),
        88..90 => g.close_some(),
        90..93 => {
            let form = g.one(&["LOOP4", "ANY4", "LOOP6", "ANY6"]);
            g.call("bind", &[&socket_slot, &form, "-1"]);
        }
        93..95 => {
            g.call("listen", &[&socket_slot, "4"]);
        }
        // Little: how much fits is not what is asked here.
        95..97 => {
            let socket = g.some(&[Kind::TcpStream, Kind::LocalStream]);
            g.call("send", &[&socket, "100", "MSG_DONTWAIT"]);
        }
        97..99 => common::receive(g, &[Kind::TcpStream, Kind::LocalStream]),
        _ => common::names(g),
    }
}
