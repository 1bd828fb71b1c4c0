//! What `-s` leaves to us: names that the component step adds after the linker has removed its own.

use crate::shorten::shorten;

/// The custom sections that no host reads: names for debuggers, which tools made the program, and
/// what a linker would have to know of it.
const UNUSED: [&[u8]; 4] = [b"name", b"component-name", b"producers", b"target_features"];

pub(crate) const HEADER: usize = 8;
const CUSTOM: u8 = 0;
pub(crate) const CORE_MODULE: u8 = 1;
const COMPONENT: u8 = 4;
pub(crate) const ALIAS: u8 = 6;

/// `binary`, a component or core module, without those sections, here and in what it contains, and
/// with short names between a component and its modules.
/// `None` when it is not understood: then it is better left as it is.
pub fn without_names(binary: &[u8]) -> Option<Vec<u8>> {
    if !binary.starts_with(b"\0asm") || binary.len() < HEADER {
        return None;
    }
    // The second half of the version tells components (1) from core modules (0).
    let is_component = binary[6] == 1;
    let (head, mut rest) = binary.split_at(HEADER);
    let mut sections = Vec::new();
    while let Some((&id, after)) = rest.split_first() {
        let (size, body) = number(after)?;
        let (body, next) = body.split_at_checked(size)?;
        rest = next;
        match id {
            CUSTOM if is_unused(custom_name(body)?) => {}
            CORE_MODULE | COMPONENT if is_component => sections.push((id, without_names(body)?)),
            _ => sections.push((id, body.to_vec())),
        }
    }
    if is_component && let Some(shorter) = shorten(&sections) {
        sections = shorter;
    }
    let mut out = head.to_vec();
    for (id, body) in sections {
        section(&mut out, id, &body);
    }
    Some(out)
}

/// Whether a custom section is one of these, or debug information.
fn is_unused(name: &[u8]) -> bool {
    UNUSED.contains(&name) || name.starts_with(b".debug_")
}

fn custom_name(body: &[u8]) -> Option<&[u8]> {
    let (length, rest) = number(body)?;
    rest.get(..length)
}

pub(crate) fn section(out: &mut Vec<u8>, id: u8, body: &[u8]) {
    out.push(id);
    let mut left = body.len();
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
    out.extend_from_slice(body);
}

/// An unsigned LEB128 number, and what follows it.
pub(crate) fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, &byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(header: &[u8], sections: &[(u8, &[u8])]) -> Vec<u8> {
        let mut out = header.to_vec();
        for (id, body) in sections {
            section(&mut out, *id, body);
        }
        out
    }

    #[test]
    fn names_go_and_everything_else_stays() {
        let module = |sections: &[(u8, &[u8])]| with(b"\0asm\x01\0\0\0", sections);
        let component = |sections: &[(u8, &[u8])]| with(b"\0asm\x0d\0\x01\0", sections);
        let long = [7u8; 300];
        let full = module(&[(0, b"\x04namexyz"), (10, &long), (0, b"\x05namesxyz")]);
        let bare = module(&[(10, &long), (0, b"\x05namesxyz")]);
        assert_eq!(without_names(&full).as_ref(), Some(&bare));

        let outer = component(&[
            (CORE_MODULE, &full),
            (7, b"types"),
            (COMPONENT, &component(&[(0, b"\x0ecomponent-name!")])),
            (0, b"\x0ecomponent-name!"),
        ]);
        let expected = component(&[
            (CORE_MODULE, &bare),
            (7, b"types"),
            (COMPONENT, &component(&[])),
        ]);
        assert_eq!(without_names(&outer).as_ref(), Some(&expected));
    }

    #[test]
    fn what_is_cut_short_is_left_alone() {
        let full = with(b"\0asm\x01\0\0\0", &[(10, b"abc")]);
        assert!(without_names(&full[..full.len() - 1]).is_none());
        assert!(without_names(b"#!/bin/sh\n").is_none());
    }
}
