//! `<sys/socket.h>`: socketpair(2).

use super::sys_socket::split_kind;
use super::util::{self, OrMinusOne};
use super::{address, sys_un, unistd_pipe};
use crate::errno::{Errno, Result};
use crate::socket::local;
use core::ffi::c_int;

/// socketpair(2): two connected sockets of AF_UNIX, within the process. `kind` is SOCK_STREAM,
/// SOCK_DGRAM or SOCK_SEQPACKET, with SOCK_NONBLOCK and SOCK_CLOEXEC; `pair` gets the two
/// numbers. Fails with `EAFNOSUPPORT`, `EOPNOTSUPP` (AF_INET and AF_INET6), `EINVAL`,
/// `EPROTONOSUPPORT`, `EFAULT`, `EMFILE`.
#[unsafe(no_mangle)]
pub extern "C" fn socketpair(
    domain: c_int,
    kind: c_int,
    protocol: c_int,
    pair: *mut c_int,
) -> c_int {
    create(domain, kind, protocol, pair.cast()).or_minus_one_errno()
}

fn create(domain: c_int, kind: c_int, protocol: c_int, pair: *mut [c_int; 2]) -> Result<()> {
    let (plain, nonblocking, close_on_exec) = split_kind(kind)?;
    // A number is written only where one can be; nothing is opened otherwise.
    util::read(pair)?;
    match u16::try_from(domain) {
        Ok(address::AF_UNIX) => {}
        Ok(address::AF_INET | address::AF_INET6) => return Err(Errno::EOPNOTSUPP),
        _ => return Err(Errno::EAFNOSUPPORT),
    }
    address::bind_unix();
    let kind = sys_un::kind_of(plain, protocol)?;
    unistd_pipe::install_both(local::pair(kind, nonblocking), close_on_exec, pair)
}
