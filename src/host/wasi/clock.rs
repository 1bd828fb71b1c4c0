//! The monotonic clock, in nanoseconds, and how much of it the program has slept.

use super::bindings::wasi::clocks::monotonic_clock;
use super::poll::Source;
use crate::host::cell::GlobalCell;

/// When measuring began, and the time slept since; None in programs that never ask.
static MEASURED: GlobalCell<Option<(u64, u64)>> = GlobalCell::new(None);

/// Nanoseconds of the host's monotonic clock, which begins where the host likes.
pub fn now() -> u64 {
    monotonic_clock::now()
}

/// A pollable that is ready once `now()` has reached `instant`.
pub fn at(instant: u64) -> Source {
    Source::new(monotonic_clock::subscribe_instant(instant))
}

/// Starts to measure sleeps.
pub fn measure() {
    MEASURED.set(Some((now(), 0)));
}

/// Runs what may sleep.
pub fn asleep<R>(sleep: impl FnOnce() -> R) -> R {
    if MEASURED.get().is_none() {
        return sleep();
    }
    let from = now();
    let outcome = sleep();
    let time = now().saturating_sub(from);
    let measured = MEASURED.get();
    MEASURED.set(measured.map(|(start, slept)| (start, slept.saturating_add(time))));
    outcome
}

/// The time since measuring began that the program did not sleep; 0 without `measure`.
pub fn busy() -> u64 {
    let (start, slept) = MEASURED.get().unwrap_or((now(), 0));
    now().saturating_sub(start).saturating_sub(slept)
}
