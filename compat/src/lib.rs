//! `libwasi_posix_compat.a`: what daemons ask of libc beyond sockets.
//!
//! Every exported function stands in a module of its own, which rustc turns into an object of
//! its own (`cargo xtask build` compiles this crate incrementally and without LTO, for exactly
//! that). So a program that defines one of these names itself still links, and a program that
//! uses none of them links none of them. The table of names is `docs/COMPAT.md`, generated from
//! the comments here by `tests/table.rs`.
//!
//! The code must not panic: nothing of Rust's `core` is in the archive, so a panic would be an
//! undefined symbol. Hence raw pointers and wrapping arithmetic in place of slices.

#![no_std]
#![warn(missing_docs)]
#![cfg(target_arch = "wasm32")]

/// Defines C functions, each in a module (and so an object file) of its own.
///
/// A signature ends in `, ...` nowhere: in WebAssembly's C ABI a variadic function gets one
/// pointer to its arguments, so `va: va_list` as the last parameter is the same thing.
macro_rules! export {
    ($(
        $(#[$meta:meta])*
        fn $name:ident ( $($arg:ident : $ty:ty),* $(,)? ) $(-> $ret:ty)? $body:block
    )*) => { $(
        #[allow(unused_imports, non_snake_case)]
        mod $name {
            use super::*;
            $(#[$meta])*
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn $name($($arg: $ty),*) $(-> $ret)? {
                // SAFETY: the caller keeps the C contract that the comment cites.
                #[allow(unused_unsafe)]
                unsafe { $body }
            }
        }
    )* };
}

mod absent;
mod c;
mod capability;
mod checked;
mod clocks;
mod complain;
mod cwd;
mod database;
mod dl;
mod files;
mod group;
mod heap;
mod host;
mod identity;
mod ipc;
mod libintl;
mod limits;
mod login;
mod mman;
mod mqueue;
mod passwd;
mod prctl;
mod process;
mod random;
mod sched;
mod semaphore;
mod session;
mod signal;
mod spawn;
mod syslog;
mod temp;
mod termios;
mod text;
mod thread;
mod thread_attributes;
mod threads;
mod timex;
mod trace;
mod wordexp;
mod xattr;
