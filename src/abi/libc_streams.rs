//! Reading, writing and seeking in files of the C library, whose streams have habits of their own.
//!
//! The standard streams have none of them. What opened files need stands behind a pointer, so that a
//! program that opens none is linked without.

use super::fcntl_numbers::{F_SETFL, O_APPEND, O_RDONLY, O_WRONLY, theirs};
use super::libc_file::{__real_fcntl, access, keep, kept};
use super::sys_stat;
use super::unistd::forwarded;
use crate::errno::{Errno, Result};
use crate::host::cell::Late;
use core::ffi::{c_int, c_void};

unsafe extern "C" {
    fn __real_read(fd: c_int, data: *mut c_void, size: usize) -> isize;
    pub(super) fn __real_write(fd: c_int, data: *const c_void, size: usize) -> isize;
    fn __real_lseek(fd: c_int, offset: i64, whence: c_int) -> i64;
}

const SEEK_SET: c_int = 0;
const SEEK_CUR: c_int = 1;
const SEEK_END: c_int = 2;

/// What is kept of a file, beside Linux's flags: that it can be read and written at places,
const READABLE: c_int = 0x1000_0000;
const WRITABLE: c_int = 0x2000_0000;
/// and what was done last.
const READ: c_int = 0x400_0000;
const WROTE: c_int = 0x800_0000;

/// What can be done at the place where a file stands. The memory has been checked.
#[derive(Clone, Copy)]
enum Call {
    Read(*mut c_void, usize),
    Write(*const c_void, usize),
    Seek(i64, c_int),
    /// Switches O_APPEND.
    Append(bool),
}

static OPENED: Late<fn(c_int, Call) -> Result<i64>> = Late::new();

/// To be called when a file is opened.
pub fn bind() {
    OPENED.bind(opened);
}

/// Calls `plain` in a program that opens no files, and has the standard streams alone.
fn at_the_place(fd: c_int, call: Call, plain: impl FnOnce() -> Result<i64>) -> Result<i64> {
    match OPENED.get() {
        Some(opened) => opened(fd, call),
        None => plain(),
    }
}

/// read(2) of a file of the C library.
pub fn read(fd: c_int, data: *mut c_void, size: usize) -> Result<usize> {
    at_the_place(fd, Call::Read(data, size), || plain_read(fd, data, size))
        .map(|done| done as usize)
}

/// write(2)
pub fn write(fd: c_int, data: *const c_void, size: usize) -> Result<usize> {
    at_the_place(fd, Call::Write(data, size), || plain_write(fd, data, size))
        .map(|done| done as usize)
}

/// lseek(2): `EBADF`, `EINVAL`, `ESPIPE`. Hosts have no position in a standard stream.
pub fn seek(fd: c_int, offset: i64, whence: c_int) -> Result<i64> {
    at_the_place(fd, Call::Seek(offset, whence), || {
        access(fd).and(Err(Errno::ESPIPE))
    })
}

/// Whether the file has a position: a regular file, not a terminal or a pipe.
pub fn is_seekable(fd: c_int) -> bool {
    seek(fd, 0, SEEK_CUR).is_ok()
}

/// Switches O_APPEND.
pub fn set_append(fd: c_int, on: bool) {
    let _ = at_the_place(fd, Call::Append(on), || Ok(0));
}

fn plain_read(fd: c_int, data: *mut c_void, size: usize) -> Result<i64> {
    // SAFETY: plain forwarding.
    forwarded(unsafe { __real_read(fd, data, size) } as i64)
}

fn plain_write(fd: c_int, data: *const c_void, size: usize) -> Result<i64> {
    // SAFETY: plain forwarding.
    forwarded(unsafe { __real_write(fd, data, size) } as i64)
}

fn plain_seek(fd: c_int, offset: i64, whence: c_int) -> Result<i64> {
    // SAFETY: plain forwarding.
    match forwarded(unsafe { __real_lseek(fd, offset, whence) }) {
        // What the preview 1 adapter says of a number that is free.
        Err(Errno::ESPIPE) => access(fd).and(Err(Errno::ESPIPE)),
        outcome => outcome,
    }
}

/// Of any file, in a program that opens some.
fn opened(fd: c_int, call: Call) -> Result<i64> {
    match call {
        Call::Read(data, size) => {
            turn(fd, READ);
            let part = |done| plain_read(fd, data.wrapping_byte_add(done), size - done);
            let mut outcome = whole(fd, size, part);
            // libc's stream that has come to the end of a file stays there, also when the file
            // grows: so it is looked once more.
            if outcome == Ok(0)
                && let Ok(place) = place(fd)
            {
                renew(fd, place);
                outcome = whole(fd, size, part);
            }
            directed(fd, O_WRONLY, outcome)
        }
        Call::Write(data, size) => {
            turn(fd, WROTE);
            let part = |done| plain_write(fd, data.wrapping_byte_add(done), size - done);
            directed(fd, O_RDONLY, whole(fd, size, part))
        }
        Call::Seek(offset, whence) => go(fd, offset, whence),
        Call::Append(on) => {
            let place = place(fd)?;
            tell_append(fd, on);
            renew(fd, place);
            Ok(0)
        }
    }
}

