//! poll(2) and select(2): many files, each with the conditions it is asked about.
//!
//! The host's poll costs about 0.2 us for every pollable, so over a large set:
//!
//! 1. what is known without a host call is taken first;
//! 2. files that were active lately (hot) are asked one by one;
//! 3. the whole set goes to the host when that found nothing, or when the set is small, or when
//!    the others (cold) have not been asked for `COLD_SHARE` times what asking them costs.
//!
//! When nothing is ready in a large set, the engine first sleeps on the hot files alone, for as
//! long as asking about all would take (or the host's shortest sleep, a millisecond).
//!
//! So no file waits for ever behind busy ones: as long as the program keeps calling poll(2), a
//! cold file is asked at least once every 2 us times the size of the set plus that moment (or
//! every call, up to [`SMALL`] files).

use super::{Sources, Woken, blocking, signals, stdin};
use crate::errno::{Errno, Result};
use crate::fd::{Description, Ready};
use crate::wasi::cell::{Global, GlobalCell};
use crate::wasi::clock;
use crate::wasi::poll::is_cut_short;
use alloc::rc::Rc;

/// Sets up to this size are asked about as a whole.
pub const SMALL: usize = 64;

/// What the host's poll costs per pollable, in nanoseconds (wasmtime 49).
pub const COST: u64 = 200;

/// Of the time of a busy program, at most one part in so many goes into asking cold files.
const COLD_SHARE: u64 = 10;

/// A file stays hot for this many rounds after it was ready.
const HOT_ROUNDS: u32 = 32;

/// What an entry of a poll set names.
pub enum Target {
    /// Nothing: the entry is skipped.
    Ignored,
    /// No open file (POLLNVAL).
    Invalid,
    /// A file of ours.
    File(Rc<Description>),
    /// Standard input.
    Stdin,
    /// Another file of the C library: never blocks.
    Always,
}

/// One entry of a poll set.
pub struct Item {
    /// What it names.
    pub target: Target,
    /// What the program asks about.
    pub want: Ready,
    /// What holds.
    pub got: Ready,
}

/// Counts calls, so that a file's last activity can be told from its number.
static ROUND: GlobalCell<u32> = GlobalCell::new(1);

/// When the whole set was last asked about.
static LAST_FULL: GlobalCell<u64> = GlobalCell::new(0);

static SOURCES: Global<Sources> = Global::new(Sources::new());

/// A new round of some readiness call.
pub fn next_round() -> u32 {
    let round = ROUND.get().wrapping_add(1).max(1);
    ROUND.set(round);
    round
}

/// Whether a file was active lately.
pub fn is_hot(file: &Description, round: u32) -> bool {
    let active = file.active.get();
    active != 0 && round.wrapping_sub(active) <= HOT_ROUNDS
}

/// Waits until one of `items` is ready or `deadline` has passed (`Some(0)`: does not wait).
/// Returns how many are ready, and leaves in each what holds.
pub fn poll(items: &mut [Item], deadline: Option<u64>) -> Result<usize> {
    blocking::flush_point();
    let round = next_round();
    let mut count = scan(items);
    if ask_hot(items, round) > 0 {
        count = scan(items);
    }
    if count > 0 && cold_are_due(items.len()) || deadline == Some(0) && count == 0 {
        ask_all(items, round);
        count = scan(items);
    }
    if ask_output(items) {
        count = scan(items);
    }
    if count == 0 && signals::pending() {
        return Err(Errno::EINTR);
    }
    let mut nap = items.len() > SMALL;
    while count == 0 && deadline != Some(0) {
        let (woken, found) = sleep(items, deadline, round, nap);
        if woken == Woken::Signal {
            return Err(Errno::EINTR);
        }
        if is_cut_short(found) {
            ask_all(items, round);
        }
        count = scan(items);
        if ask_output(items) {
            count = scan(items);
        }
        if woken == Woken::Timeout && deadline.is_some_and(|deadline| clock::now() >= deadline) {
            break;
        }
        nap = false;
    }
    Ok(count)
}

