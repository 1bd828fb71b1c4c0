//! Domain names: text, wire form and compression.

use alloc::vec::Vec;

/// The longest wire form of a name, its final zero included.
pub const MAX_WIRE: usize = 255;
const MAX_LABEL: usize = 63;
/// The two high bits that make a length byte a pointer.
const POINTER: u8 = 0xc0;

/// A name taken out of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// The wire form, without pointers.
    pub wire: Vec<u8>,
    /// How many bytes of the message stood for it.
    pub used: usize,
}

/// Follows a name from `start` on. `None` when it leaves the message, is too long or turns in
/// circles.
pub fn unpack(message: &[u8], start: usize) -> Option<Unpacked> {
    let mut wire = Vec::new();
    let mut at = start;
    let mut used = None;
    // Every useful jump passes at least one label of two bytes.
    let mut jumps_left = MAX_WIRE / 2;
    loop {
        let length = *message.get(at)?;
        if length & POINTER == POINTER {
            let low = *message.get(at + 1)?;
            used.get_or_insert_with(|| at + 2 - start);
            at = usize::from(u16::from_be_bytes([length & !POINTER, low]));
            jumps_left = jumps_left.checked_sub(1)?;
            continue;
        }
        if usize::from(length) > MAX_LABEL {
            return None;
        }
        let label = message.get(at..at + 1 + usize::from(length))?;
        wire.extend_from_slice(label);
        at += label.len();
        if wire.len() > MAX_WIRE {
            return None;
        }
        if length == 0 {
            return Some(Unpacked {
                wire,
                used: used.unwrap_or_else(|| at - start),
            });
        }
    }
}

/// How many bytes of the message stand for the name at `start`: dn_skipname. Pointers are not
/// followed.
pub fn skip(message: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let length = *message.get(at)?;
        let step = match usize::from(length) {
            0 => 1,
            length @ 1..=MAX_LABEL => length + 1,
            _ if length & POINTER == POINTER => 2,
            _ => return None,
        };
        at += step;
        if at > message.len() {
            return None;
        }
        if length == 0 || step == 2 && length & POINTER == POINTER {
            return Some(at - start);
        }
    }
}

/// The labels of an uncompressed wire form, without the empty one at its end.
fn labels(wire: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let length = usize::from(*wire.get(at)?);
        let label = wire
            .get(at + 1..at + 1 + length)
            .filter(|label| !label.is_empty())?;
        let start = at;
        at += 1 + length;
        Some((start, label))
    })
}

/// A name as text, with what is special in zone files behind a backslash. The root is `.`.
pub fn to_text(wire: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for (start, label) in labels(wire) {
        if start > 0 {
            text.push(b'.');
        }
        for &byte in label {
            match byte {
                b'"' | b'.' | b';' | b'\\' | b'(' | b')' | b'@' | b'$' => {
                    text.extend_from_slice(&[b'\\', byte]);
                }
                0x21..=0x7e => text.push(byte),
                _ => {
                    let digits = [byte / 100, byte / 10 % 10, byte % 10];
                    text.push(b'\\');
                    text.extend(digits.map(|digit| b'0' + digit));
                }
            }
        }
    }
    if text.is_empty() {
        text.push(b'.');
    }
    text
}

/// The wire form of a name given as text; a dot at its end makes no difference. `None` when a
/// label or the name is too long, a label is empty, or an escape is not one.
pub fn from_text(text: &[u8]) -> Option<Vec<u8>> {
    let mut wire = Vec::new();
    let mut label: Vec<u8> = Vec::new();
    let mut bytes = text.iter().copied().peekable();
    if text == b"." {
        bytes.next();
    }
    while let Some(byte) = bytes.next() {
        match byte {
            b'.' => finish_label(&mut wire, &mut label)?,
            b'\\' => label.push(match bytes.next()? {
                first @ b'0'..=b'9' => {
                    let (second, third) = (bytes.next()?, bytes.next()?);
                    let digits = [first, second, third];
                    let value = super::super::text::decimal(&digits, 255)?;
                    value as u8
                }
                other => other,
            }),
            other => label.push(other),
        }
    }
    if !label.is_empty() {
        finish_label(&mut wire, &mut label)?;
    }
    wire.push(0);
    (wire.len() <= MAX_WIRE).then_some(wire)
}

fn finish_label(wire: &mut Vec<u8>, label: &mut Vec<u8>) -> Option<()> {
    let length = u8::try_from(label.len())
        .ok()
        .filter(|n| (1..=63).contains(n))?;
    wire.push(length);
    wire.append(label);
    Some(())
}

/// Shortens a name by pointing at one of the names that stand in the message already. `known`
/// are their offsets. The result is what to write.
pub fn compress(wire: &[u8], message: &[u8], known: &[usize]) -> Vec<u8> {
    for (start, _) in labels(wire) {
        let Some(rest) = wire.get(start..) else { break };
        let Some(target) = known.iter().find_map(|at| find_suffix(message, *at, rest)) else {
            continue;
        };
        let [high, low] = (target as u16).to_be_bytes();
        let mut out = wire.get(..start).unwrap_or_default().to_vec();
        out.extend_from_slice(&[high | POINTER, low]);
        return out;
    }
    wire.to_vec()
}

