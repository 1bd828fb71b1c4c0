//! Internet socket addresses as bytes, in the layout of the headers (see `consts`).

use super::consts::{AF_INET, AF_INET6};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `sizeof(struct sockaddr_in)`.
pub const V4_LENGTH: usize = 16;
/// `sizeof(struct sockaddr_in6)`, padding not counted.
pub const V6_LENGTH: usize = 28;

/// The length of a socket address of this family.
pub fn length(address: IpAddr) -> usize {
    if address.is_ipv4() {
        V4_LENGTH
    } else {
        V6_LENGTH
    }
}

/// The bytes of a `struct sockaddr_in` or `sockaddr_in6`.
pub fn encode(address: IpAddr, scope: u32, port: u16) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(V6_LENGTH);
    let family = if address.is_ipv4() { AF_INET } else { AF_INET6 };
    bytes.extend_from_slice(&(family as u16).to_ne_bytes());
    bytes.extend_from_slice(&port.to_be_bytes());
    match address {
        IpAddr::V4(v4) => {
            bytes.extend_from_slice(&v4.octets());
            bytes.resize(V4_LENGTH, 0);
        }
        IpAddr::V6(v6) => {
            // No flow information.
            bytes.extend_from_slice(&[0; 4]);
            bytes.extend_from_slice(&v6.octets());
            bytes.extend_from_slice(&scope.to_ne_bytes());
        }
    }
    bytes
}

/// The family field, when there are that many bytes.
pub fn family(bytes: &[u8]) -> Option<i32> {
    bytes
        .first_chunk()
        .map(|family| i32::from(u16::from_ne_bytes(*family)))
}

/// Address, scope and port of a `struct sockaddr_in` or `sockaddr_in6`.
pub fn decode(bytes: &[u8]) -> Option<(IpAddr, u32, u16)> {
    let port = u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?);
    match family(bytes)? {
        AF_INET if bytes.len() >= V4_LENGTH => {
            let octets: &[u8; 4] = bytes.get(4..)?.first_chunk()?;
            Some((IpAddr::V4(Ipv4Addr::from(*octets)), 0, port))
        }
        AF_INET6 if bytes.len() >= V6_LENGTH => {
            let octets: &[u8; 16] = bytes.get(8..)?.first_chunk()?;
            let scope = u32::from_ne_bytes(*bytes.get(24..)?.first_chunk()?);
            Some((IpAddr::V6(Ipv6Addr::from(*octets)), scope, port))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip() {
        for (text, scope) in [("127.0.0.1", 0), ("fe80::1", 3)] {
            let address: IpAddr = text.parse().unwrap();
            let bytes = encode(address, scope, 8080);
            assert_eq!(bytes.len(), length(address));
            assert_eq!(decode(&bytes), Some((address, scope, 8080)));
            for cut in 0..bytes.len() {
                assert_eq!(decode(&bytes[..cut]), None);
            }
        }
        assert_eq!(decode(&[9; 28]), None);
    }
}
