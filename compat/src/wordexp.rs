//! wordexp.h: tilde, variables, quotes, field splitting and file names; no commands, for there
//! is nothing to run them.

mod expansion;

use crate::c::*;
use expansion::Expansion;

/// `wordexp_t`.
#[repr(C)]
pub struct Words {
    count: size_t,
    words: *mut *mut c_char,
    offset: size_t,
}

const DOOFFS: c_int = 1;
const APPEND: c_int = 2;
const REUSE: c_int = 8;
const UNDEF: c_int = 32;
const NOSPACE: c_int = 1;
const BADCHAR: c_int = 2;
const BADVAL: c_int = 3;
const CMDSUB: c_int = 4;
const SYNTAX: c_int = 5;

unsafe fn release(words: *mut Words) {
    unsafe {
        if (*words).words.is_null() {
            return;
        }
        let mut i = 0;
        while i < (*words).count {
            free((*(*words).words.add((*words).offset + i)).cast());
            i += 1;
        }
        free((*words).words.cast());
        (*words).words = null_mut();
        (*words).count = 0;
    }
}

export! {
    /// Splits and expands a text as a shell does (POSIX wordexp): tilde, variables with `:-`,
    /// quotes, file names. Commands are refused (WRDE_CMDSUB), arithmetic too. Returns 0 or a
    /// WRDE_ value.
    fn wordexp(text: *const c_char, to: *mut Words, flags: c_int) -> c_int {
        if text.is_null() || to.is_null() { return SYNTAX }
        if flags & REUSE != 0 {
            release(to);
        }
        let append = flags & APPEND != 0;
        let offset = if flags & DOOFFS != 0 { (*to).offset } else { 0 };
        if offset > 1 << 20 { return NOSPACE }
        let mut start = Words { count: 0, words: null_mut(), offset };
        if append {
            start.count = (*to).count;
            start.words = (*to).words;
        }
        let kept = start.count;
        let room = if start.words.is_null() { 0 } else { offset + kept + 1 };
        let mut work = Expansion::new(start, room, flags);
        let mut result = work.run(text.cast());
        if result == 0 && work.to.words.is_null() {
            // No words at all: still a list that ends in NULL.
            result = work.add(strdup(s!("")));
            if result == 0 {
                free((*work.to.words.add(offset)).cast());
                *work.to.words.add(offset) = null_mut();
                work.to.count = 0;
            }
        }
        work.end();
        if result != 0 && result != NOSPACE {
            // The words of this call are taken back; those of former calls stay.
            while work.to.count > kept {
                work.to.count -= 1;
                free((*work.to.words.add(offset + work.to.count)).cast());
                *work.to.words.add(offset + work.to.count) = null_mut();
            }
            if !append {
                free(work.to.words.cast());
                work.to.words = null_mut();
            }
        }
        (*to).count = work.to.count;
        (*to).words = work.to.words;
        if flags & DOOFFS == 0 && !append {
            (*to).offset = 0;
        }
        result
    }

    /// Frees what wordexp made (POSIX wordfree).
    fn wordfree(words: *mut Words) {
        if !words.is_null() {
            release(words);
        }
    }
}
