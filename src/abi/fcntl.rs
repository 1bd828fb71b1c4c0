//! `<fcntl.h>`: fcntl(2), and the C library's opening of files.

use super::fcntl_locks;
use super::libc_at;
use super::libc_file::{self, __real_close, __real_fcntl};
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

/// This and the numbers from F_SETOWN on: include/wps/values.h
const F_DUPFD: c_int = 5;
const F_GETFD: c_int = 1;
const F_SETFD: c_int = 2;
const F_GETFL: c_int = 3;
const F_SETFL: c_int = 4;
const F_SETOWN: c_int = 1040;
const F_GETOWN: c_int = 1041;
const F_DUPFD_CLOEXEC: c_int = 6;
const F_SETPIPE_SZ: c_int = 1031;
const F_GETPIPE_SZ: c_int = 1032;
const FD_CLOEXEC: c_int = 1;
const O_NONBLOCK: c_int = 4;
/// O_APPEND and O_ASYNC: kept, without an effect on a socket.
const KEPT: c_int = 1 | 0x4000_0000;
/// O_CREAT, O_EXCL and O_TRUNC: what an open does to the file once.
const ONCE: c_int = (1 | 4 | 8) << 12;
/// O_CREAT | O_EXCL
const EXCLUSIVE: c_int = (1 | 4) << 12;
/// O_RDWR of wasi-libc
const O_RDWR: c_int = 0x1400_0000;
/// The part of it that is O_WRONLY
const O_WRITES: c_int = 0x1000_0000;

/// fcntl(2). `arguments` is how C passes what follows the command.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_fcntl(fd: c_int, command: c_int, arguments: *const c_int) -> c_int {
    control(fd, command, arguments).or_minus_one_errno()
}

/// fcntl(2) with one of the commands that most programs confine themselves to: F_GETFD, F_SETFD,
/// F_GETFL and F_SETFL. `fcntl.h` picks it where the compiler sees the command, so that the program
/// is linked without the others.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_fcntl_flags(fd: c_int, command: c_int, arguments: *const c_int) -> c_int {
    flags(fd, command, arguments).or_minus_one_errno()
}

fn flags(fd: c_int, command: c_int, arguments: *const c_int) -> Result<c_int> {
    match command {
        // These belong to the number, not to the file behind it.
        F_GETFD => {
            let ours = process::with(|table| table.get(fd).map(|entry| entry.close_on_exec));
            let flag = ours.map_or_else(|| libc_file::close_on_exec(fd), Ok)?;
            Ok(if flag { FD_CLOEXEC } else { 0 })
        }
        F_SETFD => {
            let flag = util::read(arguments)? & FD_CLOEXEC != 0;
            let ours =
                process::with(|table| table.get_mut(fd).map(|entry| entry.close_on_exec = flag));
            if ours.is_none() {
                libc_file::set_close_on_exec(fd, flag)?;
            }
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
                    return Ok(access | nonblocking | file.status.get());
                }
                let flags = util::read(arguments)?;
                file.nonblocking.set(flags & O_NONBLOCK != 0);
                file.status.set(flags & KEPT);
                Ok(0)
            },
            |fd| {
                if command == F_SETFL && libc_file::is_seekable(fd) {
                    return forwarded(set_flags(fd, util::read(arguments)?));
                }
                // SAFETY: plain forwarding.
                let value = forwarded(unsafe { __real_fcntl(fd, command, arguments) })?;
                let kept = command == F_GETFL && libc_file::is_nonblocking(fd);
                Ok(if kept { value | O_NONBLOCK } else { value })
            },
        ),
    }
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
            F_SETOWN => Ok(0),
            F_GETOWN => Ok(0),
            F_GETPIPE_SZ => file.file.pipe_size(None),
            F_SETPIPE_SZ => file.file.pipe_size(Some(util::read(arguments)?)),
            _ if fcntl_locks::is_lock(command) => {
                fcntl_locks::control(command, arguments, file.file.access().unwrap_or(O_RDWR))
            }
            _ => Err(Errno::EINVAL),
        },
        |fd| {
            // What is no pipe (F_GETPIPE_SZ in fcntl(2)).
            if matches!(command, F_GETPIPE_SZ | F_SETPIPE_SZ) {
                return Err(Errno::EBADF);
            }
            if !fcntl_locks::is_lock(command) {
                // SAFETY: plain forwarding.
                return forwarded(unsafe { __real_fcntl(fd, command, arguments) });
            }
            // SAFETY: a query without arguments.
            let flags = forwarded(unsafe { __real_fcntl(fd, F_GETFL, core::ptr::null()) })?;
            fcntl_locks::control(command, arguments, flags)
        },
    )
}

/// F_SETFL of a regular file, on which O_NONBLOCK means nothing. wasi-libc on the preview 1 adapter
/// would take it for a pipe that has nothing yet, and read nothing from it.
/// So the flag is only kept for F_GETFL.
fn set_flags(fd: c_int, flags: c_int) -> c_int {
    libc_file::set_nonblocking(fd, flags & O_NONBLOCK != 0);
    let flags = flags & !O_NONBLOCK;
    // SAFETY: `flags` is what follows the command.
    unsafe { __real_fcntl(fd, F_SETFL, &raw const flags) }
}

/// Every open of the C library comes through here. A number that one of ours shadows (dup2 over
/// it) is not handed out: the next one is.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_openat_nomode(
    dir: c_int,
    path: *const c_char,
    flags: c_int,
) -> c_int {
    let (excludes, writes) = (flags & EXCLUSIVE == EXCLUSIVE, flags & O_WRITES != 0);
    let real = match libc_at::to_open(dir, path, excludes, writes) {
        Ok(real) => real,
        Err(errno) => return Err::<(), _>(errno).or_minus_one_errno(),
    };
    // SAFETY: plain forwarding of a path that has been read.
    let fd = unsafe { __real___wasilibc_nocwd_openat_nomode(real, path, flags) };
    if fd < 0 && util::last_errno() == Errno::ENOMEM {
        // What versions of wasi-libc that sit on the preview 1 adapter say of a full table.
        util::set_errno(Errno::EMFILE);
        return fd;
    }
    if fd >= 0 && flags & O_NONBLOCK != 0 && libc_file::is_seekable(fd) {
        set_flags(fd, flags);
    }
    if fd < 0 || process::find(fd).is_none() && fd < process::with(|table| table.base()) {
        return fd;
    }
    let outcome = if process::find(fd).is_some() && fd < process::with(|table| table.base()) {
        // Held while the next number is asked for, so that it is another one. The file has been
        // made and emptied by now.
        let next = __wrap___wasilibc_nocwd_openat_nomode(dir, path, flags & !ONCE);
        if next < 0 {
            Err(util::last_errno())
        } else {
            Ok(next)
        }
    } else {
        // Numbers from here on are ours.
        Err(Errno::EMFILE)
    };
    // SAFETY: just opened, and nobody else knows it.
    unsafe { __real_close(fd) };
    outcome.or_minus_one_errno()
}
