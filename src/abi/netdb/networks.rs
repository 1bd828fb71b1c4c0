//! `<netdb.h>`: networks.

use super::env::networks;
use super::pack::{Kept, Packer};
use super::tables::{Entry, Slot, Walk, advance, aliases, keep};
use crate::abi::util::c_str;
use crate::netdb::consts::AF_INET;
use crate::netdb::databases::{self, Network};
use crate::wasi::cell::Global;
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

/// `struct netent *getnetbyname(const char *name)`
///
/// POSIX getnetbyname(). Null when there is no such network.
///
/// # Safety
/// `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getnetbyname(name: *const c_char) -> *mut NetEnt {
    static KEPT: Slot<NetEnt> = Global::new(Kept::new(NetEnt::EMPTY));
    keep(
        &KEPT,
        c_str(name)
            .ok()
            .and_then(|name| databases::network_by_name(networks(), name)),
    )
}

/// `struct netent *getnetbyaddr(uint32_t network, int family)`
///
/// POSIX getnetbyaddr(), `network` in host byte order. Null when there is no such network.
#[unsafe(no_mangle)]
pub extern "C" fn getnetbyaddr(network: u32, family: c_int) -> *mut NetEnt {
    static KEPT: Slot<NetEnt> = Global::new(Kept::new(NetEnt::EMPTY));
    let known = family == AF_INET || family == 0;
    keep(
        &KEPT,
        databases::network_by_number(networks(), network).filter(|_| known),
    )
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
