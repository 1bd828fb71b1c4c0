//! The rules of getnameinfo(3), as glibc has them.

use super::addr::{has_link_scope, push_ip};
use super::consts::*;
use super::databases::service_by_port;
use super::errors::Eai;
use super::text::push_decimal;
use super::{Env, hosts, ifaces};
use alloc::vec::Vec;
use core::net::IpAddr;

/// The address to be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The IP address.
    pub address: IpAddr,
    /// The scope id of a link-local address, else 0.
    pub scope: u32,
    /// The port, in host byte order.
    pub port: u16,
}

/// Whether the flags are all known.
pub fn check_flags(flags: i32) -> Result<(), Eai> {
    const KNOWN: i32 = NI_NUMERICHOST
        | NI_NUMERICSERV
        | NI_NOFQDN
        | NI_NAMEREQD
        | NI_DGRAM
        | NI_IDN
        | NI_IDN_OBSOLETE
        | NI_NUMERICSCOPE;
    if flags & !KNOWN == 0 {
        Ok(())
    } else {
        Err(Eai::BADFLAGS)
    }
}

/// The name of the host, or its address as text when it has none.
pub fn host(env: &mut impl Env, endpoint: Endpoint, flags: i32) -> Result<Vec<u8>, Eai> {
    if flags & NI_NUMERICHOST == 0
        && let Ok(host) = hosts::by_address(env, endpoint.address)
    {
        return Ok(host.name);
    }
    if flags & NI_NAMEREQD != 0 {
        return Err(Eai::NONAME);
    }
    let mut text = Vec::new();
    push_ip(&mut text, endpoint.address);
    if let (IpAddr::V6(v6), 1..) = (endpoint.address, endpoint.scope) {
        text.push(b'%');
        let by_name = has_link_scope(v6) && flags & NI_NUMERICSCOPE == 0;
        let name = if by_name {
            ifaces::name_of(env, endpoint.scope)
        } else {
            None
        };
        match name {
            Some(name) => text.extend_from_slice(name.as_bytes()),
            None => push_decimal(&mut text, endpoint.scope),
        }
    }
    Ok(text)
}

/// The name of the service, or its port as text when it has none.
pub fn service(env: &mut impl Env, endpoint: Endpoint, flags: i32) -> Vec<u8> {
    if flags & NI_NUMERICSERV == 0 {
        let protocol: &[u8] = if flags & NI_DGRAM != 0 {
            b"udp"
        } else {
            b"tcp"
        };
        let text = env.services();
        if let Some(service) = service_by_port(&text, endpoint.port, Some(protocol)) {
            return service.name.to_vec();
        }
    }
    let mut text = Vec::new();
    push_decimal(&mut text, u32::from(endpoint.port));
    text
}

#[cfg(test)]
mod tests {
    use super::super::fake::Fake;
    use super::*;

    fn named(env: &mut Fake, address: &str, scope: u32, flags: i32) -> Result<String, Eai> {
        let endpoint = Endpoint {
            address: address.parse().unwrap(),
            scope,
            port: 0,
        };
        host(env, endpoint, flags).map(|name| String::from_utf8(name).unwrap())
    }

    #[test]
    fn hosts_have_names_or_numbers() {
        let env = &mut Fake::dual_stack().with_hosts("127.0.0.1 here\n10.0.0.1 ten\n");
        env.reverse
            .insert("192.0.2.5".parse().unwrap(), b"five.example".to_vec());
        for (address, flags, name) in [
            ("127.0.0.1", 0, "here"),
            ("127.0.0.1", NI_NUMERICHOST, "127.0.0.1"),
            ("127.0.0.1", NI_NAMEREQD, "here"),
            ("::1", 0, "localhost"),
            ("192.0.2.5", 0, "five.example"),
            ("192.0.2.6", 0, "192.0.2.6"),
            ("::ffff:127.0.0.1", 0, "::ffff:127.0.0.1"),
            ("::127.0.0.1", 0, "::127.0.0.1"),
        ] {
            assert_eq!(
                named(env, address, 0, flags).as_deref(),
                Ok(name),
                "{address} {flags}"
            );
        }
        assert_eq!(named(env, "192.0.2.6", 0, NI_NAMEREQD), Err(Eai::NONAME));
        assert_eq!(
            named(env, "127.0.0.1", 0, NI_NAMEREQD | NI_NUMERICHOST),
            Err(Eai::NONAME)
        );
    }

    #[test]
    fn scopes_follow_link_local_addresses_by_name() {
        let env = &mut Fake::dual_stack();
        for (address, scope, flags, name) in [
            ("fe80::1", 1, 0, "fe80::1%lo"),
            ("fe80::1", 9, 0, "fe80::1%9"),
            ("fe80::1", 1, NI_NUMERICSCOPE, "fe80::1%1"),
            ("2001:db8::1", 1, 0, "2001:db8::1%1"),
            ("fe80::1", 0, 0, "fe80::1"),
            ("192.0.2.1", 1, 0, "192.0.2.1"),
        ] {
            assert_eq!(named(env, address, scope, flags).as_deref(), Ok(name));
        }
    }

    #[test]
    fn services_have_names_or_numbers() {
        let env = &mut Fake::dual_stack();
        for (port, flags, name) in [
            (80, 0, "http"),
            (80, NI_DGRAM, "80"),
            (80, NI_NUMERICSERV, "80"),
            (517, 0, "517"),
            (517, NI_DGRAM, "talk"),
            (0, 0, "0"),
            (65535, 0, "65535"),
        ] {
            let endpoint = Endpoint {
                address: "127.0.0.1".parse().unwrap(),
                scope: 0,
                port,
            };
            assert_eq!(service(env, endpoint, flags), name.as_bytes());
        }
    }

    #[test]
    fn unknown_flags_are_refused() {
        assert_eq!(check_flags(0x8000), Err(Eai::BADFLAGS));
        assert_eq!(check_flags(-1), Err(Eai::BADFLAGS));
        assert_eq!(check_flags(0x1ff), Ok(()));
    }
}
