//! TCP sockets.

use super::poll::{Kind, Source};
use super::stream::{Input, Output};
use super::{net, world};
use crate::errno::{Errno, Result};
use crate::host::handles;
pub use crate::host::kinds::{Family, HostOption, How};
use std::collections::VecDeque;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where a socket stands.
enum State {
    Fresh,
    Binding(SocketAddr, u64),
    Bound(SocketAddr),
    ListenStarted(SocketAddr, u64),
    Listening(SocketAddr, VecDeque<usize>),
    Connecting(SocketAddr, Option<Result<usize>>),
    Connected(usize, usize),
    Over,
}

/// What the network knows of a socket.
pub(super) struct Inner {
    family: Family,
    state: State,
    pub(super) sources: i64,
    /// By [`HostOption`].
    options: [u64; 7],
}

impl Inner {
    pub(super) fn is_ready(&self, now: u64) -> bool {
        match &self.state {
            State::Binding(_, until) | State::ListenStarted(_, until) => now >= *until,
            State::Listening(_, queue) => !queue.is_empty(),
            State::Connecting(_, outcome) => outcome.is_some(),
            _ => true,
        }
    }

    fn address(&self) -> Option<SocketAddr> {
        match &self.state {
            State::Bound(at) | State::ListenStarted(at, _) | State::Listening(at, _) => Some(*at),
            State::Connecting(at, _) => Some(*at),
            _ => None,
        }
    }
}

/// Whether a call that may fails.
fn fails() -> bool {
    world::with(|world| {
        let n = world.faults.failure;
        world.dice.one_in(n)
    })
}

fn covers(listener: SocketAddr, to: SocketAddr) -> bool {
    listener.port() == to.port()
        && listener.is_ipv4() == to.is_ipv4()
        && (listener.ip() == to.ip() || listener.ip().is_unspecified())
}

/// A connection arrives at a socket of the program; None when nobody listens.
pub(super) fn arrive(from: SocketAddr, to: SocketAddr) -> Option<usize> {
    let listener = net::with(|net| {
        net.sockets
            .iter()
            .position(|socket| matches!(&socket.state, State::Listening(at, _) if covers(*at, to)))
    })?;
    let connection = net::connect([from, to]);
    net::with(|net| {
        if let State::Listening(_, queue) = &mut net.sockets[listener].state {
            queue.push_back(connection);
        }
    });
    Some(connection)
}

/// A TCP socket of the host.
pub struct TcpSocket(usize);

impl TcpSocket {
    fn with<R>(&self, f: impl FnOnce(&mut Inner) -> R) -> R {
        net::with(|net| f(&mut net.sockets[self.0]))
    }

    fn from(family: Family, state: State) -> Self {
        net::handle(1);
        net::with(|net| {
            net.sockets.push(Inner {
                family,
                state,
                sources: 0,
                options: [0, 7_200_000_000_000, 75_000_000_000, 9, 64, 65_536, 65_536],
            });
            TcpSocket(net.sockets.len() - 1)
        })
    }

    /// socket(2)
    pub fn new(family: Family) -> Result<Self> {
        world::call();
        handles::reserve_socket()?;
        if fails() {
            return Err(Errno::EMFILE);
        }
        Ok(TcpSocket::from(family, State::Fresh))
    }

    /// First half of bind(2).
    pub fn start_bind(&self, local: &SocketAddr) -> Result<()> {
        world::call();
        let until = world::finish_time();
        net::with(|net| {
            let taken =
                |at: SocketAddr| at.port() == local.port() && at.is_ipv4() == local.is_ipv4();
            if local.port() != 0 && net.sockets.iter().filter_map(Inner::address).any(taken) {
                return Err(Errno::EADDRINUSE);
            }
            let mut local = *local;
            if local.port() == 0 {
                local.set_port(net.free_port());
            }
            let inner = &mut net.sockets[self.0];
            if !matches!(inner.state, State::Fresh) {
                return Err(Errno::EINVAL);
            }
            inner.state = State::Binding(local, until);
            Ok(())
        })
    }

