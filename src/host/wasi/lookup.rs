//! Name resolution by the host (`wasi:sockets/ip-name-lookup`).

use super::bindings::wasi::sockets::{ip_name_lookup as host, network as net};
use super::poll::Source;
use super::with_network;
use crate::host::handles::Handle;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::task::Poll;

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

/// A lookup under way.
pub struct Lookup {
    // Dropped before the stream that it was made from.
    source: Option<Source>,
    stream: Handle<host::ResolveAddressStream>,
    addresses: Vec<IpAddr>,
}

impl Lookup {
    /// Asks for the addresses of `name`.
    pub fn new(name: &str) -> Result<Lookup, LookupError> {
        let stream =
            with_network(|network| host::resolve_addresses(network, name)).map_err(failed)?;
        Ok(Lookup {
            source: None,
            stream: Handle::new(stream),
            addresses: Vec::new(),
        })
    }

    /// The addresses, in the host's order, as soon as all are known. Does not wait.
    pub fn advance(&mut self) -> Poll<Result<Vec<IpAddr>, LookupError>> {
        self.source = None;
        Poll::Ready(loop {
            match self.stream.resolve_next_address() {
                Ok(Some(net::IpAddress::Ipv4((a, b, c, d)))) => {
                    self.addresses.push(IpAddr::V4(Ipv4Addr::new(a, b, c, d)));
                }
                Ok(Some(net::IpAddress::Ipv6((a, b, c, d, e, f, g, h)))) => {
                    let address = Ipv6Addr::new(a, b, c, d, e, f, g, h);
                    self.addresses.push(IpAddr::V6(address));
                }
                Ok(None) if self.addresses.is_empty() => break Err(LookupError::NotFound),
                Ok(None) => break Ok(core::mem::take(&mut self.addresses)),
                Err(net::ErrorCode::WouldBlock) => {
                    self.source = Some(Source::new(self.stream.subscribe()));
                    return Poll::Pending;
                }
                Err(code) => break Err(failed(code)),
            }
        })
    }

    /// What to sleep on while it is pending.
    pub fn source(&self) -> Option<u32> {
        self.source.as_ref().map(Source::number)
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
