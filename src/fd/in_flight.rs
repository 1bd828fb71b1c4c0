//! Descriptions inside messages (SCM_RIGHTS of unix(7)).

use super::Description;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::ops::Deref;

/// A description that a message carries. It counts as open, so that closing every descriptor of
/// it does not end what the receiver is going to get; dropping the last one closes the file.
pub struct InFlight {
    description: Rc<Description>,
    keep: Keep,
    /// [`close`], by a pointer: every receive can drop one of these, and only a program that sends
    /// descriptors makes them, so others are linked without it.
    close: fn(Rc<Description>, Keep),
}

/// Takes care of a file that is closed for good while something it sent is still under way.
type Keep = fn(&Rc<Description>);

impl InFlight {
    /// Counts `description` as open once more.
    pub fn new(description: Rc<Description>, keep: Keep) -> Self {
        description.opened();
        InFlight {
            description,
            keep,
            close,
        }
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
        if self.description.released() {
            (self.close)(self.description.clone(), self.keep);
        }
    }
}

/// Files that wait to be closed; None while nothing is being closed.
type Waiting = Option<Vec<(Rc<Description>, Keep)>>;

/// Closing a socket drops the messages in its queue, and so may close another socket, and so on:
/// one after the other, because a program can make the chain longer than the stack.
fn close(description: Rc<Description>, keep: Keep) {
    let first = with(|waiting| {
        let first = waiting.is_none();
        waiting.get_or_insert_default().push((description, keep));
        first
    });
    if !first {
        return;
    }
    while let Some((description, keep)) = with(|waiting| waiting.as_mut().and_then(Vec::pop)) {
        let finished = description.file.closed();
        description.file.notify().touch();
        if !finished {
            keep(&description);
        }
    }
    with(|waiting| *waiting = None);
}

fn with<R>(f: impl FnOnce(&mut Waiting) -> R) -> R {
    state! {
        static WAITING: Global<Waiting> = None;
    }
    WAITING.with(f)
}
