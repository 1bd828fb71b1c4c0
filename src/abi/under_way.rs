//! Signal handlers that run in the middle of a lookup.
//!
//! As with glibc they end no lookup: it goes on when they return. A handler may also longjmp out of
//! the call, or look something up itself. So what is under way is put aside, off the stack, while
//! handlers run.

use crate::host::cell::Global;

/// A place for one lookup that waits for handlers to return.
///
/// When a handler makes a lookup that is put aside as well, the older one is given up, and begins anew.
/// What a longjmp has left here is given up by the next one.
pub struct Aside<Q>(Global<Option<(usize, Q)>>);

impl<Q> Aside<Q> {
    /// An empty place.
    pub const fn new() -> Self {
        Aside(Global::new(None))
    }

    /// Puts a question aside for the call whose frame `caller` is in.
    pub fn put<C>(&self, caller: *const C, question: Q) {
        let new = Some((caller as usize, question));
        // Dropped after the lend.
        let _older = self.0.with(|place| core::mem::replace(place, new));
    }

    /// The question that the same call has put aside, if it is still here.
    pub fn take<C>(&self, caller: *const C) -> Option<Q> {
        let found = self
            .0
            .with(|place| place.take_if(|(owner, _)| *owner == caller as usize));
        found.map(|(_, question)| question)
    }
}
