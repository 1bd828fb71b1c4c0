//! `<netdb.h>`: getaddrinfo, getnameinfo and their relatives.

pub mod env;
pub mod host_walk;
pub mod hosts;
pub mod networks;
mod pack;
pub mod requests;
pub mod tables;

use super::types::{SockAddr, SockLen};
use super::util::{self, c_str, set_errno, slice, slice_mut};
use crate::errno::Errno;
use crate::netdb::consts::{AF_UNIX, NI_NAMEREQD, NI_NUMERICHOST};
use crate::netdb::errors::{Eai, gai_text};
use crate::netdb::nameinfo::{self, Endpoint};
use crate::netdb::query::{self, Answer, Hints};
use crate::netdb::sockaddr;
use core::ffi::{c_char, c_int, c_void};
use core::ptr;
use env::System;

/// `struct addrinfo`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct AddrInfo {
    flags: c_int,
    family: c_int,
    socktype: c_int,
    protocol: c_int,
    length: u32,
    address: *mut c_void,
    canonical: *mut c_char,
    next: *mut AddrInfo,
}

/// A list element and the address it points at: one allocation, as programs expect that cut
/// lists apart and join them again.
#[repr(C, align(16))]
struct Element {
    info: AddrInfo,
    address: [u8; 32],
}

/// `int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct
/// addrinfo **list)`
///
/// POSIX getaddrinfo(). Returns 0 or an `EAI_` number; with `EAI_SYSTEM`, errno tells more.
///
/// # Safety
/// As in C: the strings end with a null byte, `hints` is null or a structure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getaddrinfo(
    node: *const c_char,
    service: *const c_char,
    hints: *const AddrInfo,
    list: *mut *mut AddrInfo,
) -> c_int {
    match lookup(node, service, hints).and_then(|head| {
        util::write(list, head).map_err(|errno| {
            // SAFETY: the list was just made.
            unsafe { freeaddrinfo(head) };
            system(errno)
        })
    }) {
        Ok(()) => 0,
        Err(Eai(code)) => code,
    }
}

fn lookup(
    node: *const c_char,
    service: *const c_char,
    hints: *const AddrInfo,
) -> Result<*mut AddrInfo, Eai> {
    let node = optional(node)?;
    let service = optional(service)?;
    let hints = match util::read(hints) {
        _ if hints.is_null() => Hints::NONE,
        Err(errno) => return Err(system(errno)),
        Ok(given) => Hints {
            flags: given.flags,
            family: given.family,
            socktype: given.socktype,
            protocol: given.protocol,
        },
    };
    let answer = System::ask(|system| query::resolve(system, node, service, hints))?;
    build(&answer, hints.flags)
}

fn optional(text: *const c_char) -> Result<Option<&'static [u8]>, Eai> {
    if text.is_null() {
        Ok(None)
    } else {
        c_str(text).map(Some).map_err(system)
    }
}

fn system(errno: Errno) -> Eai {
    set_errno(errno);
    Eai::SYSTEM
}

/// Makes the list, last element first.
fn build(answer: &Answer, flags: c_int) -> Result<*mut AddrInfo, Eai> {
    let mut head: *mut AddrInfo = ptr::null_mut();
    for entry in answer.entries.iter().rev() {
        let bytes = sockaddr::encode(entry.address, entry.scope, entry.port);
        // SAFETY: malloc has no precondition.
        let element: *mut Element = unsafe { libc::malloc(size_of::<Element>()) }.cast();
        if element.is_null() {
            // SAFETY: what has been linked so far is a list.
            unsafe { freeaddrinfo(head) };
            return Err(Eai::MEMORY);
        }
        let mut address = [0; 32];
        for (to, from) in address.iter_mut().zip(&bytes) {
            *to = *from;
        }
        // SAFETY: malloc's block is large enough and aligned to 16.
        head = unsafe {
            element.write(Element {
                info: AddrInfo {
                    flags,
                    family: sockaddr::family(&bytes).unwrap_or_default(),
                    socktype: entry.socktype,
                    protocol: entry.protocol,
                    length: bytes.len() as u32,
                    address: (&raw mut (*element).address).cast(),
                    canonical: ptr::null_mut(),
                    next: head,
                },
                address,
            });
            element.cast()
        };
    }
    if let Some(name) = &answer.canonical {
        match duplicate(name) {
            // SAFETY: there is at least one element.
            Some(copy) => unsafe { (*head).canonical = copy },
            None => {
                // SAFETY: the list is complete.
                unsafe { freeaddrinfo(head) };
                return Err(Eai::MEMORY);
            }
        }
    }
    Ok(head)
}

