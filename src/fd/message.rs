//! One receive or send, scattered or gathered, as every kind of file understands it.

use super::{Address, InFlight};
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::ops::BitOr;

/// MSG_* flags, by the values of `<sys/socket.h>` (see `include/sys/socket.h`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub i32);

#[allow(missing_docs)] // documented in recv(2) and send(2)
impl Flags {
    pub const NONE: Flags = Flags(0);
    pub const OOB: Flags = Flags(0x1);
    pub const PEEK: Flags = Flags(0x2);
    pub const DONTROUTE: Flags = Flags(0x4);
    pub const CTRUNC: Flags = Flags(0x8);
    pub const TRUNC: Flags = Flags(0x20);
    pub const DONTWAIT: Flags = Flags(0x40);
    pub const EOR: Flags = Flags(0x80);
    pub const WAITALL: Flags = Flags(0x100);
    pub const CONFIRM: Flags = Flags(0x800);
    pub const ERRQUEUE: Flags = Flags(0x2000);
    pub const NOSIGNAL: Flags = Flags(0x4000);
    pub const MORE: Flags = Flags(0x8000);
    /// To a file it says that the program takes several messages with one call.
    pub const WAITFORONE: Flags = Flags(0x10000);
    pub const FASTOPEN: Flags = Flags(0x2000_0000);
    pub const CMSG_CLOEXEC: Flags = Flags(0x4000_0000);

    /// Whether all of `other` is set.
    pub const fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

/// What a socket tells of a message beside its sender, where options ask for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Particulars {
    /// When it came, in nanoseconds of the host's monotonic clock, and whether SO_TIMESTAMPNS
    /// asked rather than SO_TIMESTAMP.
    pub arrived: Option<(u64, bool)>,
    /// IP_PKTINFO: the address it was sent to.
    pub to_v4: Option<Ipv4Addr>,
    /// IPV6_RECVPKTINFO: the same.
    pub to_v6: Option<Ipv6Addr>,
}

/// What recvmsg(2) hands down and gets back.
pub struct Receive<'a, 'b> {
    /// Where the bytes go, in order.
    pub into: &'a mut [&'b mut [u8]],
    /// Throws away up to this many bytes instead (MSG_TRUNC on a TCP socket).
    pub discard: Option<usize>,
    /// The caller waits for SO_RCVLOWAT bytes; else any number will do.
    pub wait: bool,
    /// What the caller asked for.
    pub flags: Flags,
    /// Out: the file is known to have had no more when it was last asked.
    pub drained: bool,
    /// Out: who sent it, where the kind of file tells.
    pub from: Option<Address>,
    /// Out: msg_flags.
    pub out_flags: Flags,
    /// Out: descriptions passed along (SCM_RIGHTS). Each counts as open until it is dropped, so
    /// the caller installs clones of what it wants and may forget the rest.
    pub rights: Vec<InFlight>,
    /// Out: process, user and group of the sender, where SO_PASSCRED asks for them.
    pub credentials: Option<(i32, u32, u32)>,
    /// Out: what else is known.
    pub particulars: Particulars,
}

impl<'a, 'b> Receive<'a, 'b> {
    /// A receive into `into`.
    pub fn new(into: &'a mut [&'b mut [u8]], flags: Flags) -> Self {
        Receive {
            into,
            discard: None,
            wait: false,
            flags,
            drained: false,
            from: None,
            out_flags: Flags::NONE,
            rights: Vec::new(),
            credentials: None,
            particulars: Particulars::default(),
        }
    }

    /// Room for this many bytes.
    pub fn room(&self) -> usize {
        self.discard
            .unwrap_or_else(|| self.into.iter().map(|part| part.len()).sum())
    }

    /// Copies `data` behind the first `skip` bytes of the room; returns how much fitted.
    pub fn put(&mut self, skip: usize, data: &[u8]) -> usize {
        scatter(self.into, skip, data)
    }
}

/// What sendmsg(2) hands down.
pub struct Transmit<'a, 'b> {
    /// The bytes, in order.
    pub data: &'a [&'b [u8]],
    /// What the caller asked for.
    pub flags: Flags,
    /// Where to, if not to the peer.
    pub to: Option<Address>,
    /// Descriptions to pass along (SCM_RIGHTS); a send that takes them leaves this empty.
    pub rights: Vec<InFlight>,
    /// IP_TTL or IPV6_HOPLIMIT of this datagram alone.
    pub hop_limit: Option<u8>,
}

impl<'a, 'b> Transmit<'a, 'b> {
    /// A send of `data`.
    pub fn new(data: &'a [&'b [u8]], flags: Flags) -> Self {
        Transmit {
            data,
            flags,
            to: None,
            rights: Vec::new(),
            hop_limit: None,
        }
    }

    /// How many bytes there are.
    pub fn size(&self) -> usize {
        self.data.iter().map(|part| part.len()).sum()
    }

    /// The bytes behind the first `skip`, part by part.
    pub fn rest(&self, mut skip: usize) -> impl Iterator<Item = &'b [u8]> {
        self.data.iter().filter_map(move |part| {
            let cut = skip.min(part.len());
            skip -= cut;
            (cut < part.len()).then(|| &part[cut..])
        })
    }
}

/// Copies `data` into `parts` behind their first `skip` bytes; returns how much fitted.
pub fn scatter(parts: &mut [&mut [u8]], mut skip: usize, data: &[u8]) -> usize {
    let mut done = 0;
    for part in parts {
        let cut = skip.min(part.len());
        skip -= cut;
        let room = &mut part[cut..];
        let length = room.len().min(data.len() - done);
        room[..length].copy_from_slice(&data[done..done + length]);
        done += length;
        if done == data.len() {
            break;
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scatter_fills_parts_in_order() {
        let (mut a, mut b, mut c) = ([0u8; 2], [0u8; 0], [0u8; 3]);
        let mut parts: [&mut [u8]; 3] = [&mut a, &mut b, &mut c];
        assert_eq!(scatter(&mut parts, 1, b"xyzw!"), 4);
        assert_eq!((a, c), ([0, b'x'], *b"yzw"));
    }

    #[test]
    fn rest_skips_across_parts() {
        let data: [&[u8]; 3] = [b"ab", b"", b"cde"];
        let message = Transmit::new(&data, Flags::NONE);
        assert_eq!(message.size(), 5);
        assert_eq!(message.rest(3).collect::<Vec<_>>(), [b"de".as_slice()]);
        assert_eq!(message.rest(5).count(), 0);
    }
}
