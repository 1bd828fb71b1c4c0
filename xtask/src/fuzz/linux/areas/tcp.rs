//! TCP over loopback.

use super::common;
use crate::fuzz::linux::generate::{Kind, Maker};

const ALL: &[Kind] = &[Kind::Tcp, Kind::TcpListener, Kind::TcpStream];

pub fn start(g: &mut Maker) {
    common::network(g);
    connection(g);
}

/// A listener, a client, and mostly the accepted end.
pub fn connection(g: &mut Maker) {
    let (form, domain) = if g.random.chance(75) {
        ("LOOP4", "AF_INET")
    } else {
        ("LOOP6", "AF_INET6")
    };
    let listeners = g.all(&[Kind::TcpListener]);
    let listener = if listeners.is_empty() || g.random.chance(30) {
        let slot = g.fill(Kind::TcpListener);
        let kind = g.one(&["SOCK_STREAM", "SOCK_STREAM|SOCK_NONBLOCK"]);
        g.call("socket", &[&slot, domain, &kind, "0"]);
        g.call("bind", &[&slot, form, "-1"]);
        g.call("listen", &[&slot, "8"]);
        slot
    } else {
        listeners[g.random.below(listeners.len())].to_string()
    };
    let client = g.fill(Kind::TcpStream);
    let kind = g.one(&["SOCK_STREAM", "SOCK_STREAM|SOCK_NONBLOCK"]);
    g.call("socket", &[&client, domain, &kind, "0"]);
    g.call("connect", &[&client, form, &listener]);
    if g.random.chance(90) {
        let accepted = g.fill(Kind::TcpStream);
        let flags = g.one(&["0", "SOCK_NONBLOCK", "SOCK_CLOEXEC|SOCK_NONBLOCK"]);
        g.call("accept", &[&listener, &accepted, &flags, "128"]);
        g.pair(&client, &accepted);
    }
}

pub fn step(g: &mut Maker) {
    match g.random.below(100) {
        0..5 => connection(g),
        5..27 => common::send(g, &[Kind::TcpStream]),
        27..53 => common::receive(g, &[Kind::TcpStream]),
        53..63 => common::ready(g, ALL),
        63..68 => common::names(g),
        68..72 => common::descriptor(g),
        72..77 => {
            let (socket, how) = (g.some(ALL), g.one(common::HOW));
            g.call("shutdown", &[&socket, &how]);
        }
        77..82 => g.close_some(),
        82..86 => {
            let slot = g.fill(Kind::Tcp);
            let domain = g.one(&["AF_INET", "AF_INET", "AF_INET6"]);
            let kind = g.one(&["SOCK_STREAM", "SOCK_STREAM|SOCK_NONBLOCK"]);
            let protocol = g.one(&["0", "IPPROTO_TCP", "IPPROTO_UDP"]);
            g.call("socket", &[&slot, &domain, &kind, &protocol]);
            if g.random.chance(20) {
                // Not on a bound one, which would be two faults.
                g.call("bind", &[&slot, "FOREIGN4", "-1"]);
            }
        }
        86..89 => {
            let (socket, form) = (g.some(&[Kind::Tcp]), g.one(FORMS));
            g.call("bind", &[&socket, &form, "-1"]);
        }
        89..91 => {
            let (socket, backlog) = (g.some(&[Kind::Tcp]), g.one(&["0", "1", "8", "-1"]));
            g.call("listen", &[&socket, &backlog]);
            if g.kind(&socket) == Some(Kind::Tcp) {
                g.becomes(&socket, Kind::TcpListener);
            }
        }
        91..95 => connect(g),
        95..98 => {
            let listener = g.some(&[Kind::TcpListener]);
            let slot = g.fill(Kind::TcpStream);
            let flags = g.one(&["0", "SOCK_NONBLOCK"]);
            let room = g.one(&["128", "16", "0"]);
            g.call("accept", &[&listener, &slot, &flags, &room]);
        }
        _ => {
            let (socket, request) = (g.some(ALL), g.one(&["FIONREAD", "SIOCINQ"]));
            g.call("ioctl", &[&socket, &request, "-7"]);
        }
    }
}

const FORMS: &[&str] = &[
    "LOOP4", "LOOP4", "ANY4", "OTHER4", "LOOP6", "ANY6", "UNSPEC", "SHORT4", "SHORT6", "LONG4",
    "FAMILY99", "PATH",
];

fn connect(g: &mut Maker) {
    let socket = g.some(&[Kind::Tcp, Kind::Tcp, Kind::TcpStream]);
    let to = if g.random.chance(60) {
        g.some(&[Kind::TcpListener])
    } else {
        g.one(&["-2", "-2", "-1"])
    };
    let form = g.one(&[
        "LOOP4", "LOOP4", "LOOP4", "LOOP6", "OTHER4", "ANY4", "MAPPED", "UNSPEC", "SHORT4",
        "LONG4", "FAMILY99",
    ]);
    g.call("connect", &[&socket, &form, &to]);
    if g.kind(&socket) == Some(Kind::Tcp) && to.parse::<usize>().is_ok() {
        g.becomes(&socket, Kind::TcpStream);
    }
}
