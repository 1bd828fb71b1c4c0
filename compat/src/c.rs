//! What the archive uses of libc: types, error numbers, functions.
//!
//! Declared here rather than taken from the `libc` crate, because the values must be those of
//! all three libcs (errno numbers are WASI's) and several types are the overlay headers' own.

#![allow(
    non_camel_case_types,
    clippy::upper_case_acronyms,
    dead_code,
    missing_docs
)]

pub use core::ffi::{c_char, c_int, c_long, c_uint, c_ulong, c_void};
pub use core::ptr::{null, null_mut};

pub type pid_t = c_int;
pub type uid_t = c_uint;
pub type gid_t = c_uint;
pub type id_t = c_uint;
pub type mode_t = c_uint;
pub type off_t = i64;
pub type time_t = i64;
pub type clock_t = i64;
pub type size_t = usize;
pub type ssize_t = isize;
/// `const struct __clockid *` in all three libcs.
pub type clockid_t = *const c_void;
/// The pointer that a variadic function gets in place of its `...` (WebAssembly's C ABI).
pub type va_list = *const c_void;
pub type FILE = c_void;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct timeval {
    pub tv_sec: i64,
    pub tv_usec: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct timespec {
    pub tv_sec: i64,
    pub tv_nsec: c_long,
}

pub const E2BIG: c_int = 1;
pub const EACCES: c_int = 2;
pub const EAGAIN: c_int = 6;
pub const EBADF: c_int = 8;
pub const EBUSY: c_int = 10;
pub const ECHILD: c_int = 12;
pub const EDEADLK: c_int = 16;
pub const EEXIST: c_int = 20;
pub const EFAULT: c_int = 21;
pub const EFBIG: c_int = 22;
pub const EINTR: c_int = 27;
pub const EINVAL: c_int = 28;
pub const EIO: c_int = 29;
pub const ENAMETOOLONG: c_int = 37;
pub const ENODEV: c_int = 43;
pub const ENOENT: c_int = 44;
pub const ENOMEM: c_int = 48;
pub const ENOSYS: c_int = 52;
pub const ENOTDIR: c_int = 54;
pub const ENOTSUP: c_int = 58;
pub const ENOTTY: c_int = 59;
pub const ENXIO: c_int = 60;
pub const EOPNOTSUPP: c_int = ENOTSUP;
pub const EOVERFLOW: c_int = 61;
pub const EPERM: c_int = 63;
pub const ERANGE: c_int = 68;
pub const EROFS: c_int = 69;
pub const ESRCH: c_int = 71;
pub const ETIMEDOUT: c_int = 73;
pub const EXDEV: c_int = 75;
pub const EWOULDBLOCK: c_int = EAGAIN;

pub const EOF: c_int = -1;
pub const F_GETFL: c_int = 3;
pub const AT_FDCWD: c_int = -2;

unsafe extern "C" {
    pub fn __errno_location() -> *mut c_int;

    pub fn malloc(size: size_t) -> *mut c_void;
    pub fn calloc(count: size_t, size: size_t) -> *mut c_void;
    pub fn realloc(old: *mut c_void, size: size_t) -> *mut c_void;
    pub fn free(p: *mut c_void);
    pub fn getenv(name: *const c_char) -> *mut c_char;
    pub fn strtoul(s: *const c_char, end: *mut *mut c_char, base: c_int) -> c_ulong;

    pub fn memset(p: *mut c_void, byte: c_int, size: size_t) -> *mut c_void;
    pub fn strlen(s: *const c_char) -> size_t;
    pub fn strnlen(s: *const c_char, max: size_t) -> size_t;
    pub fn strcmp(a: *const c_char, b: *const c_char) -> c_int;
    pub fn strncmp(a: *const c_char, b: *const c_char, n: size_t) -> c_int;
    pub fn strchr(s: *const c_char, c: c_int) -> *mut c_char;
    pub fn strrchr(s: *const c_char, c: c_int) -> *mut c_char;
    pub fn strdup(s: *const c_char) -> *mut c_char;
    pub fn strerror(e: c_int) -> *mut c_char;

    pub static stdin: *mut FILE;
    pub static stdout: *mut FILE;
    pub static stderr: *mut FILE;
    pub fn fopen(path: *const c_char, mode: *const c_char) -> *mut FILE;
    pub fn fdopen(fd: c_int, mode: *const c_char) -> *mut FILE;
    pub fn fclose(f: *mut FILE) -> c_int;
    pub fn fflush(f: *mut FILE) -> c_int;
    pub fn fgetc(f: *mut FILE) -> c_int;
    pub fn fputs(s: *const c_char, f: *mut FILE) -> c_int;
    pub fn fputc(c: c_int, f: *mut FILE) -> c_int;
    pub fn rewind(f: *mut FILE);
    pub fn fprintf(f: *mut FILE, format: *const c_char, ...) -> c_int;
    pub fn vfprintf(f: *mut FILE, format: *const c_char, args: va_list) -> c_int;
    pub fn snprintf(s: *mut c_char, n: size_t, format: *const c_char, ...) -> c_int;
    pub fn vsnprintf(s: *mut c_char, n: size_t, format: *const c_char, args: va_list) -> c_int;

    pub fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    pub fn close(fd: c_int) -> c_int;
    pub fn read(fd: c_int, p: *mut c_void, n: size_t) -> ssize_t;
    pub fn write(fd: c_int, p: *const c_void, n: size_t) -> ssize_t;
    pub fn fcntl(fd: c_int, cmd: c_int, ...) -> c_int;
    pub fn isatty(fd: c_int) -> c_int;
    pub fn unlink(path: *const c_char) -> c_int;
    pub fn mkdir(path: *const c_char, mode: mode_t) -> c_int;
    pub fn access(path: *const c_char, mode: c_int) -> c_int;
    pub fn faccessat(dir: c_int, path: *const c_char, mode: c_int, flags: c_int) -> c_int;

    /// The main archive's: the clock of deadlines, and the deadline that an absolute time means.
    pub fn __wps_now() -> u64;
    pub fn __wps_deadline(wall: c_int, ns: u64) -> u64;

    /// Sleeps until that deadline, `u64::MAX` for none. 0 when it is worth looking again, or
    /// ETIMEDOUT, EINTR, or EDEADLK where nothing could end the sleep.
    pub fn __wps_await(until: u64) -> c_int;

    pub fn clock_gettime(clock: clockid_t, t: *mut timespec) -> c_int;
    pub static _CLOCK_MONOTONIC: c_void;
    pub static _CLOCK_REALTIME: c_void;

    pub fn getentropy(p: *mut c_void, n: size_t) -> c_int;
    pub fn exit(status: c_int) -> !;
    pub fn _exit(status: c_int) -> !;
    pub fn poll(fds: *mut c_void, count: c_ulong, timeout_ms: c_int) -> c_int;
}

/// Sets errno.
#[inline(always)]
pub fn set_errno(e: c_int) {
    // SAFETY: libc's thread-local errno always has an address.
    unsafe { *__errno_location() = e }
}

/// The value of errno.
#[inline(always)]
pub fn errno() -> c_int {
    // SAFETY: as above.
    unsafe { *__errno_location() }
}

/// Sets errno and gives the -1 that C calls return with it.
#[inline(always)]
pub fn fail(e: c_int) -> c_int {
    set_errno(e);
    -1
}

/// Whether `fd` is open; sets errno to EBADF if not. Asks through the wrapped fcntl, so sockets
/// count too.
#[inline(always)]
pub fn is_open(fd: c_int) -> bool {
    // SAFETY: F_GETFL takes no argument and touches no memory.
    unsafe { fcntl(fd, F_GETFL) >= 0 }
}

/// Looks for what the library wants by itself and can do without: `wps-run` says nothing about it.
#[inline(always)]
pub fn quietly<R>(look: impl FnOnce() -> R) -> R {
    unsafe extern "C" {
        safe fn __wps_keep_quiet(quiet: c_int);
    }
    __wps_keep_quiet(1);
    let found = look();
    __wps_keep_quiet(0);
    found
}

/// Opens a file to read that the library looks for by itself and can do without.
#[inline]
pub unsafe fn open_own(path: *const c_char) -> *mut FILE {
    // SAFETY: as fopen.
    quietly(|| unsafe { fopen(path, s!("re")) })
}

/// The end of the program's memory.
#[inline(always)]
pub fn memory_end() -> u64 {
    core::arch::wasm32::memory_size::<0>() as u64 * 65536
}

/// Whether an object of `size` bytes can be at `p`, so that touching it does not trap; sets errno
/// to EFAULT if not, as a system call does.
#[inline(always)]
pub fn points_to<T>(p: *const T, size: usize) -> bool {
    let inside = !p.is_null() && p as usize as u64 + size as u64 <= memory_end();
    if !inside {
        set_errno(EFAULT);
    }
    inside
}

/// As [`points_to`], for a text that ends in NUL.
#[inline]
pub fn is_text(p: *const c_char) -> bool {
    let room = memory_end().saturating_sub(p as usize as u64) as usize;
    // SAFETY: looks no further than the end of the memory.
    let inside = !p.is_null() && unsafe { strnlen(p, room) } < room;
    if !inside {
        set_errno(EFAULT);
    }
    inside
}

/// Nanoseconds of the host's monotonic clock, the clock of the wait engine's deadlines. Not
/// CLOCK_MONOTONIC, which has another beginning.
#[inline]
pub fn monotonic_ns() -> u64 {
    // SAFETY: it has no conditions.
    unsafe { __wps_now() }
}

/// A time in nanoseconds, 0 for one before the epoch; None if its second part is no part of a second.
#[inline]
pub unsafe fn nanoseconds(time: *const timespec) -> Option<u64> {
    // SAFETY: the caller has checked the pointer.
    let timespec { tv_sec, tv_nsec } = unsafe { *time };
    if !(0..1_000_000_000).contains(&tv_nsec) {
        return None;
    }
    if tv_sec < 0 {
        return Some(0);
    }
    Some(
        (tv_sec as u64)
            .saturating_mul(1_000_000_000)
            .saturating_add(tv_nsec as u64),
    )
}

/// A C string literal as a pointer.
macro_rules! s {
    ($text:literal) => {
        concat!($text, "\0").as_ptr().cast::<core::ffi::c_char>()
    };
}
pub(crate) use s;
