//! Pointers that lead nowhere, on every kind of descriptor. A call has one fault at most: where there
//! are two, POSIX leaves open which of them is told.

use super::{common, local, pipes, tcp};
use crate::fuzz::linux::generate::{Kind, Maker};

/// What can be read from once something is there.
const READERS: &[Kind] = &[
    Kind::TcpStream,
    Kind::LocalStream,
    Kind::LocalDatagram,
    Kind::LocalPacket,
    Kind::Udp,
    Kind::PipeRead,
    Kind::Event,
    Kind::File,
];
const WRITERS: &[Kind] = &[
    Kind::TcpStream,
    Kind::LocalStream,
    Kind::LocalDatagram,
    Kind::LocalPacket,
    Kind::PipeWrite,
    Kind::Event,
    Kind::File,
];
const SOCKETS: &[Kind] = &[
    Kind::TcpStream,
    Kind::LocalStream,
    Kind::LocalDatagram,
    Kind::LocalPacket,
];

pub fn start(g: &mut Maker) {
    common::network(g);
    tcp::connection(g);
    local::pair(g);
    local::pair(g);
    pipes::pipe(g);
    let slot = g.fill(Kind::Event);
    g.call("eventfd", &[&slot, "5", "EFD_NONBLOCK"]);
    let set = g.fill(Kind::Epoll);
    g.call("epoll_create", &[&set, "0"]);
    g.call("epoll_ctl", &[&set, "EPOLL_CTL_ADD", &slot, "EPOLLIN"]);
    let slot = g.fill(Kind::Timer);
    g.call("timerfd", &[&slot, "CLOCK_MONOTONIC", "TFD_NONBLOCK"]);
    let slot = g.fill(Kind::Udp);
    g.call(
        "socket",
        &[&slot, "AF_INET", "SOCK_DGRAM|SOCK_NONBLOCK", "0"],
    );
    g.call("bind", &[&slot, "LOOP4", "-1"]);
    g.call("connect", &[&slot, "LOOP4", &slot]);
    let slot = g.fill(Kind::Tcp);
    g.call("socket", &[&slot, "AF_INET", "SOCK_STREAM", "0"]);
    let slot = g.fill(Kind::File);
    g.call("open", &[&slot, "0", "O_RDWR|O_CREAT", "0644"]);
    g.call("write", &[&slot, "100"]);
    let slot = g.fill(Kind::Folder);
    g.call("open", &[&slot, "9", "O_RDONLY|O_DIRECTORY", "0"]);
}

/// A slot with one of these kinds; closing makes none go away here.
fn one(g: &mut Maker, kinds: &[Kind]) -> String {
    let all = g.all(kinds);
    all.get(g.random.below(all.len()))
        .map_or_else(|| "-1".to_owned(), ToString::to_string)
}

/// A slot that has something to read.
fn reader(g: &mut Maker, kinds: &[Kind]) -> String {
    let own = [Kind::Udp, Kind::File, Kind::Event];
    let mut all = g.all(kinds);
    all.retain(|slot| {
        let slot = slot.to_string();
        g.peer(&slot).is_some() || g.kind(&slot).is_some_and(|kind| own.contains(&kind))
    });
    let Some(slot) = all.get(g.random.below(all.len())).map(ToString::to_string) else {
        return "-1".to_owned();
    };
    match g.kind(&slot) {
        Some(Kind::Udp) => g.call("send", &[&slot, "8", "0"]),
        Some(Kind::File) => g.call("lseek", &[&slot, "0", "SEEK_SET"]),
        Some(Kind::Event) => g.call("add", &[&slot, "1"]),
        Some(Kind::PipeRead) => {
            if let Some(peer) = g.peer(&slot) {
                g.call("write", &[&peer, "8"]);
            }
        }
        _ => {
            if let Some(peer) = g.peer(&slot) {
                g.call("send", &[&peer, "8", "MSG_DONTWAIT"]);
            }
        }
    }
    slot
}

/// Linux loses a datagram that it cannot deliver; so both sides are read empty after it.
fn empty(g: &mut Maker, slot: &str) {
    if !matches!(
        g.kind(slot),
        Some(Kind::File | Kind::Event | Kind::PipeRead)
    ) {
        g.call("flush", &[slot]);
    }
}

/// A pointer that leads nowhere.
fn bad(g: &mut Maker) -> String {
    g.one(&["0", "-1", "-16", "-4096"])
}

