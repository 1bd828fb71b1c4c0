//! What the table of options asks of an AF_UNIX socket.

use super::endpoint::{Phase, SEND_LIMIT};
use super::file::Local;
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Domain, UnixAddress};
use crate::host::{clock, identity};
use crate::socket::options::{Effect, Flag, HostKey, Owner, State};

/// The user that the program runs as, as getuid(2) of the compat archive tells.
pub const USER: u32 = 1000;

/// The group that the program runs as, as getgid(2) of the compat archive tells.
pub const GROUP: u32 = 1000;

/// Process, user and group of every sender and peer there can be: this program's own.
pub fn credentials() -> (i32, u32, u32) {
    (identity::process(), USER, GROUP)
}

/// The monotonic clock of the host.
pub fn now() -> u64 {
    clock::now()
}

impl Owner for Local {
    fn domain(&self) -> Domain {
        Domain::Unix
    }

    fn kind(&self) -> Type {
        self.end().kind()
    }

    fn host_option(&self, _: HostKey) -> Result<u64> {
        Err(Errno::ENOPROTOOPT)
    }

    /// SO_SNDBUF is what holds a sender up; SO_RCVBUF means nothing to AF_UNIX (unix(7)).
    fn set_host_option(&self, key: HostKey, value: u64) -> Result<()> {
        if key == HostKey::SendBuffer {
            self.end()
                .set_send_limit((value as usize).min(SEND_LIMIT) * 2);
        }
        Ok(())
    }

    fn take_error(&self) -> Option<Errno> {
        self.end().error.take()
    }

    fn state(&self) -> State {
        match self.end().phase.get() {
            Phase::Listening => State::Listening,
            Phase::Connected => State::Established,
            Phase::Idle if self.end().peer.borrow().is_some() => State::Established,
            Phase::Idle => State::Closed,
        }
    }

    fn is_bound(&self) -> bool {
        *self.end().name.borrow() != UnixAddress::Unnamed
    }

    fn delivers(&self, flag: Flag) -> bool {
        matches!(flag, Flag::Timestamp | Flag::TimestampNs)
    }

    fn changed(&self, _: Effect) {}

    fn credentials(&self) -> Option<(i32, u32, u32)> {
        self.end().credentials.get().then(credentials)
    }
}
