//! `/etc/hosts`, and the gethostby functions that rest on it.

use super::Env;
use super::addr::{parse_aton_exact, parse_v4, parse_v6, push_ip, unmap};
use super::consts::{AF_INET, AF_INET6, HOST_NOT_FOUND, NO_DATA, NO_RECOVERY};
use super::errors::HostError;
use super::text::{Fields, fields, lines};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Stands for `/etc/hosts`.
pub const LOCAL: &[u8] = b"127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";

/// The longest host name, in bytes (RFC 1035 gives 255 to the encoded form).
pub const MAX_NAME: usize = 255;

/// A line of hosts(5).
#[derive(Clone)]
pub struct Line<'a> {
    /// The address.
    pub address: IpAddr,
    /// The canonical name.
    pub name: &'a [u8],
    /// Other names.
    pub aliases: Fields<'a>,
}

impl Line<'_> {
    /// Whether the line is about this name.
    pub fn has_name(&self, name: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(name)
            || self
                .aliases
                .clone()
                .any(|alias| alias.eq_ignore_ascii_case(name))
    }

    /// The line's address in a family. As in glibc, `::1` serves as 127.0.0.1 for those who ask
    /// for IPv4, so that a file which has only one of the two still gives a local address.
    pub fn address_in(&self, family: Option<Family>) -> Option<IpAddr> {
        match (family, self.address) {
            (None, address) => Some(address),
            (Some(Family::V4), IpAddr::V6(Ipv6Addr::LOCALHOST)) => Some(Ipv4Addr::LOCALHOST.into()),
            (Some(Family::V4), IpAddr::V6(v6)) => unmap(v6).map(IpAddr::V4),
            (Some(Family::V4), v4) => Some(v4),
            (Some(Family::V6), v6 @ IpAddr::V6(_)) => Some(v6),
            (Some(Family::V6), IpAddr::V4(_)) => None,
        }
    }
}

/// An address family that names can be resolved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// AF_INET.
    V4,
    /// AF_INET6.
    V6,
}

impl Family {
    /// The family of an `AF_` number.
    pub fn from_number(family: i32) -> Option<Family> {
        match family {
            AF_INET => Some(Family::V4),
            AF_INET6 => Some(Family::V6),
            _ => None,
        }
    }

    /// The `AF_` number.
    pub fn number(self) -> i32 {
        match self {
            Family::V4 => AF_INET,
            Family::V6 => AF_INET6,
        }
    }

    /// The family of an address.
    pub fn of(address: IpAddr) -> Family {
        if address.is_ipv4() {
            Family::V4
        } else {
            Family::V6
        }
    }
}

/// All well-formed lines of hosts(5): an address without scope and at least one name.
pub fn entries(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    lines(text).filter_map(|line| {
        let mut aliases = fields(line);
        let address = aliases.next()?;
        let address = match parse_v4(address) {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(parse_v6(address)?),
        };
        let name = aliases.next()?;
        Some(Line {
            address,
            name,
            aliases,
        })
    })
}

/// What a name means on this machine, without asking a resolver.
#[derive(Debug, PartialEq, Eq)]
pub enum Local {
    /// Its canonical name and addresses, in the order of the file.
    Found(Host),
    /// The name is the machine's own, but has no address of that family.
    OtherFamily,
    /// The file says nothing about it.
    Unknown,
}

/// A host entry, ready to become a `struct hostent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The canonical name.
    pub name: Vec<u8>,
    /// Other names.
    pub aliases: Vec<Vec<u8>>,
    /// Its addresses, all of one family except from [`local`] without a family.
    pub addresses: Vec<IpAddr>,
}

/// Looks a name up in the hosts file, or among the loopback names when the file does not have
/// it: those need no resolver even on a machine that gives the program no file.
pub fn local(env: &mut impl Env, name: &[u8], family: Option<Family>) -> Local {
    if let Some(file) = env.hosts() {
        let known = collect(&file, name, family);
        if known != Local::Unknown {
            return known;
        }
    }
    let mut known = collect(LOCAL, name.strip_suffix(b".").unwrap_or(name), family);
    if let Local::Found(host) = &mut known {
        // Both lines stand for 127.0.0.1; a file that says so twice is taken at its word.
        host.addresses.dedup();
    }
    known
}

fn collect(text: &[u8], name: &[u8], family: Option<Family>) -> Local {
    let mut found: Option<Host> = None;
    let mut other_family = false;
    for line in entries(text).filter(|line| line.has_name(name)) {
        let Some(address) = line.address_in(family) else {
            other_family = true;
            continue;
        };
        match &mut found {
            None => {
                found = Some(Host {
                    name: line.name.to_vec(),
                    aliases: line.aliases.map(<[u8]>::to_vec).collect(),
                    addresses: alloc::vec![address],
                });
            }
            Some(host) => {
                host.addresses.push(address);
                if line.name != host.name {
                    host.aliases.push(line.name.to_vec());
                }
                host.aliases.extend(line.aliases.map(<[u8]>::to_vec));
            }
        }
    }
    match found {
        Some(host) => Local::Found(host),
        None if other_family => Local::OtherFamily,
        None => Local::Unknown,
    }
}

