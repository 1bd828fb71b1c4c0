//! Bytes that were read from the host before the program asked for them.
//!
//! Needed only where Linux can look without taking: MSG_PEEK, FIONREAD, SO_RCVLOWAT, and
//! telling data from the end of the stream in poll(2). It costs nothing until then, and its memory
//! goes from one connection to the next: those on which nothing waits have none.

use crate::fd::message::scatter;
use alloc::vec::Vec;
use core::mem;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A queue of bytes: filled at the back, taken from the front.
#[derive(Default)]
pub struct ReceiveBuffer {
    /// All of it has been written to, so that a fill need not clear it first.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

/// Memory that no queue uses.
pub struct Spares(Vec<Vec<u8>>);

/// How many pieces there are at most: as many connections as mostly have something at a time.
const MOST_SPARES: usize = 16;

/// How large each is at most.
const LARGEST_SPARE: usize = 64 * 1024;

/// What all queues have beyond that, in bytes.
static BEYOND: AtomicUsize = AtomicUsize::new(0);

/// No queue grows further while they have so much, as on Linux (tcp_mem): no peer is to take all memory.
const MOST_BEYOND: usize = 256 * 1024 * 1024;

/// Whether queues may hold more than usual.
pub fn may_look_further() -> bool {
    BEYOND.load(Relaxed) < MOST_BEYOND
}

/// A queue that had `before` bytes of memory has `after`.
fn count(before: usize, after: usize) {
    let more = after
        .max(LARGEST_SPARE)
        .wrapping_sub(before.max(LARGEST_SPARE));
    BEYOND.store(BEYOND.load(Relaxed).wrapping_add(more), Relaxed);
}

impl Spares {
    /// There is none yet.
    pub const NEW: Self = Spares(Vec::new());

    /// Gives a queue that has no memory a piece, if there is one.
    pub fn lend(&mut self, buffer: &mut ReceiveBuffer) {
        if buffer.bytes.is_empty()
            && let Some(bytes) = self.0.pop()
        {
            buffer.bytes = bytes;
        }
    }

    /// So many bytes to read into, before it is known whether a queue will need them.
    pub fn room(&mut self, size: usize) -> &mut [u8] {
        if self.0.is_empty() {
            self.0.push(Vec::new());
        }
        let Some(bytes) = self.0.last_mut() else {
            return &mut [];
        };
        if bytes.len() < size {
            bytes.resize(size, 0);
        }
        bytes.get_mut(..size).unwrap_or_default()
    }

    /// A queue in which nothing waits gets the first `count` bytes of that room.
    pub fn hand_over(&mut self, buffer: &mut ReceiveBuffer, count: usize) {
        if let Some(bytes) = self.0.pop() {
            let end = count.min(bytes.len());
            *buffer = ReceiveBuffer {
                bytes,
                start: 0,
                end,
            };
        }
    }

    /// Takes the memory of a queue in which nothing waits.
    pub fn collect(&mut self, buffer: &mut ReceiveBuffer) {
        if !buffer.is_idle() {
            return;
        }
        let bytes = mem::take(&mut buffer.bytes);
        count(bytes.len(), 0);
        if self.0.len() < MOST_SPARES && bytes.len() <= LARGEST_SPARE {
            self.0.push(bytes);
        }
    }
}

impl ReceiveBuffer {
    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether none wait.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it has memory, and nothing waits in it.
    pub fn is_idle(&self) -> bool {
        self.is_empty() && !self.bytes.is_empty()
    }

    /// Copies from the front behind the first `skip` bytes of `parts`, and keeps the bytes.
    pub fn peek(&self, parts: &mut [&mut [u8]]) -> usize {
        let waiting = self.bytes.get(self.start..self.end).unwrap_or_default();
        scatter(parts, 0, waiting)
    }

    /// Moves bytes from the front into `parts`.
    pub fn take(&mut self, parts: &mut [&mut [u8]]) -> usize {
        if self.is_empty() {
            return 0;
        }
        let count = self.peek(parts);
        self.skip(count);
        count
    }

    /// Drops bytes from the front; returns how many there were to drop.
    pub fn skip(&mut self, count: usize) -> usize {
        let count = count.min(self.len());
        self.start += count;
        if self.is_empty() {
            (self.start, self.end) = (0, 0);
        }
        count
    }

