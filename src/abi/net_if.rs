//! `<net/if.h>`: interface names and numbers, and the ioctl calls of netdevice(7).

use super::netdb::env::System;
use super::util::{self, c_str, set_errno, slice_mut};
use crate::errno::{Errno, Result};
use crate::netdb::ifaces::{self, Interface, netmask};
use crate::netdb::sockaddr;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int, c_void};
use core::net::IpAddr;
use core::ptr;

/// IF_NAMESIZE: the room for a name with its end.
const NAME_SIZE: usize = 16;

/// `unsigned int if_nametoindex(const char *name)`
///
/// POSIX if_nametoindex(). 0 with `ENODEV` when there is no such interface.
///
/// # Safety
/// `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn if_nametoindex(name: *const c_char) -> u32 {
    let found =
        c_str(name).and_then(
            |name| match System::ask(|system| ifaces::index_of(system, name)) {
                0 => Err(Errno::ENODEV),
                index => Ok(index),
            },
        );
    found.unwrap_or_else(|errno| {
        set_errno(errno);
        0
    })
}

/// `char *if_indextoname(unsigned int index, char *name)`
///
/// POSIX if_indextoname(); `name` has IF_NAMESIZE bytes. Null with `ENXIO` when there is no such
/// interface.
///
/// # Safety
/// `name` has IF_NAMESIZE bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn if_indextoname(index: u32, name: *mut c_char) -> *mut c_char {
    let written = System::ask(|system| ifaces::name_of(system, index))
        .ok_or(Errno::ENXIO)
        .and_then(|found| util::write(name.cast(), name_field(found)));
    match written {
        Ok(()) => name,
        Err(errno) => {
            set_errno(errno);
            ptr::null_mut()
        }
    }
}

fn name_field(name: &str) -> [u8; NAME_SIZE] {
    let mut field = [0; NAME_SIZE];
    for (to, from) in field.iter_mut().zip(name.bytes().take(NAME_SIZE - 1)) {
        *to = from;
    }
    field
}

/// `struct if_nameindex`.
#[repr(C)]
pub struct IfNameIndex {
    index: u32,
    name: *mut c_char,
}

/// `struct if_nameindex *if_nameindex(void)`
///
/// POSIX if_nameindex(): an array that ends with index 0 and a null name. Null with `ENOBUFS`.
#[unsafe(no_mangle)]
pub extern "C" fn if_nameindex() -> *mut IfNameIndex {
    let interfaces = System::ask(ifaces::all);
    let places = interfaces.len() + 1;
    let size = places * size_of::<IfNameIndex>() + interfaces.len() * NAME_SIZE;
    // SAFETY: malloc has no precondition.
    let array: *mut IfNameIndex = unsafe { libc::malloc(size) }.cast();
    if array.is_null() {
        set_errno(Errno::ENOBUFS);
        return array;
    }
    let mut name: *mut [u8; NAME_SIZE] = array.wrapping_add(places).cast();
    let mut place = array;
    // SAFETY: the block has room for the array, its end, and the names behind it.
    unsafe {
        for interface in &interfaces {
            name.write(name_field(interface.name));
            place.write(IfNameIndex {
                index: interface.index,
                name: name.cast(),
            });
            place = place.add(1);
            name = name.add(1);
        }
        place.write(IfNameIndex {
            index: 0,
            name: ptr::null_mut(),
        });
    }
    array
}

/// `void if_freenameindex(struct if_nameindex *array)`
///
/// POSIX if_freenameindex(). Null is allowed.
///
/// # Safety
/// The array came from [`if_nameindex`] and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn if_freenameindex(array: *mut IfNameIndex) {
    // SAFETY: the array is one block of malloc's.
    unsafe { libc::free(array.cast()) };
}

/// `struct ifreq`: a name, and a value whose kind depends on the request.
#[derive(Clone, Copy)]
#[repr(C)]
struct IfReq {
    name: [u8; NAME_SIZE],
    value: [u8; 16],
}

/// `struct ifconf`.
#[derive(Clone, Copy)]
#[repr(C)]
struct IfConf {
    length: c_int,
    list: *mut IfReq,
}

const SIOCGIFNAME: c_int = 0x8910;
const SIOCGIFCONF: c_int = 0x8912;
const SIOCGIFFLAGS: c_int = 0x8913;
const SIOCGIFADDR: c_int = 0x8915;
const SIOCGIFDSTADDR: c_int = 0x8917;
const SIOCGIFBRDADDR: c_int = 0x8919;
const SIOCGIFNETMASK: c_int = 0x891b;
const SIOCGIFMETRIC: c_int = 0x891d;
const SIOCGIFMTU: c_int = 0x8921;
const SIOCGIFHWADDR: c_int = 0x8927;
const SIOCGIFINDEX: c_int = 0x8933;
const SIOCGIFTXQLEN: c_int = 0x8942;
const SIOCGIFMAP: c_int = 0x8970;

/// ARPHRD_LOOPBACK and ARPHRD_NONE.
const HARDWARE_LOOPBACK: u16 = 772;
const HARDWARE_NONE: u16 = 0xfffe;

