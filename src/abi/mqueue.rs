//! `<mqueue.h>`: message queues (mq_overview(7)) that the program's own parts share by name. A call
//! that waits can be ended by a signal handler alone, as by one that sends.

use super::fcntl_numbers::{
    O_ACCMODE, O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, to_linux,
};
use super::signal_hooks::await_handler;
use super::time::Timespec;
use super::time_clocks::moment;
use super::types::{MqAttr, SSize, SigEvent};
use super::util::{self, OrMinusOne, c_str};
use crate::errno::{Errno, Result};
use crate::event::queue::{End, Queue};
use crate::fd::{Description, process};
use crate::host::cell::Global;
use crate::wait::engine;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int, c_long, c_uint};

const NAME_MAX: usize = 255;
const MQ_PRIO_MAX: c_uint = 32768;
/// What an unprivileged process may ask for, and gets when it does not say (mq_overview(7)).
const MOST: usize = 10;
const SIZE: usize = 8192;

/// The queues that have a name.
static NAMES: Global<Vec<(Vec<u8>, Rc<Queue>)>> = Global::new(Vec::new());

/// The name behind its slash.
fn name_of<'a>(name: *const c_char) -> Result<&'a [u8]> {
    match c_str(name)? {
        [b'/'] => Err(Errno::ENOENT),
        [b'/', name @ ..] if name.contains(&b'/') => Err(Errno::EACCES),
        [b'/', name @ ..] if name.len() <= NAME_MAX => Ok(name),
        [b'/', ..] => Err(Errno::ENAMETOOLONG),
        _ => Err(Errno::EINVAL),
    }
}

fn access(flags: c_int) -> Result<(bool, bool)> {
    match flags & O_ACCMODE {
        O_RDONLY => Ok((true, false)),
        O_WRONLY => Ok((false, true)),
        O_RDWR => Ok((true, true)),
        _ => Err(Errno::EINVAL),
    }
}

/// The sizes that a new queue is to have.
fn sizes(attributes: *const MqAttr) -> Result<(usize, usize)> {
    if attributes.is_null() {
        return Ok((MOST, SIZE));
    }
    let [_, most, size, ..] = util::read(attributes)?;
    let within = |value: c_long, limit: usize| {
        usize::try_from(value)
            .ok()
            .filter(|value| (1..=limit).contains(value))
            .ok_or(Errno::EINVAL)
    };
    Ok((within(most, MOST)?, within(size, SIZE)?))
}

/// mq_open(3), of which the compat archive has taken the arguments apart: a descriptor of the queue of that
/// name, which O_CREAT makes with these attributes. Fails with `ENOENT`, `EEXIST`, `EINVAL`,
/// `EACCES` (a slash in the name), `ENAMETOOLONG`, `EMFILE`, `ENOMEM`, `EFAULT`.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_mq_open(
    name: *const c_char,
    flags: c_int,
    attributes: *const MqAttr,
) -> c_int {
    (|| {
        let name = name_of(name)?;
        let flags = to_linux(flags);
        let (reads, writes) = access(flags)?;
        let old = NAMES.with(|names| {
            let found = names.iter().find(|(known, _)| known == name);
            found.map(|(_, queue)| queue.clone())
        });
        let queue = match old {
            Some(_) if flags & O_CREAT != 0 && flags & O_EXCL != 0 => return Err(Errno::EEXIST),
            Some(queue) => queue,
            None if flags & O_CREAT == 0 => return Err(Errno::ENOENT),
            None => {
                let (most, size) = sizes(attributes)?;
                let queue = Queue::new(most, size);
                NAMES.with(|names| names.push((name.to_vec(), queue.clone())));
                queue
            }
        };
        let end = End::open(queue, reads, writes, flags & O_NONBLOCK != 0);
        engine::install(end, true, 0)
    })()
    .or_minus_one_errno()
}

/// mq_unlink(3): takes the name away; descriptors keep the queue. Fails with `ENOENT` and mq_open's
/// errors of names.
#[unsafe(no_mangle)]
pub extern "C" fn mq_unlink(name: *const c_char) -> c_int {
    name_of(name)
        .and_then(|name| {
            NAMES.with(|names| {
                let found = names.iter().position(|(known, _)| known == name);
                names.remove(found.ok_or(Errno::ENOENT)?);
                Ok(())
            })
        })
        .or_minus_one_errno()
}

/// Runs `call` on the queue behind a descriptor; `EBADF` for any other.
fn with<R>(fd: c_int, call: impl FnOnce(&Description, &End) -> Result<R>) -> Result<R> {
    let file = process::find(fd).ok_or(Errno::EBADF)?;
    let end = file.file.as_any().downcast_ref().ok_or(Errno::EBADF)?;
    call(&file, end)
}

/// mq_close(3): fails with `EBADF`.
#[unsafe(no_mangle)]
pub extern "C" fn mq_close(fd: c_int) -> c_int {
    with(fd, |_, _| Ok(()))
        .map(|()| {
            engine::close(fd);
        })
        .or_minus_one_errno()
}

fn attributes(file: &Description, end: &End) -> MqAttr {
    let flags = if file.nonblocking.get() {
        c_long::from(O_NONBLOCK)
    } else {
        0
    };
    let queue = &end.queue;
    let [most, size, count] = [queue.most, queue.size, queue.count()].map(|n| n as c_long);
    [flags, most, size, count, 0, 0, 0, 0]
}

/// mq_getattr(3): fails with `EBADF`, `EFAULT`.
#[unsafe(no_mangle)]
pub extern "C" fn mq_getattr(fd: c_int, to: *mut MqAttr) -> c_int {
    with(fd, |file, end| util::write(to, attributes(file, end))).or_minus_one_errno()
}

