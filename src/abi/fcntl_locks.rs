//! Locks of fcntl(2), which lockf(3) and daemons' lock files are made of.
//!
//! A process never conflicts with its own locks, and WASI 0.2 shows no other process: so every
//! valid request for a lock is granted, and no lock is ever reported.

use super::fcntl_numbers::{F_GETLK, F_SETLK, F_SETLKW, O_ACCMODE, O_RDONLY, O_WRONLY};
use super::util;
use crate::errno::{Errno, Result};
use core::ffi::{c_int, c_short};

/// `struct flock` of wasi-libc.
#[repr(C)]
#[derive(Clone, Copy)]
struct Flock {
    kind: c_short,
    whence: c_short,
    start: i64,
    length: i64,
    owner: c_int,
}

const F_OFD_GETLK: c_int = 36;
const F_OFD_SETLK: c_int = 37;
const F_OFD_SETLKW: c_int = 38;
const F_RDLCK: c_short = 0;
const F_WRLCK: c_short = 1;
const F_UNLCK: c_short = 2;
/// wasi-libc's SEEK_SET, SEEK_CUR and SEEK_END are 0, 1 and 2.
const LAST_WHENCE: c_short = 2;
/// Whether the command is about locks.
pub(super) fn is_lock(command: c_int) -> bool {
    matches!(
        command,
        F_GETLK | F_SETLK | F_SETLKW | F_OFD_GETLK | F_OFD_SETLK | F_OFD_SETLKW
    )
}

/// The command, in Linux's numbers, on a descriptor whose status flags are `flags`. `arguments` is how C passes what
/// follows the command.
pub(super) fn control(command: c_int, arguments: *const c_int, flags: c_int) -> Result<c_int> {
    let place = util::read(arguments)? as *mut Flock;
    let mut lock = util::read(place.cast_const())?;
    let asks = matches!(command, F_GETLK | F_OFD_GETLK);
    let is_ofd = matches!(command, F_OFD_GETLK | F_OFD_SETLK | F_OFD_SETLKW);
    // Linux reserves the owner's field of the OFD commands.
    if is_ofd && lock.owner != 0
        || !(0..=LAST_WHENCE).contains(&lock.whence)
        || !matches!(lock.kind, F_RDLCK | F_WRLCK | F_UNLCK)
        || asks && lock.kind == F_UNLCK
    {
        return Err(Errno::EINVAL);
    }
    if asks {
        lock.kind = F_UNLCK;
        return util::write(place, lock).map(|()| 0);
    }
    let refused = match lock.kind {
        F_RDLCK => O_WRONLY,
        F_WRLCK => O_RDONLY,
        _ => return Ok(0),
    };
    if flags & O_ACCMODE == refused {
        Err(Errno::EBADF)
    } else {
        Ok(0)
    }
}
