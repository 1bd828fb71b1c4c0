//! `<sys/socket.h>`: the control messages (cmsg(3)) of recvmsg(2). Those of sendmsg(2) are in
//! [`super::sys_socket_orders`].

use super::{time_clocks, util};
use crate::errno::{Errno, Result};
use crate::fd::{Flags, InFlight, Particulars};
use crate::host::clock;
use crate::socket::local;
use crate::wait::engine;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::ffi::c_int;
use core::net::IpAddr;

/// `struct cmsghdr`
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Header {
    pub(super) length: u32,
    pub(super) level: c_int,
    pub(super) kind: c_int,
}

/// `struct ucred`
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) process: c_int,
    pub(super) user: u32,
    pub(super) group: u32,
}

/// `struct in_pktinfo`; addresses in network byte order.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct PacketInfo {
    pub(super) interface: c_int,
    pub(super) local: [u8; 4],
    pub(super) to: [u8; 4],
}

/// `struct in6_pktinfo`
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct PacketInfo6 {
    pub(super) to: [u8; 16],
    pub(super) interface: u32,
}

pub(super) const SOL_SOCKET: c_int = 0x7fff_ffff;
pub(super) const SCM_RIGHTS: c_int = 1;
pub(super) const SCM_CREDENTIALS: c_int = 2;
const SCM_TIMESTAMP: c_int = 63;
const SCM_TIMESTAMPNS: c_int = 64;
pub(super) const IPPROTO_IP: c_int = 0;
pub(super) const IP_PKTINFO: c_int = 8;
pub(super) const IPPROTO_IPV6: c_int = 41;
pub(super) const IPV6_PKTINFO: c_int = 50;
pub(super) const HEADER: usize = size_of::<Header>();

pub(super) fn own_credentials() -> Credentials {
    let (process, user, group) = local::credentials();
    Credentials {
        process,
        user,
        group,
    }
}

/// The interface (see `netdb::ifaces`) that has `address`.
fn interface_of(address: IpAddr) -> u32 {
    if address.is_loopback() { 1 } else { 2 }
}

/// Where recvmsg(2) leaves control messages.
pub(super) struct Control {
    at: *mut u8,
    room: usize,
    used: usize,
    flags: Flags,
}

impl Control {
    /// The caller's buffer, which may be null.
    pub fn new(at: *mut u8, room: u32) -> Self {
        Control {
            at,
            room: if at.is_null() { 0 } else { room as usize },
            used: 0,
            flags: Flags::NONE,
        }
    }

    /// How many bytes of the buffer hold messages.
    pub fn used(&self) -> usize {
        self.used
    }

    /// MSG_CTRUNC if something did not fit.
    pub fn flags(&self) -> Flags {
        self.flags
    }

    /// Writes all that is told of a message, in Linux's order. Received descriptions get numbers;
    /// those that do not fit are closed, as on Linux.
    pub fn write(
        &mut self,
        told: &Particulars,
        sender: Option<(c_int, u32, u32)>,
        rights: Vec<InFlight>,
        close_on_exec: bool,
    ) -> Result<()> {
        if let Some((arrived, nanoseconds)) = told.arrived {
            let ago = clock::now().saturating_sub(arrived);
            let time = time_clocks::realtime()?.saturating_sub_unsigned(ago);
            let (seconds, rest) = (time / 1_000_000_000, time % 1_000_000_000);
            // `struct timespec` and `struct timeval`, padding written too.
            if nanoseconds {
                self.put(SOL_SOCKET, SCM_TIMESTAMPNS, &[seconds, rest])?;
            } else {
                self.put(SOL_SOCKET, SCM_TIMESTAMP, &[seconds, rest / 1_000])?;
            }
        }
        if let Some(to) = told.to_v6 {
            let info = PacketInfo6 {
                to: to.octets(),
                interface: interface_of(IpAddr::V6(to).to_canonical()),
            };
            self.put(IPPROTO_IPV6, IPV6_PKTINFO, &info)?;
        }
        if let Some(to) = told.to_v4 {
            let info = PacketInfo {
                interface: interface_of(IpAddr::V4(to)) as c_int,
                local: to.octets(),
                to: to.octets(),
            };
            self.put(IPPROTO_IP, IP_PKTINFO, &info)?;
        }
        if let Some((process, user, group)) = sender {
            let credentials = Credentials {
                process,
                user,
                group,
            };
            self.put(SOL_SOCKET, SCM_CREDENTIALS, &credentials)?;
        }
        self.put_rights(rights, close_on_exec)
    }

    /// One message, cut to what fits, as on Linux. `content` has no padding.
    fn put<T>(&mut self, level: c_int, kind: c_int, content: &T) -> Result<()> {
        let left = self.room - self.used;
        if left < HEADER {
            self.flags = self.flags | Flags::CTRUNC;
            return Ok(());
        }
        let wanted = HEADER + size_of::<T>();
        let length = wanted.min(left);
        if length < wanted {
            self.flags = self.flags | Flags::CTRUNC;
        }
        self.put_header(length, level, kind)?;
        let start = self.at.wrapping_add(self.used + HEADER);
        let place = util::slice_mut(start, length - HEADER)?;
        // SAFETY: plain data without padding, read no further than it reaches.
        let bytes = unsafe {
            core::slice::from_raw_parts(core::ptr::from_ref(content).cast::<u8>(), length - HEADER)
        };
        place.copy_from_slice(bytes);
        self.used += length.next_multiple_of(4).min(left);
        Ok(())
    }

    fn put_header(&self, length: usize, level: c_int, kind: c_int) -> Result<()> {
        let header = Header {
            length: length as u32,
            level,
            kind,
        };
        util::write(self.at.wrapping_add(self.used).cast(), header)
    }

    fn put_rights(&mut self, rights: Vec<InFlight>, close_on_exec: bool) -> Result<()> {
        let fitting = (self.room - self.used).saturating_sub(HEADER) / 4;
        let numbers = self.at.wrapping_add(self.used + HEADER).cast::<c_int>();
        let mut count = 0;
        for file in rights {
            let number = if count < fitting {
                engine::install(Rc::clone(&file), close_on_exec, 0)
            } else {
                Err(Errno::EMFILE)
            };
            match number {
                Ok(fd) => {
                    util::write(numbers.wrapping_add(count), fd)?;
                    count += 1;
                }
                Err(_) => self.flags = self.flags | Flags::CTRUNC,
            }
        }
        if count > 0 {
            let length = HEADER + count * 4;
            self.put_header(length, SOL_SOCKET, SCM_RIGHTS)?;
            self.used += length;
        }
        Ok(())
    }
}
