//! `<sys/uio.h>`: readv(2), writev(2), and the reading of iovecs for all who take them.

use super::fcntl_numbers::{O_RDONLY, O_WRONLY, theirs};
use super::libc_file::{self, __real_write};
use super::sys_socket::signal_broken_pipe;
use super::types::{Off, SSize};
use super::unistd::{__wrap_pread, __wrap_pwrite, either, forwarded};
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::{Description, Flags, Receive, Transmit};
use crate::wait::engine;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::ffi::c_int;

/// `struct iovec`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IoVec {
    pub(super) base: *mut u8,
    pub(super) length: usize,
}

unsafe extern "C" {
    fn __real_readv(fd: c_int, parts: *const IoVec, count: c_int) -> isize;
}

/// IOV_MAX of Linux and wasi-libc
pub const IOV_MAX: usize = 1024;

/// Parts that need no allocation.
const FEW: usize = 8;

/// The iovecs at `parts`: checked for number, memory and total length. `too_many` is what the
/// call says of more than IOV_MAX.
pub(super) fn check<'a>(parts: *const IoVec, count: usize, too_many: Errno) -> Result<&'a [IoVec]> {
    if count > IOV_MAX {
        return Err(too_many);
    }
    let bytes = util::slice(parts.cast(), count * size_of::<IoVec>())?;
    if !(parts as usize).is_multiple_of(align_of::<IoVec>()) && count > 0 {
        return Err(Errno::EFAULT);
    }
    if count == 0 {
        return Ok(&[]);
    }
    // SAFETY: inside memory, aligned, plain data.
    let parts = unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast::<IoVec>(), count) };
    let mut total = 0usize;
    for part in parts {
        if part.length > isize::MAX as usize {
            return Err(Errno::EINVAL);
        }
        total = total
            .checked_add(part.length)
            .filter(|&sum| sum <= isize::MAX as usize)
            .ok_or(Errno::EINVAL)?;
    }
    Ok(parts)
}

/// Runs `f` with the parts to read from.
pub fn with_sources<R>(
    parts: *const IoVec,
    count: usize,
    too_many: Errno,
    f: impl FnOnce(&[&[u8]]) -> Result<R>,
) -> Result<R> {
    let parts = check(parts, count, too_many)?;
    if parts.len() <= FEW {
        let mut few: [&[u8]; FEW] = [&[]; FEW];
        for (slot, part) in few.iter_mut().zip(parts) {
            *slot = util::slice(part.base, part.length)?;
        }
        return f(few.get(..parts.len()).unwrap_or_default());
    }
    let many: Vec<&[u8]> = parts
        .iter()
        .map(|part| util::slice(part.base, part.length))
        .collect::<Result<_>>()?;
    f(&many)
}

/// Runs `f` with the parts to write to.
pub fn with_targets<R>(
    parts: *const IoVec,
    count: usize,
    too_many: Errno,
    f: impl FnOnce(&mut [&mut [u8]]) -> Result<R>,
) -> Result<R> {
    let parts = check(parts, count, too_many)?;
    if parts.len() <= FEW {
        let mut few: [&mut [u8]; FEW] = core::array::from_fn(|_| &mut [] as &mut [u8]);
        for (slot, part) in few.iter_mut().zip(parts) {
            *slot = util::slice_mut(part.base, part.length)?;
        }
        return f(few.get_mut(..parts.len()).unwrap_or_default());
    }
    let mut many: Vec<&mut [u8]> = parts
        .iter()
        .map(|part| util::slice_mut(part.base, part.length))
        .collect::<Result<_>>()?;
    f(&mut many)
}

/// readv(2) or writev(2) of no bytes: never gets to the file, so that whether it is open for that is
/// all there is to be said. `wrong` is the access mode in which it is not.
fn nothing_moves(file: &Description, wrong: c_int) -> Result<usize> {
    match file.file.access() {
        Some(access) if access == wrong => Err(Errno::EBADF),
        _ => Ok(0),
    }
}

/// The iovecs of a call on a file of the C library, with the memory of each checked.
fn checked_parts<'a>(parts: *const IoVec, count: c_int) -> Result<&'a [IoVec]> {
    let count = usize::try_from(count).map_err(|_| Errno::EINVAL)?;
    let parts = check(parts, count, Errno::EINVAL)?;
    let fits = |part: &IoVec| part.length == 0 || util::in_memory(part.base as usize, part.length);
    if parts.iter().all(fits) {
        Ok(parts)
    } else {
        Err(Errno::EFAULT)
    }
}

/// A readv of a file of the C library. Some versions end it after the first part, and hosts after
/// 64 KiB: asks again for the rest, if `whole` says so.
fn all_parts(
    parts: &[IoVec],
    whole: bool,
    call: impl Fn(*const IoVec, c_int) -> isize,
) -> Result<usize> {
    let mut done = forwarded(call(parts.as_ptr(), parts.len() as c_int))? as usize;
    let mut passed = 0;
    let mut left = if whole { parts } else { &[] };
    while let [part, rest @ ..] = left {
        // How much of this part is done; the call may have gone past it.
        while done < passed + part.length {
            let skip = done - passed;
            let cut = IoVec {
                base: part.base.wrapping_add(skip),
                length: part.length - skip,
            };
            let more = if skip > 0 {
                call(&raw const cut, 1)
            } else {
                call(left.as_ptr(), left.len() as c_int)
            };
            if more <= 0 {
                return Ok(done);
            }
            done += more as usize;
        }
        passed += part.length;
        left = rest;
    }
    Ok(done)
}

