//! The socket calls of TCP, state by state.

use super::idle::Phase;
use super::{State, Tcp, connect};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Description, Domain, Shutdown, Socket};
use crate::host::cell::Late;
use crate::socket::binding::check_domain;
use crate::socket::host_options;
use crate::socket::options::Owner;
use crate::socket::tcp::listener::Listener;
use alloc::rc::Rc;
use core::cell::Cell;
use core::net::SocketAddr;

impl Socket for Tcp {
    fn domain(&self) -> Domain {
        self.domain
    }

    fn kind(&self) -> Type {
        Type::Stream
    }

    fn bind(&self, address: &Address) -> Result<()> {
        let local = check_domain(address, self.domain)?;
        self.advance();
        match &mut *self.state.borrow_mut() {
            State::Idle(idle) if !idle.bound => {
                self.bind_idle(idle, local)?;
                idle.name = None;
            }
            _ => return Err(Errno::EINVAL),
        }
        self.options.bound_to(local);
        self.address_chosen.set(!local.ip().is_unspecified());
        self.port_chosen.set(local.port() != 0);
        Ok(())
    }

    fn listen(&self, backlog: i32) -> Result<()> {
        self.advance();
        let mut state = self.state.borrow_mut();
        match &mut *state {
            State::Idle(idle) if idle.phase != Phase::Unconnected => Err(Errno::EINVAL),
            State::Idle(idle) => {
                if !idle.bound || idle.host.is_none() {
                    self.bind_implicitly(idle)?;
                }
                let Some(host) = idle.host.take() else {
                    return Err(Errno::EINVAL);
                };
                let listener = Listener::start(host, idle.second.take(), backlog);
                match listener {
                    Ok(listener) => *state = State::Listening(listener),
                    Err((errno, host, second)) => {
                        idle.host = Some(host);
                        idle.second = second;
                        return Err(errno);
                    }
                }
                drop(state);
                self.notify.event();
                Ok(())
            }
            State::Listening(listener) => {
                listener.set_backlog(backlog);
                Ok(())
            }
            State::Connecting(_) | State::Connected(_) => Err(Errno::EINVAL),
        }
    }

    fn accept(&self) -> Result<Rc<Description>> {
        let mut state = self.state.borrow_mut();
        let State::Listening(listener) = &mut *state else {
            return Err(Errno::EINVAL);
        };
        let connection = listener.accept()?;
        let socket = Tcp::with(
            self.domain,
            host_options::inherit(&self.options),
            // The port stays the listener's.
            self.address_chosen.get(),
            State::Connected(connection),
        );
        Ok(Description::new(socket, false))
    }

    fn connect(&self, address: &Address) -> Result<()> {
        connect::start(self, address)
    }

    fn connected(&self) -> Result<()> {
        connect::outcome(self)
    }

    fn local(&self) -> Result<Address> {
        LOCAL.get().ok_or(Errno::EOPNOTSUPP)?(self)
    }

    fn peer(&self) -> Result<Address> {
        self.advance();
        match &mut *self.state.borrow_mut() {
            State::Connected(connection) => {
                if connection.is_closed() {
                    return Err(Errno::ENOTCONN);
                }
                let peer = connection.host.remote();
                peer.map(|address| self.show(address))
                    .map_err(|_| Errno::ENOTCONN)
            }
            _ => Err(Errno::ENOTCONN),
        }
    }

    fn shutdown(&self, how: Shutdown) -> Result<()> {
        SHUTDOWN.get().ok_or(Errno::EOPNOTSUPP)?(self, how)
    }

    fn option(&self, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
        self.advance();
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

    fn pending_error(&self) -> Option<Errno> {
        // It may be behind what is to be read.
        let _ = readable_bytes(self);
        self.take_error()
    }

    fn low_water(&self) -> usize {
        self.options.low_water()
    }

    fn receive_buffer(&self) -> usize {
        self.options.receive_buffer()
    }

    fn busy_poll(&self) -> Option<u32> {
        self.options.busy_poll()
    }

    fn peer_may_wait(&self) -> bool {
        match &*self.state.borrow() {
            State::Connected(connection) => connection.peer_may_wait(),
            _ => true,
        }
    }

    fn linger(&self) -> Option<u64> {
        self.options.linger()
    }
}

static SHUTDOWN: Late<fn(&Tcp, Shutdown) -> Result<()>> = Late::new();

/// The program has shutdown(2).
pub fn bind_shutdown() {
    SHUTDOWN.bind(Tcp::end);
}

static LOCAL: Late<fn(&Tcp) -> Result<Address>> = Late::new();

/// The program has getsockname(2).
pub fn bind_local() {
    LOCAL.bind(Tcp::name);
}

static READABLE: Late<fn(&Tcp) -> Result<usize>> = Late::new();

/// The program has ioctl(2).
pub fn bind_readable_bytes() {
    READABLE.bind(Tcp::count_readable);
}

/// [`crate::fd::File::readable_bytes`]
pub(super) fn readable_bytes(tcp: &Tcp) -> Result<usize> {
    READABLE.get().ok_or(Errno::ENOTTY)?(tcp)
}

impl Tcp {
    fn count_readable(&self) -> Result<usize> {
        self.advance();
        match &mut *self.state.borrow_mut() {
            State::Connected(connection) => {
                Ok(connection.readable_bytes(&self.options, &self.error, &self.notify))
            }
            State::Listening(_) => Err(Errno::EINVAL),
            _ => Ok(0),
        }
    }

    fn name(&self) -> Result<Address> {
        self.advance();
        let told = match &*self.state.borrow() {
            State::Idle(idle) => match (&idle.host, idle.name) {
                (Some(host), None) if idle.bound => host.local().ok(),
                (_, name) => name,
            },
            State::Connecting(connecting) => return Ok(self.name_of(connecting.name)),
            State::Connected(connection) => connection.host.local().ok(),
            State::Listening(listener) => listener.host().local().ok(),
        };
        Ok(self.name_of(told))
    }

    /// A name in the socket's family, or that of a socket without any.
    fn name_of(&self, name: Option<SocketAddr>) -> Address {
        name.map_or_else(|| self.nameless(), |name| self.show(name))
    }

    fn end(&self, how: Shutdown) -> Result<()> {
        self.advance();
        let mut state = self.state.borrow_mut();
        match &mut *state {
            State::Connected(connection) => {
                let outcome = connection.shutdown(how, &self.options, &self.error, &self.notify);
                if !connection.announced.replace(true) {
                    connection.disconnecting.set(outcome.is_err());
                }
                return outcome;
            }
            State::Listening(_) if !how.read => return Ok(()),
            State::Connecting(_) | State::Listening(_) => self.disconnect(&mut state),
            State::Idle(idle) => {
                // Linux takes note even so.
                idle.shut.read |= how.read;
                idle.shut.write |= how.write;
                if idle.phase == Phase::Failed {
                    idle.phase = Phase::Disconnecting;
                }
                drop(state);
                self.notify.event();
                return Err(Errno::ENOTCONN);
            }
        }
        drop(state);
        self.notify.event();
        Ok(())
    }
}
