//! The current folder. WASI has none: the library keeps it, and puts it before relative paths.

use crate::c::*;

/// libc's `struct stat`, of which only the mode is looked at.
#[repr(C, align(8))]
struct Stat {
    before: [u8; 24],
    mode: mode_t,
    after: [u8; 116],
}

const S_IFMT: mode_t = 0o170_000;
const S_IFDIR: mode_t = 0o040_000;

unsafe extern "C" {
    fn stat(path: *const c_char, to: *mut Stat) -> c_int;
    fn realpath(path: *const c_char, to: *mut c_char) -> *mut c_char;
    fn __wps_set_current_folder(path: *const c_char);
    fn __wps_current_folder(to: *mut c_char, size: size_t) -> size_t;
}

export! {
    /// Makes another folder current (POSIX chdir): "/" too, and any above the given ones. ENOENT,
    /// ENOTDIR, EFAULT, and what else is wrong with the path.
    fn chdir(path: *const c_char) -> c_int {
        let mut status = Stat { before: [0; 24], mode: 0, after: [0; 116] };
        if stat(path, &raw mut status) != 0 { return -1 }
        if status.mode & S_IFMT != S_IFDIR { return fail(ENOTDIR) }
        // What .. means from there on depends on where symbolic links have led.
        let real = realpath(path, null_mut());
        if real.is_null() { return -1 }
        __wps_set_current_folder(real);
        free(real.cast());
        0
    }

    /// The absolute path of the current folder, at first that of PWD; without room given, to be freed
    /// (POSIX getcwd, glibc). EINVAL for a size of 0 with room, ERANGE, ENOMEM, EFAULT.
    fn getcwd(to: *mut c_char, size: size_t) -> *mut c_char {
        let needed = __wps_current_folder(null_mut(), 0);
        let room = if to.is_null() && size == 0 { needed } else { size };
        let error = if room == 0 {
            EINVAL
        } else if room < needed {
            ERANGE
        } else {
            0
        };
        if error != 0 {
            set_errno(error);
            return null_mut();
        }
        let place = if to.is_null() { malloc(room).cast() } else { to };
        if place.is_null() || !points_to(place, needed) { return null_mut() }
        __wps_current_folder(place, needed);
        place
    }
}
