//! How the compat archive's signals take part in blocking calls.

use super::util::interruptible;
use crate::errno::{Errno, Result};
use crate::host::cell::GlobalCell;
use crate::host::clock;
use crate::wait::blocking;
use crate::wait::signals::{self, Delivered, Hooks};
use core::ffi::{c_int, c_void};
use core::ptr;

/// `struct wps_signal_hooks`: what an implementation of signals offers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SignalHooks {
    /// When the next timer signal is due: monotonic nanoseconds, `UINT64_MAX` for never.
    pub next_deadline_ns: extern "C" fn() -> u64,
    /// Whether an unblocked signal is pending, or a timer due.
    pub pending: extern "C" fn() -> c_int,
    /// Runs handlers: 0 nothing ran, 1 the call fails with `EINTR`, 2 only SA_RESTART handlers ran.
    pub deliver: extern "C" fn() -> c_int,
    /// Sets the signal mask (if not null) and gives the old one (if not null).
    pub swap_mask: extern "C" fn(new: *const c_void, old: *mut c_void) -> c_int,
    /// Raises SIGPIPE, if a handler is set for it.
    pub sigpipe: extern "C" fn() -> c_int,
}

static HOOKS: GlobalCell<Option<SignalHooks>> = GlobalCell::new(None);

fn with<R>(otherwise: R, f: impl FnOnce(SignalHooks) -> R) -> R {
    HOOKS.get().map_or(otherwise, f)
}

/// Connects an implementation of signals with the blocking calls of this library.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_set_signal_hooks(hooks: *const SignalHooks) {
    let Ok(hooks) = super::util::read(hooks) else {
        return;
    };
    HOOKS.set(Some(hooks));
    signals::install(Hooks {
        next_deadline: || with(u64::MAX, |hooks| (hooks.next_deadline_ns)()),
        pending: || with(false, |hooks| (hooks.pending)() != 0),
        deliver: || match with(0, |hooks| (hooks.deliver)()) {
            0 => Delivered::Nothing,
            2 => Delivered::Restart,
            _ => Delivered::Interrupt,
        },
        broken_pipe: || {
            with(0, |hooks| (hooks.sigpipe)());
        },
    });
}

/// Size of `sigset_t` of the overlay headers.
type Mask = [u32; 2];

/// Runs `call` under the signal mask at `mask` (as ppoll, pselect and epoll_pwait do).
pub(super) fn with_mask<T>(mask: *const c_void, call: impl FnOnce() -> Result<T>) -> Result<T> {
    let Some(hooks) = HOOKS.get().filter(|_| !mask.is_null()) else {
        return call();
    };
    super::util::slice(mask.cast(), size_of::<Mask>())?;
    let mut old: Mask = [0; 2];
    (hooks.swap_mask)(mask, ptr::from_mut(&mut old).cast());
    let outcome = call();
    (hooks.swap_mask)(ptr::from_ref(&old).cast(), ptr::null_mut());
    outcome
}

/// A sleep without a limit is cut into pieces of this length.
const LONG: u64 = 3_600_000_000_000;

/// Sleeps for what only a signal handler can bring, such as another count of a semaphore, until
/// `until` (monotonic nanoseconds, `u64::MAX` for no limit). It is worth looking again, or `ETIMEDOUT`;
/// `EINTR`, unless `restarts` and the handler has SA_RESTART; or `EDEADLK` where there is no limit and
/// no timer is set: nobody would ever end the sleep.
pub(super) fn await_handler(until: u64, restarts: bool) -> Result<()> {
    let endless = until == u64::MAX;
    if endless && !signals::pending() && signals::next_deadline().is_none() {
        return Err(Errno::EDEADLK);
    }
    let end = if endless {
        clock::now().saturating_add(LONG)
    } else {
        until
    };
    let mut slept = false;
    interruptible(restarts, || {
        if slept {
            return Ok(());
        }
        slept = true;
        blocking::pause(end)?;
        if endless {
            Ok(())
        } else {
            Err(Errno::ETIMEDOUT)
        }
    })
}

/// The same for a semaphore, which SA_RESTART concerns only where it waits without a limit (signal(7)):
/// 0 or an error number.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_await(until: u64) -> c_int {
    await_handler(until, until == u64::MAX).map_or_else(|errno| errno.0, |()| 0)
}
