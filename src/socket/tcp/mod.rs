//! TCP sockets (tcp(7)): the states between socket(2) and close(2).

pub mod connect;
mod connection;
mod idle;
mod listener;
pub mod settings;
pub mod socket;

use super::binding::{family, wildcard};
use super::options::Options;
use crate::errno::{Errno, Result};
use crate::fd::address::map_to_v6;
use crate::fd::{
    Address, Class, Description, Domain, File, Flags, Notify, Ready, Receive, Slot, Socket,
    Transmit,
};
use crate::host::tcp::TcpSocket;
use alloc::rc::Rc;
use connect::Connecting;
use connection::{Connection, INPUT};
use core::any::Any;
use core::cell::{Cell, RefCell, RefMut};
use core::net::SocketAddr;
use idle::Idle;
use listener::Listener;

/// A TCP socket.
pub struct Tcp {
    domain: Domain,
    options: Options,
    /// SO_ERROR: told once, by whichever call comes first.
    error: Cell<Option<Errno>>,
    notify: Notify,
    /// bind(2) was given an address that is not the wildcard: it outlives connections and failures.
    address_chosen: Cell<bool>,
    /// The same of a port that is not 0.
    port_chosen: Cell<bool>,
    state: RefCell<State>,
}

enum State {
    /// Neither listening nor connected.
    Idle(Idle),
    Connecting(Connecting),
    Connected(Connection),
    Listening(Listener),
}

/// socket(2)
pub fn create(domain: Domain, nonblocking: bool) -> Result<Rc<Description>> {
    let host = TcpSocket::new(family(domain))?;
    let state = State::Idle(Idle {
        host: Some(host),
        ..Idle::default()
    });
    Ok(Description::new(
        Tcp::with(domain, Options::default(), false, state),
        nonblocking,
    ))
}

impl Tcp {
    fn with(domain: Domain, options: Options, address_chosen: bool, state: State) -> Self {
        Tcp {
            domain,
            options,
            error: Cell::new(None),
            notify: Notify::default(),
            address_chosen: Cell::new(address_chosen),
            port_chosen: Cell::new(false),
            state: RefCell::new(state),
        }
    }

    /// Finishes a connect that is under way, if the host is done with it.
    fn advance(&self) {
        drop(self.advanced());
    }

    /// The state after that.
    #[inline]
    fn advanced(&self) -> RefMut<'_, State> {
        let state = self.state.borrow_mut();
        if !matches!(&*state, State::Connecting(_)) {
            return state;
        }
        drop(state);
        self.advanced_by_one()
    }

    #[inline(never)]
    fn advanced_by_one(&self) -> RefMut<'_, State> {
        connect::advance(self);
        self.state.borrow_mut()
    }

    /// What is known in that state.
    fn ready_in(&self, state: &State) -> Ready {
        let failed = self.error.get().is_some();
        match state {
            State::Connected(connection) => connection.ready(failed, self.options.low_water()),
            State::Idle(idle) => {
                Ready::OUT
                    | Ready::HUP
                    | (Ready::IN | Ready::RDHUP).when(idle.shut.read)
                    | Ready::ERR.when(failed)
            }
            State::Connecting(_) => Ready::NONE,
            State::Listening(listener) => Ready::IN.when(listener.pending()),
        }
    }

    fn show(&self, address: SocketAddr) -> Address {
        Address::Inet(if self.domain == Domain::Inet6 {
            map_to_v6(address)
        } else {
            address
        })
    }

    /// The unbound name of the domain: `0.0.0.0:0` or `[::]:0`.
    fn nameless(&self) -> Address {
        Address::Inet(wildcard(family(self.domain), 0))
    }

    /// The host socket that options and names are asked of.
    fn with_host<R>(&self, f: impl FnOnce(&TcpSocket) -> Result<R>) -> Result<R> {
        match &*self.state.borrow() {
            State::Idle(idle) => f(idle.host.as_ref().ok_or(Errno::ENOTCONN)?),
            State::Connecting(connecting) => f(&connecting.host),
            State::Connected(connection) => f(&connection.host),
            State::Listening(listener) => f(listener.host()),
        }
    }
}