    /// Second half of bind(2); `EAGAIN` until the socket's source is ready.
    pub fn finish_bind(&self) -> Result<()> {
        world::call();
        let now = world::with(|world| world.now);
        self.with(|inner| match inner.state {
            State::Binding(_, until) if now < until => Err(Errno::EAGAIN),
            State::Binding(local, _) => {
                inner.state = State::Bound(local);
                Ok(())
            }
            _ => Err(Errno::EINVAL),
        })
    }

    /// First half of connect(2).
    pub fn start_connect(&self, remote: &SocketAddr) -> Result<()> {
        world::call();
        let (index, remote) = (self.0, *remote);
        let local = net::with(|net| {
            let port = net.free_port();
            let inner = &mut net.sockets[index];
            let local = match inner.state {
                State::Fresh => SocketAddr::new(remote.ip(), port),
                State::Bound(mut local) => {
                    if local.ip().is_unspecified() {
                        local.set_ip(remote.ip());
                    }
                    local
                }
                _ => return Err(Errno::EISCONN),
            };
            inner.state = State::Connecting(local, None);
            Ok(local)
        })?;
        let refused = fails();
        let delay = world::with(|world| 5_000 + world.dice.below(400_000));
        let action = move || {
            let gone = net::with(|net| !matches!(net.sockets[index].state, State::Connecting(..)));
            if gone {
                return;
            }
            let handler = net::with(|net| net.outside.get(&remote).cloned());
            let outcome = match handler {
                _ if refused => Err(Errno::ECONNREFUSED),
                Some(handler) => {
                    let connection = net::connect([local, remote]);
                    net::with(|net| {
                        net.connections[connection].sides[1].handler = Some(handler.clone());
                    });
                    handler(super::outside::Peer {
                        connection,
                        side: 1,
                    });
                    Ok(connection)
                }
                None => arrive(local, remote).ok_or(Errno::ECONNREFUSED),
            };
            net::with(|net| {
                if let State::Connecting(_, slot) = &mut net.sockets[index].state {
                    *slot = Some(outcome);
                }
            });
        };
        world::with(|world| {
            let time = world.now + delay;
            world.at(time, action);
        });
        Ok(())
    }

    /// Second half of connect(2); `EINPROGRESS` until the socket's source is ready.
    pub fn finish_connect(&self) -> Result<(Input, Output)> {
        world::call();
        let connection = self.with(|inner| match &inner.state {
            State::Connecting(_, None) => Err(Errno::EINPROGRESS),
            State::Connecting(_, Some(outcome)) => {
                let outcome = *outcome;
                inner.state = match outcome {
                    Ok(connection) => State::Connected(connection, 0),
                    Err(_) => State::Over,
                };
                outcome
            }
            _ => Err(Errno::EINVAL),
        })?;
        Ok((Input::new(connection, 0), Output::new(connection, 0)))
    }

    /// First half of listen(2).
    pub fn start_listen(&self) -> Result<()> {
        world::call();
        let until = world::finish_time();
        self.with(|inner| match inner.state {
            State::Bound(local) => {
                inner.state = State::ListenStarted(local, until);
                Ok(())
            }
            _ => Err(Errno::EINVAL),
        })
    }

    /// Second half of listen(2).
    pub fn finish_listen(&self) -> Result<()> {
        world::call();
        let now = world::with(|world| world.now);
        self.with(|inner| match inner.state {
            State::ListenStarted(_, until) if now < until => Err(Errno::EAGAIN),
            State::ListenStarted(local, _) => {
                inner.state = State::Listening(local, VecDeque::new());
                Ok(())
            }
            _ => Err(Errno::EINVAL),
        })
    }

    /// The queue length that listen(2) asks for.
    pub fn set_backlog(&self, _: u64) -> Result<()> {
        world::call();
        Ok(())
    }

