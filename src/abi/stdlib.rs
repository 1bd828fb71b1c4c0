//! The end of the program: `_exit`, `_Exit`, and what runs at exit(3).

use crate::wait::engine;
use core::ffi::c_int;

unsafe extern "C" {
    fn __real__Exit(status: c_int) -> !;
}

/// Called by the C glue when exit(3) runs, or main returns.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_finish() {
    engine::finish();
}

/// _Exit(3): what was sent still reaches the host first.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap__Exit(status: c_int) -> ! {
    engine::finish();
    // SAFETY: plain forwarding.
    unsafe { __real__Exit(status) }
}

/// _exit(2): as `_Exit`.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap__exit(status: c_int) -> ! {
    __wrap__Exit(status)
}
