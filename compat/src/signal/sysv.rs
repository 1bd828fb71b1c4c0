//! The System V and BSD ways to mask and handle, which POSIX calls obsolescent.

use super::deliver;
use super::state::{self, Action, STATE, UNBLOCKABLE, bit, valid};
use crate::c::*;

unsafe fn set_blocked(mask: u64) -> u64 {
    unsafe {
        let state = &raw mut STATE;
        let before = (*state).blocked;
        deliver::hook_core();
        (*state).blocked = mask & !UNBLOCKABLE;
        if before & !mask != 0 {
            deliver::deliver();
        }
        before
    }
}

unsafe extern "C" {
    fn __SIG_ERR(signo: c_int);
    fn __SIG_HOLD(signo: c_int);
}

export! {
    /// Blocks one signal (POSIX sighold). EINVAL for a bad number.
    fn sighold(signo: c_int) -> c_int {
        if !valid(signo) { return fail(EINVAL) }
        set_blocked((&raw const STATE.blocked).read() | bit(signo));
        0
    }

    /// Unblocks one signal (POSIX sigrelse). EINVAL for a bad number.
    fn sigrelse(signo: c_int) -> c_int {
        if !valid(signo) { return fail(EINVAL) }
        set_blocked((&raw const STATE.blocked).read() & !bit(signo));
        0
    }

    /// Ignores one signal (POSIX sigignore). EINVAL for a bad number.
    fn sigignore(signo: c_int) -> c_int {
        if !valid(signo) || UNBLOCKABLE & bit(signo) != 0 { return fail(EINVAL) }
        *state::action(signo) = Action { handler: state::ignore(), mask: 0, flags: 0 };
        state::discard_if_ignored(signo);
        0
    }

    /// Handles, ignores or holds a signal (POSIX sigset). Returns the former disposition,
    /// SIG_HOLD if the signal was blocked, or SIG_ERR with EINVAL.
    fn sigset(signo: c_int, handler: usize) -> usize {
        let held = __SIG_HOLD as *const () as usize;
        let error = __SIG_ERR as *const () as usize;
        if !valid(signo) || UNBLOCKABLE & bit(signo) != 0 || handler == error {
            set_errno(EINVAL);
            return error;
        }
        let blocked = (&raw const STATE.blocked).read();
        let action = state::action(signo);
        let before = if blocked & bit(signo) != 0 { held } else { (*action).handler };
        if handler == held {
            set_blocked(blocked | bit(signo));
        } else {
            deliver::hook_core();
            *action = Action { handler, mask: 0, flags: 0 };
            state::discard_if_ignored(signo);
            set_blocked(blocked & !bit(signo));
        }
        before
    }

    /// Unblocks one signal and sleeps until a handler ran; -1 with EINTR (X/Open sigpause).
    fn sigpause(signo: c_int) -> c_int {
        unsafe extern "C" { fn sigsuspend(mask: *const [u32; 2]) -> c_int; }
        if !valid(signo) { return fail(EINVAL) }
        let mask = (&raw const STATE.blocked).read() & !bit(signo);
        sigsuspend(&[mask as u32, (mask >> 32) as u32])
    }

    /// Sets the mask of signals 1 to 32 and returns the former one (4.3BSD).
    fn sigsetmask(mask: c_int) -> c_int {
        set_blocked(mask as u32 as u64) as c_int
    }

    /// Adds to the mask of signals 1 to 32 and returns the former one (4.3BSD).
    fn sigblock(mask: c_int) -> c_int {
        set_blocked((&raw const STATE.blocked).read() | mask as u32 as u64) as c_int
    }

    /// The mask of signals 1 to 32 (4.3BSD).
    fn siggetmask() -> c_int {
        (&raw const STATE.blocked).read() as c_int
    }
}
