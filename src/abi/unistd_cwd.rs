//! The current folder, for chdir(2) and getcwd(3) in the compat archive: these need functions of the C
//! library that take paths, which would come into every program with this one object.

use super::libc_paths;
use super::util;
use core::ffi::{CStr, c_char};

/// Makes another folder current: `path` is its absolute path, without symbolic links.
///
/// # Safety
/// `path` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __wps_set_current_folder(path: *const c_char) {
    // SAFETY: by the contract.
    libc_paths::set_current(unsafe { CStr::from_ptr(path) }.to_bytes());
}

/// The absolute path of the current folder goes to `to`, if `size` bytes there are enough for it and
/// its null byte. Returns how many it takes.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_current_folder(to: *mut c_char, size: usize) -> usize {
    let mut path = libc_paths::current();
    path.push(0);
    if let (true, Ok(room)) = (
        path.len() <= size,
        util::slice_mut(to.cast::<u8>(), path.len()),
    ) {
        room.copy_from_slice(&path);
    }
    path.len()
}
