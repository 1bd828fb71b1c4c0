//! The wait of a set.
//!
//! The host's poll costs about 0.2 us for every pollable, each time. So:
//!
//! 1. What is known without a host call is taken first.
//! 2. Files that were active lately (hot) are asked one by one, by reading ahead, which costs no
//!    more than the read that follows would. Where that was mostly in vain it is left out for a
//!    while: `luck` keeps account of what was saved and what was asked for nothing.
//! 3. The whole set goes to the host when that found nothing, or when the others (cold) have not
//!    been asked for [`COLD_SHARE`] times what asking them cost the last time.
//! 4. Before a sleep the hot files are asked for a while longer, as long as that mostly saves the
//!    sleep: a busy peer answers sooner than a host puts a program to sleep and wakes it.
//! 5. Before sleeping on a large set the engine sleeps on the hot files alone, for as long as
//!    asking about all would take (or the host's shortest sleep, a millisecond).
//!
//! So no file waits for ever behind busy ones: as long as the program keeps calling, a cold file
//! is asked again after 16 times what asking all costs (at most 12.8 us for each member), plus that
//! one short sleep; in a set of up to 64 in the eighth wait at the latest.

use super::{Item, Set};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Description, Ready, Slot};
use crate::wait::busy::{self, Asked};
use crate::wait::{COLD_WAITS, Sources, Woken, blocking, signals};
use crate::wasi::cell::{Global, GlobalCell};
use crate::wasi::clock;
use crate::wasi::poll::is_cut_short;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// What the host's poll usually costs per pollable, in nanoseconds (wasmtime 49).
const COST: u64 = 200;

/// Of the time of a busy program, at most one part in so many goes into asking cold files.
const COLD_SHARE: u64 = 16;

/// A file stays hot for this many rounds after it was ready.
const HOT_ROUNDS: u32 = 32;

/// Larger sets have their cold files asked by the clock, and sleep on their hot files first.
const LARGE: usize = 64;

/// What the host's poll costs besides the pollables, in questions asked in vain.
const ASKING: i32 = 3;

/// Hot files are asked again before a sleep only if there are at most so many of them: a sleep
/// costs less than to ask more.
pub(super) const FEW: usize = 16;

/// `luck` moves between minus and plus this.
const MOST_LUCK: i32 = 128;

/// Counts waits, so that a file's last activity can be told from its number.
static ROUND: GlobalCell<u32> = GlobalCell::new(1);

/// The lists of the last sleep, kept for their memory.
static LISTS: Global<Lists> = Global::new(Lists {
    sources: Sources::new(),
    files: Vec::new(),
});

/// What the host is asked about: pollables, and the files that they belong to.
#[derive(Default)]
struct Lists {
    sources: Sources,
    files: Vec<Rc<Description>>,
}

