//! The rules of getaddrinfo(3), as glibc has them.

use super::addr::{has_link_scope, parse_aton_exact, parse_v6, unmap};
use super::consts::*;
use super::errors::Eai;
use super::hosts::{self, Family, Local};
use super::ifaces::{self, ELSEWHERE_V4, ELSEWHERE_V6};
use super::text::decimal;
use super::transports::endpoints;
use super::{Env, Route, order};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What the caller asks for: the fields of `struct addrinfo` that hints may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints {
    /// `AI_` flags.
    pub flags: i32,
    /// `AF_` number.
    pub family: i32,
    /// `SOCK_` number, 0 for any.
    pub socktype: i32,
    /// `IPPROTO_` number, 0 for any.
    pub protocol: i32,
}

impl Hints {
    /// What a null pointer stands for.
    pub const NONE: Hints = Hints {
        flags: AI_V4MAPPED | AI_ADDRCONFIG,
        family: AF_UNSPEC,
        socktype: 0,
        protocol: 0,
    };

    pub(super) fn has(self, flag: i32) -> bool {
        self.flags & flag != 0
    }
}

/// One element of the list that getaddrinfo returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The address.
    pub address: IpAddr,
    /// The scope id of a link-local address, else 0.
    pub scope: u32,
    /// The port, in host byte order.
    pub port: u16,
    /// `SOCK_` number.
    pub socktype: i32,
    /// `IPPROTO_` number.
    pub protocol: i32,
}

/// The list that getaddrinfo returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The canonical name, when it was asked for.
    pub canonical: Option<Vec<u8>>,
    /// At least one element.
    pub entries: Vec<Entry>,
}

/// Resolves a node and a service, of which at least one must be given.
pub fn resolve(
    env: &mut impl Env,
    node: Option<&[u8]>,
    service: Option<&[u8]>,
    hints: Hints,
) -> Result<Answer, Eai> {
    let node = node.filter(|name| *name != b"*");
    let service = service.filter(|name| *name != b"*");
    if node.is_none() && service.is_none() {
        return Err(Eai::NONAME);
    }
    const KNOWN: i32 = AI_PASSIVE
        | AI_CANONNAME
        | AI_NUMERICHOST
        | AI_V4MAPPED
        | AI_ALL
        | AI_ADDRCONFIG
        | AI_IDN
        | AI_CANONIDN
        | AI_IDN_OBSOLETE
        | AI_NUMERICSERV;
    if hints.has(!KNOWN) || (hints.has(AI_CANONNAME) && node.is_none()) {
        return Err(Eai::BADFLAGS);
    }
    let family = match hints.family {
        AF_UNSPEC => None,
        number => Some(Family::from_number(number).ok_or(Eai::FAMILY)?),
    };
    let endpoints = endpoints(env, service, hints)?;
    let found = match node {
        None => Found::plain(unnamed(env, family, hints)),
        Some(name) => match literal(env, name, family, hints)? {
            Some(found) => found,
            None if hints.has(AI_NUMERICHOST) => return Err(Eai::NONAME),
            None => named(env, name, family, hints)?,
        },
    };
    let mut entries = Vec::with_capacity(found.addresses.len() * endpoints.len());
    for address in found.addresses {
        entries.extend(endpoints.iter().map(|endpoint| Entry {
            address,
            scope: found.scope,
            port: endpoint.port,
            socktype: endpoint.socktype,
            protocol: endpoint.protocol,
        }));
    }
    Ok(Answer {
        canonical: found.canonical.filter(|_| hints.has(AI_CANONNAME)),
        entries,
    })
}

struct Found {
    addresses: Vec<IpAddr>,
    scope: u32,
    canonical: Option<Vec<u8>>,
}

impl Found {
    fn plain(addresses: Vec<IpAddr>) -> Found {
        Found {
            addresses,
            scope: 0,
            canonical: None,
        }
    }
}

/// The machine itself: to listen on with AI_PASSIVE, to connect to without.
fn unnamed(env: &mut impl Env, family: Option<Family>, hints: Hints) -> Vec<IpAddr> {
    let (v4, v6) = if hints.has(AI_PASSIVE) {
        (Ipv4Addr::UNSPECIFIED, Ipv6Addr::UNSPECIFIED)
    } else {
        (Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST)
    };
    match configured(env, family, hints) {
        Some(Family::V4) => alloc::vec![v4.into()],
        Some(Family::V6) => alloc::vec![v6.into()],
        None => {
            let mut both: [IpAddr; 2] = [v6.into(), v4.into()];
            order::sort(env, &mut both);
            both.to_vec()
        }
    }
}

