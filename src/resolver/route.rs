//! The way to an address.

use super::talk::{Held, Way};
use crate::errno::{Errno, Result};
use crate::netdb::Route;
use crate::wait::event;
use core::net::{IpAddr, SocketAddr};

/// What the host knows of the way to `to`.
pub fn route(to: IpAddr) -> Route {
    match to {
        // Needs no question: it is there wherever sockets are.
        IpAddr::V4(v4) if v4.is_loopback() => Route::From(to),
        _ => match source(to) {
            Ok(address) => Route::From(address),
            Err(
                Errno::ENETUNREACH
                | Errno::EHOSTUNREACH
                | Errno::EADDRNOTAVAIL
                | Errno::EAFNOSUPPORT,
            ) => Route::None,
            // Also when a signal came before a host that finishes late had finished.
            Err(_) => Route::Unknown,
        },
    }
}

/// The address that a datagram to `to` would leave from: the name of a connected UDP socket.
fn source(to: IpAddr) -> Result<IpAddr> {
    const DISCARD: u16 = 9;
    let mut way = Way::new(SocketAddr::new(to, DISCARD))?;
    loop {
        match way.open() {
            // The streams hold the association: they live until the name is asked.
            Ok((socket, _, _)) => {
                return match socket.local()?.ip() {
                    address if address.is_unspecified() => Err(Errno::ENOTCONN),
                    address => Ok(address),
                };
            }
            Err(Held::Until(source)) => event::sleep(Some(source.number()), None)?,
            Err(Held::For(errno)) => return Err(errno),
        }
    }
}
