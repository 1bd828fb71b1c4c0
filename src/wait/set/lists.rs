//! What the host is asked about: the members of a set, or some of them.

use super::activity::is_hot;
use super::{Item, Set};
use crate::fd::{Description, Ready, Slot};
use crate::host::clock;
use crate::wait::Sources;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::ops::Range;

/// The places of all members.
pub(super) const ALL: Range<usize> = 0..usize::MAX;

state! {
    /// The lists of the last sleep, kept for their memory.
    static LISTS: Global<Lists> = Lists {
        sources: Sources::new(),
        files: Vec::new(),
    };
}

/// What the host is asked about: pollables, and the files that they belong to.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) sources: Sources,
    pub(super) files: Vec<Rc<Description>>,
}

impl Lists {
    /// Runs `f` with empty lists. A set in a set may do so within.
    pub(super) fn with<R>(f: impl FnOnce(&mut Lists) -> R) -> R {
        let mut lists = LISTS.with(core::mem::take);
        lists.sources.clear();
        let result = f(&mut lists);
        // No file may live longer for having been waited for.
        lists.files.clear();
        LISTS.with(|kept| *kept = lists);
        result
    }

    fn add(&mut self, file: Rc<Description>, want: Ready) {
        let Lists { sources, files } = self;
        let owner = files.len();
        file.file
            .sources(want, &mut |number, slot| sources.add(owner, number, slot));
        files.push(file);
    }
}

impl Set {
    /// Adds the members at `places` that `which` names; returns when the first of them becomes ready by
    /// itself. Files that are closed are dropped on the way.
    pub(super) fn collect(
        &self,
        lists: &mut Lists,
        places: Range<usize>,
        which: &dyn Fn(&Item, &Description) -> bool,
    ) -> Option<u64> {
        let mut earliest: Option<u64> = None;
        let mut items = self.items.borrow_mut();
        let Range { start, end } = places;
        let mut place = start;
        while let Some(item) = items.get(place).filter(|_| place < end) {
            let Some(file) = item.file() else {
                super::take_out(&mut items, place);
                continue;
            };
            place += 1;
            if item.is_armed() && which(item, &file) {
                if let Some(at) = file.file.deadline() {
                    earliest = Some(earliest.map_or(at, |before| before.min(at)));
                }
                lists.add(file, item.interest().want);
            }
        }
        earliest
    }

    /// Adds the hot members.
    pub(super) fn collect_hot(&self, lists: &mut Lists, round: u32) {
        for item in self.hot.borrow().iter().filter(|item| item.is_armed()) {
            if let Some(file) = item.file().filter(|file| is_hot(file, round)) {
                lists.add(file, item.interest().want);
            }
        }
    }
}

pub(super) fn wake(files: &[Rc<Description>], owner: usize, slot: Slot) {
    if let Some(file) = files.get(owner) {
        file.file.wake(slot);
        file.file.notify().touch();
    }
}

/// Files that became ready by themselves (timers) tell nobody; looks at them when one is due.
pub(super) fn touch_due(files: &[Rc<Description>], due: Option<u64>) {
    if due.is_none_or(|due| clock::now() < due) {
        return;
    }
    for file in files {
        if file.file.deadline().is_some() {
            file.file.ask(Ready::IN);
            file.file.notify().touch();
        }
    }
}
