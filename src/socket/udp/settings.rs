//! UDP sockets and their options.

use super::Udp;
use crate::errno::{Errno, Result};
use crate::fd::Domain;
use crate::fd::file::Type;
use crate::socket::host_options::{host_option, reapply};
use crate::socket::options::{self, Effect, Flag, HostKey, Owner};
use crate::wasi::udp::UdpSocket;

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
            self.refill(&mut self.state.borrow_mut());
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
