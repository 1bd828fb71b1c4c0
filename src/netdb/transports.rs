//! The transports that getaddrinfo(3) knows, and the ports of services there.

use super::Env;
use super::consts::*;
use super::databases::service_by_name;
use super::errors::Eai;
use super::query::Hints;
use super::text::{decimal, is_space};
use alloc::vec::Vec;

/// A transport that a service can be reached by.
struct Transport {
    socktype: i32,
    protocol: i32,
    /// As services(5) calls it; empty when services do not apply.
    name: &'static [u8],
    /// Whether it is among the answers to a question that names no transport.
    by_default: bool,
}

const fn transport(
    socktype: i32,
    protocol: i32,
    name: &'static [u8],
    by_default: bool,
) -> Transport {
    Transport {
        socktype,
        protocol,
        name,
        by_default,
    }
}

const TRANSPORTS: [Transport; 7] = [
    transport(SOCK_STREAM, IPPROTO_TCP, b"tcp", true),
    transport(SOCK_DGRAM, IPPROTO_UDP, b"udp", true),
    transport(SOCK_DGRAM, IPPROTO_DCCP, b"dccp", false),
    transport(SOCK_DGRAM, IPPROTO_UDPLITE, b"udplite", false),
    transport(SOCK_STREAM, IPPROTO_SCTP, b"sctp", false),
    transport(SOCK_SEQPACKET, IPPROTO_SCTP, b"sctp", false),
    transport(SOCK_RAW, 0, b"", true),
];

/// A transport and the port of the service there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `SOCK_` number.
    pub socktype: i32,
    /// `IPPROTO_` number.
    pub protocol: i32,
    /// The port, in host byte order.
    pub port: u16,
}

/// The transports that the hints let pass, with the port that `service` has there.
pub fn endpoints(
    env: &mut impl Env,
    service: Option<&[u8]>,
    hints: Hints,
) -> Result<Vec<Endpoint>, Eai> {
    let port = match service {
        None => Port::Any,
        Some(b"") => Port::Any,
        Some(text) => match port_number(text) {
            Some(number) => Port::Number(number),
            None if hints.has(AI_NUMERICSERV) => return Err(Eai::NONAME),
            None => Port::Service(text),
        },
    };
    let fits = |transport: &Transport| {
        (hints.socktype == 0 || hints.socktype == transport.socktype)
            && (hints.protocol == 0
                || transport.socktype == SOCK_RAW
                || hints.protocol == transport.protocol)
    };
    let anything = hints.socktype == 0 && hints.protocol == 0;
    let Some(first) = TRANSPORTS.iter().position(fits) else {
        return Err(if hints.socktype != 0 {
            Eai::SOCKTYPE
        } else {
            Eai::SERVICE
        });
    };
    let chosen = TRANSPORTS.iter().enumerate().filter(|(at, transport)| {
        // Without any hint the usual transports, with one the first that fits.
        if anything {
            transport.by_default
        } else {
            *at == first
        }
    });
    let mut found = Vec::new();
    for (_, transport) in chosen {
        let is_raw = transport.name.is_empty();
        if is_raw && !anything && !matches!(port, Port::Any) {
            return Err(Eai::SERVICE);
        }
        let port = match port {
            Port::Any => 0,
            Port::Number(number) => number,
            Port::Service(_) if is_raw => continue,
            Port::Service(name) => {
                match service_by_name(&env.services(), name, Some(transport.name)) {
                    Some(service) => service.port,
                    None => continue,
                }
            }
        };
        let protocol = if is_raw {
            hints.protocol
        } else {
            transport.protocol
        };
        found.push(Endpoint {
            socktype: transport.socktype,
            protocol,
            port,
        });
    }
    if found.is_empty() {
        Err(Eai::SERVICE)
    } else {
        Ok(found)
    }
}

enum Port<'a> {
    Any,
    Number(u16),
    Service(&'a [u8]),
}

/// A port number. As on Linux, white space may precede it and only its low 16 bits count.
fn port_number(text: &[u8]) -> Option<u16> {
    let start = text.iter().position(|byte| !is_space(*byte))?;
    decimal(text.get(start..)?, i32::MAX as u32).map(|number| number as u16)
}
