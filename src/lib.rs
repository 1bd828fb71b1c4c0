//! BSD/POSIX/Linux sockets and readiness for C programs, on WASI 0.2.
//!
//! The crate is built as a static library for `wasm32-wasip2` and linked into C programs. Its
//! layers, top down: `abi` (C entry points), `wait` (the wait engine), `socket`, `fd` and
//! `host` (the only place that names a WASI import). See `docs/ARCHITECTURE.md`.
//!
//! On the development machine all layers but `abi` are compiled too, over a simulated host, for their tests.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![deny(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

#[macro_use]
pub mod host;

pub mod errno;
pub mod event;
pub mod fd;
pub mod folders;
pub mod netdb;
pub mod resolver;
pub mod socket;

#[cfg(target_arch = "wasm32")]
pub mod abi;
pub mod wait;

#[cfg(test)]
mod trials;
