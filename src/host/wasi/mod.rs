//! WASI 0.2: the only place that names one of its imports.

mod behind;
mod bindings;
pub mod clock;
mod datagrams;
pub mod errors;
pub mod files;
pub mod folders;
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
