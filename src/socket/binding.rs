//! What bind(2) is made of, for TCP and UDP alike: two host calls, the choice of the family of
//! the host socket, and the pair of host sockets behind a dual-stack one.

use crate::errno::{Errno, Result};
use crate::fd::address::unmap;
use crate::fd::{Address, Domain};
use crate::host::poll::Source;
use crate::host::tcp::{Family, TcpSocket};
use crate::host::udp::UdpSocket;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// A host socket that can be bound.
pub trait HostSocket: Sized {
    /// socket(2)
    fn create(family: Family) -> Result<Self>;
    /// First half of bind(2).
    fn start_bind(&self, local: &SocketAddr) -> Result<()>;
    /// Second half of bind(2).
    fn finish_bind(&self) -> Result<()>;
    /// getsockname(2)
    fn local(&self) -> Result<SocketAddr>;
    /// Ready when the bind can be finished.
    fn subscribe(&self) -> Source;
}

macro_rules! host_socket {
    ($type:ty) => {
        impl HostSocket for $type {
            fn create(family: Family) -> Result<Self> {
                <$type>::new(family)
            }
            fn start_bind(&self, local: &SocketAddr) -> Result<()> {
                <$type>::start_bind(self, local)
            }
            fn finish_bind(&self) -> Result<()> {
                <$type>::finish_bind(self)
            }
            fn local(&self) -> Result<SocketAddr> {
                <$type>::local(self)
            }
            fn subscribe(&self) -> Source {
                <$type>::subscribe(self)
            }
        }
    };
}

host_socket!(TcpSocket);
host_socket!(UdpSocket);

/// The family of the host socket that a new socket of `domain` starts with.
pub fn family(domain: Domain) -> Family {
    if domain == Domain::Inet6 {
        Family::V6
    } else {
        Family::V4
    }
}

/// The wildcard address of a family.
pub fn wildcard(family: Family, port: u16) -> SocketAddr {
    match family {
        Family::V4 => (Ipv4Addr::UNSPECIFIED, port).into(),
        Family::V6 => (Ipv6Addr::UNSPECIFIED, port).into(),
    }
}

/// Binds a host socket; hosts answer at once, but may take their time.
pub fn bind<S: HostSocket>(socket: &S, local: &SocketAddr) -> Result<()> {
    socket.start_bind(local)?;
    loop {
        match socket.finish_bind() {
            Err(Errno::EAGAIN) => socket.subscribe().block(),
            outcome => return outcome,
        }
    }
}

/// The internet address in `address`, if it is one of `domain`.
pub fn check_domain(address: &Address, domain: Domain) -> Result<SocketAddr> {
    match (address, domain) {
        (Address::Inet(SocketAddr::V4(_)), Domain::Inet)
        | (Address::Inet(SocketAddr::V6(_)), Domain::Inet6) => {
            let Address::Inet(inet) = address else {
                return Err(Errno::EAFNOSUPPORT);
            };
            Ok(*inet)
        }
        (Address::Short | Address::ShortV4, _) => Err(Errno::EINVAL),
        _ => Err(Errno::EAFNOSUPPORT),
    }
}

/// Bound host sockets: one, or two for a dual-stack wildcard (the IPv6 one first).
pub struct Bound<S> {
    /// The host socket that getsockname(2) asks.
    pub first: S,
    /// The IPv4 side of a dual-stack socket.
    pub second: Option<S>,
}

/// Binds for an address of the socket's own domain. `fresh` is the unbound host socket, which is
/// used if it has the right family; it is lost when binding fails.
///
/// A v4-mapped address needs an IPv4 host socket; the IPv6 wildcard of a socket without
/// IPV6_V6ONLY needs both, at one port (ipv6(7)).
pub fn bind_for<S: HostSocket>(
    fresh: Option<S>,
    local: SocketAddr,
    v6only: bool,
) -> Result<Bound<S>> {
    let plain = unmap(local);
    if local.is_ipv6() && plain.is_ipv4() {
        if v6only {
            return Err(Errno::EINVAL);
        }
        let first = S::create(Family::V4)?;
        bind(&first, &plain)?;
        return Ok(Bound {
            first,
            second: None,
        });
    }
    let first = fresh.map_or_else(|| S::create(Family::of(&local)), Ok)?;
    if local.is_ipv4() || v6only || !local.ip().is_unspecified() {
        bind(&first, &local)?;
        return Ok(Bound {
            first,
            second: None,
        });
    }
    bind_both(first, local)
}

/// How often a free port is looked for that is free in both families.
const ATTEMPTS: usize = 16;

fn bind_both<S: HostSocket>(first: S, local: SocketAddr) -> Result<Bound<S>> {
    let mut first = first;
    let mut attempt = 1;
    loop {
        bind(&first, &local)?;
        let port = first.local()?.port();
        let second = match S::create(Family::V4) {
            Ok(second) => second,
            // A host without IPv4 has one side only.
            Err(Errno::EAFNOSUPPORT) => {
                return Ok(Bound {
                    first,
                    second: None,
                });
            }
            Err(error) => return Err(error),
        };
        match bind(&second, &wildcard(Family::V4, port)) {
            Ok(()) => {
                return Ok(Bound {
                    first,
                    second: Some(second),
                });
            }
            Err(Errno::EADDRINUSE) if local.port() == 0 && attempt < ATTEMPTS => {
                attempt += 1;
                first = S::create(Family::V6)?;
            }
            Err(error) => return Err(error),
        }
    }
}
