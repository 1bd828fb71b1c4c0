//! The host, as the rest of the library sees it: plain functions and opaque handles.
//!
//! Which host that is, is settled when the library is compiled. Everything above works with the safe types
//! exported here and knows no name of WASI.

pub mod cell;
mod wasi;

pub use wasi::{
    clock, errors, files, folders, handles, identity, lookup, poll, settings, stream, tcp, udp,
};
