//! What the user of a program sets in its environment.

#![allow(unsafe_code)]

use crate::host::cell::GlobalCell;
use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
    fn atoi(text: *const c_char) -> c_int;
}

/// `WPS_BUSY_POLL` once it was looked for.
static BUSY_POLL: GlobalCell<Option<u32>> = GlobalCell::new(None);

/// `WPS_BUSY_POLL`: SO_BUSY_POLL of sockets that do not set it, in microseconds.
pub fn busy_poll() -> u32 {
    if let Some(known) = BUSY_POLL.get() {
        return known;
    }
    // SAFETY: getenv gives null or a string; atoi reads as many digits as there are.
    let value = unsafe {
        match getenv(c"WPS_BUSY_POLL".as_ptr()) {
            text if text.is_null() => 0,
            text => atoi(text),
        }
    };
    let value = u32::try_from(value).unwrap_or(0);
    BUSY_POLL.set(Some(value));
    value
}
