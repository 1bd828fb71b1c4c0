//! `<unistd.h>`: unlink(2), which also frees the path of a socket.

use super::unistd::forwarded;
use super::util::{self, OrMinusOne};
use crate::socket::local::unlink::unlink;
use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn __real_unlink(path: *const c_char) -> c_int;
}

/// unlink(2). A path that a socket of the program is bound to is freed for another bind(2);
/// everything else is the C library's.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_unlink(path: *const c_char) -> c_int {
    if util::c_str(path).is_ok_and(unlink) {
        return 0;
    }
    // SAFETY: plain forwarding.
    forwarded(unsafe { __real_unlink(path) }).map(|_| ()).or_minus_one_errno()
}
