//! How a file tells the sets it is a member of that it may have become ready.

use super::Ready;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Whether any watcher has ever counted events. In most programs none does.
static COUNTED: AtomicBool = AtomicBool::new(false);

/// From now on [`Watcher::counts_events`] may say yes.
pub fn events_may_count() {
    COUNTED.store(true, Relaxed);
}

/// Something that watches files: a member of a set.
pub trait Watcher {
    /// The readiness of the watched file, which has had so many events, may have changed.
    fn touched(&self, edges: u32);

    /// Whether each event counts (edge-triggered epoll), not only the state it leads to.
    fn counts_events(&self) -> bool;
}

/// The watchers of one open file, and how many new events it has had.
#[derive(Default)]
pub struct Notify {
    watchers: RefCell<Vec<Weak<dyn Watcher>>>,
    edges: Cell<u32>,
    /// How many of them were data that came, and room that came back: nothing to who waits for the other.
    arrivals: Cell<u32>,
    rooms: Cell<u32>,
}

impl Notify {
    /// Something new happened: data came, room came back, an error, the end. What
    /// edge-triggered epoll reports again.
    pub fn event(&self) {
        self.edges.set(self.edges.get().wrapping_add(1));
        self.touch();
    }

    /// Data came.
    pub fn arrived(&self) {
        self.arrivals.set(self.arrivals.get().wrapping_add(1));
        self.event();
    }

    /// Room came back.
    pub fn has_room(&self) {
        self.rooms.set(self.rooms.get().wrapping_add(1));
        self.event();
    }

    /// The readiness may have changed by what the program did.
    pub fn touch(&self) {
        for watcher in self.watchers.borrow().iter() {
            if let Some(watcher) = watcher.upgrade() {
                watcher.touched(self.edges.get());
            }
        }
    }

    /// Counts events; two equal readings mean that nothing new happened between them.
    pub fn edges(&self) -> u32 {
        self.edges.get()
    }

    /// The same of events that may make one of `want` hold.
    pub fn edges_for(&self, want: Ready) -> u32 {
        let mut edges = self.edges();
        if !want.any(Ready::INPUT) {
            edges = edges.wrapping_sub(self.arrivals.get());
        }
        if !want.any(Ready::OUT) {
            edges = edges.wrapping_sub(self.rooms.get());
        }
        edges
    }

    /// Adds a watcher, and forgets those that are gone.
    pub fn watch(&self, watcher: &Rc<dyn Watcher>) {
        let mut watchers = self.watchers.borrow_mut();
        watchers.retain(|watcher| watcher.strong_count() > 0);
        watchers.push(Rc::downgrade(watcher));
    }

    /// Whether some watcher counts events.
    pub fn events_count(&self) -> bool {
        COUNTED.load(Relaxed)
            && self.watchers.borrow().iter().any(|watcher| {
                watcher
                    .upgrade()
                    .is_some_and(|watcher| watcher.counts_events())
            })
    }

    /// Whether anything watches.
    pub fn is_watched(&self) -> bool {
        !self.watchers.borrow().is_empty()
    }
}
