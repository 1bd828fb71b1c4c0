//! Jumping out of handlers with the mask (POSIX sigsetjmp).
//!
//! `setjmp` itself is lowered by the compiler; the overlay's `sigsetjmp` macro saves the mask
//! with [`__wps_sigsetjmp`] and then calls it. `jmp_buf` is libc's: 32 bytes for the compiler,
//! a word that tells whether a mask is saved, and the mask.

use super::deliver;
use super::state::{STATE, UNBLOCKABLE, load, store};
use crate::c::*;

/// `jmp_buf` as wasi-libc's setjmp.h lays it out.
#[repr(C)]
pub struct JumpBuffer {
    compiler: [c_ulong; 8],
    saved: c_ulong,
    mask: [u32; 2],
}

unsafe extern "C" {
    /// libsetjmp's: throws to the place that `compiler` names.
    fn __wasm_longjmp(buffer: *mut JumpBuffer, value: c_int) -> !;
}

export! {
    /// The half of sigsetjmp that is not setjmp: keeps the mask in the buffer if `save` is not 0.
    fn __wps_sigsetjmp(buffer: *mut JumpBuffer, save: c_int) {
        (*buffer).saved = c_ulong::from(save != 0);
        if save != 0 {
            store(&raw mut (*buffer).mask, (&raw const STATE.blocked).read());
        }
    }

    /// Jumps to where the buffer was filled and restores the mask if it was saved.
    fn siglongjmp(buffer: *mut JumpBuffer, value: c_int) {
        if (*buffer).saved != 0 {
            STATE.blocked = load(&raw const (*buffer).mask) & !UNBLOCKABLE;
            deliver::deliver();
        }
        __wasm_longjmp(buffer, value)
    }

    /// longjmp; the mask stays (X/Open _longjmp).
    fn _longjmp(buffer: *mut JumpBuffer, value: c_int) {
        __wasm_longjmp(buffer, value)
    }
}
