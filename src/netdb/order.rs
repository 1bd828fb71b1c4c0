//! The order in which getaddrinfo returns addresses: RFC 3484's rules and tables, as glibc
//! applies them. Rules 3, 4 and 7 need knowledge of addresses that no program has here.

use super::{Env, Route};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A destination and what the rules compare.
struct Candidate {
    address: IpAddr,
    source: Option<IpAddr>,
    usable: bool,
}

/// Sorts addresses so that the one most likely to be reached well comes first. Equal ones keep
/// their order.
pub fn sort(env: &mut impl Env, addresses: &mut [IpAddr]) {
    let Some(first) = addresses.first() else {
        return;
    };
    if addresses.iter().all(|address| address == first) {
        return;
    }
    let mut candidates: Vec<Candidate> = addresses
        .iter()
        .map(|&address| candidate(env, address))
        .collect();
    candidates.sort_by(compare);
    for (to, from) in addresses.iter_mut().zip(candidates) {
        *to = from.address;
    }
}

fn candidate(env: &mut impl Env, address: IpAddr) -> Candidate {
    // What is sent to the unspecified address goes to the machine itself.
    let to = match address {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        other => other,
    };
    // A v4-mapped address is reached over IPv4.
    let route = match to.to_canonical() {
        v4 @ IpAddr::V4(_) => env.route(v4),
        IpAddr::V6(_) => env.route(to),
    };
    match route {
        Route::From(source) => Candidate {
            address,
            source: Some(source),
            usable: true,
        },
        Route::None => Candidate {
            address,
            source: None,
            usable: false,
        },
        Route::Unknown => Candidate {
            address,
            source: None,
            usable: true,
        },
    }
}

fn compare(a: &Candidate, b: &Candidate) -> Ordering {
    // Rule 1: avoid unusable destinations.
    let mut order = b.usable.cmp(&a.usable);
    if let (Some(source_a), Some(source_b)) = (a.source, b.source) {
        let same_scope = |to, from| scope(to) == scope(from);
        let same_label = |to, from| label(to) == label(from);
        order = order
            // Rules 2 and 5: prefer a source of the same scope, of the same label.
            .then(same_scope(b.address, source_b).cmp(&same_scope(a.address, source_a)))
            .then(same_label(b.address, source_b).cmp(&same_label(a.address, source_a)));
    }
    // Rules 6 and 8: prefer higher precedence, smaller scope.
    order = order
        .then(precedence(b.address).cmp(&precedence(a.address)))
        .then(scope(a.address).cmp(&scope(b.address)));
    match (a.address, a.source, b.address, b.source) {
        // Rule 9: prefer the longer prefix common with the source. For IPv4 it would need the
        // interface's netmask.
        (
            IpAddr::V6(to_a),
            Some(IpAddr::V6(from_a)),
            IpAddr::V6(to_b),
            Some(IpAddr::V6(from_b)),
        ) => order.then(common_prefix(to_b, from_b).cmp(&common_prefix(to_a, from_a))),
        _ => order,
    }
}

const LINK: u8 = 2;
const SITE: u8 = 5;
const GLOBAL: u8 = 14;

fn scope(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(v4) if v4.is_loopback() || v4.is_link_local() => LINK,
        IpAddr::V4(_) => GLOBAL,
        IpAddr::V6(v6) if v6.is_multicast() => v6.octets()[1] & 15,
        IpAddr::V6(v6) if v6.is_loopback() || v6.segments()[0] & 0xffc0 == 0xfe80 => LINK,
        IpAddr::V6(v6) if v6.segments()[0] & 0xffc0 == 0xfec0 => SITE,
        IpAddr::V6(_) => GLOBAL,
    }
}

/// The kinds of address that RFC 3484's policy table tells apart.
enum Kind {
    Loopback,
    V4,
    Compatible,
    SixToFour,
    Teredo,
    Site,
    UniqueLocal,
    Other,
}

