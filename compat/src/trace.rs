//! execinfo.h: WebAssembly shows a program nothing of its own call stack.

use crate::c::*;

export! {
    /// 0 frames (glibc backtrace).
    fn backtrace(to: *mut *mut c_void, count: c_int) -> c_int { let _ = (to, count); 0 }
    /// An empty array, to be freed; NULL for a count below 0 (glibc backtrace_symbols).
    fn backtrace_symbols(frames: *const *mut c_void, count: c_int) -> *mut *mut c_char {
        let _ = frames;
        if count < 0 { return null_mut() }
        // Programs read entries up to the count they pass, which backtrace made 0.
        calloc(count as usize + 1, core::mem::size_of::<usize>()).cast()
    }
    /// Nothing (glibc backtrace_symbols_fd).
    fn backtrace_symbols_fd(frames: *const *mut c_void, count: c_int, fd: c_int) { let _ = (frames, count, fd); }
}
