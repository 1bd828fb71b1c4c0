//! Socket addresses without C types.

use alloc::boxed::Box;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// An address of any family the library knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// AF_INET or AF_INET6
    Inet(SocketAddr),
    /// AF_UNIX
    Unix(UnixAddress),
    /// AF_NETLINK (netlink(7)): nl_pid and nl_groups.
    Netlink {
        /// The socket's number; 0 is the kernel.
        port: u32,
        /// A bit for each multicast group.
        groups: u32,
    },
    /// AF_UNSPEC: dissolves an association in connect(2).
    Unspecified,
    /// One that is too short for its family, or the socket's.
    Short,
    /// The same, of AF_INET for a socket of AF_INET6.
    ShortV4,
    /// A family nothing here can use; the number is kept for the errno rules.
    Other(u16),
}

/// An AF_UNIX address (unix(7)).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnixAddress {
    /// No name.
    Unnamed,
    /// A pathname, without its terminating null byte.
    Path(Box<[u8]>),
    /// A name in the abstract namespace, without the leading null byte.
    Abstract(Box<[u8]>),
}

/// `::ffff:a.b.c.d` for an IPv4 address, with its port.
pub fn map_to_v6(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) => {
            SocketAddr::V6(SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0))
        }
        v6 => v6,
    }
}

/// The IPv4 address inside `::ffff:a.b.c.d`; other addresses stay as they are.
pub fn unmap(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V6(v6) => match v6.ip().to_ipv4_mapped() {
            Some(v4) => SocketAddr::V4(SocketAddrV4::new(v4, v6.port())),
            None => address,
        },
        v4 => v4,
    }
}

/// Linux takes a connect or send to the wildcard address for one to the loopback address.
pub fn wildcard_to_loopback(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        match &mut address {
            SocketAddr::V4(v4) => v4.set_ip(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(v6) => v6.set_ip(Ipv6Addr::LOCALHOST),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapping_round_trips() {
        let v4: SocketAddr = "127.0.0.1:80".parse().unwrap();
        let mapped = map_to_v6(v4);
        assert_eq!(mapped, "[::ffff:127.0.0.1]:80".parse().unwrap());
        assert_eq!(unmap(mapped), v4);
        let v6: SocketAddr = "[::1]:80".parse().unwrap();
        assert_eq!(unmap(v6), v6);
        assert_eq!(map_to_v6(v6), v6);
    }

    #[test]
    fn wildcard_means_loopback() {
        assert_eq!(
            wildcard_to_loopback("0.0.0.0:7".parse().unwrap()),
            "127.0.0.1:7".parse().unwrap()
        );
        assert_eq!(
            wildcard_to_loopback("[::]:7".parse().unwrap()),
            "[::1]:7".parse().unwrap()
        );
        assert_eq!(
            wildcard_to_loopback("1.2.3.4:7".parse().unwrap()),
            "1.2.3.4:7".parse().unwrap()
        );
    }
}
