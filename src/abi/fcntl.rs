//! `<fcntl.h>`: fcntl(2), and the C library's opening of files.

use super::fcntl_locks;
use super::fcntl_numbers::{
    F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_SETFD, F_SETFL, O_ACCMODE, O_APPEND, O_ASYNC,
    O_CLOEXEC, O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, command_to_linux,
    status_to_linux, to_libc, to_linux,
};
use super::fcntl_owner;
use super::libc_at;
use super::libc_file::{self, __real_close, FD_CLOEXEC};
use super::libc_streams;
use super::unistd::{duplicate, either, forwarded};
use super::util::{self, OrMinusOne};
use crate::errno::{Errno, Result};
use crate::fd::process;
use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn __real___wasilibc_nocwd_openat_nomode(
        dir: c_int,
        path: *const c_char,
        flags: c_int,
    ) -> c_int;
}

const F_SETPIPE_SZ: c_int = 1031;
const F_GETPIPE_SZ: c_int = 1032;
/// What F_SETFL changes beside O_NONBLOCK: kept, without an effect on a socket.
const KEPT: c_int = O_APPEND | O_ASYNC;
/// The file has an owner, or had: see `fcntl_owner`.
const OWNED: c_int = 0x4000_0000;
/// What an open does to the file once.
const ONCE: c_int = O_CREAT | O_EXCL | O_TRUNC;

/// fcntl(2) with wasi-libc's numbers, as libc itself and objects compiled without the overlay have
/// them. `arguments` is how C passes what follows the command.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_fcntl(fd: c_int, command: c_int, arguments: *const c_int) -> c_int {
    let call = || match command_to_linux(command) {
        F_SETFL => {
            let flags = status_to_linux(util::read(arguments)?);
            control(fd, F_SETFL, &raw const flags)
        }
        F_GETFL => control(fd, F_GETFL, arguments).map(to_libc),
        command => control(fd, command, arguments),
    };
    call().or_minus_one_errno()
}

/// fcntl(2) with Linux's numbers, those of the overlay's `<fcntl.h>`.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_fcntl(fd: c_int, command: c_int, arguments: *const c_int) -> c_int {
    control(fd, command, arguments).or_minus_one_errno()
}

/// The same with one of the commands that most programs confine themselves to: F_GETFD, F_SETFD,
/// F_GETFL and F_SETFL. `fcntl.h` picks it where the compiler sees the command, so that the program
/// is linked without the others.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_fcntl_flags(fd: c_int, command: c_int, arguments: *const c_int) -> c_int {
    flags(fd, command, arguments).or_minus_one_errno()
}

fn flags(fd: c_int, command: c_int, arguments: *const c_int) -> Result<c_int> {
    match command {
        // These belong to the number, not to the file behind it.
        F_GETFD => close_on_exec(fd, None),
        F_SETFD => {
            close_on_exec(fd, Some(util::read(arguments)? & FD_CLOEXEC != 0))?;
            Ok(0)
        }
        _ => either(
            fd,
            |file| {
                if command == F_GETFL {
                    let nonblocking = if file.nonblocking.get() {
                        O_NONBLOCK
                    } else {
                        0
                    };
                    let access = file.file.access().unwrap_or(O_RDWR);
                    return Ok(access | nonblocking | file.status.get() & KEPT);
                }
                let flags = util::read(arguments)?;
                file.nonblocking.set(flags & O_NONBLOCK != 0);
                file.status.set(file.status.get() & !KEPT | flags & KEPT);
                Ok(0)
            },
            |fd| {
                if command == F_SETFL {
                    libc_file::set_status(fd, util::read(arguments)?)?;
                    return Ok(0);
                }
                Ok(libc_file::access(fd)? | libc_file::kept(fd) & (KEPT | O_NONBLOCK | O_SYNC))
            },
        ),
    }
}

/// FD_CLOEXEC of a number, after it was changed if `new` says so.
pub(super) fn close_on_exec(fd: c_int, new: Option<bool>) -> Result<c_int> {
    let ours = process::with(|table| {
        let entry = table.get_mut(fd)?;
        entry.close_on_exec = new.unwrap_or(entry.close_on_exec);
        Some(entry.close_on_exec)
    });
    if let Some(flag) = ours {
        return Ok(if flag { FD_CLOEXEC } else { 0 });
    }
    if !libc_file::is_open(fd) {
        return Err(Errno::EBADF);
    }
    if let Some(flag) = new {
        libc_file::keep(fd, FD_CLOEXEC, if flag { FD_CLOEXEC } else { 0 });
    }
    Ok(libc_file::kept(fd) & FD_CLOEXEC)
}

