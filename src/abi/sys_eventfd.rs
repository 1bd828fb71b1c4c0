//! `<sys/eventfd.h>`: eventfd(2), and reading and writing it (eventfd(3)).

use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::event::counter;
use crate::fd::{Class, Description, Flags, Receive, Transmit, process};
use crate::wait::{blocking, engine};
use alloc::rc::Rc;
use core::ffi::{c_int, c_uint};

const EFD_SEMAPHORE: c_int = 1;
/// O_NONBLOCK
const EFD_NONBLOCK: c_int = 0x800;
/// O_CLOEXEC
const EFD_CLOEXEC: c_int = 0x8_0000;

/// eventfd(2): a descriptor over a 64-bit counter that starts at `initial`. Fails with `EINVAL`
/// for unknown flags, `EMFILE`.
#[unsafe(no_mangle)]
pub extern "C" fn eventfd(initial: c_uint, flags: c_int) -> c_int {
    (|| {
        if flags & !(EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC) != 0 {
            return Err(Errno::EINVAL);
        }
        let file = counter::create(
            initial,
            flags & EFD_SEMAPHORE != 0,
            flags & EFD_NONBLOCK != 0,
        );
        engine::install(file, flags & EFD_CLOEXEC != 0, 0)
    })()
    .or_minus_one_errno()
}

fn counter_of(fd: c_int) -> Result<Rc<Description>> {
    process::find(fd)
        .filter(|file| file.file.class() == Class::Event)
        .ok_or(Errno::EBADF)
}

/// eventfd_read(3): read(2) of the counter, or of 1 from a semaphore. 0, or -1 with the errno of
/// read(2); `EBADF` if `fd` is no eventfd.
#[unsafe(no_mangle)]
pub extern "C" fn eventfd_read(fd: c_int, value: *mut u64) -> c_int {
    interruptible(true, || {
        let file = counter_of(fd)?;
        let bytes = util::slice_mut(value.cast(), 8)?;
        blocking::receive(&file, &mut Receive::new(&mut [bytes], Flags::NONE)).map(|_| ())
    })
    .or_minus_one_errno()
}

/// eventfd_write(3): write(2) of `value`, which is added to the counter. 0, or -1 with the errno
/// of write(2); `EBADF` if `fd` is no eventfd.
#[unsafe(no_mangle)]
pub extern "C" fn eventfd_write(fd: c_int, value: u64) -> c_int {
    interruptible(true, || {
        let file = counter_of(fd)?;
        blocking::send(
            &file,
            &mut Transmit::new(&[&value.to_ne_bytes()], Flags::NONE),
        )
        .map(|_| ())
    })
    .or_minus_one_errno()
}
