//! Files with bytes that the program has written and the host has not yet taken.
//!
//! Such a file stays here, even after its last descriptor is closed, until everything is with
//! the host: nothing that send(2) accepted may be lost.

use crate::fd::{Description, Ready, Slot};
use crate::host::clock;
use crate::socket::burst;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;

/// Nanoseconds for which a burst that goes on may keep bytes back. Well below the 40 ms of a delayed
/// acknowledgement, which is what keeping them avoids.
const LONGEST: u64 = 10_000_000;

/// One such file.
struct Pending {
    file: Rc<Description>,
    /// The burst that the kept bytes belong to, and the file that it answers.
    burst: u32,
    source: Option<Weak<Description>>,
    /// When the burst first kept them back at a call that asks for more; 0: it did not.
    since: u64,
}

impl Pending {
    /// Whether the same burst goes on. Whether more has come is asked of the host: the program will, too.
    fn goes_on(&mut self, keep: Keep) -> bool {
        let source = self.source.as_ref().and_then(Weak::upgrade);
        let more = source.is_some_and(|source| {
            source.burst.get() == self.burst
                && burst::goes_on(&source)
                && source.is_open()
                && (keep == Keep::GoingOn || source.file.ask(Ready::IN).any(Ready::IN))
        });
        if !more || !self.file.is_open() {
            return false;
        }
        let now = clock::now();
        if self.since == 0 {
            self.since = now;
        }
        now.saturating_sub(self.since) < LONGEST
    }

    /// Hands over what the host takes; true when nothing is left.
    fn finish(&self) -> bool {
        let file = &self.file.file;
        if self.file.is_open() {
            file.flush()
        } else {
            file.closed()
        }
    }
}

state! {
    static FILES: Global<Vec<Pending>> = Vec::new();
    static COUNT: GlobalCell<usize> = 0;
}

/// Remembers a file that has something to flush, or that was closed with something under way.
pub fn add(file: &Rc<Description>) {
    FILES.with(|files| {
        let burst = burst::current();
        match files.iter_mut().find(|known| Rc::ptr_eq(&known.file, file)) {
            Some(known) if known.burst == burst => {}
            Some(known) => {
                known.burst = burst;
                known.source = burst::source();
            }
            None => files.push(Pending {
                file: file.clone(),
                burst,
                source: burst::source(),
                since: 0,
            }),
        }
        COUNT.set(files.len());
    });
}

/// What stays where it is although the host may take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// What belongs to a burst that may go on.
    GoingOn,
    /// What belongs to one for which more has come.
    MoreHere,
}

/// Hands over what the host takes now.
#[inline(never)]
pub fn flush(keep: Keep) {
    if COUNT.get() == 0 {
        return;
    }
    // Dropped outside the loan: dropping a file may run long.
    let mut done = Vec::new();
    FILES.with(|files| {
        let mut index = 0;
        while let Some(pending) = files.get_mut(index) {
            if (keep == Keep::Nothing || !pending.goes_on(keep)) && pending.finish() {
                done.push(files.swap_remove(index));
            } else {
                index += 1;
            }
        }
        COUNT.set(files.len());
    });
}

/// Whether anything waits.
pub fn any() -> bool {
    COUNT.get() > 0
}

/// Adds what these files wait for to a sleep; returns when the next cork lets go.
pub fn sources(add: &mut dyn FnMut(&Rc<Description>, u32, Slot)) -> Option<u64> {
    if COUNT.get() == 0 {
        return None;
    }
    FILES.with(|files| {
        let mut earliest = None;
        for Pending { file, .. } in files.iter() {
            if let Some(at) = file.file.deadline() {
                earliest = Some(earliest.map_or(at, |before: u64| before.min(at)));
            }
            file.file
                .flush_sources(&mut |number, slot| add(file, number, slot));
        }
        earliest
    })
}
