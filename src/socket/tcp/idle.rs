//! A TCP socket that is neither connected nor listening, nor on the way to it: what is left of its
//! name, and how it comes back to this state.
//!
//! A host socket is of no use after a connection or an attempt, so another one takes its place. It
//! is bound again at once where the program chose the port, so that the port stays with the socket,
//! and else when a call needs it: Linux gives up a port that it chose itself (tcp_disconnect), but
//! not an address.

use super::{State, Tcp, settings};
use crate::errno::{Errno, Result};
use crate::fd::Shutdown;
use crate::host::tcp::TcpSocket;
use crate::socket::binding::{Bound, bind_for, family, wildcard};
use core::net::SocketAddr;

/// Where connect(2) stands (the state of struct socket in Linux).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing is left to tell.
    Unconnected,
    /// A connect failed, and connect(2) has not said so yet.
    Failed,
    /// The same, and then shutdown(2) was called.
    Disconnecting,
}

/// See the module.
pub(super) struct Idle {
    pub(super) host: Option<TcpSocket>,
    /// The IPv4 side of a dual-stack wildcard.
    pub(super) second: Option<TcpSocket>,
    /// The socket has a port of its own, even if the host could not give it back.
    pub(super) bound: bool,
    /// What shutdown(2) or the end of an attempt have ended.
    pub(super) shut: Shutdown,
    pub(super) phase: Phase,
    /// The name that is shown while that of a host socket is not.
    pub(super) name: Option<SocketAddr>,
    /// What the program chose of a name that the socket had.
    pub(super) chosen: Option<SocketAddr>,
}

impl Default for Idle {
    fn default() -> Self {
        Idle {
            host: None,
            second: None,
            bound: false,
            shut: Shutdown {
                read: false,
                write: false,
            },
            phase: Phase::Unconnected,
            name: None,
            chosen: None,
        }
    }
}

impl Tcp {
    /// Binds `idle` to `local`; the host socket that it had is lost when that fails.
    #[inline(never)]
    pub(super) fn bind_idle(&self, idle: &mut Idle, local: SocketAddr) -> Result<()> {
        let Bound { first, second } = bind_for(idle.host.take(), local, self.options.v6only())?;
        idle.host = Some(first);
        idle.second = second;
        idle.bound = true;
        settings::reapply(self, idle);
        Ok(())
    }

    /// Binds for a listen(2) or connect(2) that finds the socket without a host socket that is: to what
    /// the program chose of the name.
    pub(super) fn bind_implicitly(&self, idle: &mut Idle) -> Result<()> {
        let local = idle.chosen;
        let local = local.unwrap_or_else(|| wildcard(family(self.domain), 0));
        self.bind_idle(idle, local)
    }

    /// The state after an end, without a host socket unless the program chose the port.
    pub(super) fn idle_again(&self, name: Option<SocketAddr>, shut: bool, phase: Phase) -> State {
        let mut idle = Idle {
            shut: Shutdown {
                read: shut,
                write: shut,
            },
            phase,
            name,
            chosen: self.without_source(name).map(|mut chosen| {
                if !self.port_chosen.get() {
                    chosen.set_port(0);
                }
                chosen
            }),
            ..Idle::default()
        };
        if self.port_chosen.get() {
            idle.bound = true;
            // When another has the port by now, the call that needs it says so.
            let _ = self.bind_implicitly(&mut idle);
        }
        State::Idle(idle)
    }

    /// What Linux calls disconnecting: the socket is as new, but for its name and options, and an
    /// error that was not told yet.
    pub(super) fn disconnect(&self, state: &mut State) {
        let name = match state {
            State::Idle(idle) => {
                idle.shut = Idle::default().shut;
                idle.phase = Phase::Unconnected;
                idle.name = self.without_source(idle.name);
                return;
            }
            State::Connecting(connecting) => {
                self.error.set(Some(Errno::ECONNRESET));
                connecting.name
            }
            State::Connected(connection) => {
                connection.uncork(&self.error, &self.notify);
                if !connection.is_closed() {
                    self.error.set(Some(Errno::ECONNRESET));
                }
                connection.host.local().ok()
            }
            State::Listening(listener) => listener.host().local().ok(),
        };
        // The old host socket goes first: it may have the port.
        *state = State::Idle(Idle::default());
        *state = self.idle_again(self.without_source(name), false, Phase::Unconnected);
    }

    /// An address that the program did not choose goes with the connection; the port is still shown.
    fn without_source(&self, name: Option<SocketAddr>) -> Option<SocketAddr> {
        let mut name = name?;
        if !self.address_chosen.get() {
            name = wildcard(family(self.domain), name.port());
        }
        Some(name)
    }
}
