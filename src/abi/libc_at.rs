//! The C library's functions that take a folder's number and a path in it. All its functions that take
//! a path end in these; what the numbers are is told by `libc_paths`.

use super::hints;
use super::libc_paths::{Folder, folder};
use super::unistd::forwarded;
use super::util::{self, OrMinusOne};
use crate::errno::{Errno, Result};
use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn __real___wasilibc_nocwd_faccessat(
        dir: c_int,
        path: *const c_char,
        mode: c_int,
        flags: c_int,
    ) -> c_int;
    fn __real___wasilibc_nocwd_readlinkat(
        dir: c_int,
        path: *const c_char,
        to: *mut c_char,
        size: usize,
    ) -> isize;
    fn __real___wasilibc_nocwd_mkdirat_nomode(dir: c_int, path: *const c_char) -> c_int;
    fn __real___wasilibc_nocwd___wasilibc_unlinkat(dir: c_int, path: *const c_char) -> c_int;
    fn __real___wasilibc_nocwd___wasilibc_rmdirat(dir: c_int, path: *const c_char) -> c_int;
    fn __real___wasilibc_nocwd_renameat(
        from: c_int,
        old: *const c_char,
        to: c_int,
        new: *const c_char,
    ) -> c_int;
    fn __real___wasilibc_nocwd_linkat(
        from: c_int,
        old: *const c_char,
        to: c_int,
        new: *const c_char,
        flags: c_int,
    ) -> c_int;
    fn __real___wasilibc_nocwd_symlinkat(
        target: *const c_char,
        dir: c_int,
        path: *const c_char,
    ) -> c_int;
    fn __real___wasilibc_nocwd_utimensat(
        dir: c_int,
        path: *const c_char,
        times: *const libc::timespec,
        flags: c_int,
    ) -> c_int;
}

const R_OK: c_int = 4;
const W_OK: c_int = 2;

/// The real folder; what a folder that cannot be looked into says to the call is `above`.
fn real(dir: c_int, path: *const c_char, above: Errno) -> Result<c_int> {
    match folder(dir, path)? {
        // Before it is asked what the number is.
        Folder::Real(_) if util::c_str(path)?.is_empty() => Err(Errno::ENOENT),
        Folder::Real(fd) => Ok(fd),
        Folder::Above => Err(above),
    }
}

/// The real folder for an open with the C library's numbers. What it takes to see or make something
/// in a folder above was not given, as if it could be passed through only.
pub fn to_open(dir: c_int, path: *const c_char, excludes: bool, writes: bool) -> Result<c_int> {
    let refusal = if excludes {
        Errno::EEXIST
    } else if writes {
        Errno::EISDIR
    } else {
        Errno::EACCES
    };
    let outcome = real(dir, path, refusal);
    if outcome == Err(Errno::EACCES) {
        hints::refused_folder(util::c_str(path)?);
    }
    outcome
}

/// access(2): a folder above can be passed through, and no more.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_faccessat(
    dir: c_int,
    path: *const c_char,
    mode: c_int,
    flags: c_int,
) -> c_int {
    (|| match folder(dir, path)? {
        // SAFETY: plain forwarding of a path that has been read.
        Folder::Real(fd) => {
            forwarded(unsafe { __real___wasilibc_nocwd_faccessat(fd, path, mode, flags) })
        }
        Folder::Above if mode & (R_OK | W_OK) != 0 => Err(Errno::EACCES),
        Folder::Above => Ok(0),
    })()
    .or_minus_one_errno()
}

/// readlink(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_readlinkat(
    dir: c_int,
    path: *const c_char,
    to: *mut c_char,
    size: usize,
) -> isize {
    real(dir, path, Errno::EINVAL)
        .and_then(|fd| {
            if (size as isize) < 1 {
                return Err(Errno::EINVAL);
            }
            let room = util::room(to.cast(), size);
            // That it is no link goes before that there is no room for it.
            let mut byte = [0];
            let (to, size) = match &room {
                Ok(room) => (to, room.len()),
                Err(_) => (byte.as_mut_ptr(), 1),
            };
            // SAFETY: plain forwarding of a path that has been read and a buffer in memory.
            let length =
                forwarded(unsafe { __real___wasilibc_nocwd_readlinkat(fd, path, to, size) })?;
            room.map(|_| length)
        })
        .map(|length| length as usize)
        .or_minus_one_errno()
}

/// mkdir(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_mkdirat_nomode(dir: c_int, path: *const c_char) -> c_int {
    real(dir, path, Errno::EEXIST)
        .and_then(|fd| {
            // SAFETY: plain forwarding of a path that has been read.
            forwarded(unsafe { __real___wasilibc_nocwd_mkdirat_nomode(fd, path) })
        })
        .or_minus_one_errno()
}

/// unlink(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd___wasilibc_unlinkat(
    dir: c_int,
    path: *const c_char,
) -> c_int {
    real(dir, path, Errno::EISDIR)
        .and_then(|fd| {
            // SAFETY: plain forwarding of a path that has been read.
            forwarded(unsafe { __real___wasilibc_nocwd___wasilibc_unlinkat(fd, path) })
        })
        .or_minus_one_errno()
}

/// rmdir(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd___wasilibc_rmdirat(
    dir: c_int,
    path: *const c_char,
) -> c_int {
    real(dir, path, Errno::EBUSY)
        .and_then(|fd| {
            // SAFETY: plain forwarding of a path that has been read.
            forwarded(unsafe { __real___wasilibc_nocwd___wasilibc_rmdirat(fd, path) })
        })
        .or_minus_one_errno()
}

/// rename(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_renameat(
    from: c_int,
    old: *const c_char,
    to: c_int,
    new: *const c_char,
) -> c_int {
    (|| {
        let from = real(from, old, Errno::EBUSY)?;
        let to = real(to, new, Errno::EBUSY)?;
        // SAFETY: plain forwarding of paths that have been read.
        forwarded(unsafe { __real___wasilibc_nocwd_renameat(from, old, to, new) })
    })()
    .or_minus_one_errno()
}

/// link(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_linkat(
    from: c_int,
    old: *const c_char,
    to: c_int,
    new: *const c_char,
    flags: c_int,
) -> c_int {
    (|| {
        let from = real(from, old, Errno::EPERM)?;
        let to = real(to, new, Errno::EEXIST)?;
        // SAFETY: plain forwarding of paths that have been read.
        forwarded(unsafe { __real___wasilibc_nocwd_linkat(from, old, to, new, flags) })
    })()
    .or_minus_one_errno()
}

/// symlink(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_symlinkat(
    target: *const c_char,
    dir: c_int,
    path: *const c_char,
) -> c_int {
    (|| {
        util::c_str(target)?;
        let dir = real(dir, path, Errno::EEXIST)?;
        // SAFETY: plain forwarding of paths that have been read.
        forwarded(unsafe { __real___wasilibc_nocwd_symlinkat(target, dir, path) })
    })()
    .or_minus_one_errno()
}

/// utimensat(2)
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_utimensat(
    dir: c_int,
    path: *const c_char,
    times: *const libc::timespec,
    flags: c_int,
) -> c_int {
    (|| {
        let dir = real(dir, path, Errno::EPERM)?;
        if !times.is_null() {
            util::read(times.cast::<[libc::timespec; 2]>())?;
        }
        // SAFETY: plain forwarding of a path and times that have been read.
        forwarded(unsafe { __real___wasilibc_nocwd_utimensat(dir, path, times, flags) })
    })()
    .or_minus_one_errno()
}
