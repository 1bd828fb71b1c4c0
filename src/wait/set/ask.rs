//! Asking members whether they are ready, without waiting (see [`super::wait`]).

use super::activity::{HOT_ROUNDS, is_hot, round};
use super::lists::{ALL, Lists, touch_due, wake};
use super::wait::{COST, LARGE};
use super::{Item, Set};
use crate::fd::Description;
use crate::fd::file::Type;
use crate::host::clock;
use crate::host::habits::is_cut_short;
use crate::wait::COLD_WAITS;
use crate::wait::busy::{self, Asked};
use core::ops::Range;

/// Of the time of a busy program, at most one part in so many goes into asking cold files.
const COLD_SHARE: u64 = 16;

/// So many cold files are asked at a time: a busy program is not to be held up for long.
const SLICE: usize = 128;

/// While no cold file is found ready all of them are asked half as often each time, but once in this time (in
/// nanoseconds) if that share allows it.
const QUIET: u64 = 25_000_000;

/// How many times that is done at most.
const MOST_HALVED: usize = 4;

/// What the host's poll costs besides the pollables, in questions asked in vain.
const ASKING: i32 = 3;

/// Hot files are asked again before a sleep only if there are at most so many of them: a sleep
/// costs less than to ask more.
pub(super) const FEW: usize = 16;

/// A sleep on a set of more members costs so much more, for asking all of them afterwards, that it may take
/// longer to save it: not less than for so many hot files.
const VAST: usize = 512;
const OF_VAST: usize = 6;

/// `luck` moves between minus and plus this.
const MOST_LUCK: i32 = 128;

impl Set {
    /// Asks files that were active lately whether there is more: the one first that has been quiet for
    /// longest. Peers that wait for answers mostly come back in that order, so once there was something, the
    /// first in vain ends it. Returns whether one of them is to be reported; others may be, too.
    pub(super) fn ask_hot(&self, round: u32) -> bool {
        let mut hot = core::mem::take(&mut *self.hot.borrow_mut());
        let mut answered = core::mem::take(&mut *self.answered.borrow_mut());
        let mut vain = 0;
        let (mut over, mut any) = (false, false);
        hot.retain(|item| {
            if over {
                return true;
            }
            let Some(file) = item.file().filter(|file| is_hot(file, round)) else {
                item.hot.set(false);
                return false;
            };
            // Who waits for output alone learns of the end like those that are cold.
            if item.input().is_empty() {
                return true;
            }
            // What is known stands in the queue, unless it was reported for good.
            let told = item.queued.get() || !item.interest().is_level_triggered();
            let input = item.input();
            let known = told && file.file.ready().any(input);
            // If it has something to tell, that touches it, which queues the member.
            let ready = known || {
                item.asked.set(round);
                file.file.ask(input).any(input)
            };
            // What is known of an edge has been reported.
            any |= ready && item.is_armed() && !(known && item.interest().edge);
            if !ready {
                vain += 1;
                over = !answered.is_empty();
            } else if !known {
                answered.push(item.clone());
                return false;
            }
            true
        });
        let saved = match answered.is_empty() {
            false => ASKING + hot.len() as i32 / 5,
            true => 0,
        };
        hot.append(&mut answered);
        self.answered.replace(answered);
        let luck = self.luck.get() + saved - vain;
        self.luck.set(luck.clamp(-MOST_LUCK, MOST_LUCK));
        // Whatever became hot meanwhile; the memory stays.
        hot.append(&mut self.hot.borrow_mut());
        self.hot.replace(hot);
        any
    }

