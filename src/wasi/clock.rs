//! The monotonic clock, in nanoseconds.

use super::bindings::wasi::clocks::monotonic_clock;
use super::poll::Pollable;

/// Nanoseconds of the monotonic clock (`CLOCK_MONOTONIC`).
pub fn now() -> u64 {
    monotonic_clock::now()
}

/// A pollable that is ready once `now()` has reached `instant`.
pub fn at(instant: u64) -> Pollable {
    Pollable::new(monotonic_clock::subscribe_instant(instant))
}
