//! One registration: a file in a set.

use super::bits;
use super::set::Shared;
use crate::fd::{Description, Ready, Watcher};
use alloc::rc::{Rc, Weak};
use core::cell::Cell;

/// See the module.
pub struct Item {
    me: Weak<Item>,
    set: Weak<Shared>,
    file: Weak<Description>,
    /// For files that no descriptor of ours names (standard input): nobody else keeps them.
    _keep: Option<Rc<Description>>,
    /// The event bits asked for, and the modes.
    events: Cell<u32>,
    /// EPOLLONESHOT has fired, and EPOLL_CTL_MOD has not armed it again.
    spent: Cell<bool>,
    /// epoll_data
    pub data: Cell<u64>,
    /// The file's count of events at the last report.
    seen: Cell<u32>,
    /// The file's count of events when the set was last told of one.
    told: Cell<u32>,
    /// Whether it stands in the set's queue.
    pub queued: Cell<bool>,
    /// Whether it stands in the set's list of hot files.
    pub hot: Cell<bool>,
}

impl Item {
    /// A registration that has not reported yet.
    pub fn new(
        set: &Rc<Shared>,
        file: &Rc<Description>,
        keep: Option<Rc<Description>>,
        events: u32,
        data: u64,
    ) -> Rc<Item> {
        Rc::new_cyclic(|me| Item {
            me: me.clone(),
            set: Rc::downgrade(set),
            file: Rc::downgrade(file),
            _keep: keep,
            events: Cell::new(events),
            spent: Cell::new(false),
            data: Cell::new(data),
            seen: Cell::new(file.file.notify().edges().wrapping_sub(1)),
            told: Cell::new(file.file.notify().edges()),
            queued: Cell::new(false),
            hot: Cell::new(false),
        })
    }

    /// The file, unless it is closed.
    pub fn file(&self) -> Option<Rc<Description>> {
        self.file
            .upgrade()
            .filter(|file| file.is_open() || self._keep.is_some())
    }

    /// EPOLL_CTL_MOD: asks for other events, and reports anew what already holds.
    pub fn modify(&self, events: u32, data: u64) {
        self.events.set(events);
        self.spent.set(false);
        self.data.set(data);
        if let Some(file) = self.file.upgrade() {
            self.seen.set(file.file.notify().edges().wrapping_sub(1));
        }
    }

    /// Whether a report is possible (not after EPOLLONESHOT fired).
    pub fn is_armed(&self) -> bool {
        !self.spent.get()
    }

    /// Whether EPOLL_CTL_ADD was with EPOLLEXCLUSIVE.
    pub fn is_exclusive(&self) -> bool {
        self.events.get() & bits::EXCLUSIVE != 0
    }

    /// The conditions asked for.
    pub fn want(&self) -> Ready {
        bits::to_ready(self.events.get())
    }

    /// The event bits to report now, if any. A report of an edge uses it up.
    pub fn report(&self, file: &Description) -> Option<u32> {
        let edges = file.file.notify().edges();
        if !self.is_armed() || self.is_edge_triggered() && edges == self.seen.get() {
            return None;
        }
        let events = self.level(file)?;
        self.seen.set(edges);
        self.spent.set(self.events.get() & bits::ONESHOT != 0);
        Some(events)
    }

    /// The event bits that hold, if any.
    fn level(&self, file: &Description) -> Option<u32> {
        let want = self.want();
        if want.any(Ready::OUT) && !file.file.ready().any(Ready::OUT) {
            // A write used the host's permission up; whether there is another is not known. If
            // there is, the next write need not ask.
            file.file.ask(Ready::OUT);
        }
        let ready = file.file.ready() & (want | Ready::ALWAYS);
        let asked = self.events.get() | bits::from_ready(Ready::ALWAYS);
        let events = bits::from_ready(ready) & asked & !bits::MODES;
        (events != 0).then_some(events)
    }

    /// Whether a report would come, without using it up.
    pub fn would_report(&self, file: &Description) -> bool {
        let news = file.file.notify().edges() != self.seen.get();
        self.is_armed() && (news || !self.is_edge_triggered()) && self.level(file).is_some()
    }

    /// EPOLLET
    pub fn is_edge_triggered(&self) -> bool {
        self.events.get() & bits::ET != 0
    }

    /// Whether it is reported again as long as the condition holds.
    pub fn is_level_triggered(&self) -> bool {
        self.events.get() & (bits::ET | bits::ONESHOT) == 0
    }
}

impl Watcher for Item {
    fn touched(&self) {
        if let (Some(set), Some(me)) = (self.set.upgrade(), self.me.upgrade()) {
            let edges = self
                .file
                .upgrade()
                .map_or(0, |file| file.file.notify().edges());
            let news = self.told.replace(edges) != edges;
            set.queue(me, news);
        }
    }
}
