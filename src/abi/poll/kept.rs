//! poll(2) over many descriptors, mostly the same ones as in the call before.

use super::{
    Entry, POLLNVAL, QUESTION, answer, descriptor, events, question, revents, target, wanted,
};
use crate::errno::Result;
use crate::fd::{Ready, process};
use crate::host::cell::Global;
use crate::wait::kept::{Kept, Place};
use crate::wait::poll::Target;
use crate::wait::set::Interest;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// No question: no descriptor is negative and has these events, or it does not matter.
const NONE: u64 = u64::MAX;

/// An array with so many entries left is looked at in larger steps.
const LONG: usize = 16;

/// The array of the last call.
#[derive(Default)]
struct Last {
    /// Its questions; NONE where the answer must be looked for each time.
    questions: Vec<u64>,
    /// The table's generation then.
    generation: u32,
    kept: Kept,
    /// Standard input stands in the array of this call.
    stdin: bool,
    /// Descriptors that may not be in the array any more, or name another file.
    left: Vec<i32>,
}

static LAST: Global<Option<Box<Last>>> = Global::new(None);

/// See [`super::poll`]. None when this array has to be asked about entry by entry.
pub fn poll(array: &mut [Entry], deadline: Option<u64>) -> Result<Option<usize>> {
    LAST.with(|last| last.get_or_insert_default().poll(array, deadline))
}

/// What a member is known by: its descriptor and its place.
fn known_by(fd: i32, place: usize) -> u64 {
    u64::from(fd as u32) << 32 | place as u64
}

fn place_of(data: u64) -> usize {
    data as u32 as usize
}

impl Last {
    fn poll(&mut self, array: &mut [Entry], deadline: Option<u64>) -> Result<Option<usize>> {
        let Some(mut count) = self.prepare(array) else {
            self.questions.clear();
            self.kept.clear();
            return Ok(None);
        };
        let deadline = if count == 0 { deadline } else { Some(0) };
        self.kept
            .set
            .wait(usize::MAX, deadline, &mut |interest, found| {
                if let Some(entry) = array.get_mut(place_of(interest.data)) {
                    answer(entry, revents(found, interest.bits as i16));
                }
                count += 1;
                Ok(())
            })?;
        Ok(Some(count))
    }

    /// Makes the set that of this array, and clears its `revents` but for those that are known; returns how
    /// many these are. None if it has a descriptor twice.
    fn prepare(&mut self, array: &mut [Entry]) -> Option<usize> {
        let same_table = self.look_at_table();
        if core::mem::take(&mut self.stdin) {
            self.left.push(0);
        }
        let count = array.len();
        if self.questions.len() != count {
            for &gone in self.questions.get(count..).unwrap_or_default() {
                self.left.push(descriptor(gone));
            }
            self.questions.resize(count, NONE);
        }
        let mut known = 0;
        let mut place = 0;
        loop {
            // Nearly all entries of a long array are those of the last call, with nothing reported of them.
            if same_table && count - place >= LONG {
                let known = self.questions.get(place..).unwrap_or_default();
                place += alike(known, array.get(place..).unwrap_or_default());
            }
            let Some(entry) = array.get_mut(place) else {
                break;
            };
            let question = question(entry);
            *entry = question.to_le_bytes();
            let before = self.questions.get(place).copied().unwrap_or(NONE);
            if before != question || !same_table {
                let (asked, found) = self.ask(place, question)?;
                if found != 0 {
                    answer(entry, found);
                    known += 1;
                }
                if descriptor(before) != descriptor(question) {
                    self.left.push(descriptor(before));
                }
                if let Some(slot) = self.questions.get_mut(place) {
                    *slot = asked;
                }
            }
            place += 1;
        }
        while let Some(fd) = self.left.pop() {
            if self.place(fd).is_none() && !(self.stdin && fd == 0) {
                self.kept.remove(fd);
            }
        }
        Some(known)
    }

    /// Takes note of descriptors that were opened or closed since the last call. Returns whether all
    /// others name what they named.
    fn look_at_table(&mut self) -> bool {
        self.left.clear();
        if !process::catch_up(&mut self.generation, &mut self.left) {
            return false;
        }
        for index in 0..self.left.len() {
            let place = self.left.get(index).and_then(|&fd| self.place(fd));
            if let Some(question) = place.and_then(|place| self.questions.get_mut(place)) {
                *question = NONE;
            }
        }
        true
    }

    /// Where the question about a member stands.
    fn place(&self, fd: i32) -> Option<usize> {
        let place = place_of(self.kept.known_by(fd)?);
        let question = self.questions.get(place)?;
        (descriptor(*question) == fd).then_some(place)
    }

    /// Looks at one entry. Returns what to remember of it and the `revents` that are known, or None for a
    /// second entry with the same descriptor.
    fn ask(&mut self, place: usize, question: u64) -> Option<(u64, i16)> {
        let fd = descriptor(question);
        if fd < 0 {
            return Some((question, 0));
        }
        let events = events(question);
        let want = wanted(events);
        let target = target(fd);
        let stdin = matches!(target, Target::Stdin);
        let interest = Interest {
            want,
            counts: want | Ready::ALWAYS,
            edge: false,
            once: false,
            bits: events as u16 as u32,
            data: known_by(fd, place),
        };
        match self.kept.put(fd, target, interest) {
            Place::Member(_) if stdin => {
                (!core::mem::replace(&mut self.stdin, true)).then_some((NONE, 0))
            }
            Place::Member(before) => {
                let other = before.map(place_of).filter(|&other| other != place);
                if let Some(other) = other
                    && let Some(asked) = self.questions.get_mut(other)
                    && descriptor(*asked) == fd
                {
                    if other < place {
                        return None;
                    }
                    // That entry is looked at again when its turn comes.
                    *asked = NONE;
                }
                Some((question, 0))
            }
            Place::Always => Some((NONE, revents(want & (Ready::IN | Ready::OUT), events))),
            Place::Invalid => Some((NONE, POLLNVAL)),
            Place::Nowhere => Some((NONE, 0)),
        }
    }
}

/// How many entries of an array are, from its start, exactly these questions.
fn alike(questions: &[u64], array: &[Entry]) -> usize {
    let (questions, _) = questions.as_chunks();
    let (array, _) = array.as_chunks();
    let same = questions.iter().zip(array).take_while(|(asked, entries)| {
        // Written out, because a loop of four takes twice the time.
        let (asked, entries): (&[u64; 4], &[Entry; 4]) = (asked, entries);
        let a = u64::from_le_bytes(entries[0]);
        let b = u64::from_le_bytes(entries[1]);
        let c = u64::from_le_bytes(entries[2]);
        let d = u64::from_le_bytes(entries[3]);
        let different = (a ^ asked[0]) | (b ^ asked[1]) | (c ^ asked[2]) | (d ^ asked[3]);
        (different | (a | b | c | d) & !QUESTION) == 0
    });
    same.count() * 4
}
