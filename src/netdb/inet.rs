//! The classful calls of inet(3). All values are in host byte order.

use super::addr::hex_digit;
use super::text::is_space;

/// What inet_addr and inet_network return for text that is not an address: also the value of
/// 255.255.255.255, as inet(3) regrets.
pub const NONE: u32 = 0xffff_ffff;

/// inet_network(3): one to four numbers below 256 (decimal, octal, hexadecimal), as one number.
pub fn network(text: &[u8]) -> u32 {
    parse_network(text).unwrap_or(NONE)
}

fn parse_network(text: &[u8]) -> Option<u32> {
    let end = text
        .iter()
        .position(|byte| is_space(*byte))
        .unwrap_or(text.len());
    let (numbers, space) = text.split_at_checked(end)?;
    if !space.iter().all(|byte| is_space(*byte)) {
        return None;
    }
    let mut value: u32 = 0;
    for (at, part) in numbers.split(|&byte| byte == b'.').enumerate() {
        if at == 4 {
            return None;
        }
        value = value << 8 | parse_part(part)?;
    }
    Some(value)
}

fn parse_part(part: &[u8]) -> Option<u32> {
    let (base, digits) = match part {
        [b'0', b'x' | b'X', rest @ ..] | [b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', _, ..] => (8, part),
        _ => (10, part),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value: u32 = 0;
    for &byte in digits {
        let digit = u32::from(hex_digit(byte)?);
        if digit >= base {
            return None;
        }
        value = value.checked_mul(base)?.checked_add(digit)?;
    }
    (value <= 0xff).then_some(value)
}

/// How many low bits of an address number the host in its class.
fn host_bits(address: u32) -> u32 {
    match address >> 28 {
        0..8 => 24,
        8..12 => 16,
        _ => 8,
    }
}

/// inet_makeaddr(3): an address from a network number and a host number. Where the network
/// number ends tells how wide it is.
pub fn make_address(network: u32, host: u32) -> u32 {
    match network {
        0..0x80 => network << 24 | host & 0xff_ffff,
        0x80..0x1_0000 => network << 16 | host & 0xffff,
        0x1_0000..0x100_0000 => network << 8 | host & 0xff,
        _ => network | host,
    }
}

/// inet_lnaof(3): the host number of an address.
pub fn host_part(address: u32) -> u32 {
    address & !(u32::MAX << host_bits(address))
}

/// inet_netof(3): the network number of an address.
pub fn network_part(address: u32) -> u32 {
    address >> host_bits(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_numbers() {
        for (text, value) in [
            ("127", 0x7f),
            ("127.1", 0x7f01),
            ("10.1.2.3", 0x0a01_0203),
            ("0x7f.010", 0x7f08),
            ("x10", 0x10),
            ("192.0.2 ", 0xc0_0002),
            ("0", 0),
        ] {
            assert_eq!(network(text.as_bytes()), value, "{text}");
        }
        for bad in [
            "",
            "256",
            "1.2.3.4.5",
            "1.2.",
            "09",
            "1 2",
            "a",
            "0x",
            "1..2",
        ] {
            assert_eq!(network(bad.as_bytes()), NONE, "{bad}");
        }
    }

    #[test]
    fn classes() {
        for address in [0x0a01_0203, 0x8001_0203, 0xc000_0205, 0xe000_0001] {
            assert_eq!(
                make_address(network_part(address), host_part(address)),
                address
            );
        }
        assert_eq!(network_part(0x0a01_0203), 0x0a);
        assert_eq!(network_part(0x8001_0203), 0x8001);
        assert_eq!(host_part(0xc000_0205), 5);
        assert_eq!(make_address(0x7f, 1), 0x7f00_0001);
    }
}
