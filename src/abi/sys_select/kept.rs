//! select(2) over sets of bits, mostly the same ones as in the call before.

use super::super::poll::target;
use super::SETS;
use super::layout::Bits;
use crate::errno::{Errno, Result};
use crate::fd::{Ready, process};
use crate::host::cell::Global;
use crate::wait::kept::{Kept, Place};
use crate::wait::poll::Target;
use crate::wait::set::Interest;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// The sets of the last call.
#[derive(Default)]
pub struct Last {
    /// What this call asks.
    pub asked: [Bits; 3],
    /// What it found.
    pub found: [Bits; 3],
    /// What the set below was made for, and the table's generation then.
    before: [Bits; 3],
    generation: u32,
    /// Descriptors of the C library, which change without notice.
    foreign: Vec<i32>,
    kept: Kept,
}

pub static LAST: Global<Option<Box<Last>>> = Global::new(None);

impl Last {
    /// Waits until something in `asked` is ready; leaves that in `found` and returns how many
    /// bits that are.
    pub fn wait(&mut self, deadline: Option<u64>) -> Result<usize> {
        for bits in &mut self.found {
            bits.clear();
        }
        let prepared = self.prepare();
        core::mem::swap(&mut self.asked, &mut self.before);
        let Ok(known) = prepared else {
            // Part of it may have been done; the next call starts from nothing.
            self.before = Default::default();
            self.kept.clear();
            self.foreign.clear();
            return prepared;
        };
        let deadline = if known > 0 { Some(0) } else { deadline };
        let Last {
            kept,
            before,
            found,
            ..
        } = self;
        let mut count = known;
        kept.set
            .wait(usize::MAX, deadline, &mut |interest, ready| {
                count += note(before, found, interest.data as i32, ready);
                Ok(())
            })?;
        Ok(count)
    }

    /// Makes the set that of this call; returns how many bits are known to be set in the answer.
    fn prepare(&mut self) -> Result<usize> {
        let mut again = core::mem::take(&mut self.foreign);
        let same = process::catch_up(&mut self.generation, &mut again);
        let mut known = 0;
        for &fd in &again {
            known += self.place(fd)?;
        }
        let words = self.asked.iter().chain(&self.before).map(Bits::words).max();
        for index in 0..words.unwrap_or(0) {
            let mut different = 0;
            for (asked, before) in self.asked.iter().zip(&self.before) {
                let (asked, before) = (asked.word(index), before.word(index));
                different |= if same { asked ^ before } else { asked | before };
            }
            Bits::each_of(index, different, |fd| {
                if !again.contains(&fd) {
                    known += self.place(fd)?;
                }
                Ok(())
            })?;
        }
        Ok(known)
    }

    /// Makes one descriptor a member, or not; returns how many bits of the answer it is known to
    /// set.
    fn place(&mut self, fd: i32) -> Result<usize> {
        let mut want = Ready::NONE;
        let mut counts = Ready::NONE;
        for (bits, (asks, ends)) in self.asked.iter().zip(SETS) {
            if bits.has(fd) {
                want |= asks;
                counts |= ends;
            }
        }
        if counts.is_empty() {
            self.kept.remove(fd);
            return Ok(0);
        }
        let target = target(fd);
        if !matches!(target, Target::File(_)) {
            self.foreign.push(fd);
        }
        let interest = Interest {
            want,
            counts,
            edge: false,
            once: false,
            bits: 0,
            data: fd as u64,
        };
        match self.kept.put(fd, target, interest) {
            Place::Invalid => Err(Errno::EBADF),
            Place::Always => {
                let ready = Ready::IN | Ready::OUT;
                Ok(note(&self.asked, &mut self.found, fd, ready))
            }
            Place::Member(_) | Place::Nowhere => Ok(0),
        }
    }
}

/// Notes that `ready` holds for `fd`; returns how many bits that sets.
fn note(asked: &[Bits; 3], found: &mut [Bits; 3], fd: i32, ready: Ready) -> usize {
    let mut count = 0;
    for ((asked, found), (_, counts)) in asked.iter().zip(found).zip(SETS) {
        if asked.has(fd) && ready.any(counts) {
            found.insert(fd);
            count += 1;
        }
    }
    count
}
