//! The network interfaces that a program is shown.
//!
//! WASI has no notion of them. The loopback interface always exists. Beyond it, the only thing
//! to be known is the address that a datagram to elsewhere would leave from; it belongs to a
//! second interface of a made-up name, because the true one cannot be learned.

use super::{Env, Route};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IFF_UP, IFF_RUNNING and IFF_LOWER_UP.
const UP: u32 = 0x1 | 0x40 | 0x1_0000;
/// IFF_LOOPBACK.
const LOOPBACK: u32 = 0x8;

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its number, from 1.
    pub index: u32,
    /// Its name.
    pub name: &'static str,
    /// `IFF_` flags of netdevice(7).
    pub flags: u32,
    /// The largest packet, in bytes.
    pub mtu: u32,
    /// Its addresses, each with the number of bits in its netmask.
    pub addresses: Vec<(IpAddr, u32)>,
}

/// The name of the loopback interface.
pub const LO: &str = "lo";
/// The name of the interface that stands for all others.
pub const OTHER: &str = "wasi0";
const LO_INDEX: u32 = 1;
const OTHER_INDEX: u32 = 2;

/// An IPv4 address that is never local: a way to it is a way off the machine.
pub const ELSEWHERE_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
/// The same for IPv6.
pub const ELSEWHERE_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));

/// All interfaces. The second one is left out when the host shows no address of it.
pub fn all(env: &mut impl Env) -> Vec<Interface> {
    let mut list = alloc::vec![Interface {
        index: LO_INDEX,
        name: LO,
        flags: UP | LOOPBACK,
        mtu: 65536,
        addresses: alloc::vec![
            (IpAddr::V4(Ipv4Addr::LOCALHOST), 8),
            (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
        ],
    }];
    // How large the network around an address is cannot be known: it stands alone.
    let addresses: Vec<(IpAddr, u32)> = [(ELSEWHERE_V4, 32), (ELSEWHERE_V6, 128)]
        .into_iter()
        .filter_map(|(to, bits)| match env.route(to) {
            Route::From(address) if !address.is_loopback() && !address.is_unspecified() => {
                Some((address, bits))
            }
            _ => None,
        })
        .collect();
    if !addresses.is_empty() {
        list.push(Interface {
            index: OTHER_INDEX,
            name: OTHER,
            flags: UP,
            mtu: 1500,
            addresses,
        });
    }
    list
}

/// if_nametoindex(3); 0 when there is no such interface.
pub fn index_of(env: &mut impl Env, name: &[u8]) -> u32 {
    match name {
        b"lo" => LO_INDEX,
        _ if name == OTHER.as_bytes() => all(env)
            .last()
            .filter(|last| last.name == OTHER)
            .map_or(0, |last| last.index),
        _ => 0,
    }
}

/// if_indextoname(3).
pub fn name_of(env: &mut impl Env, index: u32) -> Option<&'static str> {
    match index {
        LO_INDEX => Some(LO),
        OTHER_INDEX => all(env)
            .last()
            .map(|last| last.name)
            .filter(|name| *name == OTHER),
        _ => None,
    }
}

/// The netmask with so many leading one bits, in the family of `address`.
pub fn netmask(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(
            u32::MAX.checked_shl(32 - bits.min(32)).unwrap_or(0),
        )),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(
            u128::MAX.checked_shl(128 - bits.min(128)).unwrap_or(0),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fake::Fake;
    use super::*;

    #[test]
    fn loopback_is_always_there_and_the_rest_only_when_known() {
        for mut env in [Fake::unknown(), Fake::default()] {
            let list = all(&mut env);
            assert_eq!(list.len(), 1);
            assert_eq!(
                (list[0].index, list[0].name, list[0].flags),
                (1, "lo", 0x1_0049)
            );
        }
        let list = all(&mut Fake::dual_stack());
        assert_eq!(list.len(), 2);
        assert_eq!(list[1].addresses[0], ("192.0.2.2".parse().unwrap(), 32));
        assert_eq!(list[1].addresses[1], ("2001:db8::2".parse().unwrap(), 128));
    }

    #[test]
    fn names_and_indices_agree() {
        let env = &mut Fake::dual_stack();
        for interface in all(env) {
            assert_eq!(name_of(env, interface.index), Some(interface.name));
            assert_eq!(index_of(env, interface.name.as_bytes()), interface.index);
        }
        assert_eq!(index_of(env, b""), 0);
        assert_eq!(index_of(env, b"eth0"), 0);
        assert_eq!(name_of(env, 0), None);
        let env = &mut Fake::unknown();
        assert_eq!((index_of(env, b"lo"), index_of(env, b"wasi0")), (1, 0));
        assert_eq!((name_of(env, 1), name_of(env, 2)), (Some("lo"), None));
    }

    #[test]
    fn netmasks() {
        let v4 = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let v6 = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        for (address, bits, mask) in [
            (v4, 0, "0.0.0.0"),
            (v4, 8, "255.0.0.0"),
            (v4, 32, "255.255.255.255"),
            (v6, 0, "::"),
            (v6, 64, "ffff:ffff:ffff:ffff::"),
        ] {
            assert_eq!(netmask(address, bits).to_string(), mask);
        }
    }
}
