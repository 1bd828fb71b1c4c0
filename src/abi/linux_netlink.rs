//! `<linux/netlink.h>`: socket(2) of AF_NETLINK, which is linked into programs that include the header,
//! as AF_UNIX is (see [`super::sys_un`]).

use super::address;
use super::netdb::env::System;
use crate::errno::{Errno, Result};
use crate::netdb::ifaces;
use crate::socket::netlink::{self, Link};
use crate::wait::engine;
use alloc::vec::Vec;
use core::ffi::c_int;

const SOCK_RAW: c_int = 3;
const SOCK_DGRAM: c_int = 5;
const NETLINK_ROUTE: c_int = 0;

unsafe extern "C" {
    fn __wps_socket_netlink_if_linked(
        kind: c_int,
        protocol: c_int,
        nonblocking: c_int,
        close_on_exec: c_int,
    ) -> c_int;
}

/// socket(2) of AF_NETLINK; `EAFNOSUPPORT` in a program that never includes `<linux/netlink.h>`.
pub(super) fn socket(
    kind: c_int,
    protocol: c_int,
    nonblocking: bool,
    close_on_exec: bool,
) -> Result<c_int> {
    // SAFETY: takes and returns numbers.
    let outcome = unsafe {
        __wps_socket_netlink_if_linked(
            kind,
            protocol,
            c_int::from(nonblocking),
            c_int::from(close_on_exec),
        )
    };
    if outcome < 0 {
        Err(Errno(-outcome))
    } else {
        Ok(outcome)
    }
}

/// The interfaces, as getifaddrs(3) tells them.
fn links() -> Vec<Link> {
    let interfaces = System::ask(ifaces::all);
    interfaces
        .into_iter()
        .map(|interface| Link {
            index: interface.index,
            name: interface.name,
            flags: interface.flags,
            mtu: interface.mtu,
            addresses: interface.addresses,
        })
        .collect()
}

/// What `__wps_netlink` points to: the new descriptor, or a negative error number.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_socket_netlink(
    kind: c_int,
    protocol: c_int,
    nonblocking: c_int,
    close_on_exec: c_int,
) -> c_int {
    if kind != SOCK_RAW && kind != SOCK_DGRAM {
        return -Errno::ESOCKTNOSUPPORT.0;
    }
    if protocol != NETLINK_ROUTE {
        return -Errno::EPROTONOSUPPORT.0;
    }
    address::bind_netlink();
    let file = netlink::create(kind, links, nonblocking != 0);
    engine::install(file, close_on_exec != 0, 0).unwrap_or_else(|errno| -errno.0)
}
