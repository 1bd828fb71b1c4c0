//! The host, as the rest of the library sees it: plain functions and opaque handles.
//!
//! Which backend it is, is settled when the library is compiled: `wasi` in components, `sim` on the
//! development machine. Everything above works with the safe types exported here and knows no name of WASI.

#[macro_use]
pub mod cell;
#[path = "wasi/habits.rs"]
pub mod habits;
pub mod handles;
mod kinds;

#[cfg(target_arch = "wasm32")]
mod wasi;
#[cfg(target_arch = "wasm32")]
pub use wasi::{clock, errors, files, folders, identity, lookup, poll, settings, stream, tcp, udp};

#[cfg(not(target_arch = "wasm32"))]
pub mod sim;
#[cfg(not(target_arch = "wasm32"))]
pub use sim::{clock, files, identity, poll, settings, stream, tcp, udp};
