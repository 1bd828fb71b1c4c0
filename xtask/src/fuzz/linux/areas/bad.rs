//! Pointers that lead nowhere, on every kind of descriptor.

use super::{common, local, pipes, tcp};
use crate::fuzz::linux::generate::{Kind, Maker};

const EVERY: &[Kind] = &[
    Kind::Tcp,
    Kind::TcpListener,
    Kind::TcpStream,
    Kind::Udp,
    Kind::LocalStream,
    Kind::LocalDatagram,
    Kind::LocalPacket,
    Kind::PipeRead,
    Kind::PipeWrite,
    Kind::Event,
    Kind::Timer,
    Kind::Epoll,
    Kind::File,
    Kind::Folder,
];

pub fn start(g: &mut Maker) {
    common::network(g);
    tcp::connection(g);
    local::pair(g);
    pipes::pipe(g);
    pipes::event(g);
    pipes::timer(g);
    let slot = g.fill(Kind::Udp);
    g.call(
        "socket",
        &[&slot, "AF_INET", "SOCK_DGRAM|SOCK_NONBLOCK", "0"],
    );
    g.call("bind", &[&slot, "LOOP4", "-1"]);
    let slot = g.fill(Kind::Epoll);
    g.call("epoll_create", &[&slot, "0"]);
    let slot = g.fill(Kind::File);
    g.call("open", &[&slot, "0", "O_RDWR|O_CREAT", "0644"]);
    g.call("write", &[&slot, "100"]);
    g.call("lseek", &[&slot, "0", "SEEK_SET"]);
    let slot = g.fill(Kind::Folder);
    g.call("open", &[&slot, "9", "O_RDONLY|O_DIRECTORY", "0"]);
}

/// A pointer: good, none, or beyond the end of memory.
fn pointer(g: &mut Maker) -> String {
    g.one(&["1", "1", "0", "-1", "-16", "-4096"])
}

/// A bad pointer.
fn bad(g: &mut Maker) -> String {
    g.one(&["0", "-1", "-16", "-4096"])
}

