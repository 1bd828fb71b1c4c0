//! `<sys/socket.h>`: the control messages (cmsg(3)) of sendmsg(2) and recvmsg(2).

use super::{time_clocks, unistd, util};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Domain, Flags, InFlight, Particulars, Socket};
use crate::socket::local;
use crate::wait::{engine, pending};
use crate::wasi::clock;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::ffi::c_int;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `struct cmsghdr`
#[repr(C)]
#[derive(Clone, Copy)]
struct Header {
    length: u32,
    level: c_int,
    kind: c_int,
}

/// `struct ucred`
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq)]
struct Credentials {
    process: c_int,
    user: u32,
    group: u32,
}

/// `struct in_pktinfo`; addresses in network byte order.
#[repr(C)]
#[derive(Clone, Copy)]
struct PacketInfo {
    interface: c_int,
    local: [u8; 4],
    to: [u8; 4],
}

/// `struct in6_pktinfo`
#[repr(C)]
#[derive(Clone, Copy)]
struct PacketInfo6 {
    to: [u8; 16],
    interface: u32,
}

const SOL_SOCKET: c_int = 0x7fff_ffff;
const SCM_RIGHTS: c_int = 1;
const SCM_CREDENTIALS: c_int = 2;
const SCM_TIMESTAMP: c_int = 63;
const SCM_TIMESTAMPNS: c_int = 64;
const IPPROTO_IP: c_int = 0;
const IP_TOS: c_int = 1;
const IP_PKTINFO: c_int = 8;
const IPPROTO_UDP: c_int = 17;
const IPPROTO_IPV6: c_int = 41;
const IPV6_PKTINFO: c_int = 50;
const IPV6_TCLASS: c_int = 67;
/// Descriptors in one message at most (SCM_MAX_FD of Linux).
const MOST_RIGHTS: usize = 253;
const HEADER: usize = size_of::<Header>();

fn own_credentials() -> Credentials {
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

/// The control messages at `control`, of which the descriptions of SCM_RIGHTS are left to be
/// sent. Like Linux, this passes over levels that the socket does not have.
pub(super) fn read(socket: &dyn Socket, control: *const u8, length: u32) -> Result<Vec<InFlight>> {
    let datagrams = socket.kind() == Type::Datagram;
    let (inet, inet6) = match socket.domain() {
        Domain::Inet => (datagrams, false),
        Domain::Inet6 => (datagrams, datagrams),
        Domain::Unix => (false, false),
    };
    let mut rights = Vec::new();
    let mut rest = util::slice(control, length as usize)?;
    while rest.len() >= HEADER {
        let header = util::read(rest.as_ptr().cast::<Header>())?;
        let size = header.length as usize;
        if size < HEADER || size > rest.len() {
            return Err(Errno::EINVAL);
        }
        let data = rest.get(HEADER..size).unwrap_or_default();
        match (header.level, header.kind) {
            (SOL_SOCKET, SCM_RIGHTS) => read_rights(data, &mut rights)?,
            // Nobody can pass for somebody else, and who sends is known anyway.
            (SOL_SOCKET, SCM_CREDENTIALS) => {
                let claimed: Credentials = value(data)?;
                if claimed != own_credentials() {
                    return Err(Errno::EPERM);
                }
            }
            (IPPROTO_IP, IP_PKTINFO) if inet => {
                let info: PacketInfo = value(data)?;
                let from = Ipv4Addr::from(info.local);
                may_leave(socket, info.interface as u32, IpAddr::V4(from))?;
            }
            (IPPROTO_IPV6, IPV6_PKTINFO) if inet6 => {
                let info: PacketInfo6 = value(data)?;
                let from = Ipv6Addr::from(info.to);
                may_leave(socket, info.interface, IpAddr::V6(from).to_canonical())?;
            }
            // Kept by setsockopt(2) without effect, too.
            (IPPROTO_IP, IP_TOS) if inet && matches!(data.len(), 1 | 4) => {}
            (IPPROTO_IPV6, IPV6_TCLASS) if inet6 => {
                let class: c_int = value(data)?;
                if !(-1..=255).contains(&class) {
                    return Err(Errno::EINVAL);
                }
            }
            (SOL_SOCKET, _) => return Err(Errno::EINVAL),
            (IPPROTO_IP | IPPROTO_UDP, _) if inet => return Err(Errno::EINVAL),
            (IPPROTO_IPV6, _) if inet6 => return Err(Errno::EINVAL),
            _ => {}
        }
        rest = rest.get(size.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(rights)
}

/// The content of a control message, which has one size.
fn value<T: Copy>(data: &[u8]) -> Result<T> {
    if data.len() == size_of::<T>() {
        util::read(data.as_ptr().cast())
    } else {
        Err(Errno::EINVAL)
    }
}

fn read_rights(data: &[u8], rights: &mut Vec<InFlight>) -> Result<()> {
    for fd in data.chunks_exact(4) {
        let file = unistd::describe(util::read(fd.as_ptr().cast::<c_int>())?)?;
        rights.push(InFlight::new(file, pending::add));
    }
    if rights.len() > MOST_RIGHTS {
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// Whether a datagram can leave from `from` over an interface: WASI cannot choose, so it must be
/// what the socket is bound to, or left open.
fn may_leave(socket: &dyn Socket, interface: u32, from: IpAddr) -> Result<()> {
    if interface > 2 {
        return Err(Errno::ENODEV);
    }
    if from.is_unspecified() {
        return Ok(());
    }
    match socket.local()? {
        Address::Inet(local) if local.ip().to_canonical() == from => Ok(()),
        _ => Err(Errno::EINVAL),
    }
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
