//! The open file description: what several descriptors share after dup(2).

use super::file::{Class, Domain, Type};
use super::{File, Patience};
use alloc::rc::Rc;
use core::cell::Cell;

/// An open file with its status flags. `Rc<Description>` is what the table and SCM_RIGHTS hold.
pub struct Description<F: ?Sized = dyn File> {
    /// How many descriptors name it.
    descriptors: Cell<u32>,
    /// O_NONBLOCK
    pub nonblocking: Cell<bool>,
    /// The other flags of F_SETFL, which are only kept.
    pub status: Cell<i32>,
    /// The wait engine's round in which it was last found ready.
    pub active: Cell<u32>,
    /// How many calls of poll on this file alone found it ready since the host was last asked.
    pub unasked: Cell<u32>,
    /// The burst of writes that answers what is received from it, while that goes on; 0: none.
    pub burst: Cell<u32>,
    /// What kind of file it is: the file's own answer, kept because every call needs it.
    pub class: Class,
    /// The same of a socket's family and type.
    pub socket: Option<(Domain, Type)>,
    /// What a sleep on this file alone has taught.
    pub patience: Cell<Patience>,
    /// The file itself.
    pub file: F,
}

impl<F: File + 'static> Description<F> {
    /// Wraps a file that no descriptor names yet.
    pub fn new(file: F, nonblocking: bool) -> Rc<Description> {
        Rc::new(Description {
            descriptors: Cell::new(0),
            nonblocking: Cell::new(nonblocking),
            status: Cell::new(0),
            active: Cell::new(0),
            unasked: Cell::new(0),
            burst: Cell::new(0),
            class: file.class(),
            socket: file.socket().map(|socket| (socket.domain(), socket.kind())),
            patience: Cell::new(Patience::NEW),
            file,
        })
    }
}

impl Description {
    /// One more descriptor names it.
    pub fn opened(&self) {
        self.descriptors.set(self.descriptors.get() + 1);
    }

    /// One descriptor less; true for the last one.
    pub fn released(&self) -> bool {
        let left = self.descriptors.get().saturating_sub(1);
        self.descriptors.set(left);
        left == 0
    }

    /// Whether a descriptor (or a message under way, for SCM_RIGHTS) still names it.
    pub fn is_open(&self) -> bool {
        self.descriptors.get() > 0
    }
}
