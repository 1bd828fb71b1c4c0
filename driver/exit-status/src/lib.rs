//! WASI 0.2 tells a host whether a program succeeded, and no more. Hosts can do better if they are
//! asked to, with a function that is not part of the standard yet; a component that imports it
//! does not start elsewhere. So it goes only into programs that `wps-run` runs: the linker of
//! `wps-cc` puts this object, the only one of the crate, before the others when the output is such
//! a program, and wraps `__main_void`.
//!
//! Standing first, it takes the place of libc's `_Exit` and `_exit`, and its description of the
//! interface, which has one function more than libc's, comes to the component linker first.

#![no_std]
#![cfg(target_arch = "wasm32")]

mod bindings {
    #![allow(missing_docs, unsafe_op_in_unsafe_fn)]
    wit_bindgen::generate!({ path: "wit", world: "exit-status", generate_all });
}

use bindings::wasi::cli::exit::exit_with_code;
use core::ffi::c_int;

unsafe extern "C" {
    fn exit(status: c_int) -> !;
    fn __real___main_void() -> c_int;
}

/// Ends the program: the host gets the low eight bits of `status`, as wait(2) has it. Source:
/// POSIX.1-2024, `_Exit()`.
#[unsafe(no_mangle)]
pub extern "C" fn _Exit(status: c_int) -> ! {
    exit_with_code(status as u8);
    // The host does not come back.
    core::arch::wasm32::unreachable()
}

/// The same under its older name.
#[unsafe(no_mangle)]
pub extern "C" fn _exit(status: c_int) -> ! {
    _Exit(status)
}

/// Runs `main`. What it returns goes to exit(3), as the C standard has it; libc's own start-up code
/// would turn it into success or failure.
///
/// # Safety
/// Called once, by the start-up code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __wrap___main_void() -> c_int {
    // SAFETY: the program's own main, called as the start-up code would; exit may be called anywhere.
    unsafe {
        let status = __real___main_void();
        if status != 0 {
            exit(status);
        }
        status
    }
}
