//! Files of the C library, for the calls that both sides share, and second numbers for them.
//!
//! wasi-libc has no dup(2) on some versions, and cannot put a file at a number of ours. So a
//! duplicate of one of its files is a description here that forwards to the original number.

use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, File, Notify, Ready, Receive, Transmit};
use crate::host::cell::{Global, Late};
use crate::wait::{engine, pending, stdin};
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::any::Any;
use core::ffi::{c_int, c_void};

use super::fcntl_numbers::{F_GETFL, F_SETFL, O_APPEND, O_ASYNC, O_NONBLOCK, theirs};
use super::libc_paths::is_folder;
use super::util::last_errno;

unsafe extern "C" {
    pub(super) fn __real_close(fd: c_int) -> c_int;
    pub(super) fn __real_read(fd: c_int, data: *mut c_void, size: usize) -> isize;
    pub(super) fn __real_write(fd: c_int, data: *const c_void, size: usize) -> isize;
    /// Variadic in C: the arguments lie where the last parameter points.
    pub(super) fn __real_fcntl(fd: c_int, command: c_int, arguments: *const c_int) -> c_int;
    pub(super) fn __real_lseek(fd: c_int, offset: i64, whence: c_int) -> i64;
    pub(super) fn __real_isatty(fd: c_int) -> c_int;
}

const SEEK_SET: c_int = 0;
const SEEK_CUR: c_int = 1;
const SEEK_END: c_int = 2;
pub(super) const FD_CLOEXEC: c_int = 1;

/// Originals that have duplicates, and how many; and whether the original number itself has
/// been closed by the program (then it is only kept open for the duplicates).
static ALIASED: Global<Vec<Original>> = Global::new(Vec::new());

/// What the C library does not keep of its open files, or does not know: FD_CLOEXEC, and Linux's
/// flags of F_SETFL.
static KEPT: Global<Vec<(c_int, c_int)>> = Global::new(Vec::new());

/// What is kept of an open file of the C library.
pub fn kept(fd: c_int) -> c_int {
    KEPT.with(|list| {
        let found = list.iter().find(|&&(other, _)| other == fd);
        found.map_or(0, |&(_, bits)| bits)
    })
}

/// Replaces those of the bits that `mask` has.
pub fn keep(fd: c_int, mask: c_int, bits: c_int) {
    let bits = bits & mask;
    KEPT.with(
        |list| match list.iter_mut().find(|(other, _)| *other == fd) {
            Some((_, kept)) => *kept = *kept & !mask | bits,
            None if bits != 0 => list.push((fd, bits)),
            None => {}
        },
    );
}

struct Original {
    fd: c_int,
    aliases: u32,
    hidden: bool,
}

/// Whether the number is an open file of the C library.
pub fn is_open(fd: c_int) -> bool {
    if fd < 0 || is_hidden(fd) {
        return false;
    }
    // Some versions answer F_GETFD for any number, so the status flags are asked for.
    flags_of(fd) != -1
}

/// F_GETFL in the C library's numbers; -1 for what is not open.
fn flags_of(fd: c_int) -> c_int {
    // SAFETY: a query without arguments; it leaves errno changed, which callers set anyway.
    unsafe { __real_fcntl(fd, F_GETFL, core::ptr::null()) }
}

/// Whether the file was opened for a direction, which `allowed` is the C library's bit for. What is not open
/// may have any.
pub fn allows(fd: c_int, allowed: c_int) -> bool {
    let flags = flags_of(fd);
    flags == -1 || flags & allowed != 0
}

/// Why a read or write of a file failed: wasi-libc has EIO and EPIPE for one that was opened for the other
/// alone, where Linux has EBADF. `allowed` as in [`allows`].
#[inline(never)]
pub fn direction(fd: c_int, allowed: c_int, errno: Errno) -> Errno {
    match errno {
        Errno::EIO | Errno::EPIPE if !allows(fd, allowed) => Errno::EBADF,
        other => other,
    }
}

/// What became of the caller's pointers, in a call on a file of the C library: that the file is not
/// open goes before what is wrong with them.
pub fn checked<T>(fd: c_int, outcome: Result<T>) -> Result<T> {
    outcome.map_err(|errno| if is_open(fd) { errno } else { Errno::EBADF })
}

