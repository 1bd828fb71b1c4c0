//! Numbers the bursts of writes between flush points (see [`super::gather`]).

use crate::wasi::cell::GlobalCell;

static BURST: GlobalCell<u32> = GlobalCell::new(1);

/// The number of the current burst.
pub fn current() -> u32 {
    BURST.get()
}

/// A flush point: what is written from now on belongs to the next burst.
pub fn end() {
    BURST.set(BURST.get().wrapping_add(1));
}
