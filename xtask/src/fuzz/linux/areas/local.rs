//! AF_UNIX sockets.

use super::common;
use crate::fuzz::linux::generate::{CONNECTED, Kind, Maker};

const KINDS: &[(&str, Kind)] = &[
    ("SOCK_STREAM", Kind::LocalStream),
    ("SOCK_DGRAM", Kind::LocalDatagram),
    ("SOCK_SEQPACKET", Kind::LocalPacket),
];
const ALL: &[Kind] = &[
    Kind::Local,
    Kind::LocalListener,
    Kind::LocalStream,
    Kind::LocalDatagram,
    Kind::LocalPacket,
];
const FORMS: &[&str] = &[
    "PATH", "PATH", "ABSTRACT", "ABSTRACT", "UNNAMED", "LONGPATH", "UNSPEC", "LOOP4", "FAMILY99",
];

pub fn start(g: &mut Maker) {
    pair(g);
}

/// Two connected sockets.
pub fn pair(g: &mut Maker) {
    let (name, kind) = KINDS[g.random.below(KINDS.len())];
    let (one, other) = (g.fill(kind), g.fill(kind));
    let blocking = if g.random.chance(60) {
        format!("{name}|SOCK_NONBLOCK")
    } else {
        name.to_owned()
    };
    g.call("socketpair", &[&one, &other, "AF_UNIX", &blocking, "0"]);
    g.pair(&one, &other);
}

pub fn step(g: &mut Maker) {
    match g.random.below(100) {
        0..5 => pair(g),
        5..25 => common::send(g, CONNECTED),
        25..48 => common::receive(g, CONNECTED),
        48..58 => common::ready(g, ALL),
        58..63 => common::names(g),
        63..67 => common::descriptor(g),
        67..70 => {
            let (socket, how) = (g.some(ALL), g.one(common::HOW));
            g.call("shutdown", &[&socket, &how]);
        }
        70..75 => g.close_some(),
        75..78 => {
            let slot = g.fill(Kind::Local);
            let kind = g.one(&["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET", "SOCK_RAW"]);
            g.call("socket", &[&slot, "AF_UNIX", &kind, "0"]);
        }
        78..82 => {
            let socket = g.some(&[Kind::Local, Kind::Local, Kind::LocalDatagram]);
            let (form, name) = (g.one(FORMS), g.one(&["0", "1", "2"]));
            g.call("bind", &[&socket, &form, &name]);
        }
        82..84 => {
            let (socket, backlog) = (g.some(&[Kind::Local]), g.one(&["0", "1", "8", "-1"]));
            g.call("listen", &[&socket, &backlog]);
            if g.kind(&socket) == Some(Kind::Local) {
                g.becomes(&socket, Kind::LocalListener);
            }
        }
        84..88 => {
            let socket = g.some(&[Kind::Local, Kind::Local, Kind::LocalDatagram]);
            let (form, name) = (g.one(FORMS), g.one(&["0", "1", "2"]));
            g.call("connect", &[&socket, &form, &name]);
            if g.kind(&socket) == Some(Kind::Local) {
                g.becomes(&socket, Kind::LocalStream);
            }
        }
        88..90 => {
            let listener = g.some(&[Kind::LocalListener]);
            let slot = g.fill(Kind::LocalStream);
            let flags = g.one(&["0", "SOCK_NONBLOCK"]);
            g.call("accept", &[&listener, &slot, &flags, "128"]);
        }
        90..93 => {
            let (socket, length) = (g.some(ALL), g.length());
            let (form, name) = (g.one(FORMS), g.one(&["0", "1", "2"]));
            g.call("sendto", &[&socket, &length, "0", &form, &name]);
        }
        93..96 => {
            let (socket, length) = (g.some(CONNECTED), g.one(&["1", "1", "20", "0"]));
            let (passed, copies) = (g.any(), g.one(&["1", "1", "2", "5"]));
            g.call("send_rights", &[&socket, &length, "0", &passed, &copies]);
        }
        96..98 => {
            let (socket, room) = (g.some(CONNECTED), g.one(&["1", "20", "4096"]));
            let flags = g.flags(common::RECEIVE_FLAGS);
            let control = g.one(&["0", "1", "2", "3", "6"]);
            let slot = g.fill(Kind::Local);
            g.call("recvmsg", &[&socket, &room, "10", &flags, &control, &slot]);
        }
        98 => {
            let (socket, request) = (g.some(ALL), g.one(&["FIONREAD", "SIOCINQ"]));
            g.call("ioctl", &[&socket, &request, "-7"]);
        }
        _ => {
            let (socket, value) = (g.some(ALL), g.one(&["0", "1"]));
            g.call(
                "setsockopt",
                &[&socket, "SOL_SOCKET", "SO_PASSCRED", &value, "4"],
            );
        }
    }
}
