//! `<arpa/inet.h>`: addresses and text. All of it is defined here, because wasi-libc's versions
//! lack some calls and write some IPv6 addresses otherwise than Linux.

use super::types::{InAddrT, SockLen};
use super::util::{self, c_str, set_errno, slice_mut};
use crate::errno::Errno;
use crate::host::cell::Global;
use crate::netdb::addr::{parse_aton, parse_v4, parse_v6, push_ip, push_v4};
use crate::netdb::consts::{AF_INET, AF_INET6};
use crate::netdb::inet;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int, c_void};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::ptr;

/// `struct in_addr`, which the C ABI passes and returns as the integer in it: an IPv4 address in
/// network byte order.
type InAddr = u32;

fn to_network(address: Ipv4Addr) -> InAddr {
    u32::from_ne_bytes(address.octets())
}

fn from_network(address: InAddr) -> Ipv4Addr {
    Ipv4Addr::from(address.to_ne_bytes())
}

/// `int inet_aton(const char *text, struct in_addr *address)`
///
/// inet_aton(3). 1 when the text is an address, else 0.
///
/// # Safety
/// `text` is a C string, `address` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn inet_aton(text: *const c_char, address: *mut InAddr) -> c_int {
    let Some(parsed) = c_str(text).ok().and_then(parse_aton) else {
        return 0;
    };
    let stored = address.is_null() || util::write(address, to_network(parsed)).is_ok();
    c_int::from(stored)
}

/// `in_addr_t inet_addr(const char *text)`
///
/// POSIX inet_addr(). All ones when the text is not an address.
///
/// # Safety
/// `text` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn inet_addr(text: *const c_char) -> InAddrT {
    c_str(text)
        .ok()
        .and_then(parse_aton)
        .map_or(inet::NONE, to_network)
}

/// `in_addr_t inet_network(const char *text)`
///
/// inet_network(3): in host byte order; all ones when the text is not a number.
///
/// # Safety
/// `text` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn inet_network(text: *const c_char) -> InAddrT {
    c_str(text).map_or(inet::NONE, inet::network)
}

/// `struct in_addr inet_makeaddr(in_addr_t network, in_addr_t host)`
///
/// inet_makeaddr(3), for class A, B and C networks.
#[unsafe(no_mangle)]
pub extern "C" fn inet_makeaddr(network: InAddrT, host: InAddrT) -> InAddr {
    inet::make_address(network, host).to_be()
}

/// `in_addr_t inet_lnaof(struct in_addr address)`
///
/// inet_lnaof(3): the host number, in host byte order.
#[unsafe(no_mangle)]
pub extern "C" fn inet_lnaof(address: InAddr) -> InAddrT {
    inet::host_part(u32::from_be(address))
}

/// `in_addr_t inet_netof(struct in_addr address)`
///
/// inet_netof(3): the network number, in host byte order.
#[unsafe(no_mangle)]
pub extern "C" fn inet_netof(address: InAddr) -> InAddrT {
    inet::network_part(u32::from_be(address))
}

/// `char *inet_ntoa(struct in_addr address)`
///
/// POSIX inet_ntoa(). The text stays until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn inet_ntoa(address: InAddr) -> *mut c_char {
    /// `255.255.255.255` and its end.
    static TEXT: Global<[u8; 16]> = Global::new([0; 16]);
    let mut text = Vec::with_capacity(16);
    push_v4(&mut text, from_network(address));
    text.push(0);
    TEXT.with(|kept| {
        for (to, from) in kept.iter_mut().zip(text) {
            *to = from;
        }
        kept.as_mut_ptr().cast()
    })
}

/// `int inet_pton(int family, const char *text, void *address)`
///
/// POSIX inet_pton(). 1 when the text is an address, 0 when not, -1 with `EAFNOSUPPORT` for a
/// family other than AF_INET and AF_INET6.
///
/// # Safety
/// `text` is a C string, `address` has 4 or 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn inet_pton(
    family: c_int,
    text: *const c_char,
    address: *mut c_void,
) -> c_int {
    match text_to_address(family, text, address) {
        Ok(found) => c_int::from(found),
        Err(errno) => {
            set_errno(errno);
            -1
        }
    }
}

fn text_to_address(
    family: c_int,
    text: *const c_char,
    address: *mut c_void,
) -> Result<bool, Errno> {
    if family != AF_INET && family != AF_INET6 {
        return Err(Errno::EAFNOSUPPORT);
    }
    let text = c_str(text)?;
    if family == AF_INET {
        let Some(v4) = parse_v4(text) else {
            return Ok(false);
        };
        util::write(address.cast(), v4.octets())?;
    } else {
        let Some(v6) = parse_v6(text) else {
            return Ok(false);
        };
        util::write(address.cast(), v6.octets())?;
    }
    Ok(true)
}

/// `const char *inet_ntop(int family, const void *address, char *text, socklen_t size)`
///
/// POSIX inet_ntop(). Null with `EAFNOSUPPORT`, or `ENOSPC` when the text does not fit.
///
/// # Safety
/// `address` has 4 or 16 bytes, `text` has `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn inet_ntop(
    family: c_int,
    address: *const c_void,
    text: *mut c_char,
    size: SockLen,
) -> *const c_char {
    match address_to_text(family, address, text, size as usize) {
        Ok(()) => text,
        Err(errno) => {
            set_errno(errno);
            ptr::null()
        }
    }
}

fn address_to_text(
    family: c_int,
    address: *const c_void,
    text: *mut c_char,
    size: usize,
) -> Result<(), Errno> {
    let address = match family {
        AF_INET => IpAddr::V4(Ipv4Addr::from(util::read(address.cast::<[u8; 4]>())?)),
        AF_INET6 => IpAddr::V6(Ipv6Addr::from(util::read(address.cast::<[u8; 16]>())?)),
        _ => return Err(Errno::EAFNOSUPPORT),
    };
    // `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255` and its end.
    let mut shown = Vec::with_capacity(46);
    push_ip(&mut shown, address);
    shown.push(0);
    if shown.len() > size {
        return Err(Errno(libc::ENOSPC));
    }
    slice_mut(text.cast(), shown.len())?.copy_from_slice(&shown);
    Ok(())
}