pub fn step(g: &mut Maker) {
    let bad = bad(g);
    match g.random.below(24) {
        0..6 => receive(g, &bad),
        6..11 => send(g, &bad),
        11 => {
            let file = one(g, &[Kind::File]);
            let call = g.random.weighted(&[(1, "bad_pread"), (1, "bad_pwrite")]);
            g.call(call, &[&file, &bad, "8", "0"]);
        }
        12 => {
            let (which, socket) = (g.one(&["0", "1"]), one(g, &[Kind::TcpStream, Kind::Udp]));
            let (address, size) = one_of_two(g, &bad);
            g.call("bad_name", &[&which, &socket, &address, &size]);
        }
        13 => {
            let fresh = one(g, &[Kind::Tcp]);
            let size = g.one(&["3", "0", "-1"]);
            if g.random.chance(50) {
                g.call("bad_bind", &[&fresh, &bad, "16"]);
            } else {
                g.call("bad_bind", &[&fresh, "1", &size]);
            }
        }
        14 => {
            let socket = one(g, &[Kind::Tcp, Kind::Udp]);
            g.call("bad_connect", &[&socket, &bad, "16"]);
        }
        15 | 16 => option(g, &bad),
        17 => {
            let file = one(
                g,
                &[
                    Kind::TcpStream,
                    Kind::LocalStream,
                    Kind::PipeRead,
                    Kind::Udp,
                ],
            );
            let request = g.one(&["FIONREAD", "FIONBIO"]);
            g.call("bad_ioctl", &[&file, &request, &bad]);
        }
        18 => waits(g, &bad),
        19 => makes(g, &bad),
        20 => {
            let timer = one(g, &[Kind::Timer]);
            match g.random.below(3) {
                0 => g.call("bad_settime", &[&timer, "0", &bad, "1"]),
                1 => g.call("bad_settime", &[&timer, "0", "1", "-16"]),
                _ => g.call("bad_gettime", &[&timer, &bad]),
            }
        }
        21 => {
            let file = one(g, &[Kind::File, Kind::Folder, Kind::Udp, Kind::Event]);
            match g.random.below(3) {
                0 => g.call("bad_stat", &["0", &file, "1", &bad]),
                1 => g.call("bad_stat", &["1", &file, &bad, "1"]),
                _ => {
                    let which = g.one(&["1", "2"]);
                    g.call("bad_stat", &[&which, &file, "1", &bad]);
                }
            }
        }
        22 => {
            if g.random.chance(70) {
                let which = g.random.below(11).to_string();
                g.call("bad_path", &[&which, &bad, "1"]);
            } else {
                let which = g.one(&["4", "5", "6"]);
                g.call("bad_path", &[&which, "1", &bad]);
            }
        }
        _ => copies(g, &bad),
    }
}

/// One of two pointers is bad.
fn one_of_two(g: &mut Maker, bad: &str) -> (String, String) {
    let (bad, good) = (bad.to_owned(), "1".to_owned());
    if g.random.chance(50) {
        (bad, good)
    } else {
        (good, bad)
    }
}

fn receive(g: &mut Maker, bad: &str) {
    match g.random.below(6) {
        0 => {
            let file = reader(g, READERS);
            g.call("bad_read", &[&file, bad, "8"]);
            empty(g, &file);
        }
        1 => {
            let socket = reader(g, SOCKETS);
            let flags = g.one(&["0", "MSG_PEEK", "MSG_DONTWAIT"]);
            g.call("bad_recv", &[&socket, bad, "8", &flags]);
            empty(g, &socket);
        }
        2 => {
            let socket = reader(g, &[Kind::Udp]);
            let (address, size) = one_of_two(g, "-16");
            g.call("bad_recvfrom", &[&socket, "1", "8", &address, &size]);
            empty(g, &socket);
        }
        3 => vector(g, "bad_readv", bad),
        _ => {
            let socket = reader(g, SOCKETS);
            message(g, "1", &socket, bad);
            empty(g, &socket);
        }
    }
}

fn send(g: &mut Maker, bad: &str) {
    match g.random.below(5) {
        0 => {
            let file = one(g, WRITERS);
            g.call("bad_write", &[&file, bad, "8"]);
        }
        1 => {
            let socket = one(g, SOCKETS);
            g.call("bad_send", &[&socket, bad, "8", "MSG_DONTWAIT"]);
        }
        2 => {
            let socket = one(g, &[Kind::Udp]);
            let (address, size) = g.random.weighted(&[
                (2, (bad, "16")),
                (1, ("1", "-1")),
                (1, ("1", "200")),
                (1, ("1", "3")),
            ]);
            g.call("bad_sendto", &[&socket, "1", "8", address, size]);
        }
        3 => vector(g, "bad_writev", bad),
        _ => {
            let socket = one(g, SOCKETS);
            message(g, "0", &socket, bad);
        }
    }
}