/// Whether the file has a position: a regular file, not a terminal or a pipe.
pub fn is_seekable(fd: c_int) -> bool {
    // SAFETY: moves nothing.
    unsafe { __real_lseek(fd, 0, SEEK_CUR) != -1 }
}

/// Whether standard input has something to read; bound where O_NONBLOCK is set on it.
static INPUT_READY: Late<fn() -> bool> = Late::new();

/// F_SETFL: what the C library has for it is O_APPEND of regular files. All else is kept here: what
/// O_NONBLOCK means of standard input, too, which that cannot read without waiting.
pub fn set_status(fd: c_int, flags: c_int) -> Result<()> {
    let now = flags_of(fd);
    if now == -1 {
        return Err(last_errno());
    }
    INPUT_READY.bind(stdin::ready);
    // SAFETY: moves nothing.
    let place = unsafe { __real_lseek(fd, 0, SEEK_CUR) };
    let appends = c_int::from(flags & O_APPEND != 0);
    if place != -1 && now & theirs::APPEND != appends {
        // SAFETY: the flags are what follows the command.
        unsafe { __real_fcntl(fd, F_SETFL, &raw const appends) };
        renew(fd, place);
    }
    keep(fd, O_NONBLOCK | O_ASYNC | O_APPEND, flags);
    Ok(())
}

/// FIONBIO and FIOASYNC: switches O_NONBLOCK or O_ASYNC, which are only kept here.
pub fn set_flag(fd: c_int, flag: c_int, on: bool) {
    INPUT_READY.bind(stdin::ready);
    keep(fd, flag, if on { flag } else { 0 });
}

/// How many bytes are left from the position of a regular file to its end.
pub fn left(fd: c_int) -> Result<u64> {
    // SAFETY: moves there and back.
    let (place, end) = unsafe {
        let place = __real_lseek(fd, 0, SEEK_CUR);
        let end = __real_lseek(fd, 0, SEEK_END);
        __real_lseek(fd, place, SEEK_SET);
        (place, end)
    };
    if place < 0 || end < 0 {
        return Err(last_errno());
    }
    Ok(end.saturating_sub(place).max(0) as u64)
}

/// To be called before a read of the C library's, which may sleep in the host. Meanwhile nobody
/// would hand over what a cork or a slow peer holds back, so this does the sleeping then.
/// `EAGAIN` for standard input with O_NONBLOCK, if it has nothing.
pub fn before_read(fd: c_int) -> Result<()> {
    engine::flush_point();
    if fd != 0 {
        return Ok(());
    }
    if kept(fd) & O_NONBLOCK != 0 {
        return match INPUT_READY.get() {
            Some(ready) if !is_seekable(fd) && !ready() => Err(Errno::EAGAIN),
            _ => Ok(()),
        };
    }
    if pending::any() {
        engine::wait_for_input()?;
    }
    Ok(())
}

/// Reads or writes (as `allowed` says) `size` bytes of `fd` by `call`, which is told how many are done. Hosts move at
/// most 64 KiB at a time; Linux moves all that a file has or takes, and programs rely on it.
pub fn whole(
    fd: c_int,
    size: usize,
    allowed: c_int,
    call: impl Fn(usize) -> isize,
) -> Result<usize> {
    let failed = |_| direction(fd, allowed, last_errno());
    let mut done = usize::try_from(call(0)).map_err(failed)?;
    if done == 0 || done >= size || !is_seekable(fd) {
        return Ok(done);
    }
    while done < size
        && let Ok(more @ 1..) = usize::try_from(call(done))
    {
        done += more;
    }
    Ok(done)
}

/// A read from the place where a file stands. libc's stream that has come to the end of a file stays
/// there, also when the file grows. So a read that finds nothing looks once more.
pub fn read_from(fd: c_int, read: impl Fn() -> Result<usize>) -> Result<usize> {
    let count = read()?;
    if count > 0 {
        return Ok(count);
    }
    // SAFETY: moves nothing.
    let place = unsafe { __real_lseek(fd, 0, SEEK_CUR) };
    if place == -1 {
        return Ok(0);
    }
    renew(fd, place);
    read()
}