impl File for Tcp {
    fn class(&self) -> Class {
        Class::Socket
    }

    fn socket(&self) -> Option<&dyn Socket> {
        Some(self)
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        match &mut *self.advanced() {
            State::Connected(connection) => {
                connection.receive(message, &self.options, &self.error, &self.notify)
            }
            State::Listening(_) => Err(Errno::ENOTCONN),
            // There is never urgent data.
            _ if message.flags.has(Flags::OOB) => Err(Errno::EINVAL),
            State::Connecting(_) => Err(Errno::EAGAIN),
            State::Idle(idle) => match self.error.take() {
                Some(errno) => Err(errno),
                None if idle.shut.read => Ok(0),
                None => Err(Errno::ENOTCONN),
            },
        }
    }

    fn send(&self, message: &mut Transmit) -> Result<usize> {
        // As on Linux where net.ipv4.tcp_fastopen has it off: programs then connect first.
        if message.flags.has(Flags::FASTOPEN) {
            return Err(Errno::EOPNOTSUPP);
        }
        match &mut *self.advanced() {
            State::Connected(connection) => {
                connection.send(message, self.options.cork(), &self.error, &self.notify)
            }
            State::Connecting(_) => Err(Errno::EAGAIN),
            State::Idle(_) | State::Listening(_) => Err(self.error.take().unwrap_or(Errno::EPIPE)),
        }
    }

    fn ready(&self) -> Ready {
        self.ready_in(&self.state.borrow())
    }

    fn ask(&self, want: Ready) -> Ready {
        let mut state = self.advanced();
        match &mut *state {
            State::Connected(connection) => {
                connection.ask(want, &self.options, &self.error, &self.notify)
            }
            State::Listening(listener) => listener.ask(&self.notify),
            State::Idle(_) | State::Connecting(_) => {}
        }
        self.ready_in(&state)
    }

    fn sources(&self, want: Ready, add: &mut dyn FnMut(u32, Slot)) {
        match &*self.state.borrow() {
            State::Idle(_) => {}
            State::Connecting(connecting) => add(connecting.source.number(), INPUT),
            State::Connected(connection) => {
                connection.sources(want, &self.options, &self.notify, add)
            }
            State::Listening(listener) => listener.sources(add),
        }
    }

    fn wake(&self, slot: Slot) {
        match &mut *self.advanced() {
            State::Connected(connection) => {
                connection.wake(slot, &self.options, &self.error, &self.notify)
            }
            State::Listening(listener) => listener.wake(slot, &self.notify),
            State::Idle(_) | State::Connecting(_) => {}
        }
    }

    fn deadline(&self) -> Option<u64> {
        match &*self.state.borrow() {
            State::Connected(connection) => connection.deadline(),
            _ => None,
        }
    }

    fn notify(&self) -> &Notify {
        &self.notify
    }

    fn flush(&self) -> bool {
        match &mut *self.state.borrow_mut() {
            State::Connected(connection) => connection.flush(&self.error, &self.notify),
            _ => true,
        }
    }

    fn flush_sources(&self, add: &mut dyn FnMut(u32, Slot)) {
        if let State::Connected(connection) = &*self.state.borrow()
            && connection.waits_for_room()
        {
            connection.flush_sources(add);
        }
    }

    fn unflushed(&self) -> bool {
        matches!(&*self.state.borrow(), State::Connected(connection) if connection.unflushed())
    }

    fn readable_bytes(&self) -> Result<usize> {
        socket::readable_bytes(self)
    }

    fn unsent_bytes(&self) -> Result<usize> {
        match &mut *self.state.borrow_mut() {
            State::Connected(connection) => Ok(connection.unsent_bytes()),
            State::Listening(_) => Err(Errno::EINVAL),
            State::Idle(_) | State::Connecting(_) => Ok(0),
        }
    }

    fn closed(&self) -> bool {
        match &mut *self.state.borrow_mut() {
            State::Connected(connection) => {
                connection.uncork(&self.error, &self.notify) && connection.is_drained()
            }
            _ => true,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
