//! epoll, with poll and select beside it, on everything that can be waited for.

use super::{common, local, pipes, tcp};
use crate::fuzz::linux::generate::{CONNECTED, Kind, Maker};

const MEMBERS: &[Kind] = &[
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
];
const EVENTS: &[&str] = &[
    "EPOLLIN",
    "EPOLLIN",
    "EPOLLOUT",
    "EPOLLIN|EPOLLOUT",
    "EPOLLIN|EPOLLRDHUP",
    "EPOLLIN|EPOLLOUT|EPOLLRDHUP",
    "EPOLLIN|EPOLLET",
    "EPOLLIN|EPOLLOUT|EPOLLET",
    "EPOLLIN|EPOLLRDHUP|EPOLLET",
    "EPOLLOUT|EPOLLET",
    "EPOLLIN|EPOLLONESHOT",
    "EPOLLIN|EPOLLOUT|EPOLLET|EPOLLONESHOT",
    "EPOLLRDNORM|EPOLLWRNORM",
    "0",
    "EPOLLIN|EPOLLEXCLUSIVE",
    "EPOLLONESHOT|EPOLLEXCLUSIVE",
    "EPOLLPRI",
];

pub fn start(g: &mut Maker) {
    common::network(g);
    epoll(g);
    local::pair(g);
    if g.random.chance(50) {
        tcp::connection(g);
    }
    if g.random.chance(50) {
        pipes::pipe(g);
    }
    if g.random.chance(50) {
        pipes::event(g);
    }
    for _ in 0..3 {
        control(g);
    }
}

fn epoll(g: &mut Maker) {
    let slot = g.fill(Kind::Epoll);
    let flags = g.one(&["0", "0", "EPOLL_CLOEXEC", "1"]);
    g.call("epoll_create", &[&slot, &flags]);
}

fn control(g: &mut Maker) {
    let (set, file, events) = (g.some(&[Kind::Epoll]), g.some(MEMBERS), g.one(EVENTS));
    let action = g.random.weighted(&[
        (60, "EPOLL_CTL_ADD"),
        (30, "EPOLL_CTL_MOD"),
        (15, "EPOLL_CTL_DEL"),
        (1, "77"),
    ]);
    g.call("epoll_ctl", &[&set, action, &file, &events]);
}

pub fn step(g: &mut Maker) {
    match g.random.below(100) {
        0..16 => control(g),
        16..43 => {
            let set = g.some(&[Kind::Epoll]);
            let most = g.random.weighted(&[(20, "16"), (1, "1")]);
            let timeout = g.one(&["0", "1", "10"]);
            g.call("epoll_wait", &[&set, most, &timeout]);
        }
        43..50 => common::ready(g, MEMBERS),
        50..62 => common::send(g, CONNECTED),
        62..76 => common::receive(g, CONNECTED),
        76..80 => {
            if g.random.chance(50) {
                let (file, length) = (g.some(&[Kind::PipeWrite]), g.length());
                g.call("write", &[&file, &length]);
            } else {
                let (file, room) = (g.some(&[Kind::PipeRead]), g.room());
                g.call("read", &[&file, &room]);
            }
        }
        80..83 => {
            let file = g.some(&[Kind::Event]);
            if g.random.chance(50) {
                g.call("add", &[&file, "1"]);
            } else {
                g.call("take", &[&file, "8"]);
            }
        }
        83..86 => {
            let (socket, how) = (g.some(CONNECTED), g.one(common::HOW));
            g.call("shutdown", &[&socket, &how]);
        }
        86..89 => g.close_some(),
        89..92 => common::descriptor(g),
        92 => epoll(g),
        93 => local::pair(g),
        94 => tcp::connection(g),
        95 => pipes::pipe(g),
        96 => pipes::event(g),
        97 => {
            pipes::timer(g);
        }
        98 => {
            let file = g.some(&[Kind::Timer]);
            g.call("settime", &[&file, "0", "0", "1", "0"]);
        }
        _ => {
            let listener = g.some(&[Kind::TcpListener]);
            let slot = g.fill(Kind::TcpStream);
            g.call("accept", &[&listener, &slot, "SOCK_NONBLOCK", "128"]);
        }
    }
}