/// The outcome of a read (`wrong` is O_WRONLY) or a write (O_RDONLY) that may have gone in a direction
/// for which the file is not open. Each version of the C library says something else then.
fn directed(fd: c_int, wrong: c_int, outcome: Result<i64>) -> Result<i64> {
    match outcome {
        Ok(1..) => outcome,
        _ if access(fd)? == wrong => Err(Errno::EBADF),
        // A folder.
        Err(Errno::EBADF) if wrong == O_WRONLY => Err(Errno::EISDIR),
        _ => outcome,
    }
}

/// Moves `size` bytes by `call`, which is told how many are done. Hosts move at most 64 KiB at a time;
/// Linux moves all that a file has or takes, and programs rely on it.
pub fn whole(fd: c_int, size: usize, call: impl Fn(usize) -> Result<i64>) -> Result<i64> {
    let mut done = call(0)?;
    if done == 0 || done >= size as i64 || place(fd).is_err() {
        return Ok(done);
    }
    while done < size as i64
        && let Ok(more @ 1..) = call(done as usize)
    {
        done += more;
    }
    Ok(done)
}

fn go(fd: c_int, offset: i64, whence: c_int) -> Result<i64> {
    /// The last place of a file on ext4.
    const LAST: i64 = 0xfff_ffff_f000;
    let before = place(fd)?;
    if offset > LAST {
        return Err(Errno::EINVAL);
    }
    let place = if whence == SEEK_CUR {
        move_by(fd, offset)
    } else {
        plain_seek(fd, offset, whence)
    };
    let renewed = match place {
        // wasi-libc of April 2026 may have moved to the end,
        Err(_) => before,
        // where streams go on from where they were when the file has been cut.
        Ok(place) if whence == SEEK_END || at_end(fd) => place,
        _ => return place,
    };
    keep(fd, WROTE, 0);
    renew(fd, renewed);
    place
}

/// Moves from where the file stands. The C library takes a file with O_APPEND to its end each time; Linux
/// does so in a write alone.
fn move_by(fd: c_int, offset: i64) -> Result<i64> {
    let stays = kept(fd) & O_APPEND != 0 && !at_end(fd);
    if stays {
        tell_append(fd, false);
    }
    let place = plain_seek(fd, offset, SEEK_CUR);
    if stays {
        tell_append(fd, true);
    }
    place
}

/// Where the file stands; `ESPIPE` for what has no position.
fn place(fd: c_int) -> Result<i64> {
    move_by(fd, 0)
}

/// Switches O_APPEND in the C library.
fn tell_append(fd: c_int, on: bool) {
    let flags = if on { theirs::APPEND } else { 0 };
    // SAFETY: the flags are what follows the command.
    unsafe { __real_fcntl(fd, F_SETFL, &raw const flags) };
}

/// Whether the file stands at its end, because O_APPEND took it there: the C library does not know
/// where that was.
fn at_end(fd: c_int) -> bool {
    kept(fd) & (O_APPEND | WROTE) == O_APPEND | WROTE
}

/// A file is read and written by streams of their own, each of which goes on where it was. So when it
/// is read after it was written, or the other way round, it gets another one.
fn turn(fd: c_int, way: c_int) {
    let before = kept(fd) & (READ | WROTE);
    if before != way {
        if before != 0
            && let Ok(place) = place(fd)
        {
            renew(fd, place);
        }
        keep(fd, READ | WROTE, way);
    }
}

/// Has libc make another stream of a file that stands at `place`, which it does when that changes.
fn renew(fd: c_int, place: i64) {
    for place in [place ^ 1, place] {
        let _ = plain_seek(fd, place, SEEK_SET);
    }
}

/// To be called before the file gets another end.
pub fn settle(fd: c_int) {
    if at_end(fd) {
        let _ = go(fd, 0, SEEK_CUR);
    }
}

/// Whether a file can be read (`wrong` is O_WRONLY) or written (O_RDONLY) at places: `EBADF`, `ESPIPE`,
/// `EISDIR`. The C library of April 2026 reads and writes anywhere in memory when its pread(2) fails.
pub fn has_places(fd: c_int, wrong: c_int) -> Result<()> {
    let bit = if wrong == O_WRONLY {
        READABLE
    } else {
        WRITABLE
    };
    if kept(fd) & bit != 0 {
        return Ok(());
    }
    let (access, folder) = (access(fd)?, sys_stat::is_folder(fd)?);
    if !folder {
        place(fd)?;
    }
    if access == wrong {
        return Err(Errno::EBADF);
    }
    if folder {
        return Err(Errno::EISDIR);
    }
    keep(fd, bit, bit);
    Ok(())
}

/// How many bytes are left from the position of a regular file to its end; behind it less than none.
pub fn left(fd: c_int) -> Result<i64> {
    let place = place(fd)?;
    let end = plain_seek(fd, 0, SEEK_END)?;
    plain_seek(fd, place, SEEK_SET)?;
    Ok(end - place)
}

/// pwrite(2) of a file with O_APPEND: on Linux, too, that goes to the end; the file stays where it is.
pub fn append(fd: c_int, data: *const c_void, size: usize) -> Result<i64> {
    let before = place(fd)?;
    turn(fd, WROTE);
    let written = plain_write(fd, data, size);
    go(fd, before, SEEK_SET)?;
    written
}
