//! Ethernet addresses as text.

use super::addr::hex_digit;
use super::text::push_hex;
use alloc::vec::Vec;

/// ether_aton(3): six numbers of one or two hexadecimal digits, parted by colons. What follows
/// the last number does not matter.
pub fn parse(text: &[u8]) -> Option<[u8; 6]> {
    let mut octets = [0; 6];
    let mut rest = text;
    for (at, octet) in octets.iter_mut().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix(b":")?;
        }
        *octet = hex_digit(*rest.first()?)?;
        rest = rest.get(1..)?;
        if let Some(low) = rest.first().and_then(|byte| hex_digit(*byte)) {
            *octet = *octet << 4 | low;
            rest = rest.get(1..)?;
        }
    }
    Some(octets)
}

/// ether_ntoa(3): lower case, without leading zeros.
pub fn to_text(octets: [u8; 6]) -> Vec<u8> {
    let mut text = Vec::with_capacity(18);
    for (at, octet) in octets.into_iter().enumerate() {
        if at > 0 {
            text.push(b':');
        }
        push_hex(&mut text, u32::from(octet));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    // Read off glibc 2.36.
    #[test]
    fn text_and_octets() {
        for (text, shown) in [
            ("0:1:2:3:4:5", "0:1:2:3:4:5"),
            ("00:11:22:aa:BB:cc", "0:11:22:aa:bb:cc"),
            ("1:2:3:4:5:6:7", "1:2:3:4:5:6"),
            ("1:2:3:4:5:6x", "1:2:3:4:5:6"),
            ("1:2:3:4:5:678", "1:2:3:4:5:67"),
            ("1:2:3:4:5:6 host", "1:2:3:4:5:6"),
        ] {
            assert_eq!(
                parse(text.as_bytes()).map(to_text).unwrap(),
                shown.as_bytes()
            );
        }
        for bad in [
            "",
            "1:2:3:4:5",
            "1:2:3:4:5:",
            "123:2:3:4:5:6",
            " 1:2:3:4:5:6",
            "g:1:1:1:1:1",
            "1-2-3-4-5-6",
        ] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
