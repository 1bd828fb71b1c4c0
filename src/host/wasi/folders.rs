//! The folders that the host gave the program.

use super::bindings::wasi::filesystem::preopens::get_directories;
use alloc::vec::Vec;

/// Their names, in the host's order, which is that of the C library's numbers for them.
pub fn names() -> Vec<Vec<u8>> {
    // The handles are the C library's to use, which asks for its own.
    let given = get_directories().into_iter();
    given.map(|(_, name)| name.into_bytes()).collect()
}
