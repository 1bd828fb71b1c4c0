//! The process's signal state: actions, the mask, what is pending, and when timers are due.

use super::siginfo::*;
use crate::c::*;

pub const SA_SIGINFO: c_int = 4;
pub const SA_RESTART: c_int = 0x1000_0000;
pub const SA_NODEFER: c_int = 0x4000_0000;
pub const SA_RESETHAND: c_int = 0x8000_0000_u32 as c_int;

/// No handler: the default action. The value of SIG_DFL.
pub const DEFAULT: usize = 0;

unsafe extern "C" {
    /// SIG_IGN: 1 is a valid function pointer in WebAssembly, so libc's headers use a function.
    fn __SIG_IGN(signo: c_int);
}

/// The value of SIG_IGN.
#[inline(always)]
pub fn ignore() -> usize {
    __SIG_IGN as *const () as usize
}

/// How one signal is handled.
#[derive(Clone, Copy)]
pub struct Action {
    pub handler: usize,
    pub mask: u64,
    pub flags: c_int,
}

/// What a pending signal says of its origin.
#[derive(Clone, Copy)]
pub struct Origin {
    pub code: c_int,
    pub pid: c_int,
    pub uid: c_int,
    pub value: usize,
}

/// A queued real-time signal; signo 0 is a free place.
#[derive(Clone, Copy)]
struct Queued {
    signo: c_int,
    origin: Origin,
}

/// The timers of `timer_create`, known only once a program makes one, so that a program with
/// `alarm` alone links none of them.
#[derive(Clone, Copy)]
pub struct ExtraTimers {
    pub next_deadline: unsafe fn() -> u64,
    pub expire: unsafe fn(now: u64),
}

const QUEUE: usize = 64;
const NOTHING: Origin = Origin {
    code: SI_USER,
    pid: 0,
    uid: 0,
    value: 0,
};

pub struct State {
    actions: [Action; 65],
    origins: [Origin; 65],
    queue: [Queued; QUEUE],
    pub blocked: u64,
    pub pending: u64,
    /// The set of a running sigwait: these end a wait although no handler runs.
    pub waiting: u64,
    /// Handlers run so far: how sigsuspend and pause see that one ran.
    pub handled: u32,
    /// When SIGALRM is due (monotonic ns; 0 is never), and its period in ns (0 is once).
    pub alarm_at: u64,
    pub alarm_every: u64,
    pub extra: Option<ExtraTimers>,
    pub hooked: bool,
}

pub static mut STATE: State = State {
    actions: [Action {
        handler: DEFAULT,
        mask: 0,
        flags: 0,
    }; 65],
    origins: [NOTHING; 65],
    queue: [Queued {
        signo: 0,
        origin: NOTHING,
    }; QUEUE],
    blocked: 0,
    pending: 0,
    waiting: 0,
    handled: 0,
    alarm_at: 0,
    alarm_every: 0,
    extra: None,
    hooked: false,
};

/// The bit of a signal in a mask.
#[inline(always)]
pub fn bit(signo: c_int) -> u64 {
    1_u64.wrapping_shl((signo as u32).wrapping_sub(1))
}

/// Whether `signo` names a signal.
#[inline(always)]
pub fn valid(signo: c_int) -> bool {
    (1..=64).contains(&signo)
}

/// SIGKILL and SIGSTOP can be neither blocked nor handled.
pub const UNBLOCKABLE: u64 = 1 << (SIGKILL - 1) | 1 << (SIGSTOP - 1);

#[inline(always)]
pub fn state() -> *mut State {
    &raw mut STATE
}

#[inline(always)]
fn place<T>(array: *mut [T; 65], signo: c_int) -> *mut T {
    array.cast::<T>().wrapping_add(signo as usize & 127)
}

/// The action of a valid signal.
pub unsafe fn action(signo: c_int) -> *mut Action {
    unsafe { place(&raw mut (*state()).actions, signo) }
}

