//! Lays C structures with strings and pointer arrays out in one buffer: the caller's for the
//! `_r` functions, one that is kept for the others.

use crate::abi::util::{self, slice_mut};
use crate::errno::Errno;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int};
use core::ptr;

/// Hands out parts of a buffer.
pub struct Packer {
    at: *mut u8,
    left: usize,
}

impl Packer {
    /// A packer over memory that the caller may write.
    fn new(at: *mut u8, left: usize) -> Packer {
        Packer { at, left }
    }

    fn take(&mut self, size: usize, align: usize) -> Option<*mut u8> {
        let skip = self.at.align_offset(align);
        let total = skip.checked_add(size).filter(|total| *total <= self.left)?;
        // SAFETY: both ends lie inside the buffer.
        let (start, end) = unsafe { (self.at.add(skip), self.at.add(total)) };
        self.at = end;
        self.left -= total;
        Some(start)
    }

    /// A copy of `bytes`, aligned for an address.
    pub fn bytes(&mut self, bytes: &[u8]) -> Option<*mut c_char> {
        let start = self.take(bytes.len(), 4)?;
        // SAFETY: `take` gave that much room, which cannot overlap a borrowed slice.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), start, bytes.len()) };
        Some(start.cast())
    }

    /// A C string with these bytes.
    pub fn string(&mut self, bytes: &[u8]) -> Option<*mut c_char> {
        let start = self.take(bytes.len() + 1, 1)?;
        // SAFETY: as above, and one byte for the end.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), start, bytes.len());
            start.add(bytes.len()).write(0);
        }
        Some(start.cast())
    }

    /// An array of pointers, one for each item, and a null pointer at its end.
    pub fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        mut put: impl FnMut(&mut Packer, T) -> Option<*mut c_char>,
    ) -> Option<*mut *mut c_char> {
        let size = size_of::<*mut c_char>();
        let array: *mut *mut c_char = self
            .take((items.len() + 1) * size, align_of::<*mut c_char>())?
            .cast();
        let mut end = array;
        for item in items {
            let pointer = put(self, item)?;
            // SAFETY: the array has one place more than items.
            unsafe {
                end.write(pointer);
                end = end.add(1);
            }
        }
        // SAFETY: as above.
        unsafe { end.write(ptr::null_mut()) };
        Some(array)
    }

    /// An array of strings.
    pub fn strings<S: AsRef<[u8]>>(&mut self, strings: &[S]) -> Option<*mut *mut c_char> {
        self.list(strings.iter(), |packer, string| {
            packer.string(string.as_ref())
        })
    }
}

/// The result of a function that returns a pointer to static data.
pub struct Kept<T> {
    entry: T,
    buffer: Vec<u64>,
}

impl<T> Kept<T> {
    /// Nothing yet.
    pub const fn new(entry: T) -> Kept<T> {
        Kept {
            entry,
            buffer: Vec::new(),
        }
    }

    /// Replaces the result by what `pack` makes; null when there is no memory for it.
    pub fn keep(&mut self, pack: impl Fn(&mut Packer) -> Option<T>) -> *mut T {
        loop {
            let size = self.buffer.len() * size_of::<u64>();
            if let Some(entry) = pack(&mut Packer::new(self.buffer.as_mut_ptr().cast(), size)) {
                self.entry = entry;
                return &raw mut self.entry;
            }
            let more = self.buffer.len().max(32);
            if self.buffer.try_reserve_exact(more).is_err() {
                return ptr::null_mut();
            }
            self.buffer.resize(self.buffer.len() + more, 0);
        }
    }
}

/// Gives a result to the caller of an `_r` function: `ERANGE` when it does not fit.
pub fn give<T: Copy>(
    entry: *mut T,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut T,
    pack: impl Fn(&mut Packer) -> Option<T>,
) -> Result<c_int, Errno> {
    util::write(result, ptr::null_mut())?;
    let room = slice_mut(buffer.cast::<u8>(), size)?;
    let value = pack(&mut Packer::new(room.as_mut_ptr(), size)).ok_or(Errno::ERANGE)?;
    util::write(entry, value)?;
    util::write(result, entry)?;
    Ok(0)
}
