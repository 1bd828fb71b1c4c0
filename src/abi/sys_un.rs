//! `<sys/un.h>`: socket(2) of AF_UNIX, which is linked into programs that include the header.
//!
//! The header refers to `__wps_unix`, a pointer to the function below in an object of its own
//! (`glue/unix.c`). Without it nothing leads here, and a program that only talks TCP does not
//! carry AF_UNIX along.

use super::address;
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::socket::local;
use crate::wait::engine;
use core::ffi::c_int;

const SOCK_RAW: c_int = 3;
const SOCK_DGRAM: c_int = 5;
const SOCK_STREAM: c_int = 6;
const SOCK_SEQPACKET: c_int = 7;

unsafe extern "C" {
    fn __wps_socket_unix_if_linked(
        kind: c_int,
        protocol: c_int,
        nonblocking: c_int,
        close_on_exec: c_int,
    ) -> c_int;
}

/// What AF_UNIX makes of a type (without its flags) and a protocol.
pub(super) fn kind_of(kind: c_int, protocol: c_int) -> Result<Type> {
    if protocol != 0 && protocol != c_int::from(address::AF_UNIX) {
        return Err(Errno::EPROTONOSUPPORT);
    }
    match kind {
        SOCK_STREAM => Ok(Type::Stream),
        // Linux gives a datagram socket for SOCK_RAW.
        SOCK_DGRAM | SOCK_RAW => Ok(Type::Datagram),
        SOCK_SEQPACKET => Ok(Type::SeqPacket),
        _ => Err(Errno::EPROTONOSUPPORT),
    }
}

/// socket(2) of AF_UNIX; `EAFNOSUPPORT` in a program that never includes `<sys/un.h>`.
pub(super) fn socket(
    kind: c_int,
    protocol: c_int,
    nonblocking: bool,
    close_on_exec: bool,
) -> Result<c_int> {
    // SAFETY: takes and returns numbers.
    let outcome = unsafe {
        __wps_socket_unix_if_linked(
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

/// What `__wps_unix` points to: the new descriptor, or a negative error number.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_socket_unix(
    kind: c_int,
    protocol: c_int,
    nonblocking: c_int,
    close_on_exec: c_int,
) -> c_int {
    address::bind_unix();
    kind_of(kind, protocol)
        .and_then(|kind| {
            engine::install(local::create(kind, nonblocking != 0), close_on_exec != 0, 0)
        })
        .unwrap_or_else(|errno| -errno.0)
}