    /// Before a sleep: asks the hot files for a while longer (see [`busy`]).
    pub(super) fn ask_on(&self, deadline: Option<u64>, round: u32) -> bool {
        let (mut spin, mut files, mut forgiving) = (0, 0, true);
        let hot = self.hot.borrow();
        let waiting = hot.iter().filter(|item| !item.input().is_empty());
        for file in waiting.filter_map(|item| item.file()) {
            if is_hot(&file, round) && busy::is_served_by_host(&file) {
                spin = busy::nanoseconds(&file).max(spin);
                if busy::peer_may_wait(&file) {
                    files += 1;
                }
                forgiving &= file.socket.is_some_and(|(_, kind)| kind == Type::Stream);
            }
        }
        drop(hot);
        let mut ask = || self.ask_hot(round) || self.any_ready();
        if spin > 0 {
            for file in self.hot.borrow().iter().filter_map(|item| item.file()) {
                busy::prepare(&file);
            }
        }
        let asked = Asked {
            files: match self.size() {
                0..=VAST => files,
                _ => files.min(OF_VAST),
            },
            changing: round.wrapping_sub(self.added.get()) <= HOT_ROUNDS,
            forgiving,
            once: false,
        };
        let luck = self.luck.get();
        let may_pay = (1..=FEW).contains(&files);
        let patience = may_pay.then_some(&self.patience);
        let found = busy::before_sleep(spin, patience, deadline, asked, &mut ask);
        if spin == 0 {
            // That has its own account.
            self.luck.set(luck);
        }
        found
    }

    /// If something is to be reported (as is `known`, or to be found out), and if it is time to: asks about
    /// cold members. Returns whether it asked about all.
    pub(super) fn ask_cold(&self, known: bool) -> bool {
        let few = self.size() <= LARGE;
        if few {
            // Looking at the clock costs as much as asking some.
            self.unasked.set(self.unasked.get() + 1);
            if self.unasked.get() < COLD_WAITS {
                return false;
            }
        }
        if !known && !self.any_ready() {
            return false;
        }
        self.unasked.set(0);
        self.ask_slice() && few
    }

    /// Asks about the next members if it is time to. Returns whether it did.
    fn ask_slice(&self) -> bool {
        let size = self.size();
        let slices = size.div_ceil(SLICE);
        let share = self.cost.get() * COLD_SHARE;
        let halved = (self.quiet.get() / slices).min(MOST_HALVED);
        let wait = (share << halved).min(share.max(QUIET / slices as u64));
        let now = clock::now();
        if now.saturating_sub(self.last_asked.get()) < wait {
            return false;
        }
        let first = self.next.get();
        let first = if first < size { first } else { 0 };
        let after = first + size.div_ceil(slices);
        let quiet = self.ask(first..after);
        let end = clock::now();
        // What it cost, unless the program was put aside meanwhile.
        let usual = (after - first) as u64 * COST;
        let cost = end.saturating_sub(now).clamp(usual / 4, usual * 4);
        self.cost.set(cost);
        self.last_asked.set(end);
        self.next.set(after);
        self.quiet.set(if quiet { self.quiet.get() + 1 } else { 0 });
        true
    }

    /// Asks the host about all members, save those that just answered; does not wait.
    pub fn ask_all(&self) {
        self.ask(ALL);
        self.all_were_asked();
    }

    /// The same for the members at `places`. Returns whether no cold one was ready.
    fn ask(&self, places: Range<usize>) -> bool {
        let round = round();
        let mut quiet = true;
        loop {
            let found = Lists::with(|lists| {
                let unsettled = |item: &Item, file: &Description| !item.is_settled(file, round);
                let due = self.collect(lists, places.clone(), &unsettled);
                let Lists { sources, files } = lists;
                let found = sources.ask(&mut |owner, slot| {
                    quiet &= files.get(owner).is_none_or(|file| is_hot(file, round));
                    wake(files, owner, slot);
                });
                touch_due(files, due);
                found
            });
            if !is_cut_short(found) {
                return quiet;
            }
        }
    }

    /// The program is not too busy for it.
    pub(super) fn all_were_asked(&self) {
        self.unasked.set(0);
        self.quiet.set(0);
        if self.size() > LARGE {
            self.last_asked.set(clock::now());
        }
    }
}