/// Whether the action of `signo` is to do nothing. Stopping is among it: there is nobody who
/// could continue the process, so SIGTSTP and its like do nothing by default.
pub unsafe fn ignored(signo: c_int) -> bool {
    unsafe {
        match (*action(signo)).handler {
            DEFAULT => matches!(
                signo,
                SIGCHLD | SIGCONT | SIGURG | SIGWINCH | SIGTSTP | SIGTTIN | SIGTTOU | SIGSTOP
            ),
            handler => handler == ignore(),
        }
    }
}

/// Makes a signal pending. An ignored one is dropped unless it is blocked, as Linux does.
/// Returns false when a real-time signal finds the queue full.
pub unsafe fn post(signo: c_int, origin: Origin) -> bool {
    unsafe {
        let state = state();
        let wanted = ((*state).blocked | (*state).waiting) & bit(signo) != 0;
        if ignored(signo) && !wanted {
            return true;
        }
        if signo >= 32 {
            let queue = (&raw mut (*state).queue).cast::<Queued>();
            let mut i = 0;
            while i < QUEUE && (*queue.add(i)).signo != 0 {
                i += 1;
            }
            if i == QUEUE {
                return false;
            }
            *queue.add(i) = Queued { signo, origin };
        } else if (*state).pending & bit(signo) == 0 {
            *place(&raw mut (*state).origins, signo) = origin;
        }
        (*state).pending |= bit(signo);
        true
    }
}

/// Takes a pending signal's origin, oldest first, and clears it unless more are queued.
pub unsafe fn take(signo: c_int) -> Origin {
    unsafe {
        let state = state();
        (*state).pending &= !bit(signo);
        if signo < 32 {
            return *place(&raw mut (*state).origins, signo);
        }
        let queue = (&raw mut (*state).queue).cast::<Queued>();
        let mut i = 0;
        while i < QUEUE && (*queue.add(i)).signo != signo {
            i += 1;
        }
        if i == QUEUE {
            return NOTHING;
        }
        let origin = (*queue.add(i)).origin;
        // Close the gap: order within a signal is the order of sending.
        while i + 1 < QUEUE {
            *queue.add(i) = *queue.add(i + 1);
            if (*queue.add(i)).signo == signo {
                (*state).pending |= bit(signo);
            }
            i += 1;
        }
        (*queue.add(QUEUE - 1)).signo = 0;
        origin
    }
}

/// Forgets a pending signal: setting its action to "ignore" does that (POSIX sigaction).
pub unsafe fn discard_if_ignored(signo: c_int) {
    unsafe {
        if ignored(signo) {
            while (*state()).pending & bit(signo) != 0 {
                take(signo);
            }
        }
    }
}

/// The signals that are pending, after the timers were looked at.
pub unsafe fn pending() -> u64 {
    unsafe {
        expire_timers();
        (*state()).pending
    }
}

unsafe fn expire_timers() {
    unsafe {
        let state = state();
        if (*state).alarm_at == 0 && (*state).extra.is_none() {
            return;
        }
        let now = monotonic_ns();
        if (*state).alarm_at != 0 && now >= (*state).alarm_at {
            (*state).alarm_at = following(now, (*state).alarm_at, (*state).alarm_every);
            post(
                SIGALRM,
                Origin {
                    code: SI_KERNEL,
                    ..NOTHING
                },
            );
        }
        if let Some(extra) = (*state).extra {
            (extra.expire)(now);
        }
    }
}

/// When a periodic timer that was due at `due` is due next, after `now`; 0 if it has no period.
pub fn following(now: u64, due: u64, every: u64) -> u64 {
    if every == 0 {
        return 0;
    }
    let late = now.wrapping_sub(due);
    due.wrapping_add(every.wrapping_mul((late / every).wrapping_add(1)))
}

/// Reads a `sigset_t`: 8 bytes, aligned to 4.
#[inline(always)]
pub unsafe fn load(set: *const [u32; 2]) -> u64 {
    unsafe { (*set)[0] as u64 | ((*set)[1] as u64) << 32 }
}

/// Writes a `sigset_t`.
#[inline(always)]
pub unsafe fn store(set: *mut [u32; 2], bits: u64) {
    unsafe { *set = [bits as u32, (bits >> 32) as u32] }
}
