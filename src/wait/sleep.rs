//! One sleep in the host: on files, on unsent data, on timers and on timer signals at once.

use super::{pending, signals};
use crate::fd::{Description, Slot};
use crate::host::clock;
use crate::host::habits::{is_doubtful, slept};
use crate::host::poll::{Source, wait};
use crate::socket::looks;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// Why a sleep ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Something may have become ready.
    Ready,
    /// The deadline has passed.
    Timeout,
    /// A signal can be delivered.
    Signal,
}

/// The pollables of one sleep and whose they are.
#[derive(Default)]
pub struct Sources {
    numbers: Vec<u32>,
    owners: Vec<(usize, Slot)>,
    unsent: Vec<(Rc<Description>, Slot)>,
    ready: Vec<u32>,
}

/// A sleep without any other end is cut into pieces of this length.
const LONG: u64 = 3_600_000_000_000;

state! {
    /// The last timer, kept: most sleeps with a timeout end before it, and the next one can use it
    /// again as long as it does not ring later than wanted.
    static TIMER: Global<Option<(u64, Source)>> = None;
    /// A pollable that is always ready, for asking without waiting.
    static ALWAYS: Global<Option<Source>> = None;
}

impl Sources {
    /// An empty set.
    pub const fn new() -> Self {
        Sources {
            numbers: Vec::new(),
            owners: Vec::new(),
            unsent: Vec::new(),
            ready: Vec::new(),
        }
    }

    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        self.numbers.clear();
        self.owners.clear();
    }

    /// Adds a pollable of the file that the caller calls `owner`.
    pub fn add(&mut self, owner: usize, number: u32, slot: Slot) {
        self.numbers.push(number);
        self.owners.push((owner, slot));
    }

    /// How many the last sleep found ready.
    pub fn found(&self) -> usize {
        self.ready.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// Asks about the whole set; calls `wake` for what is ready. Does not sleep, except for a
    /// moment (the host's timers count milliseconds) when the host's "no" cannot be trusted.
    /// Returns how many were ready; see `is_cut_short` for when to ask again.
    pub fn ask(&mut self, wake: &mut dyn FnMut(usize, Slot)) -> usize {
        if self.numbers.is_empty() {
            return 0;
        }
        let moment = is_doubtful().then(|| clock::at(clock::now() + 1));
        if moment.is_some() {
            slept();
        }
        let end = match &moment {
            Some(timer) => timer.number(),
            None => ALWAYS.with(|slot| slot.get_or_insert_with(|| clock::at(0)).number()),
        };
        self.numbers.push(end);
        wait(&self.numbers, &mut self.ready);
        self.numbers.pop();
        self.report(wake);
        self.ready
            .iter()
            .filter(|&&index| (index as usize) < self.owners.len())
            .count()
    }

    fn report(&self, wake: &mut dyn FnMut(usize, Slot)) {
        for &index in &self.ready {
            if let Some(&(owner, slot)) = self.owners.get(index as usize) {
                wake(owner, slot);
            }
        }
    }

    /// Sleeps until a source is ready (then calls `wake` for each that is), a signal can be
    /// delivered, or `deadline` (monotonic nanoseconds) has passed. May also return `Ready`
    /// for no reason that the caller can see.
    pub fn sleep(&mut self, deadline: Option<u64>, wake: &mut dyn FnMut(usize, Slot)) -> Woken {
        if signals::pending() {
            return Woken::Signal;
        }
        looks::begin();
        self.unsent.clear();
        let files = self.numbers.len();
        let (numbers, unsent) = (&mut self.numbers, &mut self.unsent);
        let cork = pending::sources(&mut |file, number, slot| {
            numbers.push(number);
            unsent.push((file.clone(), slot));
        });
        let alarm = signals::next_deadline();
        let ends = [deadline, cork, alarm];
        let mut until = ends.into_iter().flatten().min();
        if until.is_none() && self.numbers.is_empty() {
            until = Some(clock::now() + LONG);
        }
        let timer = until.map(|until| {
            TIMER.with(|kept| {
                if !matches!(kept, Some((at, _)) if *at <= until) {
                    *kept = Some((until, clock::at(until)));
                }
                kept.as_ref().map_or(0, |(_, timer)| timer.number())
            })
        });
        let timer_index = self.numbers.len();
        self.numbers.extend(timer);
        if is_doubtful() {
            // Then the host has to put the program to sleep for a moment.
            slept();
        }
        clock::asleep(|| wait(&self.numbers, &mut self.ready));
        self.numbers.truncate(files);
        let rang = timer.is_some() && self.ready.contains(&(timer_index as u32));
        if rang {
            TIMER.with(|kept| *kept = None);
        }
        for &index in &self.ready {
            let index = index as usize;
            if let Some((file, slot)) = index.checked_sub(files).and_then(|i| self.unsent.get(i)) {
                file.file.wake(*slot);
            }
        }
        self.unsent.clear();
        pending::flush(pending::Keep::Nothing);
        if self.ready.iter().any(|&index| (index as usize) < files) {
            self.report(wake);
            return Woken::Ready;
        }
        if rang {
            let now = clock::now();
            if deadline.is_some_and(|deadline| now >= deadline) {
                return Woken::Timeout;
            }
            if alarm.is_some_and(|alarm| now >= alarm) && signals::pending() {
                return Woken::Signal;
            }
        }
        Woken::Ready
    }
}