/// AI_ADDRCONFIG: where no family is asked for and only one leads off the machine, that one.
///
/// Linux also fails when the one family that is asked for has no address beyond loopback. A
/// missing route does not prove that here, so an explicit family is always served.
fn configured(env: &mut impl Env, family: Option<Family>, hints: Hints) -> Option<Family> {
    if family.is_some() || !hints.has(AI_ADDRCONFIG) {
        return family;
    }
    // Addresses of the documentation ranges: nothing is sent, and they are never local.
    let v4 = env.route(ELSEWHERE_V4) != Route::None;
    let v6 = env.route(ELSEWHERE_V6) != Route::None;
    match (v4, v6) {
        (true, false) => Some(Family::V4),
        (false, true) => Some(Family::V6),
        _ => None,
    }
}

/// A node that is an address already.
fn literal(
    env: &mut impl Env,
    name: &[u8],
    family: Option<Family>,
    hints: Hints,
) -> Result<Option<Found>, Eai> {
    let mut scope = 0;
    let address = if let Some(v4) = parse_aton_exact(name) {
        match family {
            None | Some(Family::V4) => IpAddr::V4(v4),
            Some(Family::V6) if hints.has(AI_V4MAPPED) => IpAddr::V6(v4.to_ipv6_mapped()),
            Some(Family::V6) => return Err(Eai::ADDRFAMILY),
        }
    } else {
        let mut parts = name.splitn(2, |&byte| byte == b'%');
        let Some(v6) = parse_v6(parts.next().unwrap_or_default()) else {
            return Ok(None);
        };
        let address = match (family, unmap(v6)) {
            (None | Some(Family::V6), _) => IpAddr::V6(v6),
            (Some(Family::V4), Some(v4)) => IpAddr::V4(v4),
            (Some(Family::V4), None) => return Err(Eai::ADDRFAMILY),
        };
        if let Some(text) = parts.next() {
            scope = scope_id(env, v6, text).ok_or(Eai::NONAME)?;
        }
        address
    };
    Ok(Some(Found {
        addresses: alloc::vec![address],
        scope,
        canonical: Some(name.to_vec()),
    }))
}

/// The scope after `%`: an interface's name where that makes sense, or a number.
fn scope_id(env: &mut impl Env, address: Ipv6Addr, text: &[u8]) -> Option<u32> {
    if has_link_scope(address) {
        let index = ifaces::index_of(env, text);
        if index != 0 {
            return Some(index);
        }
    }
    decimal(text, u32::MAX)
}

/// A node that has to be looked up.
fn named(
    env: &mut impl Env,
    name: &[u8],
    family: Option<Family>,
    hints: Hints,
) -> Result<Found, Eai> {
    let family = configured(env, family, hints);
    let known_here = match local(env, name, family, hints) {
        Local::Found(host) => {
            let mut addresses = host.addresses;
            order::sort(env, &mut addresses);
            return Ok(Found {
                addresses,
                scope: 0,
                canonical: Some(host.name),
            });
        }
        Local::OtherFamily if hosts::is_loopback_name(name) => return Err(Eai::NONAME),
        Local::OtherFamily => true,
        Local::Unknown => false,
    };
    let text = hosts::resolvable(name).ok_or(Eai::NONAME)?;
    // The host has sorted its answer, and knows the routes better.
    let addresses = of_family(env.lookup(text)?, family, hints);
    if addresses.is_empty() {
        return Err(if known_here { Eai::NONAME } else { Eai::NODATA });
    }
    Ok(Found {
        addresses,
        scope: 0,
        canonical: Some(name.to_vec()),
    })
}

/// What the hosts file has, with AI_V4MAPPED and AI_ALL.
fn local(env: &mut impl Env, name: &[u8], family: Option<Family>, hints: Hints) -> Local {
    let found = hosts::local(env, name, family);
    if family != Some(Family::V6) || !hints.has(AI_V4MAPPED) {
        return found;
    }
    if matches!(found, Local::Found(_)) && !hints.has(AI_ALL) {
        return found;
    }
    let Local::Found(mut v4) = hosts::local(env, name, Some(Family::V4)) else {
        return found;
    };
    for address in &mut v4.addresses {
        if let IpAddr::V4(plain) = *address {
            *address = IpAddr::V6(plain.to_ipv6_mapped());
        }
    }
    match found {
        Local::Found(mut host) => {
            host.addresses.append(&mut v4.addresses);
            Local::Found(host)
        }
        _ => Local::Found(v4),
    }
}

fn of_family(all: Vec<IpAddr>, family: Option<Family>, hints: Hints) -> Vec<IpAddr> {
    let Some(family) = family else { return all };
    let mut chosen: Vec<IpAddr> = all
        .iter()
        .copied()
        .filter(|address| Family::of(*address) == family)
        .collect();
    if family == Family::V6 && hints.has(AI_V4MAPPED) && (hints.has(AI_ALL) || chosen.is_empty()) {
        chosen.extend(all.iter().filter_map(|address| match address {
            IpAddr::V4(v4) => Some(IpAddr::V6(v4.to_ipv6_mapped())),
            IpAddr::V6(_) => None,
        }));
    }
    chosen
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "query_name_tests.rs"]
mod name_tests;
