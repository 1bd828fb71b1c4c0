//! An epoll set: registrations, the queue of those that may be ready, and the wait.

use super::item::Item;
use crate::errno::{Errno, Result};
use crate::fd::{Description, Notify, Ready, Slot, Watcher};
use crate::wait::poll::{COST, SMALL, cold_are_due, full_poll_done, is_hot, next_round};
use crate::wait::{Sources, Woken, blocking, signals};
use crate::wasi::cell::Global;
use crate::wasi::clock;
use crate::wasi::poll::is_cut_short;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::RefCell;

/// How deep sets may be nested (EP_MAX_NESTS of Linux).
const DEEPEST: usize = 5;

/// A registration's key: Linux too takes the number and the file together.
type Key = (i32, usize);

/// What registrations point back to.
pub struct Shared {
    pub(super) queue: RefCell<VecDeque<Rc<Item>>>,
    pub(super) notify: Notify,
}

impl Shared {
    /// Puts a registration at the end of the queue of those that may be ready. `news` says that
    /// its file had an event, which is one of the set for the sets that it is a member of.
    pub fn queue(&self, item: Rc<Item>, news: bool) {
        if !item.queued.replace(true) {
            self.queue.borrow_mut().push_back(item);
        }
        if self.notify.is_watched() {
            if news {
                self.notify.event()
            } else {
                self.notify.touch()
            }
        }
    }
}

/// An epoll set.
pub struct Set {
    pub(super) shared: Rc<Shared>,
    pub(super) items: RefCell<BTreeMap<Key, Rc<Item>>>,
    /// Registrations whose files were active lately.
    pub(super) hot: RefCell<Vec<Rc<Item>>>,
}

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

static SOURCES: Global<Sources> = Global::new(Sources::new());

/// epoll_create1(2)
pub fn create() -> Rc<Description> {
    let shared = Rc::new(Shared {
        queue: RefCell::default(),
        notify: Notify::default(),
    });
    Description::new(
        Set {
            shared,
            items: RefCell::default(),
            hot: RefCell::default(),
        },
        false,
    )
}

/// The set behind a description.
pub fn set_of(file: &Description) -> Option<&Set> {
    file.file.as_any().downcast_ref()
}

