//! What a program may know of the machine: next to nothing.

use crate::c::*;

/// Room for a host name and its NUL, as `struct utsname` has it.
const NAME: usize = 65;

/// `struct utsname`.
#[repr(C)]
pub struct Utsname {
    sysname: [c_char; NAME],
    nodename: [c_char; NAME],
    release: [c_char; NAME],
    version: [c_char; NAME],
    machine: [c_char; NAME],
    domainname: [c_char; NAME],
}

/// `struct sysinfo` of libc.
#[repr(C)]
pub struct Sysinfo {
    uptime: c_ulong,
    loads: [c_ulong; 3],
    totalram: c_ulong,
    freeram: c_ulong,
    sharedram: c_ulong,
    bufferram: c_ulong,
    totalswap: c_ulong,
    freeswap: c_ulong,
    procs: u16,
    pad: u16,
    totalhigh: c_ulong,
    freehigh: c_ulong,
    mem_unit: c_uint,
    reserved: [c_char; 256],
}

/// The machine's name: $HOSTNAME, the first word of an openable /etc/hostname, or "localhost".
unsafe fn host_name() -> *const c_char {
    unsafe {
        static mut TEXT: [c_char; NAME] = [0; NAME];
        let text = (&raw mut TEXT).cast::<c_char>();
        if *text != 0 {
            return text;
        }
        let saved = errno();
        let variable = getenv(s!("HOSTNAME"));
        if !variable.is_null() && *variable != 0 {
            snprintf(text, NAME, s!("%s"), variable);
        } else {
            let file = open_own(s!("/etc/hostname"));
            if !file.is_null() {
                let mut length = 0;
                let mut c = fgetc(file);
                while c > ' ' as c_int && length < NAME - 1 {
                    *text.add(length) = c as c_char;
                    length += 1;
                    c = fgetc(file);
                }
                *text.add(length) = 0;
                fclose(file);
            }
        }
        if *text == 0 {
            snprintf(text, NAME, s!("localhost"));
        }
        set_errno(saved);
        text
    }
}

export! {
    /// The machine's name: $HOSTNAME, an openable /etc/hostname, or "localhost"
    /// (POSIX gethostname). ENAMETOOLONG if it does not fit, EINVAL, EFAULT.
    fn gethostname(to: *mut c_char, size: size_t) -> c_int {
        if size > c_int::MAX as usize { return fail(EINVAL) }
        let name = host_name();
        let length = strlen(name) + 1;
        if !points_to(to, if length > size { size } else { length }) { return -1 }
        if length > size {
            to.copy_from_nonoverlapping(name, size);
            return fail(ENAMETOOLONG);
        }
        to.copy_from_nonoverlapping(name, length);
        0
    }
    /// EPERM (sethostname(2)).
    fn sethostname(name: *const c_char, size: size_t) -> c_int { let _ = (name, size); fail(EPERM) }
    /// EPERM (setdomainname(2)).
    fn setdomainname(name: *const c_char, size: size_t) -> c_int { let _ = (name, size); fail(EPERM) }

    /// "wasi", the name of gethostname, "wasm32" (POSIX uname). EFAULT for NULL.
    fn uname(to: *mut Utsname) -> c_int {
        if !points_to(to, core::mem::size_of::<Utsname>()) { return -1 }
        memset(to.cast(), 0, core::mem::size_of::<Utsname>());
        snprintf((&raw mut (*to).sysname).cast(), NAME, s!("wasi"));
        snprintf((&raw mut (*to).nodename).cast(), NAME, s!("%s"), host_name());
        snprintf((&raw mut (*to).release).cast(), NAME, s!("0.2.0"));
        snprintf((&raw mut (*to).version).cast(), NAME, s!("0.2.0"));
        snprintf((&raw mut (*to).machine).cast(), NAME, s!("wasm32"));
        snprintf((&raw mut (*to).domainname).cast(), NAME, s!("(none)"));
        0
    }

    /// The seconds of CLOCK_MONOTONIC, and the program's own memory of at most
    /// 4 GiB (sysinfo(2)). EFAULT for NULL.
    fn sysinfo(to: *mut Sysinfo) -> c_int {
        if !points_to(to, core::mem::size_of::<Sysinfo>()) { return -1 }
        memset(to.cast(), 0, core::mem::size_of::<Sysinfo>());
        let pages = core::arch::wasm32::memory_size::<0>() as c_ulong;
        let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
        clock_gettime(&raw const _CLOCK_MONOTONIC, &mut now);
        (*to).uptime = now.tv_sec as c_ulong;
        (*to).mem_unit = 65536;
        (*to).totalram = 65536;
        (*to).freeram = 65536_u32.wrapping_sub(pages);
        (*to).procs = 1;
        0
    }
    /// -1: the load is not known (4.3BSD getloadavg).
    fn getloadavg(to: *mut f64, count: c_int) -> c_int { let _ = (to, count); -1 }

    /// ENOSYS: WASI tells nothing of file systems; before that the errors of a file that is not
    /// there (statfs(2)).
    fn statfs(path: *const c_char, to: *mut c_void) -> c_int {
        let _ = to;
        if !is_text(path) { return -1 }
        if access(path, 0) != 0 { -1 } else { fail(ENOSYS) }
    }
    /// ENOSYS; EBADF for a closed descriptor (fstatfs(2)).
    fn fstatfs(fd: c_int, to: *mut c_void) -> c_int {
        let _ = to;
        fail(if is_open(fd) { ENOSYS } else { EBADF })
    }
    /// As statfs (LFS).
    fn statfs64(path: *const c_char, to: *mut c_void) -> c_int {
        let _ = to;
        if !is_text(path) { return -1 }
        if access(path, 0) != 0 { -1 } else { fail(ENOSYS) }
    }
    /// As fstatfs (LFS).
    fn fstatfs64(fd: c_int, to: *mut c_void) -> c_int {
        let _ = to;
        fail(if is_open(fd) { ENOSYS } else { EBADF })
    }

    /// What the overlay's sysconf calls: the values that wasi-libc leaves open or gets wrong
    /// (descriptors, memory, sizes for getpwnam_r and getgrnam_r); libc's for all else
    /// (POSIX sysconf).
    fn __wps_sysconf(name: c_int) -> c_long {
        unsafe extern "C" {
            fn sysconf(name: c_int) -> c_long;
            fn __wps_fd_limit() -> c_uint;
        }
        const OPEN_MAX: c_int = 4;
        const GETGR_R_SIZE_MAX: c_int = 69;
        const GETPW_R_SIZE_MAX: c_int = 70;
        const PHYS_PAGES: c_int = 85;
        const AVPHYS_PAGES: c_int = 86;
        match name {
            OPEN_MAX => __wps_fd_limit() as c_long,
            GETGR_R_SIZE_MAX | GETPW_R_SIZE_MAX => 1024,
            PHYS_PAGES => 65536,
            AVPHYS_PAGES => 65536 - core::arch::wasm32::memory_size::<0>() as c_long,
            _ => sysconf(name),
        }
    }
}
