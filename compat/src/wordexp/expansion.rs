//! Turns a text into words.

use super::{BADCHAR, BADVAL, CMDSUB, NOSPACE, SYNTAX, UNDEF, Words};
use crate::c::*;

/// libc's `glob_t`.
#[repr(C)]
struct Glob {
    count: size_t,
    paths: *mut *mut c_char,
    offset: size_t,
    rest: [usize; 6],
}

/// `struct passwd`, as far as the home.
#[repr(C)]
struct Passwd {
    before: [usize; 5],
    home: *const c_char,
}

unsafe extern "C" {
    fn glob(pattern: *const c_char, flags: c_int, error: *const c_void, to: *mut Glob) -> c_int;
    fn globfree(g: *mut Glob);
    fn getpwnam(name: *const c_char) -> *const Passwd;
}

/// A growing string.
struct Text {
    p: *mut u8,
    length: usize,
    room: usize,
}

impl Text {
    const fn new() -> Self {
        Text {
            p: null_mut(),
            length: 0,
            room: 0,
        }
    }

    /// Appends a byte and keeps a NUL behind it; false without memory.
    unsafe fn push(&mut self, c: u8) -> bool {
        unsafe {
            if self.length + 2 > self.room {
                let room = self.room * 2 + 32;
                let p = realloc(self.p.cast(), room).cast::<u8>();
                if p.is_null() {
                    return false;
                }
                self.p = p;
                self.room = room;
            }
            *self.p.add(self.length) = c;
            self.length += 1;
            *self.p.add(self.length) = 0;
            true
        }
    }
}

/// The word being built: as it reads, and as a pattern with its quoted magic escaped.
struct Word {
    plain: Text,
    pattern: Text,
    magic: bool,
    /// Something was there, if only quotes: an empty word counts then.
    begun: bool,
}

/// A call of wordexp: the words so far, and the one being built.
pub struct Expansion {
    pub to: Words,
    room: usize,
    word: Word,
    flags: c_int,
}

fn is_name(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_'
}

fn is_space(c: u8) -> bool {
    c == b' ' || c == b'\t' || c == b'\n'
}

impl Expansion {
    /// Goes on with the list `to`, which has `room` entries.
    pub const fn new(to: Words, room: usize, flags: c_int) -> Self {
        let (plain, pattern) = (Text::new(), Text::new());
        let word = Word {
            plain,
            pattern,
            magic: false,
            begun: false,
        };
        Expansion {
            to,
            room,
            word,
            flags,
        }
    }

    /// Frees the memory of the word being built.
    pub unsafe fn end(&mut self) {
        unsafe {
            free(self.word.plain.p.cast());
            free(self.word.pattern.p.cast());
        }
    }

    /// Appends to the list of words, which ends in NULL.
    pub unsafe fn add(&mut self, word: *mut c_char) -> c_int {
        unsafe {
            let needed = self.to.offset + self.to.count + 2;
            if needed > self.room {
                let room = needed + 16;
                let size = room * core::mem::size_of::<usize>();
                let list = realloc(self.to.words.cast(), size).cast::<*mut c_char>();
                if list.is_null() || word.is_null() {
                    free(word.cast());
                    return NOSPACE;
                }
                let mut i = 0;
                while self.to.words.is_null() && i < self.to.offset {
                    *list.add(i) = null_mut();
                    i += 1;
                }
                self.to.words = list;
                self.room = room;
            }
            let end = self.to.offset + self.to.count;
            *self.to.words.add(end) = word;
            *self.to.words.add(end + 1) = null_mut();
            self.to.count += 1;
            if word.is_null() { NOSPACE } else { 0 }
        }
    }

    unsafe fn put(&mut self, c: u8, quoted: bool) -> c_int {
        unsafe {
            let magic = matches!(c, b'*' | b'?' | b'[');
            let word = &mut self.word;
            word.begun = true;
            word.magic |= magic && !quoted;
            let escape = quoted && (magic || c == b'\\' || c == b']');
            let good =
                (!escape || word.pattern.push(b'\\')) && word.pattern.push(c) && word.plain.push(c);
            if good { 0 } else { NOSPACE }
        }
    }

    /// Ends the word and adds it, or the files that it names.
    unsafe fn finish(&mut self) -> c_int {
        unsafe {
            if !self.word.begun {
                return 0;
            }
            let mut result = 0;
            let mut found = false;
            if self.word.magic {
                let mut g = Glob {
                    count: 0,
                    paths: null_mut(),
                    offset: 0,
                    rest: [0; 6],
                };
                if glob(self.word.pattern.p.cast(), 0, null(), &mut g) == 0 {
                    found = g.count > 0;
                    let mut i = 0;
                    while i < g.count && result == 0 {
                        result = self.add(strdup(*g.paths.add(i)));
                        i += 1;
                    }
                    globfree(&mut g);
                }
            }
            if !found {
                let plain = self.word.plain.p.cast_const().cast::<c_char>();
                result = self.add(strdup(if plain.is_null() { s!("") } else { plain }));
            }
            self.word.plain.length = 0;
            self.word.pattern.length = 0;
            if !self.word.plain.p.is_null() {
                *self.word.plain.p = 0;
                *self.word.pattern.p = 0;
            }
            self.word.magic = false;
            self.word.begun = false;
            result
        }
    }

