//! poll(2) and select(2): many files, each with the conditions it is asked about.
//!
//! The host's poll costs about 0.2 us for every pollable, so over a large set:
//!
//! 1. what is known without a host call is taken first;
//! 2. files that were active lately (hot) are asked one by one;
//! 3. the whole set goes to the host when that found nothing, or when the set is small, or when
//!    the others (cold) have not been asked for [`COLD_SHARE`] times what asking them costs.
//!
//! So no file waits for ever behind busy ones: as long as the program keeps calling poll(2), a
//! cold file is asked at least once every 2 us times the size of the set (or every call, up to
//! [`SMALL`] files).

use super::{Sources, Woken, blocking, stdin};
use crate::errno::{Errno, Result};
use crate::fd::{Description, Ready};
use crate::wasi::cell::{Global, GlobalCell};
use crate::wasi::clock;
use alloc::rc::Rc;

/// Sets up to this size are asked about as a whole.
const SMALL: usize = 64;

/// What the host's poll costs per pollable, in nanoseconds (wasmtime 49).
const COST: u64 = 200;

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
    let full = match ask_hot(items, round) {
        // Few enough to ask about all of them each time.
        _ if items.len() <= SMALL => true,
        0 => count > 0 && cold_are_due(items.len()),
        _ => {
            count = scan(items);
            count > 0 && cold_are_due(items.len())
        }
    };
    if count > 0 && full || deadline == Some(0) && count == 0 {
        SOURCES.with(|sources| {
            collect(items, sources);
            sources.ask(&mut |owner, slot| wake(items, owner, slot, round));
        });
        count = scan(items);
    }
    while count == 0 && deadline != Some(0) {
        let woken = SOURCES.with(|sources| {
            collect(items, sources);
            let until = items.iter().filter_map(own_deadline).chain(deadline).min();
            sources.sleep(until, &mut |owner, slot| wake(items, owner, slot, round))
        });
        if items.len() > SMALL {
            LAST_FULL.set(clock::now());
        }
        if woken == Woken::Signal {
            return Err(Errno::EINTR);
        }
        count = scan(items);
        if woken == Woken::Timeout && deadline.is_some_and(|deadline| clock::now() >= deadline) {
            break;
        }
    }
    Ok(count)
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

/// Asks the files that were active lately, if that costs less than asking all; returns how many.
fn ask_hot(items: &mut [Item], round: u32) -> usize {
    if items.len() <= SMALL {
        return 0;
    }
    let mut asked = 0;
    for item in items {
        let Target::File(file) = &item.target else { continue };
        if item.got.is_empty() && is_hot(file, round) {
            asked += 1;
            file.file.ask(item.want);
            if file.file.ready().any(item.want | Ready::ALWAYS) {
                file.active.set(round);
            }
        }
    }
    asked
}

fn cold_are_due(size: usize) -> bool {
    let now = clock::now();
    let due = now.saturating_sub(LAST_FULL.get()) >= size as u64 * COST * COLD_SHARE;
    if due {
        LAST_FULL.set(now);
    }
    due
}

fn own_deadline(item: &Item) -> Option<u64> {
    match &item.target {
        Target::File(file) if item.want.any(Ready::IN) => file.file.deadline(),
        _ => None,
    }
}

fn collect(items: &[Item], sources: &mut Sources) {
    sources.clear();
    for (index, item) in items.iter().enumerate() {
        match &item.target {
            Target::File(file) => {
                file.file.sources(item.want, &mut |number, slot| sources.add(index, number, slot));
            }
            Target::Stdin if item.want.any(Ready::IN) => sources.add(index, stdin::number(), 0),
            _ => {}
        }
    }
}

fn wake(items: &mut [Item], owner: usize, slot: crate::fd::Slot, round: u32) {
    let Some(item) = items.get_mut(owner) else { return };
    match &item.target {
        Target::File(file) => {
            file.file.wake(slot);
            file.active.set(round);
        }
        Target::Stdin => item.got = item.got | Ready::IN,
        _ => {}
    }
}
