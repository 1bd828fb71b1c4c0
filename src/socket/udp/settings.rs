//! UDP sockets and their options.

use super::Udp;
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Domain, Transmit};
use crate::host::cell::Late;
use crate::host::tcp::HostOption;
use crate::host::udp::UdpSocket;
use crate::socket::host_options::{host_option, reapply};
use crate::socket::options::{self, Effect, Flag, HostKey, Owner};

/// Sends a datagram with a hop limit of its own.
type Limited = fn(&Udp, u8, &Transmit) -> Result<usize>;

pub static HOP_LIMIT: Late<Limited> = Late::new();

/// The program has sent such a datagram.
pub fn bind_hop_limit() {
    HOP_LIMIT.bind(|udp, limit, message| {
        // The implicit bind, without which there is no host socket to change.
        udp.ensure_bound(&mut udp.state.borrow_mut())?;
        let before = exchange(udp, [Some(u64::from(limit)); 2]);
        let outcome = udp.send_datagram(message);
        exchange(udp, before);
        outcome
    });
}

/// Gives the host sockets these hop limits; returns those they had.
fn exchange(udp: &Udp, limits: [Option<u64>; 2]) -> [Option<u64>; 2] {
    let state = udp.state.borrow();
    let mut halves = state.halves.iter();
    limits.map(|limit| {
        let host = halves.next()?.host();
        let before = host.option(HostOption::HopLimit).ok()?;
        host.set_option(HostOption::HopLimit, limit?).ok()?;
        Some(before)
    })
}

impl Owner for Udp {
    fn domain(&self) -> Domain {
        self.domain
    }

    fn kind(&self) -> Type {
        Type::Datagram
    }

    fn host_option(&self, key: HostKey) -> Result<u64> {
        let state = self.state.borrow();
        let host = state
            .fresh
            .as_ref()
            .or_else(|| state.halves.first().map(|half| half.host()));
        let host = host.ok_or(Errno::ENOPROTOOPT)?;
        host.option(host_option(key, self.domain, || host.family())?)
    }

    fn set_host_option(&self, key: HostKey, value: u64) -> Result<()> {
        let state = self.state.borrow();
        let bound = state.halves.iter().map(|half| half.host());
        for host in state.fresh.iter().chain(bound) {
            // What one half lacks may concern the other.
            let _ = set(host, self.domain, key, value);
        }
        Ok(())
    }

    fn take_error(&self) -> Option<Errno> {
        if self.error.get().is_none() {
            // An answer to an earlier send may wait with the host.
            self.refill(&mut self.state.borrow_mut(), false);
        }
        self.error.take()
    }

    fn state(&self) -> options::State {
        let connected = self.state.borrow().peer.is_some();
        if connected {
            options::State::Established
        } else {
            options::State::Closed
        }
    }

    fn is_bound(&self) -> bool {
        !self.state.borrow().halves.is_empty()
    }

    fn delivers(&self, flag: Flag) -> bool {
        match flag {
            Flag::Timestamp | Flag::TimestampNs => true,
            Flag::PacketInfo | Flag::PacketInfo6 => self.knows_its_address(),
            _ => false,
        }
    }

    fn changed(&self, effect: Effect) {
        if effect == Effect::Flush && !self.options.cork() {
            self.uncork();
        }
        self.notify.touch();
    }
}

fn set(host: &UdpSocket, domain: Domain, key: HostKey, value: u64) -> Result<()> {
    host.set_option(host_option(key, domain, || host.family())?, value)
}

/// A host socket that is not yet in the socket's state.
struct Fresh<'a> {
    socket: &'a Udp,
    host: &'a UdpSocket,
}

impl Owner for Fresh<'_> {
    fn domain(&self) -> Domain {
        self.socket.domain
    }

    fn kind(&self) -> Type {
        Type::Datagram
    }

    fn host_option(&self, _: HostKey) -> Result<u64> {
        Err(Errno::ENOPROTOOPT)
    }

    fn set_host_option(&self, key: HostKey, value: u64) -> Result<()> {
        set(self.host, self.socket.domain, key, value)
    }

    fn take_error(&self) -> Option<Errno> {
        None
    }

    fn state(&self) -> options::State {
        options::State::Closed
    }

    fn is_bound(&self) -> bool {
        true
    }

    fn changed(&self, _: Effect) {}
}

/// Gives a new host socket the options that were set so far.
pub fn reapply_host(socket: &Udp, host: &UdpSocket) {
    reapply(&socket.options, &Fresh { socket, host });
}
