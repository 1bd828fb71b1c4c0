//! POSIX timers (timer_create), ended by a signal or by nothing.

use super::deliver;
use super::siginfo::{SI_TIMER, SIGALRM};
use super::state::{self, ExtraTimers, Origin, STATE, following};
use crate::c::*;

/// The start of `struct sigevent`.
#[repr(C)]
pub struct Sigevent {
    value: usize,
    signo: c_int,
    notify: c_int,
}

#[repr(C)]
pub struct Itimerspec {
    interval: timespec,
    value: timespec,
}

#[derive(Clone, Copy)]
struct Timer {
    used: bool,
    realtime: bool,
    /// 0: ends without a signal.
    signo: c_int,
    value: usize,
    /// Monotonic ns; 0 when it is off.
    due: u64,
    every: u64,
    overruns: c_int,
}

const TIMERS: usize = 32;
const SIGEV_SIGNAL: c_int = 0;
const SIGEV_NONE: c_int = 1;
const NS: u64 = 1_000_000_000;

static mut ALL: [Timer; TIMERS] = [Timer {
    used: false,
    realtime: false,
    signo: 0,
    value: 0,
    due: 0,
    every: 0,
    overruns: 0,
}; TIMERS];

unsafe fn slot(i: usize) -> *mut Timer {
    (&raw mut ALL).cast::<Timer>().wrapping_add(i)
}

/// The timer behind a `timer_t`, which is its index plus 1.
unsafe fn find(id: usize) -> Option<*mut Timer> {
    unsafe {
        let timer = slot(id.wrapping_sub(1));
        (id.wrapping_sub(1) < TIMERS && (*timer).used).then_some(timer)
    }
}

unsafe fn next_deadline() -> u64 {
    unsafe {
        let mut next = u64::MAX;
        let mut i = 0;
        while i < TIMERS {
            let timer = slot(i);
            if (*timer).due != 0 && (*timer).signo != 0 && (*timer).due < next {
                next = (*timer).due;
            }
            i += 1;
        }
        next
    }
}

unsafe fn expire(now: u64) {
    unsafe {
        let mut i = 0;
        while i < TIMERS {
            let timer = slot(i);
            if (*timer).due != 0 && (*timer).due <= now {
                let late = now.wrapping_sub((*timer).due);
                let every = (*timer).every;
                (*timer).overruns = late.checked_div(every).unwrap_or(0) as c_int;
                (*timer).due = following(now, (*timer).due, every);
                if (*timer).signo != 0 {
                    let (pid, uid) = (i as c_int + 1, (*timer).overruns);
                    let origin = Origin {
                        code: SI_TIMER,
                        pid,
                        uid,
                        value: (*timer).value,
                    };
                    state::post((*timer).signo, origin);
                }
            }
            i += 1;
        }
    }
}

fn nanoseconds(t: &timespec) -> Option<u64> {
    if t.tv_sec < 0 || t.tv_nsec < 0 || t.tv_nsec >= 1_000_000_000 {
        return None;
    }
    Some(
        (t.tv_sec as u64)
            .saturating_mul(NS)
            .saturating_add(t.tv_nsec as u64),
    )
}

fn as_timespec(ns: u64) -> timespec {
    timespec {
        tv_sec: (ns / NS) as i64,
        tv_nsec: (ns % NS) as c_long,
    }
}

unsafe fn read_timer(timer: *const Timer, to: *mut Itimerspec) {
    unsafe {
        let due = (*timer).due;
        let left = due.saturating_sub(monotonic_ns());
        (*to).interval = as_timespec(if due == 0 { 0 } else { (*timer).every });
        (*to).value = as_timespec(if due != 0 && left == 0 { 1 } else { left });
    }
}

export! {
    /// Makes a timer on CLOCK_REALTIME or CLOCK_MONOTONIC (POSIX timer_create), at most 32.
    /// SIGEV_SIGNAL and SIGEV_NONE work; threads do not exist, so SIGEV_THREAD is ENOTSUP.
    /// EINVAL for another clock or signal, EAGAIN beyond 32.
    fn timer_create(clock: clockid_t, event: *const Sigevent, id: *mut usize) -> c_int {
        if !points_to(id, 4) || !event.is_null() && !points_to(event, 64) { return -1 }
        let realtime = clock == &raw const _CLOCK_REALTIME;
        if !realtime && clock != &raw const _CLOCK_MONOTONIC { return fail(EINVAL) }
        let mut i = 0;
        while i < TIMERS && (*slot(i)).used {
            i += 1;
        }
        if i == TIMERS { return fail(EAGAIN) }
        let (signo, value) = if event.is_null() {
            (SIGALRM, i.wrapping_add(1))
        } else {
            match (*event).notify {
                SIGEV_SIGNAL if state::valid((*event).signo) => ((*event).signo, (*event).value),
                SIGEV_SIGNAL => return fail(EINVAL),
                SIGEV_NONE => (0, 0),
                _ => return fail(ENOTSUP),
            }
        };
        deliver::hook_core();
        STATE.extra = Some(ExtraTimers { next_deadline, expire });
        *slot(i) = Timer { used: true, realtime, signo, value, due: 0, every: 0, overruns: 0 };
        *id = i.wrapping_add(1);
        0
    }

    /// Arms a timer, relative or absolute (POSIX timer_settime). EINVAL for an unknown timer or
    /// times out of range, EFAULT for bad pointers.
    fn timer_settime(id: usize, flags: c_int, new: *const Itimerspec, old: *mut Itimerspec) -> c_int {
        let Some(timer) = find(id) else { return fail(EINVAL) };
        if !points_to(new, 32) || !old.is_null() && !points_to(old, 32) {
            return fail(EFAULT);
        }
        let (Some(after), Some(every)) = (nanoseconds(&(*new).value), nanoseconds(&(*new).interval))
        else {
            return fail(EINVAL);
        };
        if !old.is_null() {
            read_timer(timer, old);
        }
        let now = monotonic_ns();
        let due = if flags & 1 == 0 {
            now.saturating_add(after)
        } else {
            __wps_deadline((*timer).realtime as c_int, after)
        };
        (*timer).due = if after == 0 { 0 } else if due == 0 { 1 } else { due };
        (*timer).every = every;
        0
    }

    /// What is left of a timer (POSIX timer_gettime). EINVAL for an unknown one, EFAULT.
    fn timer_gettime(id: usize, to: *mut Itimerspec) -> c_int {
        let Some(timer) = find(id) else { return fail(EINVAL) };
        if !points_to(to, 32) { return -1 }
        state::pending();
        read_timer(timer, to);
        0
    }

    /// How many periods the last signal of a timer stood for beyond the first
    /// (POSIX timer_getoverrun). EINVAL for an unknown timer.
    fn timer_getoverrun(id: usize) -> c_int {
        match find(id) {
            Some(timer) => (*timer).overruns,
            None => fail(EINVAL),
        }
    }

    /// Removes a timer (POSIX timer_delete). EINVAL for an unknown one.
    fn timer_delete(id: usize) -> c_int {
        let Some(timer) = find(id) else { return fail(EINVAL) };
        (*timer).used = false;
        (*timer).due = 0;
        0
    }
}