/// Where the name at `at` has a tail equal to `wanted`, in reach of a pointer.
fn find_suffix(message: &[u8], at: usize, wanted: &[u8]) -> Option<usize> {
    let mut at = at;
    loop {
        let length = *message.get(at)?;
        if length == 0 || length & POINTER != 0 || at >= 0x4000 {
            return None;
        }
        let tail = unpack(message, at)?.wire;
        if tail.eq_ignore_ascii_case(wanted) {
            return Some(at);
        }
        at += 1 + usize::from(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> String {
        String::from_utf8(to_text(&from_text(name.as_bytes()).unwrap())).unwrap()
    }

    #[test]
    fn text_and_wire_form() {
        assert_eq!(from_text(b"a.bc").unwrap(), b"\x01a\x02bc\0");
        assert_eq!(from_text(b"a.bc.").unwrap(), b"\x01a\x02bc\0");
        assert_eq!(from_text(b".").unwrap(), b"\0");
        assert_eq!(from_text(b"").unwrap(), b"\0");
        assert_eq!(text("."), ".");
        assert_eq!(text("a\\.b.c"), "a\\.b.c");
        assert_eq!(text("a\\032b"), "a\\032b");
        assert_eq!(text("\\097"), "a");
        assert_eq!(text("\u{e9}"), "\\195\\169");
    }

    #[test]
    fn names_that_do_not_fit_are_refused() {
        let label = "a".repeat(63);
        assert!(from_text(label.as_bytes()).is_some());
        assert!(from_text("a".repeat(64).as_bytes()).is_none());
        let long = [label.as_str(); 4].join(".");
        assert!(from_text(long.as_bytes()).is_none());
        assert!(from_text(&long.as_bytes()[..253]).is_some());
        assert!(from_text(&long.as_bytes()[..254]).is_none());
        for bad in [
            "..", "a..b", ".a", "a\\", "a\\1", "a\\12", "a\\256", "a\\1x2",
        ] {
            assert!(from_text(bad.as_bytes()).is_none(), "{bad}");
        }
    }

    #[test]
    fn pointers_are_followed_and_counted() {
        let message = b"xx\x01a\x02bc\0\x01d\xc0\x04\xc0\x0a";
        let at = |start| unpack(message, start).unwrap();
        assert_eq!((at(2).wire, at(2).used), (b"\x01a\x02bc\0".to_vec(), 6));
        assert_eq!((at(8).wire, at(8).used), (b"\x01d\x02bc\0".to_vec(), 4));
        assert_eq!((at(12).wire.len(), at(12).used), (4, 2));
        assert_eq!(skip(message, 2), Some(6));
        assert_eq!(skip(message, 8), Some(4));
        assert_eq!(skip(message, 12), Some(2));
    }

    #[test]
    fn circles_and_cuts_are_refused() {
        for message in [
            &b"\xc0\x00"[..],
            b"\xc0\x02\xc0\x00",
            b"\x01a\xc0\x00",
            b"\xc0",
            b"\xc0\x7f",
            b"\x05abc",
            b"\x01a",
            b"\x40a",
            b"\x80a",
            b"",
        ] {
            assert_eq!(unpack(message, 0), None, "{message:?}");
        }
        assert_eq!(skip(b"\x01a", 0), None);
        assert_eq!(skip(b"\x41a", 0), None);
        assert_eq!(skip(b"\xc0", 0), None);
        assert_eq!(skip(b"", 5), None);
        // A chain of pointers, each to the one before, ends.
        let chain: Vec<u8> = (0..4000u16)
            .flat_map(|n| (0xc000 | (n.saturating_sub(1) * 2)).to_be_bytes())
            .collect();
        assert_eq!(unpack(&chain, 7998), None);
    }

    #[test]
    fn compression_points_at_the_longest_known_tail() {
        let name = |text: &str| from_text(text.as_bytes()).unwrap();
        let mut message = vec![0; 12];
        let first = compress(&name("www.example.org"), &message, &[]);
        assert_eq!(first, name("www.example.org"));
        message.extend(&first);
        let second = compress(&name("mail.EXAMPLE.org"), &message, &[12]);
        assert_eq!(second, b"\x04mail\xc0\x10");
        let at = message.len();
        message.extend(&second);
        assert_eq!(unpack(&message, at).unwrap().wire, name("mail.example.org"));
        assert_eq!(
            compress(&name("www.example.org"), &message, &[12, at]),
            b"\xc0\x0c"
        );
        assert_eq!(
            compress(&name("mail.example.org"), &message, &[12, at]),
            b"\xc0\x1d"
        );
        assert_eq!(compress(&name("."), &message, &[12, at]), b"\0");
    }

    #[test]
    fn random_bytes_never_go_wrong() {
        let mut seed = 3u32;
        let mut unpacked = 0;
        for _ in 0..100_000 {
            let message: Vec<u8> = (0..24)
                .map(|_| {
                    seed ^= seed << 13;
                    seed ^= seed >> 17;
                    seed ^= seed << 5;
                    [0, 1, 2, 0xc0, 0xc1, 0x3f, b'a', (seed >> 8) as u8][(seed & 7) as usize]
                })
                .collect();
            if let Some(name) = unpack(&message, 0) {
                unpacked += 1;
                assert_eq!(skip(&message, 0), Some(name.used));
                assert_eq!(from_text(&to_text(&name.wire)).as_ref(), Some(&name.wire));
                let again = compress(&name.wire, &message, &[0]);
                let mut longer = message.clone();
                longer.extend(&again);
                assert_eq!(unpack(&longer, message.len()).unwrap().wire, name.wire);
            }
        }
        assert!(unpacked > 1000);
    }
}
