//! Addresses as text: inet_pton, inet_ntop and the older forms that inet_aton takes.

use super::text::{decimal, is_space, push_decimal, push_hex};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Four decimal numbers and three dots, nothing else: inet_pton(AF_INET).
pub fn parse_v4(text: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0u8; 4];
    let mut parts = text.split(|&byte| byte == b'.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.len() > 3 || (part.len() > 1 && part.first() == Some(&b'0')) {
            return None;
        }
        *octet = decimal(part, 255)? as u8;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// Up to eight groups, at most one `::`, and perhaps an IPv4 address at the end:
/// inet_pton(AF_INET6).
pub fn parse_v6(text: &[u8]) -> Option<Ipv6Addr> {
    let gap = text.windows(2).position(|pair| pair == b"::");
    let (head, tail) = match gap {
        Some(at) => (text.get(..at)?, Some(text.get(at + 2..)?)),
        None => (text, None),
    };
    let mut before = [0u16; 8];
    let mut after = [0u16; 8];
    let used = parse_groups(head, &mut before, tail.is_none())?;
    let Some(tail) = tail else {
        return (used == 8).then(|| Ipv6Addr::from(before));
    };
    let more = parse_groups(tail, &mut after, true)?;
    // The gap stands for at least one group.
    if used + more > 7 {
        return None;
    }
    for (to, from) in before.iter_mut().rev().zip(after.iter().take(more).rev()) {
        *to = *from;
    }
    Some(Ipv6Addr::from(before))
}

/// Groups parted by single colons; the number of groups found. Nothing at all is no group.
fn parse_groups(text: &[u8], groups: &mut [u16; 8], may_end_in_v4: bool) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    let mut used = 0;
    let mut parts = text.split(|&byte| byte == b':').peekable();
    while let Some(part) = parts.next() {
        if may_end_in_v4 && parts.peek().is_none() && part.contains(&b'.') {
            let [a, b, c, d] = parse_v4(part)?.octets();
            *groups.get_mut(used)? = u16::from_be_bytes([a, b]);
            *groups.get_mut(used + 1)? = u16::from_be_bytes([c, d]);
            return Some(used + 2);
        }
        *groups.get_mut(used)? = parse_hex_group(part)?;
        used += 1;
    }
    Some(used)
}

fn parse_hex_group(part: &[u8]) -> Option<u16> {
    if part.is_empty() || part.len() > 4 {
        return None;
    }
    part.iter().try_fold(0u16, |value, &byte| {
        Some(value << 4 | u16::from(hex_digit(byte)?))
    })
}

/// The value of a hexadecimal digit.
pub fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// One to four numbers in decimal, octal or hexadecimal, the last one filling what is left of
/// the address: inet_aton(3), except that nothing may follow.
pub fn parse_aton_exact(text: &[u8]) -> Option<Ipv4Addr> {
    match parse_aton_prefix(text)? {
        (address, []) => Some(address),
        _ => None,
    }
}

/// inet_aton(3): the address may be followed by white space and then by anything.
pub fn parse_aton(text: &[u8]) -> Option<Ipv4Addr> {
    match parse_aton_prefix(text)? {
        (address, []) => Some(address),
        (address, [next, ..]) if is_space(*next) => Some(address),
        _ => None,
    }
}

fn parse_aton_prefix(text: &[u8]) -> Option<(Ipv4Addr, &[u8])> {
    let mut rest = text;
    let mut address: u32 = 0;
    for part in 0..4u32 {
        let (value, after) = parse_c_number(rest)?;
        if let ([b'.', after @ ..], 0..3) = (after, part) {
            if value > 0xff {
                return None;
            }
            address |= value << (24 - 8 * part);
            rest = after;
            continue;
        }
        if value > u32::MAX >> (8 * part) {
            return None;
        }
        return Some((Ipv4Addr::from_bits(address | value), after));
    }
    None
}

