//! Every option of every level, in one table; `docs/OPTIONS.md` is generated from it.

mod ip;
mod ipv6;
mod socket;
mod tcp;
mod udp;

use super::rule::{Kinds, Row, TCP, UDP, UNIX, V6};

/// The levels of getsockopt(2), as positions in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Level {
    /// SOL_SOCKET
    Socket,
    /// IPPROTO_IP
    Ip,
    /// IPPROTO_IPV6
    Ipv6,
    /// IPPROTO_TCP
    Tcp,
    /// IPPROTO_UDP
    Udp,
}

impl Level {
    /// The level with this number, if sockets of this kind have it. (Linux lets an AF_INET6
    /// socket have the options of IPPROTO_IP too, for the IPv4 traffic it may carry.)
    pub fn of(number: i32, kind: Kinds) -> Option<Level> {
        let (level, kinds) = match number {
            0x7fff_ffff => return Some(Level::Socket),
            0 => (Level::Ip, !UNIX),
            41 => (Level::Ipv6, V6),
            6 => (Level::Tcp, TCP),
            17 => (Level::Udp, UDP),
            _ => return None,
        };
        (kinds & kind != 0).then_some(level)
    }

    /// Its options.
    pub fn rows(self) -> &'static [Row] {
        match self {
            Level::Socket => socket::ROWS,
            Level::Ip => ip::ROWS,
            Level::Ipv6 => ipv6::ROWS,
            Level::Tcp => tcp::ROWS,
            Level::Udp => udp::ROWS,
        }
    }

    /// The row about an option of sockets of this kind.
    pub fn row(self, name: u8, kind: Kinds) -> Option<&'static Row> {
        self.rows()
            .iter()
            .find(|row| row.name == name && row.kinds & kind != 0)
    }

    /// What the documentation says about each of `rows`.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn docs(self) -> &'static [super::rule::Doc] {
        match self {
            Level::Socket => socket::DOCS,
            Level::Ip => ip::DOCS,
            Level::Ipv6 => ipv6::DOCS,
            Level::Tcp => tcp::DOCS,
            Level::Udp => udp::DOCS,
        }
    }
}
