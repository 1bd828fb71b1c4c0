//! The end of the program: what was sent must reach the host first.

use super::{Sources, blocking, pending};
use crate::fd::process;
use crate::host::clock;

/// A peer that does not read may hold the program up this long (a kernel would go on without it).
const PATIENCE: u64 = 10_000_000_000;

/// Hands over everything that was sent and drops every host handle, so that the host finishes
/// its own writes too.
pub fn finish() {
    let mut from = 0;
    while let Some(fd) = process::with(|table| table.next_used(from)) {
        if let Some(entry) = process::with(|table| table.remove(fd)) {
            blocking::release(entry.description);
        }
        from = fd as usize + 1;
    }
    if !pending::any() {
        return;
    }
    let until = clock::now().saturating_add(PATIENCE);
    let mut sources = Sources::new();
    while pending::any() && clock::now() < until {
        sources.sleep(Some(until), &mut |_, _| {});
    }
}
