//! `<poll.h>`: poll(2) and ppoll(2).

mod kept;

use super::libc_file;
use super::signal_hooks::with_mask;
use super::time::Timespec;
use super::types::{NFds, SigSet};
use super::unistd::{Named, named};
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::{Ready, process};
use crate::host::clock;
use crate::wait::poll::{FEW, Item, Target, poll as wait};
use alloc::vec::Vec;
use core::ffi::{c_int, c_ulong};

/// `struct pollfd`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PollFd {
    fd: c_int,
    events: i16,
    revents: i16,
}

/// A `struct pollfd` in memory.
type Entry = [u8; size_of::<PollFd>()];

/// Its descriptor and events, as a number; the other 16 bits are revents.
const QUESTION: u64 = (1 << 48) - 1;

/// The one that is no condition of a file.
const POLLNVAL: i16 = 0x4000;

/// What a number is, for poll(2) and select(2).
pub(super) fn target(fd: c_int) -> Target {
    match named(fd) {
        Ok(Named::Ours(file)) => Target::File(file),
        Ok(Named::Theirs(fd)) if libc_file::access(fd).is_ok() => match fd {
            0 => Target::Stdin,
            _ => Target::Always,
        },
        _ => Target::Invalid,
    }
}

/// poll(2): waits at most `timeout` milliseconds (negative: for ever). Returns how many entries
/// have a non-zero `revents`. Fails with `EFAULT`, `EINTR`, `EINVAL`.
#[unsafe(no_mangle)]
pub extern "C" fn poll(fds: *mut PollFd, count: NFds, timeout: c_int) -> c_int {
    let timeout = u64::try_from(timeout)
        .ok()
        .map(|milliseconds| milliseconds * 1_000_000);
    poll_for(fds, count, timeout).or_minus_one_errno()
}

/// ppoll(2): poll(2) with nanoseconds, and a signal mask for its duration.
#[unsafe(no_mangle)]
pub extern "C" fn ppoll(
    fds: *mut PollFd,
    count: NFds,
    timeout: *const Timespec,
    mask: *const SigSet,
) -> c_int {
    (|| {
        let timeout = if timeout.is_null() {
            None
        } else {
            Some(util::read(timeout)?.nanoseconds()?)
        };
        with_mask(mask, || poll_for(fds, count, timeout))
    })()
    .or_minus_one_errno()
}

/// A deadline for `timeout` nanoseconds from now; 0 stays 0 and costs no call.
pub(super) fn deadline(timeout: Option<u64>) -> Option<u64> {
    timeout.map(|timeout| {
        if timeout == 0 {
            0
        } else {
            clock::now().saturating_add(timeout)
        }
    })
}

fn poll_for(fds: *mut PollFd, count: c_ulong, timeout: Option<u64>) -> Result<c_int> {
    let count = usize::try_from(count).map_err(|_| Errno::EINVAL)?;
    if count > process::with(|table| table.limit()) {
        return Err(Errno::EINVAL);
    }
    let deadline = deadline(timeout);
    // Calls that poll are not started again after a signal (signal(7)).
    interruptible(false, || {
        let array = util::slice_mut(fds.cast(), count * size_of::<PollFd>())?;
        let (array, _) = array.as_chunks_mut();
        if count > FEW
            && let Some(ready) = kept::poll(array, deadline)?
        {
            return Ok(ready as c_int);
        }
        poll_few(array, deadline)
    })
}

/// Asks about each entry by itself, which any set can be.
fn poll_few(array: &mut [Entry], deadline: Option<u64>) -> Result<c_int> {
    if let [entry] = array {
        let mut items = [item(entry)];
        return poll_items(array, &mut items, deadline);
    }
    let mut items: Vec<Item> = array.iter().map(item).collect();
    poll_items(array, &mut items, deadline)
}

fn poll_items(array: &mut [Entry], items: &mut [Item], deadline: Option<u64>) -> Result<c_int> {
    let ready = wait(items, deadline)?;
    for (entry, item) in array.iter_mut().zip(items) {
        let revents = match item.target {
            Target::Invalid => POLLNVAL,
            _ => revents(item.got, events(question(entry))),
        };
        answer(entry, revents);
    }
    Ok(ready as c_int)
}

fn item(entry: &Entry) -> Item {
    let question = question(entry);
    let fd = descriptor(question);
    let target = if fd < 0 { Target::Ignored } else { target(fd) };
    let want = wanted(events(question));
    Item {
        target,
        want,
        counts: want | Ready::ALWAYS,
        got: Ready::NONE,
    }
}

/// What an entry asks.
fn question(entry: &Entry) -> u64 {
    u64::from_le_bytes(*entry) & QUESTION
}

fn descriptor(question: u64) -> c_int {
    question as u32 as c_int
}

fn events(question: u64) -> i16 {
    (question >> 32) as i16
}

fn wanted(events: i16) -> Ready {
    Ready(events as u16) & Ready::ALL
}

fn revents(found: Ready, events: i16) -> i16 {
    (found & (wanted(events) | Ready::ALWAYS)).0 as i16
}

/// Writes the `revents` of an entry.
fn answer(entry: &mut Entry, revents: i16) {
    *entry = (question(entry) | u64::from(revents as u16) << 48).to_le_bytes();
}
