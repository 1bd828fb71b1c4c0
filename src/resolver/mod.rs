//! Asking the outside for names and addresses: name servers, the host's own lookup, the way to an
//! address.
//!
//! Each question is a state machine that never waits ([`Question`]). All waiting is in [`finish`].

pub mod exchange;
pub mod route;
mod talk;

use crate::errno::Result;
use crate::wait::event;
use core::task::Poll;

/// A question to the outside, under way.
pub trait Question {
    /// What comes of it.
    type Outcome;

    /// Goes on as far as that is possible without waiting.
    fn advance(&mut self) -> Poll<Self::Outcome>;

    /// What to sleep on while it is pending (a number of the host's).
    fn source(&self) -> Option<u32>;

    /// When it goes on in any case.
    fn deadline(&self) -> Option<u64>;
}

/// Waits until the question is settled. `EINTR` when a signal can be delivered: the question is still
/// under way then, and can be gone on with.
pub fn finish<Q: Question>(question: &mut Q) -> Result<Q::Outcome> {
    loop {
        if let Poll::Ready(outcome) = question.advance() {
            return Ok(outcome);
        }
        event::sleep(question.source(), question.deadline())?;
    }
}

#[cfg(target_arch = "wasm32")]
impl Question for crate::host::lookup::Lookup {
    type Outcome =
        core::result::Result<alloc::vec::Vec<core::net::IpAddr>, crate::host::lookup::LookupError>;

    fn advance(&mut self) -> Poll<Self::Outcome> {
        self.advance()
    }

    fn source(&self) -> Option<u32> {
        self.source()
    }

    fn deadline(&self) -> Option<u64> {
        None
    }
}
