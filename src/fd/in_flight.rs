//! Descriptions inside messages (SCM_RIGHTS of unix(7)).

use super::Description;
use alloc::rc::Rc;
use core::ops::Deref;

/// A description that a message carries. It counts as open, so that closing every descriptor of
/// it does not end what the receiver is going to get; dropping the last one closes the file.
pub struct InFlight {
    description: Rc<Description>,
    keep: fn(&Rc<Description>),
}

impl InFlight {
    /// Counts `description` as open once more. `keep` takes care of a file that is closed here
    /// for good while something it was sent is still under way.
    pub fn new(description: Rc<Description>, keep: fn(&Rc<Description>)) -> Self {
        description.opened();
        InFlight { description, keep }
    }

    /// Another one of the same description, for a receive that leaves the message in place.
    pub fn duplicate(&self) -> Self {
        InFlight::new(self.description.clone(), self.keep)
    }
}

impl Deref for InFlight {
    type Target = Rc<Description>;
    fn deref(&self) -> &Rc<Description> {
        &self.description
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.description.released() {
            return;
        }
        let finished = self.description.file.closed();
        self.description.file.notify().touch();
        if !finished {
            (self.keep)(&self.description);
        }
    }
}
