//! `<unistd.h>`: the calls that files and sockets share. `__wrap_NAME` is what every reference to
//! `NAME`, the C library's own included, becomes under the flags of `share/wps/wps.cfg`.

use super::fcntl_numbers::{O_APPEND, O_CLOEXEC, O_RDONLY, O_WRONLY};
use super::libc_file::{self, __real_isatty};
use super::libc_streams;
use super::sys_socket::signal_broken_pipe;
use super::util::{self, OrMinusOne, interruptible, last_errno};
use crate::errno::{Errno, Result};
use crate::fd::table::Entry;
use crate::fd::{Class, Description, Flags, Receive, Transmit, process};
use crate::wait::{blocking, engine};
use alloc::rc::Rc;
use core::ffi::{c_int, c_void};

unsafe extern "C" {
    fn __real_pread(fd: c_int, data: *mut c_void, size: usize, offset: i64) -> isize;
    fn __real_pwrite(fd: c_int, data: *const c_void, size: usize, offset: i64) -> isize;
    fn __real_fsync(fd: c_int) -> c_int;
    fn __real_fdatasync(fd: c_int) -> c_int;
    fn __real_ftruncate(fd: c_int, length: i64) -> c_int;
}

/// What a number names.
pub(super) enum Named {
    /// A file of ours.
    Ours(Rc<Description>),
    /// One of the C library, by its number there.
    Theirs(c_int),
}

/// What a number names, as far as is known here: the C library may have no such number either.
#[inline(never)]
pub(super) fn named(fd: c_int) -> Result<Named> {
    match engine::find(fd) {
        Some(file) => Ok(match libc_file::original(&file) {
            Some(original) => Named::Theirs(original),
            None => Named::Ours(file),
        }),
        None if libc_file::is_hidden(fd) => Err(Errno::EBADF),
        None => Ok(Named::Theirs(fd)),
    }
}

/// Runs `ours` for a file of ours, or `theirs` (with the C library's number) for one of its own.
pub(super) fn either<T>(
    fd: c_int,
    ours: impl FnOnce(Rc<Description>) -> Result<T>,
    theirs: impl FnOnce(c_int) -> Result<T>,
) -> Result<T> {
    match named(fd)? {
        Named::Ours(file) => ours(file),
        Named::Theirs(fd) => theirs(fd),
    }
}

/// The C library's number for a descriptor that names one of its files or folders, for its calls that
/// are not wrapped; `otherwise` for another file.
pub(super) fn libc_number(fd: c_int, otherwise: Errno) -> Result<c_int> {
    either(fd, |_| Err(otherwise), Ok)
}

/// The same for the compat archive: -1 with `otherwise` as errno.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_libc_fd(fd: c_int, otherwise: c_int) -> c_int {
    let number = if fd < 0 {
        Err(Errno::EBADF)
    } else {
        libc_number(fd, Errno(otherwise))
    };
    number.or_minus_one_errno()
}

/// The result of a call of the C library.
pub(super) fn forwarded<T: PartialOrd + From<i8>>(value: T) -> Result<T> {
    if value < T::from(0) {
        Err(last_errno())
    } else {
        Ok(value)
    }
}

/// close(2). The descriptor is gone whatever happens; what was sent is still delivered.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_close(fd: c_int) -> c_int {
    if engine::close(fd) {
        return 0;
    }
    libc_file::close(fd).or_minus_one_errno()
}

/// read(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_read(fd: c_int, data: *mut c_void, size: usize) -> isize {
    interruptible(true, || {
        either(
            fd,
            |file| {
                let part = util::room(data.cast(), size)?;
                if part.is_empty() && file.file.class() == Class::Socket {
                    return Ok(0);
                }
                engine::receive(&file, &mut Receive::new(&mut [part], Flags::NONE))
            },
            |fd| {
                let room = util::room(data.cast(), size);
                let size = libc_file::checked(fd, O_WRONLY, room)?.len();
                libc_file::before_read(fd)?;
                libc_streams::read(fd, data, size)
            },
        )
    })
    .or_minus_one_errno()
}

