//! `struct sockaddr` and its kinds: reading them from and writing them to the caller.

use super::util;
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Domain, UnixAddress};
use crate::host::cell::Late;
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
/// AF_NETLINK
pub const AF_NETLINK: u16 = 16;

/// Size of `struct sockaddr_in`.
const IN_SIZE: usize = 16;
/// Size of `struct sockaddr_in6` in the overlay headers, as on Linux.
const IN6_SIZE: usize = 28;
/// What Linux insists on (SIN6_LEN_RFC2133): everything but the scope.
const IN6_LEAST: usize = 24;
/// Size of `struct sockaddr_nl`.
const NL_SIZE: usize = 12;
/// Size of `struct sockaddr_un`.
const UN_SIZE: usize = 110;
/// Size of `struct sockaddr_storage`: no address is longer.
pub const LONGEST: u32 = 128;

fn field<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut value = [0; N];
    if let Some(source) = bytes.get(at..at + N) {
        value.copy_from_slice(source);
    }
    value
}

/// The bytes of an address that a caller passes in: any number up to the longest kind of address
/// (move_addr_to_kernel of Linux).
fn given<'a>(address: *const c_void, length: u32) -> Result<&'a [u8]> {
    if length > LONGEST {
        return Err(Errno::EINVAL);
    }
    util::slice(address.cast(), length as usize)
}

/// The C form of AF_UNIX addresses, which programs without such sockets are linked without.
struct Unix {
    parse: fn(&[u8]) -> Address,
    encode: fn(&UnixAddress, &mut [u8]) -> usize,
}

static UNIX: Late<&'static Unix> = Late::new();

/// The program has AF_UNIX sockets.
pub fn bind_unix() {
    bind_destination();
    UNIX.bind(&Unix {
        parse: parse_unix,
        encode: encode_unix,
    });
}

fn parse_unix(bytes: &[u8]) -> Address {
    match bytes.get(2..).unwrap_or_default() {
        _ if bytes.len() > UN_SIZE => Address::Short,
        [] => Address::Unix(UnixAddress::Unnamed),
        [0, name @ ..] => Address::Unix(UnixAddress::Abstract(name.into())),
        path => {
            let path = path.split(|&byte| byte == 0).next();
            Address::Unix(UnixAddress::Path(path.unwrap_or_default().into()))
        }
    }
}

/// A `struct sockaddr_un`; how many bytes of it count.
fn encode_unix(unix: &UnixAddress, bytes: &mut [u8]) -> usize {
    match unix {
        UnixAddress::Unnamed => 2,
        // The terminating null byte counts (unix(7)), also where a path fills sun_path and it
        // stands behind that.
        UnixAddress::Path(path) => {
            put(bytes, 2, path);
            2 + path.len() + 1
        }
        UnixAddress::Abstract(name) => {
            put(bytes, 3, name);
            3 + name.len()
        }
    }
}

/// The same for AF_NETLINK.
struct Netlink {
    parse: fn(&[u8]) -> Address,
    encode: fn(u32, u32, &mut [u8]) -> usize,
}

static NETLINK: Late<&'static Netlink> = Late::new();

/// The program has AF_NETLINK sockets.
pub fn bind_netlink() {
    bind_destination();
    NETLINK.bind(&Netlink {
        parse: parse_netlink,
        encode: encode_netlink,
    });
}

fn parse_netlink(bytes: &[u8]) -> Address {
    if bytes.len() < NL_SIZE {
        return Address::Short;
    }
    Address::Netlink {
        port: u32::from_le_bytes(field(bytes, 4)),
        groups: u32::from_le_bytes(field(bytes, 8)),
    }
}

/// A `struct sockaddr_nl`; how many bytes of it count.
fn encode_netlink(port: u32, groups: u32, bytes: &mut [u8]) -> usize {
    put(bytes, 0, &AF_NETLINK.to_le_bytes());
    put(bytes, 4, &port.to_le_bytes());
    put(bytes, 8, &groups.to_le_bytes());
    NL_SIZE
}

/// Reads an address for a socket of a family. What is too short for its own family, as that socket
/// reads it, is [`Address::Short`].
fn parse(domain: Domain, bytes: &[u8]) -> Address {
    let Some(&family) = bytes.first_chunk() else {
        return Address::Short;
    };
    match (domain, u16::from_le_bytes(family)) {
        (_, AF_UNSPEC) => Address::Unspecified,
        (Domain::Inet, _) if bytes.len() < IN_SIZE => Address::Short,
        (Domain::Inet6, AF_INET) if bytes.len() < IN_SIZE => Address::ShortV4,
        (Domain::Inet | Domain::Inet6, AF_INET) => v4(bytes),
        (Domain::Inet6, _) if bytes.len() < IN6_LEAST => Address::Short,
        (Domain::Inet6, AF_INET6) => v6(bytes),
        (Domain::Unix, AF_UNIX) => UNIX
            .get()
            .map_or(Address::Short, |unix| (unix.parse)(bytes)),
        (Domain::Netlink, AF_NETLINK) => NETLINK
            .get()
            .map_or(Address::Short, |netlink| (netlink.parse)(bytes)),
        (_, other) => Address::Other(other),
    }
}

