//! Where the C library's paths lead, and which of its numbers are the host's folders.
//!
//! wasi-libc takes an absolute path for one in the current folder when the host gave it no other:
//! data would go to the wrong place. So the one function through which all its calls look up a path is
//! replaced here. It answers with a number that stands for a folder, which the functions that take a
//! folder's number and a path turn into the real one (`libc_at`).

use super::hints;
use super::libc_file::__real_fcntl;
use super::unistd::either;
use super::util;
use crate::errno::{Errno, Result};
use crate::folders::{Folders, Place};
use crate::host::cell::{Global, GlobalCell};
use crate::host::folders;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char, c_int, c_void};

unsafe extern "C" {
    fn __wps_folders_if_linked();
    fn getenv(name: *const c_char) -> *const c_char;
}

/// The first number after the standard streams: that of the host's first folder, in every wasi-libc.
const FIRST: c_int = 3;

/// What the lookup of a path answers in place of a descriptor, so that it is told from those of the
/// program, which may have its own file at the same number. First come the folders.
const FOLDER: c_int = c_int::MIN;
/// More folders than a command line can give.
const FOLDERS_END: c_int = FOLDER + 0x10_0000;
const ABOVE: c_int = FOLDERS_END;
const OUTSIDE: c_int = FOLDERS_END + 1;
/// Further on, errors: this and the number.
const FAILED: c_int = FOLDERS_END + 0x1000;
const FAILED_END: c_int = FAILED + 0x1000;

static FOLDERS: Global<Option<Folders>> = Global::new(None);
/// One past the last number of the C library that is a folder; 0 before that has been looked for.
static END: GlobalCell<c_int> = GlobalCell::new(0);

/// What a folder's number stands for.
pub enum Folder {
    /// A folder at this number of the C library.
    Real(c_int),
    /// One that cannot be looked into: it is only known that given ones lie below.
    Above,
}

/// One past the last folder's number. The first call is before the program opens anything, so that
/// whatever is open from [`FIRST`] on is one.
fn end() -> c_int {
    let mut end = END.get();
    if end == 0 {
        const F_GETFL: c_int = 3;
        end = FIRST;
        // SAFETY: takes nothing; a query without an argument.
        unsafe {
            __wps_folders_if_linked();
            while __real_fcntl(end, F_GETFL, core::ptr::null()) != -1 {
                end += 1;
            }
        }
        END.set(end);
    }
    end
}

/// Whether the C library has one of the host's folders at this number. To the program it looks free,
/// as on Linux: daemons close all numbers at their start, and must not lose their files by it.
pub fn is_folder(fd: c_int) -> bool {
    fd >= FIRST && fd < end()
}

/// Runs `f` with the folders, which are asked for at first use.
fn with<R>(f: impl FnOnce(&mut Folders) -> R) -> R {
    let is_new = FOLDERS.with(|slot| slot.is_none());
    if is_new {
        end();
        let made = Folders::new(&folders::names(), started_in().map(CStr::to_bytes));
        FOLDERS.with(|slot| *slot = Some(made));
    }
    FOLDERS.with(|slot| f(slot.get_or_insert_with(|| Folders::new(&[], None))))
}

/// PWD, which `wps-run` sets to where it was started.
fn started_in() -> Option<&'static CStr> {
    // SAFETY: getenv gives null or a string, which is read before anything can change it.
    unsafe {
        let path = getenv(c"PWD".as_ptr());
        (!path.is_null()).then(|| CStr::from_ptr(path))
    }
}

/// The absolute path of the current folder.
pub fn current() -> Vec<u8> {
    with(|folders| folders.current().to_vec())
}

/// Makes another folder current.
pub fn set_current(path: &[u8]) {
    with(|folders| folders.set_current(path));
}

fn look_up(path: *const c_char) -> (c_int, Vec<u8>) {
    let place = util::c_str(path).and_then(|path| with(|folders| folders.resolve(path)));
    match place {
        Ok(Place::Inside { folder, rest }) => (FOLDER + folder as c_int, rest),
        Ok(Place::Above) => (ABOVE, path_of(path)),
        Ok(Place::Outside(path)) => (OUTSIDE, path),
        Err(errno) => (FAILED + errno.0, Vec::new()),
    }
}

fn path_of(path: *const c_char) -> Vec<u8> {
    util::c_str(path).map(<[u8]>::to_vec).unwrap_or_default()
}

/// How the C library finds the folder for a path, and what is left of the path in it, for which
/// `*buffer` has room, or is given room with realloc(3) where `can_grow` is set; `ERANGE`, `ENOMEM`.
/// Source: wasi-libc's `<wasi/libc-find-relpath.h>`.
///
/// # Safety
/// `buffer` and `room` are those of the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __wrap___wasilibc_find_relpath_alloc(
    path: *const c_char,
    prefix: *mut *const c_char,
    buffer: *mut *mut c_char,
    room: *mut usize,
    can_grow: c_int,
) -> c_int {
    let (folder, mut rest) = look_up(path);
    rest.push(0);
    // SAFETY: the pointers are valid by the contract, and the buffer has at least the room noted.
    unsafe {
        if *room < rest.len() {
            if can_grow == 0 {
                util::set_errno(Errno::ERANGE);
                return -1;
            }
            let grown = libc::realloc((*buffer).cast::<c_void>(), rest.len());
            if grown.is_null() {
                util::set_errno(Errno::ENOMEM);
                return -1;
            }
            *buffer = grown.cast();
            *room = rest.len();
        }
        core::ptr::copy_nonoverlapping(rest.as_ptr(), (*buffer).cast(), rest.len());
        *prefix = c"".as_ptr();
    }
    folder
}

/// The number of the C library for a folder and what is named in it: one that the lookup of a path
/// gave, or one of the program's. `EBADF`, `ENOTDIR`, `EFAULT`, and what is wrong with the path.
pub fn folder(dir: c_int, path: *const c_char) -> Result<Folder> {
    match dir {
        FOLDER..FOLDERS_END => Ok(Folder::Real(FIRST + (dir - FOLDER))),
        ABOVE => Ok(Folder::Above),
        OUTSIDE => {
            hints::refused(util::c_str(path)?);
            Err(Errno::ENOENT)
        }
        FAILED..FAILED_END => Err(Errno(dir - FAILED)),
        _ => {
            // No name at all goes before what the number is.
            if util::c_str(path)?.is_empty() {
                return Err(Errno::ENOENT);
            }
            either(dir, |_| Err(Errno::ENOTDIR), |fd| Ok(Folder::Real(fd)))
        }
    }
}
