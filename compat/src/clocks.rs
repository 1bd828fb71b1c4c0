//! Processor time and the clock's setting.

use crate::c::*;

/// `struct rusage` of the overlay; libc's ends after the two times.
#[repr(C)]
pub struct Rusage {
    utime: timeval,
    stime: timeval,
    maxrss: c_long,
    others: [c_long; 13],
}

unsafe extern "C" {
    /// The main archive's: ns since the program started that it did not sleep.
    fn __wps_processor_time() -> u64;
    static __wps_processor_clock: c_void;
}

/// `struct tms`
#[repr(C)]
pub struct Tms {
    utime: clock_t,
    stime: clock_t,
    cutime: clock_t,
    cstime: clock_t,
}

/// Of times(): what sysconf(_SC_CLK_TCK) tells in wasi-libc, a hundredth of a second.
const TICK_NS: i64 = 10_000_000;

export! {
    /// Processor time in ns (POSIX clock): the time since the start that the program did not
    /// sleep, since the host shows no processor time.
    fn clock() -> clock_t { __wps_processor_time() as clock_t }
    /// What the overlay's clock() calls: the same in microseconds, CLOCKS_PER_SEC as POSIX has it
    /// (POSIX clock).
    fn __wps_clock() -> clock_t { (__wps_processor_time() / 1000) as clock_t }
    /// The same, for the libc's own getrusage.
    fn __clock() -> clock_t { __wps_processor_time() as clock_t }

    /// Processor time and CLOCK_MONOTONIC, in ticks of sysconf(_SC_CLK_TCK), 100 a second
    /// (POSIX times). EFAULT; NULL only asks for the clock, as on Linux.
    fn times(to: *mut Tms) -> clock_t {
        if !to.is_null() {
            if !points_to(to, core::mem::size_of::<Tms>()) { return -1 }
            let utime = __wps_processor_time() as clock_t / TICK_NS;
            *to = Tms { utime, stime: 0, cutime: 0, cstime: 0 };
        }
        let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
        clock_gettime(&raw const _CLOCK_MONOTONIC, &mut now);
        now.tv_sec.wrapping_mul(100).wrapping_add(now.tv_nsec as clock_t / TICK_NS)
    }

    /// The clock of a process's processor time (POSIX clock_getcpuclockid), as an error number:
    /// ESRCH for another process, EFAULT.
    fn clock_getcpuclockid(pid: pid_t, to: *mut clockid_t) -> c_int {
        if pid != 0 && pid != crate::session::pid() { return ESRCH }
        if !points_to(to, 4) { return EFAULT }
        *to = &raw const __wps_processor_clock;
        0
    }

    /// What the overlay's getrusage(2) calls, with Linux's whole structure: the time since the
    /// start that the program did not sleep as user time (the host shows no processor time), the
    /// memory as ru_maxrss in KiB, 0 for the rest. EINVAL for an unknown kind, EFAULT.
    fn __wps_getrusage(who: c_int, to: *mut Rusage) -> c_int {
        // libc's RUSAGE_SELF 1 and RUSAGE_CHILDREN 2, RUSAGE_THREAD 3; Linux's 0 and -1.
        if !(-1..=3).contains(&who) { return fail(EINVAL) }
        if !points_to(to, core::mem::size_of::<Rusage>()) { return -1 }
        let children = who == 2 || who == -1;
        let ns = if children { 0 } else { __wps_processor_time() as i64 };
        let pages = core::arch::wasm32::memory_size::<0>();
        *to = Rusage {
            utime: timeval { tv_sec: ns / 1_000_000_000, tv_usec: ns / 1000 % 1_000_000 },
            stime: timeval { tv_sec: 0, tv_usec: 0 },
            maxrss: if children { 0 } else { pages.wrapping_mul(64) as c_long },
            others: [0; 13],
        };
        0
    }

    /// EPERM: the clock is the host's (settimeofday(2)).
    fn settimeofday(time: *const timeval, zone: *const c_void) -> c_int {
        let _ = (time, zone);
        fail(EPERM)
    }
    /// EPERM: the clock is the host's (POSIX clock_settime).
    fn clock_settime(clock: clockid_t, time: *const timespec) -> c_int {
        let _ = (clock, time);
        fail(EPERM)
    }
    /// EPERM: the clock is the host's (adjtime(3)).
    fn adjtime(delta: *const timeval, old: *mut timeval) -> c_int {
        let _ = (delta, old);
        fail(EPERM)
    }
    /// EPERM: the clock is the host's (SVr4 stime).
    fn stime(time: *const time_t) -> c_int { let _ = time; fail(EPERM) }

    /// Nothing: local time is UTC (POSIX tzset).
    fn tzset() {}
}

/// Data of time.h, each in an object of its own.
mod zone {
    /// Seconds west of UTC: 0 (POSIX).
    #[unsafe(no_mangle)]
    pub static mut timezone: core::ffi::c_long = 0;
}
mod summer {
    /// Whether there is summer time: no (POSIX).
    #[unsafe(no_mangle)]
    pub static mut daylight: core::ffi::c_int = 0;
}
mod zone_names {
    /// The zone's names (POSIX).
    #[unsafe(no_mangle)]
    pub static mut tzname: [Name; 2] = [Name(c"UTC".as_ptr()), Name(c"UTC".as_ptr())];

    /// A `char *` that may stand in a static.
    #[repr(transparent)]
    pub struct Name(*const core::ffi::c_char);

    // SAFETY: it points to a constant.
    unsafe impl Sync for Name {}
}
