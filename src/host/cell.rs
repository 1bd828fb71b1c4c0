//! Process-wide state. A component runs on one thread, so no lock is needed.

#![allow(unsafe_code)]

use core::cell::RefCell;

/// A static that is lent out to one user at a time.
///
/// Lending it twice at once is a bug in the library (never something a caller can bring about),
/// so it panics.
pub struct Global<T>(RefCell<T>);

// SAFETY: a WASI 0.2 component has exactly one thread.
unsafe impl<T> Sync for Global<T> {}

impl<T> Global<T> {
    /// Wraps the initial value.
    pub const fn new(value: T) -> Self {
        Global(RefCell::new(value))
    }

    /// Lends the value to `f`. `f` must not run foreign code (signal handlers, callbacks).
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.0.borrow_mut())
    }
}

/// A static small value that is read and written whole.
pub struct GlobalCell<T>(core::cell::Cell<T>);

// SAFETY: a WASI 0.2 component has exactly one thread.
unsafe impl<T> Sync for GlobalCell<T> {}

impl<T: Copy> GlobalCell<T> {
    /// Wraps the initial value.
    pub const fn new(value: T) -> Self {
        GlobalCell(core::cell::Cell::new(value))
    }

    /// The value.
    pub fn get(&self) -> T {
        self.0.get()
    }

    /// Replaces the value.
    pub fn set(&self, value: T) {
        self.0.set(value);
    }
}

/// A function that the linker leaves out of a program in which nothing comes to [`Late::bind`].
///
/// What is reached through a table of functions is always linked. A part that few programs use is
/// therefore called through one of these, and bound by the entry points that lead to it.
pub struct Late<F>(GlobalCell<Option<F>>);

impl<F: Copy> Late<F> {
    /// Not bound.
    pub const fn new() -> Self {
        Late(GlobalCell::new(None))
    }

    /// From now on it can be called.
    pub fn bind(&self, function: F) {
        // The compiler must not see that only one function is ever bound here: it would call that
        // one directly, and the linker keep it.
        self.0.set(Some(core::hint::black_box(function)));
    }

    /// The function, if it is bound.
    pub fn get(&self) -> Option<F> {
        self.0.get()
    }
}

impl<F: Copy> Default for Late<F> {
    fn default() -> Self {
        Late::new()
    }
}
