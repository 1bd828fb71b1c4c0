//! Waiting for signals: pause, sigsuspend, sigwait and its kin.

use super::deliver;
use super::siginfo::Siginfo;
use super::state::{self, STATE, UNBLOCKABLE, load};
use crate::c::*;

/// Sleeps in the core's wait engine until a handler ran. Timers are what can wake it: without
/// one it sleeps for ever, as on Linux when nobody sends a signal.
unsafe fn until_handled() {
    unsafe {
        deliver::hook_core();
        let before = (&raw const STATE.handled).read();
        deliver::deliver();
        while (&raw const STATE.handled).read() == before {
            poll(null_mut(), 0, -1);
        }
    }
}

/// Replaces the mask until a handler ran.
unsafe fn suspend(mask: u64) -> c_int {
    unsafe {
        let state = &raw mut STATE;
        let before = (*state).blocked;
        (*state).blocked = mask & !UNBLOCKABLE;
        until_handled();
        (*state).blocked = before;
        fail(EINTR)
    }
}

/// Waits until a signal of `set` is pending and takes it; `limit_ns` is a monotonic time.
/// Returns its number, or -1 with EAGAIN, or EINTR when another signal's handler ran.
unsafe fn accept(set: u64, info: *mut Siginfo, limit_ns: u64) -> c_int {
    unsafe {
        deliver::hook_core();
        let state = &raw mut STATE;
        let handled = (*state).handled;
        let waiting = (*state).waiting;
        (*state).waiting = set;
        let result = loop {
            let found = state::pending() & set;
            if found != 0 {
                break found.trailing_zeros() as c_int + 1;
            }
            deliver::deliver();
            if (&raw const (*state).handled).read() != handled {
                break fail(EINTR);
            }
            let timeout = if limit_ns == u64::MAX {
                -1
            } else {
                let now = monotonic_ns();
                if now >= limit_ns {
                    break fail(EAGAIN);
                }
                let ms = (limit_ns - now).div_ceil(1_000_000);
                if ms > 86_400_000 {
                    86_400_000
                } else {
                    ms as c_int
                }
            };
            poll(null_mut(), 0, timeout);
        };
        (*state).waiting = waiting;
        if result > 0 {
            let from = state::take(result);
            if !info.is_null() {
                *info = Siginfo::new(result, from.code, from.pid, from.uid, from.value);
            }
        }
        result
    }
}

export! {
    /// Sleeps until a handler ran; always -1 with EINTR (POSIX pause).
    fn pause() -> c_int {
        until_handled();
        fail(EINTR)
    }

    /// Sleeps with another mask until a handler ran; always -1 with EINTR (POSIX sigsuspend).
    /// EFAULT for a bad pointer.
    fn sigsuspend(mask: *const [u32; 2]) -> c_int {
        if !points_to(mask, 8) { return -1 }
        suspend(load(mask))
    }

    /// Waits for one of the set, which should be blocked, and takes it. Returns 0 or an error
    /// number (POSIX sigwait).
    fn sigwait(set: *const [u32; 2], signo: *mut c_int) -> c_int {
        if !points_to(set, 8) || !points_to(signo, 4) { return EFAULT }
        loop {
            let found = accept(load(set), null_mut(), u64::MAX);
            if found > 0 {
                *signo = found;
                return 0;
            }
        }
    }

    /// Waits for one of the set and takes it with its details. Returns its number, or -1 with
    /// EINTR when another signal was handled (POSIX sigwaitinfo).
    fn sigwaitinfo(set: *const [u32; 2], info: *mut Siginfo) -> c_int {
        if !points_to(set, 8) || !info.is_null() && !points_to(info, 128) { return -1 }
        accept(load(set), info, u64::MAX)
    }

    /// As sigwaitinfo, for at most that long: EAGAIN after it (POSIX sigtimedwait). EINVAL for
    /// a time out of range.
    fn sigtimedwait(set: *const [u32; 2], info: *mut Siginfo, time: *const timespec) -> c_int {
        if !points_to(set, 8) || !info.is_null() && !points_to(info, 128) { return -1 }
        if time.is_null() {
            return accept(load(set), info, u64::MAX);
        }
        if !points_to(time, 16) { return -1 }
        if (*time).tv_sec < 0 || (*time).tv_nsec < 0 || (*time).tv_nsec >= 1_000_000_000 {
            return fail(EINVAL);
        }
        let limit = ((*time).tv_sec as u64)
            .saturating_mul(1_000_000_000)
            .saturating_add((*time).tv_nsec as u64)
            .saturating_add(monotonic_ns());
        accept(load(set), info, if limit == u64::MAX { limit - 1 } else { limit })
    }
}
