//! `<sys/epoll.h>`: epoll(7).

use super::libc_file;
use super::libc_streams;
use super::poll::deadline;
use super::signal_hooks::with_mask;
use super::time::Timespec;
use super::types::SigSet;
use super::unistd::either;
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, process};
use crate::wait::engine;
use crate::wait::epoll::{self, Operation, bits};
use crate::wait::stdin;
use alloc::rc::Rc;
use core::ffi::c_int;

/// `struct epoll_event`: not packed, as on every Linux but x86-64's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct EpollEvent {
    events: u32,
    data: u64,
}

/// O_CLOEXEC
const EPOLL_CLOEXEC: c_int = 0x8_0000;
/// More events than this do not fit into a kernel's count (EP_MAX_EVENTS).
const MOST_EVENTS: c_int = c_int::MAX / 16;

/// epoll_create(2): `size` must be positive, and means nothing else.
#[unsafe(no_mangle)]
pub extern "C" fn epoll_create(size: c_int) -> c_int {
    if size <= 0 {
        return Err::<c_int, _>(Errno::EINVAL).or_minus_one_errno();
    }
    epoll_create1(0)
}

/// epoll_create1(2): `flags` may be EPOLL_CLOEXEC.
#[unsafe(no_mangle)]
pub extern "C" fn epoll_create1(flags: c_int) -> c_int {
    (|| {
        if flags & !EPOLL_CLOEXEC != 0 {
            return Err(Errno::EINVAL);
        }
        engine::install(epoll::create(), flags & EPOLL_CLOEXEC != 0, 0)
    })()
    .or_minus_one_errno()
}

/// An open description of ours, or `EBADF` (also for a file of the C library if `ours_only`).
fn find(fd: c_int) -> Result<Rc<Description>> {
    match process::find(fd) {
        Some(file) => Ok(file),
        None if libc_file::is_open(fd) => Err(Errno::EINVAL),
        None => Err(Errno::EBADF),
    }
}

/// What a registration watches: a file of ours, or a terminal or pipe among the standard
/// streams. A regular file is `EPERM`, as on Linux. The flag says who keeps it alive.
fn watched(fd: c_int) -> Result<(Rc<Description>, bool)> {
    either(
        fd,
        |file| match file.class {
            Class::Device => Err(Errno::EPERM),
            _ => Ok((file, false)),
        },
        |fd| match (libc_file::access(fd)?, fd) {
            (_, 0..=2) if !libc_streams::is_seekable(fd) => {
                Ok((stdin::description(fd as usize), true))
            }
            _ => Err(Errno::EPERM),
        },
    )
}

/// epoll_ctl(2): adds, changes or removes a registration. Fails with `EBADF`, `EEXIST`, `EINVAL`,
/// `ELOOP`, `ENOENT`, `EPERM`, `EFAULT`.
#[unsafe(no_mangle)]
pub extern "C" fn epoll_ctl(
    epfd: c_int,
    operation: c_int,
    fd: c_int,
    event: *mut EpollEvent,
) -> c_int {
    (|| {
        let event = if operation == 2 {
            EpollEvent { events: 0, data: 0 }
        } else {
            util::read(event)?
        };
        let set_file = match process::find(epfd) {
            Some(file) => file,
            None if libc_file::is_open(epfd) => {
                watched(fd)?;
                return Err(Errno::EINVAL);
            }
            None => return Err(Errno::EBADF),
        };
        let (file, keep) = watched(fd)?;
        let set = epoll::of(&set_file).ok_or(Errno::EINVAL)?;
        if Rc::ptr_eq(&set_file, &file) {
            return Err(Errno::EINVAL);
        }
        let operation = match operation {
            1 => Operation::Add,
            2 => Operation::Delete,
            3 => Operation::Modify,
            _ => return Err(Errno::EINVAL),
        };
        if event.events & bits::EXCLUSIVE != 0
            && (operation == Operation::Modify
                || event.events & !bits::WITH_EXCLUSIVE != 0
                || epoll::of(&file).is_some())
        {
            return Err(Errno::EINVAL);
        }
        set.control(operation, fd, &file, keep, event.events, event.data)
    })()
    .or_minus_one_errno()
}

fn wait(epfd: c_int, events: *mut EpollEvent, most: c_int, timeout: Option<u64>) -> Result<c_int> {
    if most <= 0 || most > MOST_EVENTS {
        return Err(Errno::EINVAL);
    }
    let deadline = deadline(timeout);
    // Calls that poll are not started again after a signal (signal(7)).
    interruptible(false, || {
        let file = find(epfd)?;
        let set = epoll::of(&file).ok_or(Errno::EINVAL)?;
        util::slice(events.cast_const().cast(), size_of::<EpollEvent>())?;
        let mut index = 0;
        let count = set.wait(most as usize, deadline, &mut |bits, data| {
            let place = events.wrapping_add(index);
            index += 1;
            util::write(place, EpollEvent { events: bits, data })
        })?;
        Ok(count as c_int)
    })
}

/// epoll_wait(2): waits at most `timeout` milliseconds (negative: for ever). Fails with `EBADF`,
/// `EFAULT`, `EINTR`, `EINVAL`.
#[unsafe(no_mangle)]
pub extern "C" fn epoll_wait(
    epfd: c_int,
    events: *mut EpollEvent,
    most: c_int,
    timeout: c_int,
) -> c_int {
    let timeout = u64::try_from(timeout)
        .ok()
        .map(|milliseconds| milliseconds * 1_000_000);
    wait(epfd, events, most, timeout).or_minus_one_errno()
}

/// epoll_pwait(2): epoll_wait(2) under a signal mask.
#[unsafe(no_mangle)]
pub extern "C" fn epoll_pwait(
    epfd: c_int,
    events: *mut EpollEvent,
    most: c_int,
    timeout: c_int,
    mask: *const SigSet,
) -> c_int {
    let timeout = u64::try_from(timeout)
        .ok()
        .map(|milliseconds| milliseconds * 1_000_000);
    with_mask(mask, || wait(epfd, events, most, timeout)).or_minus_one_errno()
}

/// epoll_pwait2(2): epoll_pwait(2) with nanoseconds.
#[unsafe(no_mangle)]
pub extern "C" fn epoll_pwait2(
    epfd: c_int,
    events: *mut EpollEvent,
    most: c_int,
    timeout: *const Timespec,
    mask: *const SigSet,
) -> c_int {
    (|| {
        let timeout = if timeout.is_null() {
            None
        } else {
            Some(util::read(timeout)?.nanoseconds()?)
        };
        with_mask(mask, || wait(epfd, events, most, timeout))
    })()
    .or_minus_one_errno()
}
