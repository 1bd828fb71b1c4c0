//! `<poll.h>`: poll(2) and ppoll(2).

mod kept;

use super::libc_file;
use super::signal_hooks::with_mask;
use super::time::Timespec;
use super::types::{NFds, SigSet};
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::{Ready, process};
use crate::wait::poll::{FEW, Item, Target, poll as wait};
use crate::wasi::clock;
use alloc::vec::Vec;
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;

/// `struct pollfd`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PollFd {
    fd: c_int,
    events: i16,
    revents: i16,
}

/// The one that is no condition of a file.
const POLLNVAL: i16 = 0x4000;

/// What a number is, for poll(2) and select(2).
pub(super) fn target(fd: c_int) -> Target {
    let (file, fd) = match process::find(fd) {
        Some(file) => match libc_file::original(&file) {
            Some(original) => (None, original),
            None => (Some(file), fd),
        },
        None => (None, fd),
    };
    match file {
        Some(file) => Target::File(file),
        None if !libc_file::is_open(fd) => Target::Invalid,
        None if fd == 0 => Target::Stdin,
        None => Target::Always,
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
        if count > FEW
            && let Some(ready) = kept::poll(fds, count, deadline)?
        {
            return Ok(ready as c_int);
        }
        poll_few(fds, count, deadline)
    })
}

/// Asks about each entry by itself, which any set can be.
fn poll_few(fds: *mut PollFd, count: usize, deadline: Option<u64>) -> Result<c_int> {
    if count == 1 {
        return poll_items(fds, &mut [item(util::read(fds)?)], deadline);
    }
    let mut items = Vec::with_capacity(count);
    for index in 0..count {
        items.push(item(util::read(fds.wrapping_add(index))?));
    }
    poll_items(fds, &mut items, deadline)
}

fn poll_items(fds: *mut PollFd, items: &mut [Item], deadline: Option<u64>) -> Result<c_int> {
    let ready = wait(items, deadline)?;
    for (index, item) in items.iter().enumerate() {
        let place = fds.wrapping_add(index);
        let revents = match item.target {
            Target::Invalid => POLLNVAL,
            _ => revents(item.got, util::read(place)?.events),
        };
        answer(place, revents)?;
    }
    Ok(ready as c_int)
}

fn item(entry: PollFd) -> Item {
    let target = if entry.fd < 0 {
        Target::Ignored
    } else {
        target(entry.fd)
    };
    let want = wanted(entry.events);
    Item {
        target,
        want,
        counts: want | Ready::ALWAYS,
        got: Ready::NONE,
    }
}

fn wanted(events: i16) -> Ready {
    Ready(events as u16) & Ready::ALL
}

fn revents(found: Ready, events: i16) -> i16 {
    (found & (wanted(events) | Ready::ALWAYS)).0 as i16
}

/// Writes the `revents` of an entry.
fn answer(entry: *mut PollFd, revents: i16) -> Result<()> {
    let field = entry.cast::<u8>().wrapping_add(offset_of!(PollFd, revents));
    util::write(field.cast::<i16>(), revents)
}
