//! `wasi:io/poll`: pollables and the one call that sleeps.

#![allow(unsafe_code)]

use super::bindings::wasi::io::poll as host;
use super::clock;
use super::realloc;
use crate::host::habits::spend;
use crate::host::handles::Handle;
use alloc::vec::Vec;

/// Something the host can wait for.
pub struct Source(Handle<host::Pollable>);

impl Source {
    pub(super) fn new(pollable: host::Pollable) -> Self {
        Source(Handle::new(pollable))
    }

    /// Asks the host whether the event has happened; does not wait.
    pub fn ready(&self) -> bool {
        let ready = self.0.ready();
        spend(ready.into());
        ready
    }

    /// Waits for the event.
    pub fn block(&self) {
        clock::asleep(|| self.0.block());
    }

    /// The number under which [`wait`] takes this pollable.
    pub fn number(&self) -> u32 {
        self.0.handle()
    }
}

#[link(wasm_import_module = "wasi:io/poll@0.2.0")]
unsafe extern "C" {
    // Called by hand, because the generated call builds a list of handles for each use: callers
    // here keep their list of numbers from one wait to the next.
    #[link_name = "poll"]
    fn poll_list(list: *const u32, length: usize, result: *mut [u32; 2]);
}

/// Sleeps until at least one of the pollables is ready; leaves the indexes of those that are in
/// `ready`. Does nothing for an empty list, which the host would answer with a trap.
///
/// Every number must be that of a live [`Source`].
pub fn wait(numbers: &[u32], ready: &mut Vec<u32>) {
    ready.clear();
    if numbers.is_empty() {
        return;
    }
    ready.reserve(numbers.len());
    let mut result = [0u32; 2];
    let place = ready.as_mut_ptr();
    realloc::steer(place.cast(), ready.capacity() * 4, 4, || {
        // SAFETY: the list is valid for the call, and the host writes one pointer and length.
        unsafe { poll_list(numbers.as_ptr(), numbers.len(), &mut result) }
    });
    let [start, length] = result;
    debug_assert_eq!(start as usize, place as usize);
    let length = (length as usize).min(ready.capacity());
    // SAFETY: the host filled `length` elements of the buffer it was steered to.
    unsafe { ready.set_len(length) };
    spend(length);
}
