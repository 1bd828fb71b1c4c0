//! `<sys/signalfd.h>`: signalfd(2), which is refused.

use super::types::SigSet;
use super::util::OrMinusOne;
use crate::errno::{Errno, Result};
use core::ffi::c_int;

/// signalfd(2): -1 with `ENOSYS`, as from a kernel without it. Signals of a component reach
/// handlers only, when a call would block; programs fall back to those.
#[unsafe(no_mangle)]
pub extern "C" fn signalfd(_fd: c_int, _mask: *const SigSet, _flags: c_int) -> c_int {
    Result::<c_int>::Err(Errno::ENOSYS).or_minus_one_errno()
}
