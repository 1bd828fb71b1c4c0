//! How an fd_set is laid out, and the bits that stand for one here.

use super::super::util;
use crate::errno::Result;
use alloc::vec::Vec;
use core::ffi::{c_int, c_void};

const WORD: usize = 32;

/// A set of descriptors: bit n of word m is descriptor 32 m + n.
#[derive(Default)]
pub struct Bits(Vec<u32>);

impl Bits {
    /// No members.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The word with this index.
    pub fn word(&self, index: usize) -> u32 {
        self.0.get(index).copied().unwrap_or(0)
    }

    /// How many words have members, and perhaps some without.
    pub fn words(&self) -> usize {
        self.0.len()
    }

    /// Whether it has this member.
    pub fn has(&self, fd: i32) -> bool {
        fd >= 0 && self.word(fd as usize / WORD) >> (fd as usize % WORD) & 1 != 0
    }

    /// Adds a member.
    pub fn insert(&mut self, fd: i32) {
        let Ok(number) = usize::try_from(fd) else {
            return;
        };
        if number / WORD >= self.0.len() {
            self.0.resize(number / WORD + 1, 0);
        }
        if let Some(word) = self.0.get_mut(number / WORD) {
            *word |= 1 << (number % WORD);
        }
    }

    /// Calls `f` with each descriptor whose bit is set in the word with this index.
    pub fn each_of(
        index: usize,
        mut word: u32,
        mut f: impl FnMut(i32) -> Result<()>,
    ) -> Result<()> {
        while word != 0 {
            f((index * WORD) as i32 + word.trailing_zeros() as i32)?;
            word &= word - 1;
        }
        Ok(())
    }
}

/// An fd_set of the caller's. Only descriptors below `limit` are looked at.
pub trait Layout {
    /// Adds its members to `bits`.
    fn load(set: *mut c_void, limit: c_int, bits: &mut Bits) -> Result<()>;
    /// Leaves only the members that `bits` has.
    fn store(set: *mut c_void, limit: c_int, bits: &Bits) -> Result<()>;
}

/// Linux's: bit n of the set is descriptor n. Only the words up to the limit are touched, so
/// that masks of any size work.
pub struct Bitmap;

impl Layout for Bitmap {
    fn load(set: *mut c_void, limit: c_int, bits: &mut Bits) -> Result<()> {
        let limit = limit as usize;
        for index in 0..limit.div_ceil(WORD) {
            let word = util::read(set.cast::<u32>().wrapping_add(index))?;
            let below = limit - index * WORD;
            let mask = if below >= WORD {
                u32::MAX
            } else {
                (1 << below) - 1
            };
            bits.0.push(word & mask);
        }
        Ok(())
    }

    fn store(set: *mut c_void, limit: c_int, bits: &Bits) -> Result<()> {
        for index in 0..(limit as usize).div_ceil(WORD) {
            util::write(set.cast::<u32>().wrapping_add(index), bits.word(index))?;
        }
        Ok(())
    }
}

/// wasi-libc's: a count and that many descriptors.
pub struct List;

impl Layout for List {
    fn load(set: *mut c_void, limit: c_int, bits: &mut Bits) -> Result<()> {
        for index in 0..util::read(set.cast::<usize>())? {
            let fd = util::read(set.cast::<c_int>().wrapping_add(1 + index))?;
            if fd < limit {
                bits.insert(fd);
            }
        }
        Ok(())
    }

    fn store(set: *mut c_void, limit: c_int, bits: &Bits) -> Result<()> {
        let mut count = 0;
        for index in 0..util::read(set.cast::<usize>())? {
            let fd = util::read(set.cast::<c_int>().wrapping_add(1 + index))?;
            if fd < limit && bits.has(fd) {
                util::write(set.cast::<c_int>().wrapping_add(1 + count), fd)?;
                count += 1;
            }
        }
        util::write(set.cast::<usize>(), count)
    }
}
