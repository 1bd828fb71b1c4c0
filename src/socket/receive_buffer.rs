//! Bytes that were read from the host before the program asked for them.
//!
//! Needed only where Linux can look without taking: MSG_PEEK, FIONREAD, SO_RCVLOWAT, and
//! telling data from the end of the stream in poll(2). It costs nothing until then.

use crate::fd::message::scatter;
use alloc::vec::Vec;

/// A queue of bytes: filled at the back, taken from the front.
#[derive(Default)]
pub struct ReceiveBuffer {
    bytes: Vec<u8>,
    start: usize,
}

impl ReceiveBuffer {
    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Whether none wait.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies from the front behind the first `skip` bytes of `parts`, and keeps the bytes.
    pub fn peek(&self, parts: &mut [&mut [u8]]) -> usize {
        scatter(parts, 0, self.bytes.get(self.start..).unwrap_or_default())
    }

    /// Moves bytes from the front into `parts`.
    pub fn take(&mut self, parts: &mut [&mut [u8]]) -> usize {
        let count = self.peek(parts);
        self.skip(count);
        count
    }

    /// Drops bytes from the front; returns how many there were to drop.
    pub fn skip(&mut self, count: usize) -> usize {
        let count = count.min(self.len());
        self.start += count;
        if self.is_empty() {
            self.bytes.clear();
            self.start = 0;
        }
        count
    }

    /// Appends what `read` puts into at most `room` further bytes.
    pub fn fill<E>(
        &mut self,
        room: usize,
        read: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        let before = self.bytes.len();
        self.bytes.resize(before + room, 0);
        let outcome = read(self.bytes.get_mut(before..).unwrap_or_default());
        let count = outcome.as_ref().map_or(0, |&count| count.min(room));
        self.bytes.truncate(before + count);
        outcome
    }

    /// Gives the memory back once nothing waits.
    pub fn release(&mut self) {
        if self.is_empty() {
            *self = ReceiveBuffer::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(buffer: &mut ReceiveBuffer, data: &[u8]) {
        let got = buffer.fill(data.len() + 3, |room| {
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
        assert_eq!(buffer.fill(10, |_| Err::<usize, _>(7)), Err(7));
        assert_eq!(buffer.len(), 2);
        assert_eq!(buffer.skip(5), 2);
        assert_eq!(buffer.skip(1), 0);
    }
}
