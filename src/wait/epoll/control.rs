//! epoll_ctl(2): registrations and the rules for them.

use super::bits;
use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, Ready};
use crate::wait::set::{Interest, Item, Set};
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use core::cell::RefCell;

/// How deep sets may be nested (EP_MAX_NESTS of Linux).
const DEEPEST: usize = 5;

/// Registrations of closed files are forgotten once they outnumber the others by this.
const SLACK: usize = 16;

/// A registration's key: Linux too takes the number and the file together.
type Key = (i32, usize);

/// The changes of epoll_ctl(2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// EPOLL_CTL_ADD
    Add,
    /// EPOLL_CTL_DEL
    Delete,
    /// EPOLL_CTL_MOD
    Modify,
}

/// An epoll instance.
#[derive(Default)]
pub struct Epoll {
    pub(super) set: Set,
    index: RefCell<BTreeMap<Key, Rc<Item>>>,
}

/// epoll_create1(2)
pub fn create() -> Rc<Description> {
    Description::new(Epoll::default(), false)
}

/// The epoll instance behind a description.
pub fn of(file: &Description) -> Option<&Epoll> {
    file.file.as_any().downcast_ref()
}

/// What a registration with these event bits and data asks.
fn interest(events: u32, data: u64) -> Interest {
    let want = bits::to_ready(events);
    Interest {
        want,
        counts: want | Ready::ALWAYS,
        edge: events & bits::ET != 0,
        once: events & bits::ONESHOT != 0,
        bits: events,
        data,
    }
}

impl Epoll {
    /// epoll_ctl(2) for the descriptor `fd` of `file`. `keep` holds files that have no
    /// description of their own in the table.
    pub fn control(
        &self,
        operation: Operation,
        fd: i32,
        file: &Rc<Description>,
        keep: bool,
        events: u32,
        data: u64,
    ) -> Result<()> {
        // Those never tell RDNORM and WRNORM (eventfd_poll and timerfd_poll of Linux).
        let events = match file.class {
            Class::Event | Class::Timer => events & !bits::NORMAL,
            _ => events,
        };
        let key = (fd, Rc::as_ptr(file).cast::<u8>() as usize);
        let known = self.index.borrow().get(&key).cloned();
        let known = known.filter(|item| item.file().is_some());
        match (operation, known) {
            (Operation::Add, Some(_)) => Err(Errno::EEXIST),
            (Operation::Add, None) => {
                self.check_nesting(file)?;
                let item = self.set.add(file, keep, interest(events, data));
                let mut index = self.index.borrow_mut();
                if index.len() >= 2 * self.set.size() + SLACK {
                    index.retain(|_, item| item.file().is_some());
                }
                index.insert(key, item);
                Ok(())
            }
            (_, None) => Err(Errno::ENOENT),
            (Operation::Delete, Some(item)) => {
                self.index.borrow_mut().remove(&key);
                self.set.remove(&item);
                Ok(())
            }
            (Operation::Modify, Some(item)) => {
                if item.interest().bits & bits::EXCLUSIVE != 0 {
                    return Err(Errno::EINVAL);
                }
                self.set.modify(&item, interest(events, data));
                Ok(())
            }
        }
    }

    /// epoll_wait(2): waits until something is ready or `deadline` has passed (`Some(0)`: does
    /// not wait); calls `report` with the bits and the data of at most `most` registrations.
    pub fn wait(
        &self,
        most: usize,
        deadline: Option<u64>,
        report: &mut dyn FnMut(u32, u64) -> Result<()>,
    ) -> Result<usize> {
        self.set.wait(most, deadline, &mut |interest, found| {
            report(bits::from_ready(found, interest.bits), interest.data)
        })
    }

    pub(super) fn forget_all(&self) {
        self.index.borrow_mut().clear();
        self.set.clear();
    }

    /// Sets in sets: no cycles, and not too deep (`ELOOP`).
    fn check_nesting(&self, file: &Description) -> Result<()> {
        match of(file) {
            Some(inner) if inner.contains(self, 1)? => Err(Errno::ELOOP),
            _ => Ok(()),
        }
    }

    fn contains(&self, other: &Epoll, depth: usize) -> Result<bool> {
        if core::ptr::eq(self, other) {
            return Ok(true);
        }
        if depth >= DEEPEST {
            return Err(Errno::ELOOP);
        }
        let mut outcome = Ok(false);
        self.set.any(|item| {
            if let Some(file) = item.file()
                && let Some(inner) = of(&file)
            {
                outcome = inner.contains(other, depth + 1);
            }
            outcome != Ok(false)
        });
        outcome
    }
}
