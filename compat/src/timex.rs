//! sys/timex.h: the clock is the host's. What is asked is answered as by a clock that nobody
//! disciplines; nothing can be set.

use crate::c::*;

/// `struct timex` of libc.
#[repr(C)]
pub struct Timex {
    modes: c_uint,
    offset: c_long,
    freq: c_long,
    maxerror: c_long,
    esterror: c_long,
    status: c_int,
    constant: c_long,
    precision: c_long,
    tolerance: c_long,
    time: timeval,
    tick: c_long,
    ppsfreq: c_long,
    jitter: c_long,
    shift: c_int,
    stabil: c_long,
    jitcnt: c_long,
    calcnt: c_long,
    errcnt: c_long,
    stbcnt: c_long,
    tai: c_int,
    padding: [c_int; 11],
}

/// `struct ntptimeval`: libc's members, then glibc's.
#[repr(C)]
pub struct NtpTime {
    time: timeval,
    maxerror: c_long,
    esterror: c_long,
}

const ADJ_OFFSET_SS_READ: c_uint = 0xa001;
const STA_UNSYNC: c_int = 0x40;
/// Microseconds: where Linux's count of the possible error ends.
const ERROR: c_long = 16_000_000;
/// TIME_ERROR: the clock is not synchronised, as far as is known here.
const UNKNOWN: c_int = 5;

unsafe fn now() -> timeval {
    unsafe {
        let mut now = timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        clock_gettime(&raw const _CLOCK_REALTIME, &mut now);
        timeval {
            tv_sec: now.tv_sec,
            tv_usec: i64::from(now.tv_nsec) / 1000,
        }
    }
}

unsafe fn answer(to: *mut Timex) -> c_int {
    unsafe {
        if !points_to(to, core::mem::size_of::<Timex>()) {
            return -1;
        }
        let modes = (*to).modes;
        if modes != 0 && modes != ADJ_OFFSET_SS_READ {
            return fail(EPERM);
        }
        memset(to.cast(), 0, core::mem::size_of::<Timex>());
        (*to).modes = modes;
        (*to).maxerror = ERROR;
        (*to).esterror = ERROR;
        (*to).status = STA_UNSYNC;
        (*to).constant = 2;
        (*to).precision = 1;
        (*to).tolerance = 32_768_000;
        (*to).time = now();
        (*to).tick = 10_000;
        UNKNOWN
    }
}

export! {
    /// The state of a clock that nobody disciplines, TIME_ERROR (adjtimex(2)). EPERM to set
    /// anything, EFAULT.
    fn adjtimex(to: *mut Timex) -> c_int { answer(to) }
    /// As adjtimex (ntp_adjtime(3)).
    fn ntp_adjtime(to: *mut Timex) -> c_int { answer(to) }
    /// As adjtimex, of CLOCK_REALTIME; EOPNOTSUPP for another clock (clock_adjtime(2)).
    fn clock_adjtime(clock: clockid_t, to: *mut Timex) -> c_int {
        if clock != &raw const _CLOCK_REALTIME { return fail(EOPNOTSUPP) }
        answer(to)
    }
    /// The time, with the largest error that Linux tells; TIME_ERROR (ntp_gettime(3)). EFAULT.
    fn ntp_gettime(to: *mut NtpTime) -> c_int {
        if !points_to(to, core::mem::size_of::<NtpTime>()) { return -1 }
        *to = NtpTime { time: now(), maxerror: ERROR, esterror: ERROR };
        UNKNOWN
    }
}
