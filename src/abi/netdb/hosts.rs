//! `<netdb.h>`: the older calls for hosts, and `h_errno`.

use super::env::System;
use super::pack::{Kept, Packer, give};
use crate::abi::h_errno::{h_errno, set_h_errno};
use crate::abi::types::SockLen;
use crate::abi::util::{self, c_str, last_errno, set_errno, slice};
use crate::errno::Errno;
use crate::host::cell::Global;
use crate::netdb::consts::{
    AF_INET, HOST_NOT_FOUND, NETDB_INTERNAL, NO_DATA, NO_RECOVERY, TRY_AGAIN,
};
use crate::netdb::errors::{HostError, host_text};
use crate::netdb::hosts::{self, Family, Host};
use alloc::vec::Vec;
use core::ffi::{c_char, c_int, c_void};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::ptr;

/// `struct hostent`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct HostEnt {
    name: *mut c_char,
    aliases: *mut *mut c_char,
    family: c_int,
    length: c_int,
    addresses: *mut *mut c_char,
}

impl HostEnt {
    pub(super) const EMPTY: HostEnt = HostEnt {
        name: ptr::null_mut(),
        aliases: ptr::null_mut(),
        family: 0,
        length: 0,
        addresses: ptr::null_mut(),
    };

    fn pack(packer: &mut Packer, host: &Host) -> Option<HostEnt> {
        let family = Family::of(*host.addresses.first()?);
        Some(HostEnt {
            addresses: packer.list(host.addresses.iter(), |packer, address| match address {
                IpAddr::V4(v4) => packer.bytes(&v4.octets()),
                IpAddr::V6(v6) => packer.bytes(&v6.octets()),
            })?,
            aliases: packer.strings(&host.aliases)?,
            name: packer.string(&host.name)?,
            family: family.number(),
            length: match family {
                Family::V4 => 4,
                Family::V6 => 16,
            },
        })
    }
}

/// A question that failed: `h_errno`, and errno when that is `NETDB_INTERNAL`.
pub(super) struct Refusal {
    code: c_int,
    errno: Option<Errno>,
}

impl Refusal {
    fn internal(errno: Errno) -> Refusal {
        Refusal {
            code: NETDB_INTERNAL,
            errno: Some(errno),
        }
    }

    /// glibc's answer to a family that it does not know.
    fn family() -> Refusal {
        Refusal {
            code: NO_DATA,
            errno: Some(Errno::EAFNOSUPPORT),
        }
    }
}

impl From<HostError> for Refusal {
    fn from(HostError(code): HostError) -> Refusal {
        Refusal { code, errno: None }
    }
}

fn by_name(name: *const c_char, family: c_int) -> Result<Host, Refusal> {
    let name = c_str(name).map_err(Refusal::internal)?;
    let family = Family::from_number(family).ok_or_else(Refusal::family)?;
    Ok(System::ask(|system| hosts::by_name(system, name, family))?)
}

fn by_address(address: *const c_void, length: u32, family: c_int) -> Result<Host, Refusal> {
    let unsupported = || Refusal::internal(Errno::EAFNOSUPPORT);
    let size = match Family::from_number(family).ok_or_else(unsupported)? {
        Family::V4 => 4,
        Family::V6 => 16,
    };
    if length as usize != size {
        return Err(unsupported());
    }
    let bytes = slice(address.cast::<u8>(), size).map_err(Refusal::internal)?;
    let address = match (bytes.first_chunk::<4>(), bytes.first_chunk::<16>()) {
        (_, Some(v6)) => IpAddr::V6(Ipv6Addr::from(*v6)),
        (Some(v4), None) => IpAddr::V4(Ipv4Addr::from(*v4)),
        _ => return Err(unsupported()),
    };
    Ok(System::ask(|system| hosts::by_address(system, address))?)
}

/// Ends a call without `_r`.
pub(super) fn keep(slot: &Global<Kept<HostEnt>>, found: Result<Host, Refusal>) -> *mut HostEnt {
    match found {
        Ok(host) => {
            let entry = slot.with(|kept| kept.keep(|packer| HostEnt::pack(packer, &host)));
            if entry.is_null() {
                set_h_errno(NETDB_INTERNAL);
                set_errno(Errno::ENOMEM);
            }
            entry
        }
        Err(refusal) => {
            set_h_errno(refusal.code);
            refusal.errno.into_iter().for_each(set_errno);
            ptr::null_mut()
        }
    }
}

/// Where an `_r` call leaves what it found.
pub(super) struct Caller {
    pub(super) entry: *mut HostEnt,
    pub(super) buffer: *mut c_char,
    pub(super) size: usize,
    pub(super) result: *mut *mut HostEnt,
    pub(super) error: *mut c_int,
}

