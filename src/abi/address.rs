//! `struct sockaddr` and its kinds: reading them from and writing them to the caller.

use super::util;
use crate::errno::{Errno, Result};
use crate::fd::{Address, Domain, UnixAddress};
use core::ffi::c_void;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// AF_UNSPEC
pub const AF_UNSPEC: u16 = 0;
/// AF_INET of wasi-libc
pub const AF_INET: u16 = 1;
/// AF_INET6 of wasi-libc
pub const AF_INET6: u16 = 2;
/// AF_UNIX of wasi-libc
pub const AF_UNIX: u16 = 3;

/// Size of `struct sockaddr_in`.
const IN_SIZE: usize = 16;
/// Size of `struct sockaddr_in6` in the overlay headers, as on Linux.
const IN6_SIZE: usize = 28;
/// What Linux insists on (SIN6_LEN_RFC2133): everything but the scope.
const IN6_LEAST: usize = 24;
/// Size of `struct sockaddr_un`.
const UN_SIZE: usize = 110;
/// Size of `struct sockaddr_storage`: no address is longer.
const LONGEST: u32 = 128;

fn field<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut value = [0; N];
    if let Some(source) = bytes.get(at..at + N) {
        value.copy_from_slice(source);
    }
    value
}

/// Reads an address that a caller passes to bind, connect or send.
pub fn read(address: *const c_void, length: u32) -> Result<Address> {
    if length as i32 > LONGEST as i32 || (length as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    if length == 0 && address.is_null() {
        return Err(Errno::EINVAL);
    }
    let bytes = util::slice(address.cast(), length as usize)?;
    if bytes.len() < 2 {
        return Err(Errno::EINVAL);
    }
    match u16::from_le_bytes(field(bytes, 0)) {
        AF_UNSPEC => Ok(Address::Unspecified),
        AF_INET if bytes.len() < IN_SIZE => Err(Errno::EINVAL),
        AF_INET => Ok(v4(bytes)),
        AF_INET6 if bytes.len() < IN6_LEAST => Err(Errno::EINVAL),
        AF_INET6 => {
            let port = u16::from_be_bytes(field(bytes, 2));
            let flow = u32::from_be_bytes(field(bytes, 4));
            let ip = Ipv6Addr::from(field::<16>(bytes, 8));
            let scope = u32::from_le_bytes(field(bytes, 24));
            Ok(Address::Inet(SocketAddr::V6(SocketAddrV6::new(
                ip, port, flow, scope,
            ))))
        }
        AF_UNIX if bytes.len() > UN_SIZE => Err(Errno::EINVAL),
        AF_UNIX => Ok(Address::Unix(match bytes.get(2..).unwrap_or_default() {
            [] => UnixAddress::Unnamed,
            [0, name @ ..] => UnixAddress::Abstract(name.into()),
            path => UnixAddress::Path(
                path.split(|&byte| byte == 0)
                    .next()
                    .unwrap_or_default()
                    .into(),
            ),
        })),
        other => Ok(Address::Other(other)),
    }
}

/// Reads an address for a socket of a family: one that is too short for that family is `EINVAL`
/// before its own family is looked at, as on Linux.
pub fn read_for(domain: Domain, address: *const c_void, length: u32) -> Result<Address> {
    let least = match domain {
        Domain::Inet => IN_SIZE,
        Domain::Inet6 => IN6_LEAST,
        Domain::Unix => 2,
    };
    if (length as usize) < least {
        return Err(Errno::EINVAL);
    }
    read(address, length)
}

/// Reads the destination of a send. On an AF_INET socket Linux takes AF_UNSPEC for AF_INET.
pub fn read_destination(domain: Domain, address: *const c_void, length: u32) -> Result<Address> {
    let to = read(address, length)?;
    if to != Address::Unspecified || domain != Domain::Inet {
        return Ok(to);
    }
    if (length as usize) < IN_SIZE {
        return Err(Errno::EINVAL);
    }
    Ok(v4(util::slice(address.cast(), IN_SIZE)?))
}

fn v4(bytes: &[u8]) -> Address {
    let port = u16::from_be_bytes(field(bytes, 2));
    let ip = Ipv4Addr::from(field::<4>(bytes, 4));
    Address::Inet(SocketAddr::V4(SocketAddrV4::new(ip, port)))
}

/// For bind(2): Linux takes AF_UNSPEC with the wildcard address for AF_INET, for old programs.
pub fn read_old_style(address: *const c_void) -> Result<Address> {
    let bytes = util::slice(address.cast(), IN_SIZE)?;
    if field::<4>(bytes, 4) != [0; 4] {
        return Err(Errno::EAFNOSUPPORT);
    }
    Ok(v4(bytes))
}

/// A `struct sockaddr_in`.
fn encode_v4(v4: &SocketAddrV4) -> [u8; IN_SIZE] {
    let mut bytes = [0; IN_SIZE];
    put(&mut bytes, 0, &AF_INET.to_le_bytes());
    put(&mut bytes, 2, &v4.port().to_be_bytes());
    put(&mut bytes, 4, &v4.ip().octets());
    bytes
}

/// A `struct sockaddr_in6`.
fn encode_v6(v6: &SocketAddrV6) -> [u8; IN6_SIZE] {
    let mut bytes = [0; IN6_SIZE];
    put(&mut bytes, 0, &AF_INET6.to_le_bytes());
    put(&mut bytes, 2, &v6.port().to_be_bytes());
    put(&mut bytes, 4, &v6.flowinfo().to_be_bytes());
    put(&mut bytes, 8, &v6.ip().octets());
    put(&mut bytes, 24, &v6.scope_id().to_le_bytes());
    bytes
}

/// The bytes of any other address and how many they are.
fn encode_other(address: &Address) -> ([u8; UN_SIZE + 2], usize) {
    let mut bytes = [0; UN_SIZE + 2];
    let (family, size) = match address {
        Address::Unix(unix) => {
            let size = match unix {
                UnixAddress::Unnamed => 2,
                // The terminating null byte counts (unix(7)).
                UnixAddress::Path(path) => {
                    put(&mut bytes, 2, path);
                    (2 + path.len() + 1).min(UN_SIZE)
                }
                UnixAddress::Abstract(name) => {
                    put(&mut bytes, 3, name);
                    3 + name.len()
                }
            };
            (AF_UNIX, size)
        }
        Address::Other(family) => (*family, 2),
        Address::Inet(_) | Address::Unspecified => (AF_UNSPEC, 2),
    };
    put(&mut bytes, 0, &family.to_le_bytes());
    (bytes, size)
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + value.len()) {
        place.copy_from_slice(value);
    }
}