/// A number as in C source (`0x` and `0` prefixes), and what follows it.
fn parse_c_number(text: &[u8]) -> Option<(u32, &[u8])> {
    if !text.first()?.is_ascii_digit() {
        return None;
    }
    let (base, mut rest) = match text {
        [b'0', b'x' | b'X', next, ..] if hex_digit(*next).is_some() => (16, text.get(2..)?),
        [b'0', ..] => (8, text),
        _ => (10, text),
    };
    let mut value: u32 = 0;
    while let [byte, after @ ..] = rest {
        match hex_digit(*byte) {
            Some(digit) if u32::from(digit) < base => {
                value = value.checked_mul(base)?.checked_add(u32::from(digit))?;
            }
            _ => break,
        }
        rest = after;
    }
    Some((value, rest))
}

/// Appends an address as inet_ntop writes it.
pub fn push_ip(out: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(v4) => push_v4(out, v4),
        IpAddr::V6(v6) => push_v6(out, v6),
    }
}

/// Appends an IPv4 address in dotted decimal.
pub fn push_v4(out: &mut Vec<u8>, address: Ipv4Addr) {
    for (at, octet) in address.octets().into_iter().enumerate() {
        if at > 0 {
            out.push(b'.');
        }
        push_decimal(out, u32::from(octet));
    }
}

/// Appends an IPv6 address: the longest run of at least two zero groups shortened, the first of
/// equal ones, and the IPv4 form for `::ffff:a.b.c.d` and `::a.b.c.d`.
pub fn push_v6(out: &mut Vec<u8>, address: Ipv6Addr) {
    let groups = address.segments();
    let (start, len) = longest_zero_run(&groups);
    let group5 = address.octets()[10..12] == [0xff, 0xff];
    let dotted = start == 0 && (len == 6 || (len == 5 && group5));
    for (at, group) in groups.into_iter().enumerate() {
        if len > 1 && (start..start + len).contains(&at) {
            if at == start {
                out.push(b':');
            }
            continue;
        }
        if at > 0 {
            out.push(b':');
        }
        if dotted && at == 6 {
            let [.., a, b, c, d] = address.octets();
            return push_v4(out, Ipv4Addr::new(a, b, c, d));
        }
        push_hex(out, u32::from(group));
    }
    if len > 1 && start + len == 8 {
        out.push(b':');
    }
}

fn longest_zero_run(groups: &[u16; 8]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut run = (0, 0);
    for (at, group) in groups.iter().enumerate() {
        if *group != 0 {
            run = (at + 1, 0);
            continue;
        }
        run.1 += 1;
        if run.1 > best.1 {
            best = run;
        }
    }
    best
}

/// Whether a scope may be given by interface name: link-local unicast, and multicast of
/// interface or link scope.
pub fn has_link_scope(address: Ipv6Addr) -> bool {
    let [first, ..] = address.segments();
    first & 0xffc0 == 0xfe80 || matches!(first & 0xff0f, 0xff01 | 0xff02)
}

