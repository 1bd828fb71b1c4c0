//! poll(2) over many descriptors, mostly the same ones as in the call before.

use super::super::util;
use super::{POLLNVAL, PollFd, answer, revents, target, wanted};
use crate::errno::Result;
use crate::fd::{Ready, process};
use crate::wait::kept::{Kept, Place};
use crate::wait::poll::Target;
use crate::wait::set::Interest;
use crate::wasi::cell::Global;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Descriptor and events of a `struct pollfd`; the other 16 bits are revents.
const QUESTION: u64 = (1 << 48) - 1;

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
    /// Places of this call whose revents are not zero.
    stale: Vec<u32>,
    /// Places of this call and their revents.
    ready: Vec<(u32, i16)>,
}

static LAST: Global<Option<Box<Last>>> = Global::new(None);

/// See [`super::poll`]; the array lies in memory. None when this array has to be asked about entry
/// by entry.
pub fn poll(fds: *mut PollFd, count: usize, deadline: Option<u64>) -> Result<Option<usize>> {
    let mut last = LAST.with(Option::take).unwrap_or_default();
    let outcome = last.poll(fds, count, deadline);
    LAST.with(|kept| *kept = Some(last));
    outcome
}

/// What a member is known by: its descriptor and its place.
fn known_by(fd: i32, place: usize) -> u64 {
    u64::from(fd as u32) << 32 | place as u64
}

fn place_of(data: u64) -> usize {
    data as u32 as usize
}

fn descriptor(question: u64) -> i32 {
    question as u32 as i32
}

impl Last {
    fn poll(
        &mut self,
        fds: *mut PollFd,
        count: usize,
        deadline: Option<u64>,
    ) -> Result<Option<usize>> {
        if !self.prepare(util::slice(fds.cast(), count * size_of::<PollFd>())?) {
            self.questions.clear();
            self.kept.clear();
            return Ok(None);
        }
        let Last { kept, ready, .. } = self;
        let deadline = if ready.is_empty() { deadline } else { Some(0) };
        kept.set.wait(usize::MAX, deadline, &mut |item, found| {
            let Interest { bits, data, .. } = item.interest();
            ready.push((place_of(data) as u32, revents(found, bits as i16)));
            Ok(())
        })?;
        for &place in &self.stale {
            answer(fds.wrapping_add(place as usize), 0)?;
        }
        for &(place, revents) in &self.ready {
            answer(fds.wrapping_add(place as usize), revents)?;
        }
        Ok(Some(self.ready.len()))
    }

    /// Makes the set that of this array; false if it has a descriptor twice.
    fn prepare(&mut self, array: &[u8]) -> bool {
        self.stale.clear();
        self.ready.clear();
        let same_table = self.look_at_table();
        if core::mem::take(&mut self.stdin) {
            self.left.push(0);
        }
        let count = array.len() / size_of::<PollFd>();
        for &gone in self.questions.get(count..).unwrap_or_default() {
            self.left.push(descriptor(gone));
        }
        self.questions.resize(count, NONE);
        let mut rest = array;
        let mut place = 0;
        loop {
            // Nearly all entries of a long array are those of the last call, with nothing reported of them.
            if same_table && count - place >= LONG {
                let known = self.questions.get(place..).unwrap_or_default();
                let same = alike(known, rest);
                place += same;
                rest = rest.get(same * size_of::<PollFd>()..).unwrap_or_default();
            }
            let Some((entry, after)) = rest.split_first_chunk() else {
                break;
            };
            rest = after;
            let entry = u64::from_le_bytes(*entry);
            let question = entry & QUESTION;
            if entry != question {
                self.stale.push(place as u32);
            }
            let before = self.questions.get(place).copied().unwrap_or(NONE);
            if before != question || !same_table {
                match self.ask(place, question) {
                    Some(asked) => {
                        if descriptor(before) != descriptor(question) {
                            self.left.push(descriptor(before));
                        }
                        if let Some(slot) = self.questions.get_mut(place) {
                            *slot = asked;
                        }
                    }
                    None => return false,
                }
            }
            place += 1;
        }
        while let Some(fd) = self.left.pop() {
            if self.place(fd).is_none() && !(self.stdin && fd == 0) {
                self.kept.remove(fd);
            }
        }
        true
    }

    /// Takes note of descriptors that were opened or closed since the last call. Returns whether all
    /// others name what they named.
    fn look_at_table(&mut self) -> bool {
        let before = core::mem::replace(&mut self.generation, process::generation());
        self.left.clear();
        if before != self.generation && !process::changed_since(before, &mut self.left) {
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

    /// Looks at one entry. Returns what to remember of it, or None for a second entry with the
    /// same descriptor.
    fn ask(&mut self, place: usize, question: u64) -> Option<u64> {
        let fd = descriptor(question);
        if fd < 0 {
            return Some(question);
        }
        let events = (question >> 32) as i16;
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
                (!core::mem::replace(&mut self.stdin, true)).then_some(NONE)
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
                Some(question)
            }
            Place::Always => {
                let found = revents(want & (Ready::IN | Ready::OUT), events);
                if found != 0 {
                    self.ready.push((place as u32, found));
                }
                Some(NONE)
            }
            Place::Invalid => {
                self.ready.push((place as u32, POLLNVAL));
                Some(NONE)
            }
            Place::Nowhere => Some(NONE),
        }
    }
}

/// How many entries of an array are, from its start, exactly these questions.
fn alike(questions: &[u64], array: &[u8]) -> usize {
    const TOGETHER: usize = 4;
    let (questions, _) = questions.as_chunks::<TOGETHER>();
    let (array, _) = array.as_chunks::<{ TOGETHER * size_of::<PollFd>() }>();
    let pairs = questions.iter().zip(array);
    let same = pairs.take_while(|(questions, entries)| {
        let (entries, _) = entries.as_chunks();
        let pairs = questions.iter().zip(entries);
        let different = pairs.fold(0, |different, (question, entry)| {
            let entry = u64::from_le_bytes(*entry);
            different | question ^ entry | entry & !QUESTION
        });
        different == 0
    });
    same.count() * TOGETHER
}
