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
use core::ffi::c_int;

use super::fcntl_numbers::{
    F_GETFL, O_APPEND, O_ASYNC, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, theirs,
};
use super::libc_paths::is_folder;
use super::libc_streams::{is_seekable, read, set_append, write};
use super::util::last_errno;

unsafe extern "C" {
    pub(super) fn __real_close(fd: c_int) -> c_int;
    /// Variadic in C: the arguments lie where the last parameter points.
    pub(super) fn __real_fcntl(fd: c_int, command: c_int, arguments: *const c_int) -> c_int;
    pub(super) fn __real_isatty(fd: c_int) -> c_int;
}

pub(super) const FD_CLOEXEC: c_int = 1;

/// Originals that have duplicates, and how many; and whether the original number itself has
/// been closed by the program (then it is only kept open for the duplicates).
static ALIASED: Global<Vec<Original>> = Global::new(Vec::new());

/// What the C library does not keep of its open files, or does not know: FD_CLOEXEC, Linux's flags of
/// F_SETFL, and what became of its streams (`libc_streams`).
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

/// Whether the number is an open file of the C library, as the program sees it.
pub fn is_open(fd: c_int) -> bool {
    fd >= 0 && !is_hidden(fd) && status(fd) != -1
}

/// What the C library says to F_GETFL of one of its numbers: -1 if it is free. Some versions answer
/// F_GETFD for any.
fn status(fd: c_int) -> c_int {
    // SAFETY: a query without arguments; it leaves errno changed, which callers set anyway.
    unsafe { __real_fcntl(fd, F_GETFL, core::ptr::null()) }
}

/// How a number of the C library is open: O_RDONLY, O_WRONLY or O_RDWR. `EBADF`.
pub fn access(fd: c_int) -> Result<c_int> {
    match status(fd) {
        -1 => Err(Errno::EBADF),
        flags => Ok(match flags & (theirs::RDONLY | theirs::WRONLY) {
            theirs::RDONLY | 0 => O_RDONLY,
            theirs::WRONLY => O_WRONLY,
            _ => O_RDWR,
        }),
    }
}

/// What became of the caller's pointers, in a call on a file of the C library: that the file is not
/// open, or only for the other direction, goes before what is wrong with them.
pub fn checked<T>(fd: c_int, wrong: c_int, outcome: Result<T>) -> Result<T> {
    match outcome {
        Err(_) if access(fd)? == wrong => Err(Errno::EBADF),
        outcome => outcome,
    }
}

/// Whether standard input has something to read; bound where O_NONBLOCK is set on it.
static INPUT_READY: Late<fn() -> bool> = Late::new();

/// F_SETFL: what the C library has for it is O_APPEND of regular files. All else is kept here: what
/// O_NONBLOCK means of standard input, too, which that cannot read without waiting.
pub fn set_status(fd: c_int, flags: c_int) -> Result<()> {
    access(fd)?;
    INPUT_READY.bind(stdin::ready);
    if (kept(fd) ^ flags) & O_APPEND != 0 {
        set_append(fd, flags & O_APPEND != 0);
    }
    keep(fd, O_NONBLOCK | O_ASYNC | O_APPEND, flags);
    Ok(())
}

/// FIONBIO and FIOASYNC: switches O_NONBLOCK or O_ASYNC, which are only kept here.
pub fn set_flag(fd: c_int, flag: c_int, on: bool) {
    INPUT_READY.bind(stdin::ready);
    keep(fd, flag, if on { flag } else { 0 });
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

/// Reads into the parts, as far as the file goes; from a terminal or a pipe into the first.
pub fn read_parts(fd: c_int, parts: &mut [&mut [u8]]) -> Result<usize> {
    let whole = is_seekable(fd);
    let parts = parts.iter_mut().filter(|part| !part.is_empty());
    let parts = parts.take(if whole { usize::MAX } else { 1 });
    in_turn(parts.map(|part| (part.len(), read(fd, part.as_mut_ptr().cast(), part.len()))))
}

/// Writes the parts, as far as the file takes them.
pub fn write_parts(fd: c_int, parts: &[&[u8]]) -> Result<usize> {
    in_turn(
        parts
            .iter()
            .map(|part| (part.len(), write(fd, part.as_ptr().cast(), part.len()))),
    )
}

/// What calls for one part after the other, each with its length, come to. The last is one that is cut
/// short.
fn in_turn(calls: impl Iterator<Item = (usize, Result<usize>)>) -> Result<usize> {
    let mut done = 0;
    for (size, outcome) in calls {
        match outcome {
            Ok(moved) => {
                done += moved;
                if moved < size {
                    break;
                }
            }
            Err(errno) if done == 0 => return Err(errno),
            Err(_) => break,
        }
    }
    Ok(done)
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

    fn access(&self) -> Option<c_int> {
        access(self.fd).ok()
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        read_parts(self.fd, message.into)
    }

    fn send(&self, message: &mut Transmit) -> Result<usize> {
        write_parts(self.fd, message.data)
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
