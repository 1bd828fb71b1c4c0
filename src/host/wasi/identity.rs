//! Who the program is. WASI does not say, so this is what its C library makes up.

#![allow(unsafe_code)]

unsafe extern "C" {
    fn __wps_process_id() -> core::ffi::c_int;
    fn __wps_fd_base_value() -> core::ffi::c_int;
}

/// What getpid(2) tells, if the program uses it; else a number it has no means to compare.
pub fn process() -> i32 {
    // SAFETY: takes and returns a number.
    unsafe { __wps_process_id() }
}

/// The lowest descriptor number for us: what the program defines `__wps_fd_base` as, else 256.
/// The numbers of the standard streams stay the C library's.
pub fn fd_base() -> usize {
    // SAFETY: takes nothing and returns a number.
    unsafe { __wps_fd_base_value() }.max(3) as usize
}