/// Sleeps on all of them, or, for a `nap`, on the hot ones for a moment: as long as asking about
/// all would take, which a large set makes worth while.
fn sleep(items: &mut [Item], deadline: Option<u64>, round: u32, nap: bool) -> (Woken, usize) {
    SOURCES.with(|sources| {
        collect(items, sources, |file| !nap || is_hot(file, round));
        if nap && sources.is_empty() {
            return (Woken::Ready, 0);
        }
        let moment = nap.then(|| clock::now() + items.len() as u64 * COST);
        let own = items.iter().filter_map(own_deadline).min();
        let until = [own, deadline, moment].into_iter().flatten().min();
        let woken = sources.sleep(until, &mut |owner, slot| wake(items, owner, slot, round));
        if !nap {
            full_poll_done(items.len());
        }
        (woken, sources.found())
    })
}

/// Asks the host about all of them.
fn ask_all(items: &mut [Item], round: u32) {
    loop {
        let found = SOURCES.with(|sources| {
            collect(items, sources, |_| true);
            sources.ask(&mut |owner, slot| wake(items, owner, slot, round))
        });
        if !is_cut_short(found) {
            break;
        }
    }
    full_poll_done(items.len());
}

/// Looks at what is known; returns how many entries are ready.
fn scan(items: &mut [Item]) -> usize {
    let mut count = 0;
    for item in items {
        item.got = match &item.target {
            Target::File(file) => file.file.ready() & (item.want | Ready::ALWAYS),
            Target::Always => item.want & (Ready::IN | Ready::OUT),
            // Set by `wake`; one that is ready stays so until the program reads.
            Target::Stdin => item.got & item.want,
            Target::Ignored | Target::Invalid => Ready::NONE,
        };
        if !item.got.is_empty() || matches!(item.target, Target::Invalid) {
            count += 1;
        }
    }
    count
}

/// Asks whether output is possible where that is not known: the host's poll tells it late for a
/// fresh connection, and a call that asks costs no more than a pollable. True if any was asked.
fn ask_output(items: &[Item]) -> bool {
    let mut any = false;
    for item in items {
        let Target::File(file) = &item.target else {
            continue;
        };
        if item.want.any(Ready::OUT) && !item.got.any(Ready::OUT) {
            file.file.ask(Ready::OUT);
            any = true;
        }
    }
    any
}

/// Asks the files that were active lately, if that costs less than asking all; returns how many.
fn ask_hot(items: &mut [Item], round: u32) -> usize {
    if items.len() <= SMALL {
        return 0;
    }
    let mut asked = 0;
    for item in items {
        let Target::File(file) = &item.target else {
            continue;
        };
        if item.got.is_empty() && is_hot(file, round) {
            asked += 1;
            file.file.ask(item.want | Ready::IN);
            if file.file.ready().any(item.want | Ready::ALWAYS) {
                file.active.set(round);
            }
        }
    }
    asked
}

/// Whether it is time to ask about a whole set of this size, although something else is ready.
pub fn cold_are_due(size: usize) -> bool {
    if size <= SMALL {
        return true;
    }
    let now = clock::now();
    now.saturating_sub(LAST_FULL.get()) >= size as u64 * COST * COLD_SHARE
}

/// The whole of a set of this size has just been asked about.
pub fn full_poll_done(size: usize) {
    if size > SMALL {
        LAST_FULL.set(clock::now());
    }
}

fn own_deadline(item: &Item) -> Option<u64> {
    match &item.target {
        Target::File(file) if item.want.any(Ready::IN) => file.file.deadline(),
        _ => None,
    }
}

fn collect(items: &[Item], sources: &mut Sources, which: impl Fn(&Description) -> bool) {
    sources.clear();
    for (index, item) in items.iter().enumerate() {
        match &item.target {
            Target::File(file) if !which(file) => {}
            Target::File(file) => {
                file.file.sources(item.want, &mut |number, slot| {
                    sources.add(index, number, slot)
                });
            }
            Target::Stdin if item.want.any(Ready::IN) => sources.add(index, stdin::number(), 0),
            _ => {}
        }
    }
}

fn wake(items: &mut [Item], owner: usize, slot: crate::fd::Slot, round: u32) {
    let Some(item) = items.get_mut(owner) else {
        return;
    };
    match &item.target {
        Target::File(file) => {
            file.file.wake(slot);
            file.active.set(round);
        }
        Target::Stdin => item.got |= Ready::IN,
        _ => {}
    }
}
