//! poll(2) over one file, or an array that cannot be kept: each call asks about all of them.

use super::busy::{self, Asked};
use super::{COLD_WAITS, Sources, Woken, blocking, signals, stdin};
use crate::errno::{Errno, Result};
use crate::fd::{Description, Ready, Slot};
use crate::host::clock;
use crate::host::habits::is_cut_short;
use crate::socket::looks;
use alloc::rc::Rc;

/// Larger sets are worth keeping from call to call (see [`super::kept`]).
pub const FEW: usize = 1;

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
    /// The conditions that the host is asked about.
    pub want: Ready,
    /// The conditions that end the wait.
    pub counts: Ready,
    /// What holds.
    pub got: Ready,
}

state! {
    static SOURCES: Global<Sources> = Sources::new();
}

/// Waits until one of `items` is ready or `deadline` has passed (`Some(0)`: does not wait).
/// Returns how many are ready, and leaves in each what holds.
pub fn poll(items: &mut [Item], deadline: Option<u64>) -> Result<usize> {
    blocking::readiness_point();
    looks::begin();
    let mut count = scan(items);
    let all = match count {
        0 => deadline == Some(0),
        _ => may_have_more(items),
    };
    if ask_more(items) {
        count = scan(items);
    }
    if all {
        ask_all(items);
        count = scan(items);
    }
    if count > 0 {
        blocking::found();
    } else if blocking::flush_after_all() {
        count = scan(items);
    }
    if count == 0 && signals::pending() {
        return Err(Errno::EINTR);
    }
    if count == 0 && deadline != Some(0) && ask_on(items, deadline) {
        count = scan(items);
    }
    while count == 0 && deadline != Some(0) {
        let (woken, found) = sleep(items, deadline);
        if woken == Woken::Signal {
            return Err(Errno::EINTR);
        }
        if is_cut_short(found) {
            ask_all(items);
        }
        count = scan(items);
        if ask_more(items) {
            count = scan(items);
        }
        // Whatever woke it: a host may call something ready time and again for nothing.
        if count == 0 && deadline.is_some_and(|deadline| clock::now() >= deadline) {
            break;
        }
    }
    Ok(count)
}

/// Some are ready: whether to ask the host what else holds. Where only input of one file matters, its
/// end or a failure may as well be told a few calls later.
fn may_have_more(items: &[Item]) -> bool {
    let [item] = items else { return true };
    let Some(file) = file(item).filter(|_| !item.want.any(!(Ready::IN | Ready::ALWAYS))) else {
        return true;
    };
    let calls = file.unasked.get() + 1;
    let due = calls >= COLD_WAITS;
    file.unasked.set(if due { 0 } else { calls });
    due
}

/// Before a sleep: asks for a while longer (see [`busy`]); true if one is ready.
fn ask_on(items: &mut [Item], deadline: Option<u64>) -> bool {
    let spin = items.iter().filter_map(file).map(busy::nanoseconds).max();
    let spin = spin.unwrap_or(0);
    if spin > 0 {
        items.iter().filter_map(file).for_each(busy::prepare);
    }
    let only = match &*items {
        [
            Item {
                target: Target::File(file),
                want,
                ..
            },
        ] if want.any(Ready::IN) && busy::is_served_by_host(file) => Some(file.clone()),
        _ => None,
    };
    let files = items.len();
    let mut ask = || {
        for (item, file) in items.iter().filter_map(|item| Some((item, file(item)?))) {
            file.file.ask(item.want);
        }
        scan(items) > 0
    };
    let patience = only.as_ref().map(|file| &file.patience);
    let asked = Asked {
        files,
        once: !only.as_deref().is_some_and(busy::peer_may_wait),
        ..Asked::ONE
    };
    busy::before_sleep(spin, patience, deadline, asked, &mut ask)
}

fn file(item: &Item) -> Option<&Description> {
    match &item.target {
        Target::File(file) => Some(file),
        _ => None,
    }
}

/// Sleeps on all of them.
fn sleep(items: &mut [Item], deadline: Option<u64>) -> (Woken, usize) {
    SOURCES.with(|sources| {
        collect(items, sources);
        let own = items.iter().filter_map(own_deadline).min();
        let until = [own, deadline].into_iter().flatten().min();
        let woken = sources.sleep(until, &mut |owner, slot| wake(items, owner, slot));
        (woken, sources.found())
    })
}

/// Asks the host about all of them.
fn ask_all(items: &mut [Item]) {
    loop {
        let found = SOURCES.with(|sources| {
            collect(items, sources);
            sources.ask(&mut |owner, slot| wake(items, owner, slot))
        });
        if !is_cut_short(found) {
            break;
        }
    }
}

/// Looks at what is known; returns how many entries are ready.
fn scan(items: &mut [Item]) -> usize {
    let mut count = 0;
    for item in items {
        item.got = match &item.target {
            Target::File(file) => file.file.ready() & item.counts,
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
/// fresh connection, and a call that asks costs no more than a pollable. And asks what the host does not
/// tell at all. True if any was asked.
fn ask_more(items: &[Item]) -> bool {
    let mut any = false;
    for item in items {
        let Some(file) = file(item) else { continue };
        let ask = item.want & Ready::OUT & !item.got;
        if !ask.is_empty() || file.file.deadline().is_some() {
            file.file.ask(ask);
            any = true;
        }
    }
    any
}

fn own_deadline(item: &Item) -> Option<u64> {
    file(item)?.file.deadline()
}

fn collect(items: &[Item], sources: &mut Sources) {
    sources.clear();
    for (index, item) in items.iter().enumerate() {
        match &item.target {
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

fn wake(items: &mut [Item], owner: usize, slot: Slot) {
    let Some(item) = items.get_mut(owner) else {
        return;
    };
    match &item.target {
        Target::File(file) => {
            file.file.wake(slot);
            // For a larger set that it is in too: it hears of what is known already only so.
            file.file.notify().touch();
        }
        Target::Stdin => item.got |= Ready::IN,
        _ => {}
    }
}
