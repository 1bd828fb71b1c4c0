//! mq_overview(7): queues of messages with priorities, shared by name within the program.

use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, File, Notify, Ready};
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::RefCell;

/// A queue, and what its descriptors share.
pub struct Queue {
    /// By falling priority; among equals the oldest first.
    messages: RefCell<Vec<(u32, Vec<u8>)>>,
    /// The most messages that fit.
    pub most: usize,
    /// The most bytes of one.
    pub size: usize,
    notify: Notify,
}

impl Queue {
    /// An empty queue.
    pub fn new(most: usize, size: usize) -> Rc<Queue> {
        Rc::new(Queue {
            messages: RefCell::new(Vec::new()),
            most,
            size,
            notify: Notify::default(),
        })
    }

    /// How many messages wait.
    pub fn count(&self) -> usize {
        self.messages.borrow().len()
    }

    /// Adds a message. `EMSGSIZE`, `EAGAIN`, `ENOMEM`.
    pub fn push(&self, priority: u32, message: &[u8]) -> Result<()> {
        if message.len() > self.size {
            return Err(Errno::EMSGSIZE);
        }
        let mut messages = self.messages.borrow_mut();
        if messages.len() >= self.most {
            return Err(Errno::EAGAIN);
        }
        let mut copy = Vec::new();
        let room = copy
            .try_reserve_exact(message.len())
            .and_then(|()| messages.try_reserve(1));
        room.map_err(|_| Errno::ENOMEM)?;
        copy.extend_from_slice(message);
        let place = messages.partition_point(|(other, _)| *other >= priority);
        messages.insert(place, (priority, copy));
        drop(messages);
        self.notify.event();
        Ok(())
    }

    /// Takes the oldest message of the highest priority. `EAGAIN`.
    pub fn pop(&self) -> Result<(u32, Vec<u8>)> {
        let mut messages = self.messages.borrow_mut();
        if messages.is_empty() {
            return Err(Errno::EAGAIN);
        }
        let first = messages.remove(0);
        drop(messages);
        self.notify.event();
        Ok(first)
    }
}

/// One open descriptor of a queue.
pub struct End {
    /// The queue.
    pub queue: Rc<Queue>,
    /// Whether it was opened for receiving.
    pub reads: bool,
    /// Whether it was opened for sending.
    pub writes: bool,
}

impl End {
    /// Wraps a queue that was opened so.
    pub fn open(queue: Rc<Queue>, reads: bool, writes: bool, nonblocking: bool) -> Rc<Description> {
        let end = End {
            queue,
            reads,
            writes,
        };
        Description::new(end, nonblocking)
    }
}

impl File for End {
    fn class(&self) -> Class {
        Class::Event
    }

    fn ready(&self) -> Ready {
        let count = self.queue.count();
        Ready::IN.when(count > 0) | Ready::OUT.when(count < self.queue.most)
    }

    fn notify(&self) -> &Notify {
        &self.queue.notify
    }

    fn access(&self) -> Option<i32> {
        // O_RDONLY, O_WRONLY
        (self.reads != self.writes).then_some(i32::from(self.writes))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn higher_priorities_come_first_and_equals_in_order() {
        let queue = Queue::new(4, 8);
        for (priority, text) in [(1, "a"), (7, "b"), (1, "c"), (7, "d")] {
            assert_eq!(queue.push(priority, text.as_bytes()), Ok(()));
        }
        assert_eq!(queue.push(9, b"e"), Err(Errno::EAGAIN));
        let order: Vec<_> = (0..4).map(|_| queue.pop().map(|(_, m)| m)).collect();
        let wanted = ["b", "d", "a", "c"].map(|text| Ok(text.as_bytes().to_vec()));
        assert_eq!(order, wanted);
        assert_eq!(queue.pop(), Err(Errno::EAGAIN));
    }

    #[test]
    fn sizes_and_readiness() {
        let queue = Queue::new(1, 2);
        let end = End::open(queue.clone(), true, true, false);
        assert_eq!(queue.push(0, b"abc"), Err(Errno::EMSGSIZE));
        assert_eq!(end.file.ready(), Ready::OUT);
        assert_eq!(queue.push(0, b""), Ok(()));
        assert_eq!(end.file.ready(), Ready::IN);
    }
}
