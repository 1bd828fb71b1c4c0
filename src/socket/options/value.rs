//! Option values as the bytes of C.

use super::rule::Length;
use crate::errno::{Errno, Result};

/// The int at the beginning.
pub fn int(value: &[u8]) -> Option<i32> {
    value.first_chunk().map(|bytes| i32::from_ne_bytes(*bytes))
}

/// The 64-bit int at `at`.
pub fn long(value: &[u8], at: usize) -> Option<i64> {
    value
        .get(at..)?
        .first_chunk()
        .map(|bytes| i64::from_ne_bytes(*bytes))
}

/// An integer of setsockopt.
#[inline(never)]
pub fn integer(length: Length, value: &[u8]) -> Result<i32> {
    let whole = int(value);
    let byte = value.first().map(|&byte| i32::from(byte));
    match length {
        Length::Int => whole,
        Length::Byte => Some(whole.or(byte).unwrap_or(0)),
        Length::SomeByte => whole.or(byte),
        Length::IntOrZero | Length::Free => Some(whole.unwrap_or(0)),
        Length::Exact => whole.filter(|_| value.len() == 4),
    }
    .ok_or(Errno::EINVAL)
}

/// Copies as much of a value as the caller has room for; returns how much that is.
#[inline(never)]
pub fn put(value: &mut [u8], bytes: &[u8]) -> usize {
    let length = value.len().min(bytes.len());
    for (to, from) in value.iter_mut().zip(bytes) {
        *to = *from;
    }
    length
}

/// An integer of getsockopt.
pub fn put_int(value: &mut [u8], number: i32) -> usize {
    put(value, &number.to_ne_bytes())
}

/// The same at level IPPROTO_IP, where too small a buffer gets one byte if the number fits it.
pub fn put_ip(value: &mut [u8], number: i32) -> usize {
    match (value, u8::try_from(number)) {
        ([first] | [first, _] | [first, _, _], Ok(byte)) => {
            *first = byte;
            1
        }
        (value, _) => put_int(value, number),
    }
}

/// A `struct timeval` of two 64-bit numbers; "for ever" is written as 0.
pub fn put_timeout(value: &mut [u8], nanoseconds: Option<u64>) -> usize {
    let nanoseconds = nanoseconds.unwrap_or(0);
    let mut bytes = [0; 16];
    let (seconds, microseconds) = bytes.split_at_mut(8);
    put(seconds, &(nanoseconds / 1_000_000_000).to_ne_bytes());
    put(
        microseconds,
        &(nanoseconds % 1_000_000_000 / 1000).to_ne_bytes(),
    );
    put(value, &bytes)
}
