//! The one timer that ends in SIGALRM: alarm, ualarm, setitimer.

use super::deliver;
use super::state::{self, STATE};
use crate::c::*;

#[repr(C)]
pub struct Itimerval {
    interval: timeval,
    value: timeval,
}

const ITIMER_REAL: c_int = 0;
const ITIMER_PROF: c_int = 2;
const NS: u64 = 1_000_000_000;

/// What is left of the timer in ns (0 if it is off, at least 1 if it is due), and its period.
unsafe fn remaining() -> (u64, u64) {
    unsafe {
        // A signal that fell due already is pending, and the timer at its next period.
        state::pending();
        let state = &raw const STATE;
        if (*state).alarm_at == 0 {
            return (0, 0);
        }
        let left = (*state).alarm_at.saturating_sub(monotonic_ns());
        (if left == 0 { 1 } else { left }, (*state).alarm_every)
    }
}

/// Arms the timer; `after` 0 switches it off.
unsafe fn arm(after: u64, every: u64) {
    unsafe {
        deliver::hook_core();
        let state = &raw mut STATE;
        (*state).alarm_at = if after == 0 {
            0
        } else {
            monotonic_ns().saturating_add(after)
        };
        (*state).alarm_every = if after == 0 { 0 } else { every };
    }
}

/// A timeval as ns; None if it is negative or its microseconds are out of range.
fn nanoseconds(t: &timeval) -> Option<u64> {
    if t.tv_sec < 0 || t.tv_usec < 0 || t.tv_usec >= 1_000_000 {
        return None;
    }
    let seconds = (t.tv_sec as u64).saturating_mul(NS);
    Some(seconds.saturating_add((t.tv_usec as u64).wrapping_mul(1000)))
}

/// Ns as a timeval, rounded up so that a running timer never shows as 0.
fn as_timeval(ns: u64) -> timeval {
    let us = ns / 1000 + u64::from(!ns.is_multiple_of(1000));
    timeval {
        tv_sec: (us / 1_000_000) as i64,
        tv_usec: (us % 1_000_000) as i64,
    }
}

unsafe fn read_timer(which: c_int, to: *mut Itimerval) {
    unsafe {
        let (left, every) = if which == ITIMER_REAL {
            remaining()
        } else {
            (0, 0)
        };
        (*to).interval = as_timeval(every);
        (*to).value = as_timeval(left);
    }
}

export! {
    /// Asks for SIGALRM in so many seconds; 0 cancels (POSIX alarm). It arrives at the next
    /// blocking call after that. Returns the seconds an earlier alarm had left, as Linux rounds
    /// them.
    fn alarm(seconds: c_uint) -> c_uint {
        let (left, _) = remaining();
        arm((seconds as u64).wrapping_mul(NS), 0);
        let left = as_timeval(left);
        let up = left.tv_usec >= 500_000 || left.tv_sec == 0 && left.tv_usec != 0;
        (left.tv_sec as c_uint).wrapping_add(c_uint::from(up))
    }

    /// As alarm, in microseconds and with a period (4.3BSD ualarm). Returns what was left.
    fn ualarm(microseconds: c_uint, period: c_uint) -> c_uint {
        let (left, _) = remaining();
        arm((microseconds as u64).wrapping_mul(1000), (period as u64).wrapping_mul(1000));
        let left = as_timeval(left);
        (left.tv_sec as c_uint).wrapping_mul(1_000_000).wrapping_add(left.tv_usec as c_uint)
    }

    /// Arms a timer (POSIX setitimer). ITIMER_REAL works as alarm does, with a period;
    /// arming ITIMER_VIRTUAL or ITIMER_PROF is EINVAL: the host shows no processor time.
    /// EINVAL for times out of range, EFAULT for bad pointers.
    fn setitimer(which: c_int, new: *const Itimerval, old: *mut Itimerval) -> c_int {
        if !(ITIMER_REAL..=ITIMER_PROF).contains(&which) { return fail(EINVAL) }
        if !points_to(new, 32) || !old.is_null() && !points_to(old, 32) {
            return fail(EFAULT);
        }
        let (Some(after), Some(every)) = (nanoseconds(&(*new).value), nanoseconds(&(*new).interval))
        else {
            return fail(EINVAL);
        };
        if which != ITIMER_REAL && after != 0 { return fail(EINVAL) }
        if !old.is_null() {
            read_timer(which, old);
        }
        if which == ITIMER_REAL {
            arm(after, every);
        }
        0
    }

    /// What is left of a timer (POSIX getitimer). EINVAL for an unknown one, EFAULT.
    fn getitimer(which: c_int, to: *mut Itimerval) -> c_int {
        if !(ITIMER_REAL..=ITIMER_PROF).contains(&which) { return fail(EINVAL) }
        if !points_to(to, 32) { return -1 }
        read_timer(which, to);
        0
    }
}
