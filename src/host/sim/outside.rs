//! What lies outside of the program: peers that a test drives.

use super::net::{self, Handler};
use super::{tcp, udp, world};
use std::net::SocketAddr;
use std::rc::Rc;

/// A side of a connection that the test drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    pub(super) connection: usize,
    pub(super) side: usize,
}

impl Peer {
    /// Sends bytes, whatever room there is.
    pub fn send(self, bytes: &[u8]) {
        net::transmit(self.connection, self.side, bytes.to_vec());
    }

    /// Takes what has come.
    pub fn take(self) -> Vec<u8> {
        self.take_some(usize::MAX)
    }

    /// Takes what has come, at most so many bytes.
    pub fn take_some(self, most: usize) -> Vec<u8> {
        net::with(|net| {
            let side = &mut net.connections[self.connection].sides[self.side];
            let most = most.min(side.arrived.len());
            side.arrived.drain(..most).collect()
        })
    }

    /// Whether the program's side ended in order, and nothing is left to take.
    pub fn is_finished(self) -> bool {
        net::with(|net| {
            let side = &net.connections[self.connection].sides[self.side];
            side.finished && side.arrived.is_empty()
        })
    }

    /// Whether the connection was reset.
    pub fn is_reset(self) -> bool {
        net::with(|net| net.connections[self.connection].sides[self.side].reset)
    }

    /// Sends no more.
    pub fn finish(self) {
        net::finish(self.connection, self.side);
    }

    /// Resets the connection.
    pub fn reset(self) {
        net::break_off(self.connection, self.side);
    }
}

/// Has `action` happen in so many nanoseconds.
pub fn later(nanoseconds: u64, action: impl FnOnce() + 'static) {
    world::with(|world| {
        let time = world.now + nanoseconds;
        world.at(time, action);
    });
}

/// Listens at an address; `handler` is called for each connection and for all that happens to it.
pub fn listen(address: SocketAddr, handler: impl Fn(Peer) + 'static) {
    net::with(|net| net.outside.insert(address, Rc::new(handler)));
}

/// Connects to a socket of the program; None when nobody listens there. `handler` is called for all that
/// happens to it.
pub fn connect(to: SocketAddr, handler: impl Fn(Peer) + 'static) -> Option<Peer> {
    let handler: Handler = Rc::new(handler);
    let from = net::with(|net| SocketAddr::new(to.ip(), net.free_port()));
    let connection = tcp::arrive(from, to)?;
    net::with(|net| net.connections[connection].sides[0].handler = Some(handler));
    Some(Peer {
        connection,
        side: 0,
    })
}

/// Takes datagrams at an address: what came, and from whom.
pub fn take_datagrams(address: SocketAddr, handler: impl Fn(&[u8], SocketAddr) + 'static) {
    net::with(|net| net.outside_datagrams.insert(address, Rc::new(handler)));
}

/// Sends a datagram to the program.
pub fn send_datagram(from: SocketAddr, to: SocketAddr, bytes: &[u8]) {
    udp::carry(None, from, to, bytes.to_vec());
}
