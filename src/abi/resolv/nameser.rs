//! `<arpa/nameser.h>`: the parts of messages.

use super::names::{between, or_minus_one};
use crate::abi::types::NsSect;
use crate::abi::util::{self, slice};
use crate::errno::{Errno, Result};
use crate::netdb::dns::message::{self, Record};
use crate::netdb::dns::name;
use core::ffi::{c_int, c_ulong};

/// NS_MAXDNAME: the room for a name in a `ns_rr`.
const MAX_TEXT: usize = 1025;

/// `unsigned ns_get16(const unsigned char *from)`
///
/// A 16-bit number in network byte order.
///
/// # Safety
/// Two bytes can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ns_get16(from: *const u8) -> u32 {
    util::read(from.cast()).map_or(0, |bytes| u32::from(u16::from_be_bytes(bytes)))
}

/// `unsigned long ns_get32(const unsigned char *from)`
///
/// A 32-bit number in network byte order.
///
/// # Safety
/// Four bytes can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ns_get32(from: *const u8) -> c_ulong {
    util::read(from.cast()).map_or(0, |bytes| u32::from_be_bytes(bytes) as c_ulong)
}

/// `void ns_put16(unsigned value, unsigned char *to)`
///
/// Writes a 16-bit number in network byte order.
///
/// # Safety
/// Two bytes can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ns_put16(value: u32, to: *mut u8) {
    // There is no way to report a bad pointer, and writing nothing harms nobody.
    let _ = util::write(to.cast(), (value as u16).to_be_bytes());
}

/// `void ns_put32(unsigned long value, unsigned char *to)`
///
/// Writes a 32-bit number in network byte order.
///
/// # Safety
/// Four bytes can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ns_put32(value: c_ulong, to: *mut u8) {
    let bytes: [u8; 4] = value.to_be_bytes();
    let _ = util::write(to.cast(), bytes);
}

/// `struct _ns_flagdata`: where a flag stands in the second word of a message.
#[repr(C)]
pub struct NsFlagData {
    mask: c_int,
    shift: c_int,
}

const fn flag(mask: c_int, shift: c_int) -> NsFlagData {
    NsFlagData { mask, shift }
}

/// The table behind `ns_msg_getflag`, in the order of `ns_flag`.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static _ns_flagdata: [NsFlagData; 16] = [
    flag(0x8000, 15),
    flag(0x7800, 11),
    flag(0x0400, 10),
    flag(0x0200, 9),
    flag(0x0100, 8),
    flag(0x0080, 7),
    flag(0x0040, 6),
    flag(0x0020, 5),
    flag(0x0010, 4),
    flag(0x000f, 0),
    flag(0, 0),
    flag(0, 0),
    flag(0, 0),
    flag(0, 0),
    flag(0, 0),
    flag(0, 0),
];

const SECTIONS: usize = 4;

/// `ns_msg`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct NsMsg {
    start: *const u8,
    end: *const u8,
    id: u16,
    flags: u16,
    counts: [u16; SECTIONS],
    sections: [*const u8; SECTIONS],
    section: c_int,
    number: c_int,
    at: *const u8,
}

/// `ns_rr`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct NsRr {
    name: [u8; MAX_TEXT],
    kind: u16,
    class: u16,
    ttl: u32,
    length: u16,
    data: *const u8,
}

/// Passes over `count` records of a section.
fn skip_records(bytes: &[u8], start: usize, section: usize, count: usize) -> Result<usize> {
    let mut at = start;
    for _ in 0..count {
        (_, at) = message::record(bytes, at, section == 0).ok_or(Errno::EMSGSIZE)?;
    }
    Ok(at)
}

/// `int ns_skiprr(const unsigned char *from, const unsigned char *end, ns_sect section, int
/// count)`
///
/// How many bytes so many records take; -1 with `EMSGSIZE`.
///
/// # Safety
/// As in C: the message reaches to `end`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ns_skiprr(
    from: *const u8,
    end: *const u8,
    section: NsSect,
    count: c_int,
) -> c_int {
    let section = usize::try_from(section).unwrap_or(SECTIONS);
    let count = usize::try_from(count).unwrap_or(0);
    or_minus_one(between(from, end).and_then(|bytes| skip_records(bytes, 0, section, count)))
}