/// Whether a name is one of the loopback names, which only the machine itself can resolve.
pub fn is_loopback_name(name: &[u8]) -> bool {
    let name = name.strip_suffix(b".").unwrap_or(name);
    entries(LOCAL).any(|line| line.has_name(name))
}

/// The name as the host's resolver takes it: text, labels of 1 to 63 bytes, at most 255 in all.
pub fn resolvable(name: &[u8]) -> Option<&str> {
    let labels = name.strip_suffix(b".").unwrap_or(name);
    let fits = name.len() <= MAX_NAME
        && labels
            .split(|&byte| byte == b'.')
            .all(|label| matches!(label.len(), 1..64))
        && !name
            .iter()
            .any(|byte| byte.is_ascii_control() || *byte == b' ');
    if fits {
        core::str::from_utf8(name).ok()
    } else {
        None
    }
}

/// gethostbyname2(3).
pub fn by_name(env: &mut impl Env, name: &[u8], family: Family) -> Result<Host, HostError> {
    if name.is_empty() {
        return Err(HostError(NO_RECOVERY));
    }
    if let Some(address) = literal(name, family)? {
        let addresses = alloc::vec![address];
        return Ok(Host {
            name: name.to_vec(),
            aliases: Vec::new(),
            addresses,
        });
    }
    match local(env, name, Some(family)) {
        Local::Found(host) => return Ok(host),
        Local::OtherFamily if is_loopback_name(name) => return Err(HostError(HOST_NOT_FOUND)),
        Local::OtherFamily | Local::Unknown => {}
    }
    let text = resolvable(name).ok_or(HostError(HOST_NOT_FOUND))?;
    let mut addresses = env.lookup(text)?;
    addresses.retain(|address| Family::of(*address) == family);
    if addresses.is_empty() {
        return Err(HostError(NO_DATA));
    }
    Ok(Host {
        name: name.to_vec(),
        aliases: Vec::new(),
        addresses,
    })
}

/// The address when the name is one, an error when it looks like one and is not.
fn literal(name: &[u8], family: Family) -> Result<Option<IpAddr>, HostError> {
    if name
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.')
    {
        return match (family, parse_aton_exact(name)) {
            (Family::V4, Some(address)) => Ok(Some(IpAddr::V4(address))),
            _ => Err(HostError(HOST_NOT_FOUND)),
        };
    }
    if name.contains(&b':') {
        return match (family, parse_v6(name)) {
            (Family::V6, Some(address)) => Ok(Some(IpAddr::V6(address))),
            _ => Err(HostError(HOST_NOT_FOUND)),
        };
    }
    // Hexadecimal forms are no names, though a host's resolver may take them.
    match parse_aton_exact(name) {
        Some(_) => Err(HostError(HOST_NOT_FOUND)),
        None => Ok(None),
    }
}

/// gethostbyaddr(3): the first line of the hosts file with the address, else what the domain
/// name system has.
pub fn by_address(env: &mut impl Env, address: IpAddr) -> Result<Host, HostError> {
    let file = env.hosts().unwrap_or(Cow::Borrowed(LOCAL));
    if let Some(host) = by_address_in(&file, address) {
        return Ok(host);
    }
    match env.reverse(address) {
        Ok(name) => Ok(Host {
            name,
            aliases: Vec::new(),
            addresses: alloc::vec![address],
        }),
        Err(failure) => {
            // No resolver knows the loopback addresses.
            by_address_in(LOCAL, address).ok_or(HostError::from(failure))
        }
    }
}

fn by_address_in(text: &[u8], address: IpAddr) -> Option<Host> {
    let family = Family::of(address);
    entries(text)
        .find(|line| line.address == address && line.address_in(Some(family)).is_some())
        .map(|line| Host {
            name: line.name.to_vec(),
            aliases: line.aliases.map(<[u8]>::to_vec).collect(),
            addresses: alloc::vec![address],
        })
}

/// The name under which the domain name system keeps the name of an address.
pub fn reverse_name(address: IpAddr) -> Vec<u8> {
    let mut name = Vec::with_capacity(73);
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            push_ip(&mut name, IpAddr::V4(Ipv4Addr::new(d, c, b, a)));
            name.extend_from_slice(b".in-addr.arpa");
        }
        IpAddr::V6(v6) => {
            for octet in v6.octets().into_iter().rev() {
                for nibble in [octet & 15, octet >> 4] {
                    super::text::push_hex(&mut name, u32::from(nibble));
                    name.push(b'.');
                }
            }
            name.extend_from_slice(b"ip6.arpa");
        }
    }
    name
}

#[cfg(test)]
#[path = "hosts_tests.rs"]
mod tests;
