//! A set of files to wait for: the engine under epoll(7), and under poll(2) and select(2), which
//! keep their set from one call to the next.
//!
//! A member is looked at only when its file was touched (by the host or by the program), so a
//! wait costs nothing for idle files, except when the host is asked about all of them (see
//! `wait.rs`).

mod activity;
mod ask;
mod item;
mod lists;
mod wait;

pub use item::{Interest, Item};

use crate::fd::{Description, Notify, Patience, Ready, Slot, Watcher};
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

/// What members point back to.
struct Shared {
    /// Those that may be ready.
    queue: RefCell<VecDeque<Rc<Item>>>,
    /// Watchers of the set itself, which may be a member of another.
    notify: Notify,
}

impl Shared {
    /// Puts a member at the end of the queue, unless it stands there.
    fn queue(&self, item: Rc<Item>) {
        if !item.queued.replace(true) {
            self.queue.borrow_mut().push_back(item);
        }
    }

    /// Tells the sets that this one is a member of. `news` says that a member's file had an event, which is
    /// one of this set for them.
    fn tell(&self, news: bool) {
        if self.notify.is_watched() {
            if news {
                self.notify.event()
            } else {
                self.notify.touch()
            }
        }
    }
}

/// Takes the item at `place` out of a set's list.
fn take_out(items: &mut Vec<Rc<Item>>, place: usize) {
    items.swap_remove(place);
    if let Some(moved) = items.get(place) {
        moved.place.set(place);
    }
}

/// See the module.
pub struct Set {
    shared: Rc<Shared>,
    items: RefCell<Vec<Rc<Item>>>,
    /// Members whose files were active lately, first those that have been quiet for longest.
    hot: RefCell<Vec<Rc<Item>>>,
    /// The list of those that answered when asked, kept for its memory.
    answered: RefCell<Vec<Rc<Item>>>,
    /// How well asking the hot ones paid lately (see [`wait`]).
    luck: Cell<i32>,
    /// What sleeps on this set have taught.
    patience: Cell<Patience>,
    /// The round in which a member was last added.
    added: Cell<u32>,
    /// How many waits there were since the clock was last looked at, if there are few.
    unasked: Cell<u32>,
    /// When the host was last asked about some of the members while others were busy.
    last_asked: Cell<u64>,
    /// What that cost in nanoseconds.
    cost: Cell<u64>,
    /// Whose turn is next.
    next: Cell<usize>,
    /// How many times in a row none of the cold ones was ready.
    quiet: Cell<usize>,
}

impl Default for Set {
    fn default() -> Self {
        Set::new()
    }
}

impl Set {
    /// An empty set.
    pub fn new() -> Self {
        Set {
            shared: Rc::new(Shared {
                queue: RefCell::default(),
                notify: Notify::default(),
            }),
            items: RefCell::default(),
            hot: RefCell::default(),
            answered: RefCell::default(),
            luck: Cell::new(0),
            patience: Cell::new(Patience::NEW),
            added: Cell::new(0),
            unasked: Cell::new(0),
            last_asked: Cell::new(0),
            cost: Cell::new(0),
            next: Cell::new(0),
            quiet: Cell::new(0),
        }
    }

    /// How many members there are, closed files among them that were not noticed yet.
    pub fn size(&self) -> usize {
        self.items.borrow().len()
    }

    /// Adds a file. With `keep` the set keeps it, because nobody else does.
    pub fn add(&self, file: &Rc<Description>, keep: bool, interest: Interest) -> Rc<Item> {
        let item = Item::new(&self.shared, file, keep, interest);
        let watcher: Rc<dyn Watcher> = item.clone();
        file.file.notify().watch(&watcher);
        let mut items = self.items.borrow_mut();
        item.place.set(items.len());
        items.push(item.clone());
        drop(items);
        self.look_at(item.clone(), file);
        // Who connects mostly has something to say. It makes no difference among many.
        let round = activity::round();
        self.added.set(round);
        if self.hot.borrow().len() < ask::FEW {
            self.heat(&item, file, round);
        }
        item
    }

    /// Asks a member for other conditions, and arms it.
    pub fn modify(&self, item: &Rc<Item>, interest: Interest) {
        item.modify(interest);
        if let Some(file) = item.file() {
            self.look_at(item.clone(), &file);
        }
    }

    /// A new or changed member may be ready at once.
    fn look_at(&self, item: Rc<Item>, file: &Description) {
        let want = item.interest().want;
        if want.any(Ready::OUT) && !file.file.ready().any(Ready::OUT) {
            file.file.ask(Ready::OUT);
        }
        self.shared.queue(item);
        self.shared.tell(true);
    }

    /// Takes a member out.
    pub fn remove(&self, item: &Rc<Item>) {
        let mut items = self.items.borrow_mut();
        let place = item.place.get();
        if items.get(place).is_some_and(|it| Rc::ptr_eq(it, item)) {
            take_out(&mut items, place);
        }
        drop(items);
        let other = |it: &Rc<Item>| !Rc::ptr_eq(it, item);
        if item.queued.replace(false) {
            self.shared.queue.borrow_mut().retain(other);
        }
        if item.hot.replace(false) {
            self.hot.borrow_mut().retain(other);
        }
    }

    /// Takes all members out.
    pub fn clear(&self) {
        self.items.borrow_mut().clear();
        self.hot.borrow_mut().clear();
        self.shared.queue.borrow_mut().clear();
    }

    /// Calls `f` for each member until it says true; returns whether it did.
    pub fn any(&self, mut f: impl FnMut(&Rc<Item>) -> bool) -> bool {
        self.items.borrow().iter().any(&mut f)
    }

    /// Watchers of the set itself.
    pub fn notify(&self) -> &Notify {
        &self.shared.notify
    }

    /// Whether anything in the queue would be reported.
    pub fn any_ready(&self) -> bool {
        // Asking a file may put others into the queue, so it is not held meanwhile.
        let queued = self.shared.queue.borrow().len();
        (0..queued).any(|index| {
            let item = self.shared.queue.borrow().get(index).cloned();
            item.is_some_and(|item| item.file().is_some_and(|file| item.would_report(&file)))
        })
    }

    /// Names the host pollables of all members, for a set that is polled itself.
    pub fn sources(&self, add: &mut dyn FnMut(u32, Slot)) {
        for item in self.items.borrow().iter().filter(|item| item.is_armed()) {
            if let Some(file) = item.file() {
                file.file
                    .sources(item.interest().want, &mut |number, _| add(number, 0));
            }
        }
    }

    /// Some member's pollable is ready; which is not known.
    pub fn wake(&self) {
        let files: Vec<_> = self
            .items
            .borrow()
            .iter()
            .filter_map(|item| item.file())
            .collect();
        for file in files {
            file.file.ask(Ready::ALL);
            file.file.notify().touch();
        }
    }

    /// When the first member becomes ready by itself.
    pub fn deadline(&self) -> Option<u64> {
        let items = self.items.borrow();
        items
            .iter()
            .filter_map(|item| item.file()?.file.deadline())
            .min()
    }
}
