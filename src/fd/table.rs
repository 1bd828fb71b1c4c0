//! The descriptor table: numbers to open file descriptions.

use crate::errno::{Errno, Result};
use alloc::rc::Rc;
use alloc::vec::Vec;

/// One descriptor.
pub struct Entry<D: ?Sized> {
    /// What it names.
    pub description: Rc<D>,
    /// FD_CLOEXEC
    pub close_on_exec: bool,
}

/// Descriptors by number. New ones start at `base`; below it stand only those that dup2(2) put
/// there, over a number of the C library's.
pub struct Table<D: ?Sized> {
    slots: Vec<Option<Entry<D>>>,
    base: usize,
    /// No free slot lies between `base` and here.
    first_free: usize,
    limit: usize,
    /// Counts the changes.
    generation: u32,
    /// The numbers of the last ones, by generation.
    changed: [i32; REMEMBERED],
}

/// How many changes are told one by one.
const REMEMBERED: usize = 16;

impl<D: ?Sized> Table<D> {
    /// An empty table. Numbers reach from `base` to below `limit`.
    pub const fn new(base: usize, limit: usize) -> Self {
        Table {
            slots: Vec::new(),
            base,
            first_free: base,
            limit,
            generation: 0,
            changed: [0; REMEMBERED],
        }
    }

    /// The lowest number that `insert` gives.
    pub fn base(&self) -> i32 {
        self.base as i32
    }

    /// One past the highest number (RLIMIT_NOFILE).
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// One past the highest number there is room for at the moment, which only grows.
    pub fn room(&self) -> usize {
        self.slots.len().max(self.base).next_multiple_of(64)
    }

    /// Moves the limit. Descriptors above it stay open, as on Linux.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// As long as this stays the same, every number names what it named.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The numbers that may name something else than in that generation; None when they are too many.
    pub fn changed_since(&self, generation: u32) -> Option<impl Iterator<Item = i32>> {
        let count = self.generation.wrapping_sub(generation) as usize;
        let last = self.generation as usize;
        (count <= REMEMBERED)
            .then(|| (0..count).map(move |back| self.changed[last.wrapping_sub(back) % REMEMBERED]))
    }

    fn change(&mut self, number: usize) {
        self.generation = self.generation.wrapping_add(1);
        self.changed[self.generation as usize % REMEMBERED] = number as i32;
    }

    /// Looks a number up.
    pub fn get(&self, fd: i32) -> Option<&Entry<D>> {
        self.slots.get(usize::try_from(fd).ok()?)?.as_ref()
    }

    /// Looks a number up to change its flags.
    pub fn get_mut(&mut self, fd: i32) -> Option<&mut Entry<D>> {
        self.slots.get_mut(usize::try_from(fd).ok()?)?.as_mut()
    }

    /// The lowest free number from `from` up, which may be past the limit.
    fn lowest_free(&self, from: usize) -> usize {
        let start = from.max(self.first_free);
        let free = (start..self.slots.len()).find(|&number| self.slots[number].is_none());
        free.unwrap_or(self.slots.len().max(start))
    }

    /// Whether another descriptor fits.
    pub fn has_room(&self) -> bool {
        self.lowest_free(self.base) < self.limit
    }

    /// The lowest free number from `at_least` up (F_DUPFD).
    pub fn insert_from(&mut self, at_least: usize, entry: Entry<D>) -> Result<i32> {
        let from = at_least.max(self.base);
        let number = self.lowest_free(from);
        if number >= self.limit {
            return Err(Errno::EMFILE);
        }
        if from <= self.first_free {
            self.first_free = number + 1;
        }
        self.put(number, entry);
        Ok(number as i32)
    }

    /// The lowest free number.
    pub fn insert(&mut self, entry: Entry<D>) -> Result<i32> {
        self.insert_from(self.base, entry)
    }

    /// Puts a descriptor at a number of the caller's choice; returns what was there.
    pub fn replace(&mut self, fd: i32, entry: Entry<D>) -> Result<Option<Entry<D>>> {
        let number = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        if number >= self.limit {
            return Err(Errno::EBADF);
        }
        Ok(self.put(number, entry))
    }

