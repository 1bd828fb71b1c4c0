//! `<resolv.h>`: names in messages.

use crate::abi::util::{self, c_str, set_errno, slice, slice_mut};
use crate::errno::{Errno, Result};
use crate::netdb::dns::name;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int};

/// A length, or -1 with errno.
pub(super) fn or_minus_one(result: Result<usize>) -> c_int {
    match result {
        Ok(value) => value as c_int,
        Err(errno) => {
            set_errno(errno);
            -1
        }
    }
}

/// The bytes from `start` up to `end`.
pub(super) fn between<'a>(start: *const u8, end: *const u8) -> Result<&'a [u8]> {
    let length = (end as usize)
        .checked_sub(start as usize)
        .ok_or(Errno::EMSGSIZE)?;
    slice(start, length)
}

/// The text of the name at `from`, root as `root`; how much of the message it took.
fn expand(
    message: *const u8,
    end: *const u8,
    from: *const u8,
    to: *mut c_char,
    size: usize,
    root: &[u8],
) -> Result<usize> {
    let message_bytes = between(message, end)?;
    let at = (from as usize)
        .checked_sub(message as usize)
        .ok_or(Errno::EMSGSIZE)?;
    let found = name::unpack(message_bytes, at).ok_or(Errno::EMSGSIZE)?;
    let mut text = name::to_text(&found.wire);
    if text == b"." {
        text = root.to_vec();
    }
    text.push(0);
    if text.len() > size {
        return Err(Errno::EMSGSIZE);
    }
    slice_mut(to.cast(), text.len())?.copy_from_slice(&text);
    Ok(found.used)
}

/// `int dn_expand(const unsigned char *message, const unsigned char *end, const unsigned char
/// *from, char *name, int size)`
///
/// resolver(3): the text of a name in a message, the root as an empty string. How many bytes of
/// the message stood for it; -1 with `EMSGSIZE`.
///
/// # Safety
/// As in C: the message reaches to `end`, `name` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dn_expand(
    message: *const u8,
    end: *const u8,
    from: *const u8,
    name: *mut c_char,
    size: c_int,
) -> c_int {
    let size = usize::try_from(size).unwrap_or(0);
    or_minus_one(expand(message, end, from, name, size, b""))
}

/// `int ns_name_uncompress(const unsigned char *message, const unsigned char *end, const unsigned
/// char *from, char *name, size_t size)`
///
/// As [`dn_expand`], the root as a dot.
///
/// # Safety
/// As in C: the message reaches to `end`, `name` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ns_name_uncompress(
    message: *const u8,
    end: *const u8,
    from: *const u8,
    name: *mut c_char,
    size: usize,
) -> c_int {
    or_minus_one(expand(message, end, from, name, size, b"."))
}

/// `int dn_skipname(const unsigned char *from, const unsigned char *end)`
///
/// resolver(3): how many bytes a name takes in a message; -1 with `EMSGSIZE`.
///
/// # Safety
/// As in C: the message reaches to `end`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dn_skipname(from: *const u8, end: *const u8) -> c_int {
    or_minus_one(between(from, end).and_then(|rest| name::skip(rest, 0).ok_or(Errno::EMSGSIZE)))
}

/// `int dn_comp(const char *name, unsigned char *wire, int size, unsigned char **names, unsigned
/// char **last)`
///
/// resolver(3): writes a name, pointing into the message at `names[0]` where that has a name
/// with the same end; `names[1]` and on, up to a null, are the names written so far, and the new
/// one is added while there is room before `last`. The bytes written, or -1 with `EMSGSIZE`.
///
/// # Safety
/// As in C: `wire` has `size` bytes and follows the message; the list ends with a null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dn_comp(
    name: *const c_char,
    wire: *mut u8,
    size: c_int,
    names: *mut *mut u8,
    last: *mut *mut u8,
) -> c_int {
    or_minus_one(compress(name, wire, size, names, last))
}

fn compress(
    text: *const c_char,
    to: *mut u8,
    size: c_int,
    names: *mut *mut u8,
    last: *mut *mut u8,
) -> Result<usize> {
    let wire = name::from_text(c_str(text)?).ok_or(Errno::EMSGSIZE)?;
    let start = if names.is_null() {
        core::ptr::null_mut()
    } else {
        util::read(names)?
    };
    let (mut message, mut known, mut place) = (&[][..], Vec::new(), names);
    if !start.is_null() {
        message = between(start, to)?;
        loop {
            place = place.wrapping_add(1);
            let earlier = util::read(place)?;
            if earlier.is_null() {
                break;
            }
            known.extend((earlier as usize).checked_sub(start as usize));
        }
    }
    let short = name::compress(&wire, message, &known);
    let room = usize::try_from(size).unwrap_or(0);
    if short.len() > room {
        return Err(Errno::EMSGSIZE);
    }
    slice_mut(to, short.len())?.copy_from_slice(&short);
    // A name that is only a pointer, or only the root, is no use to later names.
    let useful = short
        .first()
        .is_some_and(|length| (1..0xc0).contains(length));
    let reachable = (to as usize).wrapping_sub(start as usize) < 0x4000;
    if !start.is_null() && !last.is_null() && useful && reachable {
        let after = place.wrapping_add(1);
        if after < last {
            util::write(place, to)?;
            util::write(after, core::ptr::null_mut())?;
        }
    }
    Ok(short.len())
}