impl Lists {
    /// Runs `f` with empty lists. A set in a set may do so within.
    fn with<R>(f: impl FnOnce(&mut Lists) -> R) -> R {
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

/// A new round of some readiness call.
fn next_round() -> u32 {
    let round = ROUND.get().wrapping_add(1).max(1);
    ROUND.set(round);
    round
}

/// The round of the last wait.
pub fn round() -> u32 {
    ROUND.get()
}

/// Whether a file was active lately.
fn is_hot(file: &Description, round: u32) -> bool {
    let active = file.active.get();
    active != 0 && round.wrapping_sub(active) <= HOT_ROUNDS
}

/// Takes a member that is ready, and what holds.
pub type Report<'a> = &'a mut dyn FnMut(&Item, Ready) -> Result<()>;

impl Set {
    /// Waits until something is ready or `deadline` has passed (`Some(0)`: does not wait); calls
    /// `report` for at most `most` members.
    pub fn wait(&self, most: usize, deadline: Option<u64>, report: Report) -> Result<usize> {
        blocking::flush_point();
        let round = next_round();
        // Asking about a single one is as cheap for the host's poll.
        let several = self.size() > 1;
        let mut found = false;
        if several && self.luck.get() >= 0 {
            found = self.ask_hot(round);
        } else if several {
            self.luck.set(self.luck.get() + 1);
        }
        let asked = several && self.ask_cold(found);
        let mut count = self.take(most, round, report)?;
        if count == 0 && deadline == Some(0) && !asked {
            self.ask_all();
            count = self.take(most, round, report)?;
        }
        if count == 0 && signals::pending() {
            return Err(Errno::EINTR);
        }
        if count == 0 && deadline != Some(0) && self.ask_on(deadline, round) {
            count = self.take(most, round, report)?;
        }
        let mut nap = None;
        if count == 0 && self.size() > LARGE {
            nap = Some(clock::now() + self.size() as u64 * COST);
        }
        while count == 0 && deadline != Some(0) {
            // The timer of a nap may be an older one that rings early.
            nap = nap.filter(|&end| clock::now() < end);
            let woken = self.sleep(deadline, nap, round);
            if woken == Woken::Signal {
                return Err(Errno::EINTR);
            }
            count = self.take(most, round, report)?;
            // Whatever woke it: a host may call something ready time and again for nothing.
            if count == 0 && deadline.is_some_and(|until| clock::now() >= until) {
                break;
            }
        }
        Ok(count)
    }

    /// Asks files that were active lately whether there is more. Returns whether one of them is to be
    /// reported; others may be, too.
    fn ask_hot(&self, round: u32) -> bool {
        let mut hot = core::mem::take(&mut *self.hot.borrow_mut());
        let mut vain = 0;
        let (mut found, mut any) = (false, false);
        hot.retain(|item| {
            let file = item.file().filter(|file| is_hot(file, round));
            // Who waits for output alone learns of the end like those that are cold.
            if let Some(file) = &file
                && item.wants_input()
            {
                let known = file.file.ready().any(Ready::IN);
                if !known {
                    // If it has something to tell, that touches it, which queues the member.
                    file.file.ask(Ready::IN);
                }
                let ready = known || file.file.ready().any(Ready::IN);
                found |= ready && !known;
                vain += i32::from(!ready);
                // What is known of an edge has been reported.
                any |= ready && item.is_armed() && !(known && item.interest().edge);
            }
            item.hot.set(file.is_some());
            file.is_some()
        });
        let saved = if found {
            ASKING + hot.len() as i32 / 5
        } else {
            0
        };
        let luck = self.luck.get() + saved - vain;
        self.luck.set(luck.clamp(-MOST_LUCK, MOST_LUCK));
        // Whatever became hot meanwhile; the memory stays.
        hot.append(&mut self.hot.borrow_mut());
        self.hot.replace(hot);
        any
    }

    /// Before a sleep: asks the hot files for a while longer (see [`busy`]).
    fn ask_on(&self, deadline: Option<u64>, round: u32) -> bool {
        let (mut spin, mut files, mut forgiving) = (0, 0, true);
        let hot = self.hot.borrow();
        let waiting = hot.iter().filter(|item| item.wants_input());
        for file in waiting.filter_map(|item| item.file()) {
            if is_hot(&file, round) && busy::is_served_by_host(&file) {
                spin = busy::nanoseconds(&file).max(spin);
                files += 1;
                forgiving &= file.socket.is_some_and(|(_, kind)| kind == Type::Stream);
            }
        }
        drop(hot);
        let ask = || self.ask_hot(round) || self.any_ready();
        if spin > 0 {
            for file in self.hot.borrow().iter().filter_map(|item| item.file()) {
                busy::prepare(&file);
            }
        }
        let asked = Asked {
            files,
            changing: round.wrapping_sub(self.added.get()) <= HOT_ROUNDS,
            forgiving,
        };
        let luck = self.luck.get();
        let may_pay = (1..=FEW).contains(&files);
        let patience = may_pay.then_some(&self.patience);
        let found = busy::before_sleep(spin, patience, deadline, asked, ask);
        if spin == 0 {
            // That has its own account.
            self.luck.set(luck);
        }
        found
    }

    /// If something is to be reported (as is `known`, or to be found out), and if it is time to: asks about
    /// all members. Returns whether it did.
    fn ask_cold(&self, known: bool) -> bool {
        if self.size() <= LARGE {
            let waits = self.unasked.get() + 1;
            self.unasked.set(waits);
            let due = waits >= COLD_WAITS && (known || self.any_ready());
            if due {
                self.ask_all();
            }
            return due;
        }
        if !known && !self.any_ready() {
            return false;
        }
        let now = clock::now();
        // What it cost last, unless the program was put aside meanwhile.
        let usual = self.size() as u64 * COST;
        let cost = self.cost.get().clamp(usual / 4, usual * 4);
        let due = now.saturating_sub(self.last_full.get()) >= cost * COLD_SHARE;
        if due {
            self.ask_all();
            self.cost.set(self.last_full.get().saturating_sub(now));
        }
        due
    }

    /// Reports from the front of the queue. What stays ready goes to the end, so that every file
    /// has its turn.
    fn take(&self, most: usize, round: u32, report: Report) -> Result<usize> {
        let mut count = 0;
        let queued = self.shared.queue.borrow().len();
        for _ in 0..queued {
            if count >= most {
                break;
            }
            let Some(item) = self.shared.queue.borrow_mut().pop_front() else {
                break;
            };
            item.queued.set(false);
            let Some(file) = item.file() else { continue };
            let Some(found) = item.report(&file) else {
                continue;
            };
            report(&item, found)?;
            count += 1;
            self.heat(&item, &file, round);
            if item.is_level_triggered() && !item.queued.replace(true) {
                self.shared.queue.borrow_mut().push_back(item);
            }
        }
        Ok(count)
    }

    /// Adds the members that `which` names; returns when the first of them becomes ready by
    /// itself. Files that are closed are dropped on the way.
    fn collect(
        &self,
        lists: &mut Lists,
        which: impl Fn(&Item, &Description) -> bool,
    ) -> Option<u64> {
        let mut earliest: Option<u64> = None;
        let mut place = 0;
        self.items.borrow_mut().retain(|item| {
            let Some(file) = item.file() else {
                return false;
            };
            item.place.set(place);
            place += 1;
            if item.is_armed() && which(item, &file) {
                if let Some(at) = file.file.deadline() {
                    earliest = Some(earliest.map_or(at, |before| before.min(at)));
                }
                lists.add(file, item.interest().want);
            }
            true
        });
        earliest
    }

    /// Asks the host about all members, save those that just answered; does not wait.
    pub fn ask_all(&self) {
        let round = round();
        loop {
            let found = Lists::with(|lists| {
                let due = self.collect(lists, |item, file| !item.is_settled(file, round));
                let Lists { sources, files } = lists;
                let found = sources.ask(&mut |owner, slot| wake(files, owner, slot));
                touch_due(files, due);
                found
            });
            if !is_cut_short(found) {
                break;
            }
        }
        self.all_were_asked();
    }

    fn all_were_asked(&self) {
        self.unasked.set(0);
        if self.size() > LARGE {
            self.last_full.set(clock::now());
        }
    }

    /// Adds the hot members.
    fn collect_hot(&self, lists: &mut Lists, round: u32) {
        for item in self.hot.borrow().iter().filter(|item| item.is_armed()) {
            if let Some(file) = item.file().filter(|file| is_hot(file, round)) {
                lists.add(file, item.interest().want);
            }
        }
    }

    /// Sleeps on all members, or on the hot ones until `nap`.
    fn sleep(&self, deadline: Option<u64>, nap: Option<u64>, round: u32) -> Woken {
        let mut all = true;
        let (woken, found) = Lists::with(|lists| {
            let mut due = None;
            if nap.is_some() {
                self.collect_hot(lists, round);
                all = lists.sources.is_empty();
            }
            if all {
                due = self.collect(lists, |_, _| true);
            }
            let nap = nap.filter(|_| !all);
            let until = [due, deadline, nap].into_iter().flatten().min();
            let Lists { sources, files } = lists;
            let woken = sources.sleep(until, &mut |owner, slot| wake(files, owner, slot));
            touch_due(files, due);
            (woken, sources.found())
        });
        if found > 1 && found * 3 >= self.hot.borrow().len() {
            // So many at once: asking them one by one would have paid.
            self.luck.set(self.luck.get().max(0));
        }
        if all {
            self.all_were_asked();
        }
        if is_cut_short(found) {
            self.ask_all();
        }
        woken
    }
}

fn wake(files: &[Rc<Description>], owner: usize, slot: Slot) {
    if let Some(file) = files.get(owner) {
        file.file.wake(slot);
        file.file.notify().touch();
    }
}

/// Files that became ready by themselves (timers) tell nobody; looks at them when one is due.
fn touch_due(files: &[Rc<Description>], due: Option<u64>) {
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
