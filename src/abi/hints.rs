//! What `wps-run` says at the end of a program that asked for folders which it was not given. It
//! cannot know of it by itself; so the program tells, where the variable is set with which `wps-run`
//! asks for it.

use super::devices;
use super::libc_streams::__real_write;
use crate::host::cell::{Global, GlobalCell};
use alloc::vec::Vec;
use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
    fn atexit(function: extern "C" fn()) -> c_int;
}

/// More options would not fit on a line that somebody reads.
const OPTIONS: usize = 4;
const TMP: &[u8] = b"/tmp";

struct Refusals {
    /// The first path.
    first: Vec<u8>,
    /// The folders that hold these paths, each once.
    folders: Vec<Vec<u8>>,
}

static REFUSALS: Global<Option<Refusals>> = Global::new(None);
/// While the library looks for files of its own, which the program may do without.
static QUIET: GlobalCell<bool> = GlobalCell::new(false);

/// Runs `f`, whose refusals nobody is told of.
pub fn quietly<R>(f: impl FnOnce() -> R) -> R {
    let before = QUIET.get();
    QUIET.set(true);
    let result = f();
    QUIET.set(before);
    result
}

/// The same for the compat archive: until it is called with 0.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_keep_quiet(quiet: c_int) {
    QUIET.set(quiet != 0);
}

/// A path lies in no given folder.
pub fn refused(path: &[u8]) {
    if devices::is_device(path) {
        return;
    }
    let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
    note(path, path.get(..end.max(1)).unwrap_or_default());
}

/// The program wants to see what is in a folder above the given ones.
pub fn refused_folder(path: &[u8]) {
    note(path, path);
}

fn note(path: &[u8], folder: &[u8]) {
    // SAFETY: getenv gives null or a string.
    if QUIET.get() || unsafe { getenv(c"WPS_RUN_HINTS".as_ptr()) }.is_null() {
        return;
    }
    let folder = if folder.starts_with(TMP) && matches!(folder.get(TMP.len()), None | Some(b'/')) {
        TMP
    } else {
        folder
    };
    REFUSALS.with(|slot| {
        let refusals = slot.get_or_insert_with(|| {
            // SAFETY: a function that can be called at any time. If no room is left for it, nobody
            // is told.
            unsafe { atexit(write_line) };
            Refusals {
                first: path.to_vec(),
                folders: Vec::new(),
            }
        });
        if refusals.folders.len() < OPTIONS && !refusals.folders.iter().any(|f| f == folder) {
            refusals.folders.push(folder.to_vec());
        }
    });
}

/// At the end of the program: writes the line.
extern "C" fn write_line() {
    let Some(refusals) = REFUSALS.with(Option::take) else {
        return;
    };
    let mut line = b"wps-run: the program was not given the folder of ".to_vec();
    line.extend_from_slice(&refusals.first);
    line.extend_from_slice(b"; it sees more with:");
    for folder in &refusals.folders {
        if folder == TMP {
            line.extend_from_slice(b" --tmp");
        } else {
            line.extend_from_slice(b" --dir ");
            line.extend_from_slice(folder);
        }
    }
    line.extend_from_slice(b" (--quiet: without this line)\n");
    const STDERR: c_int = 2;
    // SAFETY: the line is valid for its length. Nobody is left to be told that it failed.
    unsafe { __real_write(STDERR, line.as_ptr().cast(), line.len()) };
}
