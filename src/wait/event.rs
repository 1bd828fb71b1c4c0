//! Sleeping on what is no file of the program's: the sockets of a name lookup.

use super::{Sources, Woken};
use crate::errno::{Errno, Result};

/// Sleeps until the source is ready or `deadline` (monotonic nanoseconds) has passed; may also return for
/// nothing. As in every blocking call kept bytes go out meanwhile, and the time counts as slept.
/// `EINTR` when a signal can be delivered.
pub fn sleep(source: Option<u32>, deadline: Option<u64>) -> Result<()> {
    let mut sources = Sources::new();
    if let Some(number) = source {
        sources.add(0, number, 0);
    }
    match sources.sleep(deadline, &mut |_, _| {}) {
        Woken::Signal => Err(Errno::EINTR),
        Woken::Ready | Woken::Timeout => Ok(()),
    }
}