pub fn step(g: &mut Maker) {
    let file = g.some(EVERY);
    let (p, q, bad) = (pointer(g), pointer(g), bad(g));
    let length = g.one(&["0", "1", "8", "100"]);
    match g.random.below(32) {
        0 => g.call("bad_read", &[&file, &p, &length]),
        1 => g.call("bad_write", &[&file, &p, &length]),
        2 => {
            let offset = g.one(&["0", "50", "-1"]);
            g.call("bad_pread", &[&file, &p, &length, &offset]);
        }
        3 => {
            let offset = g.one(&["0", "50", "-1"]);
            g.call("bad_pwrite", &[&file, &p, &length, &offset]);
        }
        4 | 5 => {
            let count = g.one(&["2", "2", "1", "0", "-1", "1025"]);
            // The array has room for four.
            let array = if count == "1025" {
                bad
            } else {
                g.one(&["1", "1", "1", "0", "-16"])
            };
            let call = g.random.weighted(&[(1, "bad_readv"), (1, "bad_writev")]);
            g.call(call, &[&file, &array, &count, &p, &length, &q]);
        }
        6 => {
            let flags = g.flags(&["MSG_DONTWAIT"]);
            g.call("bad_send", &[&file, &p, &length, &flags]);
        }
        7 => {
            let flags = g.flags(&["MSG_PEEK", "MSG_TRUNC", "MSG_DONTWAIT"]);
            g.call("bad_recv", &[&file, &p, &length, &flags]);
        }
        8 => {
            let size = g.one(&["16", "0", "3", "-1", "200"]);
            g.call("bad_sendto", &[&file, &p, &length, &q, &size]);
        }
        9 => {
            let size = pointer(g);
            g.call("bad_recvfrom", &[&file, &p, &length, &q, &size]);
        }
        10..13 => {
            let receive = g.one(&["0", "1"]);
            let message = g.one(&["1", "1", "1", "1", "0", "-16"]);
            let name = g.one(&["0", "0", "1", "-16"]);
            let parts = g.one(&["1", "1", "1", "0", "-16"]);
            let count = if parts == "1" {
                g.one(&["1", "1", "0"])
            } else {
                g.one(&["1", "0", "1025"])
            };
            let control = g.one(&["0", "0", "1", "-16"]);
            g.call(
                "bad_message",
                &[
                    &receive, &file, &message, &name, &parts, &count, &control, &p,
                ],
            );
        }
        13 => {
            let which = g.one(&["0", "1", "2"]);
            let size = g.one(&["1", "1", "0", "-16"]);
            g.call("bad_name", &[&which, &file, &p, &size]);
        }
        14 => {
            let size = g.one(&["16", "3", "0", "-1"]);
            g.call("bad_bind", &[&file, &bad, &size]);
        }
        15 => {
            let size = g.one(&["16", "3", "0", "-1"]);
            g.call("bad_connect", &[&file, &bad, &size]);
        }
        16 => {
            let (level, name) = option(g);
            g.call("bad_getsockopt", &[&file, level, name, &p, &q]);
        }
        17 => {
            let (level, name) = option(g);
            let size = g.one(&["4", "0", "3", "-1", "16"]);
            g.call("bad_setsockopt", &[&file, level, name, &bad, &size]);
        }
        18 => {
            let request = g.one(&["FIONREAD", "FIONBIO", "SIOCOUTQ", "12345"]);
            g.call("bad_ioctl", &[&file, &request, &bad]);
        }
        19 => {
            let count = g.one(&["0", "1", "100", "-1"]);
            g.call("bad_poll", &[&bad, &count, "0"]);
        }
        20 => {
            let (count, mask) = (g.one(&["0", "1"]), g.one(&["0", "0", "-16"]));
            g.call("bad_ppoll", &[&p, &count, &mask]);
        }
        21 => {
            let count = g.one(&["0", "1", "10", "-1"]);
            let (readers, writers) = (g.one(&["0", "-16", "1"]), g.one(&["0", "-16"]));
            g.call("bad_select", &[&count, &readers, &writers]);
        }
        22 => {
            let set = g.some(&[Kind::Epoll]);
            let action = g.one(&["EPOLL_CTL_ADD", "EPOLL_CTL_MOD", "EPOLL_CTL_DEL", "77"]);
            g.call("bad_epoll_ctl", &[&set, &action, &file, &p]);
        }
        23 => {
            let set = g.some(&[Kind::Epoll]);
            let most = g.one(&["1", "0", "-1"]);
            g.call("bad_epoll_wait", &[&set, &bad, &most]);
        }
        24 => {
            if g.random.chance(50) {
                let flags = g.one(&["0", "O_NONBLOCK", "0x10000000"]);
                g.call("bad_pair", &["1", "0", &flags, &p]);
            } else {
                let domain = g.one(&["AF_UNIX", "AF_UNIX", "AF_INET", "99"]);
                let kind = g.one(&["SOCK_STREAM", "SOCK_DGRAM", "77"]);
                g.call("bad_pair", &["0", &domain, &kind, &p]);
            }
        }
        25 => {
            let timer = g.some(&[Kind::Timer]);
            let flags = g.one(&["0", "8"]);
            g.call("bad_settime", &[&timer, &flags, &p, &q]);
        }
        26 => {
            let timer = g.some(&[Kind::Timer]);
            g.call("bad_gettime", &[&timer, &bad]);
        }
        27 => {
            let which = g.one(&["0", "1", "2"]);
            let name = g.one(&["1", "0", "-16"]);
            g.call("bad_stat", &[&which, &file, &name, &p]);
        }
        28 => {
            let which = g.random.below(11).to_string();
            let (name, other) = (g.one(&["1", "0", "-16"]), g.one(&["1", "0", "-16"]));
            g.call("bad_path", &[&which, &name, &other]);
        }
        29 => g.call("bad_nanosleep", &[&bad, &q]),
        30 => {
            let (from, to) = (
                g.some(&[Kind::PipeRead, Kind::File]),
                g.some(&[Kind::PipeWrite]),
            );
            let (offset, offset2) = (g.one(&["0", "-16", "1"]), g.one(&["0", "0", "-16"]));
            g.call("bad_splice", &[&from, &offset, &to, &offset2]);
        }
        _ => {
            let from = g.some(&[Kind::File]);
            g.call("bad_sendfile", &[&file, &from, &p]);
        }
    }
}

fn option(g: &mut Maker) -> (&'static str, &'static str) {
    g.random.weighted(&[
        (2, ("SOL_SOCKET", "SO_REUSEADDR")),
        (1, ("SOL_SOCKET", "SO_ERROR")),
        (1, ("SOL_SOCKET", "SO_RCVBUF")),
        (1, ("SOL_SOCKET", "SO_LINGER")),
        (1, ("SOL_SOCKET", "SO_RCVTIMEO")),
        (1, ("IPPROTO_TCP", "TCP_NODELAY")),
        (1, ("IPPROTO_IP", "IP_TTL")),
        (1, ("SOL_SOCKET", "77")),
        (1, ("77", "1")),
    ])
}
