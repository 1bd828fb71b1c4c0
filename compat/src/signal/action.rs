//! What a signal does: sigaction, signal, and the process's mask.

use super::deliver;
use super::state::{self, Action, STATE, UNBLOCKABLE, bit, load, store, valid};
use crate::c::*;

/// `struct sigaction` of the overlay's signal.h.
#[repr(C)]
pub struct Sigaction {
    handler: usize,
    mask: [u32; 2],
    flags: c_int,
    restorer: usize,
}

const SIG_BLOCK: c_int = 0;
const SIG_UNBLOCK: c_int = 1;
const SIG_SETMASK: c_int = 2;

#[inline(always)]
fn error_handler() -> usize {
    unsafe extern "C" {
        fn __SIG_ERR(signo: c_int);
    }
    __SIG_ERR as *const () as usize
}

/// Installs a handler the way `signal` does; gives the former one or SIG_ERR.
unsafe fn install(signo: c_int, handler: usize, flags: c_int) -> usize {
    unsafe {
        if !valid(signo) || UNBLOCKABLE & bit(signo) != 0 || handler == error_handler() {
            set_errno(EINVAL);
            return error_handler();
        }
        deliver::hook_core();
        let action = state::action(signo);
        let before = (*action).handler;
        *action = Action {
            handler,
            mask: 0,
            flags,
        };
        state::discard_if_ignored(signo);
        before
    }
}

/// Changes the mask and runs what that unblocked. Returns 0 or an error number.
unsafe fn change_mask(how: c_int, set: *const [u32; 2], old: *mut [u32; 2]) -> c_int {
    unsafe {
        let state = &raw mut STATE;
        if !set.is_null() && !points_to(set, 8) || !old.is_null() && !points_to(old, 8) {
            return EFAULT;
        }
        // `old` may be the same object as `set`.
        let wanted = if set.is_null() { 0 } else { load(set) };
        let before = (*state).blocked;
        if !set.is_null() {
            let after = match how {
                SIG_BLOCK => before | wanted,
                SIG_UNBLOCK => before & !wanted,
                SIG_SETMASK => wanted,
                _ => return EINVAL,
            };
            (*state).blocked = after & !UNBLOCKABLE;
            deliver::hook_core();
        }
        if !old.is_null() {
            store(old, before);
        }
        if before & !(*state).blocked != 0 {
            deliver::deliver();
        }
        0
    }
}