/// `int ns_initparse(const unsigned char *message, int length, ns_msg *handle)`
///
/// Finds the sections of a message. 0; -1 with `EMSGSIZE` when it is malformed.
///
/// # Safety
/// As in C: the message has `length` bytes, `handle` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ns_initparse(
    message: *const u8,
    length: c_int,
    handle: *mut NsMsg,
) -> c_int {
    or_minus_one(init_parse(message, length).and_then(|value| {
        util::write(handle, value)?;
        Ok(0)
    }))
}

fn init_parse(start: *const u8, length: c_int) -> Result<NsMsg> {
    let length = usize::try_from(length).map_err(|_| Errno::EMSGSIZE)?;
    let bytes = slice(start, length)?;
    let word = |at: usize| {
        let pair = bytes.get(at * 2..)?.first_chunk()?;
        Some(u16::from_be_bytes(*pair))
    };
    let field = |at| word(at).ok_or(Errno::EMSGSIZE);
    let counts = [field(2)?, field(3)?, field(4)?, field(5)?];
    let mut sections = [core::ptr::null(); SECTIONS];
    let mut at = message::HEADER;
    for (section, (place, count)) in sections.iter_mut().zip(counts).enumerate() {
        if count > 0 {
            *place = start.wrapping_add(at);
            at = skip_records(bytes, at, section, usize::from(count))?;
        }
    }
    if at != length {
        return Err(Errno::EMSGSIZE);
    }
    Ok(NsMsg {
        start,
        end: start.wrapping_add(length),
        id: field(0)?,
        flags: field(1)?,
        counts,
        sections,
        section: SECTIONS as c_int,
        number: -1,
        at: core::ptr::null(),
    })
}

/// `int ns_parserr(ns_msg *handle, ns_sect section, int number, ns_rr *record)`
///
/// Reads a record of a section, by number or, with -1, the next one. 0; -1 with `ENODEV` when
/// there is none, `EMSGSIZE` when it is malformed.
///
/// # Safety
/// As in C: the handle was filled by [`ns_initparse`] and its message is still there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ns_parserr(
    handle: *mut NsMsg,
    section: NsSect,
    number: c_int,
    record: *mut NsRr,
) -> c_int {
    or_minus_one(parse_record(handle, section, number, record))
}

fn parse_record(handle: *mut NsMsg, section: c_int, number: c_int, to: *mut NsRr) -> Result<usize> {
    let mut parse = util::read(handle.cast_const())?;
    let index = usize::try_from(section).map_err(|_| Errno::ENODEV)?;
    let count = c_int::from(*parse.counts.get(index).ok_or(Errno::ENODEV)?);
    let start = *parse.sections.get(index).ok_or(Errno::ENODEV)?;
    if section != parse.section || (number >= 0 && number < parse.number) {
        (parse.section, parse.number, parse.at) = (section, 0, start);
    }
    let wanted = if number < 0 { parse.number } else { number };
    if wanted >= count {
        return Err(Errno::ENODEV);
    }
    let bytes = between(parse.start, parse.end)?;
    let at = (parse.at as usize)
        .checked_sub(parse.start as usize)
        .ok_or(Errno::EMSGSIZE)?;
    let skipped = usize::try_from(wanted - parse.number).unwrap_or(0);
    let at = skip_records(bytes, at, index, skipped)?;
    let (record, next) = message::record(bytes, at, index == 0).ok_or(Errno::EMSGSIZE)?;
    util::write(to, convert(bytes, parse.start, record)?)?;
    (parse.number, parse.at) = (wanted + 1, parse.start.wrapping_add(next));
    util::write(handle, parse)?;
    Ok(0)
}

fn convert(bytes: &[u8], start: *const u8, record: Record) -> Result<NsRr> {
    let found = name::unpack(bytes, record.name).ok_or(Errno::EMSGSIZE)?;
    let mut text = name::to_text(&found.wire);
    if text == b"." {
        text.clear();
    }
    let mut name = [0; MAX_TEXT];
    name.get_mut(..text.len())
        .ok_or(Errno::EMSGSIZE)?
        .copy_from_slice(&text);
    let data = if record.length > 0 {
        start.wrapping_add(record.data)
    } else {
        core::ptr::null()
    };
    Ok(NsRr {
        name,
        kind: record.kind,
        class: record.class,
        ttl: record.ttl,
        length: record.length as u16,
        data,
    })
}
