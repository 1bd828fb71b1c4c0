//! The form of netlink messages: a head, a structure, and attributes, each padded to four bytes.

use alloc::vec::Vec;

/// Length of `struct nlmsghdr`.
pub const HEAD: usize = 16;
/// Length of `struct rtattr`.
const ATTRIBUTE: usize = 4;

/// `struct nlmsghdr`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub length: u32,
    pub kind: u16,
    pub flags: u16,
    pub sequence: u32,
    pub port: u32,
}

fn aligned(length: usize) -> usize {
    length.next_multiple_of(4)
}

fn bytes<const N: usize>(from: &[u8], at: usize) -> Option<[u8; N]> {
    from.get(at..)?.first_chunk().copied()
}

/// A 32-bit number at a place.
pub fn u32_at(from: &[u8], at: usize) -> Option<u32> {
    bytes(from, at).map(u32::from_ne_bytes)
}

/// A 16-bit number at a place.
pub fn u16_at(from: &[u8], at: usize) -> Option<u16> {
    bytes(from, at).map(u16::from_ne_bytes)
}

impl Head {
    fn parse(from: &[u8]) -> Option<Head> {
        Some(Head {
            length: u32_at(from, 0)?,
            kind: u16_at(from, 4)?,
            flags: u16_at(from, 6)?,
            sequence: u32_at(from, 8)?,
            port: u32_at(from, 12)?,
        })
    }
}

/// The messages of a datagram: the head and the whole of each. Ends at one whose length is wrong.
pub fn messages(mut from: &[u8]) -> impl Iterator<Item = (Head, &[u8])> {
    core::iter::from_fn(move || {
        let head = Head::parse(from)?;
        let length = head.length as usize;
        let whole = from.get(..length).filter(|_| length >= HEAD)?;
        from = from.get(aligned(length)..).unwrap_or_default();
        Some((head, whole))
    })
}

/// The attributes behind a message's structure: the kind and the value of each.
pub fn attributes(mut from: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    core::iter::from_fn(move || {
        let length = usize::from(u16_at(from, 0)?);
        let kind = u16_at(from, 2)?;
        let value = from.get(ATTRIBUTE..length)?;
        from = from.get(aligned(length)..).unwrap_or_default();
        Some((kind, value))
    })
}

/// Adds a message to a datagram.
pub struct Writer<'a> {
    to: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> Writer<'a> {
    /// Begins a message; its length is filled in at the end.
    pub fn new(to: &'a mut Vec<u8>, kind: u16, flags: u16, sequence: u32, port: u32) -> Self {
        let start = to.len();
        to.extend_from_slice(&[0; 4]);
        to.extend_from_slice(&kind.to_ne_bytes());
        to.extend_from_slice(&flags.to_ne_bytes());
        to.extend_from_slice(&sequence.to_ne_bytes());
        to.extend_from_slice(&port.to_ne_bytes());
        Writer { to, start }
    }

    /// Adds bytes, padded.
    pub fn put(self, bytes: &[u8]) -> Self {
        self.to.extend_from_slice(bytes);
        self.to.resize(aligned(self.to.len()), 0);
        self
    }

    /// Adds an attribute.
    pub fn attribute(self, kind: u16, value: &[u8]) -> Self {
        let length = (ATTRIBUTE + value.len()) as u16;
        self.to.extend_from_slice(&length.to_ne_bytes());
        self.to.extend_from_slice(&kind.to_ne_bytes());
        self.put(value)
    }

    /// Adds an attribute that is a number.
    pub fn number(self, kind: u16, value: u32) -> Self {
        self.attribute(kind, &value.to_ne_bytes())
    }

    /// Ends the message.
    pub fn end(self) {
        let length = (self.to.len() - self.start) as u32;
        let place = self.to.get_mut(self.start..self.start + 4);
        if let Some(place) = place {
            place.copy_from_slice(&length.to_ne_bytes());
        }
    }
}