    /// Appends what `read` puts into at most `room` further bytes.
    pub fn fill<E>(
        &mut self,
        room: usize,
        read: &mut dyn FnMut(&mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        let (before, waiting) = (self.bytes.len(), self.len());
        // A long queue moves only when that is worth it, and else grows.
        if self.start > 0 && (self.start >= waiting || waiting + room <= LARGEST_SPARE) {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, waiting);
        }
        let full = self.end + room;
        if before < full {
            self.bytes.resize(full, 0);
            count(before, full);
        }
        let outcome = read(self.bytes.get_mut(self.end..full).unwrap_or_default());
        self.end += outcome.as_ref().map_or(0, |&count| count.min(room));
        outcome
    }
}

impl Drop for ReceiveBuffer {
    fn drop(&mut self) {
        count(self.bytes.len(), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(buffer: &mut ReceiveBuffer, data: &[u8]) {
        let got = buffer.fill(data.len() + 3, &mut |room| {
            room[..data.len()].copy_from_slice(data);
            Ok::<_, ()>(data.len())
        });
        assert_eq!(got, Ok(data.len()));
    }

    #[test]
    fn first_in_first_out_across_fills() {
        let mut buffer = ReceiveBuffer::default();
        fill(&mut buffer, b"hello");
        let mut out = [0u8; 3];
        assert_eq!(buffer.peek(&mut [&mut out]), 3);
        assert_eq!(buffer.take(&mut [&mut out]), 3);
        assert_eq!(&out, b"hel");
        fill(&mut buffer, b" world");
        assert_eq!(buffer.len(), 8);
        let mut rest = [0u8; 20];
        assert_eq!(buffer.take(&mut [&mut rest]), 8);
        assert_eq!(&rest[..8], b"lo world");
        assert!(buffer.is_empty());
    }

    #[test]
    fn a_failed_fill_keeps_what_was_there() {
        let mut buffer = ReceiveBuffer::default();
        fill(&mut buffer, b"ab");
        assert_eq!(buffer.fill(10, &mut |_| Err::<usize, _>(7)), Err(7));
        assert_eq!(buffer.len(), 2);
        assert_eq!(buffer.skip(5), 2);
        assert_eq!(buffer.skip(1), 0);
    }

    #[test]
    fn memory_goes_from_one_to_the_next() {
        let mut spares = Spares::NEW;
        let (mut first, mut second) = (ReceiveBuffer::default(), ReceiveBuffer::default());
        spares.lend(&mut first);
        fill(&mut first, b"hello");
        spares.collect(&mut first);
        assert_eq!(first.len(), 5, "what waits stays");
        assert_eq!(first.skip(5), 5);
        let memory = first.bytes.as_ptr();
        spares.collect(&mut first);
        assert!(first.bytes.is_empty());
        spares.lend(&mut second);
        assert_eq!(second.bytes.as_ptr(), memory);
        fill(&mut second, b"a longer text than before");
        let mut out = [0u8; 40];
        assert_eq!(second.take(&mut [&mut out]), 25);
        assert_eq!(&out[..25], b"a longer text than before");
    }

    #[test]
    fn room_is_handed_over_with_what_was_read_into_it() {
        let mut spares = Spares::NEW;
        let mut buffer = ReceiveBuffer::default();
        assert_eq!(spares.room(10).len(), 10);
        spares.room(4).copy_from_slice(b"abcd");
        spares.hand_over(&mut buffer, 3);
        let mut out = [0u8; 10];
        assert_eq!(buffer.take(&mut [&mut out]), 3);
        assert_eq!(&out[..3], b"abc");
        spares.collect(&mut buffer);
        let memory = spares.room(10).as_ptr();
        assert_eq!(spares.room(1).as_ptr(), memory);
        assert_eq!(spares.0.len(), 1);
    }

    #[test]
    fn a_long_queue_keeps_its_order_and_gives_its_memory_back() {
        let mut buffer = ReceiveBuffer::default();
        let (mut put, mut taken) = (0u32, 0u32);
        let mut out = [0u8; 4];
        for round in 0..200_000 {
            let next = put.to_le_bytes();
            let got = buffer.fill(4, &mut |room| {
                room.copy_from_slice(&next);
                Ok::<_, ()>(4)
            });
            assert_eq!(got, Ok(4));
            put += 1;
            // It grows for a while, and shrinks then.
            for _ in 0..if round < 100_000 { round % 2 } else { 2 } {
                if buffer.take(&mut [&mut out]) == 4 {
                    assert_eq!(u32::from_le_bytes(out), taken);
                    taken += 1;
                }
            }
            assert_eq!(buffer.len(), (put - taken) as usize * 4);
        }
        assert!(buffer.bytes.len() > 3 * LARGEST_SPARE && buffer.bytes.len() < 1_000_000);
        // Other tests have a little more meanwhile.
        assert!(BEYOND.load(Relaxed) > 2 * LARGEST_SPARE);
        drop(buffer);
        assert!(BEYOND.load(Relaxed) < LARGEST_SPARE);
    }

    #[test]
    fn spare_memory_is_bounded() {
        let mut spares = Spares::NEW;
        for size in [1, LARGEST_SPARE, LARGEST_SPARE + 1].repeat(MOST_SPARES) {
            let mut buffer = ReceiveBuffer::default();
            assert_eq!(buffer.fill(size, &mut |_| Ok::<_, ()>(0)), Ok(0));
            spares.collect(&mut buffer);
        }
        assert_eq!(spares.0.len(), MOST_SPARES);
        assert!(spares.0.iter().all(|bytes| bytes.len() <= LARGEST_SPARE));
    }
}
