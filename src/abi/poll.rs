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

/// `struct pollfd`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PollFd {
    fd: c_int,
    events: i16,
    revents: i16,
}

const POLLIN: i16 = 0x1;
const POLLOUT: i16 = 0x2;
const POLLPRI: i16 = 0x200;
const POLLRDHUP: i16 = 0x800;
const POLLERR: i16 = 0x1000;
const POLLHUP: i16 = 0x2000;
const POLLNVAL: i16 = 0x4000;

const BITS: [(i16, Ready); 6] = [
    (POLLIN, Ready::IN),
    (POLLOUT, Ready::OUT),
    (POLLPRI, Ready::PRI),
    (POLLRDHUP, Ready::RDHUP),
    (POLLERR, Ready::ERR),
    (POLLHUP, Ready::HUP),
];

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
    util::slice(fds.cast(), count.saturating_mul(size_of::<PollFd>()))?;
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
        let entry = util::read(place)?;
        let revents = match item.target {
            Target::Invalid => POLLNVAL,
            _ => revents(item.got, entry.events),
        };
        util::write(place, PollFd { revents, ..entry })?;
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
    BITS.iter()
        .filter(|(bit, _)| events & bit != 0)
        .fold(Ready::NONE, |w, &(_, r)| w | r)
}

fn revents(found: Ready, events: i16) -> i16 {
    BITS.iter()
        .filter(|&&(_, ready)| found.any(ready))
        .fold(0, |bits, &(bit, _)| bits | bit)
        & (events | POLLERR | POLLHUP)
}
