//! How the compat archive's signals take part in blocking calls.

use crate::errno::Result;
use crate::wait::signals::{self, Delivered, Hooks};
use crate::wasi::cell::GlobalCell;
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
