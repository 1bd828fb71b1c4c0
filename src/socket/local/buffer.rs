//! A bounded queue of bytes: the inside of a pipe and of a local stream.

use crate::errno::{Errno, Result};
use crate::fd::{Receive, Transmit};
use alloc::collections::VecDeque;

/// An emptied buffer larger than this gives its memory back.
const KEPT: usize = 65_536;

/// Bytes in order. Memory is taken as needed, so an idle pipe costs next to nothing.
#[derive(Default)]
pub struct Buffer(VecDeque<u8>);

impl Buffer {
    /// Bytes that wait to be read.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends at most `room` bytes of `message`; returns how many. `ENOBUFS` when the program
    /// is out of memory; then nothing is appended.
    pub fn append(&mut self, message: &Transmit, room: usize) -> Result<usize> {
        let count = message.size().min(room);
        self.0.try_reserve(count).map_err(|_| Errno::ENOBUFS)?;
        let mut left = count;
        for part in message.rest(0) {
            let (now, _) = part.split_at(part.len().min(left));
            self.0.extend(now);
            left -= now.len();
            if left == 0 {
                break;
            }
        }
        Ok(count)
    }

    /// Copies at most `limit` bytes into the room of `message` and, unless `peek`, takes them
    /// out. Returns how many.
    pub fn read(&mut self, message: &mut Receive, limit: usize, peek: bool) -> usize {
        let (first, second) = self.0.as_slices();
        let (first, _) = first.split_at(first.len().min(limit));
        let (second, _) = second.split_at(second.len().min(limit - first.len()));
        let mut count = message.put(0, first);
        if count == first.len() && !second.is_empty() {
            count += message.put(count, second);
        }
        if !peek {
            self.0.drain(..count);
            if self.0.is_empty() && self.0.capacity() > KEPT {
                self.0 = VecDeque::new();
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fd::Flags;

    fn append(buffer: &mut Buffer, data: &[u8], room: usize) -> usize {
        let (a, b) = data.split_at(data.len() / 2);
        buffer
            .append(&Transmit::new(&[a, b], Flags::NONE), room)
            .unwrap()
    }

    fn read(buffer: &mut Buffer, room: usize, limit: usize, peek: bool) -> Vec<u8> {
        let mut bytes = vec![0; room];
        let (a, b) = bytes.split_at_mut(room / 3);
        let count = buffer.read(&mut Receive::new(&mut [a, b], Flags::NONE), limit, peek);
        bytes.truncate(count);
        bytes
    }

    #[test]
    fn bytes_keep_their_order_across_the_seam() {
        let mut buffer = Buffer::default();
        let (mut written, mut seen) = (0u32, 0u32);
        for round in 0..2000u32 {
            let data: Vec<u8> = (0..round * 7 % 97).map(|i| (written + i) as u8).collect();
            let room = 300 - buffer.len();
            written += append(&mut buffer, &data, room) as u32;
            for byte in read(&mut buffer, (round * 13 % 89) as usize, usize::MAX, false) {
                assert_eq!(byte, seen as u8);
                seen += 1;
            }
            assert_eq!(buffer.len() as u32, written - seen);
        }
        assert!(written > 50_000 && buffer.len() <= 300);
    }

    #[test]
    fn room_limit_and_peek() {
        let mut buffer = Buffer::default();
        assert_eq!(append(&mut buffer, b"abcdefgh", 6), 6);
        assert_eq!(read(&mut buffer, 10, 4, true), b"abcd");
        assert_eq!(read(&mut buffer, 3, 4, false), b"abc");
        assert_eq!(read(&mut buffer, 10, usize::MAX, false), b"def");
        assert!(buffer.is_empty());
    }
}
