//! The host side: the only place that names a WASI import.
//!
//! Everything above works with the safe types exported here. Handles are counted, because a
//! host's handle table that overflows traps (wasmtime: 100,000 live handles by default).

mod behind;
mod bindings;
pub mod clock;
mod datagrams;
pub mod errors;
pub mod files;
pub mod folders;
pub mod handles;
pub mod identity;
pub mod lookup;
pub mod poll;
mod realloc;
pub mod settings;
pub mod stream;
pub mod tcp;
pub mod udp;

use crate::host::cell::Global;
use bindings::wasi::sockets::instance_network::{Network, instance_network};

static NETWORK: Global<Option<Network>> = Global::new(None);

/// Runs `f` with the one network handle of the program.
fn with_network<R>(f: impl FnOnce(&Network) -> R) -> R {
    NETWORK.with(|slot| f(slot.get_or_insert_with(instance_network)))
}