    /// Puts a variable's value; unquoted blanks in it separate words.
    unsafe fn value(&mut self, mut value: *const u8, quoted: bool) -> c_int {
        unsafe {
            while *value != 0 {
                let result = if !quoted && is_space(*value) {
                    self.finish()
                } else {
                    self.put(*value, quoted)
                };
                if result != 0 {
                    return result;
                }
                value = value.add(1);
            }
            0
        }
    }

    /// Expands what follows a dollar sign; moves `at` behind it.
    unsafe fn variable(&mut self, at: &mut *const u8, quoted: bool) -> c_int {
        unsafe {
            let mut p = *at;
            let braces = *p == b'{';
            if *p == b'(' || *p == b'`' {
                return CMDSUB;
            }
            p = p.add(usize::from(braces));
            if !is_name(*p) || (*p).is_ascii_digit() {
                return if braces {
                    SYNTAX
                } else {
                    self.put(b'$', quoted)
                };
            }
            let mut name = Text::new();
            while is_name(*p) {
                if !name.push(*p) {
                    free(name.p.cast());
                    return NOSPACE;
                }
                p = p.add(1);
            }
            let mut value = getenv(name.p.cast()).cast_const().cast::<u8>();
            free(name.p.cast());
            let mut fallback = Text::new();
            let mut result = 0;
            if braces {
                if *p == b':' && *p.add(1) == b'-' || *p == b'-' {
                    let empty_too = *p == b':';
                    p = p.add(if empty_too { 2 } else { 1 });
                    while *p != b'}' && *p != 0 && result == 0 {
                        if !fallback.push(*p) {
                            result = NOSPACE;
                        }
                        p = p.add(1);
                    }
                    if value.is_null() || empty_too && *value == 0 {
                        value = if fallback.p.is_null() {
                            c"".as_ptr().cast()
                        } else {
                            fallback.p
                        };
                    }
                }
                if *p != b'}' && result == 0 {
                    result = SYNTAX;
                }
                p = p.add(usize::from(*p == b'}'));
            }
            *at = p;
            if result == 0 && value.is_null() && self.flags & UNDEF != 0 {
                result = BADVAL;
            }
            if result == 0 && !value.is_null() {
                result = self.value(value, quoted);
            }
            free(fallback.p.cast());
            result
        }
    }

    /// Expands a tilde at the start of a word; moves `at` behind it.
    unsafe fn tilde(&mut self, at: &mut *const u8) -> c_int {
        unsafe {
            let mut user = Text::new();
            let mut p = (*at).add(1);
            while is_name(*p) || *p == b'-' || *p == b'.' {
                if !user.push(*p) {
                    free(user.p.cast());
                    return NOSPACE;
                }
                p = p.add(1);
            }
            let ends = *p == 0 || *p == b'/' || is_space(*p);
            let home = if !ends {
                null()
            } else if user.p.is_null() {
                getenv(s!("HOME")).cast_const()
            } else {
                let entry = getpwnam(user.p.cast());
                if entry.is_null() {
                    null()
                } else {
                    (*entry).home
                }
            };
            free(user.p.cast());
            if home.is_null() {
                *at = (*at).add(1);
                return self.put(b'~', false);
            }
            *at = p;
            self.value(home.cast(), true)
        }
    }

    /// Expands the whole text; 0 or a WRDE_ value.
    pub unsafe fn run(&mut self, text: *const u8) -> c_int {
        unsafe {
            let mut p = text;
            let mut quote = 0_u8;
            loop {
                let c = *p;
                if c == 0 {
                    return if quote != 0 { SYNTAX } else { self.finish() };
                }
                let at_start = !self.word.begun;
                p = p.add(1);
                let result = match (quote, c) {
                    (b'\'', b'\'') | (b'"', b'"') => {
                        quote = 0;
                        0
                    }
                    (b'\'', _) => self.put(c, true),
                    (_, b'`') => CMDSUB,
                    (_, b'$') => self.variable(&mut p, quote != 0),
                    (_, b'\\') => {
                        let next = *p;
                        if next == 0 {
                            return SYNTAX;
                        }
                        p = p.add(1);
                        let kept =
                            quote == b'"' && !matches!(next, b'$' | b'`' | b'"' | b'\\' | b'\n');
                        let first = if kept { self.put(b'\\', true) } else { 0 };
                        if first != 0 || next == b'\n' {
                            first
                        } else {
                            self.put(next, true)
                        }
                    }
                    (b'"', _) => self.put(c, true),
                    (_, b'\'' | b'"') => {
                        quote = c;
                        self.word.begun = true;
                        0
                    }
                    (_, b' ' | b'\t') => self.finish(),
                    (_, b'\n' | b'|' | b'&' | b';' | b'<' | b'>' | b'(' | b')' | b'{' | b'}') => {
                        BADCHAR
                    }
                    (_, b'~') if at_start => {
                        p = p.sub(1);
                        self.tilde(&mut p)
                    }
                    _ => self.put(c, false),
                };
                if result != 0 {
                    return result;
                }
            }
        }
    }
}