export! {
    /// Sets or asks what a signal does (POSIX sigaction). SA_RESTART, SA_NODEFER, SA_RESETHAND
    /// and SA_SIGINFO work; SA_ONSTACK and the SIGCHLD flags are kept and change nothing.
    /// EINVAL for a bad number and for SIGKILL and SIGSTOP, EFAULT for a bad pointer.
    fn sigaction(signo: c_int, new: *const Sigaction, old: *mut Sigaction) -> c_int {
        const SIZE: usize = core::mem::size_of::<Sigaction>();
        if !valid(signo) || !new.is_null() && UNBLOCKABLE & bit(signo) != 0 {
            return fail(EINVAL);
        }
        if !new.is_null() && !points_to(new, SIZE)
            || !old.is_null() && !points_to(old, SIZE)
        {
            return fail(EFAULT);
        }
        let action = state::action(signo);
        let before = *action;
        if !new.is_null() {
            deliver::hook_core();
            let mask = load(&raw const (*new).mask);
            *action = Action { handler: (*new).handler, mask, flags: (*new).flags };
            state::discard_if_ignored(signo);
        }
        if !old.is_null() {
            (*old).handler = before.handler;
            store(&raw mut (*old).mask, before.mask);
            (*old).flags = before.flags;
            (*old).restorer = 0;
        }
        0
    }

    /// Installs a handler with BSD semantics, as glibc does: calls restart, the signal is
    /// blocked while it is handled. Returns the former handler, or SIG_ERR with EINVAL.
    fn signal(signo: c_int, handler: usize) -> usize {
        install(signo, handler, state::SA_RESTART)
    }

    /// As `signal`.
    fn bsd_signal(signo: c_int, handler: usize) -> usize {
        install(signo, handler, state::SA_RESTART)
    }

    /// `signal` with System V semantics: one shot, not blocked, calls fail with EINTR.
    fn sysv_signal(signo: c_int, handler: usize) -> usize {
        install(signo, handler, state::SA_RESETHAND | state::SA_NODEFER)
    }

    /// As `sysv_signal`: the name glibc and wasi-libc give it.
    fn __sysv_signal(signo: c_int, handler: usize) -> usize {
        install(signo, handler, state::SA_RESETHAND | state::SA_NODEFER)
    }

    /// What SIG_IGN points to; ignores the signal if it is ever called.
    fn __SIG_IGN(signo: c_int) {
        let _ = signo;
    }

    /// What SIG_ERR points to; not a handler.
    fn __SIG_ERR(signo: c_int) {
        // Each of these functions needs an address of its own, so none may be merged.
        core::hint::black_box(signo);
    }

    /// What SIG_HOLD points to (POSIX sigset); not a handler.
    fn __SIG_HOLD(signo: c_int) {
        core::hint::black_box(signo.wrapping_add(1));
    }

    /// Changes or asks the mask (POSIX sigprocmask); signals that become unblocked are handled
    /// before it returns. EINVAL for a bad `how`, EFAULT for bad pointers.
    fn sigprocmask(how: c_int, set: *const [u32; 2], old: *mut [u32; 2]) -> c_int {
        match change_mask(how, set, old) {
            0 => 0,
            e => fail(e),
        }
    }

    /// As sigprocmask, but returns the error number (POSIX pthread_sigmask).
    fn pthread_sigmask(how: c_int, set: *const [u32; 2], old: *mut [u32; 2]) -> c_int {
        change_mask(how, set, old)
    }

    /// Which signals are pending and blocked (POSIX sigpending). EFAULT for a bad pointer.
    fn sigpending(set: *mut [u32; 2]) -> c_int {
        if !points_to(set, 8) { return -1 }
        store(set, state::pending() & STATE.blocked);
        0
    }

    /// Whether calls that this signal interrupts fail (flag 1) or restart (flag 0).
    /// EINVAL for a bad number.
    fn siginterrupt(signo: c_int, flag: c_int) -> c_int {
        if !valid(signo) || UNBLOCKABLE & bit(signo) != 0 { return fail(EINVAL) }
        let action = state::action(signo);
        let others = (*action).flags & !state::SA_RESTART;
        (*action).flags = if flag != 0 { others } else { others | state::SA_RESTART };
        0
    }

    /// Sets or asks the stack for handlers (POSIX sigaltstack): recorded and read back, handlers
    /// run on the ordinary stack. EINVAL for unknown flags, ENOMEM below 2,048 bytes.
    fn sigaltstack(new: *const AltStack, old: *mut AltStack) -> c_int {
        static mut CURRENT: AltStack = AltStack { sp: 0, flags: SS_DISABLE, size: 0 };
        let before = CURRENT;
        if !new.is_null() {
            if !points_to(new, 12) { return -1 }
            let wanted = *new;
            if wanted.flags & !(SS_DISABLE | SS_ONSTACK | SS_AUTODISARM) != 0 {
                return fail(EINVAL);
            }
            if wanted.flags & SS_DISABLE != 0 {
                CURRENT = AltStack { sp: 0, flags: SS_DISABLE, size: 0 };
            } else if wanted.size < 2048 {
                return fail(ENOMEM);
            } else {
                CURRENT = AltStack { sp: wanted.sp, flags: 0, size: wanted.size };
            }
        }
        if !old.is_null() {
            if !points_to(old, 12) { return -1 }
            *old = before;
        }
        0
    }
}

/// `stack_t`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AltStack {
    sp: usize,
    flags: c_int,
    size: usize,
}

const SS_ONSTACK: c_int = 1;
const SS_DISABLE: c_int = 2;
const SS_AUTODISARM: c_int = 1 << 31;
