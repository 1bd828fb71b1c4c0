//! What several areas do.

use crate::fuzz::linux::generate::{Kind, Maker};

pub const SEND_FLAGS: &[&str] = &["MSG_DONTWAIT", "MSG_NOSIGNAL", "MSG_MORE", "MSG_EOR"];
pub const RECEIVE_FLAGS: &[&str] = &[
    "MSG_DONTWAIT",
    "MSG_PEEK",
    "MSG_WAITALL",
    "MSG_TRUNC",
    "MSG_PEEK|MSG_TRUNC",
    "MSG_CMSG_CLOEXEC",
];
pub const EVENTS: &[&str] = &[
    "POLLIN",
    "POLLOUT",
    "POLLIN|POLLOUT",
    "POLLRDHUP",
    "POLLIN|POLLOUT|POLLRDHUP",
    "POLLIN|POLLRDHUP",
    "POLLIN|POLLRDNORM|POLLOUT|POLLWRNORM",
    "0",
];
pub const HOW: &[&str] = &["SHUT_RD", "SHUT_WR", "SHUT_RDWR"];

/// The network needs some time.
pub fn network(g: &mut Maker) {
    g.call("settle", &["2000"]);
}

/// Sends by any call, to whom the socket is connected to.
pub fn send(g: &mut Maker, kinds: &[Kind]) {
    let (socket, length, flags) = (g.some(kinds), g.length(), g.flags(SEND_FLAGS));
    let other = g.length();
    match g.random.below(8) {
        0..3 => g.call("send", &[&socket, &length, &flags]),
        3 => g.call("write", &[&socket, &length]),
        4 => {
            let third = g.one(&["-1", "0", "3"]);
            g.call("writev", &[&socket, &length, &other, &third]);
        }
        5 => g.call("sendto", &[&socket, &length, &flags, "NOWHERE", "-1"]),
        6 => g.call(
            "sendmsg",
            &[&socket, &length, &other, &flags, "NOWHERE", "-1"],
        ),
        _ => {
            let (length, count) = (
                g.one(&["0", "1", "20", "300"]),
                g.one(&["0", "1", "2", "4"]),
            );
            g.call(
                "sendmmsg",
                &[&socket, &length, &count, &flags, "NOWHERE", "-1"],
            );
        }
    }
}

/// Receives by any call.
pub fn receive(g: &mut Maker, kinds: &[Kind]) {
    let (socket, room, flags) = (g.some(kinds), g.room(), g.flags(RECEIVE_FLAGS));
    let other = g.length();
    match g.random.below(8) {
        0..3 => g.call("recv", &[&socket, &room, &flags]),
        3 => g.call("read", &[&socket, &room]),
        4 => {
            let third = g.one(&["-1", "0", "3"]);
            g.call("readv", &[&socket, &other, &room, &third]);
        }
        5 => {
            let space = g.one(&["128", "16", "28", "8", "0"]);
            g.call("recvfrom", &[&socket, &room, &flags, &space]);
        }
        6 => {
            let control = g.one(&["0", "0", "1", "4"]);
            g.call("recvmsg", &[&socket, &other, &room, &flags, &control, "-1"]);
        }
        _ => {
            let (room, count) = (
                g.one(&["1", "20", "300", "5000"]),
                g.one(&["0", "1", "2", "4"]),
            );
            let flags = g.one(&["0", "0", "MSG_PEEK", "MSG_TRUNC", "MSG_WAITFORONE"]);
            g.call("recvmmsg", &[&socket, &room, &count, &flags]);
        }
    }
}

/// Asks about readiness without epoll.
pub fn ready(g: &mut Maker, kinds: &[Kind]) {
    let (a, b, c) = (g.some(kinds), g.some(kinds), g.any());
    let (x, y, z) = (g.one(EVENTS), g.one(EVENTS), g.one(EVENTS));
    let timeout = g.one(&["0", "0", "1", "10"]);
    match g.random.below(6) {
        0..3 => g.call("poll", &[&timeout, &a, &x]),
        3 => g.call("poll2", &[&timeout, &a, &x, &b, &y]),
        4 => g.call("poll3", &[&timeout, &a, &x, &b, &y, &c, &z]),
        _ => {
            let (x, y) = (g.one(&["1", "2", "3", "7"]), g.one(&["0", "1", "2", "3"]));
            g.call("select", &[&timeout, &a, &x, &b, &y]);
        }
    }
}

/// The small calls that every descriptor takes.
pub fn descriptor(g: &mut Maker) {
    let file = g.any();
    match g.random.below(13) {
        12 => {
            let over = g.any();
            if let (Some(kind), Some(old)) = (g.kind(&file), g.kind(&over)) {
                if old == Kind::TcpStream {
                    g.call("drain", &[&over]);
                }
                if g.random.chance(60) {
                    g.call("dup2", &[&file, &over]);
                } else {
                    let flags = g.one(&["0", "O_CLOEXEC", "O_NONBLOCK"]);
                    g.call("dup3", &[&file, &over, &flags]);
                }
                g.becomes(&over, kind);
            }
        }
        0 => {
            if let Some(kind) = g.kind(&file) {
                let slot = g.fill(kind);
                g.call("dup", &[&file, &slot]);
            }
        }
        1 => {
            if let Some(kind) = g.kind(&file) {
                let slot = g.fill(kind);
                let command = g.one(&["F_DUPFD", "F_DUPFD_CLOEXEC"]);
                let from = g.one(&["0", "3", "700", "-1"]);
                g.call("dupfd", &[&file, &slot, &command, &from]);
            }
        }
        2..4 => g.call("getfl", &[&file]),
        4..6 => {
            let flags = g.one(&["0", "O_NONBLOCK", "O_NONBLOCK"]);
            g.call("setfl", &[&file, &flags]);
        }
        6 => g.call("getfd", &[&file]),
        7 => {
            let flags = g.one(&["0", "FD_CLOEXEC", "2", "3"]);
            g.call("setfd", &[&file, &flags]);
        }
        8..10 => {
            let value = g.one(&["0", "1"]);
            g.call("ioctl", &[&file, "FIONBIO", &value]);
        }
        // What an epoll set says to requests that it does not know depends on the kernel.
        _ if g.kind(&file) == Some(Kind::Epoll) => {}
        10 => g.call("ioctl", &[&file, "FIONREAD", "-7"]),
        _ => g.call("isatty", &[&file]),
    }
}

/// Names, and the pending error.
pub fn names(g: &mut Maker) {
    let socket = g.any();
    let room = g.one(&["128", "128", "16", "28", "3", "0"]);
    match g.random.below(4) {
        0 => g.call("getsockname", &[&socket, &room]),
        1 => g.call("getpeername", &[&socket, &room]),
        2 => g.call("getsockopt", &[&socket, "SOL_SOCKET", "SO_ERROR", "4"]),
        _ => {
            let name = g.one(&["SO_TYPE", "SO_DOMAIN", "SO_PROTOCOL", "SO_ACCEPTCONN"]);
            g.call("getsockopt", &[&socket, "SOL_SOCKET", &name, "4"]);
        }
    }
}