/// write(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_write(fd: c_int, data: *const c_void, size: usize) -> isize {
    let outcome = interruptible(true, || {
        either(
            fd,
            |file| {
                let part = util::slice(data.cast(), size)?;
                engine::send(&file, &mut Transmit::new(&[part], Flags::NONE))
            },
            |fd| {
                libc_file::checked(fd, O_RDONLY, util::slice(data.cast(), size))?;
                libc_streams::write(fd, data, size)
            },
        )
    });
    signal_broken_pipe(0, outcome).or_minus_one_errno()
}

/// lseek(2): `ESPIPE` on a socket or pipe. Other files of ours have no offset, which stays 0.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_lseek(fd: c_int, offset: i64, whence: c_int) -> i64 {
    either(
        fd,
        |file| {
            const SEEK_HOLE: c_int = 4;
            match file.file.class() {
                _ if !(0..=SEEK_HOLE).contains(&whence) => Err(Errno::EINVAL),
                Class::Socket | Class::Pipe | Class::Libc => Err(Errno::ESPIPE),
                Class::Device | Class::Epoll | Class::Event | Class::Timer => Ok(0),
            }
        },
        |fd| libc_streams::seek(fd, offset, whence),
    )
    .or_minus_one_errno()
}

/// The C library's streams call lseek(2) by this name.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___lseek(fd: c_int, offset: i64, whence: c_int) -> i64 {
    __wrap_lseek(fd, offset, whence)
}

/// A read (`wrong` is O_WRONLY) or a write (O_RDONLY) at a place in a file, by `call`, which is told the
/// C library's number, how much is done, and where to go on. `memory` is how much of the caller's buffer
/// there is.
fn at_place(
    fd: c_int,
    offset: i64,
    wrong: c_int,
    memory: Result<usize>,
    call: impl Fn(c_int, usize, i64) -> Result<i64>,
) -> isize {
    let theirs = |fd| {
        let allowed = libc_streams::has_places(fd, wrong);
        if allowed != Err(Errno::EISDIR) {
            allowed?;
        }
        let size = memory?;
        offset.checked_add(size as i64).ok_or(Errno::EINVAL)?;
        allowed?;
        libc_streams::whole(fd, size, |done| call(fd, done, offset + done as i64))
    };
    let outcome = if offset < 0 {
        Err(Errno::EINVAL)
    } else {
        either(fd, |_| Err(Errno::ESPIPE), theirs)
    };
    outcome.map(|done| done as usize).or_minus_one_errno()
}

/// pread(2): `ESPIPE` on a socket.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_pread(fd: c_int, data: *mut c_void, size: usize, offset: i64) -> isize {
    let memory = util::room(data.cast(), size).map(|room| room.len());
    let size = memory.unwrap_or_default();
    at_place(fd, offset, O_WRONLY, memory, |fd, done, place| {
        let (data, size) = (data.wrapping_byte_add(done), size - done);
        // SAFETY: plain forwarding of a buffer inside memory.
        forwarded(unsafe { __real_pread(fd, data, size, place) } as i64)
    })
}

/// pwrite(2): `ESPIPE` on a socket.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_pwrite(fd: c_int, data: *const c_void, size: usize, offset: i64) -> isize {
    let memory = util::slice(data.cast(), size).map(|bytes| bytes.len());
    at_place(fd, offset, O_RDONLY, memory, |fd, done, place| {
        let (data, size) = (data.wrapping_byte_add(done), size - done);
        if libc_file::kept(fd) & O_APPEND != 0 {
            return libc_streams::append(fd, data, size);
        }
        // SAFETY: plain forwarding of bytes inside memory.
        forwarded(unsafe { __real_pwrite(fd, data, size, place) } as i64)
    })
}

