//! Numbers the bursts of writes (see [`super::gather`]).
//!
//! A program that reads a request in small pieces and answers each one writes a single burst, although it
//! receives and waits between the writes. So the burst that answers what comes from one descriptor goes on
//! until a receive from there comes back short, or the program sleeps.

use crate::fd::Description;
use alloc::rc::{Rc, Weak};

state! {
    /// The last number given. 0 is none.
    static LAST: GlobalCell<u32> = 1;
    /// The burst that a write now belongs to.
    static CURRENT: GlobalCell<u32> = 1;
    /// Bursts up to this number are over: the last one before the last flush point.
    static ENDED: GlobalCell<u32> = 0;
    /// How many files have a burst that goes on.
    static GOING_ON: GlobalCell<usize> = 0;
    /// The file that the current burst answers, if it goes on.
    static SOURCE: Global<Option<Weak<Description>>> = None;
}

/// The number of the current burst.
pub fn current() -> u32 {
    CURRENT.get()
}

/// The file that it answers, if it goes on.
pub fn source() -> Option<Weak<Description>> {
    SOURCE.with(|source| source.clone())
}

/// What is written from now on belongs to another burst.
pub fn next() {
    LAST.set(LAST.get().wrapping_add(1).max(1));
    CURRENT.set(LAST.get());
}

/// The same, and all bursts are over.
pub fn end() {
    ENDED.set(LAST.get());
    GOING_ON.set(0);
    next();
}

/// Whether the burst that answers `file` goes on.
pub fn goes_on(file: &Description) -> bool {
    let burst = file.burst.get();
    burst != 0 && burst.wrapping_sub(ENDED.get()).cast_signed() > 0
}

/// Whether that of any file does.
pub fn any_goes_on() -> bool {
    GOING_ON.get() > 0
}

/// The program receives from `file` again, whose burst goes on.
pub fn resume(file: &Description) {
    CURRENT.set(file.burst.get());
}

/// The program has received from `file`. Where that filled its room there may be more.
pub fn received(file: &Rc<Description>, full: bool) {
    let known = goes_on(file);
    if full {
        SOURCE.with(|source| {
            let same = |source: &Weak<_>| core::ptr::addr_eq(source.as_ptr(), Rc::as_ptr(file));
            if !source.as_ref().is_some_and(same) {
                *source = Some(Rc::downgrade(file));
            }
        });
        if !known {
            file.burst.set(CURRENT.get());
            GOING_ON.set(GOING_ON.get() + 1);
        }
    } else if known {
        file.burst.set(0);
        GOING_ON.set(GOING_ON.get().saturating_sub(1));
    }
}