    fn put(&mut self, number: usize, entry: Entry<D>) -> Option<Entry<D>> {
        if number >= self.slots.len() {
            self.slots.resize_with(number + 1, || None);
        }
        self.change(number);
        self.slots[number].replace(entry)
    }

    /// Frees a number; returns what was there.
    pub fn remove(&mut self, fd: i32) -> Option<Entry<D>> {
        let number = usize::try_from(fd).ok()?;
        let entry = self.slots.get_mut(number)?.take()?;
        self.change(number);
        if number >= self.base && number < self.first_free {
            self.first_free = number;
        }
        Some(entry)
    }

    /// The lowest number in use from `from` up.
    pub fn next_used(&self, from: usize) -> Option<i32> {
        let mut rest = self.slots.iter().skip(from);
        let passed = rest.position(Option::is_some)?;
        Some((from + passed) as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: u32) -> Entry<u32> {
        Entry {
            description: Rc::new(value),
            close_on_exec: false,
        }
    }

    #[test]
    fn lowest_free_number_first() {
        let mut table = Table::new(256, 1000);
        for expected in 256..260 {
            assert_eq!(table.insert(entry(0)), Ok(expected));
        }
        assert!(table.remove(258).is_some());
        assert!(table.remove(257).is_some());
        assert!(table.remove(257).is_none());
        assert_eq!(table.insert(entry(0)), Ok(257));
        assert_eq!(table.insert(entry(0)), Ok(258));
        assert_eq!(table.insert(entry(0)), Ok(260));
    }

    #[test]
    fn dupfd_takes_a_minimum_and_leaves_gaps() {
        let mut table = Table::new(256, 1000);
        assert_eq!(table.insert_from(300, entry(1)), Ok(300));
        assert_eq!(table.insert_from(300, entry(1)), Ok(301));
        assert_eq!(table.insert_from(10, entry(1)), Ok(256));
        assert_eq!(table.insert(entry(1)), Ok(257));
        for expected in (258..300).chain([302]) {
            assert_eq!(table.insert(entry(1)), Ok(expected));
        }
    }

    #[test]
    fn replace_shadows_low_numbers_without_disturbing_the_rest() {
        let mut table = Table::new(256, 1000);
        assert!(table.replace(0, entry(7)).unwrap().is_none());
        assert_eq!(*table.get(0).unwrap().description, 7);
        assert_eq!(table.insert(entry(8)), Ok(256));
        assert_eq!(*table.replace(0, entry(9)).unwrap().unwrap().description, 7);
        assert!(table.remove(0).is_some());
        assert!(table.get(0).is_none());
        assert_eq!(table.insert(entry(8)), Ok(257));
    }

    #[test]
    fn tells_what_changed() {
        let mut table = Table::new(3, 1000);
        let since = |table: &Table<u32>, generation| {
            let changed = table.changed_since(generation);
            changed.map(|numbers| numbers.collect::<Vec<_>>())
        };
        assert_eq!(since(&table, table.generation()), Some(vec![]));
        let start = table.generation();
        for _ in 0..REMEMBERED {
            table.insert(entry(0)).unwrap();
        }
        let middle = table.generation();
        assert_eq!(since(&table, start).unwrap().len(), REMEMBERED);
        assert!(table.remove(7).is_some());
        assert!(table.replace(9, entry(1)).is_ok());
        assert_eq!(since(&table, middle), Some(vec![9, 7]));
        assert_eq!(since(&table, start), None);
    }

    #[test]
    fn limits_and_bad_numbers() {
        let mut table = Table::new(2, 4);
        assert_eq!(table.insert(entry(0)), Ok(2));
        assert_eq!(table.insert(entry(0)), Ok(3));
        assert_eq!(table.insert(entry(0)), Err(Errno::EMFILE));
        assert_eq!(table.replace(4, entry(0)).err(), Some(Errno::EBADF));
        assert_eq!(table.replace(-1, entry(0)).err(), Some(Errno::EBADF));
        assert!(table.get(-1).is_none());
        assert!(table.get(i32::MAX).is_none());
        assert!(table.remove(i32::MIN).is_none());
        assert_eq!(table.next_used(0), Some(2));
        assert_eq!(table.next_used(3), Some(3));
        assert_eq!(table.next_used(4), None);
        assert_eq!(table.next_used(usize::MAX), None);
    }
}
