//! SO_BUSY_POLL (socket(7)): asking the host again and again for a while before sleeping in it.
//!
//! Going to sleep and being woken costs a host some 10 us, which a program that waits for an
//! answer on its way can save, at the price of a processor that is busy meanwhile. Off unless the
//! program sets the option, or its user the environment variable `WPS_BUSY_POLL` (microseconds),
//! which is the option's default for all sockets, as net.core.busy_read is on Linux.

use crate::fd::{Class, Description, Ready};
use crate::wait::signals;
use crate::wasi::{clock, settings};

/// Files asked for each look at the clock.
const ASKED_A_LOOK: usize = 4;

/// How long to ask about this file before sleeping on it.
pub fn nanoseconds(file: &Description) -> u64 {
    file.file.socket().map_or(0, |socket| {
        u64::from(socket.busy_poll().unwrap_or_else(settings::busy_poll)) * 1000
    })
}

/// Before it is asked for input: has the host say now whether it takes output, which an answer would
/// have to ask later.
pub fn prepare(file: &Description) {
    if file.class == Class::Socket {
        file.file.ask(Ready::OUT);
    }
}

/// Calls `ask`, which asks about so many files, until it says true, `spin` nanoseconds have passed,
/// `deadline` has, or a signal can be delivered. Returns what `ask` said last.
pub fn until(
    spin: u64,
    deadline: Option<u64>,
    files: usize,
    mut ask: impl FnMut() -> bool,
) -> bool {
    if spin == 0 {
        return false;
    }
    let end = clock::now().saturating_add(spin);
    let end = deadline.map_or(end, |deadline| deadline.min(end));
    // Looking at the clock takes time in which nothing is asked.
    let several = (ASKED_A_LOOK / files.max(1)).max(1);
    loop {
        if (0..several).any(|_| ask()) {
            return true;
        }
        if clock::now() >= end || signals::pending() {
            return false;
        }
    }
}
