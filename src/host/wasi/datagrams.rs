//! Datagrams in the form in which they cross the border to the host.
//!
//! The generated bindings make a vector of every datagram and two of every list. Received lists
//! stay as the host writes them instead, in a piece of memory that is used again and again; lists
//! to send are written straight from the caller's bytes. So neither way costs an allocation.
//!
//! The layouts are the Canonical ABI's (component model, `CanonicalABI.md`, "alignment" and
//! "size"): fields in order, each at a multiple of its alignment; a variant is its tag, then its
//! cases on top of each other at a multiple of the largest alignment among them.

#![allow(unsafe_code)]

use super::realloc;
use crate::host::cell::Global;
use alloc::alloc::{Layout, alloc};
use alloc::vec::Vec;
use core::mem::{MaybeUninit, offset_of};
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use core::ptr::NonNull;

/// `ipv4-socket-address`
#[repr(C)]
#[derive(Clone, Copy)]
struct V4 {
    port: u16,
    address: [u8; 4],
}

/// `ipv6-socket-address`
#[repr(C)]
#[derive(Clone, Copy)]
struct V6 {
    port: u16,
    flow: u32,
    address: [u16; 8],
    scope: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
union Either {
    v4: V4,
    v6: V6,
}

/// `ip-socket-address`
#[repr(C)]
#[derive(Clone, Copy)]
struct HostAddress {
    is_v6: u8,
    either: Either,
}

/// `incoming-datagram`
#[repr(C)]
#[derive(Clone, Copy)]
struct Received {
    data: *mut u8,
    length: usize,
    from: HostAddress,
}

/// `outgoing-datagram`
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Parcel {
    data: *const u8,
    length: usize,
    is_addressed: u8,
    to: MaybeUninit<HostAddress>,
}

const _: () = assert!(size_of::<V4>() == 6 && offset_of!(V4, address) == 2);
const _: () = assert!(size_of::<V6>() == 28 && offset_of!(V6, flow) == 4);
const _: () = assert!(offset_of!(V6, address) == 8 && offset_of!(V6, scope) == 24);
const _: () = assert!(size_of::<HostAddress>() == 32 && offset_of!(HostAddress, either) == 4);
const _: () = assert!(size_of::<Received>() == 40 && offset_of!(Received, from) == 8);
const _: () = assert!(size_of::<Parcel>() == 44 && offset_of!(Parcel, is_addressed) == 8);
const _: () = assert!(offset_of!(Parcel, to) == 12 && align_of::<Parcel>() == 4);

impl HostAddress {
    fn new(address: &SocketAddr) -> Self {
        match address {
            SocketAddr::V4(v4) => HostAddress {
                is_v6: 0,
                either: Either {
                    v4: V4 {
                        port: v4.port(),
                        address: v4.ip().octets(),
                    },
                },
            },
            SocketAddr::V6(v6) => HostAddress {
                is_v6: 1,
                either: Either {
                    v6: V6 {
                        port: v6.port(),
                        flow: v6.flowinfo(),
                        address: v6.ip().segments(),
                        scope: v6.scope_id(),
                    },
                },
            },
        }
    }

    fn read(&self) -> SocketAddr {
        // SAFETY: the tag says which of the two was written; both are plain integers.
        unsafe {
            if self.is_v6 == 0 {
                let v4 = &self.either.v4;
                SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::from(v4.address), v4.port))
            } else {
                let v6 = &self.either.v6;
                let ip = Ipv6Addr::from(v6.address);
                SocketAddr::V6(SocketAddrV6::new(ip, v6.port, v6.flow, v6.scope))
            }
        }
    }
}

impl Parcel {
    /// A datagram of borrowed bytes, which must outlive it.
    pub(super) fn new(data: &[u8], to: Option<&SocketAddr>) -> Self {
        Parcel {
            data: data.as_ptr(),
            length: data.len(),
            is_addressed: to.is_some().into(),
            to: to.map_or(MaybeUninit::uninit(), |to| {
                MaybeUninit::new(HostAddress::new(to))
            }),
        }
    }
}

/// Bytes of one piece of memory for a list: full batches of everything that fits an Ethernet
/// frame. What is larger comes from `malloc`.
const SPACE: usize = 32 * 1024;

const SPACE_LAYOUT: Layout = match Layout::from_size_align(SPACE, 8) {
    Ok(layout) => layout,
    Err(_) => panic!("no layout"),
};