/// strdup for bytes.
fn duplicate(text: &[u8]) -> Option<*mut c_char> {
    // SAFETY: malloc has no precondition; the block has room for the text and its end.
    unsafe {
        let copy: *mut u8 = libc::malloc(text.len() + 1).cast();
        if copy.is_null() {
            return None;
        }
        ptr::copy_nonoverlapping(text.as_ptr(), copy, text.len());
        copy.add(text.len()).write(0);
        Some(copy.cast())
    }
}

/// `void freeaddrinfo(struct addrinfo *list)`
///
/// POSIX freeaddrinfo(). A part of a list may be freed alone; null is allowed.
///
/// # Safety
/// The list came from [`getaddrinfo`] and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn freeaddrinfo(list: *mut AddrInfo) {
    let mut next = list;
    while !next.is_null() {
        // SAFETY: the caller vouches for the list; each element is one block.
        unsafe {
            let element = next;
            next = (*element).next;
            libc::free((*element).canonical.cast());
            libc::free(element.cast());
        }
    }
}

/// `const char *gai_strerror(int code)`
///
/// POSIX gai_strerror(). Never null.
#[unsafe(no_mangle)]
pub extern "C" fn gai_strerror(code: c_int) -> *const c_char {
    gai_text(code).as_ptr()
}

/// `int getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t
/// host_size, char *service, socklen_t service_size, int flags)`
///
/// POSIX getnameinfo(). Returns 0 or an `EAI_` number.
///
/// # Safety
/// As in C: the pointers have room for so many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getnameinfo(
    address: *const SockAddr,
    length: SockLen,
    host: *mut c_char,
    host_size: SockLen,
    service: *mut c_char,
    service_size: SockLen,
    flags: c_int,
) -> c_int {
    let host = Room {
        start: host,
        size: host_size as usize,
    };
    let service = Room {
        start: service,
        size: service_size as usize,
    };
    match name(address, length, &host, &service, flags) {
        Ok(()) => 0,
        Err(Eai(code)) => code,
    }
}

/// Where a name goes, if it is wanted.
struct Room {
    start: *mut c_char,
    size: usize,
}

impl Room {
    fn wanted(&self) -> bool {
        !self.start.is_null() && self.size > 0
    }

    fn put(&self, text: &[u8]) -> Result<(), Eai> {
        let room = slice_mut(self.start.cast::<u8>(), self.size).map_err(system)?;
        match room.split_at_mut_checked(text.len()) {
            Some((place, [end, ..])) => {
                place.copy_from_slice(text);
                *end = 0;
                Ok(())
            }
            _ => Err(Eai::OVERFLOW),
        }
    }
}

fn name(
    address: *const c_void,
    length: u32,
    host: &Room,
    service: &Room,
    flags: c_int,
) -> Result<(), Eai> {
    nameinfo::check_flags(flags)?;
    if address.is_null() {
        return Err(Eai::FAMILY);
    }
    let bytes: &[u8] = slice(address.cast::<u8>(), length.min(128) as usize).map_err(system)?;
    if flags & NI_NAMEREQD != 0 && !host.wanted() && !service.wanted() {
        return Err(Eai::NONAME);
    }
    if sockaddr::family(bytes) == Some(AF_UNIX) {
        return local_name(bytes, host, service, flags);
    }
    let (address, scope, port) = sockaddr::decode(bytes).ok_or(Eai::FAMILY)?;
    let endpoint = Endpoint {
        address,
        scope,
        port,
    };
    if host.wanted() {
        host.put(&System::ask(|system| {
            nameinfo::host(system, endpoint, flags)
        })?)?;
    }
    if service.wanted() {
        service.put(&System::ask(|system| {
            nameinfo::service(system, endpoint, flags)
        }))?;
    }
    Ok(())
}

/// An AF_UNIX address: this machine, and the path.
fn local_name(bytes: &[u8], host: &Room, service: &Room, flags: c_int) -> Result<(), Eai> {
    if host.wanted() {
        if flags & (NI_NAMEREQD | NI_NUMERICHOST) == NI_NAMEREQD | NI_NUMERICHOST {
            return Err(Eai::NONAME);
        }
        host.put(b"localhost")?;
    }
    if service.wanted() {
        let path = bytes.get(2..).unwrap_or_default();
        let end = path
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(path.len());
        service.put(path.get(..end).unwrap_or_default())?;
    }
    Ok(())
}
