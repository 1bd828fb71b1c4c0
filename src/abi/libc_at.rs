//! The C library's functions that take a folder's number and a path in it. All its functions that take
//! a path end in these; what the numbers are is told by `libc_paths`.

use super::hints;
use super::libc_paths::{Folder, folder};
use super::sys_stat;
use super::unistd::forwarded;
use super::util::{self, OrMinusOne};
use crate::errno::{Errno, Result};
use crate::folders::path::without_slashes;
use alloc::vec::Vec;
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
const AT_SYMLINK_NOFOLLOW: c_int = 1;
const AT_SYMLINK_FOLLOW: c_int = 2;

/// The real folder; what a folder that cannot be looked into says to the call is `above`.
fn real(dir: c_int, path: *const c_char, above: Errno) -> Result<c_int> {
    match folder(dir, path)? {
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
    (|| {
        let fd = real(dir, path, Errno::EBUSY)?;
        // Hosts know no folder by a name with a slash behind it.
        let mut name = Vec::from(without_slashes(util::c_str(path)?));
        // Some hosts remove what these name.
        let refusal = match name.rsplit(|byte| *byte == b'/').next() {
            Some(b".") => Some(Errno::EINVAL),
            Some(b"..") => Some(Errno::ENOTEMPTY),
            _ => None,
        };
        if let Some(errno) = refusal {
            // The last name is followed: in front of it there must be a folder.
            sys_stat::look(fd, path, AT_SYMLINK_FOLLOW)?;
            return Err(errno);
        }
        name.push(0);
        let name = name.as_ptr().cast();
        // SAFETY: plain forwarding of a name that ends in a null byte.
        forwarded(unsafe { __real___wasilibc_nocwd___wasilibc_rmdirat(fd, name) })
    })()
    .or_minus_one_errno()
}

/// What is wrong with the first name of a call on two goes before any other error of the call.
fn missing(dir: c_int, path: *const c_char) -> Result<()> {
    sys_stat::look(dir, path, AT_SYMLINK_NOFOLLOW).map(|_| ())
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
        let to = real(to, new, Errno::EBUSY);
        // SAFETY: plain forwarding of paths that have been read.
        let rename =
            |to| forwarded(unsafe { __real___wasilibc_nocwd_renameat(from, old, to, new) });
        to.and_then(rename).or_else(|errno| {
            missing(from, folder_of(old)?.as_ptr().cast())?;
            Err(errno)
        })
    })()
    .or_minus_one_errno()
}

/// The folder in which a path names something, with a null byte.
fn folder_of(path: *const c_char) -> Result<Vec<u8>> {
    let path = without_slashes(util::c_str(path)?);
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let head = path.get(..path.len() - name.len()).unwrap_or_default();
    let mut folder = Vec::from(without_slashes(head));
    if folder.is_empty() {
        folder.push(b'.');
    }
    folder.push(0);
    Ok(folder)
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
        let to = real(to, new, Errno::EEXIST);
        let link =
            // SAFETY: plain forwarding of paths that have been read.
            |to| forwarded(unsafe { __real___wasilibc_nocwd_linkat(from, old, to, new, flags) });
        to.and_then(link).or_else(|errno| {
            missing(from, old)?;
            Err(errno)
        })
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