/// The `n` of `::ffff:a.b.c.d`.
pub fn unmap(address: Ipv6Addr) -> Option<Ipv4Addr> {
    address.to_ipv4_mapped()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v6_text(text: &str) -> String {
        let mut out = Vec::new();
        push_v6(
            &mut out,
            parse_v6(text.as_bytes()).unwrap_or_else(|| panic!("{text}")),
        );
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn pton_v4_takes_plain_dotted_decimal_only() {
        assert_eq!(parse_v4(b"127.0.0.1"), Some(Ipv4Addr::LOCALHOST));
        assert_eq!(parse_v4(b"255.255.255.255"), Some(Ipv4Addr::BROADCAST));
        for bad in [
            "",
            "1",
            "1.2.3",
            "1.2.3.",
            ".1.2.3.4",
            "1.2.3.4.5",
            "1.2.3.256",
            "01.2.3.4",
            "1.2.3.4 ",
            " 1.2.3.4",
            "0x1.2.3.4",
            "1..2.3",
            "1.2.3.-4",
            "1.2.3.0004",
            "1.2.3.4.",
        ] {
            assert_eq!(parse_v4(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn v6_text_round_trips_in_its_shortest_form() {
        for (text, shown) in [
            ("::", "::"),
            ("::1", "::1"),
            ("1::", "1::"),
            ("2001:db8::1", "2001:db8::1"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("1:0:0:4:0:0:0:8", "1:0:0:4::8"),
            ("1:0:0:4:5:0:0:8", "1::4:5:0:0:8"),
            ("FE80::ABCD", "fe80::abcd"),
            ("::ffff:1.2.3.4", "::ffff:1.2.3.4"),
            ("::1.2.3.4", "::1.2.3.4"),
            ("::ffff:0:1.2.3.4", "::ffff:0:102:304"),
            ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
            ("0:0:0:0:0:0:0:0", "::"),
            ("::0.0.0.1", "::1"),
            ("::0.1.0.0", "::0.1.0.0"),
        ] {
            assert_eq!(v6_text(text), shown, "{text}");
        }
    }

    #[test]
    fn pton_v6_refuses_malformed_text() {
        for bad in [
            "",
            ":",
            ":::",
            "1",
            "1:",
            ":1",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
            "12345::",
            "g::",
            "::1%lo",
            "[::1]",
            "::1.2.3",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::1 ",
            "1:::2",
        ] {
            assert_eq!(parse_v6(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn parsing_agrees_with_the_standard_library_on_random_text() {
        let mut seed = 1u32;
        for _ in 0..200_000 {
            let mut text = String::new();
            for _ in 0..=(next(&mut seed) % 12) {
                text.push(b"01aF:::.%2"[(next(&mut seed) % 10) as usize] as char);
            }
            assert_eq!(parse_v6(text.as_bytes()), text.parse().ok(), "{text}");
            assert_eq!(parse_v4(text.as_bytes()), text.parse().ok(), "{text}");
            if let Some(address) = parse_v6(text.as_bytes()) {
                let mut out = Vec::new();
                push_v6(&mut out, address);
                assert_eq!(parse_v6(&out), Some(address));
            }
        }
    }

    fn next(seed: &mut u32) -> u32 {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 17;
        *seed ^= *seed << 5;
        *seed
    }

    #[test]
    fn aton_takes_short_octal_and_hexadecimal_forms() {
        for (text, address) in [
            ("127.1", [127, 0, 0, 1]),
            ("127.0.1", [127, 0, 0, 1]),
            ("0177.1", [127, 0, 0, 1]),
            ("0x7f.1", [127, 0, 0, 1]),
            ("0x7F000001", [127, 0, 0, 1]),
            ("999", [0, 0, 3, 231]),
            ("4294967295", [255, 255, 255, 255]),
            ("1.2.65535", [1, 2, 255, 255]),
            ("1.16777215", [1, 255, 255, 255]),
            ("0", [0, 0, 0, 0]),
        ] {
            assert_eq!(
                parse_aton_exact(text.as_bytes()),
                Some(address.into()),
                "{text}"
            );
        }
        for bad in [
            "",
            "x",
            "1.2.3.4.5",
            "1.2.3.256",
            "1.2.65536",
            "4294967296",
            "256.1",
            "1.2.3.",
            ".1",
            "08",
            "0x",
            "0xg",
            "1.2.3.4x",
            "-1",
            "99999999999999999999",
        ] {
            assert_eq!(parse_aton_exact(bad.as_bytes()), None, "{bad}");
            assert_eq!(parse_aton(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn only_aton_itself_lets_text_follow_after_white_space() {
        assert_eq!(parse_aton(b"127.0.0.1 rest"), Some(Ipv4Addr::LOCALHOST));
        assert_eq!(parse_aton_exact(b"127.0.0.1 rest"), None);
        assert_eq!(parse_aton_exact(b"127.0.0.1 "), None);
    }

    #[test]
    fn link_scope_is_that_of_link_local_and_small_multicast_addresses() {
        for (text, link) in [
            ("fe80::1", true),
            ("ff02::1", true),
            ("ff01::1", true),
            ("ff05::1", false),
            ("fec0::1", false),
            ("::1", false),
        ] {
            assert_eq!(
                has_link_scope(parse_v6(text.as_bytes()).unwrap()),
                link,
                "{text}"
            );
        }
    }
}
