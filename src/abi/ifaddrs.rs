//! `<ifaddrs.h>`: the addresses of the network interfaces.

use super::netdb::env::System;
use super::util;
use crate::errno::Errno;
use crate::netdb::ifaces::{self, Interface, netmask};
use crate::netdb::sockaddr;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int, c_void};
use core::net::IpAddr;
use core::ptr;

/// `struct ifaddrs`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct IfAddrs {
    next: *mut IfAddrs,
    name: *mut c_char,
    flags: u32,
    address: *mut c_void,
    netmask: *mut c_void,
    other_end: *mut c_void,
    data: *mut c_void,
}

/// A list element with everything that it points at.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
struct Element {
    info: IfAddrs,
    name: [u8; 16],
    address: [u8; 32],
    netmask: [u8; 32],
}

/// `int getifaddrs(struct ifaddrs **list)`
///
/// getifaddrs(3): the loopback addresses, and the addresses that the host shows datagrams to
/// leave from, those of IPv4 first. There is no link-level information. -1 with `ENOMEM`.
///
/// # Safety
/// `list` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getifaddrs(list: *mut *mut IfAddrs) -> c_int {
    match build().and_then(|head| {
        util::write(list, head).inspect_err(|_| {
            // SAFETY: the block was just made.
            unsafe { libc::free(head.cast()) }
        })
    }) {
        Ok(()) => 0,
        Err(errno) => {
            util::set_errno(errno);
            -1
        }
    }
}

fn build() -> Result<*mut IfAddrs, Errno> {
    let interfaces = System::ask(ifaces::all);
    let of_family = |v4: bool| {
        interfaces.iter().flat_map(move |interface| {
            let addresses = interface.addresses.iter();
            addresses
                .filter(move |(ip, _)| ip.is_ipv4() == v4)
                .map(move |pair| (interface, *pair))
        })
    };
    let all: Vec<(&Interface, (IpAddr, u32))> = of_family(true).chain(of_family(false)).collect();
    // One block for all, so that freeifaddrs is one free.
    // SAFETY: malloc has no precondition.
    let first: *mut Element = unsafe { libc::malloc(size_of::<Element>() * all.len()) }.cast();
    if first.is_null() {
        return Err(Errno::ENOMEM);
    }
    for (at, (interface, (address, bits))) in all.iter().enumerate() {
        let next = if at + 1 < all.len() {
            first.wrapping_add(at + 1)
        } else {
            ptr::null_mut()
        };
        let element = first.wrapping_add(at);
        // SAFETY: the block has room for all elements and is aligned to 16.
        unsafe { fill(element, interface, *address, *bits, next) };
    }
    Ok(first.cast())
}

/// # Safety
/// `element` is valid for writing.
unsafe fn fill(
    element: *mut Element,
    interface: &Interface,
    address: IpAddr,
    bits: u32,
    next: *mut Element,
) {
    // SAFETY: the places lie inside the element.
    let (name, own, mask) = unsafe {
        (
            &raw mut (*element).name,
            &raw mut (*element).address,
            &raw mut (*element).netmask,
        )
    };
    let lonely_loopback = address.is_loopback() && address.is_ipv4();
    let value = Element {
        info: IfAddrs {
            next: next.cast(),
            name: name.cast(),
            flags: interface.flags,
            address: own.cast(),
            netmask: mask.cast(),
            // As Linux has it: the far end of 127.0.0.1 is itself.
            other_end: if lonely_loopback {
                own.cast()
            } else {
                ptr::null_mut()
            },
            data: ptr::null_mut(),
        },
        name: padded(interface.name.as_bytes()),
        address: padded(&sockaddr::encode(address, 0, 0)),
        netmask: padded(&sockaddr::encode(netmask(address, bits), 0, 0)),
    };
    // SAFETY: the caller's promise.
    unsafe { element.write(value) };
}

fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

/// `void freeifaddrs(struct ifaddrs *list)`
///
/// getifaddrs(3). Null is allowed.
///
/// # Safety
/// The list came from [`getifaddrs`] and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn freeifaddrs(list: *mut IfAddrs) {
    // SAFETY: the list is one block of malloc's.
    unsafe { libc::free(list.cast()) };
}
