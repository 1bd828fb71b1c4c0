//! connect(2) of TCP sockets, which servers are linked without.

use super::{Connection, Idle, State, Tcp, settings};
use crate::errno::{Errno, Result};
use crate::fd::Address;
use crate::fd::address::{unmap, wildcard_to_loopback};
use crate::socket::binding::check_domain;
use crate::wasi::cell::Late;
use crate::wasi::poll::Pollable;
use crate::wasi::tcp::{Family, TcpSocket};
use core::net::SocketAddr;

/// A connect that is under way.
pub(super) struct Connecting {
    pub(super) source: Pollable,
    pub(super) host: TcpSocket,
}

struct Calls {
    start: fn(&Tcp, &Address) -> Result<()>,
    outcome: fn(&Tcp) -> Result<()>,
    advance: fn(&Tcp),
}

static CALLS: Late<&'static Calls> = Late::new();

/// The program has connect(2).
pub fn bind() {
    CALLS.bind(&Calls {
        start: Tcp::connect_to,
        outcome: Tcp::connect_outcome,
        advance: Tcp::advance_connect,
    });
}

/// [`crate::fd::Socket::connect`]
pub(super) fn start(tcp: &Tcp, address: &Address) -> Result<()> {
    (CALLS.get().ok_or(Errno::EOPNOTSUPP)?.start)(tcp, address)
}

/// [`crate::fd::Socket::connected`]
pub(super) fn outcome(tcp: &Tcp) -> Result<()> {
    (CALLS.get().ok_or(Errno::EOPNOTSUPP)?.outcome)(tcp)
}

/// Finishes a connect that is under way, if the host is done with it.
pub(super) fn advance(tcp: &Tcp) {
    if let Some(calls) = CALLS.get() {
        (calls.advance)(tcp);
    }
}

impl Tcp {
    fn connect_to(&self, address: &Address) -> Result<()> {
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

    fn connect_outcome(&self) -> Result<()> {
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

    fn advance_connect(&self) {
        let mut state = self.state.borrow_mut();
        let State::Connecting(connecting) = &*state else {
            return;
        };
        match connecting.host.finish_connect() {
            Err(Errno::EINPROGRESS) => return,
            Ok((input, output)) => {
                let State::Connecting(Connecting { source, host }) =
                    core::mem::replace(&mut *state, State::Idle(Idle::default()))
                else {
                    return;
                };
                drop(source);
                *state = State::Connected(Connection::new(host, input, output, false));
            }
            Err(errno) => {
                // A host socket that failed to connect is of no further use; connect, bind and
                // listen make another.
                *state = State::Idle(Idle {
                    over: true,
                    unreported: true,
                    ..Idle::default()
                });
                self.error.set(Some(errno));
            }
        }
        drop(state);
        self.notify.event();
    }

    fn start_connect(&self, idle: &mut Idle, remote: SocketAddr) -> Result<Connecting> {
        let plain = unmap(remote);
        if plain.is_ipv4() && remote.is_ipv6() && self.options.v6only() {
            return Err(Errno::ENETUNREACH);
        }
        let family = Family::of(&plain);
        // Of a dual-stack pair only one side is needed from here on.
        if idle.second.is_some() && family == Family::V4 {
            idle.host = idle.second.take();
        }
        idle.second = None;
        let fitting = idle.host.take().filter(|host| host.family() == family);
        if fitting.is_none() && idle.bound {
            return Err(if family == Family::V4 {
                Errno::ENETUNREACH
            } else {
                Errno::EADDRNOTAVAIL
            });
        }
        let fresh = fitting.is_none();
        let host = fitting.map_or_else(|| TcpSocket::new(family), Ok)?;
        if fresh {
            settings::reapply_host(self, &host);
        }
        let remote = wildcard_to_loopback(plain);
        if remote.port() == 0 {
            // Nothing can listen there; the host would call it an invalid argument.
            return Err(Errno::ECONNREFUSED);
        }
        match host.start_connect(&remote) {
            Ok(()) => Ok(Connecting {
                source: host.subscribe(),
                host,
            }),
            Err(errno) => {
                idle.host = Some(host);
                Err(errno)
            }
        }
    }

    /// AF_UNSPEC: back to an unconnected socket (connect(2)).
    fn disconnect(&self) -> Result<()> {
        let mut state = self.state.borrow_mut();
        if let State::Connected(connection) = &mut *state {
            connection.uncork(&self.error, &self.notify);
        }
        *state = State::Idle(Idle::default());
        drop(state);
        self.error.set(None);
        self.notify.event();
        Ok(())
    }
}
