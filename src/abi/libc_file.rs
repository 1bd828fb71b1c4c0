//! Files of the C library, for the calls that both sides share, and second numbers for them.
//!
//! wasi-libc has no dup(2) on some versions, and cannot put a file at a number of ours. So a
//! duplicate of one of its files is a description here that forwards to the original number.

use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, File, Notify, Ready, Receive, Transmit};
use crate::wait::{engine, pending};
use crate::wasi::cell::Global;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::any::Any;
use core::ffi::{c_int, c_void};

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

const F_GETFL: c_int = 3;

/// Originals that have duplicates, and how many; and whether the original number itself has
/// been closed by the program (then it is only kept open for the duplicates).
static ALIASED: Global<Vec<Original>> = Global::new(Vec::new());

/// Regular files of the C library on which the program set O_NONBLOCK, which the library is not
/// told (see `fcntl`).
static NONBLOCKING: Global<Vec<c_int>> = Global::new(Vec::new());

/// Puts a number on one of the lists, or takes it off.
fn mark(list: &Global<Vec<c_int>>, fd: c_int, flag: bool) {
    list.with(|list| {
        list.retain(|&other| other != fd);
        if flag {
            list.push(fd);
        }
    });
}

/// Keeps O_NONBLOCK of a regular file.
pub fn set_nonblocking(fd: c_int, flag: bool) {
    mark(&NONBLOCKING, fd, flag);
}

/// Whether O_NONBLOCK was set on a regular file.
pub fn is_nonblocking(fd: c_int) -> bool {
    NONBLOCKING.with(|list| list.contains(&fd))
}

/// Numbers of the C library with FD_CLOEXEC set.
static CLOSE_ON_EXEC: Global<Vec<c_int>> = Global::new(Vec::new());

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
    // SAFETY: a query without arguments; it leaves errno changed, which callers set anyway.
    unsafe { __real_fcntl(fd, F_GETFL, core::ptr::null()) != -1 }
}

/// Whether the file has a position: a regular file, not a terminal or a pipe.
pub fn is_seekable(fd: c_int) -> bool {
    const SEEK_CUR: c_int = 1;
    // SAFETY: moves nothing.
    unsafe { __real_lseek(fd, 0, SEEK_CUR) != -1 }
}

/// To be called before a read of the C library's, which may sleep in the host. Meanwhile nobody
/// would hand over what a cork or a slow peer holds back, so this does the sleeping then.
pub fn before_read(fd: c_int) -> Result<()> {
    const O_NONBLOCK: c_int = 4;
    engine::flush_point();
    // SAFETY: a query without an argument.
    let waits = fd == 0
        && pending::any()
        && unsafe { __real_fcntl(fd, F_GETFL, core::ptr::null()) } & O_NONBLOCK == 0;
    if waits {
        engine::wait_for_input()?;
    }
    Ok(())
}

/// Reads or writes `size` bytes of `fd` by `call`, which is told how many are done. Hosts move at
/// most 64 KiB at a time; Linux moves all that a file has or takes, and programs rely on it.
pub fn whole(fd: c_int, size: usize, call: impl Fn(usize) -> isize) -> Result<usize> {
    let mut done = usize::try_from(call(0)).map_err(|_| last_errno())?;
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

/// F_GETFD: wasi-libc keeps no flag, so those that the program set are remembered here.
pub fn close_on_exec(fd: c_int) -> Result<bool> {
    if !is_open(fd) {
        return Err(Errno::EBADF);
    }
    Ok(CLOSE_ON_EXEC.with(|list| list.contains(&fd)))
}

/// F_SETFD
pub fn set_close_on_exec(fd: c_int, flag: bool) -> Result<()> {
    if !is_open(fd) {
        return Err(Errno::EBADF);
    }
    mark(&CLOSE_ON_EXEC, fd, flag);
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
    mark(&CLOSE_ON_EXEC, fd, false);
    mark(&NONBLOCKING, fd, false);
    let kept = ALIASED.with(|list| {
        let original = list.iter_mut().find(|original| original.fd == fd);
        original.map(|original| original.hidden = true).is_some()
    });
    // SAFETY: plain forwarding.
    if kept || unsafe { __real_close(fd) } == 0 {
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