/// The bytes of an address for bind(2), or to connect a stream socket to: one that is too short for the
/// socket's family is `EINVAL` before its own family is looked at, as on Linux.
fn long_enough<'a>(domain: Domain, address: *const c_void, length: u32) -> Result<&'a [u8]> {
    let least = match domain {
        Domain::Inet => IN_SIZE,
        Domain::Inet6 => IN6_LEAST,
        Domain::Unix => 2,
        Domain::Netlink => NL_SIZE,
    };
    let bytes = given(address, length)?;
    if bytes.len() < least {
        return Err(Errno::EINVAL);
    }
    Ok(bytes)
}

/// For bind(2): Linux takes AF_UNSPEC with the wildcard address for AF_INET, for old programs.
pub fn read_local(domain: Domain, address: *const c_void, length: u32) -> Result<Address> {
    let bytes = long_enough(domain, address, length)?;
    Ok(match parse(domain, bytes) {
        Address::Unspecified if domain == Domain::Inet && field(bytes, 4) == [0; 4] => v4(bytes),
        local => local,
    })
}

/// Reads an address to connect to; AF_UNSPEC needs no more than its family, and a datagram socket takes
/// an IPv4 address for what it is mapped to.
pub fn read_peer(
    (domain, kind): (Domain, Type),
    address: *const c_void,
    length: u32,
) -> Result<Address> {
    let bytes = given(address, length)?;
    if bytes.len() < 2 {
        return Err(Errno::EINVAL);
    }
    let remote = parse(domain, bytes);
    let whole = remote == Address::Unspecified || kind == Type::Datagram;
    // A stream socket first says what its state forbids.
    match whole || long_enough(domain, address, length).is_ok() {
        true => Ok(remote),
        false => Ok(Address::Short),
    }
}

static DESTINATION: Late<fn(Domain, &[u8]) -> Address> = Late::new();

/// The program has sockets that look at the destination of a send.
pub fn bind_destination() {
    DESTINATION.bind(parse_destination);
}

/// On an AF_INET socket Linux takes AF_UNSPEC for AF_INET.
fn parse_destination(domain: Domain, bytes: &[u8]) -> Address {
    match parse(domain, bytes) {
        Address::Unspecified if domain == Domain::Inet && bytes.len() < IN_SIZE => Address::Short,
        Address::Unspecified if domain == Domain::Inet => v4(bytes),
        to => to,
    }
}

/// Reads the destination of a send, if the kind of socket looks at it: TCP does not (tcp_sendmsg of
/// Linux), nor do AF_UNIX sockets at an address without length.
pub fn read_destination(
    (domain, kind): (Domain, Type),
    address: *const c_void,
    length: u32,
) -> Result<Option<Address>> {
    if address.is_null() {
        return Ok(None);
    }
    let bytes = given(address, length)?;
    let unseen = match domain {
        Domain::Inet | Domain::Inet6 => kind == Type::Stream,
        Domain::Unix | Domain::Netlink => bytes.is_empty(),
    };
    let parse = DESTINATION.get().filter(|_| !unseen);
    Ok(parse.map(|parse| parse(domain, bytes)))
}

fn v4(bytes: &[u8]) -> Address {
    let port = u16::from_be_bytes(field(bytes, 2));
    let ip = Ipv4Addr::from(field::<4>(bytes, 4));
    Address::Inet(SocketAddr::V4(SocketAddrV4::new(ip, port)))
}

fn v6(bytes: &[u8]) -> Address {
    let port = u16::from_be_bytes(field(bytes, 2));
    let flow = u32::from_be_bytes(field(bytes, 4));
    let ip = Ipv6Addr::from(field::<16>(bytes, 8));
    let scope = u32::from_le_bytes(field(bytes, 24));
    Address::Inet(SocketAddr::V6(SocketAddrV6::new(ip, port, flow, scope)))
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
    let mut size = 2;
    if let (Address::Unix(name), Some(unix)) = (address, UNIX.get()) {
        put(&mut bytes, 0, &AF_UNIX.to_le_bytes());
        size = (unix.encode)(name, &mut bytes);
    }
    if let (Address::Netlink { port, groups }, Some(netlink)) = (address, NETLINK.get()) {
        size = (netlink.encode)(*port, *groups, &mut bytes);
    }
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