/// A bad array, a bad count, or a bad first part.
fn vector(g: &mut Maker, call: &'static str, bad: &str) {
    let file = if call == "bad_readv" {
        reader(g, READERS)
    } else {
        one(g, WRITERS)
    };
    let (array, count, place) = g.random.weighted(&[
        (2, (bad, "1", "1")),
        (1, ("1", "-1", "1")),
        (1, ("1", "1025", "1")),
        (1, ("1", "0", "1")),
        (2, ("1", "2", bad)),
    ]);
    g.call(call, &[&file, array, count, place, "8", "1"]);
    if call == "bad_readv" {
        empty(g, &file);
    }
}

/// A message of which one pointer is bad.
fn message(g: &mut Maker, receive: &str, socket: &str, bad: &str) {
    let [message, parts, control, place] = g.random.weighted(&[
        (1, [bad, "1", "0", "1"]),
        (1, ["1", bad, "0", "1"]),
        // No control message is told here, so that its place is not looked at.
        (1, ["1", "1", if receive == "1" { "0" } else { "-16" }, "1"]),
        (1, ["1", "1", "0", bad]),
    ]);
    g.call(
        "bad_message",
        &[receive, socket, message, "0", parts, "1", control, place],
    );
}

fn option(g: &mut Maker, bad: &str) {
    let socket = one(g, &[Kind::TcpStream]);
    let (level, name) = g.random.weighted(&[
        (2, ("SOL_SOCKET", "SO_REUSEADDR")),
        (1, ("SOL_SOCKET", "SO_RCVBUF")),
        (1, ("SOL_SOCKET", "SO_LINGER")),
        (1, ("SOL_SOCKET", "SO_RCVTIMEO")),
        (1, ("IPPROTO_TCP", "TCP_NODELAY")),
    ]);
    if g.random.chance(60) {
        let (value, size) = one_of_two(g, bad);
        g.call("bad_getsockopt", &[&socket, level, name, &value, &size]);
    } else {
        g.call("bad_setsockopt", &[&socket, level, name, bad, "16"]);
    }
}

fn waits(g: &mut Maker, bad: &str) {
    match g.random.below(6) {
        0 => {
            let count = g.one(&["1", "100"]);
            g.call("bad_poll", &[bad, &count, "0"]);
        }
        1 => {
            let (array, mask) = g.random.weighted(&[(1, (bad, "0")), (1, ("1", "-16"))]);
            g.call("bad_ppoll", &[array, "1", mask]);
        }
        2 => {
            let (readers, writers) = g.random.weighted(&[(1, ("-16", "0")), (1, ("1", "-16"))]);
            g.call("bad_select", &["10", readers, writers]);
        }
        3 => {
            let (set, file) = (one(g, &[Kind::Epoll]), one(g, &[Kind::Udp]));
            let action = g.one(&["EPOLL_CTL_ADD", "EPOLL_CTL_ADD", "EPOLL_CTL_MOD"]);
            g.call("bad_epoll_ctl", &[&set, &action, &file, bad]);
        }
        4 => {
            let set = one(g, &[Kind::Epoll]);
            g.call("bad_epoll_wait", &[&set, bad, "1"]);
        }
        _ => g.call("bad_nanosleep", &[bad, "0"]),
    }
}

fn makes(g: &mut Maker, bad: &str) {
    match g.random.below(3) {
        0 => g.call("bad_pair", &["1", "0", "O_NONBLOCK", bad]),
        1 => g.call("bad_pair", &["0", "AF_UNIX", "SOCK_STREAM", bad]),
        _ => {
            let (domain, kind) = g.random.weighted(&[
                (1, ("AF_INET", "SOCK_STREAM")),
                (1, ("99", "SOCK_STREAM")),
                (1, ("AF_UNIX", "77")),
            ]);
            g.call("bad_pair", &["0", domain, kind, "1"]);
        }
    }
}

fn copies(g: &mut Maker, bad: &str) {
    let file = one(g, &[Kind::File]);
    let to = one(g, &[Kind::PipeWrite]);
    // 0 means the file's own place.
    let bad = if bad == "0" { "-16" } else { bad };
    if g.random.chance(50) {
        g.call("bad_splice", &[&file, bad, &to, "0"]);
    } else {
        g.call("bad_sendfile", &[&to, &file, bad]);
    }
}
