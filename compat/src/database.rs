//! The lines of /etc/passwd and /etc/group, when the program can open them.

use crate::c::*;

/// No line of a user database is longer; one that is gets skipped.
pub const LINE: usize = 8192;

/// The line that is being looked at. Result strings are copied out of it.
pub static mut TEXT: [c_char; LINE] = [0; LINE];

/// Reads the next line that is neither empty nor a comment into [`TEXT`], without its newline.
/// Returns its length, 0 at the end.
pub unsafe fn next_line(file: *mut FILE) -> usize {
    unsafe {
        let text = (&raw mut TEXT).cast::<c_char>();
        loop {
            let mut length = 0;
            let mut c = fgetc(file);
            while c != EOF && c != '\n' as c_int {
                if length < LINE {
                    *text.add(length) = c as c_char;
                    length += 1;
                }
                c = fgetc(file);
            }
            if length != 0 && length < LINE && *text != '#' as c_char {
                *text.add(length) = 0;
                return length;
            }
            if c == EOF {
                return 0;
            }
        }
    }
}

/// Cuts the text at its colons in place; returns the number of fields, at most `max`.
pub unsafe fn split(text: *mut c_char, fields: *mut *mut c_char, max: usize) -> usize {
    unsafe {
        let mut p = text;
        let mut count = 0;
        while count < max {
            *fields.add(count) = p;
            count += 1;
            p = strchr(p, ':' as c_int);
            if p.is_null() || count == max {
                break;
            }
            *p = 0;
            p = p.add(1);
        }
        count
    }
}

/// A decimal number that is the whole field.
pub unsafe fn number(field: *const c_char) -> Option<c_uint> {
    unsafe {
        let mut end = null_mut();
        let value = strtoul(field, &mut end, 10);
        let digits = (*field as u8).is_ascii_digit() && *end == 0;
        digits.then_some(value as c_uint)
    }
}
