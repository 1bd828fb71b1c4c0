//! The two numberings of `<fcntl.h>`: Linux's, which the overlay's header has and the library keeps,
//! and wasi-libc's, which libc itself and objects compiled without the overlay have.

use core::ffi::c_int;

pub(super) const O_RDONLY: c_int = 0;
pub(super) const O_WRONLY: c_int = 1;
pub(super) const O_RDWR: c_int = 2;
pub(super) const O_ACCMODE: c_int = 3;
pub(super) const O_CREAT: c_int = 0x40;
pub(super) const O_EXCL: c_int = 0x80;
pub(super) const O_TRUNC: c_int = 0x200;
pub(super) const O_APPEND: c_int = 0x400;
pub(super) const O_NONBLOCK: c_int = 0x800;
const O_DSYNC: c_int = 0x1000;
pub(super) const O_ASYNC: c_int = 0x2000;
const O_DIRECTORY: c_int = 0x1_0000;
const O_NOFOLLOW: c_int = 0x2_0000;
pub(super) const O_CLOEXEC: c_int = 0x8_0000;
pub(super) const O_SYNC: c_int = 0x10_1000;
/// Also O_EXEC.
const O_SEARCH: c_int = 0x20_0000;

/// wasi-libc's numbers, which the constants of that name are not.
pub(super) mod theirs {
    use core::ffi::c_int;

    pub const APPEND: c_int = 1;
    pub const NONBLOCK: c_int = 4;
    pub const RDONLY: c_int = 0x0400_0000;
    pub const WRONLY: c_int = 0x1000_0000;
    pub(super) const DSYNC: c_int = 2;
    pub(super) const SYNC: c_int = 0x10;
    pub(super) const CREAT: c_int = 0x1000;
    pub(super) const DIRECTORY: c_int = 0x2000;
    pub(super) const EXCL: c_int = 0x4000;
    pub(super) const TRUNC: c_int = 0x8000;
    pub(super) const NOFOLLOW: c_int = 0x0100_0000;
    pub(super) const EXEC: c_int = 0x0200_0000;
    pub(super) const SEARCH: c_int = 0x0800_0000;
    pub(super) const RDWR: c_int = RDONLY | WRONLY;
    pub(super) const ACCMODE: c_int = RDWR | EXEC | SEARCH;
}

/// The flags that are one bit, or one run of bits, in either numbering.
const PAIRS: [(c_int, c_int); 9] = [
    (O_APPEND, theirs::APPEND),
    (O_NONBLOCK, theirs::NONBLOCK),
    // Before O_SYNC, which has its bit.
    (O_DSYNC, theirs::DSYNC),
    (O_SYNC, theirs::SYNC),
    (O_CREAT, theirs::CREAT),
    (O_DIRECTORY, theirs::DIRECTORY),
    (O_EXCL, theirs::EXCL),
    (O_TRUNC, theirs::TRUNC),
    (O_NOFOLLOW, theirs::NOFOLLOW),
];

/// Flags of open(2) in Linux's numbers. wasi-libc's always have a bit for how the file is accessed,
/// and Linux has none there, so that each call tells itself which it means.
pub(super) fn to_linux(flags: c_int) -> c_int {
    if flags & theirs::ACCMODE == 0 {
        return flags;
    }
    status_to_linux(flags)
}

/// What fcntl(2) with F_GETFL or F_SETFL says in wasi-libc's numbers, in Linux's.
pub(super) fn status_to_linux(flags: c_int) -> c_int {
    let access = match flags & theirs::RDWR {
        theirs::RDWR => O_RDWR,
        theirs::WRONLY => O_WRONLY,
        0 if flags & theirs::ACCMODE != 0 => O_SEARCH,
        _ => O_RDONLY,
    };
    PAIRS.iter().fold(access, |all, &(ours, theirs)| {
        if flags & theirs == theirs {
            all | ours
        } else {
            all
        }
    })
}

/// Flags of open(2) or of fcntl(2) in wasi-libc's numbers. O_CLOEXEC has none and O_ASYNC neither.
pub(super) fn to_libc(flags: c_int) -> c_int {
    let access = match flags & O_ACCMODE {
        _ if flags & O_SEARCH != 0 => theirs::SEARCH,
        O_RDONLY => theirs::RDONLY,
        O_WRONLY => theirs::WRONLY,
        // Linux takes 3 for an access that needs both permissions; only ioctl(2) works then.
        _ => theirs::RDWR,
    };
    PAIRS.iter().fold(access, |all, &(ours, theirs)| {
        if flags & ours == ours {
            all | theirs
        } else {
            all
        }
    })
}

/// fcntl(2) commands of Linux.
pub(super) const F_DUPFD: c_int = 0;
pub(super) const F_GETFD: c_int = 1;
pub(super) const F_SETFD: c_int = 2;
pub(super) const F_GETFL: c_int = 3;
pub(super) const F_SETFL: c_int = 4;
pub(super) const F_GETLK: c_int = 5;
pub(super) const F_SETLK: c_int = 6;
pub(super) const F_SETLKW: c_int = 7;
pub(super) const F_DUPFD_CLOEXEC: c_int = 1030;

/// A command in Linux's numbers. Those below 5 are the same; the others are of wasi-libc's head of
/// August 2026.
pub(super) fn command_to_linux(command: c_int) -> c_int {
    match command {
        5 => F_DUPFD,
        6 => F_DUPFD_CLOEXEC,
        7 => F_GETLK,
        8 => F_SETLK,
        9 => F_SETLKW,
        // Linux's F_DUPFD: no command of wasi-libc's.
        0 => c_int::MAX,
        other => other,
    }
}