/// Ends an `_r` call: returns 0 also when nothing was found.
pub(super) fn hand_over(caller: &Caller, found: Result<Host, Refusal>) -> c_int {
    let (code, status) = match found {
        Ok(host) => {
            let pack = |packer: &mut Packer| HostEnt::pack(packer, &host);
            match give(
                caller.entry,
                caller.buffer,
                caller.size,
                caller.result,
                pack,
            ) {
                Ok(_) => (0, 0),
                Err(errno) => (NETDB_INTERNAL, errno.0),
            }
        }
        Err(refusal) => {
            let status = match (refusal.code, refusal.errno) {
                (_, Some(errno)) => errno.0,
                (TRY_AGAIN, None) => Errno::EAGAIN.0,
                // Denied by the host, or out of memory; errno is set.
                (NETDB_INTERNAL, None) => last_errno().0,
                (HOST_NOT_FOUND | NO_DATA | NO_RECOVERY | _, None) => 0,
            };
            if let Err(errno) = util::write(caller.result, ptr::null_mut()) {
                return errno.0;
            }
            (refusal.code, status)
        }
    };
    if !caller.error.is_null()
        && let Err(errno) = util::write(caller.error, code)
    {
        return errno.0;
    }
    if status != 0 {
        set_errno(Errno(status));
    }
    status
}

/// `struct hostent *gethostbyname(const char *name)`
///
/// gethostbyname(3), IPv4 only. Null with `h_errno` set: `HOST_NOT_FOUND`, `NO_DATA`,
/// `TRY_AGAIN`, `NO_RECOVERY`, or `NETDB_INTERNAL` with errno.
///
/// # Safety
/// `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gethostbyname(name: *const c_char) -> *mut HostEnt {
    static KEPT: Global<Kept<HostEnt>> = Global::new(Kept::new(HostEnt::EMPTY));
    keep(&KEPT, by_name(name, AF_INET))
}

/// `struct hostent *gethostbyname2(const char *name, int family)`
///
/// gethostbyname2(3). As [`gethostbyname`], for either family.
///
/// # Safety
/// `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gethostbyname2(name: *const c_char, family: c_int) -> *mut HostEnt {
    static KEPT: Global<Kept<HostEnt>> = Global::new(Kept::new(HostEnt::EMPTY));
    keep(&KEPT, by_name(name, family))
}

/// `struct hostent *gethostbyaddr(const void *address, socklen_t length, int family)`
///
/// gethostbyaddr(3). Null with `h_errno` set.
///
/// # Safety
/// `address` points at `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gethostbyaddr(
    address: *const c_void,
    length: SockLen,
    family: c_int,
) -> *mut HostEnt {
    static KEPT: Global<Kept<HostEnt>> = Global::new(Kept::new(HostEnt::EMPTY));
    keep(&KEPT, by_address(address, length, family))
}

/// `int gethostbyname_r(const char *name, struct hostent *entry, char *buffer, size_t size,
/// struct hostent **result, int *error)`
///
/// gethostbyname_r(3). 0, with `*result` null when nothing was found; `ERANGE` when the buffer
/// is too small, `EAGAIN` when the resolver did not answer.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gethostbyname_r(
    name: *const c_char,
    entry: *mut HostEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut HostEnt,
    error: *mut c_int,
) -> c_int {
    hand_over(
        &Caller {
            entry,
            buffer,
            size,
            result,
            error,
        },
        by_name(name, AF_INET),
    )
}

/// `int gethostbyname2_r(const char *name, int family, struct hostent *entry, char *buffer,
/// size_t size, struct hostent **result, int *error)`
///
/// gethostbyname2_r(3). As [`gethostbyname_r`], for either family (`EAFNOSUPPORT`).
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gethostbyname2_r(
    name: *const c_char,
    family: c_int,
    entry: *mut HostEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut HostEnt,
    error: *mut c_int,
) -> c_int {
    hand_over(
        &Caller {
            entry,
            buffer,
            size,
            result,
            error,
        },
        by_name(name, family),
    )
}

/// `int gethostbyaddr_r(const void *address, socklen_t length, int family, struct hostent *entry,
/// char *buffer, size_t size, struct hostent **result, int *error)`
///
/// gethostbyaddr_r(3). As [`gethostbyname_r`].
///
/// # Safety
/// As in C: `address` points at `length` bytes, the buffer has `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gethostbyaddr_r(
    address: *const c_void,
    length: SockLen,
    family: c_int,
    entry: *mut HostEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut HostEnt,
    error: *mut c_int,
) -> c_int {
    let found = by_address(address, length, family);
    hand_over(
        &Caller {
            entry,
            buffer,
            size,
            result,
            error,
        },
        found,
    )
}

/// `const char *hstrerror(int code)`
///
/// hstrerror(3): the text of an `h_errno` value. Never null.
#[unsafe(no_mangle)]
pub extern "C" fn hstrerror(code: c_int) -> *const c_char {
    host_text(code).as_ptr()
}

/// `void herror(const char *prefix)`
///
/// herror(3): prints the text of `h_errno` to standard error, after `prefix` and a colon unless
/// that is null or empty.
///
/// # Safety
/// `prefix` is null or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn herror(prefix: *const c_char) {
    let mut line = Vec::new();
    if let Ok(prefix) = c_str(prefix)
        && !prefix.is_empty()
    {
        line.extend_from_slice(prefix);
        line.extend_from_slice(b": ");
    }
    line.extend_from_slice(host_text(h_errno()).to_bytes());
    line.push(b'\n');
    // SAFETY: the line lives through the call. There is nobody to tell of a failure.
    unsafe { libc::write(2, line.as_ptr().cast(), line.len()) };
}
