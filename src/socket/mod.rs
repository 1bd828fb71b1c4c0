//! Sockets, in plain Rust on the host's handles.

pub mod batching;
pub mod gather;
pub mod local;
pub mod looks;
pub mod netlink;
pub mod options;
pub mod read_ahead;
pub mod receive_buffer;

pub mod binding;
pub mod burst;
pub mod host_options;
pub mod tcp;
pub mod udp;
