//! Name resolution by the host (`wasi:sockets/ip-name-lookup`).

use super::bindings::wasi::sockets::{ip_name_lookup as host, network as net};
use super::poll::{self, Source};
use super::{clock, with_network};
use crate::host::handles::Handle;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why a name has no addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupError {
    /// There is no such name, or it has no address.
    NotFound,
    /// The resolver did not answer in time.
    TryAgain,
    /// The resolver failed for good.
    Permanent,
    /// The host does not let the program resolve names.
    Denied,
    /// Out of memory.
    Memory,
    /// The host has no resolver.
    NotSupported,
    /// Not a host name.
    InvalidName,
}

/// The addresses of `name` in the host's order. Waits, but not past `deadline` (monotonic
/// nanoseconds).
pub fn resolve(name: &str, deadline: Option<u64>) -> Result<Vec<IpAddr>, LookupError> {
    let stream = with_network(|network| host::resolve_addresses(network, name)).map_err(failed)?;
    let stream = Handle::new(stream);
    let mut addresses = Vec::new();
    loop {
        match stream.resolve_next_address() {
            Ok(Some(net::IpAddress::Ipv4((a, b, c, d)))) => {
                addresses.push(IpAddr::V4(Ipv4Addr::new(a, b, c, d)));
            }
            Ok(Some(net::IpAddress::Ipv6((a, b, c, d, e, f, g, h)))) => {
                addresses.push(IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h)));
            }
            Ok(None) if addresses.is_empty() => return Err(LookupError::NotFound),
            Ok(None) => return Ok(addresses),
            Err(net::ErrorCode::WouldBlock) => {
                sleep(Source::new(stream.subscribe()), deadline)?;
            }
            Err(code) => return Err(failed(code)),
        }
    }
}

fn sleep(answer: Source, deadline: Option<u64>) -> Result<(), LookupError> {
    let Some(deadline) = deadline else {
        answer.block();
        return Ok(());
    };
    let timer = clock::at(deadline);
    let mut ready = Vec::new();
    clock::asleep(|| poll::wait(&[answer.number(), timer.number()], &mut ready));
    if ready.contains(&0) {
        Ok(())
    } else {
        Err(LookupError::TryAgain)
    }
}

fn failed(code: net::ErrorCode) -> LookupError {
    match code {
        net::ErrorCode::AccessDenied => LookupError::Denied,
        net::ErrorCode::NotSupported => LookupError::NotSupported,
        net::ErrorCode::OutOfMemory => LookupError::Memory,
        net::ErrorCode::InvalidArgument => LookupError::InvalidName,
        net::ErrorCode::NameUnresolvable => LookupError::NotFound,
        net::ErrorCode::TemporaryResolverFailure
        | net::ErrorCode::Timeout
        | net::ErrorCode::ConcurrencyConflict
        | net::ErrorCode::WouldBlock => LookupError::TryAgain,
        _ => LookupError::Permanent,
    }
}
