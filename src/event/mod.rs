//! Descriptors that stand for events rather than data: eventfd(2) and timerfd_create(2).

pub mod counter;
pub mod timer;

#[cfg(target_arch = "wasm32")]
pub mod timer_file;
