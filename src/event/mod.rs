//! Descriptors that stand for events rather than data: eventfd(2), timerfd_create(2) and
//! mq_open(3).

pub mod counter;
pub mod queue;
pub mod timer;

#[cfg(target_arch = "wasm32")]
pub mod timer_file;
