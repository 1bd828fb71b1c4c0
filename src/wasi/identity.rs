//! Who the program is. WASI does not say, so this is what its C library makes up.

#![allow(unsafe_code)]

unsafe extern "C" {
    fn __wps_process_id() -> core::ffi::c_int;
}

/// What getpid(2) tells, if the program uses it; else a number it has no means to compare.
pub fn process() -> i32 {
    // SAFETY: takes and returns a number.
    unsafe { __wps_process_id() }
}
