//! RLIMIT_NOFILE, for the compat archive, which has getrlimit(2) and setrlimit(2).

use crate::fd::process;
use core::ffi::{c_int, c_uint};

/// The soft limit of descriptors: the lowest number that is never given out.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_fd_limit() -> c_uint {
    process::with(|table| table.limit()) as c_uint
}

/// Sets the soft limit. Descriptors above it stay open. Always 0; the caller has checked it
/// against the hard limit.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_set_fd_limit(limit: c_uint) -> c_int {
    process::with(|table| table.set_limit((limit as usize).min(process::LIMIT)));
    0
}
