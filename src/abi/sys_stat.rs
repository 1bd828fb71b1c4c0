//! `<sys/stat.h>`: fstat(2), chmod(2) and their kind.

use super::libc_paths::{Folder, folder};
use super::unistd::{__wrap_isatty, either, forwarded};
use super::util::{self, OrMinusOne};
use crate::errno::{Errno, Result};
use crate::fd::Class;
use crate::socket::local::settings::{GROUP, USER};
use core::ffi::{c_char, c_int};
use core::mem::zeroed;

unsafe extern "C" {
    fn __real_fstat(fd: c_int, to: *mut libc::stat) -> c_int;
    fn __real___wasilibc_nocwd_fstatat(
        dir: c_int,
        path: *const c_char,
        to: *mut libc::stat,
        flags: c_int,
    ) -> c_int;
    /// fstatat(2); `ENOENT` in a program that includes none of the headers that bring files along.
    fn __wps_stat_if_linked(
        dir: c_int,
        path: *const c_char,
        to: *mut libc::stat,
        flags: c_int,
    ) -> c_int;
}

/// AT_FDCWD of wasi-libc
const AT_FDCWD: c_int = -2;

const S_IFSOCK: u32 = 0o140_000;
const S_IFCHR: u32 = 0o020_000;
const S_IFIFO: u32 = 0o010_000;
const S_IFDIR: u32 = 0o040_000;
const S_IFMT: u32 = 0o170_000;

/// fstat(2): a socket is `S_IFSOCK | 0777`, a pipe `S_IFIFO | 0600`, epoll and its like `0600`.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_fstat(fd: c_int, to: *mut libc::stat) -> c_int {
    either(
        fd,
        |file| {
            let mut stat = nothing();
            stat.st_mode = match file.file.class() {
                Class::Socket => S_IFSOCK | 0o777,
                Class::Pipe => S_IFIFO | 0o600,
                Class::Device => S_IFCHR | 0o666,
                _ => 0o600,
            };
            stat.st_nlink = 1;
            // Different files differ by their inode number.
            stat.st_ino = (alloc::rc::Rc::as_ptr(&file).cast::<u8>() as usize) as u64;
            stat.st_blksize = 4096;
            util::write(to, stat)
        },
        |fd| {
            let mut stat = nothing();
            // SAFETY: plain forwarding.
            forwarded(unsafe { __real_fstat(fd, &mut stat) })?;
            if stat.st_mode & S_IFMT == 0 {
                // A standard stream, of which some versions of libc tell nothing.
                let tty = __wrap_isatty(fd) == 1;
                stat.st_mode = if tty {
                    S_IFCHR | 0o620
                } else {
                    S_IFIFO | 0o600
                };
                stat.st_nlink = 1;
            }
            complete(&mut stat);
            util::write(to, stat)
        },
    )
    .or_minus_one_errno()
}

/// Whether a number of the C library is a folder.
pub(super) fn is_folder(fd: c_int) -> Result<bool> {
    let mut stat = nothing();
    // SAFETY: plain forwarding.
    forwarded(unsafe { __real_fstat(fd, &mut stat) })?;
    Ok(stat.st_mode & S_IFMT == S_IFDIR)
}

/// Plain data, for which all zeroes is a value.
fn nothing() -> libc::stat {
    // SAFETY: as said.
    unsafe { zeroed() }
}

/// stat(2), lstat(2) and fstatat(2) of the C library all come through here.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_nocwd_fstatat(
    dir: c_int,
    path: *const c_char,
    to: *mut libc::stat,
    flags: c_int,
) -> c_int {
    (|| {
        let mut stat = nothing();
        match folder(dir, path)? {
            Folder::Real(fd) => {
                stat = look(fd, path, flags)?;
                complete(&mut stat);
            }
            Folder::Above => {
                // It can be passed through, and no more.
                stat.st_mode = S_IFDIR | 0o111;
                stat.st_nlink = 2;
                stat.st_blksize = 4096;
            }
        }
        util::write(to, stat)
    })()
    .or_minus_one_errno()
}

/// What the C library says of a path, which has been read, in one of its folders.
pub(super) fn look(dir: c_int, path: *const c_char, flags: c_int) -> Result<libc::stat> {
    let mut stat = nothing();
    // SAFETY: plain forwarding.
    forwarded(unsafe { __real___wasilibc_nocwd_fstatat(dir, path, &mut stat, flags) })?;
    Ok(stat)
}

/// WASI 0.2 knows no permissions and no owners, and programs that look for them find none
/// (a server that wants S_IROTH serves nothing). What the host lets the program open is what
/// counts; so every file shows the usual bits, and the user the program runs as.
/// Nor does it tell in which blocks a file is kept; programs size their buffers by them.
fn complete(stat: &mut libc::stat) {
    if stat.st_mode & 0o7777 == 0 {
        stat.st_mode |= if stat.st_mode & S_IFMT == S_IFDIR {
            0o755
        } else {
            0o644
        };
        stat.st_uid = USER;
        stat.st_gid = GROUP;
    }
    if stat.st_blksize == 0 {
        stat.st_blksize = 4096;
    }
    if stat.st_blocks == 0 {
        stat.st_blocks = (stat.st_size.saturating_add(511) / 512) as _;
    }
}

/// WASI 0.2 cannot change permissions. What a file shows already is granted, as programs ask for
/// it that copy a file's mode; anything else is refused as by a file system without permissions
/// (vfat on Linux), so that nobody takes a file for protected.
fn granted(shown: u32, mode: u32) -> Result<()> {
    if (shown ^ mode) & 0o7777 == 0 {
        Ok(())
    } else {
        Err(Errno::EPERM)
    }
}

/// fchmod(2): 0 for the mode that fstat(2) shows, and for sockets and pipes; `EPERM`, `EBADF`.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_fchmod(fd: c_int, mode: u32) -> c_int {
    either(
        fd,
        |_| Ok(()),
        |fd| {
            let mut stat = nothing();
            // SAFETY: plain forwarding.
            forwarded(unsafe { __real_fstat(fd, &mut stat) })?;
            complete(&mut stat);
            granted(stat.st_mode, mode)
        },
    )
    .or_minus_one_errno()
}

/// fchmodat(2): 0 for the mode that stat(2) shows; `EPERM`, and the errors of looking for the file.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_fchmodat(
    dir: c_int,
    path: *const c_char,
    mode: u32,
    flags: c_int,
) -> c_int {
    let change = || {
        util::c_str(path)?;
        let mut stat = nothing();
        // SAFETY: plain forwarding of a path that has just been read.
        forwarded(unsafe { __wps_stat_if_linked(dir, path, &mut stat, flags) })?;
        granted(stat.st_mode, mode)
    };
    change().or_minus_one_errno()
}

/// chmod(2): as fchmodat(2).
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_chmod(path: *const c_char, mode: u32) -> c_int {
    __wrap_fchmodat(AT_FDCWD, path, mode, 0)
}
