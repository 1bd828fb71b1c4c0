//! `wasi:io/poll`: pollables and the one call that sleeps.

#![allow(unsafe_code)]

use super::bindings::wasi::io::poll as host;
use super::clock;
use super::handles::Handle;
use super::realloc;
use crate::host::cell::GlobalCell;
use alloc::vec::Vec;

/// wasmtime lets a task find 128 things ready before it must give way to others; from then on
/// everything looks unready until it really sleeps. Half of that is what is counted on here.
const BUDGET: usize = 64;

/// Things found ready since the program last slept, as far as it is known.
static SPENT: GlobalCell<usize> = GlobalCell::new(0);

/// Takes note of something that counts against the host's budget.
pub fn spend(count: usize) {
    SPENT.set(SPENT.get().saturating_add(count));
}

/// Whether "not ready" may only mean that the budget is used up.
pub fn is_doubtful() -> bool {
    SPENT.get() >= BUDGET
}

/// Whether so many were ready that there may be more.
pub fn is_cut_short(found: usize) -> bool {
    found >= BUDGET / 2
}

/// The program has really slept, or is about to.
pub fn slept() {
    SPENT.set(0);
}

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
