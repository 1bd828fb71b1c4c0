//! UDP over loopback.

use super::common;
use crate::fuzz::linux::generate::{Kind, Maker};

const UDP: &[Kind] = &[Kind::Udp];
const FORMS: &[&str] = &[
    "LOOP4", "LOOP4", "LOOP4", "LOOP4", "LOOP6", "ANY4", "OTHER4", "MAPPED", "UNSPEC", "SHORT4",
    "SHORT6", "LONG4", "FAMILY99",
];

pub fn start(g: &mut Maker) {
    common::network(g);
    for _ in 0..2 {
        let slot = g.fill(Kind::Udp);
        g.call(
            "socket",
            &[&slot, "AF_INET", "SOCK_DGRAM|SOCK_NONBLOCK", "0"],
        );
        g.call("bind", &[&slot, "LOOP4", "-1"]);
    }
    if g.random.chance(40) {
        let slot = g.fill(Kind::Udp);
        g.call(
            "socket",
            &[&slot, "AF_INET6", "SOCK_DGRAM|SOCK_NONBLOCK", "0"],
        );
        let form = g.one(&["LOOP6", "ANY6"]);
        g.call("bind", &[&slot, &form, "-1"]);
    }
}

pub fn step(g: &mut Maker) {
    match g.random.below(100) {
        0..25 => send(g),
        25..37 => common::send(g, UDP),
        37..60 => common::receive(g, UDP),
        60..70 => common::ready(g, UDP),
        70..76 => common::names(g),
        76..80 => common::descriptor(g),
        80..87 => {
            let (socket, form) = (g.some(UDP), g.one(FORMS));
            let to = target(g);
            g.call("connect", &[&socket, &form, &to]);
        }
        87..89 => {
            let (socket, how) = (g.some(UDP), g.one(common::HOW));
            g.call("shutdown", &[&socket, &how]);
        }
        89..92 => g.close_some(),
        92..96 => {
            let slot = g.fill(Kind::Udp);
            let domain = g.one(&["AF_INET", "AF_INET", "AF_INET6"]);
            let kind = g.one(&["SOCK_DGRAM", "SOCK_DGRAM|SOCK_NONBLOCK"]);
            let protocol = g.one(&["0", "IPPROTO_UDP", "IPPROTO_TCP"]);
            g.call("socket", &[&slot, &domain, &kind, &protocol]);
            if g.random.chance(20) {
                // Not on a bound one, which would be two faults.
                g.call("bind", &[&slot, "FOREIGN4", "-1"]);
            }
        }
        96..98 => {
            let (socket, form) = (g.some(UDP), g.one(&["LOOP4", "ANY4", "LOOP6", "ANY6"]));
            g.call("bind", &[&socket, &form, "-1"]);
        }
        98 => {
            let (socket, value) = (g.some(UDP), g.one(&["0", "1"]));
            g.call(
                "setsockopt",
                &[&socket, "IPPROTO_UDP", "UDP_CORK", &value, "4"],
            );
        }
        _ => {
            let socket = g.some(UDP);
            g.call("ioctl", &[&socket, "FIONREAD", "-7"]);
        }
    }
}

fn target(g: &mut Maker) -> String {
    if g.random.chance(85) {
        g.some(UDP)
    } else {
        g.one(&["-2", "-1"])
    }
}

fn send(g: &mut Maker) {
    let (socket, flags, form) = (g.some(UDP), g.flags(common::SEND_FLAGS), g.one(FORMS));
    let to = target(g);
    let length = if g.random.chance(8) {
        g.one(&["65507", "65508", "65527", "65528", "65536"])
    } else {
        g.length()
    };
    match g.random.below(6) {
        0..3 => g.call("sendto", &[&socket, &length, &flags, &form, &to]),
        3..5 => {
            let other = g.one(&["0", "1", "100"]);
            g.call("sendmsg", &[&socket, &length, &other, &flags, &form, &to]);
        }
        _ => {
            let (length, count) = (g.one(&["0", "20", "3000"]), g.one(&["0", "1", "3", "4"]));
            g.call("sendmmsg", &[&socket, &length, &count, &flags, &form, &to]);
        }
    }
}
