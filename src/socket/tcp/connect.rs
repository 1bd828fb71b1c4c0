//! connect(2) of TCP sockets, which servers are linked without.

use super::idle::Phase;
use super::{Connection, Idle, State, Tcp, settings};
use crate::errno::{Errno, Result};
use crate::fd::Address;
use crate::fd::address::{unmap, wildcard_to_loopback};
use crate::host::cell::Late;
use crate::host::poll::Source;
use crate::host::tcp::{Family, TcpSocket};
use crate::socket::binding::check_domain;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// A connect that is under way.
pub(super) struct Connecting {
    pub(super) source: Source,
    pub(super) host: TcpSocket,
    /// Where it comes from, if the socket was bound.
    pub(super) name: Option<SocketAddr>,
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
        self.advance();
        let mut state = self.state.borrow_mut();
        if *address == Address::Unspecified {
            self.disconnect(&mut state);
            drop(state);
            self.notify.event();
            return Ok(());
        }
        match &mut *state {
            State::Connecting(_) => Err(Errno::EALREADY),
            State::Listening(_) => Err(Errno::EISCONN),
            State::Connected(connection) => {
                if connection.announced.replace(true) {
                    return Err(match connection.disconnecting.get() {
                        true => Errno::EINVAL,
                        false => Errno::EISCONN,
                    });
                }
                if connection.is_closed() {
                    return Err(self.tell_failure(&mut state));
                }
                Ok(())
            }
            State::Idle(idle) => {
                match idle.phase {
                    Phase::Unconnected => {}
                    Phase::Failed => return Err(self.tell_failure(&mut state)),
                    Phase::Disconnecting => return Err(Errno::EINVAL),
                }
                let remote = check_domain(address, self.domain)?;
                let started = self.start_connect(idle, remote)?;
                self.error.set(None);
                match started {
                    Some(connecting) => *state = State::Connecting(connecting),
                    None => {
                        let name = idle.name;
                        self.fail(&mut state, name, Errno::ECONNREFUSED);
                    }
                }
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
        let mut state = self.state.borrow_mut();
        match &mut *state {
            State::Connecting(_) => Err(Errno::EINPROGRESS),
            State::Connected(connection) => {
                connection.announced.set(true);
                Ok(())
            }
            State::Idle(_) => Err(self.tell_failure(&mut state)),
            State::Listening(_) => Err(Errno::EISCONN),
        }
    }

    /// connect(2) says that the connection failed, after which the socket can be used again.
    fn tell_failure(&self, state: &mut State) -> Errno {
        let errno = self.error.take();
        self.disconnect(state);
        errno.unwrap_or(Errno::ECONNABORTED)
    }

    fn advance_connect(&self) {
        let mut state = self.state.borrow_mut();
        let State::Connecting(connecting) = &*state else {
            return;
        };
        match connecting.host.finish_connect() {
            Err(Errno::EINPROGRESS) => return,
            Ok((input, output)) => {
                let State::Connecting(Connecting { source, host, .. }) =
                    core::mem::replace(&mut *state, State::Idle(Idle::default()))
                else {
                    return;
                };
                drop(source);
                *state = State::Connected(Connection::new(host, input, output, false));
            }
            Err(errno) => {
                let name = connecting.name;
                self.fail(&mut state, name, errno);
            }
        }
        drop(state);
        self.notify.event();
    }

    /// The attempt failed.
    fn fail(&self, state: &mut State, name: Option<SocketAddr>, errno: Errno) {
        *state = State::Idle(Idle::default());
        *state = self.idle_again(name, true, Phase::Failed);
        self.error.set(Some(errno));
    }

    /// Begins to connect; None when it is known already that nobody is there. On an error the
    /// socket is as it was.
    fn start_connect(&self, idle: &mut Idle, remote: SocketAddr) -> Result<Option<Connecting>> {
        let plain = unmap(remote);
        if plain.is_ipv4() && remote.is_ipv6() && self.options.v6only() {
            return Err(Errno::ENETUNREACH);
        }
        if idle.host.is_some() || !idle.bound && !self.address_chosen.get() {
            return self.start_from(idle, remote);
        }
        let bound = idle.bound;
        self.bind_implicitly(idle)?;
        let started = self.start_from(idle, remote);
        if started.is_err() && !bound {
            idle.bound = false;
            (idle.host, idle.second) = (None, None);
        }
        started
    }

    /// The same with a host socket that is bound, if it is to be.
    fn start_from(&self, idle: &mut Idle, remote: SocketAddr) -> Result<Option<Connecting>> {
        let plain = unmap(remote);
        let family = Family::of(&plain);
        let fits = |host: &&TcpSocket| host.family() == family;
        // Of a dual-stack pair only one side is needed from here on.
        let fitting = [&idle.host, &idle.second].into_iter().flatten().find(fits);
        if fitting.is_none() && idle.bound {
            return Err(if family == Family::V4 {
                Errno::ENETUNREACH
            } else {
                Errno::EADDRNOTAVAIL
            });
        }
        let remote = wildcard_to_loopback(plain);
        let name = fitting
            .filter(|_| idle.bound)
            .and_then(|host| host.local().ok())
            .map(|local| source(local, &remote));
        if remote.port() == 0 {
            // Nothing can listen there; the host would call it an invalid argument.
            idle.name = name;
            return Ok(None);
        }
        let host = match fitting {
            Some(_) => None,
            None => {
                let host = TcpSocket::new(family)?;
                settings::reapply_host(self, &host);
                Some(host)
            }
        };
        let used = host.as_ref().or(fitting).ok_or(Errno::EINVAL)?;
        used.start_connect(&remote)?;
        let second = idle.second.take().filter(|second| fits(&second));
        let host = host.or(second).or(idle.host.take()).ok_or(Errno::EINVAL)?;
        idle.host = None;
        Ok(Some(Connecting {
            source: host.subscribe(),
            host,
            name,
        }))
    }
}

/// The local name of a connection as far as it is known: the host tells only afterwards where on
/// the wildcard it comes from.
fn source(local: SocketAddr, remote: &SocketAddr) -> SocketAddr {
    let mut local = local;
    if local.ip().is_unspecified() && remote.ip().is_loopback() {
        local.set_ip(match remote {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    local
}
