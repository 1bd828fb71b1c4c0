//! /etc/passwd and /etc/group, when the program can open them: their lines, and what the calls for
//! users and groups have in common.

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

/// Cuts a copy of the line in [`TEXT`] at its colons. Returns the copy and its length with the NUL,
/// or NULL if there are fewer than `count` fields.
pub unsafe fn cut(fields: *mut *mut c_char, count: usize) -> (*mut c_char, usize) {
    unsafe {
        static mut SCRATCH: [c_char; LINE] = [0; LINE];
        let text = (&raw const TEXT).cast::<c_char>();
        let scratch = (&raw mut SCRATCH).cast::<c_char>();
        let length = strlen(text).wrapping_add(1);
        scratch.copy_from_nonoverlapping(text, length);
        let mut field = scratch;
        let mut found = 0;
        while found < count {
            *fields.add(found) = field;
            found += 1;
            if found == count {
                break;
            }
            field = strchr(field, ':' as c_int);
            if field.is_null() {
                return (null_mut(), 0);
            }
            *field = 0;
            field = field.add(1);
        }
        (scratch, length)
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

/// What is looked for.
#[derive(Clone, Copy)]
pub enum Key {
    Name(*const c_char),
    Id(c_uint),
    Any,
}

/// Whether an entry of that name and number is looked for.
pub unsafe fn is_wanted(key: Key, name: *const c_char, id: c_uint) -> bool {
    unsafe {
        match key {
            Key::Name(wanted) => strcmp(wanted, name) == 0,
            Key::Id(wanted) => wanted == id,
            Key::Any => true,
        }
    }
}

/// What the two databases differ in. Entries are `struct passwd` or `struct group`.
pub struct Database {
    pub path: *const c_char,
    /// Makes an entry, with its strings in the buffer, of the line in [`TEXT`]. Returns 0, ENOENT if
    /// it is none or not looked for, or ERANGE if the buffer is too small. Only an entry that is
    /// looked for overwrites the one before.
    pub accept: unsafe fn(Key, *mut c_void, *mut c_char, usize) -> c_int,
    /// Puts the line of an entry that exists without the file too into [`TEXT`]: from 0 on, as far
    /// as [`Database::built_in`].
    pub line: unsafe fn(usize),
    /// How many there are of these.
    pub built_in: usize,
    /// Whether the entry has the number of that one.
    pub is_built_in: unsafe fn(*const c_void, usize) -> bool,
}

/// Where a walk through a database stands.
pub struct Walk {
    file: *mut FILE,
    /// Which built-in entries the file has; a bit for each.
    seen: usize,
    /// The next built-in entry; 0 while the file is being read.
    built_in: usize,
    done: bool,
}

impl Walk {
    pub const START: Walk = Walk {
        file: null_mut(),
        seen: 0,
        built_in: 0,
        done: false,
    };
}

/// Looks an entry up. Returns 0, ENOENT if there is none, or ERANGE.
pub unsafe fn find(
    database: &Database,
    key: Key,
    to: *mut c_void,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    unsafe {
        let mut found = ENOENT;
        let file = open_own(database.path);
        if !file.is_null() {
            while found == ENOENT && next_line(file) != 0 {
                found = (database.accept)(key, to, buffer, size);
            }
            fclose(file);
        }
        let mut index = 0;
        while found == ENOENT && index < database.built_in {
            (database.line)(index);
            found = (database.accept)(key, to, buffer, size);
            index += 1;
        }
        found
    }
}

/// The same for the calls that return a static object: whether it was found; errno is changed by
/// errors only.
pub unsafe fn find_shared(
    database: &Database,
    key: Key,
    to: *mut c_void,
    buffer: *mut c_char,
    size: usize,
) -> bool {
    unsafe {
        let saved = errno();
        let e = find(database, key, to, buffer, size);
        set_errno(if e == 0 || e == ENOENT { saved } else { e });
        e == 0
    }
}

/// The next entry of a file; ENOENT after the last.
pub unsafe fn next_of(
    database: &Database,
    file: *mut FILE,
    to: *mut c_void,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    unsafe {
        while next_line(file) != 0 {
            let e = (database.accept)(Key::Any, to, buffer, size);
            if e != ENOENT {
                return e;
            }
        }
        ENOENT
    }
}

/// The next entry of a walk, at the end the built-in ones that the file lacks; ENOENT after that.
pub unsafe fn next(
    database: &Database,
    walk: *mut Walk,
    to: *mut c_void,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    unsafe {
        if !(*walk).done && (*walk).file.is_null() {
            (*walk).file = open_own(database.path);
        }
        if !(*walk).done && !(*walk).file.is_null() {
            let e = next_of(database, (*walk).file, to, buffer, size);
            if e != ENOENT {
                let mut index = 0;
                while e == 0 && index < database.built_in {
                    (*walk).seen |= usize::from((database.is_built_in)(to, index)) << (index & 31);
                    index += 1;
                }
                return e;
            }
        }
        (*walk).done = true;
        while (*walk).built_in < database.built_in {
            let index = (*walk).built_in;
            if (*walk).seen >> (index & 31) & 1 == 0 {
                (database.line)(index);
                let e = (database.accept)(Key::Any, to, buffer, size);
                // With ERANGE the same one comes again.
                (*walk).built_in += usize::from(e == 0);
                return e;
            }
            (*walk).built_in += 1;
        }
        ENOENT
    }
}

/// Goes back to the first entry.
pub unsafe fn restart(walk: *mut Walk) {
    unsafe {
        if !(*walk).file.is_null() {
            fclose((*walk).file);
        }
        *walk = Walk::START;
    }
}

/// Ends an `_r` call for one entry: not finding it is no error.
pub unsafe fn give(found: c_int, to: *mut c_void, result: *mut *mut c_void) -> c_int {
    unsafe {
        *result = if found == 0 { to } else { null_mut() };
        if found == ENOENT { 0 } else { found }
    }
}
