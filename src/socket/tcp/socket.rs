//! The socket calls of TCP, state by state.

use super::{Idle, State, Tcp};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Description, Domain, Shutdown, Socket};
use crate::socket::binding::{check_domain, family, wildcard};
use crate::socket::tcp::listener::Listener;
use crate::wasi::tcp::TcpSocket;
use alloc::rc::Rc;

impl Socket for Tcp {
    fn domain(&self) -> Domain {
        self.domain
    }

    fn kind(&self) -> Type {
        Type::Stream
    }

    fn bind(&self, address: &Address) -> Result<()> {
        let local = check_domain(address, self.domain)?;
        match &mut *self.state.borrow_mut() {
            State::Idle(idle) if !idle.bound => self.bind_idle(idle, local),
            _ => Err(Errno::EINVAL),
        }
    }

    fn listen(&self, backlog: i32) -> Result<()> {
        self.advance();
        let mut state = self.state.borrow_mut();
        match &mut *state {
            State::Idle(idle) => {
                if !idle.bound {
                    self.bind_idle(idle, wildcard(family(self.domain), 0))?;
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
            self.options.inherit(),
            State::Connected(connection),
        );
        Ok(Description::new(socket, false))
    }

    fn connect(&self, address: &Address) -> Result<()> {
        if *address == Address::Unspecified {
            return self.disconnect();
        }
        self.advance();
        let mut state = self.state.borrow_mut();
        match &mut *state {
            State::Connecting(_) => Err(Errno::EALREADY),
            State::Listening(_) => Err(Errno::EISCONN),
            State::Connected(connection) if connection.announced.replace(true) => {
                Err(Errno::EISCONN)
            }
            State::Connected(_) => Ok(()),
            State::Idle(idle) => {
                if idle.unreported {
                    idle.unreported = false;
                    return Err(self.error.take().unwrap_or(Errno::ECONNABORTED));
                }
                let remote = check_domain(address, self.domain)?;
                let connecting = self.start_connect(idle, remote)?;
                *state = State::Connecting(connecting);
                drop(state);
                self.notify.event();
                // wasmtime sends the handshake only when first asked how it went.
                self.advance();
                Err(Errno::EINPROGRESS)
            }
        }
    }

    fn connected(&self) -> Result<()> {
        self.advance();
        match &mut *self.state.borrow_mut() {
            State::Connecting(_) => Err(Errno::EINPROGRESS),
            State::Connected(connection) => {
                connection.announced.set(true);
                Ok(())
            }
            State::Idle(idle) => {
                idle.unreported = false;
                Err(self.error.take().unwrap_or(Errno::ECONNABORTED))
            }
            State::Listening(_) => Err(Errno::EISCONN),
        }
    }

    fn local(&self) -> Result<Address> {
        self.advance();
        match &*self.state.borrow() {
            State::Idle(idle) if !idle.bound => return Ok(self.nameless()),
            _ => {}
        }
        match self.with_host(TcpSocket::local) {
            Ok(address) => Ok(self.show(address)),
            // Not yet decided, or no longer known to the host.
            Err(_) => Ok(self.nameless()),
        }
    }

    fn peer(&self) -> Result<Address> {
        self.advance();
        match &*self.state.borrow() {
            State::Connected(connection) => connection
                .host
                .remote()
                .map(|address| self.show(address))
                .map_err(|_| Errno::ENOTCONN),
            _ => Err(Errno::ENOTCONN),
        }
    }

    fn shutdown(&self, how: Shutdown) -> Result<()> {
        self.advance();
        let mut state = self.state.borrow_mut();
        match &mut *state {
            State::Connected(connection) => connection.shutdown(how, &self.error, &self.notify),
            State::Connecting(_) => {
                *state = State::Idle(Idle {
                    over: true,
                    ..Idle::default()
                });
                drop(state);
                self.notify.event();
                Ok(())
            }
            State::Listening(listener) => {
                if how.read {
                    // WASI cannot stop listening: a new host socket takes over the name.
                    let name = listener.host().local();
                    *state = State::Idle(Idle::default());
                    if let (State::Idle(idle), Ok(local)) = (&mut *state, name) {
                        let _ = self.bind_idle(idle, local);
                    }
                    drop(state);
                    self.notify.event();
                }
                Ok(())
            }
            State::Idle(_) => Err(Errno::ENOTCONN),
        }
    }

    fn option(&self, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
        self.advance();
        self.options.get(self, level, name, value)
    }

    fn set_option(&self, level: i32, name: i32, value: &[u8]) -> Result<()> {
        self.options.set(self, level, name, value)
    }

    fn receive_timeout(&self) -> Option<u64> {
        self.options.receive_timeout()
    }

    fn send_timeout(&self) -> Option<u64> {
        self.options.send_timeout()
    }

    fn low_water(&self) -> usize {
        self.options.low_water()
    }

    fn busy_poll(&self) -> Option<u32> {
        self.options.busy_poll()
    }

    fn linger(&self) -> Option<u64> {
        self.options.linger()
    }
}
