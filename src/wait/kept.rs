//! A set by descriptor, kept from one poll(2) or select(2) to the next.
//!
//! Programs mostly ask about the same descriptors again, so a call only looks at what is
//! different from the last one; idle files cost it next to nothing.

use super::poll::Target;
use super::set::{Interest, Item, Set};
use super::stdin;
use crate::fd::Description;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// What a descriptor turned out to be.
pub enum Place {
    /// A member of the set now. What it was known by before, if it was one already.
    Member(Option<u64>),
    /// A file of the C library: always ready.
    Always,
    /// No open file.
    Invalid,
    /// Not asked about.
    Nowhere,
}

/// See the module.
#[derive(Default)]
pub struct Kept {
    /// The set itself, to wait for.
    pub set: Set,
    by_number: Vec<Option<Rc<Item>>>,
}

impl Kept {
    /// Makes the descriptor `fd`, which names `target`, a member with this interest.
    pub fn put(&mut self, fd: i32, target: Target, interest: Interest) -> Place {
        match target {
            Target::File(file) => self.put_file(fd, &file, false, interest),
            Target::Stdin => self.put_file(fd, &stdin::description(0), true, interest),
            Target::Always => {
                self.remove(fd);
                Place::Always
            }
            Target::Invalid => {
                self.remove(fd);
                Place::Invalid
            }
            Target::Ignored => Place::Nowhere,
        }
    }

    fn put_file(
        &mut self,
        fd: i32,
        file: &Rc<Description>,
        keep: bool,
        interest: Interest,
    ) -> Place {
        let number = fd as usize;
        if number >= self.by_number.len() {
            self.by_number.resize(number + 1, None);
        }
        let Some(slot) = self.by_number.get_mut(number) else {
            return Place::Nowhere;
        };
        if let Some(item) = slot
            && item.is_of(file)
        {
            let before = item.interest();
            let same = Interest {
                data: before.data,
                ..interest
            };
            if same == before {
                item.set_data(interest.data);
            } else {
                self.set.modify(item, interest);
            }
            return Place::Member(Some(before.data));
        }
        if let Some(old) = slot.take() {
            self.set.remove(&old);
        }
        *slot = Some(self.set.add(file, keep, interest));
        Place::Member(None)
    }

    /// The descriptor is not asked about any more.
    pub fn remove(&mut self, fd: i32) {
        let slot = self.by_number.get_mut(fd as usize);
        if let Some(item) = slot.and_then(Option::take) {
            self.set.remove(&item);
        }
    }

    /// What a descriptor is known by, if it is a member.
    pub fn known_by(&self, fd: i32) -> Option<u64> {
        let item = self.by_number.get(fd as usize)?.as_ref()?;
        Some(item.interest().data)
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.by_number.clear();
        self.set.clear();
    }
}