/// ioctl(2) with a request of netdevice(7) on any socket; `None` when it is not one. Requests
/// that change an interface fail with `EPERM`, as for any program without privileges.
pub fn ioctl(request: c_int, argument: *mut c_void) -> Option<Result<c_int>> {
    match request {
        SIOCGIFCONF => Some(list(argument.cast())),
        SIOCGIFNAME | SIOCGIFFLAGS | SIOCGIFADDR | SIOCGIFDSTADDR | SIOCGIFBRDADDR
        | SIOCGIFNETMASK | SIOCGIFMETRIC | SIOCGIFMTU | SIOCGIFHWADDR | SIOCGIFINDEX
        | SIOCGIFTXQLEN | SIOCGIFMAP => Some(ask(request, argument.cast())),
        0x890b..=0x8971 if is_change(request) => Some(Err(Errno::EPERM)),
        _ => None,
    }
}

/// SIOCADDRT and SIOCDELRT, and the SIOCS... halves of the pairs.
fn is_change(request: c_int) -> bool {
    matches!(
        request,
        0x890b
            | 0x890c
            | 0x8914
            | 0x8916
            | 0x8918
            | 0x891a
            | 0x891c
            | 0x891e
            | 0x8922
            | 0x8923
            | 0x8924
            | 0x8930
            | 0x8931
            | 0x8932
            | 0x8936
            | 0x8937
            | 0x8943
            | 0x8971
    )
}

fn list(argument: *mut IfConf) -> Result<c_int> {
    let conf = util::read(argument)?;
    // Only interfaces with an IPv4 address are listed (netdevice(7)).
    let entries: Vec<IfReq> = System::ask(ifaces::all)
        .iter()
        .filter_map(|interface| {
            let (address, _) = v4(interface)?;
            Some(IfReq {
                name: name_field(interface.name),
                value: socket_address(address),
            })
        })
        .collect();
    let size = size_of::<IfReq>();
    if conf.list.is_null() {
        let length = (entries.len() * size) as c_int;
        return util::write(argument, IfConf { length, ..conf }).map(|()| 0);
    }
    let room = usize::try_from(conf.length).unwrap_or(0) / size;
    let given = entries.len().min(room);
    for (at, entry) in entries.iter().take(given).enumerate() {
        util::write(conf.list.wrapping_add(at), *entry)?;
    }
    util::write(
        argument,
        IfConf {
            length: (given * size) as c_int,
            ..conf
        },
    )
    .map(|()| 0)
}

fn v4(interface: &Interface) -> Option<(IpAddr, u32)> {
    interface
        .addresses
        .iter()
        .copied()
        .find(|(address, _)| address.is_ipv4())
}

fn ask(request: c_int, argument: *mut IfReq) -> Result<c_int> {
    let asked = util::read(argument)?;
    let interfaces = System::ask(ifaces::all);
    let [i0, i1, i2, i3, ..] = asked.value;
    let index = u32::from_ne_bytes([i0, i1, i2, i3]);
    let end = asked
        .name
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(NAME_SIZE - 1);
    let name = asked.name.get(..end).unwrap_or_default();
    let interface = interfaces
        .iter()
        .find(|interface| match request {
            SIOCGIFNAME => interface.index == index,
            _ => interface.name.as_bytes() == name,
        })
        .ok_or(Errno::ENODEV)?;
    if request == SIOCGIFNAME {
        let room = slice_mut(argument.cast(), NAME_SIZE)?;
        room.copy_from_slice(&name_field(interface.name));
        return Ok(0);
    }
    let value = value(request, interface)?;
    util::write(argument, IfReq { value, ..asked }).map(|()| 0)
}

fn value(request: c_int, interface: &Interface) -> Result<[u8; 16]> {
    let is_loopback = interface.name == ifaces::LO;
    let address = || v4(interface).ok_or(Errno::EADDRNOTAVAIL);
    Ok(match request {
        SIOCGIFFLAGS => number((interface.flags & 0xffff) as i32),
        SIOCGIFADDR | SIOCGIFDSTADDR => socket_address(address()?.0),
        SIOCGIFBRDADDR => {
            address()?;
            socket_address(IpAddr::V4(core::net::Ipv4Addr::UNSPECIFIED))
        }
        SIOCGIFNETMASK => {
            let (address, bits) = address()?;
            socket_address(netmask(address, bits))
        }
        SIOCGIFMTU => number(interface.mtu as i32),
        SIOCGIFINDEX => number(interface.index as i32),
        SIOCGIFTXQLEN => number(1000),
        SIOCGIFHWADDR => {
            let mut field = [0; 16];
            let kind = if is_loopback {
                HARDWARE_LOOPBACK
            } else {
                HARDWARE_NONE
            };
            [field[0], field[1]] = kind.to_ne_bytes();
            field
        }
        // SIOCGIFMETRIC and SIOCGIFMAP: nothing is set.
        _ => [0; 16],
    })
}

fn number(value: i32) -> [u8; 16] {
    let mut field = [0; 16];
    [field[0], field[1], field[2], field[3]] = value.to_ne_bytes();
    field
}

fn socket_address(address: IpAddr) -> [u8; 16] {
    let mut field = [0; 16];
    for (to, from) in field.iter_mut().zip(sockaddr::encode(address, 0, 0)) {
        *to = from;
    }
    field
}