/// Pieces in all: more sockets than this with unread datagrams at once use `malloc`, so that many
/// idle sockets with one datagram each do not hold a piece each.
const SPACES: usize = 8;

struct Spaces {
    made: usize,
    free: Vec<NonNull<u8>>,
}

static SPACES_HELD: Global<Spaces> = Global::new(Spaces {
    made: 0,
    free: Vec::new(),
});

fn take_space() -> Option<NonNull<u8>> {
    SPACES_HELD.with(|spaces| {
        if let Some(space) = spaces.free.pop() {
            return Some(space);
        }
        if spaces.made == SPACES {
            return None;
        }
        // SAFETY: the layout has a size.
        let space = NonNull::new(unsafe { alloc(SPACE_LAYOUT) })?;
        spaces.made += 1;
        spaces.free.reserve(SPACES);
        Some(space)
    })
}

/// Received datagrams, at least one, oldest first.
pub struct Batch {
    /// Where the host wrote what fitted.
    space: Option<NonNull<u8>>,
    list: Option<NonNull<Received>>,
    count: usize,
    /// Those before it have been taken.
    next: usize,
}

impl Batch {
    /// Lets `receive` ask the host for a list, which it returns as the host gives it. None when
    /// that is empty.
    ///
    /// # Safety
    /// `receive` makes one host call that answers with a `list<incoming-datagram>`, if any, and
    /// returns its parts.
    pub(super) unsafe fn take<E>(
        receive: impl FnOnce() -> Result<(*mut u8, usize), E>,
    ) -> Result<Option<Batch>, E> {
        let space = take_space();
        let outcome = match space {
            Some(space) => realloc::steer(space.as_ptr(), SPACE, usize::MAX, receive),
            None => receive(),
        };
        let mut batch = Batch {
            space,
            list: None,
            count: 0,
            next: 0,
        };
        // On the way out with nothing, dropping the batch gives the space back.
        let (list, count) = outcome?;
        if count == 0 {
            return Ok(None);
        }
        (batch.list, batch.count) = (NonNull::new(list.cast()), count);
        Ok(batch.list.map(|_| batch))
    }

    fn rest(&self) -> &[Received] {
        let Some(list) = self.list else { return &[] };
        // SAFETY: the host wrote `count` records at `list`, which stay until the drop.
        let all = unsafe { core::slice::from_raw_parts(list.as_ptr(), self.count) };
        all.get(self.next..).unwrap_or_default()
    }

    /// The oldest datagram and who sent it.
    pub fn first(&self) -> Option<(&[u8], SocketAddr)> {
        let first = self.rest().first()?;
        // SAFETY: the host wrote `length` bytes there, which stay until the drop; an empty list
        // may come without a place.
        let data = unsafe {
            match first.length {
                0 => &[],
                length => core::slice::from_raw_parts(first.data, length),
            }
        };
        Some((data, first.from.read()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count - self.next
    }

    /// Whether there are none left.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Done with the oldest.
    pub fn pop(&mut self) {
        if let Some(first) = self.rest().first() {
            let data = *first;
            self.next += 1;
            self.free(data.data, data.length);
        }
    }

    /// Keeps only what comes from this address.
    pub fn retain_from(&mut self, peer: &SocketAddr) {
        let Some(list) = self.list else { return };
        let mut kept = self.next;
        for index in self.next..self.count {
            // SAFETY: `index` and `kept`, which is not past it, lie inside the list.
            let (received, place) = unsafe { (list.add(index).read(), list.add(kept)) };
            if received.from.read() == *peer {
                // SAFETY: as above.
                unsafe { place.write(received) };
                kept += 1;
            } else {
                self.free(received.data, received.length);
            }
        }
        self.count = kept;
    }

    /// Gives back what came from `malloc`.
    fn free(&self, place: *mut u8, size: usize) {
        let inside = self
            .space
            .is_some_and(|space| (place as usize).wrapping_sub(space.as_ptr() as usize) < SPACE);
        if !inside && size > 0 {
            // SAFETY: nobody else knows the place, and `cabi_realloc` had it from malloc.
            unsafe { libc::free(place.cast()) }
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        while !self.is_empty() {
            self.pop();
        }
        if let Some(list) = self.list {
            self.free(list.as_ptr().cast(), size_of::<Received>());
        }
        if let Some(space) = self.space {
            SPACES_HELD.with(|spaces| spaces.free.push(space));
        }
    }
}
