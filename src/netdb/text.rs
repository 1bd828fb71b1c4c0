//! Reading database files and writing numbers, without `core::fmt`: the formatting machinery
//! would be the largest part of a small program.

use alloc::vec::Vec;

/// The part of each line that is not a comment, without the line end.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n')
        .map(|line| match line.iter().position(|&b| b == b'#') {
            Some(at) => line.get(..at).unwrap_or_default(),
            None => line,
        })
}

/// The fields of a line: runs of anything but white space.
#[derive(Clone)]
pub struct Fields<'a>(&'a [u8]);

/// Splits a line into its fields.
pub fn fields(line: &[u8]) -> Fields<'_> {
    Fields(line)
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let start = self.0.iter().position(|byte| !is_space(*byte))?;
        let (_, rest) = self.0.split_at_checked(start)?;
        let end = rest
            .iter()
            .position(|byte| is_space(*byte))
            .unwrap_or(rest.len());
        let (field, rest) = rest.split_at_checked(end)?;
        self.0 = rest;
        Some(field)
    }
}

/// White space as `isspace` has it in the C locale.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// A decimal number of digits alone, at most `max`.
pub fn decimal(digits: &[u8], max: u32) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    let mut value: u32 = 0;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value
            .checked_mul(10)?
            .checked_add(u32::from(digit - b'0'))?;
    }
    (value <= max).then_some(value)
}

/// Appends a number in decimal.
pub fn push_decimal(out: &mut Vec<u8>, value: u32) {
    if value >= 10 {
        push_decimal(out, value / 10);
    }
    out.push(b'0' + (value % 10) as u8);
}

/// Appends a number in lower-case hexadecimal, without leading zeros.
pub fn push_hex(out: &mut Vec<u8>, value: u32) {
    if value >= 16 {
        push_hex(out, value / 16);
    }
    let digit = (value % 16) as u8;
    out.push(if digit < 10 {
        b'0' + digit
    } else {
        b'a' + digit - 10
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_leave_no_fields() {
        let text = b"# all\n\n \t\none two\t three # four\r\nfive";
        let all: Vec<Vec<&[u8]>> = lines(text).map(|l| fields(l).collect()).collect();
        assert_eq!(
            all,
            [
                vec![],
                vec![],
                vec![],
                vec![&b"one"[..], b"two", b"three"],
                vec![&b"five"[..]],
            ]
        );
    }

    #[test]
    fn decimal_takes_digits_only_and_keeps_the_limit() {
        assert_eq!(decimal(b"0", 9), Some(0));
        assert_eq!(decimal(b"65535", 65535), Some(65535));
        for bad in [
            &b""[..],
            b"65536",
            b"-1",
            b"+1",
            b" 1",
            b"1x",
            b"99999999999",
        ] {
            assert_eq!(decimal(bad, 65535), None, "{bad:?}");
        }
    }

    #[test]
    fn numbers_are_written_without_leading_zeros() {
        for value in [0, 7, 10, 255, 4_294_967_295] {
            let mut out = Vec::new();
            push_decimal(&mut out, value);
            assert_eq!(out, value.to_string().into_bytes());
            out.clear();
            push_hex(&mut out, value);
            assert_eq!(out, format!("{value:x}").into_bytes());
        }
    }
}