/// Has libc make another stream of a file that stands at `place`, which it does when that changes.
fn renew(fd: c_int, place: i64) {
    // SAFETY: moves away and back.
    unsafe {
        __real_lseek(fd, place ^ 1, SEEK_SET);
        __real_lseek(fd, place, SEEK_SET);
    }
}

/// Whether the number looks free to the program: it closed it while duplicates of it live, or the
/// host's folders are there.
#[inline(never)]
pub fn is_hidden(fd: c_int) -> bool {
    is_folder(fd)
        || ALIASED.with(|list| {
            list.iter()
                .any(|original| original.fd == fd && original.hidden)
        })
}

/// close(2) of a file of the C library: put off while duplicates need it.
pub fn close(fd: c_int) -> Result<()> {
    if is_hidden(fd) {
        return Err(Errno::EBADF);
    }
    let needed = ALIASED.with(|list| {
        let original = list.iter_mut().find(|original| original.fd == fd);
        original.map(|original| original.hidden = true).is_some()
    });
    // FD_CLOEXEC is the number's, all else the file's.
    keep(fd, if needed { FD_CLOEXEC } else { -1 }, 0);
    // SAFETY: plain forwarding.
    if needed || unsafe { __real_close(fd) } == 0 {
        Ok(())
    } else {
        Err(last_errno())
    }
}

/// A second number's description for the file `fd` of the C library.
pub struct LibcFile {
    fd: c_int,
    notify: Notify,
}

/// A description that forwards to `fd`.
pub fn alias(fd: c_int) -> Result<Rc<Description>> {
    if !is_open(fd) {
        return Err(Errno::EBADF);
    }
    ALIASED.with(
        |list| match list.iter_mut().find(|original| original.fd == fd) {
            Some(original) => original.aliases += 1,
            None => list.push(Original {
                fd,
                aliases: 1,
                hidden: false,
            }),
        },
    );
    Ok(Description::new(
        LibcFile {
            fd,
            notify: Notify::default(),
        },
        false,
    ))
}

/// The number of the C library behind a description, if it is a duplicate of one.
pub fn original(file: &Description) -> Option<c_int> {
    file.file
        .as_any()
        .downcast_ref::<LibcFile>()
        .map(|file| file.fd)
}

impl Drop for LibcFile {
    fn drop(&mut self) {
        let close = ALIASED.with(|list| {
            let index = list.iter().position(|original| original.fd == self.fd)?;
            let original = list.get_mut(index)?;
            original.aliases -= 1;
            if original.aliases > 0 {
                return None;
            }
            Some(list.swap_remove(index).hidden)
        });
        if close == Some(true) {
            keep(self.fd, -1, 0);
            // SAFETY: the program closed it before; nobody else knows the number.
            unsafe { __real_close(self.fd) };
        }
    }
}

impl File for LibcFile {
    fn class(&self) -> Class {
        Class::Libc
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        let mut done = 0;
        for part in message.into.iter_mut() {
            // SAFETY: the part is valid for its length.
            let count = unsafe { __real_read(self.fd, part.as_mut_ptr().cast(), part.len()) };
            let Ok(count) = usize::try_from(count) else {
                return if done > 0 {
                    Ok(done)
                } else {
                    Err(last_errno())
                };
            };
            done += count;
            if count < part.len() {
                break;
            }
        }
        Ok(done)
    }

    fn send(&self, message: &mut Transmit) -> Result<usize> {
        let mut done = 0;
        for part in message.data {
            // SAFETY: the part is valid for its length.
            let count = unsafe { __real_write(self.fd, part.as_ptr().cast(), part.len()) };
            let Ok(count) = usize::try_from(count) else {
                return if done > 0 {
                    Ok(done)
                } else {
                    Err(last_errno())
                };
            };
            done += count;
            if count < part.len() {
                break;
            }
        }
        Ok(done)
    }

    fn ready(&self) -> Ready {
        Ready::IN | Ready::OUT
    }

    fn notify(&self) -> &Notify {
        &self.notify
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