fn control(fd: c_int, command: c_int, arguments: *const c_int) -> Result<c_int> {
    match command {
        F_DUPFD | F_DUPFD_CLOEXEC => {
            return duplicate(fd, util::read(arguments)?, command == F_DUPFD_CLOEXEC);
        }
        F_GETFD | F_SETFD | F_GETFL | F_SETFL => return flags(fd, command, arguments),
        _ => {}
    }
    either(
        fd,
        |file| match command {
            F_GETPIPE_SZ => file.file.pipe_size(None),
            F_SETPIPE_SZ => file.file.pipe_size(Some(util::read(arguments)?)),
            _ if fcntl_owner::is_owner(command) => {
                let place = alloc::rc::Rc::as_ptr(&file).cast::<u8>() as usize;
                let status = file.status.get();
                let known = status & OWNED != 0;
                let (known, value) = fcntl_owner::control(command, arguments, place, known)?;
                if known {
                    file.status.set(status | OWNED);
                }
                Ok(value)
            }
            _ if fcntl_locks::is_lock(command) => {
                fcntl_locks::control(command, arguments, file.file.access().unwrap_or(O_RDWR))
            }
            _ => Err(Errno::EINVAL),
        },
        |fd| {
            let access = libc_file::access(fd)?;
            match command {
                // What is no pipe (F_GETPIPE_SZ in fcntl(2)).
                F_GETPIPE_SZ | F_SETPIPE_SZ => Err(Errno::EBADF),
                _ if fcntl_owner::is_owner(command) => {
                    let known = libc_file::kept(fd) & OWNED != 0;
                    // No address: those are smaller.
                    let place = !(fd as usize);
                    let (known, value) = fcntl_owner::control(command, arguments, place, known)?;
                    if known {
                        libc_file::keep(fd, OWNED, OWNED);
                    }
                    Ok(value)
                }
                _ if fcntl_locks::is_lock(command) => {
                    fcntl_locks::control(command, arguments, access)
                }
                _ => Err(Errno::EINVAL),
            }
        },
    )
}

/// Every open of the C library comes through here, with either numbers for the flags. A number that
/// one of ours shadows (dup2 over it) is not handed out: the next one is.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_openat_nomode(
    dir: c_int,
    path: *const c_char,
    flags: c_int,
) -> c_int {
    open(dir, path, to_linux(flags)).or_minus_one_errno()
}

/// The C library's open, with Linux's flags.
fn open_real(dir: c_int, path: *const c_char, flags: c_int) -> Result<c_int> {
    // On files and folders O_NONBLOCK means nothing. wasi-libc on the preview 1 adapter would take
    // one for a pipe that has nothing yet, and read nothing from it: so it is not told.
    let flags = to_libc(flags & !O_NONBLOCK);
    libc_streams::bind();
    // SAFETY: plain forwarding of a path that has been read.
    let fd = forwarded(unsafe { __real___wasilibc_nocwd_openat_nomode(dir, path, flags) });
    // What versions of wasi-libc that sit on the preview 1 adapter say of a full table.
    fd.map_err(|errno| match errno {
        Errno::ENOMEM => Errno::EMFILE,
        errno => errno,
    })
}

fn open(dir: c_int, path: *const c_char, flags: c_int) -> Result<c_int> {
    let excludes = flags & O_CREAT != 0 && flags & O_EXCL != 0;
    let real = libc_at::to_open(dir, path, excludes, flags & O_ACCMODE != O_RDONLY)?;
    let mut fd = open_real(real, path, flags)?;
    if flags & O_ACCMODE == O_RDONLY && flags & (O_CREAT | O_TRUNC) != 0 {
        // Hosts let a file that was made or cut by an open be written to, too.
        // SAFETY: just opened, and nobody else knows it.
        unsafe { __real_close(fd) };
        fd = open_real(real, path, flags & !ONCE)?;
    }
    let base = process::with(|table| table.base());
    let shadowed = process::find(fd).is_some();
    if fd < base && !shadowed {
        let close_on_exec = if flags & O_CLOEXEC != 0 {
            FD_CLOEXEC
        } else {
            0
        };
        let bits = flags & (O_NONBLOCK | O_SYNC | O_APPEND) | close_on_exec;
        if bits != 0 {
            libc_file::keep(fd, bits, bits);
        }
        return Ok(fd);
    }
    let outcome = if fd < base {
        // Held while the next number is asked for, so that it is another one. The file has been
        // made and emptied by now.
        open(dir, path, flags & !ONCE)
    } else {
        // Numbers from here on are ours.
        Err(Errno::EMFILE)
    };
    // SAFETY: just opened, and nobody else knows it.
    unsafe { __real_close(fd) };
    outcome
}