fn kind(address: IpAddr) -> Kind {
    let IpAddr::V6(v6) = address else {
        return Kind::V4;
    };
    if v6.is_loopback() {
        return Kind::Loopback;
    }
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] => Kind::V4,
        [0, 0, 0, 0, 0, 0, ..] => Kind::Compatible,
        [0x2002, ..] => Kind::SixToFour,
        [0x2001, 0, ..] => Kind::Teredo,
        [first, ..] if first & 0xffc0 == 0xfec0 => Kind::Site,
        [first, ..] if first & 0xfe00 == 0xfc00 => Kind::UniqueLocal,
        _ => Kind::Other,
    }
}

fn label(address: IpAddr) -> u8 {
    match kind(address) {
        Kind::Loopback => 0,
        Kind::Other => 1,
        Kind::SixToFour => 2,
        Kind::Compatible => 3,
        Kind::V4 => 4,
        Kind::Site => 5,
        Kind::UniqueLocal => 6,
        Kind::Teredo => 7,
    }
}

fn precedence(address: IpAddr) -> u8 {
    match kind(address) {
        Kind::Loopback => 50,
        Kind::Other | Kind::Teredo | Kind::Site | Kind::UniqueLocal => 40,
        Kind::SixToFour => 30,
        Kind::Compatible => 20,
        Kind::V4 => 10,
    }
}

fn common_prefix(a: Ipv6Addr, b: Ipv6Addr) -> u32 {
    (a.to_bits() ^ b.to_bits()).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::super::fake::Fake;
    use super::*;

    fn sorted(env: &mut Fake, addresses: &[&str]) -> Vec<String> {
        let mut list: Vec<IpAddr> = addresses.iter().map(|a| a.parse().unwrap()).collect();
        sort(env, &mut list);
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn loopback_prefers_ipv6_and_the_wildcard_prefers_ipv4() {
        let mut env = Fake::dual_stack();
        assert_eq!(
            sorted(&mut env, &["127.0.0.1", "::1"]),
            ["::1", "127.0.0.1"]
        );
        assert_eq!(sorted(&mut env, &["::", "0.0.0.0"]), ["0.0.0.0", "::"]);
    }

    #[test]
    fn unreachable_families_go_last() {
        let mut env = Fake::v4_only();
        assert_eq!(
            sorted(&mut env, &["2001:db8::1", "198.51.100.7"]),
            ["198.51.100.7", "2001:db8::1"]
        );
        assert_eq!(
            sorted(&mut env, &["::1", "127.0.0.1"]),
            ["127.0.0.1", "::1"]
        );
    }

    // The expected order is what glibc 2.36 gives on a machine with 192.0.2.2/24 and fd00::2/64.
    #[test]
    fn a_unique_local_source_suits_unique_local_destinations_only() {
        let mut env = Fake::dual_stack();
        env.source_v6 = Some("fd00::2".parse().unwrap());
        assert_eq!(
            sorted(
                &mut env,
                &["192.0.2.9", "10.0.0.1", "fd00::9", "2001:db8::5"]
            ),
            ["fd00::9", "192.0.2.9", "10.0.0.1", "2001:db8::5"]
        );
    }

    #[test]
    fn longest_common_prefix_decides_among_equals() {
        let mut env = Fake::dual_stack();
        env.source_v6 = Some("2001:db8:1::2".parse().unwrap());
        assert_eq!(
            sorted(
                &mut env,
                &["2001:db8:8000::1", "2001:db8:1::9", "2001:db8:2::1"]
            ),
            ["2001:db8:1::9", "2001:db8:2::1", "2001:db8:8000::1"]
        );
    }

    #[test]
    fn without_knowledge_of_routes_ipv6_comes_first_and_order_is_kept() {
        let mut env = Fake::unknown();
        assert_eq!(
            sorted(&mut env, &["10.0.0.2", "10.0.0.1", "2001:db8::1"]),
            ["2001:db8::1", "10.0.0.2", "10.0.0.1"]
        );
    }
}
