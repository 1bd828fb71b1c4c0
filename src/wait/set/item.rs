//! One member: a file in a set.

use super::Shared;
use crate::fd::notify::events_may_count;
use crate::fd::{Description, Ready, Watcher};
use alloc::rc::{Rc, Weak};
use core::cell::Cell;

/// What is asked about a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest {
    /// The conditions that the host is asked about.
    pub want: Ready,
    /// The conditions that end a wait.
    pub counts: Ready,
    /// EPOLLET: reported once for each event of the file.
    pub edge: bool,
    /// EPOLLONESHOT: reported once, until it is armed again.
    pub once: bool,
    /// The question in the terms of whoever owns the set.
    pub bits: u32,
    /// What the owner of the set knows the member by.
    pub data: u64,
}

impl Interest {
    /// To be called before a member has it.
    fn announce(&self) {
        if self.edge {
            events_may_count();
        }
    }

    /// The conditions that hold, if any.
    fn level(&self, file: &Description) -> Option<Ready> {
        let mut ready = file.file.ready();
        if self.want.any(Ready::OUT) && !ready.any(Ready::OUT) {
            // A write used the host's permission up; whether there is another is not known. If
            // there is, the next write need not ask.
            ready = file.file.ask(Ready::OUT);
        }
        let found = ready & self.counts;
        (!found.is_empty()).then_some(found)
    }

    /// Whether it is reported again as long as the condition holds.
    pub(super) fn is_level_triggered(&self) -> bool {
        !self.edge && !self.once
    }
}

/// See the module.
pub struct Item {
    me: Weak<Item>,
    set: Weak<Shared>,
    file: Weak<Description>,
    /// For files that no descriptor of ours names (standard input): nobody else keeps them.
    kept: Option<Rc<Description>>,
    interest: Cell<Interest>,
    /// It was asked for once, has been reported, and was not armed again.
    spent: Cell<bool>,
    /// The file's count of events at the last report.
    seen: Cell<u32>,
    /// The file's count of events when the set was last told of one.
    told: Cell<u32>,
    /// The round in which the file was last asked for input on behalf of this member.
    pub(super) asked: Cell<u32>,
    /// Whether it stands in the set's queue.
    pub(super) queued: Cell<bool>,
    /// Whether it stands in the set's list of hot files.
    pub(super) hot: Cell<bool>,
    /// Its place in the set's list.
    pub(super) place: Cell<usize>,
}

impl Item {
    pub(super) fn new(
        set: &Rc<Shared>,
        file: &Rc<Description>,
        keep: bool,
        interest: Interest,
    ) -> Rc<Item> {
        let edges = file.file.notify().edges();
        interest.announce();
        Rc::new_cyclic(|me| Item {
            me: me.clone(),
            set: Rc::downgrade(set),
            file: Rc::downgrade(file),
            kept: keep.then(|| file.clone()),
            interest: Cell::new(interest),
            spent: Cell::new(false),
            seen: Cell::new(file.file.notify().edges_for(interest.want).wrapping_sub(1)),
            told: Cell::new(edges),
            asked: Cell::new(0),
            queued: Cell::new(false),
            hot: Cell::new(false),
            place: Cell::new(0),
        })
    }

    /// The file, unless it is closed.
    pub fn file(&self) -> Option<Rc<Description>> {
        self.file
            .upgrade()
            .filter(|file| file.is_open() || self.kept.is_some())
    }

    /// Whether this is the file, and it is open.
    pub fn is_of(&self, file: &Rc<Description>) -> bool {
        core::ptr::addr_eq(self.file.as_ptr(), Rc::as_ptr(file)) && self.file().is_some()
    }

    /// What is asked.
    pub fn interest(&self) -> Interest {
        self.interest.get()
    }

    /// What is asked about the receiving side.
    pub(super) fn input(&self) -> Ready {
        self.interest.get().want & Ready::INPUT
    }

    /// Changes only what the owner knows it by.
    pub fn set_data(&self, data: u64) {
        self.interest.set(Interest {
            data,
            ..self.interest.get()
        });
    }

    /// Asks for other conditions, arms it, and has what already holds reported anew.
    pub(super) fn modify(&self, interest: Interest) {
        interest.announce();
        self.interest.set(interest);
        self.spent.set(false);
        if let Some(file) = self.file.upgrade() {
            let edges = file.file.notify().edges_for(interest.want);
            self.seen.set(edges.wrapping_sub(1));
        }
    }

    /// Whether a report is possible.
    pub(super) fn is_armed(&self) -> bool {
        !self.spent.get()
    }

    /// The conditions to report now, if any. A report of an edge uses it up.
    pub(super) fn report(
        &self,
        file: &Description,
        interest: &Interest,
        round: u32,
    ) -> Option<Ready> {
        let edges = file.file.notify().edges_for(interest.want);
        if !self.is_armed() || interest.edge && edges == self.seen.get() {
            return None;
        }
        let mut found = interest.level(file)?;
        let input = interest.want & Ready::INPUT;
        if !input.is_empty() && !found.any(input) && self.asked.replace(round) != round
            || file.file.deadline().is_some()
        {
            // Such a wait does not sleep, so the host would never be asked for input, or for a reset.
            found = file.file.ask(input) & interest.counts;
            if found.is_empty() {
                return None;
            }
        }
        // Asking may have brought the event that made it ready (a connect that is done).
        self.seen.set(file.file.notify().edges_for(interest.want));
        self.spent.set(interest.once);
        Some(found)
    }

    /// Whether a report would come, without using it up.
    pub(super) fn would_report(&self, file: &Description) -> bool {
        let interest = self.interest.get();
        let news = file.file.notify().edges_for(interest.want) != self.seen.get();
        self.is_armed() && (news || !interest.edge) && interest.level(file).is_some()
    }

    /// Whether the file was found ready in this very round, so that asking again gains nothing.
    /// (One that has been ready for longer may have come to its end meanwhile.)
    pub(super) fn is_settled(&self, file: &Description, round: u32) -> bool {
        let counts = self.interest.get().counts;
        self.queued.get() && file.active.get() == round && file.file.ready().any(counts)
    }
}

impl Watcher for Item {
    fn touched(&self, edges: u32) {
        let news = self.told.replace(edges) != edges;
        if let Some(set) = self.set.upgrade() {
            if !self.queued.get()
                && let Some(me) = self.me.upgrade()
            {
                set.queue(me);
            }
            set.tell(news);
        }
    }

    fn counts_events(&self) -> bool {
        self.interest.get().edge
            || self
                .set
                .upgrade()
                .is_some_and(|set| set.notify.events_count())
    }
}
