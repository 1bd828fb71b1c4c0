//! Running handlers, and the hooks through which the core's blocking calls do it.

use super::siginfo::*;
use super::state::*;
use crate::c::*;
use crate::session;

unsafe extern "C" {
    fn __wps_call_handler(
        handler: usize,
        signo: c_int,
        info: *mut c_void,
        context: *mut c_void,
        wants_info: c_int,
    ) -> c_int;
    fn __wps_set_signal_hooks(hooks: *const Hooks);
}

/// What the engine is told by `deliver`: the call fails with EINTR, or goes on.
const INTERRUPTED: c_int = 1;
const RESTARTED: c_int = 2;

/// What the core's blocking calls use. All are called with nothing of the core borrowed.
#[repr(C)]
pub struct Hooks {
    next_deadline_ns: unsafe extern "C" fn() -> u64,
    pending: unsafe extern "C" fn() -> c_int,
    deliver: unsafe extern "C" fn() -> c_int,
    swap_mask: unsafe extern "C" fn(*const c_void, *mut c_void) -> c_int,
    sigpipe: unsafe extern "C" fn() -> c_int,
}

static HOOKS: Hooks = Hooks {
    next_deadline_ns: hook_next_deadline,
    pending: hook_pending,
    deliver: hook_deliver,
    swap_mask: hook_swap_mask,
    sigpipe: hook_sigpipe,
};

/// Tells the core to ask for signals in its blocking calls.
pub unsafe fn hook_core() {
    unsafe {
        if !(*state()).hooked {
            (*state()).hooked = true;
            __wps_set_signal_hooks(&raw const HOOKS);
        }
    }
}

/// The pending signal that Linux would deliver first: faults, then the lowest number.
fn first_of(set: u64) -> c_int {
    const FAULTS: u64 = 1 << (SIGSEGV - 1)
        | 1 << (SIGBUS - 1)
        | 1 << (SIGILL - 1)
        | 1 << (SIGTRAP - 1)
        | 1 << (SIGFPE - 1)
        | 1 << (SIGSYS - 1);
    let set = if set & FAULTS != 0 { set & FAULTS } else { set };
    set.trailing_zeros() as c_int + 1
}

/// Runs the handlers of all signals that are pending and not blocked.
///
/// Linux stacks a frame for each before it runs any, so the last one taken runs first, and
/// whether the interrupted call restarts is decided by the first one taken.
pub unsafe fn deliver() -> c_int {
    unsafe {
        let mut outcome = 0;
        loop {
            let set = pending() & !(*state()).blocked;
            if set == 0 {
                return outcome;
            }
            let signo = first_of(set);
            let origin = take(signo);
            if ignored(signo) {
                continue;
            }
            let action = *action(signo);
            if action.handler == DEFAULT {
                _exit(128 + signo);
            }
            if outcome == 0 {
                let restarts = action.flags & SA_RESTART != 0;
                outcome = if restarts { RESTARTED } else { INTERRUPTED };
            }
            run(signo, action, origin);
        }
    }
}

unsafe fn run(signo: c_int, action: Action, origin: Origin) {
    unsafe {
        let before = (*state()).blocked;
        let own = if action.flags & SA_NODEFER == 0 {
            bit(signo)
        } else {
            0
        };
        (*state()).blocked = (before | action.mask | own) & !UNBLOCKABLE;
        if action.flags & SA_RESETHAND != 0 {
            (*self::action(signo)).handler = DEFAULT;
        }
        (*state()).handled = (*state()).handled.wrapping_add(1);
        // A handler that jumps out of a sigwait ends it.
        let waiting = (*state()).waiting;
        (*state()).waiting = 0;
        deliver();
        let Origin {
            code,
            pid,
            uid,
            value,
        } = origin;
        let mut info = Siginfo::new(signo, code, pid, uid, value);
        let wants_info = c_int::from(action.flags & SA_SIGINFO != 0);
        let info = (&raw mut info).cast::<c_void>();
        if __wps_call_handler(action.handler, signo, info, null_mut(), wants_info) == 0 {
            let text = s!("signal %d: its handler has a type that cannot be called; ignored\n");
            fprintf(stderr, text, signo);
        }
        (*state()).blocked = before;
        (*state()).waiting = waiting;
    }
}

/// Sends the process a signal; runs the handler before it returns unless it is blocked.
pub unsafe fn send_self(signo: c_int, code: c_int, value: usize) -> c_int {
    unsafe {
        hook_core();
        let origin = Origin {
            code,
            pid: session::pid(),
            uid: session::UID,
            value,
        };
        if !post(signo, origin) {
            return fail(EAGAIN);
        }
        if (*state()).blocked & bit(signo) == 0 {
            deliver();
        }
        0
    }
}

unsafe extern "C" fn hook_next_deadline() -> u64 {
    unsafe {
        let state = state();
        let own = if (*state).alarm_at == 0 {
            u64::MAX
        } else {
            (*state).alarm_at
        };
        match (*state).extra {
            None => own,
            Some(extra) => {
                let other = (extra.next_deadline)();
                if other < own { other } else { own }
            }
        }
    }
}

unsafe extern "C" fn hook_pending() -> c_int {
    unsafe {
        let set = pending();
        c_int::from(set & (!(*state()).blocked | (*state()).waiting) != 0)
    }
}

unsafe extern "C" fn hook_deliver() -> c_int {
    unsafe {
        let outcome = deliver();
        if (*state()).pending & (*state()).waiting != 0 {
            return INTERRUPTED;
        }
        outcome
    }
}

unsafe extern "C" fn hook_swap_mask(new: *const c_void, old: *mut c_void) -> c_int {
    unsafe {
        if !old.is_null() {
            store(old.cast(), (*state()).blocked);
        }
        if !new.is_null() {
            (*state()).blocked = load(new.cast()) & !UNBLOCKABLE;
        }
        0
    }
}

/// A write to a peer that is gone: an installed handler runs, but the default action is to
/// carry on with EPIPE, since ending the program is what every daemon has to switch off.
unsafe extern "C" fn hook_sigpipe() -> c_int {
    unsafe {
        if (*action(SIGPIPE)).handler == DEFAULT {
            return 0;
        }
        send_self(SIGPIPE, SI_USER, 0)
    }
}