impl Set {
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
        let key = (fd, Rc::as_ptr(file).cast::<u8>() as usize);
        let known = self
            .items
            .borrow()
            .get(&key)
            .filter(|item| item.file().is_some())
            .cloned();
        match (operation, known) {
            (Operation::Add, Some(_)) => Err(Errno::EEXIST),
            (Operation::Add, None) => {
                self.check_nesting(file)?;
                let item = Item::new(&self.shared, file, keep.then(|| file.clone()), events, data);
                let watcher: Rc<dyn Watcher> = item.clone();
                file.file.notify().watch(&watcher);
                self.items.borrow_mut().insert(key, item.clone());
                self.look_at(item, file);
                Ok(())
            }
            (_, None) => Err(Errno::ENOENT),
            (Operation::Delete, Some(item)) => {
                self.items.borrow_mut().remove(&key);
                self.forget(&item);
                Ok(())
            }
            (Operation::Modify, Some(item)) => {
                if item.is_exclusive() {
                    return Err(Errno::EINVAL);
                }
                item.modify(events, data);
                self.look_at(item, file);
                Ok(())
            }
        }
    }

    /// A new or changed registration may be ready at once.
    fn look_at(&self, item: Rc<Item>, file: &Description) {
        let want = item.want();
        if want.any(Ready::OUT) && !file.file.ready().any(Ready::OUT) {
            file.file.ask(Ready::OUT);
        }
        self.shared.queue(item, true);
    }

    /// Whether anything in the queue would be reported.
    pub(super) fn any_ready(&self) -> bool {
        // Asking a file may put others into the queue, so it is not held meanwhile.
        let queued = self.shared.queue.borrow().len();
        (0..queued).any(|index| {
            let item = self.shared.queue.borrow().get(index).cloned();
            item.is_some_and(|item| item.file().is_some_and(|file| item.would_report(&file)))
        })
    }

    fn forget(&self, item: &Rc<Item>) {
        self.shared
            .queue
            .borrow_mut()
            .retain(|other| !Rc::ptr_eq(other, item));
        self.hot
            .borrow_mut()
            .retain(|other| !Rc::ptr_eq(other, item));
    }

    /// Sets in sets: no cycles, and not too deep (`ELOOP`).
    fn check_nesting(&self, file: &Description) -> Result<()> {
        let Some(inner) = set_of(file) else {
            return Ok(());
        };
        if inner.contains(self, 1)? {
            Err(Errno::ELOOP)
        } else {
            Ok(())
        }
    }

    fn contains(&self, other: &Set, depth: usize) -> Result<bool> {
        if core::ptr::eq(self, other) {
            return Ok(true);
        }
        if depth >= DEEPEST {
            return Err(Errno::ELOOP);
        }
        for item in self.items.borrow().values() {
            if let Some(file) = item.file()
                && let Some(inner) = set_of(&file)
                && inner.contains(other, depth + 1)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// epoll_wait(2): waits until something is ready or `deadline` has passed (`Some(0)`: does
    /// not wait); calls `report` with the bits and the data of at most `most` registrations.
    pub fn wait(
        &self,
        most: usize,
        deadline: Option<u64>,
        report: &mut dyn FnMut(u32, u64) -> Result<()>,
    ) -> Result<usize> {
        blocking::flush_point();
        let round = next_round();
        self.ask_hot(round);
        let size = self.items.borrow().len();
        let asked = self.any_ready() && cold_are_due(size);
        if asked {
            self.ask_all();
        }
        let mut count = self.take(most, round, report)?;
        if count == 0 && deadline == Some(0) && !asked {
            self.ask_all();
            count = self.take(most, round, report)?;
        }
        let mut nap = size > SMALL;
        if count == 0 && signals::pending() {
            return Err(Errno::EINTR);
        }
        while count == 0 && deadline != Some(0) {
            match self.sleep(deadline, core::mem::take(&mut nap), round) {
                Woken::Signal => return Err(Errno::EINTR),
                Woken::Ready => count = self.take(most, round, report)?,
                Woken::Timeout => {
                    count = self.take(most, round, report)?;
                    if deadline.is_some_and(|deadline| clock::now() >= deadline) {
                        break;
                    }
                }
            }
        }
        Ok(count)
    }

    /// Asks files that were active lately whether there is more.
    fn ask_hot(&self, round: u32) {
        let mut hot = core::mem::take(&mut *self.hot.borrow_mut());
        hot.retain(|item| {
            let file = item.file().filter(|file| is_hot(file, round));
            if let Some(file) = &file
                && !item.queued.get()
            {
                file.file.ask(item.want() | Ready::IN);
            }
            item.hot.set(file.is_some());
            file.is_some()
        });
        self.hot.borrow_mut().append(&mut hot);
    }

    /// Reports from the front of the queue. What stays ready goes to the end, so that every file
    /// has its turn.
    fn take(
        &self,
        most: usize,
        round: u32,
        report: &mut dyn FnMut(u32, u64) -> Result<()>,
    ) -> Result<usize> {
        let mut count = 0;
        let queued = self.shared.queue.borrow().len();
        for _ in 0..queued {
            if count >= most {
                break;
            }
            let Some(item) = self.shared.queue.borrow_mut().pop_front() else {
                break;
            };
            item.queued.set(false);
            let Some(file) = item.file() else { continue };
            let Some(events) = item.report(&file) else {
                continue;
            };
            report(events, item.data.get())?;
            count += 1;
            file.active.set(round);
            if !item.hot.replace(true) {
                self.hot.borrow_mut().push(item.clone());
            }
            if item.is_level_triggered() && !item.queued.replace(true) {
                self.shared.queue.borrow_mut().push_back(item);
            }
        }
        Ok(count)
    }

    /// The host's pollables of all registrations; returns when the first file becomes ready by
    /// itself. Files that are closed are dropped on the way.
    fn collect(&self, sources: &mut Sources, files: &mut Vec<Rc<Description>>) -> Option<u64> {
        sources.clear();
        files.clear();
        let mut earliest: Option<u64> = None;
        self.items.borrow_mut().retain(|_, item| {
            let Some(file) = item.file() else {
                return false;
            };
            if item.is_armed() {
                let owner = files.len();
                file.file.sources(item.want(), &mut |number, slot| {
                    sources.add(owner, number, slot)
                });
                if let Some(at) = file.file.deadline() {
                    earliest = Some(earliest.map_or(at, |before| before.min(at)));
                }
                files.push(file);
            }
            true
        });
        earliest
    }

    pub(super) fn ask_all(&self) {
        let mut files = Vec::new();
        loop {
            let found = SOURCES.with(|sources| {
                let due = self.collect(sources, &mut files);
                let found = sources.ask(&mut |owner, slot| wake(&files, owner, slot));
                touch_due(&files, due);
                found
            });
            if !is_cut_short(found) {
                break;
            }
        }
        full_poll_done(files.len());
    }

    /// The host's pollables of the hot registrations alone.
    fn collect_hot(&self, sources: &mut Sources, files: &mut Vec<Rc<Description>>, round: u32) {
        sources.clear();
        files.clear();
        for item in self.hot.borrow().iter().filter(|item| item.is_armed()) {
            let Some(file) = item.file().filter(|file| is_hot(file, round)) else {
                continue;
            };
            let owner = files.len();
            file.file.sources(item.want(), &mut |number, slot| {
                sources.add(owner, number, slot)
            });
            files.push(file);
        }
    }

    /// Sleeps on all registrations, or, for a `nap`, on the hot ones for a moment (see
    /// [`crate::wait::poll`]).
    fn sleep(&self, deadline: Option<u64>, nap: bool, round: u32) -> Woken {
        let mut files = Vec::new();
        let (woken, found) = SOURCES.with(|sources| {
            let (due, moment) = if nap {
                self.collect_hot(sources, &mut files, round);
                if sources.is_empty() {
                    return (Woken::Ready, 0);
                }
                (
                    None,
                    Some(clock::now() + self.items.borrow().len() as u64 * COST),
                )
            } else {
                (self.collect(sources, &mut files), None)
            };
            let until = [due, deadline, moment].into_iter().flatten().min();
            let woken = sources.sleep(until, &mut |owner, slot| wake(&files, owner, slot));
            touch_due(&files, due);
            (woken, sources.found())
        });
        if !nap {
            full_poll_done(files.len());
        }
        if is_cut_short(found) {
            self.ask_all();
        }
        woken
    }
}

fn wake(files: &[Rc<Description>], owner: usize, slot: Slot) {
    if let Some(file) = files.get(owner) {
        file.file.wake(slot);
        file.file.notify().touch();
    }
}

/// Files that became ready by themselves (timers) tell nobody; looks at them when one is due.
fn touch_due(files: &[Rc<Description>], due: Option<u64>) {
    if due.is_none_or(|due| clock::now() < due) {
        return;
    }
    for file in files {
        if file.file.deadline().is_some() {
            file.file.ask(Ready::IN);
            file.file.notify().touch();
        }
    }
}
