//! Sockets, in plain Rust on the host's handles.

pub mod batching;
pub mod gather;
pub mod local;
#[cfg(target_arch = "wasm32")]
pub mod looks;
pub mod netlink;
pub mod options;
pub mod read_ahead;
pub mod receive_buffer;

#[cfg(target_arch = "wasm32")]
pub mod binding;
#[cfg(target_arch = "wasm32")]
pub mod burst;
#[cfg(target_arch = "wasm32")]
pub mod host_options;
#[cfg(target_arch = "wasm32")]
pub mod tcp;
#[cfg(target_arch = "wasm32")]
pub mod udp;
