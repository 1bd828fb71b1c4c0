//! Process-wide state. A component runs on one thread, so no lock is needed.
//!
//! On the development machine each thread is a program of its own: the unit tests run on several. So
//! such state is declared by `state!`, which makes it thread-local there.

#![allow(unsafe_code)]

#[cfg(not(target_arch = "wasm32"))]
pub use simulated::{Global, GlobalCell};
#[cfg(target_arch = "wasm32")]
pub use single::{Global, GlobalCell};

/// Declares [`Global`]s and [`GlobalCell`]s by their initial values.
#[cfg(target_arch = "wasm32")]
macro_rules! state {
    ($($(#[$note:meta])* $vis:vis static $name:ident: $kind:ident<$type:ty> = $value:expr;)+) => {$(
        $(#[$note])*
        $vis static $name: $crate::host::cell::$kind<$type> = $crate::host::cell::$kind::new($value);
    )+};
}

/// Declares [`Global`]s and [`GlobalCell`]s by their initial values.
#[cfg(not(target_arch = "wasm32"))]
macro_rules! state {
    ($($(#[$note:meta])* $vis:vis static $name:ident: $kind:ident<$type:ty> = $value:expr;)+) => {$(
        $(#[$note])*
        $vis static $name: $crate::host::cell::$kind<$type> = {
            std::thread_local! {
                static LOCAL: core::cell::RefCell<$type> = const { core::cell::RefCell::new($value) };
            }
            $crate::host::cell::$kind::over(&LOCAL)
        };
    )+};
}

#[cfg(target_arch = "wasm32")]
mod single {
    use core::cell::{Cell, RefCell};

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
    pub struct GlobalCell<T>(Cell<T>);

    // SAFETY: a WASI 0.2 component has exactly one thread.
    unsafe impl<T> Sync for GlobalCell<T> {}

    impl<T: Copy> GlobalCell<T> {
        /// Wraps the initial value.
        pub const fn new(value: T) -> Self {
            GlobalCell(Cell::new(value))
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
}

#[cfg(not(target_arch = "wasm32"))]
mod simulated {
    use core::cell::RefCell;
    use std::thread::LocalKey;

    type Key<T> = &'static LocalKey<RefCell<T>>;

    /// A static that is lent out to one user at a time; lending it twice at once panics.
    pub struct Global<T: 'static>(Key<T>);

    impl<T> Global<T> {
        /// Each thread's own value.
        pub const fn over(key: Key<T>) -> Self {
            Global(key)
        }

        /// Lends the value to `f`. `f` must not run foreign code (signal handlers, callbacks).
        pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            self.0.with(|value| f(&mut value.borrow_mut()))
        }
    }

    /// A static small value that is read and written whole.
    pub struct GlobalCell<T: 'static>(Key<T>);

    impl<T: Copy> GlobalCell<T> {
        /// Each thread's own value.
        pub const fn over(key: Key<T>) -> Self {
            GlobalCell(key)
        }

        /// The value.
        pub fn get(&self) -> T {
            self.0.with_borrow(|value| *value)
        }

        /// Replaces the value.
        pub fn set(&self, new: T) {
            self.0.set(new);
        }
    }
}

#[cfg(target_arch = "wasm32")]
type Bound<F> = GlobalCell<Option<F>>;
#[cfg(not(target_arch = "wasm32"))]
type Bound<F> = std::sync::Mutex<Option<F>>;

/// A function that the linker leaves out of a program in which nothing comes to [`Late::bind`].
///
/// What is reached through a table of functions is always linked. A part that few programs use is
/// therefore called through one of these, and bound by the entry points that lead to it.
pub struct Late<F>(Bound<F>);

impl<F: Copy> Late<F> {
    /// Not bound.
    pub const fn new() -> Self {
        Late(Bound::new(None))
    }

    /// From now on it can be called.
    pub fn bind(&self, function: F) {
        // The compiler must not see that only one function is ever bound here: it would call that
        // one directly, and the linker keep it.
        let function = Some(core::hint::black_box(function));
        #[cfg(target_arch = "wasm32")]
        self.0.set(function);
        #[cfg(not(target_arch = "wasm32"))]
        self.0
            .lock()
            .map(|mut bound| *bound = function)
            .unwrap_or_default();
    }

    /// The function, if it is bound.
    pub fn get(&self) -> Option<F> {
        #[cfg(target_arch = "wasm32")]
        return self.0.get();
        #[cfg(not(target_arch = "wasm32"))]
        self.0.lock().ok().and_then(|bound| *bound)
    }
}

impl<F: Copy> Default for Late<F> {
    fn default() -> Self {
        Late::new()
    }
}
