//! `<unistd.h>` and `<stdio.h>`: unlink(2), unlinkat(2) and remove(3), which also free the path of
//! a socket.

use super::unistd::forwarded;
use super::util::{self, OrMinusOne};
use crate::errno::Result;
use crate::socket::local::unlink::unlink;
use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn __real_unlink(path: *const c_char) -> c_int;
    fn __real_unlinkat(dir: c_int, path: *const c_char, flags: c_int) -> c_int;
    fn __real_remove(path: *const c_char) -> c_int;
}

/// AT_FDCWD of wasi-libc
const AT_FDCWD: c_int = -2;

/// Frees the path of a socket of the program; any other is the C library's to delete.
fn delete(path: *const c_char, file: impl FnOnce() -> c_int) -> c_int {
    let outcome: Result<c_int> = match util::c_str(path) {
        Ok(path) if unlink(path) => Ok(0),
        Ok(_) => forwarded(file()),
        Err(errno) => Err(errno),
    };
    outcome.or_minus_one_errno()
}

/// unlink(2). A path that a socket of the program is bound to is free for another bind(2).
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_unlink(path: *const c_char) -> c_int {
    // SAFETY: plain forwarding.
    delete(path, || unsafe { __real_unlink(path) })
}

/// unlinkat(2): unlink(2), from a folder. Paths of sockets start at the current one.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_unlinkat(dir: c_int, path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: plain forwarding.
    let file = || unsafe { __real_unlinkat(dir, path, flags) };
    if dir == AT_FDCWD && flags == 0 {
        return delete(path, file);
    }
    util::c_str(path)
        .and_then(|_| forwarded(file()))
        .or_minus_one_errno()
}

/// remove(3): unlink(2) for everything but folders.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_remove(path: *const c_char) -> c_int {
    // SAFETY: plain forwarding.
    delete(path, || unsafe { __real_remove(path) })
}