/// isatty(3): `ENOTTY` on a socket.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_isatty(fd: c_int) -> c_int {
    // SAFETY: plain forwarding.
    let outcome = either(
        fd,
        |_| Err(Errno::ENOTTY),
        |fd| match unsafe { __real_isatty(fd) } {
            0 => Err(last_errno()),
            yes => Ok(yes),
        },
    );
    outcome.unwrap_or_else(|errno| {
        util::set_errno(errno);
        0
    })
}

/// fsync(2): `EINVAL` on a socket.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_fsync(fd: c_int) -> c_int {
    // SAFETY: plain forwarding.
    either(
        fd,
        |_| Err(Errno::EINVAL),
        |fd| forwarded(unsafe { __real_fsync(fd) }),
    )
    .or_minus_one_errno()
}

/// fdatasync(2): `EINVAL` on a socket.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_fdatasync(fd: c_int) -> c_int {
    // SAFETY: plain forwarding.
    either(
        fd,
        |_| Err(Errno::EINVAL),
        |fd| forwarded(unsafe { __real_fdatasync(fd) }),
    )
    .or_minus_one_errno()
}

/// ftruncate(2): `EINVAL` on a socket.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_ftruncate(fd: c_int, length: i64) -> c_int {
    let theirs = |fd| {
        if libc_file::access(fd)? == O_RDONLY {
            return Err(Errno::EINVAL);
        }
        libc_streams::settle(fd);
        // SAFETY: plain forwarding.
        forwarded(unsafe { __real_ftruncate(fd, length) })
    };
    let outcome = if length < 0 {
        Err(Errno::EINVAL)
    } else {
        either(fd, |_| Err(Errno::EINVAL), theirs)
    };
    outcome.or_minus_one_errno()
}

/// The description behind any open number; a file of the C library gets one that forwards.
pub(super) fn describe(fd: c_int) -> Result<Rc<Description>> {
    match process::find(fd) {
        Some(file) => Ok(file),
        None => libc_file::alias(fd),
    }
}

/// fcntl(F_DUPFD): the lowest number of ours from `at_least` up.
pub(super) fn duplicate(fd: c_int, at_least: c_int, close_on_exec: bool) -> Result<c_int> {
    let file = describe(fd)?;
    let limit = process::with(|table| table.limit());
    let at_least = usize::try_from(at_least)
        .ok()
        .filter(|&n| n < limit)
        .ok_or(Errno::EINVAL)?;
    engine::install(file, close_on_exec, at_least)
}

/// dup(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_dup(fd: c_int) -> c_int {
    duplicate(fd, 0, false).or_minus_one_errno()
}

/// dup2(2): also over 0, 1 and 2, as inetd does.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_dup2(fd: c_int, to: c_int) -> c_int {
    (|| {
        let file = describe(fd)?;
        if fd == to {
            return Ok(to);
        }
        place(file, to, false)
    })()
    .or_minus_one_errno()
}

/// dup3(2): `flags` may be O_CLOEXEC; equal numbers are `EINVAL`.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_dup3(fd: c_int, to: c_int, flags: c_int) -> c_int {
    (|| {
        if fd == to || flags & !O_CLOEXEC != 0 {
            return Err(Errno::EINVAL);
        }
        place(describe(fd)?, to, flags & O_CLOEXEC != 0)
    })()
    .or_minus_one_errno()
}

fn place(file: Rc<Description>, to: c_int, close_on_exec: bool) -> Result<c_int> {
    let limit = process::with(|table| table.limit());
    if usize::try_from(to).map_or(true, |to| to >= limit) {
        return Err(Errno::EBADF);
    }
    // The C library's own file at that number gives way. One with duplicates goes on for them.
    if process::find(to).is_none() && libc_file::is_open(to) {
        let _ = libc_file::close(to);
    }
    engine::start();
    file.opened();
    let entry = Entry {
        description: file,
        close_on_exec,
    };
    if let Some(old) = process::with(|table| table.replace(to, entry))? {
        blocking::release(old.description);
    }
    Ok(to)
}
