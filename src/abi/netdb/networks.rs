//! `<netdb.h>`: networks.

use super::env::networks;
use super::pack::{Kept, Packer};
use super::tables::{Entry, Slot, Walk, advance, advance_for, aliases, hand_over, keep};
use crate::abi::util::{self, c_str};
use crate::errno::Errno;
use crate::host::cell::Global;
use crate::netdb::consts::{AF_INET, HOST_NOT_FOUND, NETDB_INTERNAL};
use crate::netdb::databases::{self, Network};
use core::ffi::{c_char, c_int};
use core::ptr;

/// `struct netent`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct NetEnt {
    name: *mut c_char,
    aliases: *mut *mut c_char,
    family: c_int,
    number: u32,
}

impl Entry for NetEnt {
    type Line<'a> = Network<'a>;
    const EMPTY: NetEnt = NetEnt {
        name: ptr::null_mut(),
        aliases: ptr::null_mut(),
        family: 0,
        number: 0,
    };

    fn pack(packer: &mut Packer, line: &Network<'_>) -> Option<NetEnt> {
        Some(NetEnt {
            aliases: aliases(packer, &line.aliases)?,
            name: packer.string(line.name)?,
            family: AF_INET,
            number: line.number,
        })
    }
}

static NETWORK_WALK: Walk = Walk::new(0);

fn by_name(name: *const c_char) -> Option<Network<'static>> {
    databases::network_by_name(networks(), c_str(name).ok()?)
}

fn by_number(network: u32, family: c_int) -> Option<Network<'static>> {
    let known = family == AF_INET || family == 0;
    databases::network_by_number(networks(), network).filter(|_| known)
}

/// Ends an `_r` call, which tells an `h_errno` too.
fn explain(status: c_int, found: bool, error: *mut c_int) -> c_int {
    let code = match status {
        0 if found => 0,
        0 => HOST_NOT_FOUND,
        status if status == Errno::ENOENT.0 => HOST_NOT_FOUND,
        _ => NETDB_INTERNAL,
    };
    match util::write(error, code) {
        Ok(()) => status,
        Err(errno) => errno.0,
    }
}

/// `struct netent *getnetbyname(const char *name)`
///
/// POSIX getnetbyname(). Null when there is no such network.
///
/// # Safety
/// `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getnetbyname(name: *const c_char) -> *mut NetEnt {
    static KEPT: Slot<NetEnt> = Global::new(Kept::new(NetEnt::EMPTY));
    keep(&KEPT, by_name(name))
}

/// `struct netent *getnetbyaddr(uint32_t network, int family)`
///
/// POSIX getnetbyaddr(), `network` in host byte order. Null when there is no such network.
#[unsafe(no_mangle)]
pub extern "C" fn getnetbyaddr(network: u32, family: c_int) -> *mut NetEnt {
    static KEPT: Slot<NetEnt> = Global::new(Kept::new(NetEnt::EMPTY));
    keep(&KEPT, by_number(network, family))
}

/// `struct netent *getnetent(void)`
///
/// POSIX getnetent(): the next line of `/etc/networks`, null after the last.
#[unsafe(no_mangle)]
pub extern "C" fn getnetent() -> *mut NetEnt {
    static KEPT: Slot<NetEnt> = Global::new(Kept::new(NetEnt::EMPTY));
    keep(
        &KEPT,
        advance(&NETWORK_WALK, databases::networks(networks())),
    )
}

/// `int getnetbyname_r(const char *name, struct netent *entry, char *buffer, size_t size, struct
/// netent **result, int *error)`
///
/// getnetbyname_r(3). 0, with `*result` null and `*error` set when nothing was found; `ERANGE`.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getnetbyname_r(
    name: *const c_char,
    entry: *mut NetEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut NetEnt,
    error: *mut c_int,
) -> c_int {
    let line = by_name(name);
    let found = line.is_some();
    explain(hand_over(line, entry, buffer, size, result), found, error)
}

/// `int getnetbyaddr_r(uint32_t network, int family, struct netent *entry, char *buffer, size_t
/// size, struct netent **result, int *error)`
///
/// getnetbyaddr_r(3), `network` in host byte order. As [`getnetbyname_r`].
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getnetbyaddr_r(
    network: u32,
    family: c_int,
    entry: *mut NetEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut NetEnt,
    error: *mut c_int,
) -> c_int {
    let line = by_number(network, family);
    let found = line.is_some();
    explain(hand_over(line, entry, buffer, size, result), found, error)
}

/// `int getnetent_r(struct netent *entry, char *buffer, size_t size, struct netent **result, int
/// *error)`
///
/// getnetent_r(3). 0; `ENOENT` after the last line, `ERANGE`.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getnetent_r(
    entry: *mut NetEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut NetEnt,
    error: *mut c_int,
) -> c_int {
    let lines = databases::networks(networks());
    let status = advance_for(&NETWORK_WALK, lines, entry, buffer, size, result);
    explain(status, true, error)
}

/// `void setnetent(int stay_open)`
///
/// POSIX setnetent(): back to the first line.
#[unsafe(no_mangle)]
pub extern "C" fn setnetent(_stay_open: c_int) {
    NETWORK_WALK.set(0);
}

/// `void endnetent(void)`
///
/// POSIX endnetent(): ends the walk.
#[unsafe(no_mangle)]
pub extern "C" fn endnetent() {
    NETWORK_WALK.set(0);
}