    /// accept(2); `EAGAIN` while the queue is empty.
    pub fn accept(&self) -> Result<(TcpSocket, Input, Output)> {
        world::call();
        handles::reserve_socket()?;
        if fails() {
            let code = world::with(|world| world.dice.below(3));
            return Err([Errno::ECONNABORTED, Errno::EMFILE, Errno::ECONNRESET][code as usize]);
        }
        if !world::with(|world| world.within_budget()) {
            return Err(Errno::EAGAIN);
        }
        let (family, connection) = self.with(|inner| match &mut inner.state {
            State::Listening(_, queue) => {
                let next = queue.pop_front().ok_or(Errno::EAGAIN)?;
                Ok((inner.family, next))
            }
            _ => Err(Errno::EINVAL),
        })?;
        world::with(|world| world.spent += 1);
        let socket = TcpSocket::from(family, State::Connected(connection, 1));
        Ok((
            socket,
            Input::new(connection, 1),
            Output::new(connection, 1),
        ))
    }

    /// getsockname(2)
    pub fn local(&self) -> Result<SocketAddr> {
        world::call();
        net::with(|net| match &net.sockets[self.0].state {
            State::Connected(connection, side) => Ok(net.connections[*connection].addresses[*side]),
            _ => net.sockets[self.0].address().ok_or(Errno::EINVAL),
        })
    }

    /// getpeername(2)
    pub fn remote(&self) -> Result<SocketAddr> {
        world::call();
        net::with(|net| match &net.sockets[self.0].state {
            State::Connected(connection, side) => {
                let connection = &net.connections[*connection];
                match connection.sides[*side].reset {
                    true => Err(Errno::ENOTCONN),
                    false => Ok(connection.addresses[1 - *side]),
                }
            }
            _ => Err(Errno::ENOTCONN),
        })
    }

    /// Whether the connection has a peer.
    pub fn has_peer(&self) -> bool {
        self.remote().is_ok()
    }

    /// SO_ACCEPTCONN
    pub fn is_listening(&self) -> bool {
        world::call();
        self.with(|inner| matches!(inner.state, State::Listening(..)))
    }

    /// SO_DOMAIN
    pub fn family(&self) -> Family {
        self.with(|inner| inner.family)
    }

    /// Reads an option.
    pub fn option(&self, option: HostOption) -> Result<u64> {
        world::call();
        Ok(self.with(|inner| inner.options[option as usize]))
    }

    /// Sets an option.
    pub fn set_option(&self, option: HostOption, value: u64) -> Result<()> {
        world::call();
        self.with(|inner| inner.options[option as usize] = value);
        Ok(())
    }

    /// Ready when the operation under way (bind, connect, listen, accept) can go on.
    pub fn subscribe(&self) -> Source {
        world::call();
        Source::new(Kind::Tcp(self.0))
    }

    /// shutdown(2)
    pub fn shutdown(&self, how: How) -> Result<()> {
        world::call();
        let (connection, side) = self.with(|inner| match inner.state {
            State::Connected(connection, side) => Ok((connection, side)),
            _ => Err(Errno::ENOTCONN),
        })?;
        if how != How::Receive {
            net::finish(connection, side);
        }
        Ok(())
    }
}

impl Drop for TcpSocket {
    fn drop(&mut self) {
        net::handle(-1);
        let (state, sources) = self.with(|inner| {
            let state = core::mem::replace(&mut inner.state, State::Over);
            (state, inner.sources)
        });
        if sources > 0 {
            world::trouble("a TCP socket was dropped before its sources".into());
        }
        match state {
            State::Connected(connection, side) => net::close(connection, side),
            State::Connecting(_, Some(Ok(connection))) => net::close(connection, 0),
            // Whoever is not accepted is reset.
            State::Listening(_, queue) => queue.into_iter().for_each(|connection| {
                net::break_off(connection, 1);
            }),
            _ => {}
        }
    }
}

/// The loopback address of a family.
pub fn loopback(family: Family, port: u16) -> SocketAddr {
    match family {
        Family::V4 => (Ipv4Addr::LOCALHOST, port).into(),
        Family::V6 => (Ipv6Addr::LOCALHOST, port).into(),
    }
}
