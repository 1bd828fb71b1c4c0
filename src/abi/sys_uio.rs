//! `<sys/uio.h>`: readv(2), writev(2), and the reading of iovecs for all who take them.

use super::fcntl_numbers::{O_RDONLY, O_WRONLY};
use super::libc_file;
use super::sys_socket::signal_broken_pipe;
use super::types::{Off, SSize};
use super::unistd::{__wrap_pread, __wrap_pwrite, Named, forwarded, named};
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::{Flags, Receive, Transmit};
use crate::wait::engine;
use alloc::vec::Vec;
use core::ffi::c_int;

/// `struct iovec`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IoVec {
    pub(super) base: *mut u8,
    pub(super) length: usize,
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

/// How a descriptor is open, if not for both; `EBADF`.
#[inline(never)]
fn access(fd: c_int) -> Result<Option<c_int>> {
    match named(fd)? {
        Named::Ours(file) => Ok(file.file.access()),
        Named::Theirs(fd) => libc_file::access(fd).map(Some),
    }
}

/// The outcome of a call with iovecs. That the number is free goes before what is wrong with them.
fn or_not_open(fd: c_int, outcome: Result<usize>) -> Result<usize> {
    match outcome {
        Err(Errno::EINVAL | Errno::EFAULT) => access(fd).and(outcome),
        _ => outcome,
    }
}

/// readv(2) or writev(2) of no bytes: never gets to the file, so that whether it is open for that is
/// all there is to be said. `wrong` is the access mode in which it is not.
fn nothing_moves(fd: c_int, wrong: c_int) -> Result<usize> {
    if access(fd)? == Some(wrong) {
        Err(Errno::EBADF)
    } else {
        Ok(0)
    }
}

/// readv(2): one read, scattered over `count` buffers.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_readv(fd: c_int, parts: *const IoVec, count: c_int) -> isize {
    interruptible(true, || {
        let outcome = with_targets(parts, count as usize, Errno::EINVAL, |into| {
            if into.iter().all(|part| part.is_empty()) {
                return nothing_moves(fd, O_WRONLY);
            }
            match named(fd)? {
                Named::Ours(file) => engine::receive(&file, &mut Receive::new(into, Flags::NONE)),
                Named::Theirs(fd) => {
                    libc_file::before_read(fd)?;
                    libc_file::read_parts(fd, into)
                }
            }
        });
        or_not_open(fd, outcome)
    })
    .or_minus_one_errno()
}

/// writev(2): one write, gathered from `count` buffers; on a datagram socket one datagram. Unlike
/// write(2), which sends an empty datagram, it does not get to the file without any bytes.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_writev(fd: c_int, parts: *const IoVec, count: c_int) -> isize {
    let outcome = interruptible(true, || {
        let outcome = with_sources(parts, count as usize, Errno::EINVAL, |data| {
            if data.iter().all(|part| part.is_empty()) {
                return nothing_moves(fd, O_RDONLY);
            }
            match named(fd)? {
                Named::Ours(file) => engine::send(&file, &mut Transmit::new(data, Flags::NONE)),
                Named::Theirs(fd) => libc_file::write_parts(fd, data),
            }
        });
        or_not_open(fd, outcome)
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
