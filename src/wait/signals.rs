//! Signals, as far as blocking calls take part in them.
//!
//! The compat archive implements signals; a program that uses none does not link it. It tells
//! the engine about itself through a table of functions, so that a sleep ends in time and
//! handlers run at the edge of a call, with nothing borrowed: they may longjmp out of it.

/// What the signal implementation offers; see `src/abi/signal_hooks.rs` for the C side.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// When the next timer signal is due (monotonic nanoseconds, `u64::MAX` for never).
    pub next_deadline: fn() -> u64,
    /// Whether a signal can be delivered now.
    pub pending: fn() -> bool,
    /// Runs handlers.
    pub deliver: fn() -> Delivered,
    /// SIGPIPE's handler, if there is one.
    pub broken_pipe: fn(),
}

/// What delivering signals came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// Nothing ran: go on waiting.
    Nothing,
    /// A handler ran: the call fails with `EINTR`.
    Interrupt,
    /// Only handlers with SA_RESTART ran: calls that can be are started again.
    Restart,
}

state! {
    static HOOKS: GlobalCell<Option<Hooks>> = None;
}

/// Connects the signal implementation.
pub fn install(hooks: Hooks) {
    HOOKS.set(Some(hooks));
}

/// When the next timer signal is due.
pub fn next_deadline() -> Option<u64> {
    HOOKS
        .get()
        .map(|hooks| (hooks.next_deadline)())
        .filter(|&due| due != u64::MAX)
}

/// Whether a signal can be delivered now.
pub fn pending() -> bool {
    HOOKS.get().is_some_and(|hooks| (hooks.pending)())
}

/// Runs handlers. Only for the outermost layer: a handler may not return.
pub fn deliver() -> Delivered {
    HOOKS
        .get()
        .map_or(Delivered::Nothing, |hooks| (hooks.deliver)())
}

/// A write found its reader gone (SIGPIPE). Only for the outermost layer.
pub fn broken_pipe() {
    if let Some(hooks) = HOOKS.get() {
        (hooks.broken_pipe)();
    }
}
