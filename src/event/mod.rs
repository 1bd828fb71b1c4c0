//! Descriptors that stand for events rather than data: eventfd(2), timerfd_create(2) and
//! mq_open(3).

pub mod counter;
pub mod queue;
pub mod timer;

pub mod timer_file;
