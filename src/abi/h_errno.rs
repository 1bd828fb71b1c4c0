//! `h_errno` of `<netdb.h>`, which `<resolv.h>` sets too.

use core::ffi::c_int;

unsafe extern "C" {
    /// In the C glue, because `h_errno` is thread-local data.
    safe fn __h_errno_location() -> *mut c_int;
}

/// Sets `h_errno`.
pub fn set_h_errno(code: c_int) {
    // SAFETY: the glue returns the address of a live variable of this thread.
    unsafe { __h_errno_location().write(code) };
}

/// `h_errno`
pub fn h_errno() -> c_int {
    // SAFETY: as above.
    unsafe { __h_errno_location().read() }
}
