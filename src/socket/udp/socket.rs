//! The socket calls of UDP.

use super::half::Half;
use super::{Udp, together};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Domain, Shutdown, Socket, Transmit};
use crate::socket::binding::check_domain;
use crate::socket::host_options;
use core::cell::Cell;
use core::net::SocketAddr;

impl Socket for Udp {
    fn domain(&self) -> Domain {
        self.domain
    }

    fn kind(&self) -> Type {
        Type::Datagram
    }

    fn bind(&self, address: &Address) -> Result<()> {
        let local = check_domain(address, self.domain)?;
        let mut state = self.state.borrow_mut();
        if !state.halves.is_empty() {
            return Err(Errno::EINVAL);
        }
        self.bind_state(&mut state, local)?;
        self.options.bound_to(local);
        state.port_chosen = local.port() != 0;
        let nameless = SocketAddr::new(local.ip(), 0);
        state.address_chosen = (!local.ip().is_unspecified()).then_some(nameless);
        Ok(())
    }

    fn connect(&self, address: &Address) -> Result<()> {
        let mut state = self.state.borrow_mut();
        if *address == Address::Unspecified {
            return self.disconnect(&mut state);
        }
        self.ensure_bound(&mut state)?;
        let remote = match address {
            // An AF_INET6 socket takes an IPv4 address for what it is mapped to.
            Address::Inet(SocketAddr::V4(_))
                if self.domain == Domain::Inet6 && self.options.v6only() =>
            {
                return Err(Errno::EAFNOSUPPORT);
            }
            Address::Inet(remote @ SocketAddr::V4(_)) => *remote,
            _ => check_domain(address, self.domain)?,
        };
        self.connect_state(&mut state, remote)
    }

    fn send_together(&self, messages: &[Transmit]) -> (usize, bool) {
        together::send(self, messages)
    }

    fn local(&self) -> Result<Address> {
        let state = self.state.borrow();
        let named = |half: &&Half| state.name.is_none_or(|name| half.family() == name);
        let half = state.halves.iter().find(named);
        match half {
            Some(half) => half.host().local().map(|mut address| {
                if let Some(own) = state.own.filter(|_| address.ip().is_unspecified()) {
                    address.set_ip(own);
                }
                self.show(address)
            }),
            None => Ok(self.show(self.unbound_name(&state))),
        }
    }

    fn peer(&self) -> Result<Address> {
        self.state
            .borrow()
            .peer
            .map(|peer| self.show(peer))
            .ok_or(Errno::ENOTCONN)
    }

    fn shutdown(&self, how: Shutdown) -> Result<()> {
        let mut state = self.state.borrow_mut();
        // Linux takes note even where it then says ENOTCONN.
        state.shut.read |= how.read;
        state.shut.write |= how.write;
        let connected = state.peer.or(state.nobody).is_some();
        drop(state);
        self.notify.event();
        if connected {
            Ok(())
        } else {
            Err(Errno::ENOTCONN)
        }
    }

    fn option(&self, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
        host_options::get(&self.options, self, level, name, value)
    }

    fn set_option(&self, level: i32, name: i32, value: &[u8]) -> Result<()> {
        host_options::set(&self.options, self, level, name, value)
    }

    fn receive_timeout(&self) -> Option<u64> {
        self.options.receive_timeout()
    }

    fn send_timeout(&self) -> Option<u64> {
        self.options.send_timeout()
    }

    fn error(&self) -> &Cell<Option<Errno>> {
        &self.error
    }
}
