//! Asking the host again and again for a while before sleeping in it.
//!
//! Going to sleep and being woken takes a host some 20 us of processor time and the program twice
//! that, which one that waits for an answer on its way can save. [`before_sleep`] does so for as long as
//! that mostly saves the sleep. SO_BUSY_POLL (socket(7)) does so each time for as long as the program
//! says, or its user by the environment variable `WPS_BUSY_POLL` (microseconds), which is the option's
//! default for all sockets, as net.core.busy_read is on Linux.

use crate::fd::{Class, Description, Domain, Patience, Ready};
use crate::host::{clock, settings};
use crate::wait::signals;
use core::cell::Cell;

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

/// What a wait asks about before it sleeps.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// How many files.
    pub files: usize,
    /// Whether files were added to them lately.
    pub changing: bool,
    /// Whether a time in vain may be forgiven: several streams, whose peers mostly wait for an answer. A peer
    /// that waits for nothing may need the processor for itself, or the host for what it sends.
    pub forgiving: bool,
    /// Whether to ask once only, for what has come already.
    pub once: bool,
}

impl Asked {
    /// A single file.
    pub const ONE: Self = Asked {
        files: 1,
        changing: false,
        forgiving: false,
        once: false,
    };
}

/// Calls `ask`, which asks about so many files, until it says true, `spin` nanoseconds have passed,
/// `deadline` has, or a signal can be delivered. Returns what `ask` said last.
fn until(spin: u64, deadline: Option<u64>, files: usize, ask: &mut dyn FnMut() -> bool) -> bool {
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

/// Whether anything can come while the program runs: what is inside of it waits for it.
pub fn is_served_by_host(file: &Description) -> bool {
    file.socket
        .is_some_and(|(domain, _)| matches!(domain, Domain::Inet | Domain::Inet6))
}

/// Whether to ask about such a file for a while without having been told to. A peer that sends and sends without
/// waiting for an answer needs the processor itself: what it sends comes later if it is asked for all the time.
pub fn peer_may_wait(file: &Description) -> bool {
    file.file.socket().is_some_and(|it| it.peer_may_wait())
}

/// Before a sleep: asks for `spin` nanoseconds, or for as long as `patience` has it where that is 0.
pub fn before_sleep(
    spin: u64,
    patience: Option<&Cell<Patience>>,
    deadline: Option<u64>,
    asked: Asked,
    ask: &mut dyn FnMut() -> bool,
) -> bool {
    match patience {
        Some(patience) if spin == 0 => linger(patience, deadline, asked, ask),
        _ => until(spin, deadline, asked.files, ask),
    }
}

/// As `until`, for as long as `patience` has it.
fn linger(
    patience: &Cell<Patience>,
    deadline: Option<u64>,
    asked: Asked,
    ask: &mut dyn FnMut() -> bool,
) -> bool {
    let mut learned = patience.get();
    let limit = learned.limit(asked.files, asked.changing);
    // What is there already needs no clock.
    let found =
        limit.is_some_and(|limit| ask() || !asked.once && until(limit, deadline, asked.files, ask));
    if limit.is_some() {
        learned.ended(found, asked.forgiving);
    }
    patience.set(learned);
    found
}
