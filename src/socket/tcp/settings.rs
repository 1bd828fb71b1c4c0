//! TCP sockets and their options.

use super::{Idle, State, Tcp};
use crate::errno::{Errno, Result};
use crate::fd::Domain;
use crate::fd::file::Type;
use crate::host::cell::Late;
use crate::host::tcp::TcpSocket;
use crate::socket::host_options::{self, host_option};
use crate::socket::options::{self, Effect, HostKey, Owner};

type SetHost = fn(&TcpSocket, Domain, HostKey, u64) -> Result<()>;

static HOST_OPTION: Late<fn(&Tcp, HostKey) -> Result<u64>> = Late::new();
static SET_HOST: Late<SetHost> = Late::new();
static STATE: Late<fn(&Tcp) -> options::State> = Late::new();

/// The program has getsockopt(2).
pub fn bind_host_option() {
    HOST_OPTION.bind(|tcp, key| {
        tcp.with_host(|host| host.option(host_option(key, tcp.domain, || host.family())?))
    });
    STATE.bind(state);
}

/// The program has setsockopt(2) of every option.
pub fn bind_set_host_option() {
    SET_HOST.bind(|host, domain, key, value| {
        host.set_option(host_option(key, domain, || host.family())?, value)
    });
    STATE.bind(state);
}

fn state(tcp: &Tcp) -> options::State {
    match &*tcp.state.borrow() {
        State::Idle(_) => options::State::Closed,
        State::Connecting(_) => options::State::Connecting,
        State::Connected(connection) => connection.state(),
        // The host is asked, so that its word and ours cannot differ.
        State::Listening(listener) if listener.host().is_listening() => options::State::Listening,
        State::Listening(_) => options::State::Closed,
    }
}

impl Owner for Tcp {
    fn domain(&self) -> Domain {
        self.domain
    }

    fn kind(&self) -> Type {
        Type::Stream
    }

    fn host_option(&self, key: HostKey) -> Result<u64> {
        HOST_OPTION.get().ok_or(Errno::ENOPROTOOPT)?(self, key)
    }

    fn set_host_option(&self, key: HostKey, value: u64) -> Result<()> {
        let second = match &*self.state.borrow() {
            State::Idle(idle) => idle
                .second
                .as_ref()
                .map(|host| set(host, self.domain, key, value)),
            State::Listening(listener) => listener
                .second_host()
                .map(|host| set(host, self.domain, key, value)),
            _ => None,
        };
        let first = self.with_host(|host| set(host, self.domain, key, value));
        second.unwrap_or(Ok(())).and(first)
    }

    fn take_error(&self) -> Option<Errno> {
        if let State::Connected(connection) = &mut *self.state.borrow_mut() {
            connection.look_for_reset(&self.error, &self.notify);
        }
        self.error.take()
    }

    fn state(&self) -> options::State {
        STATE
            .get()
            .map_or(options::State::Closed, |state| state(self))
    }

    fn is_bound(&self) -> bool {
        !matches!(&*self.state.borrow(), State::Idle(idle) if !idle.bound)
    }

    fn changed(&self, effect: Effect) {
        if let State::Connected(connection) = &mut *self.state.borrow_mut() {
            // Setting TCP_NODELAY pushes what is queued even through a cork (tcp(7)).
            if effect == Effect::Flush {
                connection.uncork(&self.error, &self.notify);
            }
        }
        self.notify.touch();
    }
}

fn set(host: &TcpSocket, domain: Domain, key: HostKey, value: u64) -> Result<()> {
    SET_HOST.get().ok_or(Errno::ENOPROTOOPT)?(host, domain, key, value)
}

/// Host sockets that are not yet in the socket's state.
struct Fresh<'a> {
    socket: &'a Tcp,
    hosts: [Option<&'a TcpSocket>; 2],
}

impl Owner for Fresh<'_> {
    fn domain(&self) -> Domain {
        self.socket.domain
    }

    fn kind(&self) -> Type {
        Type::Stream
    }

    fn host_option(&self, _: HostKey) -> Result<u64> {
        Err(Errno::ENOPROTOOPT)
    }

    fn set_host_option(&self, key: HostKey, value: u64) -> Result<()> {
        for host in self.hosts.iter().flatten() {
            // What one half lacks may concern the other.
            let _ = set(host, self.socket.domain, key, value);
        }
        Ok(())
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

/// Gives the host sockets of `idle` the options that were set so far.
pub(super) fn reapply(socket: &Tcp, idle: &Idle) {
    let hosts = [idle.host.as_ref(), idle.second.as_ref()];
    host_options::reapply(&socket.options, &Fresh { socket, hosts });
}

/// Gives a new host socket the options that were set so far.
pub(super) fn reapply_host(socket: &Tcp, host: &TcpSocket) {
    let hosts = [Some(host), None];
    host_options::reapply(&socket.options, &Fresh { socket, hosts });
}
