//! `<unistd.h>`: pipe(2) and pipe2(2).

use super::fcntl_numbers::{O_CLOEXEC, O_NONBLOCK, theirs};
use super::util::{self, OrMinusOne};
use crate::errno::{Errno, Result};
use crate::fd::{Description, process};
use crate::socket::local;
use crate::wait::{blocking, engine};
use alloc::rc::Rc;
use core::ffi::c_int;

/// pipe(2): `ends` gets the number to read from and the number to write to. Fails with `EFAULT`,
/// `EMFILE`.
#[unsafe(no_mangle)]
pub extern "C" fn pipe(ends: *mut c_int) -> c_int {
    pipe2(ends, 0)
}

/// pipe2(2): pipe(2) with O_NONBLOCK and O_CLOEXEC for both ends. Other flags are `EINVAL`;
/// packet mode (O_DIRECT) is one of them. wasi-libc's number of O_NONBLOCK is taken too.
#[unsafe(no_mangle)]
pub extern "C" fn pipe2(ends: *mut c_int, flags: c_int) -> c_int {
    let ends = ends.cast::<[c_int; 2]>();
    (|| {
        if flags & !(O_NONBLOCK | theirs::NONBLOCK | O_CLOEXEC) != 0 {
            return Err(Errno::EINVAL);
        }
        util::read(ends)?;
        install_both(
            local::pipe::create(flags & (O_NONBLOCK | theirs::NONBLOCK) != 0),
            flags & O_CLOEXEC != 0,
            ends,
        )
    })()
    .or_minus_one_errno()
}

/// Gives two descriptions numbers, or neither, and writes the numbers to `to`.
pub(super) fn install_both(
    (first, second): (Rc<Description>, Rc<Description>),
    close_on_exec: bool,
    to: *mut [c_int; 2],
) -> Result<()> {
    let first = engine::install(first, close_on_exec, 0)?;
    let outcome = engine::install(second, close_on_exec, 0)
        .and_then(|second| util::write(to, [first, second]));
    outcome.inspect_err(|_| {
        if let Some(entry) = process::with(|table| table.remove(first)) {
            blocking::release(entry.description);
        }
    })
}