/// Writes an address as accept(2), getsockname(2) and getpeername(2) do: cut to `*length`, which
/// becomes the full length.
pub fn write(address: &Address, to: *mut c_void, length: *mut u32) -> Result<()> {
    let room = util::read(length)?;
    if (room as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    let size = write_cut(address, to, room)?;
    util::write(length, size)
}

/// SO_PEERNAME: the start of an address, as much as there is room for, which must not be more than
/// the address needs. Returns how much.
pub fn copy(address: &Address, room: &mut [u8]) -> Result<usize> {
    let size = room.len();
    let full = write_cut(address, room.as_mut_ptr().cast(), size as u32)?;
    if size > full as usize {
        return Err(Errno::EINVAL);
    }
    Ok(size)
}

/// Writes an address cut to `room` bytes; returns its full length.
pub fn write_cut(address: &Address, to: *mut c_void, room: u32) -> Result<u32> {
    match address {
        Address::Inet(SocketAddr::V4(v4)) => cut(&encode_v4(v4), to, room),
        Address::Inet(SocketAddr::V6(v6)) => cut(&encode_v6(v6), to, room),
        other => {
            let (bytes, size) = encode_other(other);
            cut(bytes.get(..size).unwrap_or_default(), to, room)
        }
    }
}

fn cut(bytes: &[u8], to: *mut c_void, room: u32) -> Result<u32> {
    let cut = bytes.get(..room as usize).unwrap_or(bytes);
    util::slice_mut(to.cast(), cut.len())?.copy_from_slice(cut);
    Ok(bytes.len() as u32)
}
