//! Files by their path: asked of the C library, in programs that reach files through it anyway.

#![allow(unsafe_code)]

use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn __wps_exists_if_linked(path: *const c_char) -> c_int;
}

/// The longest path of a socket, with its end.
const LONGEST: usize = 109;

/// Whether the path names a file or folder.
pub fn exist(path: &[u8]) -> bool {
    let mut text = [0u8; LONGEST];
    match text.get_mut(..path.len()) {
        Some(place) if path.len() < LONGEST => place.copy_from_slice(path),
        _ => return false,
    }
    // SAFETY: the text ends in a null byte.
    unsafe { __wps_exists_if_linked(text.as_ptr().cast()) != 0 }
}