/// mq_setattr(3): sets O_NONBLOCK and nothing else. Fails with `EBADF`, `EFAULT`, `EINVAL`.
#[unsafe(no_mangle)]
pub extern "C" fn mq_setattr(fd: c_int, new: *const MqAttr, old: *mut MqAttr) -> c_int {
    with(fd, |file, end| {
        let [flags, ..] = util::read(new)?;
        if flags & !c_long::from(O_NONBLOCK) != 0 {
            return Err(Errno::EINVAL);
        }
        if !old.is_null() {
            util::write(old, attributes(file, end))?;
        }
        file.nonblocking.set(flags != 0);
        Ok(())
    })
    .or_minus_one_errno()
}

/// The deadline that a time of CLOCK_REALTIME means; none for null.
fn until(time: *const Timespec) -> Result<u64> {
    if time.is_null() {
        return Ok(u64::MAX);
    }
    let time = util::read(time)?.nanoseconds()?;
    let at = moment(true, i64::try_from(time).unwrap_or(i64::MAX))?;
    Ok(u64::try_from(at).unwrap_or(0))
}

/// Tries until it works, or waiting ends.
fn wait<R>(fd: c_int, time: *const Timespec, attempt: impl Fn(&End) -> Result<R>) -> Result<R> {
    let until = until(time)?;
    loop {
        let nonblocking = match with(fd, |file, end| Ok((file.nonblocking.get(), attempt(end))))? {
            (nonblocking, Err(Errno::EAGAIN)) => nonblocking,
            (_, outcome) => return outcome,
        };
        if nonblocking {
            return Err(Errno::EAGAIN);
        }
        await_handler(until, true)?;
    }
}

fn send(
    fd: c_int,
    data: *const c_char,
    length: usize,
    priority: c_uint,
    time: *const Timespec,
) -> Result<()> {
    if priority >= MQ_PRIO_MAX {
        return Err(Errno::EINVAL);
    }
    wait(fd, time, |end| {
        if !end.writes {
            return Err(Errno::EBADF);
        }
        if length > end.queue.size {
            return Err(Errno::EMSGSIZE);
        }
        end.queue.push(priority, util::slice(data.cast(), length)?)
    })
}

fn receive(
    fd: c_int,
    to: *mut c_char,
    length: usize,
    priority: *mut c_uint,
    time: *const Timespec,
) -> Result<usize> {
    wait(fd, time, |end| {
        if !end.reads {
            return Err(Errno::EBADF);
        }
        if length < end.queue.size {
            return Err(Errno::EMSGSIZE);
        }
        let room = util::slice_mut(to.cast(), end.queue.size)?;
        if !priority.is_null() {
            util::read(priority)?;
        }
        let (urgency, message) = end.queue.pop()?;
        if !priority.is_null() {
            util::write(priority, urgency)?;
        }
        for (to, from) in room.iter_mut().zip(&message) {
            *to = *from;
        }
        Ok(message.len())
    })
}

/// mq_send(3): fails with `EAGAIN` (O_NONBLOCK), `EMSGSIZE`, `EINVAL` (the priority), `EBADF`,
/// `EINTR`, `EFAULT`; `EDEADLK` where the queue is full and nothing could empty it.
#[unsafe(no_mangle)]
pub extern "C" fn mq_send(
    fd: c_int,
    data: *const c_char,
    length: usize,
    priority: c_uint,
) -> c_int {
    send(fd, data, length, priority, core::ptr::null()).or_minus_one_errno()
}

/// mq_timedsend(3): as [`mq_send`], until a time of CLOCK_REALTIME: `ETIMEDOUT`, `EINVAL`.
#[unsafe(no_mangle)]
pub extern "C" fn mq_timedsend(
    fd: c_int,
    data: *const c_char,
    length: usize,
    priority: c_uint,
    time: *const Timespec,
) -> c_int {
    send(fd, data, length, priority, time).or_minus_one_errno()
}

/// mq_receive(3): the length of the message. Fails with `EAGAIN` (O_NONBLOCK), `EMSGSIZE` (less room
/// than mq_msgsize), `EBADF`, `EINTR`, `EFAULT`; `EDEADLK` where the queue is empty and nothing could
/// fill it.
#[unsafe(no_mangle)]
pub extern "C" fn mq_receive(
    fd: c_int,
    to: *mut c_char,
    length: usize,
    priority: *mut c_uint,
) -> SSize {
    receive(fd, to, length, priority, core::ptr::null()).or_minus_one_errno()
}

/// mq_timedreceive(3): as [`mq_receive`], until a time of CLOCK_REALTIME: `ETIMEDOUT`, `EINVAL`.
#[unsafe(no_mangle)]
pub extern "C" fn mq_timedreceive(
    fd: c_int,
    to: *mut c_char,
    length: usize,
    priority: *mut c_uint,
    time: *const Timespec,
) -> SSize {
    receive(fd, to, length, priority, time).or_minus_one_errno()
}

/// mq_notify(3): 0 for null, which asks for nothing any more. `ENOSYS` for all else: no other
/// process could send what the program would be notified of. `EBADF`.
#[unsafe(no_mangle)]
pub extern "C" fn mq_notify(fd: c_int, event: *const SigEvent) -> c_int {
    with(fd, |_, _| {
        if event.is_null() {
            Ok(())
        } else {
            Err(Errno::ENOSYS)
        }
    })
    .or_minus_one_errno()
}
