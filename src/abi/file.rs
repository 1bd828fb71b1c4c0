//! Reads whole small files through libc, as the program itself would.

use super::hints::quietly;
use super::util::{last_errno, set_errno};
use alloc::vec::Vec;
use core::ffi::{CStr, c_char, c_int};

unsafe extern "C" {
    /// -1 too in a program that includes none of the headers that bring files along.
    fn __wps_open_if_linked(path: *const c_char) -> c_int;
}

/// More than any hosts file in use; what is beyond is left out.
const LIMIT: usize = 16 << 20;
const STEP: usize = 4096;

/// The contents of a file; `None` when it cannot be opened. errno stays as it was.
pub fn read_all(path: &CStr) -> Option<Vec<u8>> {
    let errno = last_errno();
    // SAFETY: the path is a C string.
    let fd = quietly(|| unsafe { __wps_open_if_linked(path.as_ptr()) });
    let contents = if fd < 0 { None } else { read_to_end(fd) };
    if fd >= 0 {
        // SAFETY: fd is open and nobody else knows it.
        unsafe { libc::close(fd) };
    }
    set_errno(errno);
    contents
}

fn read_to_end(fd: i32) -> Option<Vec<u8>> {
    let mut contents = Vec::new();
    while contents.len() < LIMIT {
        contents.try_reserve(STEP).ok()?;
        let room = contents.spare_capacity_mut();
        // SAFETY: the buffer is that large.
        let got = unsafe { libc::read(fd, room.as_mut_ptr().cast(), room.len()) };
        match usize::try_from(got) {
            Ok(0) => return Some(contents),
            // SAFETY: so many bytes were written.
            Ok(got) => unsafe { contents.set_len(contents.len() + got) },
            Err(_) => return None,
        }
    }
    contents.truncate(LIMIT);
    while contents.last().is_some_and(|byte| *byte != b'\n') {
        contents.pop();
    }
    Some(contents)
}