/// readv(2): one read, scattered over `count` buffers.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_readv(fd: c_int, parts: *const IoVec, count: c_int) -> isize {
    interruptible(true, || {
        either(
            fd,
            |file| {
                let count = usize::try_from(count).map_err(|_| Errno::EINVAL)?;
                with_targets(parts, count, Errno::EINVAL, |into| {
                    if into.iter().all(|part| part.is_empty()) {
                        return nothing_moves(&file, O_WRONLY);
                    }
                    engine::receive(&file, &mut Receive::new(into, Flags::NONE))
                })
            },
            |fd| {
                let parts = libc_file::checked(fd, checked_parts(parts, count))?;
                libc_file::before_read(fd)?;
                // A terminal or a pipe may have less than asked for; a file goes on.
                let whole = libc_file::is_seekable(fd);
                // SAFETY: plain forwarding of parts inside memory.
                let read = |parts, count| unsafe { __real_readv(fd, parts, count) };
                libc_file::read_from(fd, || all_parts(parts, whole, read))
            },
        )
    })
    .or_minus_one_errno()
}

/// A writev of a file of the C library, whose own does no more than one write, too: part by part, as
/// long as the file takes it.
fn write_parts(fd: c_int, parts: *const IoVec, count: c_int) -> Result<usize> {
    let parts = libc_file::checked(fd, checked_parts(parts, count))?;
    let failed = |errno| libc_file::direction(fd, theirs::WRONLY, errno);
    let mut done = 0;
    for part in parts {
        let mut at = 0;
        while at < part.length {
            // SAFETY: plain forwarding.
            let more =
                unsafe { __real_write(fd, part.base.wrapping_add(at).cast(), part.length - at) };
            match usize::try_from(more) {
                Ok(more @ 1..) => at += more,
                Err(_) if done + at == 0 => return Err(failed(util::last_errno())),
                _ => return Ok(done + at),
            }
        }
        done += at;
    }
    if done == 0 {
        // Nothing to write: whether the file can be written to is all there is to be said.
        // SAFETY: reads no memory.
        forwarded(unsafe { __real_write(fd, core::ptr::null(), 0) }).map_err(failed)?;
    }
    Ok(done)
}

/// A writev of a file of ours. Unlike write(2), which sends an empty datagram, it does not get to the
/// file without any bytes.
#[inline(never)]
fn send_parts(file: &Rc<Description>, data: &[&[u8]]) -> Result<usize> {
    if data.iter().all(|part| part.is_empty()) {
        return nothing_moves(file, O_RDONLY);
    }
    engine::send(file, &mut Transmit::new(data, Flags::NONE))
}

/// writev(2): one write, gathered from `count` buffers; on a datagram socket one datagram.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_writev(fd: c_int, parts: *const IoVec, count: c_int) -> isize {
    let outcome = interruptible(true, || {
        either(
            fd,
            |file| {
                let count = usize::try_from(count).map_err(|_| Errno::EINVAL)?;
                with_sources(parts, count, Errno::EINVAL, |data| send_parts(&file, data))
            },
            |fd| write_parts(fd, parts, count),
        )
    });
    signal_broken_pipe(0, outcome).or_minus_one_errno()
}

/// Moves the parts of a file of the C library one after the other by `call`, each from where the
/// one before it ended; ends where a part is cut short. The C library's own stops after 64 KiB.
fn parts_at(
    parts: *const IoVec,
    count: c_int,
    offset: i64,
    call: impl Fn(IoVec, i64) -> isize,
) -> Result<usize> {
    let count = usize::try_from(count).map_err(|_| Errno::EINVAL)?;
    if offset < 0 {
        return Err(Errno::EINVAL);
    }
    let parts = check(parts, count, Errno::EINVAL)?;
    let mut done = 0usize;
    if parts.is_empty() {
        // Whether the file can be read or written is all there is to be said.
        let nothing = IoVec {
            base: core::ptr::null_mut(),
            length: 0,
        };
        return forwarded(call(nothing, offset)).map(|done| done as usize);
    }
    for &part in parts {
        let moved = call(part, offset + done as i64);
        let Ok(moved) = usize::try_from(moved) else {
            return if done > 0 {
                Ok(done)
            } else {
                Err(util::last_errno())
            };
        };
        done += moved;
        if moved < part.length {
            break;
        }
    }
    Ok(done)
}

/// preadv(2): pread(2) into `count` buffers; `ESPIPE` on a socket.
#[unsafe(no_mangle)]
pub extern "C" fn preadv(fd: c_int, parts: *const IoVec, count: c_int, offset: Off) -> SSize {
    parts_at(parts, count, offset, |part, at| {
        __wrap_pread(fd, part.base.cast(), part.length, at)
    })
    .or_minus_one_errno()
}

/// pwritev(2): pwrite(2) from `count` buffers; `ESPIPE` on a socket.
#[unsafe(no_mangle)]
pub extern "C" fn pwritev(fd: c_int, parts: *const IoVec, count: c_int, offset: Off) -> SSize {
    parts_at(parts, count, offset, |part, at| {
        __wrap_pwrite(fd, part.base.cast(), part.length, at)
    })
    .or_minus_one_errno()
}
