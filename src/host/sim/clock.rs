//! The virtual clock.

use super::poll::{Kind, Source};
use super::world;

/// Nanoseconds.
pub fn now() -> u64 {
    world::call();
    world::with(|world| world.now)
}

/// Ready once `now()` has reached `instant`.
pub fn at(instant: u64) -> Source {
    world::call();
    Source::new(Kind::At(instant))
}

/// Runs what may sleep.
pub fn asleep<R>(sleep: impl FnOnce() -> R) -> R {
    sleep()
}
